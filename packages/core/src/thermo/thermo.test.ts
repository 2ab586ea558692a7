/** Balances, conditions, steps and refusals: by algebra. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFormula } from "../chemistry/formula.ts";
import { quantity } from "../units/quantity.ts";
import { shownFormula, systemElements } from "./composition.ts";
import { contactReactions } from "./contact.ts";
import { phaseDiagram } from "./diagram.ts";
import { ductility, ductilityTable } from "./elastic.ts";
import { setOfTotals } from "./entries.ts";
import { potentialDomains } from "./potentials.ts";
import { balance, imbalance } from "./reaction.ts";
import { ENERGY_SET_NAMES, energySet, setsFor } from "./sets.ts";
import { solidDiagram } from "./solids.ts";
import { adsorptionEnergy, formationEnergy, stepEnergies } from "./steps.ts";
import { stabilityWindow, voltageProfile } from "./voltage.ts";

const ABOUT = { name: "own", title: "own", source: "test", licence: "none" };

test("reactions balance exactly in whole numbers, whatever the formulae", () => {
  expect(balance(["Na3PS4", "Na", "Na3P", "Na2S"]).text).toBe("Na3PS4 + 8 Na → Na3P + 4 Na2S");
  expect(balance(["Li5.5PS4.5Cl1.5", "Li", "P", "Li2S", "LiCl"]).text).toBe("Li11P2S9Cl3 + 10 Li → 2 P + 9 Li2S + 3 LiCl");
  expect(() => balance(["Na", "S"])).toThrow(/no one reaction/);
  expect(() => balance(["Na2S", "Na", "S", "Na2S2"])).toThrow(/no one reaction/);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 4, maxLength: 4 }), ([a, b, c, d]) => {
      const reaction = balance([`Na${a}P${b}S${c}`, "Na", `P${d}S`, "S"]);
      for (const left of imbalance(reaction).values()) expect(left).toBe(0);
    }),
  );
});

test("names as chemists write them", () => {
  expect(["NaS", "NaS2", "Na4S8", "LiS", "S8", "SNa2", "S4SbNa3", "Cl6TaNa"].map((f) => shownFormula(parseFormula(f)))).toEqual([
    "Na2S2",
    "Na2S4",
    "Na2S4",
    "Li2S2",
    "S",
    "Na2S",
    "Na3SbS4",
    "NaTaCl6",
  ]);
  expect(systemElements("Na-Sb–S")).toEqual(["Na", "Sb", "S"]);
});

test("every reaction of every window and profile of the shipped sets balances; every stable phase has 0 above the hull", () => {
  for (const words of ["Na-P-S", "Na-Sb-S", "Na-Ta-S-Cl", "Li-Ge-P-S"]) {
    const elements = systemElements(words);
    const ion = elements[0]!;
    for (const set of setsFor(elements)) {
      const diagram = phaseDiagram(set, elements);
      for (const [j, entry] of diagram.entries.entries()) {
        if (entry.composition.size < 2 || diagram.above[j]! > 1e-8) continue;
        const { reduction, oxidation, window } = stabilityWindow(diagram, entry.composition, ion);
        for (const side of [reduction, oxidation]) {
          if (side.reaction) for (const left of imbalance(side.reaction).values()) expect(left).toBe(0);
        }
        if (window) expect(window[1].value).toBeGreaterThanOrEqual(window[0].value);
      }
      for (const step of voltageProfile(diagram, parseFormula(elements.at(-1)!), ion)) {
        expect(step.reaction).not.toBeNull();
        for (const left of imbalance(step.reaction!).values()) expect(left).toBe(0);
      }
    }
  }
});

test("a set of one's own: references from its elements, entries without them left out, none left refused", () => {
  const set = setOfTotals(
    [
      { formula: "Na2", energy: -2.6 },
      { formula: "S", energy: -4.1 },
      { formula: "Na4S2", energy: -20 },
      { formula: "NaCl", energy: -7 },
    ],
    ABOUT,
  );
  expect(set.entries.find((e) => e.formula === "Na2S")!.energy).toBeCloseTo((-20 + 4 * 1.3 + 2 * 4.1) / 6, 12);
  expect(set.notices.map((n) => n.code)).toEqual(["element-missing"]);
  expect(() => setOfTotals([{ formula: "NaCl", energy: -7 }], ABOUT)).toThrow(/formation energies need the elements: no entry for Na, Cl/);
  expect(() => phaseDiagram(set, ["Na", "Cl"])).toThrow(/own has no entry for the element Cl/);
  expect(phaseDiagram(set, ["Na"]).above).toEqual(new Float64Array(1));
});

test("pressure: 1 GPa on 1 Å³ is 6.2415 meV; a volume that is not known lies between those of its neighbours, and that is said", () => {
  const set = setOfTotals(
    [
      { formula: "Na", energy: 0, volume: 40 },
      { formula: "S", energy: 0, volume: 25 },
      { formula: "NaS", energy: -2, volume: 60 },
      { formula: "Na2S", energy: -3.6, volume: 85 },
    ],
    ABOUT,
  );
  const at = (pressureGigapascal: number) => phaseDiagram(set, ["Na", "S"], { pressureGigapascal });
  const index = at(0).entries.findIndex((e) => e.formula === "Na2S2");
  expect(at(1).hull.energies[index]! - at(0).hull.energies[index]!).toBeCloseTo(-0.0062415 * 2.5, 6);
  const [step] = voltageProfile(at(1), parseFormula("S"), "Na");
  expect(step!.voltage.sigma).toBeGreaterThan(0);
  const squeezed = phaseDiagram(energySet("nrel-fere-2012"), ["Na", "P", "S"], { pressureGigapascal: 1e-9 });
  expect(squeezed.notices.map((n) => n.code)).toContain("volume-interpolated");
  // no jump where pressure begins
  const free = phaseDiagram(energySet("nrel-fere-2012"), ["Na", "P", "S"]);
  for (const [j, above] of free.above.entries()) expect(Math.abs(above - squeezed.above[j]!)).toBeLessThan(1e-9);
  expect(() => phaseDiagram(energySet("mp-2018"), ["Na", "Cl"], { pressureGigapascal: 1 })).toThrow(/no volume of a solid is known for Cl/);
  expect(() => at(-1)).toThrow(/0 to 100 GPa/);
});

test("temperature: ΔG of tables at 298.15 K comes back; sets without entropies say so", () => {
  const diagram = phaseDiagram(energySet("tabulated"), ["Na", "S"], { temperatureKelvin: 298.15 });
  // tabulated ΔGf of Na2S, eV per atom
  expect(diagram.hull.energies[diagram.entries.findIndex((e) => e.formula === "Na2S")]).toBeCloseTo(-1.208474, 6);
  expect(diagram.notices.map((n) => n.code)).toEqual(["entropy-interpolated"]);
  const without = phaseDiagram(energySet("mp-2018"), ["Na", "S"], { temperatureKelvin: 298.15 });
  expect(without.notices.map((n) => n.code)).toEqual(["temperature-without-effect"]);
});

test("solids over temperature: a compound made unstable by its entropy goes where ΔH = TΔS", () => {
  const { ranges, solidBelow, notices } = solidDiagram(energySet("tabulated"), ["Na", "S"]);
  expect(ranges.map((r) => r.formula)).toEqual(expect.arrayContaining(["Na", "Na2S", "Na2S2", "Na2S4", "S"]));
  expect(solidBelow!.value).toBeCloseTo(370.9, 1);
  expect(notices.map((n) => n.code)).toContain("liquid-out-of-scope");
  const own = energySet("tabulated");
  const entries = [
    ...own.entries.filter((e) => e.composition.size === 1),
    { ...own.entries[0]!, formula: "Na2S2", composition: parseFormula("Na2S2"), energy: -0.03, entropy: -1e-4 },
  ];
  const [range] = solidDiagram({ ...own, entries }, ["Na", "S"]).ranges.filter((r) => r.formula === "Na2S2");
  expect(range!.to.value).toBeCloseTo(300, 1);
  expect(() => solidDiagram(own, ["Na", "S"], 400)).toThrow(/Na melts at 370.9 K/);
});

test("contact: the strongest reaction of A and B, and refusals", () => {
  const diagram = phaseDiagram(energySet("nrel-fere-2012"), ["Na", "P", "S"]);
  const contact = contactReactions(diagram, parseFormula("Na3PS4"), parseFormula("Na"));
  // per atom of the mixture the phosphide NaP comes before Na3P
  expect(contact.strongest.reaction!.text).toBe("Na3PS4 + 6 Na → NaP + 4 Na2S");
  expect(contact.kinks[0]!.energy.value).toBeCloseTo(0, 9);
  expect(() => contactReactions(diagram, parseFormula("Na2S2"), parseFormula("NaS"))).toThrow(/same material/);
});

test("potentials: the domain of a binary's compound ends where its neighbours form", () => {
  const set = setOfTotals(
    [
      { formula: "Na", energy: 0 },
      { formula: "S", energy: 0 },
      { formula: "Na2S", energy: -3.9 },
    ],
    ABOUT,
  );
  const domain = potentialDomains(phaseDiagram(set, ["Na", "S"])).find((d) => d.formula === "Na2S")!;
  expect(domain.ranges).toEqual([
    { element: "Na", from: expect.closeTo(-1.95, 9), to: expect.closeTo(0, 9) },
    { element: "S", from: expect.closeTo(-3.9, 9), to: expect.closeTo(0, 9) },
  ]);
});

test("formation, adsorption and steps with named references", () => {
  const references = { Na: { name: "bcc Na", energy: -1.3 }, S: { name: "S8/8", energy: -4.1 } };
  const formation = formationEnergy("Na2S", -10.7, references);
  expect([formation.perFormula.value, formation.perAtom.value]).toEqual([expect.closeTo(-4, 12), expect.closeTo(-4 / 3, 12)]);
  expect(formation.references).toEqual(["bcc Na", "S8/8"]);
  expect(() => formationEnergy("NaCl", -1, references)).toThrow(/no reference state for Cl; given are Na, S/);
  expect(adsorptionEnergy(-105, -100, { name: "Na atom", energy: -3 }).value).toBe(-2);
  const steps = stepEnergies(
    [
      { name: "S", energy: -8 },
      { name: "NaS", energy: -11, taken: { Na: 1 } },
      { name: "Na2S", energy: -12, taken: { Na: 1 } },
    ],
    references,
  );
  expect(steps.map((s) => [s.step.value, s.total.value])).toEqual([
    [0, 0],
    [expect.closeTo(-1.7, 12), expect.closeTo(-1.7, 12)],
    [expect.closeTo(0.3, 12), expect.closeTo(-1.4, 12)],
  ]);
  expect(ductility(quantity(20, "GPa", 1), quantity(10, "GPa", 0.5)).poisson.value).toBeCloseTo((3 * 20 - 20) / (2 * (60 + 10)), 12);
});

test("moduli of cubic constants by Hill: silicon has B = 97.8 and G = 66.5 GPa", () => {
  // Hill's mean of 165.64, 63.94, 79.51 GPa: Voigt 68.05, Reuss 64.98
  const silicon = ductilityTable().find((row) => row.phase === "Si")!;
  expect(silicon.bulk.value).toBeCloseTo(97.84, 2);
  expect(silicon.shear.value).toBeCloseTo(66.5, 1);
  expect(silicon.ductile).toBe(false);
});

test("defaults: fitted references for compounds of sodium, not for alloys, lithium or tantalum; none outside the covered systems", () => {
  const first = (words: string) => setsFor(systemElements(words))[0]?.name;
  expect(["Na-P-S", "Na-Sn", "Li-P-S", "Na-Ta-S-Cl", "Na-O", "Li-Cl"].map(first)).toEqual([
    "nrel-fere-2012",
    "mp-2018-uncorrected",
    "mp-2018-uncorrected",
    "mp-2018-uncorrected",
    undefined,
    undefined,
  ]);
});

test("every shipped set names source, licence and corrections; an unknown one is answered with those there are", () => {
  for (const name of ENERGY_SET_NAMES) {
    const set = energySet(name);
    expect(set.source.length * set.licence.length).toBeGreaterThan(0);
    expect(set.entries.every((e) => e.source !== "" && e.licence !== "")).toBe(true);
  }
  expect(() => energySet("mp2018")).toThrow(/did you mean mp-2018/);
  for (const system of [
    ["Na", "S"],
    ["Li", "S"],
    ["Li", "I"],
    ["Na", "Ta", "S", "Cl"],
    ["Li", "P", "S"],
  ]) {
    expect(new Set(setsFor(system).map((s) => s.origin)).size).toBeGreaterThanOrEqual(3);
  }
});
