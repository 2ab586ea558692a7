/**
 * Spectra of the virtual spectrometer through files and analysis: chain length without bias and with honest errors, what must be flagged, calibration,
 * drift, glitches, mixtures with an electrolyte, and the claims of the papers that rest on XANES and EXAFS. Bounds of counts are binomial.
 */
import {
  alignTo,
  autobk,
  type ChainLength,
  type ChainOptions,
  calibrateChain,
  calibrateOn,
  chainLength,
  deglitch,
  driftOf,
  edgeEnergy,
  findFeatures,
  findShells,
  fitCombination,
  type NormalizedCurve,
  type Nuisance,
  normalizeSpectrum,
  overAbsorptionAlpha,
  standardSet,
} from "@thioscope/core/absorption";
import { readAbsorption, sourceOfBytes } from "@thioscope/formats";
import {
  USUAL_SULFUR_BEAMLINE,
  type VirtualAbsorptionBeamline,
  type VirtualSulfur,
  type VirtualXanes,
  virtualExafs,
  virtualSulfurScan,
  virtualXanes,
  writeVirtualXdi,
  xanesAt,
} from "@thioscope/virtual";
import { expect, test } from "vitest";

const LONG = process.env["THIOSCOPE_LONG"] !== undefined;
const WINDOWS = { pre: [-28, -9], post: [18, 54], degree: 1 } as const;
const S8 = 2471.5;
const QUIET = { ...USUAL_SULFUR_BEAMLINE, noise: 0.002 };

/** Scan → XDI file → reader → normalised curve. */
async function curveOf(
  name: string,
  sulfur: VirtualSulfur,
  beamline: VirtualAbsorptionBeamline,
  seed: string,
): Promise<NormalizedCurve & { stepError: number }> {
  const text = writeVirtualXdi(virtualSulfurScan(name, sulfur, beamline, seed));
  const { scans } = await readAbsorption(sourceOfBytes(`${name}.xdi`, new TextEncoder().encode(text)));
  const { energy, flat, windowShare } = normalizeSpectrum(scans[0]!, WINDOWS);
  return { name, energy, value: flat, stepError: windowShare };
}

/** ρ, K and shapes from a scan of Na2S4, as a user would have them. */
async function calibrated(seed: string): Promise<Pick<ChainOptions, "rho" | "strength" | "shape">> {
  const standard = await curveOf("Na2S4", { chain: { x: 4, share: 1 } }, QUIET, seed);
  return calibrateChain(standard, 4, { s8WhiteLine: S8, stepError: standard.stepError });
}

/** One standard deviation more than the counts of a fair coin of probability p would scatter by, three times. */
const within = (hits: number, n: number, low: number, high: number): boolean => {
  const slack = (p: number): number => 3 * Math.sqrt((p * (1 - p)) / n);
  return hits / n >= low - slack(low) && hits / n <= high + slack(high);
};

test("chain length x = 2 … 8: without bias, errors that cover as often as they say", async () => {
  const each = LONG ? 50 : 8;
  const lengths = [2, 3, 4, 5, 6, 7, 8];
  let covered = 0;
  for (const x of lengths) {
    let sum = 0;
    for (let k = 0; k < each; k++) {
      const sample = await curveOf("sample", { chain: { x, share: 1 } }, USUAL_SULFUR_BEAMLINE, `${x}/${k}`);
      const found = chainLength(sample, { ...(await calibrated(`${x}/${k}`)), s8WhiteLine: S8, stepError: sample.stepError });
      if ("notComputable" in found.x) throw new Error(found.x.notComputable);
      sum += found.x.value - x;
      if (Math.abs(found.x.value - x) < found.x.sigma!) covered++;
      expect(found.flags.some(({ code }) => code === "chain-uncalibrated")).toBe(false);
      if (found.x.value > 6) expect(found.explainedByS8.map(({ n }) => n)).toEqual([4, 5, 6]);
    }
    // the mean's own scatter: σ of x = 8 is 0.1
    expect(Math.abs(sum / each), `x = ${x}`).toBeLessThan(LONG ? 0.05 : 0.05 + (3 * 0.013 * x) / Math.sqrt(each));
  }
  const n = each * lengths.length;
  expect(within(covered, n, 0.6, 0.76), `${covered} of ${n} covered`).toBe(true);
}, 600_000);

const share = (flagged: readonly ChainLength[], code: string): number =>
  flagged.filter(({ flags }) => flags.some((flag) => flag.code === code)).length / flagged.length;

test("S8 beside the chains, over-absorption, no standard: all flagged; unknown electrolyte refused", async () => {
  const each = LONG ? 300 : 20;
  const standard = await calibrated("flags");
  const nuisance = async (kind: Nuisance["kind"], name: string, sulfur: VirtualSulfur): Promise<Nuisance> => ({
    ...(await curveOf(name, sulfur, QUIET, "standard")),
    kind,
  });
  const s8 = await nuisance("S8", "S8", { s8: 1 });
  const electrolyte = await nuisance("electrolyte", "Na3PS4", { electrolyte: 1 });
  const alpha = overAbsorptionAlpha({ formula: "S3.3C5Na3PS4", element: "S", edge: "K", angleIn: 45, angleOut: 45 });
  const run = async (
    sulfur: (x: number) => VirtualSulfur,
    beamline: VirtualAbsorptionBeamline,
    options: ChainOptions,
  ): Promise<ChainLength[]> => {
    const out: ChainLength[] = [];
    for (let k = 0; k < each; k++) {
      const x = 3 + (k % 4);
      const sample = await curveOf("sample", sulfur(x), beamline, `flags/${k}`);
      out.push(chainLength(sample, { s8WhiteLine: S8, stepError: sample.stepError, ...options }));
    }
    return out;
  };
  const chain = (x: number): VirtualSulfur => ({ chain: { x, share: 1 } });
  // found, not only held for possible
  const contaminated = await run((x) => ({ chain: { x, share: 0.8 }, s8: 0.2 }), USUAL_SULFUR_BEAMLINE, { ...standard, nuisances: [s8] });
  expect(share(contaminated, "chain-s8")).toBeGreaterThanOrEqual(0.95);
  // a tenth of S8 needs quieter spectra
  const quiet = { ...USUAL_SULFUR_BEAMLINE, noise: 0.001 };
  const tenth = await run((x) => ({ chain: { x, share: 0.9 }, s8: 0.1 }), quiet, { ...standard, nuisances: [s8] });
  expect(share(tenth, "chain-s8")).toBeGreaterThanOrEqual(0.95);
  // where there is none it is neither found nor, mostly, excluded
  const pure = await run(chain, USUAL_SULFUR_BEAMLINE, { ...standard, nuisances: [s8] });
  expect(share(pure, "chain-s8")).toBeLessThanOrEqual(LONG ? 0.1 : 0.2);
  expect(share(pure, "chain-s8-possible")).toBeGreaterThanOrEqual(LONG ? 0.8 : 0.6);
  const thick = await run(chain, { ...USUAL_SULFUR_BEAMLINE, overAbsorption: 1 / alpha }, { ...standard, alpha });
  expect(share(thick, "chain-over-absorbed")).toBeGreaterThanOrEqual(0.95);
  expect(share(await run(chain, USUAL_SULFUR_BEAMLINE, {}), "chain-uncalibrated")).toBe(1);
  const unknown = await run((x) => ({ chain: { x, share: 0.54 }, electrolyte: 0.46 }), USUAL_SULFUR_BEAMLINE, {
    ...standard,
    electrolyteShare: 0.46,
  });
  for (const { x } of unknown) expect(x).toMatchObject({ notComputable: expect.stringMatching(/electrolyte/) });
  const known = await run((x) => ({ chain: { x, share: 0.54 }, electrolyte: 0.46 }), USUAL_SULFUR_BEAMLINE, {
    ...standard,
    electrolyteShare: 0.46,
    nuisances: [electrolyte],
  });
  for (const [k, { x, shares }] of known.entries()) {
    if ("notComputable" in x) throw new Error(x.notComputable);
    expect(Math.abs(x.value - (3 + (k % 4)))).toBeLessThan(5 * x.sigma!);
    expect(shares[0]!.share.value).toBeCloseTo(0.46, 1);
  }
}, 600_000);

test("ZnSO4's first derivative at 2480.5 eV: shifts up to 1 eV within 0.02 eV (claim NaS-xas-calibration)", async () => {
  const reference = { name: "ZnSO4", point: "derivative maximum", energy: 2480.5, source: "test" } as const;
  // where the noiseless spectrum is steepest, found on a fine grid of its own
  const still = { ...USUAL_SULFUR_BEAMLINE, noise: 0, step: 0.01 };
  const { truth, energy } = virtualSulfurScan("ZnSO4", { sulfate: 1 }, still, "0");
  let steepest = 1;
  for (let i = 1; i < energy.length - 1; i++) {
    const slope = (k: number): number => (truth.normalized[k + 1]! - truth.normalized[k - 1]!) / (energy[k + 1]! - energy[k - 1]!);
    if (energy[i]! > 2478 && energy[i]! < 2483 && slope(i) > slope(steepest)) steepest = i;
  }
  const beamline = { ...USUAL_SULFUR_BEAMLINE, s8WhiteLine: S8 + 2480.5 - energy[steepest]!, noise: 0.003 };
  const count = LONG ? 100 : 24;
  let worst = 0;
  for (let k = 0; k < count; k++) {
    const shift = -1 + (2 * k) / (count - 1);
    const scan = virtualSulfurScan("ZnSO4", { sulfate: 1 }, { ...beamline, shift }, `${k}`);
    const { scans } = await readAbsorption(sourceOfBytes("zn.xdi", new TextEncoder().encode(writeVirtualXdi(scan))));
    const found = calibrateOn(scans[0]!, reference).shift;
    worst = Math.max(worst, Math.abs(found.value - scan.truth.correction));
    expect(found.sigma).toBeLessThan(0.05);
  }
  expect(worst).toBeLessThan(0.02);
});

test("drift of a run from its reference scans; alignment of two scans", () => {
  const beamline = { ...USUAL_SULFUR_BEAMLINE, driftPerHour: 0.12, shift: 0.3 };
  const start = edgeEnergy(muOf(virtualSulfurScan("ZnSO4", { sulfate: 1 }, { ...beamline, noise: 0, shift: 0 }, "0", 0))).value;
  const shifts = [0, 2, 4, 6, 8].map((hour) => {
    const scan = virtualSulfurScan("ZnSO4", { sulfate: 1 }, beamline, `${hour}`, 3600 * hour);
    const { value, sigma } = edgeEnergy(muOf(scan));
    return { second: 3600 * hour, shift: { value: start - value, sigma, unit: "eV" } };
  });
  const drift = driftOf(shifts);
  expect(drift.rate.value).toBeCloseTo(-0.12, 2);
  expect(drift.at(5 * 3600).value).toBeCloseTo(-0.3 - 0.6, 1);
  const a = muOf(virtualSulfurScan("S8", { s8: 1 }, USUAL_SULFUR_BEAMLINE, "a"));
  const b = muOf(virtualSulfurScan("S8", { s8: 1 }, { ...USUAL_SULFUR_BEAMLINE, shift: 0.37 }, "b"));
  const { shift } = alignTo(b, a);
  expect(Math.abs(shift.value + 0.37)).toBeLessThan(Math.max(0.01, 4 * shift.sigma!));
});

function muOf({ name, energy, fluorescence, i0 }: { name: string; energy: Float64Array; fluorescence: Float64Array; i0: Float64Array }) {
  return { name, energy, mu: fluorescence.map((f, i) => f / i0[i]!), sigma: null };
}

test("glitches are found, and nothing else", () => {
  let found = 0;
  let planted = 0;
  let false_ = 0;
  for (let k = 0; k < 20; k++) {
    const scan = virtualSulfurScan("S8", { s8: 1 }, { ...USUAL_SULFUR_BEAMLINE, glitches: 2 }, `${k}`);
    const { removed } = deglitch(muOf(scan));
    planted += new Set(scan.truth.glitches).size;
    for (const e of removed) {
      if (scan.truth.glitches.includes(e)) found++;
      else false_++;
    }
  }
  expect(found / planted).toBeGreaterThan(0.9);
  expect(false_).toBeLessThan(4);
});

test("a mixture with the electrolyte's sulfur comes apart into its shares", async () => {
  const kinds = {
    Na2S4: { chain: { x: 4, share: 1 } },
    S8: { s8: 1 },
    Na2S: { sulfide: 1 },
    Na3PS4: { electrolyte: 1 },
    sulfate: { sulfate: 1 },
  };
  const standards = await Promise.all(Object.entries(kinds).map(([name, sulfur]) => curveOf(name, sulfur, QUIET, "standard")));
  const mixed = await curveOf(
    "mixed",
    { chain: { x: 4, share: 0.3 }, sulfide: 0.2, electrolyte: 0.46, sulfate: 0.04 },
    USUAL_SULFUR_BEAMLINE,
    "1",
  );
  const fit = fitCombination(mixed, standardSet(standards), { range: [2462, 2515], stepError: mixed.stepError });
  const weight = (name: string): number => fit.parts.find((part) => part.name === name)!.weight.value;
  expect(weight("Na3PS4")).toBeCloseTo(0.46, 1);
  expect(weight("Na2S")).toBeCloseTo(0.2, 1);
  expect(weight("sulfate")).toBeCloseTo(0.04, 1);
  expect(weight("S8")).toBeLessThan(0.06);
  expect(fit.sum).toBeCloseTo(1, 12);
});

/** Lines at the energies that the paper prints; the broad ones are as wide as in the printed spectra. */
const LIS: readonly (VirtualXanes & { expect: readonly number[] })[] = [
  {
    name: "S8",
    edge: 2474.6,
    coreHole: 0.59,
    lines: [
      { at: 2473.0, area: 3.2, width: 0.5 },
      { at: 2480.0, area: 2.2, width: 1.4 },
    ],
    expect: [2473.0, 2480.0],
  },
  {
    name: "Li2S",
    edge: 2475.6,
    coreHole: 0.59,
    lines: [
      { at: 2474.1, area: 1.6, width: 0.35 },
      { at: 2476.8, area: 2.4, width: 0.5 },
      { at: 2484.4, area: 3, width: 1.8 },
    ],
    expect: [2474.1, 2476.8, 2484.4],
  },
  {
    name: "Li2S2",
    edge: 2474.8,
    coreHole: 0.59,
    lines: [
      { at: 2471.3, area: 1.2, width: 0.5 },
      { at: 2475, area: 2, width: 0.9 },
    ],
    expect: [2471.3],
  },
];

test("features of S, Li2S and Li2S2 within 0.1 eV over 20 seeds (claim LiS-xanes-features)", () => {
  for (const { expect: wanted, ...what } of LIS) {
    for (let seed = 0; seed < 20; seed++) {
      const { energy, mu } = virtualXanes(what, 0.1, 0.002, 0.3, `${seed}`);
      const found = findFeatures({ name: what.name, energy, mu, sigma: null }, { range: [2469, 2490], window: 1 });
      for (const at of wanted) {
        const nearest = Math.min(...found.map((f) => Math.abs(f.energy.value - at)));
        expect(nearest, `${what.name} ${at} eV, seed ${seed}: ${found.map((f) => f.energy.value.toFixed(2)).join(" ")}`).toBeLessThan(0.1);
      }
    }
  }
});

const SHELL_WINDOW = { from: 3, to: 12, taper: 1, window: "hanning", weight: 2 } as const;

/** Normalised, background removed, maxima of |χ(R)|. */
function shellsOf(name: string, e0: number, shells: Parameters<typeof virtualExafs>[2], seed: string): number[] {
  const { energy, mu } = virtualExafs(name, e0, shells, 13, 0.0008, seed);
  const scan = { name, energy, mu, sigma: null };
  const norm = normalizeSpectrum(scan);
  const background = autobk(scan, { e0: norm.e0.value, edgeStep: norm.edgeStep.value, rbkg: 1, weight: 2 });
  return findShells(background, SHELL_WINDOW, [1.2, 4]).map(({ r }) => r.value);
}

test("shells of Na3SbS4 and Na–Sb without phase correction within 0.03 Å over 20 seeds (claim NAS-Sb-shells)", () => {
  const cases = [
    {
      name: "Na3SbS4",
      wanted: [1.86, 3.2],
      shells: [
        { apparent: 1.86, count: 4, sigma2: 0.003, amplitudeAt: 6 },
        { apparent: 3.2, count: 12, sigma2: 0.005, amplitudeAt: 6 },
      ],
    },
    { name: "Na-Sb", wanted: [2.69], shells: [{ apparent: 2.69, count: 8, sigma2: 0.007, amplitudeAt: 6 }] },
  ];
  for (const { name, wanted, shells } of cases) {
    for (let seed = 0; seed < 20; seed++) {
      const found = shellsOf(name, 30491, shells, `${seed}`);
      for (const r of wanted)
        expect(Math.min(...found.map((at) => Math.abs(at - r))), `${name} ${r} Å: ${found.join(" ")}`).toBeLessThan(0.03);
    }
  }
});

test("TaCl5 and NTSC: shells and d splitting over 20 seeds (claim NTSC-xas)", () => {
  const splitting = { TaCl5: 2.8, NTSC: 2.4 };
  for (const [name, apparent] of [
    ["TaCl5", 1.89],
    ["NTSC", 1.96],
  ] as const) {
    const wanted = splitting[name];
    // Ta L3 with the core hole that a spectrum of high resolution leaves
    const line: VirtualXanes = {
      name,
      edge: 9881,
      coreHole: 1.5,
      lines: [-0.5, 0.5].map((side) => ({ at: 9882 + side * wanted, area: 5 + side, width: 0.3 })),
    };
    expect(xanesAt(line, 9882 - wanted / 2, 0.5)).toBeGreaterThan(1);
    for (let seed = 0; seed < 20; seed++) {
      const found = shellsOf(name, 9881, [{ apparent, count: 5, sigma2: 0.004, amplitudeAt: 6 }], `${seed}`);
      expect(Math.min(...found.map((at) => Math.abs(at - apparent)))).toBeLessThan(0.03);
      const { energy, mu } = virtualXanes(line, 0.2, 0.004, 0.5, `${seed}`);
      const features = findFeatures({ name, energy, mu, sigma: null }, { range: [9878, 9886], window: 1.2 })
        .sort((a, b) => b.significance - a.significance)
        .slice(0, 2);
      expect(features).toHaveLength(2);
      expect(Math.abs(Math.abs(features[0]!.bend.value - features[1]!.bend.value) - wanted), `${name}, seed ${seed}`).toBeLessThan(0.2);
    }
  }
});
