/** Whole powder patterns of the virtual diffractometer, refined: cells with their errors, mass fractions, a phase that is not there. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random } from "@thioscope/core";
import { phaseStructure, powderLines, type Structure, spaceGroup, tiedParameters, unitCell } from "@thioscope/core/crystal";
import { identifyPhases, lineShape, type PowderData, pseudoVoigt, refinePattern } from "@thioscope/core/powder";
import type { Story } from "@thioscope/core/story";
import { readStory, readStudy, runStudy } from "@thioscope/study";
import { virtualPowder } from "@thioscope/virtual";
import { expect, test } from "vitest";

const LAMBDA = 1.5406;
const FREE = ["zero", "w", "x", "y"] as const;
const IS_LONG = process.env.THIOSCOPE_LONG === "1";

interface Made {
  data: PowderData;
  /** a of each phase, Å */
  a: number[];
}

/** @param areaOf counts × degrees under a line, from its integrated intensity */
function made(names: readonly string[], areaOf: (phase: number, integrated: number) => number, seed: string, background = 60): Made {
  const draw = random(seed);
  const a: number[] = [];
  const lines = names.flatMap((name, k) => {
    const structure = phaseStructure(name);
    const stretch = 1 + 2e-4 * (2 * draw.uniform() - 1);
    a.push(structure.cell.parameters[0] * stretch);
    return powderLines(structure, { wavelengthAngstrom: LAMBDA, twoThetaMaxDegree: 110 }).lines.map(({ d, integrated }) => ({
      twoTheta: (360 / Math.PI) * Math.asin(LAMBDA / (2 * d.value * stretch)),
      area: areaOf(k, "value" in integrated ? integrated.value : 0),
    }));
  });
  const zero = 0.02 * (2 * draw.uniform() - 1);
  const pattern = virtualPowder({
    lines,
    range: [18, 110],
    step: 0.02,
    gauss: 0.025,
    lorentz: 0.015,
    strain: 0.02,
    background,
    zero,
    seed,
  });
  return { data: { twoTheta: pattern.twoTheta, intensity: pattern.counts, sigma: null }, a };
}

const strongest = (name: string): number =>
  Math.max(
    ...powderLines(phaseStructure(name), { wavelengthAngstrom: LAMBDA }).lines.map(({ integrated }) =>
      "value" in integrated ? integrated.value : 0,
    ),
  );

const DRAWS = IS_LONG ? 100 : 8;

test(`Pawley of LaB6, Si and CeO2, ${DRAWS} draws each: a within 0.0002 Å, the error holds it in 60–76 %`, () => {
  let inside = 0;
  for (const name of ["LaB6", "Si", "CeO2"]) {
    const top = strongest(name);
    for (let k = 0; k < DRAWS; k++) {
      const { data, a } = made([name], (_, integrated) => (400 * integrated) / top, `${name} ${k}`);
      const fit = refinePattern(data, [phaseStructure(name)], { wavelengthAngstrom: LAMBDA, method: "pawley", free: FREE });
      const found = fit.phases[0]!.cell[0]!;
      expect(fit.converged).toBe(true);
      expect(Math.abs(found.value - a[0]!), `${name} ${k}`).toBeLessThan(2e-4);
      if (Math.abs(found.value - a[0]!) < found.sigma!) inside++;
    }
  }
  const share = inside / (3 * DRAWS);
  if (IS_LONG) console.log(`1σ holds a in ${(100 * share).toFixed(1)} % of ${3 * DRAWS} draws`);
  // of 24 draws two standard deviations of the binomial are 0.19
  const slack = IS_LONG ? 0 : 0.15;
  expect(share).toBeGreaterThan(0.6 - slack);
  expect(share).toBeLessThan(0.76 + slack);
});

const MIXTURES = IS_LONG ? 30 : 3;

test(`mass fractions of ${MIXTURES} mixtures of Na2S, Na2S2 and Na3PS4 within 1 %`, { timeout: 300_000 }, () => {
  const names = ["Na2S", "Na2S2", "Na3PS4"];
  const structures = names.map(phaseStructure);
  // formula units in the cell, g/mol
  const heavy = [4 * 78.04, 3 * 110.1, 2 * 227.9].map((mass, k) => mass * structures[k]!.cell.volume);
  for (let k = 0; k < MIXTURES; k++) {
    const draw = random(`mixture ${k}`);
    const parts = names.map(() => 0.1 + draw.uniform());
    const sum = parts.reduce((a, b) => a + b, 0);
    const truth = parts.map((part) => part / sum);
    const { data } = made(names, (phase, integrated) => (600 * truth[phase]! * integrated) / heavy[phase]!, `mixture ${k}`);
    const fit = refinePattern(data, structures, { wavelengthAngstrom: LAMBDA, method: "rietveld", free: FREE });
    for (const [phase, { massFraction }] of fit.phases.entries()) {
      expect(massFraction && "value" in massFraction && Math.abs(massFraction.value - truth[phase]!), `${k} ${names[phase]}`).toBeLessThan(
        0.01,
      );
    }
  }
});

test("a phase that is not there has a fraction of zero within its error", () => {
  const { data } = made(["Si"], (_, integrated) => (400 * integrated) / strongest("Si"), "absent");
  const fit = refinePattern(data, [phaseStructure("Si"), phaseStructure("Ni")], {
    wavelengthAngstrom: LAMBDA,
    method: "rietveld",
    free: FREE,
    cells: false,
  });
  const absent = fit.phases[1]!.massFraction!;
  if (!("value" in absent)) throw new Error("no fraction");
  expect(Math.abs(absent.value)).toBeLessThan(Math.max(4 * absent.sigma!, 0.002));
});

test("a line has unit area and the width that it says", () => {
  const shape = lineShape({ u: 0.01, v: -0.002, w: 0.003, x: 0.02, y: 0.03 }, 47);
  let area = 0;
  for (let x = -40; x < 40; x += 0.001) area += 0.001 * pseudoVoigt(x, shape);
  // the Lorentzian's tails beyond 40 degrees hold the rest
  expect(Math.abs(area - 1)).toBeLessThan(2e-3);
  expect(pseudoVoigt(shape.width / 2, shape) / pseudoVoigt(0, shape)).toBeCloseTo(0.5, 10);
});

test.each([
  [[], "rietveld", /no phase/],
  [["S8-none"], "rietveld", /./],
  [["Na2S4"], "rietveld", /no atoms/],
] as const)("what cannot be refined is refused: %j %s", (names, method, words) => {
  const { data } = made(["Si"], (_, integrated) => (400 * integrated) / strongest("Si"), "refused");
  expect(() =>
    refinePattern(
      data,
      names.map((name) => phaseStructure(name)),
      { wavelengthAngstrom: LAMBDA, method },
    ),
  ).toThrow(words);
});

/** Cubic structures beside those that ship: lattices in Å at room temperature, rounded. */
function cubic(name: string, group: string, a: number, sites: readonly (readonly [string, number])[]): Structure {
  const space = spaceGroup(group);
  return {
    name,
    source: "rounded, for this test",
    cell: unitCell([a, a, a, 90, 90, 90], null, tiedParameters(space)),
    group: space,
    sites: sites.map(([element, x], k) => ({
      label: `${element}${k}`,
      element,
      charge: 0,
      position: [x, x, x],
      occupancy: 1,
      uIso: 0.01,
      uAniso: null,
    })),
    notices: [],
  };
}
const F = "F m -3 m";
const CANDIDATES: readonly Structure[] = [
  ...["LaB6", "CeO2", "Si", "Al2O3", "Ni", "NaCl", "Na2S", "Na2S2", "Li2S", "Na3PS4", "S8", "Li6PS5Cl"].map(phaseStructure),
  ...(
    [
      ["Li", "F", 4.027],
      ["Na", "F", 4.634],
      ["Na", "Br", 5.974],
      ["Li", "Cl", 5.14],
      ["Li", "Br", 5.501],
      ["K", "Cl", 6.291],
    ] as const
  ).map(([m, x, a]) =>
    cubic(`${m}${x}`, F, a, [
      [m, 0],
      [x, 0.5],
    ]),
  ),
  ...(
    [
      ["Mg", "O", 4.211],
      ["Ca", "O", 4.811],
      ["Ti", "N", 4.241],
      ["Mg", "S", 5.2],
      ["Ca", "S", 5.69],
    ] as const
  ).map(([m, x, a]) =>
    cubic(`${m}${x}`, F, a, [
      [m, 0],
      [x, 0.5],
    ]),
  ),
  ...(
    [
      ["Ca", "F", 5.463],
      ["Zr", "O", 5.09],
      ["Sr", "F", 5.8],
    ] as const
  ).map(([m, x, a]) =>
    cubic(`${m}${x}2`, F, a, [
      [m, 0],
      [x, 0.25],
    ]),
  ),
  ...(
    [
      ["Al", 4.0494],
      ["Cu", 3.6149],
      ["Ag", 4.0862],
      ["Pt", 3.9242],
      ["Pb", 4.9505],
    ] as const
  ).map(([m, a]) => cubic(m, F, a, [[m, 0]])),
  ...(
    [
      ["W", 3.165],
      ["Na", 4.2906],
      ["Ta", 3.3058],
    ] as const
  ).map(([m, a]) => cubic(m, "I m -3 m", a, [[m, 0]])),
];

const SETS = IS_LONG ? 100 : 8;

test(`of ${CANDIDATES.length} candidates the right set in 95 % of ${SETS} mixtures of one to three`, { timeout: 300_000 }, () => {
  expect(CANDIDATES.length).toBeGreaterThanOrEqual(30);
  const wrong: string[] = [];
  for (let k = 0; k < SETS; k++) {
    const draw = random(`set ${k}`);
    const members = new Set<number>();
    const size = 1 + draw.integer(3);
    while (members.size < size) members.add(draw.integer(CANDIDATES.length));
    const lines = [...members].flatMap((c) => {
      const stretch = 1 + 0.003 * (2 * draw.uniform() - 1);
      const all = powderLines(CANDIDATES[c]!, { wavelengthAngstrom: LAMBDA, twoThetaMaxDegree: 90 }).lines;
      const areas = all.map(({ integrated }) => ("value" in integrated ? integrated.value : 0));
      const amount = (60 + 240 * draw.uniform()) / Math.max(...areas);
      return all.map(({ d }, i) => ({ twoTheta: (360 / Math.PI) * Math.asin(LAMBDA / (2 * d.value * stretch)), area: amount * areas[i]! }));
    });
    const { twoTheta, counts } = virtualPowder({
      lines,
      range: [18, 90],
      step: 0.02,
      gauss: 0.04,
      lorentz: 0.03,
      background: 100,
      zero: 0.01,
      seed: `set ${k}`,
    });
    const found = identifyPhases({ twoTheta, intensity: counts, sigma: null }, CANDIDATES, { wavelengthAngstrom: LAMBDA });
    const names = (list: readonly { name: string }[]): string =>
      list
        .map(({ name }) => name)
        .sort()
        .join(" ");
    const truth = names([...members].map((c) => CANDIDATES[c]!));
    if (names(found.phases) !== truth) wrong.push(`${k}: ${truth} found as ${names(found.phases)}`);
  }
  if (IS_LONG) console.log(`${SETS - wrong.length} of ${SETS} sets found`);
  expect(wrong.length, wrong.join("; ")).toBeLessThanOrEqual(0.05 * SETS + (IS_LONG ? 0 : 1));
});

test("what no candidate explains is listed", () => {
  const { data } = made(["Si", "Na2S"], (_, integrated) => (200 * integrated) / strongest("Si"), "left");
  const found = identifyPhases(data, [phaseStructure("Si"), phaseStructure("Ni")], { wavelengthAngstrom: LAMBDA });
  expect(found.phases.map(({ name }) => name)).toEqual([phaseStructure("Si").name]);
  const strong = powderLines(phaseStructure("Na2S"), { wavelengthAngstrom: LAMBDA }).lines.find(
    ({ twoTheta, intensity }) => twoTheta.value > 20 && "value" in intensity && intensity.value > 99,
  )!;
  expect(found.unexplained.some(({ twoTheta }) => Math.abs(twoTheta.value - strong.twoTheta.value) < 0.1)).toBe(true);
});

/** A glass: two broad humps of the counts that its mass share takes. */
function withHumps(data: PowderData, counts: number, seed: string): PowderData {
  const draw = random(`humps ${seed}`);
  return {
    ...data,
    intensity: data.intensity.map((y, i) => {
      const x = data.twoTheta[i]!;
      const mean = counts * (Math.exp(-(((x - 27) / 5) ** 2)) + 0.5 * Math.exp(-(((x - 50) / 9) ** 2)));
      return Math.max(0, y + Math.round(mean + Math.sqrt(mean) * draw.normal()));
    }),
  };
}

test("TaCl5–x Na2S from virtual patterns: only x = 0.5 holds no crystal; NaCl and Na2S are named at 0.75 and 1", () => {
  // counts under the strongest line of each phase, and of the glass
  const series: readonly [x: number, crystals: Readonly<Record<string, number>>, glass: number][] = [
    [0.5, {}, 900],
    [0.75, { NaCl: 60, Na2S: 45 }, 600],
    [1, { NaCl: 120, Na2S: 110 }, 300],
  ];
  for (const [x, crystals, glass] of series) {
    const names = Object.keys(crystals);
    for (let k = 0; k < 5; k++) {
      const { data } = made(
        names,
        (phase, integrated) => (crystals[names[phase]!]! * integrated) / strongest(names[phase]!),
        `glass ${x} ${k}`,
      );
      const found = identifyPhases(withHumps(data, glass, `${x} ${k}`), CANDIDATES, { wavelengthAngstrom: LAMBDA });
      expect(found.phases.map(({ candidate }) => CANDIDATES[candidate]!.name).sort(), `x = ${x}, ${k}`).toEqual(
        names.map((name) => phaseStructure(name).name).sort(),
      );
      if (names.length === 0) expect(found.unexplained).toEqual([]);
    }
  }
});

test("a study over patterns: mass fractions with errors over the series; phases that nobody named are asked for", async () => {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-powder-study-"));
  try {
    const names = ["Na2S", "Si"];
    for (const [k, share] of [0.2, 0.5, 0.8].entries()) {
      const { data } = made(
        names,
        (phase, integrated) => (300 * (phase === 0 ? share : 1 - share) * integrated) / strongest(names[phase]!),
        `study ${k}`,
      );
      writeFileSync(join(folder, `p${k}.xy`), Array.from(data.twoTheta, (x, i) => `${x.toFixed(3)} ${data.intensity[i]}`).join("\n"));
    }
    const yaml = (step: string): string =>
      `title: Series\nsources:\n  patterns: { kind: powder, files: "p*.xy", wavelength: 1.5406 Å }\nsteps:\n  - ${step}\n  - story\n`;
    writeFileSync(join(folder, "study.yaml"), yaml("powder: { phases: [Na2S, Si] }"));
    const { index } = await runStudy(await readStudy(folder));
    expect(index.sources[0]!.errors).toEqual([]);
    const { parts } = JSON.parse((await readStory(folder))!) as Story;
    const [part] = parts;
    if (part?.kind !== "spectroscopy") throw new Error("no part");
    expect(part.curves).toHaveLength(3);
    const [first] = part.series;
    expect(first!.values[0]! < first!.values[1]! && first!.values[1]! < first!.values[2]!).toBe(true);
    expect(first!.sigma.every((s) => s! > 0 && s! < 0.02)).toBe(true);
    writeFileSync(join(folder, "study.yaml"), yaml("powder"));
    const without = await runStudy(await readStudy(folder)).catch((error: unknown) => String(error));
    expect(JSON.stringify(without)).toMatch(/which phases/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
