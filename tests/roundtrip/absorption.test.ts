/**
 * Spectra of the virtual spectrometer through files and analysis: chain length without bias and with honest errors, what must be flagged, calibration,
 * drift, glitches, mixtures with an electrolyte, and the claims of the papers that rest on XANES and EXAFS. Bounds of counts are binomial.
 */
import {
  alignTo,
  type ChainLength,
  type ChainOptions,
  calibrateChain,
  chainLength,
  deglitch,
  driftOf,
  edgeEnergy,
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
  virtualSulfurScan,
  writeVirtualXdi,
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
  // at twice the noise the shapes of the chain leave an error of 0.065: a test of two errors then finds 20 % in Φ(0.2/0.065 − 2) = 86 of 100. None passes unsaid:
  // what is not found is held for possible, up to a limit that holds the truth
  const noisy = await run(
    (x) => ({ chain: { x, share: 0.8 }, s8: 0.2 }),
    { ...USUAL_SULFUR_BEAMLINE, noise: 0.01 },
    { ...standard, nuisances: [s8] },
  );
  expect(share(noisy, "chain-s8")).toBeGreaterThanOrEqual(LONG ? 0.86 : 0.7);
  expect(share(noisy, "chain-s8") + share(noisy, "chain-s8-possible")).toBe(1);
  const holding = noisy.filter(({ shares: [own] }) => own!.share.value + 2 * own!.share.sigma! >= 0.2).length;
  expect(holding / noisy.length).toBeGreaterThanOrEqual(0.95);
  const stated = noisy.reduce((sum, { shares: [own] }) => sum + own!.share.sigma!, 0) / noisy.length;
  expect(stated).toBeGreaterThan(0.055);
  expect(stated).toBeLessThan(0.075);
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
