/** Hulls, profiles, grand potentials and interfaces beside pymatgen 2022.11.7 on the same entries; the shipped tables beside their sources. */
import { readFileSync } from "node:fs";
import { parseFormula } from "@thioscope/core/cell";
import {
  contactReactions,
  convexHull,
  crystalVolume,
  energiesAboveHull,
  energySet,
  grandPotentialDiagram,
  phaseDiagram,
  reducedFormula,
  setOfTotals,
  voltageProfile,
} from "@thioscope/core/thermo";
import { expect, test } from "vitest";
import { describeData } from "../data.ts";
import { lines, oqmdVolumes, TABLES } from "./energyTables.ts";
import { entriesWithin, type PeerAnswer, questions, SIX_ELEMENTS, sixElements } from "./thermoPeer.ts";

/** eV */
const EQUAL = 1e-9;
const PEER = JSON.parse(readFileSync(new URL("thermo-pymatgen.json", import.meta.url), "utf8")) as (PeerAnswer & { name: string })[];
const asked = questions();

const close = (a: number, b: number): boolean => Math.abs(a - b) <= EQUAL;

test("the kept answers belong to the questions", () => {
  expect(PEER.map((p) => p.name)).toEqual(asked.map((q) => q.name));
  expect(asked.map((q) => entriesWithin(q.set, q.elements).length)).toEqual(PEER.map((p) => p.above.length));
});

test.each(asked.map((question, k) => [question.name, question, PEER[k]!] as const))("%s is pymatgen's to 1e-9 eV", (_, question, peer) => {
  const diagram = phaseDiagram(energySet(question.set), question.elements);
  const off = diagram.entries.flatMap((e, j) =>
    close(diagram.above[j]!, peer.above[j]!) ? [] : [`${e.formula} ${diagram.above[j]} ${peer.above[j]}`],
  );
  expect(off).toEqual([]);
  const [ion, host] = question.profile!;
  const steps = voltageProfile(diagram, parseFormula(host), ion);
  // pymatgen's steps run from the metal's side and count from the host with its ions; the first potential of each is that of the metal above it
  const theirs = peer.profile!.filter(([, mu]) => Math.abs(mu) > EQUAL || peer.profile!.length === 1);
  const mine = steps.map((s) => -s.voltage.value).reverse();
  expect(mine.length).toBe(theirs.length);
  for (const [k, mu] of mine.entries()) expect(Math.abs(mu - theirs[k]![1])).toBeLessThanOrEqual(EQUAL);
  const grand = grandPotentialDiagram(diagram, question.grand!);
  const rows = peer.grand!;
  expect(grand.entries).toHaveLength(rows.length);
  for (const [j, entry] of grand.entries.entries()) {
    const key = reducedFormula(entry.composition);
    const row = rows.find(([formula, energy]) => reducedFormula(parseFormula(formula)) === key && close(energy, grand.hull.energies[j]!));
    expect(row, entry.formula).toBeDefined();
    expect(Math.abs(row![2] - grand.above[j]!)).toBeLessThanOrEqual(EQUAL);
  }
  if (question.contact) {
    const { kinks } = contactReactions(diagram, parseFormula(question.contact[0]), parseFormula(question.contact[1]));
    expect(kinks).toHaveLength(peer.contact!.length);
    for (const [k, kink] of kinks.entries()) {
      expect(kink.share.value).toBeCloseTo(peer.contact![k]![0], 9);
      expect(Math.abs(kink.energy.value - peer.contact![k]![1])).toBeLessThanOrEqual(EQUAL);
    }
  }
});

describeData("with the published files", () => {
  test.each([
    ["nrel", "NREL"],
    ["materialsProject2018", "MATERIALS_PROJECT_2018"],
    ["tabulated", "TABULATED"],
    ["materialsProjectR2scan", "MATERIALS_PROJECT_R2SCAN"],
    ["alexandria", "ALEXANDRIA"],
  ])("the table %s holds what its source says", async (name, constant) => {
    const module = (await import(`../../packages/core/src/thermo/tables/${name}.ts`)) as Record<string, string>;
    expect(module[constant]!.trim()).toBe(lines(TABLES[name]!()));
  });

  test("computed volumes are those of OQMD", () => {
    const known = oqmdVolumes().flatMap(({ formula, volume }) => {
      const crystal = crystalVolume(formula);
      return crystal?.flag === "computed" ? [[formula, crystal.value, volume!] as const] : [];
    });
    expect(known).toHaveLength(19);
    for (const [formula, ours, theirs] of known) expect(Math.abs(ours - theirs), formula).toBeLessThan(5e-5);
  });

  test("six elements, every polymorph, 306 entries: the hull of Li–Ge–P–S–O–Cl is pymatgen's to 1e-9 eV, and no facet above any phase", () => {
    const entries = sixElements();
    expect(entries).toHaveLength(306);
    const set = setOfTotals(
      entries.map(([formula, perAtom]) => ({ formula, energy: perAtom * [...parseFormula(formula).values()].reduce((a, b) => a + b, 0) })),
      { name: "mp", title: "mp", source: "mp", licence: "CC BY 4.0" },
    );
    const diagram = phaseDiagram(set, SIX_ELEMENTS);
    const kept = JSON.parse(readFileSync(new URL("thermo-pymatgen-six.json", import.meta.url), "utf8")) as number[];
    expect(diagram.entries).toHaveLength(kept.length);
    for (const [j, above] of diagram.above.entries()) expect(Math.abs(above - kept[j]!)).toBeLessThanOrEqual(EQUAL);
    // no facet lies above any phase: dual feasibility
    const { size, potentials, facetCount, fractions, energies } = diagram.hull;
    let worst = 0;
    for (let f = 0; f < facetCount; f++) {
      for (let j = 0; j < energies.length; j++) {
        let plane = 0;
        for (let i = 0; i < size; i++) plane += potentials[f * size + i]! * fractions[j * size + i]!;
        worst = Math.max(worst, plane - energies[j]!);
      }
    }
    expect(worst).toBeLessThanOrEqual(EQUAL);
    expect(energiesAboveHull(convexHull(size, fractions, energies))).toEqual(diagram.above);
  });
});
