import { expect, test } from "vitest";
import { ThioscopeError } from "../errors.ts";
import { quantity } from "../units/quantity.ts";
import { fuse } from "./fuse.ts";
import type { EvidenceQuestion, Observation } from "./model.ts";
import { emptyState, energyOf, scaleGuesses } from "./posterior.ts";
import { problemOf } from "./problem.ts";
import { SPECIES_SETS, speciesIndex } from "./species.ts";

/** S8 → Na2S2 → Na2S in two steps, half of the sulfide amorphous: amounts by algebra. */
const amounts = (q: number): { s8: number; disulfide: number; sulfide: number } =>
  q <= 1 ? { s8: 1 - q, disulfide: q, sulfide: 0 } : { s8: 0, disulfide: 2 - q, sulfide: q - 1 };

const seen = (probe: string, kind: Observation["kind"], species: string[], q: number, value: number, sigma: number): Observation => ({
  probe,
  kind,
  species,
  at: quantity(q, "1", 0.002),
  value,
  sigma,
});

function twoSteps({ scale = 100, absorption = true } = {}): Observation[] {
  const out: Observation[] = [];
  for (let q = 0.05; q < 2; q += 0.1) {
    const n = amounts(q);
    out.push(seen("XRD", "crystalline", ["S8"], q, scale * n.s8, 1.5));
    out.push(seen("XRD", "crystalline", ["Na2S"], q, scale * 0.5 * n.sulfide, 1.5));
    if (!absorption) continue;
    out.push(seen("XAS", "weight", ["S8"], q, 0.4 * n.s8, 0.01));
    out.push(seen("XAS", "weight", ["Na2S5", "Na2S4", "Na2S3", "Na2S6-8"], q, 0, 0.01));
    out.push(seen("XAS", "weight", ["Na2S2"], q, 0.4 * n.disulfide, 0.01));
    out.push(seen("XAS", "weight", ["Na2S"], q, 0.4 * n.sulfide, 0.01));
    out.push(seen("XAS", "electrolyte", [], q, 0.6, 0.01));
  }
  return out;
}

const question = (observations: readonly Observation[]): EvidenceQuestion => ({
  system: "Na-S",
  observations,
  scales: ["S8", "Na2S"].map((species) => ({ probe: "XRD", species, scale: { value: 100, sigma: 2 } })),
  chargeError: 0.01,
  electrolyteCharge: { atMost: 0.2 },
  electrolyteSulfur: { value: 0.6, sigma: 0.02 },
  order: null,
  samples: 60,
  points: 21,
});

test("the gradient is that of the energy (central differences)", () => {
  const problem = problemOf({
    ...question([...twoSteps(), seen("XAS", "chain", [], 0.7, 3, 0.2)]),
    order: SPECIES_SETS["Na-S"].map((s) => s.id),
  });
  const guess = scaleGuesses(problem);
  const at = emptyState(problem);
  for (let i = 0; i < at.u.length; i++) at.u[i] = 0.05 + 0.1 * Math.abs(Math.sin(i));
  at.shares.set([0.3, 0.4, 0.55]);
  at.xi.set(at.xi.map((_, k) => 0.3 * Math.cos(k)));
  const [gradient, scratch] = [emptyState(problem), emptyState(problem)];
  energyOf(problem, guess, at, gradient);
  for (const part of ["u", "shares", "xi"] as const) {
    for (let i = 0; i < at[part].length; i += part === "u" ? 17 : 1) {
      const step = 1e-6;
      const old = at[part][i]!;
      at[part][i] = old + step;
      const up = energyOf(problem, guess, at, scratch);
      at[part][i] = old - step;
      const down = energyOf(problem, guess, at, scratch);
      at[part][i] = old;
      const slope = (up - down) / (2 * step);
      expect(Math.abs(slope - gradient[part][i]!), `${part} ${i}`).toBeLessThan(1e-4 * Math.max(1, Math.abs(slope)));
    }
  }
});

test("two steps without noise: amounts, hidden sulfide and the electrolyte's sulfur come back", () => {
  const answer = fuse(question(twoSteps()));
  for (const [g, q] of answer.charge.entries()) {
    const n = amounts(q);
    const of = (id: string) => answer.species[speciesIndex(SPECIES_SETS["Na-S"], id)]!;
    expect(Math.abs(of("S8").total.middle[g]! - n.s8)).toBeLessThan(0.04);
    expect(Math.abs(of("Na2S2").total.middle[g]! - n.disulfide)).toBeLessThan(0.06);
    expect(Math.abs(of("Na2S").total.middle[g]! - n.sulfide)).toBeLessThan(0.04);
    const { hidden } = of("Na2S");
    if ("notComputable" in hidden) throw new Error(hidden.notComputable);
    expect(Math.abs(hidden.middle[g]! - n.sulfide / 2)).toBeLessThan(0.04);
    // amounts add up
    expect(answer.species.reduce((sum, s) => sum + s.total.middle[g]!, 0)).toBeCloseTo(1, 3);
  }
  expect(answer.electrolyteSulfur).toMatchObject({ unit: "1" });
  expect("value" in answer.electrolyteSulfur && Math.abs(answer.electrolyteSulfur.value - 0.6)).toBeLessThan(0.01);
  expect(answer.probes.some((p) => p.contradicts)).toBe(false);
  expect(answer.species[1]!.hidden).toEqual({ notComputable: "no diffraction of it takes part" });
});

test("without spectra the hidden part widens, and it is said", () => {
  const [full, less] = [fuse(question(twoSteps())), fuse(question(twoSteps({ absorption: false })))];
  const width = (a: typeof full): number => {
    const { hidden } = a.species[6]!;
    return "notComputable" in hidden ? Number.NaN : hidden.high.reduce((sum, v, g) => sum + v - hidden.low[g]!, 0);
  };
  expect(width(less)).toBeGreaterThan(1.5 * width(full));
  expect(less.notices.map((n) => n.code)).toContain("evidence-no-total");
  expect(full.notices.map((n) => n.code)).not.toContain("evidence-no-total");
});

test("arbitrary units without a scale are refused where the size counts", () => {
  const answer = fuse({ ...question(twoSteps()), scales: [] });
  expect(answer.hidden).toMatchObject({ notComputable: expect.stringContaining("arbitrary units") });
  expect(answer.species[6]!.hidden).toMatchObject({ notComputable: expect.stringContaining("without a scale") });
  expect(answer.species[6]!.crystalline).toBeNull();
  expect(answer.scales.every(({ scale }) => "notComputable" in scale)).toBe(true);
  // the amounts themselves rest on the spectra
  expect(Math.abs(answer.species[6]!.total.middle[20]! - amounts(answer.charge[20]!).sulfide)).toBeLessThan(0.06);
});

test("the order pulls where nothing else decides, and is gone where it is switched off", () => {
  // one charge with 0.7 electrons per S: S8 with Na2S, or Na2S4 with Na2S2; nothing but the balance
  const balance = [0.1, 0.7, 1.5].map((q) => seen("XRD", "crystalline", ["S8"], q, 0, 40));
  const order = SPECIES_SETS["Na-S"].map(({ id }) => id);
  const apart = (of: readonly string[] | null): number => {
    const { species, charge } = fuse({ ...question(balance), order: of });
    const g = charge.findIndex((q) => q >= 0.7);
    const n = species.map((s) => s.total.middle[g]!);
    let sum = 0;
    for (let i = 0; i < n.length; i++) for (let k = i + 2; k < n.length; k++) sum += n[i]! * n[k]!;
    return sum;
  };
  expect(apart(order)).toBeLessThan(0.97 * apart(null));
});

test("the same seed gives the same bytes", () => {
  const [a, b] = [fuse({ ...question(twoSteps()), seed: 7 }), fuse({ ...question(twoSteps()), seed: 7 })];
  expect(a).toEqual(b);
});

/** At half an electron all is chains of four on average: Na2S4 alone, Na2S5 with Na2S3, or more of them: amounts by algebra. */
function chainsOfFour(): EvidenceQuestion {
  const out: Observation[] = [];
  for (const q of [0.1, 0.3, 0.5, 0.7]) {
    out.push(seen("XAS", "weight", ["S8"], q, Math.max(0, 1 - 2 * q), 0.01));
    out.push(seen("XAS", "weight", ["Na2S6-8", "Na2S5", "Na2S4", "Na2S3", "Na2S2"], q, Math.min(1, 2 * q), 0.01));
    out.push(seen("XAS", "weight", ["Na2S"], q, 0, 0.01));
    out.push(seen("XAS", "chain", [], q, q < 0.5 ? 4 : 2 / q, 0.05));
  }
  return { ...question(out), electrolyteCharge: { atMost: 0.01 }, electrolyteSulfur: { value: 0, sigma: 1e-3 }, samples: 40, points: 15 };
}

test("what the data do not tell apart spans what they allow, and its sum is narrow", () => {
  const answer = fuse(chainsOfFour());
  const g = answer.charge.findIndex((q) => Math.abs(q - 0.5) < 1e-6);
  const band = (id: string) => answer.species[speciesIndex(SPECIES_SETS["Na-S"], id)]!.total;
  // by algebra 0 to 1 of Na2S4, and beside Na2S3 alone at most 5/8 of Na2S5, which leaves 3/8 for Na2S3; with S6-8 and Na2S2 it is less
  expect(band("Na2S4").low[g]).toBe(0);
  expect(band("Na2S4").high[g]).toBeGreaterThan(0.95);
  expect(band("Na2S5").high[g]).toBeGreaterThan(0.62);
  expect(band("Na2S2").high[g]).toBeLessThan(0.4 + 0.06);
  expect(band("S8").high[g]).toBeLessThan(0.05);
  const chains = answer.groups.find(({ species }) => species.includes("Na2S4"))!;
  expect(chains.species.length).toBeGreaterThan(2);
  expect(chains.total.low[g]).toBeGreaterThan(0.93);
  expect(answer.notices.map(({ code }) => code)).toContain("evidence-not-separable");
});

test("a chain counts as its ends and its inner atoms", () => {
  // Na2S5 alone at 0.4 electrons: 4/5 of the spectrum of S4 and 1/5 of that of S8
  const chains = ["Na2S6-8", "Na2S5", "Na2S4", "Na2S3", "Na2S2"];
  const lengths = [7, 5, 4, 3, 2];
  const out: Observation[] = [];
  for (const q of [0.02, 0.1, 0.2, 0.3, 0.4]) {
    const n = q / 0.4;
    out.push({ ...seen("XAS", "weight", chains, q, 0.8 * n, 0.01), counts: lengths.map((l) => 4 / l) });
    out.push({ ...seen("XAS", "weight", ["S8", ...chains], q, 1 - 0.8 * n, 0.01), counts: [1, ...lengths.map((l) => 1 - 4 / l)] });
    out.push(seen("XAS", "chain", [], q, 5, 0.1));
    for (const id of ["Na2S6-8", "Na2S4"]) out.push(seen("Raman", "amount", [id], q, 0, 0.01));
  }
  const { species, charge } = fuse({ ...question(out), electrolyteSulfur: { value: 0, sigma: 1e-3 }, points: 9, samples: 20 });
  for (const [g, q] of charge.entries()) {
    expect(Math.abs(species[2]!.total.middle[g]! - q / 0.4)).toBeLessThan(0.06);
    expect(Math.abs(species[0]!.total.middle[g]! - 1 + q / 0.4)).toBeLessThan(0.06);
  }
  expect(() => fuse(question([{ ...out[0]!, counts: [1] }]))).toThrow(/1 counts for 5 species/);
});

test("another kind of cell counts for less", () => {
  // the other cell says no sulfide where the balance and the crystals say a half
  const wrong = (cellSigma: number): EvidenceQuestion =>
    question(twoSteps().map((o) => (o.probe === "XAS" ? { ...o, value: o.species[0] === "Na2S" ? 0 : o.value, cellSigma } : o)));
  const contradicted = (cellSigma: number): boolean => fuse({ ...wrong(cellSigma), samples: 8 }).probes.some((p) => p.contradicts);
  expect(contradicted(0)).toBe(true);
  expect(contradicted(0.3)).toBe(false);
});

test("what cannot be read is named", () => {
  const bad =
    (change: Partial<Observation>): (() => unknown) =>
    () =>
      fuse(question([{ ...twoSteps()[0]!, ...change }, ...twoSteps()]));
  expect(bad({ sigma: 0 })).toThrow(/observation 1 \(XRD, crystalline of S8\): the error is 0/);
  expect(bad({ value: Number.NaN })).toThrow(/NaN/);
  expect(bad({ species: ["Na2S9"] })).toThrow(/Na2S9.*one of S8, Na2S6-8/);
  expect(bad({ species: [] })).toThrow(/needs 1 species/);
  expect(bad({ at: quantity(200, "1", 0) })).toThrow(/electrons per S/);
  expect(() => fuse(question([]))).toThrow(ThioscopeError);
  expect(() => fuse({ ...question(twoSteps()), chargeError: -1 })).toThrow(/0 to 0.5/);
});

test("a constant that all intensities of a phase share changes nothing", () => {
  const ask = (constant: number): EvidenceQuestion => ({
    ...question(twoSteps().map((o) => (o.kind === "crystalline" ? { ...o, value: o.value + constant, offset: `XRD ${o.species[0]}` } : o))),
  });
  const [without, shifted] = [fuse(ask(0)), fuse(ask(-250))];
  for (const [k, { total }] of without.species.entries())
    for (let g = 0; g < total.middle.length; g++) {
      expect(Math.abs(shifted.species[k]!.total.middle[g]! - total.middle[g]!)).toBeLessThan(1e-6);
    }
  expect(shifted.probes.every(({ contradicts }) => !contradicts)).toBe(true);
  // without saying so the same numbers contradict everything else
  const bare = fuse(question(twoSteps().map((o) => (o.kind === "crystalline" ? { ...o, value: o.value - 250 } : o))));
  expect(bare.probes.some(({ contradicts }) => contradicts)).toBe(true);
  // the amounts are found nevertheless: half of the sulfide is amorphous
  const sulfide = shifted.species.find(({ id }) => id === "Na2S")!;
  expect(Math.abs(sulfide.crystalline!.middle.at(-1)! - 0.5 * sulfide.total.middle.at(-1)!)).toBeLessThan(0.06);
});
