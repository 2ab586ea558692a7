/** Layers seen by a 10 µm beam: truth is the layer the profiles were computed from, by numerical integration over the beam. */
import { describe, expect, test } from "vitest";
import { type Random, random } from "../random.ts";
import type { Quantity } from "../units/quantity.ts";
import { type EdgeAt, frontMotion, phaseOnset, thicknessOfReaction } from "./fronts.ts";
import { type BeamProfile, fitLayer, type LayerFit, type LayerOptions, type LayerProfile } from "./layers.ts";

const TOPHAT: BeamProfile = { heightMicrometre: 10, shape: "tophat" };
const GAUSSIAN: BeamProfile = { heightMicrometre: 10, shape: "gaussian" };

/** Intensity at each position: 2001 rays across the beam, then counted. */
function profileOf(beam: BeamProfile, a: number, b: number, amplitude: number, draw: Random | null, first = 0, last = 200): LayerProfile {
  const positions = Float64Array.from({ length: Math.round((last - first) / 10) + 1 }, (_, i) => first + 10 * i);
  const truth = positions.map((z) => {
    let [sum, weight] = [0, 0];
    for (let i = -1000; i <= 1000; i++) {
      const off = ((beam.shape === "tophat" ? 0.5 : 2) * i * beam.heightMicrometre) / 1000.5;
      const w = beam.shape === "tophat" ? 1 : Math.exp(-4 * Math.LN2 * (off / beam.heightMicrometre) ** 2);
      weight += w;
      if (z + off > a && z + off < b) sum += w;
    }
    return 20 + (amplitude * sum) / weight;
  });
  const sigma = truth.map((v) => Math.sqrt(v));
  return { positions, intensity: truth.map((v, i) => v + (draw ? sigma[i]! * draw.normal() : 0)), sigma };
}
const fitted = (...args: Parameters<typeof fitLayer>): LayerFit => {
  const fit = fitLayer(...args);
  if ("notComputable" in fit) throw new Error(fit.notComputable);
  return fit;
};

describe("edges", () => {
  test("a 34 µm cathode anywhere on the grid: three to four positions give its edges to a fraction of the step", () => {
    for (const beam of [TOPHAT, GAUSSIAN]) {
      for (const a of [83, 85, 86.4, 88.7, 91]) {
        const fit = fitted(profileOf(beam, a, a + 34, 5000, null), beam);
        expect((fit.lower as Quantity).value).toBeCloseTo(a, 1);
        expect((fit.upper as Quantity).value).toBeCloseTo(a + 34, 1);
        expect((fit.thickness as Quantity).value).toBeCloseTo(34, 1);
        expect(fit.resolution).toEqual({ value: 10, sigma: null, unit: "µm" });
      }
    }
  });

  test("300 draws: thickness unbiased, two thirds within one error", () => {
    const draw = random("thickness");
    let [inside, mean] = [0, 0];
    for (let i = 0; i < 300; i++) {
      const a = 80 + 10 * draw.uniform();
      const { value, sigma } = fitted(profileOf(GAUSSIAN, a, a + 34, 2000, draw), GAUSSIAN).thickness as Quantity;
      mean += value / 300;
      if (Math.abs(value - 34) < sigma!) inside++;
    }
    expect(Math.abs(mean - 34)).toBeLessThan(0.15);
    expect(inside / 300).toBeGreaterThan(0.6);
    expect(inside / 300).toBeLessThan(0.78);
  });

  test("thinner than the beam: no thickness, unless the amplitude is known", () => {
    const thin = profileOf(TOPHAT, 101, 104, 5000, random("thin"));
    expect(fitted(thin, TOPHAT).thickness).toMatchObject({ notComputable: expect.stringContaining("resolution of 10.0 µm") });
    expect(fitted(thin, TOPHAT).lower).toHaveProperty("notComputable");
    expect(fitted(profileOf(TOPHAT, 97, 112, 5000, random("two")), TOPHAT).thickness).toHaveProperty("notComputable");
    const wide = fitted(profileOf(TOPHAT, 93, 112, 5000, random("three")), TOPHAT).thickness as Quantity;
    expect(Math.abs(wide.value - 19)).toBeLessThan(4 * wide.sigma!);
    const known = fitted(thin, TOPHAT, { amplitude: 5000, lowerEdge: 101 });
    expect(Math.abs((known.thickness as Quantity).value - 3)).toBeLessThan(4 * (known.thickness as Quantity).sigma!);
    expect(known.lower).toEqual({ value: 101, sigma: 0, unit: "µm" });
  });

  test("nothing to see, too few positions, bad input", () => {
    const flat = profileOf(TOPHAT, 300, 320, 100, random("flat"));
    expect(fitLayer(flat, TOPHAT, { background: 20 })).toMatchObject({
      notComputable: expect.stringContaining("no position stands above"),
    });
    const few = profileOf(TOPHAT, 15, 45, 100, null, 0, 20);
    expect(fitLayer(few, TOPHAT)).toMatchObject({ notComputable: expect.stringContaining("3 positions") });
    const bad = (change: Partial<LayerProfile>, options: LayerOptions = {}, beam = TOPHAT) =>
      fitLayer({ ...flat, ...change }, beam, options);
    expect(() => bad({ sigma: new Float64Array(2) })).toThrow(/2 errors/);
    expect(() => bad({ positions: new Float64Array(21) })).toThrow(/must rise/);
    expect(() => bad({}, {}, { ...TOPHAT, heightMicrometre: 0 })).toThrow(/beam of 0/);
    expect(() => bad({}, { lowerEdge: 5, upperEdge: 1 })).toThrow(/upper one lies above/);
    expect(() => bad({}, { lowerEdge: 200 })).toThrow(/from 200 to \? µm lies outside/);
    expect(() => bad({}, { amplitude: -1 })).toThrow(/it is positive/);
    expect(fitLayer({ ...flat, intensity: flat.intensity.map(() => Number.NaN) }, TOPHAT)).toHaveProperty("notComputable");
  });
});

describe("fronts", () => {
  test("a front crosses the cathode: velocity and onset within one scan", () => {
    const draw = random("front");
    const scans = 30;
    const period = 1800;
    // begins at the separator (83 µm) after 8.3 scans, 1.5 µm per scan
    const depth = (t: number): number => Math.min(34, Math.max(0, 1.5 * (t - 8.3)));
    const edges: EdgeAt[] = [];
    const inside: number[] = [];
    const errors: number[] = [];
    for (let t = 0; t < scans; t++) {
      const profile = profileOf(TOPHAT, 83, 83 + depth(t), 4000, draw);
      const fit = fitLayer(profile, TOPHAT, { lowerEdge: 83, amplitude: 4000, background: 20 });
      const timeSecond = t * period;
      const position = "notComputable" in fit || "notComputable" in fit.upper || depth(t) >= 34 ? null : fit.upper;
      edges.push({ timeSecond, position });
      // the two positions beside the separator
      inside.push(profile.intensity[8]! + profile.intensity[9]! - 40);
      errors.push(Math.hypot(profile.sigma[8]!, profile.sigma[9]!));
    }
    const motion = frontMotion(edges, { value: 10, sigma: null, unit: "µm" });
    const velocity = motion.velocity as Quantity;
    expect(velocity.unit).toBe("µm/h");
    expect(Math.abs(velocity.value - 3)).toBeLessThan(4 * velocity.sigma!);
    expect(velocity.sigma!).toBeLessThan(0.05);
    const onset = phaseOnset(
      edges.map((e) => e.timeSecond),
      inside,
      errors,
    ) as Quantity;
    expect(Math.abs(onset.value - 8.3 * period)).toBeLessThan(period);
  });

  test("slower than resolution over duration is refused", () => {
    const edges = Array.from(
      { length: 20 },
      (_, i): EdgeAt => ({ timeSecond: 1800 * i, position: { value: 83 + 0.3 * i, sigma: 0.1, unit: "µm" } }),
    );
    const motion = frontMotion(edges, { value: 10, sigma: null, unit: "µm" });
    expect(motion.velocity).toMatchObject({
      notComputable: expect.stringContaining("less than the resolution of 10.0 µm: slower than 1.1 µm/h"),
    });
    expect(motion.smallest.value).toBeCloseTo(10 / 9.5, 9);
    expect(
      frontMotion(edges.slice(0, 2), motion.smallest.value > 0 ? { value: 1, sigma: null, unit: "µm" } : motion.smallest).velocity,
    ).toHaveProperty("notComputable");
    expect(frontMotion([], { value: 1, sigma: null, unit: "µm" }).velocity).toHaveProperty("notComputable");
    expect(() => frontMotion(edges, { value: 0, sigma: null, unit: "µm" })).toThrow(/resolution 0/);
  });

  test("onset: never, always, and bad input", () => {
    const times = [0, 1, 2, 3, 4, 5];
    const one = times.map(() => 1);
    expect(phaseOnset(times, [0, 0, 9, 0, 0, 9], one)).toMatchObject({ notComputable: expect.stringContaining("never") });
    expect(phaseOnset(times, [9, 9, 9, 9, 9, 9], one)).toMatchObject({ notComputable: expect.stringContaining("first scan") });
    expect(phaseOnset(times, [0, 0, 9, 9, 9, 9], one)).toEqual({ value: 1.5, sigma: 1 / Math.sqrt(12), unit: "s" });
    expect(phaseOnset(times, [5, 5, 5, 9, 9, 9], one)).toHaveProperty("notComputable");
    expect(phaseOnset(times, [5, 5, 5, 19, 19, 19], one, 2)).toMatchObject({ value: 2.5 });
    expect(() => phaseOnset(times, times, one, 6)).toThrow(/baseline of 6/);
    expect(() => phaseOnset([0, 0, 1], [1, 1, 1], [1, 1, 1])).toThrow(/times must rise/);
    expect(() => phaseOnset(times, [1], one)).toThrow(/do not belong together/);
  });

  test("sulfur to Na2S: 26.6 cm³/mol of sulfur for two electrons, by hand", () => {
    // 42.1 less 15.5 cm³/mol; 3.2 mAh/cm² are 5.970e-5 mol/cm² of sulfur: 15.9 µm
    const um = (value: number, sigma: number): Quantity => ({ value, sigma, unit: "µm" });
    const reaction = {
      arealCharge: { value: 3.2, sigma: 0.032, unit: "mAh/cm^2" },
      electrons: 2,
      volumeChange: { value: 26.6, sigma: 0, unit: "cm^3/mol" },
    };
    const found = thicknessOfReaction(um(34, 0.3), um(42, 0.4), reaction);
    expect(found.reaction.value).toBeCloseTo(((3.2 * 3.6) / (2 * 96485.33)) * 26.6e4, 4);
    expect(found.reaction.sigma! / found.reaction.value).toBeCloseTo(0.01, 9);
    expect(found.measured).toEqual(um(8, 0.5));
    expect((found.share as Quantity).value).toBeCloseTo(8 / 15.88, 2);
    const missing = { notComputable: "thin" };
    expect(thicknessOfReaction(missing, um(42, 1), reaction).share).toEqual(missing);
    expect(() => thicknessOfReaction(um(1, 1), um(1, 1), { ...reaction, electrons: 0 })).toThrow(/0 electrons/);
    expect(() => thicknessOfReaction(um(1, 1), um(1, 1), { ...reaction, arealCharge: { value: 1, sigma: null, unit: "mAh" } })).toThrow(
      /mAh\/cm\^2/,
    );
  });
});
