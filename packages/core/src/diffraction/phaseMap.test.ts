/** Windows of reflections, intensities above a line (algebra and counted noise), and the mode that reads only the pixels it needs. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { phaseStructure } from "../crystal/phases.ts";
import { random } from "../random.ts";
import { integrateFrame } from "./integrate.ts";
import { integrationPlan } from "./integratePlan.ts";
import { binWindows, phaseMaps, windowIntensities } from "./phaseMap.ts";
import { type PhaseSelection, phaseWindows } from "./phaseWindows.ts";
import { windowSummer } from "./windowPixels.ts";

const OPTIONS = { wavelengthAngstrom: 0.142347, halfWidthDegree: 0.06 };
const sulfide: PhaseSelection = {
  phase: "Na2S",
  structure: phaseStructure("Na2S"),
  reflections: [
    [1, 1, 1],
    [2, 2, 0],
    [4, 2, 2],
  ],
};
const AXIS = Float64Array.from({ length: 1000 }, (_, b) => 1 + 0.006 * (b + 0.5));

describe("windows", () => {
  test("positions of a structure and of typed spacings", () => {
    const { windows } = phaseWindows([sulfide, { phase: "unknown", structure: null, reflections: [2.9] }], OPTIONS);
    expect(windows.map((w) => [w.phase, w.label, Number(w.twoThetaDegree.toFixed(4))])).toEqual([
      ["Na2S", "111", 2.1608],
      ["Na2S", "220", 3.5289],
      ["Na2S", "422", 6.1142],
      ["unknown", "d 2.9 Å", 2.8127],
    ]);
  });

  test("an extinct reflection is refused with the rule", () => {
    expect(() => phaseWindows([{ ...sulfide, reflections: [[1, 0, 0]] }], OPTIONS)).toThrow(
      /Na2S 1 0 0 is extinct in F m -3 m: h k l: h, k, l all even or all odd \(centring/,
    );
  });

  test("a line of another phase in a window is flagged, one beside it disturbs the background", () => {
    const near = (d: number): PhaseSelection => ({ phase: "other", structure: null, reflections: [d] });
    const at = (d: number) => phaseWindows([{ ...sulfide, reflections: [[2, 2, 0]] }, near(d)], OPTIONS).windows[0]!;
    const there = phaseWindows([sulfide, near(2.32)], OPTIONS);
    expect(there.windows[1]).toMatchObject({ overlapped: true, foreign: [{ phase: "other", where: "peak" }] });
    expect(there.notices[0]).toMatchObject({ code: "reflection-overlapped", message: expect.stringContaining("Na2S 220: other d 2.32") });
    // 0.15° away: its flank reaches the side window, not the peak
    expect(at(2.2172)).toMatchObject({ overlapped: false, foreign: [{ where: "background" }] });
    expect(at(2.0).foreign).toEqual([]);
    // every line of a structure counts, not only the reflections chosen
    const both = phaseWindows(
      [
        { ...sulfide, reflections: [[2, 2, 0]] },
        { phase: "Na3PS4", structure: phaseStructure("Na3PS4"), reflections: [[1, 0, 1]] },
      ],
      OPTIONS,
    );
    expect(both.windows[0]!.foreign.some((line) => line.phase === "Na3PS4")).toBe(true);
  });

  test("bad input", () => {
    expect(() => phaseWindows([], OPTIONS)).toThrow(/0 reflections/);
    expect(() => phaseWindows([{ ...sulfide, structure: null }], OPTIONS)).toThrow(/named by its d/);
    expect(() => phaseWindows([{ ...sulfide, reflections: [[0, 0, 0]] }], OPTIONS)).toThrow(/not all 0/);
    expect(() => phaseWindows([{ ...sulfide, reflections: [0.01] }], OPTIONS)).toThrow(/d lies between/);
    expect(() => phaseWindows([sulfide], { ...OPTIONS, wavelengthAngstrom: Number.NaN })).toThrow(/wavelength NaN/);
    expect(() => phaseWindows([sulfide], { ...OPTIONS, halfWidthDegree: 0 })).toThrow(/± 0/);
    const { windows, notices } = phaseWindows([sulfide], OPTIONS);
    expect(() => binWindows({ windows, notices }, AXIS.subarray(0, 500))).toThrow(/Na2S 422/);
    expect(() => binWindows({ windows, notices }, Float64Array.of(1, 3, 2))).toThrow(/must rise/);
    expect(() => windowIntensities(binWindows({ windows, notices }, AXIS), new Float64Array(3), null)).toThrow(/3 bins/);
  });
});

describe("intensities", () => {
  const binned = binWindows(phaseWindows([{ ...sulfide, reflections: [[2, 2, 0]] }], OPTIONS), AXIS);
  const peak = (area: number): Float64Array =>
    AXIS.map((x) => ((area * 0.9394) / 0.03) * Math.exp(-4 * Math.LN2 * ((x - 3.5289) / 0.03) ** 2));

  test("a peak on any line gives its area", () => {
    const number = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(number, number, fc.double({ min: 0.1, max: 50, noNaN: true }), (offset, slope, area) => {
        const [found] = windowIntensities(
          binned,
          peak(area).map((y, b) => y + offset + slope * AXIS[b]!),
          null,
        );
        expect(found!.value).toBeCloseTo(area, 2);
        expect(found!.sigma).toBeNaN();
      }),
    );
  });

  test("counted noise: unbiased, and 68 % within one error", () => {
    const draw = random("window");
    const truth = peak(0.6).map((y) => y + 40);
    let [inside, mean] = [0, 0];
    for (let i = 0; i < 600; i++) {
      const counts = truth.map((y) => Math.max(0, Math.round(y + Math.sqrt(y) * draw.normal())));
      const [found] = windowIntensities(
        binned,
        counts,
        counts.map((c) => Math.sqrt(Math.max(1, c))),
      );
      mean += found!.value / 600;
      if (Math.abs(found!.value - 0.6) < found!.sigma) inside++;
    }
    expect(Math.abs(mean - 0.6)).toBeLessThan(0.02);
    expect(inside / 600).toBeGreaterThan(0.63);
    expect(inside / 600).toBeLessThan(0.74);
  });

  test("maps: mean over clear reflections, holes stay holes, overlapped reflections are left out and named", () => {
    const foreign: PhaseSelection = { phase: "other", structure: null, reflections: [2.31] };
    const three = binWindows(phaseWindows([sulfide, foreign], OPTIONS), AXIS);
    const values = AXIS.map((x) => {
      const at = (centre: number, area: number): number => ((area * 0.9394) / 0.03) * Math.exp(-4 * Math.LN2 * ((x - centre) / 0.03) ** 2);
      return at(2.1608, 2) + at(3.5289, 50) + at(6.1142, 4) + 10;
    });
    const [map, other] = phaseMaps(three, {
      times: 2,
      positions: 2,
      pattern: (t, z) => (t === 1 && z === 0 ? null : { values: values.map((v) => v * (t + 1)), sigma: values.map(() => 0.1) }),
    });
    expect(map!.reflections).toEqual(["111", "422"]);
    expect(map!.leftOut).toEqual(["220"]);
    expect(map!.definition).toContain("arbitrary units");
    expect([...map!.values].map((v) => Math.round(10 * v) / 10)).toEqual([3, 3, Number.NaN, 6]);
    expect(map!.sigma[0]).toBeGreaterThan(0);
    expect(other!.notices.map((n) => n.code)).toContain("phase-overlapped");
    expect(() => phaseMaps(three, { times: 0, positions: 1, pattern: () => null })).toThrow(/0 times/);
  });
});

test("reading only the pixels of the windows gives the pattern's own bins", () => {
  const geometry = {
    distanceMetre: 0.3,
    poni1Metre: 0.021,
    poni2Metre: 0.019,
    rot1: 0.02,
    rot2: -0.01,
    rot3: 0,
    pixel1Metre: 4e-4,
    pixel2Metre: 4e-4,
    wavelengthMetre: 0.142347e-10,
    orientation: 2,
    shape: [100, 110],
  } as const;
  const draw = random("pixels");
  const frame = Uint16Array.from({ length: 11_000 }, () => (draw.uniform() < 0.01 ? 65_535 : draw.integer(500)));
  const dark = Float32Array.from({ length: 11_000 }, () => 3 * draw.uniform());
  for (const splitting of ["none", "full"] as const) {
    const plan = integrationPlan(geometry, {
      unit: "2th_deg",
      bins: 200,
      sectors: 12,
      splitting,
      dark,
      darkFrames: 4,
      polarisation: { factor: 0.9 },
    });
    const needed = new Uint8Array(200);
    needed.fill(1, 40, 55).fill(1, 120, 130);
    const summer = windowSummer(plan, needed);
    const part = summer.sum(frame);
    const { pattern } = integrateFrame(plan, frame);
    expect(summer.pixels).toBeLessThan(0.3 * frame.length);
    for (let b = 0; b < 200; b++) {
      if (!needed[b]) expect(part.values[b]).toBeNaN();
      else {
        expect(part.values[b]! / pattern.values[b]!).toBeCloseTo(1, 9);
        expect(part.sigma[b]! / (pattern.sigma as Float64Array)[b]!).toBeCloseTo(1, 4);
      }
    }
    expect(() => windowSummer(plan, new Uint8Array(3))).toThrow(/3 bins/);
    expect(() => summer.sum(new Uint16Array(5))).toThrow(/5 pixels/);
  }
});
