/**
 * Claims of paper 004 about atoms: printed numbers recomputed, and what does not follow from them. Expected values are those of the claims (tolerances too).
 * Barcodes are recovered from point sets that are made with the printed spacings and rings: the models themselves were not published.
 */
import { random } from "@thioscope/core";
import { alphaBarcodes, openMetric, periodicMetric, ripsBarcodes } from "@thioscope/core/topology";
import {
  arrhenius,
  conductivityOf,
  diffusivityOfConductivity,
  type Estimate,
  hopsPerIon,
  impliedDensity,
  rmsDisplacement,
  runWarnings,
  transitionWarnings,
} from "@thioscope/core/transport";
import { expect, test } from "vitest";

const KELVIN = [600, 800, 1000, 1200];
const D = [1.34e-5, 2.53e-5, 3.09e-5, 5.16e-5];
const fit = arrhenius(
  KELVIN.map((temperatureKelvin, k) => ({ temperatureKelvin, value: D[k]! })),
  "X",
  "cm2/s",
);
const exactly = (value: number): Estimate => ({ value, sigma: null, unit: "", interval95: [value, value] });

test("NTSC-aimd-arrhenius: 0.130 eV and 1.06e-6 cm²/s, but four points leave ± 0.079 eV and a factor of 54", () => {
  expect(Math.abs(fit.activationEnergy.value / 0.13 - 1)).toBeLessThan(0.01);
  expect(Math.abs(fit.at(300).value / 1.06e-6 - 1)).toBeLessThan(0.01);
  const [low, high] = fit.activationEnergy95;
  expect((high - low) / 2).toBeCloseTo(0.079, 3);
  const [least, most] = fit.at(300).interval95;
  expect(most / least).toBeCloseTo(54, -1);
  expect(least).toBeLessThan(1.5e-7);
  expect(most).toBeGreaterThan(7.5e-6);
});

test("NTSC-nernst-einstein: the printed 9.31e-3 S/cm needs 1.42e21 Na/cm³ (0.93 g/cm³); 4.55e21 give 0.030 S/cm", () => {
  const density = impliedDensity(9.31e-3, 1.06e-6, 300) * 1e24;
  expect(Math.abs(density / 1.42e21 - 1)).toBeLessThan(0.01);
  // 397.2 g per mol of Na
  expect((density * 397.2) / 6.02214076e23).toBeCloseTo(0.93, 2);
  expect(conductivityOf(exactly(1.06e-6), 4.55e21 * 1e-24, 300).value).toBeCloseTo(0.03, 3);
});

test("NTSC-ea-agreement: 0.276 eV measured and 0.130 eV simulated differ by a factor of two, beyond the interval", () => {
  expect(0.276 / fit.activationEnergy.value).toBeCloseTo(2.1, 1);
  expect(fit.activationEnergy95[1]).toBeLessThan(0.276);
});

test("NTSC-aimd-displacement: in 5 ps less than one hop at every temperature", () => {
  const rms = D.map((d) => rmsDisplacement(d, 5000));
  for (const [k, wanted] of [2.0, 2.75, 3.04, 3.93].entries()) expect(Math.abs(rms[k]! / wanted - 1)).toBeLessThan(0.01);
  const hops = D.map((d) => [4.91, 4.46].map((a) => hopsPerIon(d, 5000, a).toFixed(2)));
  expect(hops).toEqual([
    ["0.17", "0.20"],
    ["0.31", "0.38"],
    ["0.38", "0.47"],
    ["0.64", "0.78"],
  ]);
  for (const d of D) {
    expect(runWarnings(exactly(d), { durationFs: 5000, hop: 4.46, height: 17.4 }).map((n) => n.code)).toEqual(["below-one-hop"]);
  }
});

test("NTSC-above-Tg: one line through 466 K is not supported; 2.9 mS/cm at 298 K is 1.0e-7 cm²/s, ten times below it", () => {
  const measured = [298.15, 343.15];
  const found = transitionWarnings(KELVIN, measured, 193 + 273.15, "glass transition");
  expect(found.map((n) => n.code)).toEqual(["transition-between"]);
  expect(found[0]!.message).toMatch(/466 K/);
  expect(transitionWarnings([...measured, ...KELVIN], [], 466, "glass transition").map((n) => n.code)).toEqual(["transition-within"]);
  const apparent = diffusivityOfConductivity(exactly(2.9e-3), 4.55e-3, 298).value;
  expect(apparent).toBeCloseTo(1.0e-7, 8);
  expect(fit.at(298).value / apparent).toBeGreaterThan(9);
});

/** Points of a periodic cube no closer than `apart`, each next to another at `spacing` or less. */
function chain(count: number, edge: number, low: number, high: number, seed: string): Float64Array {
  const draw = random(seed);
  const cell = [edge, 0, 0, 0, edge, 0, 0, 0, edge];
  const points: number[] = [edge / 2, edge / 2, edge / 2];
  while (points.length < 3 * count) {
    const from = 3 * draw.integer(points.length / 3);
    const direction = [draw.normal(), draw.normal(), draw.normal()];
    const length = low + (high - low) * draw.uniform();
    const scale = length / Math.hypot(...direction);
    const next = direction.map((d, k) => points[from + k]! + scale * d);
    const trial = Float64Array.from([...points, ...next]);
    const metric = periodicMetric(trial, cell);
    const last = trial.length / 3 - 1;
    let nearest = Number.POSITIVE_INFINITY;
    for (let j = 0; j < last; j++) nearest = Math.min(nearest, metric.distance(last, j));
    if (nearest >= low) points.push(...next);
  }
  return Float64Array.from(points);
}

test("NTSC-hops: ends of H0 are spacings of occupied sites: a set of 4.46–4.91 Å ends there, one of 5.13 Å at 5.13; they are not jumps", () => {
  const glass = ripsBarcodes(periodicMetric(chain(40, 30, 4.46, 4.91, "NTSC"), [30, 0, 0, 0, 30, 0, 0, 0, 30]), { maxDimension: 0 });
  const ends = (bars: Float64Array): number[] => Array.from(bars.filter((x, k) => k % 2 === 1 && Number.isFinite(x))).sort((a, b) => a - b);
  const spacings = ends(glass.barcodes[0]!.bars);
  expect(spacings).toHaveLength(39);
  // the printed barcode ends within 4.0–5.0 Å
  expect(spacings[0]!).toBeGreaterThan(4.46 - 1e-9);
  expect(spacings.at(-1)!).toBeLessThan(4.91 + 1e-9);
  const lattice = Float64Array.from({ length: 3 * 27 }, (_, at) => 5.13 * (Math.floor(Math.floor(at / 3) / 3 ** (at % 3)) % 3));
  const crystal = ends(ripsBarcodes(openMetric(lattice), { maxDimension: 0 }).barcodes[0]!.bars);
  // 5.2 ± 0.1 printed for the barcode, 5.13 for the hop
  for (const end of crystal) expect(end).toBeCloseTo(5.13, 9);
  expect(Math.abs(crystal[0]! - 5.2)).toBeLessThan(0.1);
});

test("NTSC-cavities: a ring of the framework open from 3.6 to 5.2 Å is seen as an H1 bar; cavity is a word for H2", () => {
  // a regular N-gon opens at its side and ends at 2 r sin(π ⌈N/3⌉/N): six points of side 3.0 end at 5.2
  const ring = (n: number, radius: number): Float64Array =>
    Float64Array.from({ length: 3 * n }, (_, at) =>
      at % 3 === 2 ? 0 : radius * (at % 3 === 0 ? Math.cos : Math.sin)((2 * Math.PI * Math.floor(at / 3)) / n),
    );
  // a square of side 3.6 ends at its diagonal 5.09
  const square = ripsBarcodes(openMetric(ring(4, 3.6 / Math.SQRT2))).barcodes[1]!.bars;
  expect(Array.from(square, (x) => Math.round(10 * x) / 10)).toEqual([3.6, 5.1]);
  // gone beyond 4.2
  const closed = ripsBarcodes(openMetric(ring(4, 4.2 / 2))).barcodes[1]!.bars;
  expect(closed[1]).toBeCloseTo(4.2, 9);
  // one ring is no cavity
  const points = Float64Array.from([...ring(4, 3), 0, 0, 3, 0, 0, -3]);
  const { barcodes } = alphaBarcodes(points);
  expect(barcodes[2]!.bars).toHaveLength(2);
});
