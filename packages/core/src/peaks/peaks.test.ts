import { expect, test } from "vitest";
import { random } from "../random.ts";
import { decompose } from "./decompose.ts";
import { type Curve, fitPeaks } from "./fit.ts";
import { fitPeakSeries } from "./series.ts";
import { PEAK_SHAPES, type PeakShapeName } from "./shapes.ts";

type Truth = readonly (readonly [area: number, centre: number, width: number])[];

function curveOf(truth: Truth, shape: PeakShapeName, noise: number, seed: string, from = 0.5, to = 2.8, count = 460): Curve {
  const draw = random(seed);
  const x = Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
  const y = x.map((v) => {
    let sum = 5 + 2 * v + noise * draw.normal();
    for (const [area, centre, width] of truth) sum += PEAK_SHAPES[shape].value(v, area, centre, width, 0.4, undefined);
    return sum;
  });
  return { x, y, sigma: new Float64Array(count).fill(noise), xUnit: "V", yUnit: "mAh/V" };
}

test.each(Object.keys(PEAK_SHAPES) as PeakShapeName[])("%s: unit area, width at half height, analytic derivatives", (name) => {
  const shape = PEAK_SHAPES[name];
  const [area, centre, width, mix] = [2, 1.3, 0.2, 0.35];
  const at = (x: number, a = area, c = centre, w = width, e = mix): number => shape.value(x, a, c, w, e, undefined);
  let sum = 0;
  for (let x = -2000; x < 2000; x += 0.005) sum += at(x) * 0.005;
  expect(sum).toBeCloseTo(area, 3);
  // the width of a Voigt profile is its published approximation
  expect(at(centre + width / 2) / at(centre)).toBeCloseTo(0.5, name === "voigt" ? 3 : 10);
  expect(at(centre)).toBeCloseTo((area * shape.heightFactor(mix)) / width, 12);
  const d = new Float64Array(4);
  for (const x of [1, 1.25, 1.3, 1.41, 2]) {
    shape.value(x, area, centre, width, mix, d);
    const h = 1e-6;
    expect(d[0]).toBeCloseTo((at(x, area + h) - at(x, area - h)) / (2 * h), 6);
    expect(d[1]).toBeCloseTo((at(x, area, centre + h) - at(x, area, centre - h)) / (2 * h), 5);
    expect(d[2]).toBeCloseTo((at(x, area, centre, width + h) - at(x, area, centre, width - h)) / (2 * h), 5);
    if (shape.count === 4)
      expect(d[3]).toBeCloseTo((at(x, area, centre, width, mix + h) - at(x, area, centre, width, mix - h)) / (2 * h), 6);
  }
});

test("stated errors cover the truth: 1σ in 60–76 % over 300 noisy pairs", () => {
  const truth: Truth = [
    [300, 1.2, 0.15],
    [500, 1.7, 0.2],
  ];
  let inside = 0;
  let count = 0;
  for (let k = 0; k < 300; k++) {
    const fit = fitPeaks(curveOf(truth, "gaussian", 20, `cover ${k}`), {
      shape: "gaussian",
      baseline: 1,
      peaks: truth.map(([area, centre, width]) => ({ area, centre, width })),
    });
    for (const [i, peak] of fit.peaks.entries()) {
      for (const [q, t] of [
        [peak.area, truth[i]![0]],
        [peak.centre!, truth[i]![1]],
        [peak.width, truth[i]![2]],
      ] as const) {
        count++;
        if (Math.abs(q.value - t) < q.sigma!) inside++;
      }
    }
  }
  expect(inside / count).toBeGreaterThan(0.6);
  expect(inside / count).toBeLessThan(0.76);
});

test("a shoulder is found, its neighbour is not split, and nothing is found in noise", () => {
  const truth: Truth = [
    [180, 1.75, 0.16],
    [170, 1.25, 0.14],
    [400, 1.05, 0.12],
  ];
  for (let k = 0; k < 20; k++) {
    const fit = decompose(curveOf(truth, "logistic", 15, `shoulder ${k}`), { shape: "logistic", baseline: 1 });
    const centres = fit.peaks.map((peak) => peak.centre!.value).sort((a, b) => b - a);
    expect(centres).toHaveLength(3);
    for (const [i, [, centre]] of truth.entries()) expect(Math.abs(centres[i]! - centre)).toBeLessThan(0.02);
  }
  for (let k = 0; k < 20; k++) {
    expect(decompose(curveOf([], "logistic", 15, `noise ${k}`), { shape: "logistic", baseline: 1 }).peaks).toHaveLength(0);
  }
});

test("a peak cut off by the end of the data is censored: no centre, an area that counts only what was seen", () => {
  const truth: Truth = [
    [400, 1.05, 0.12],
    [200, 0.69, 0.12],
  ];
  const fit = decompose(curveOf(truth, "logistic", 5, "cut", 0.7, 2.4), { shape: "logistic", baseline: 1, centreRange: [0.6, 2.5] });
  const cut = fit.peaks.find((peak) => peak.censored !== null)!;
  expect(cut.centre).toBeNull();
  expect(cut.censored).toMatchObject({ end: "lower", reason: expect.stringMatching(/lower end/) });
  expect(cut.area.value).toBeLessThan(130);
  expect(fit.peaks.filter((peak) => peak.censored === null)).toHaveLength(1);
});

test("a series follows a peak that moves, and one that vanishes and returns", () => {
  const curves = Array.from({ length: 200 }, (_, k) =>
    curveOf(
      [
        [300, 1.2 + 0.002 * k, 0.15],
        [k > 80 && k < 120 ? 0 : 200, 2.1, 0.12],
      ],
      "gaussian",
      10,
      `series ${k}`,
    ),
  );
  const fits = fitPeakSeries(curves, {
    shape: "gaussian",
    baseline: 1,
    peaks: [
      { area: 300, centre: 1.2, width: 0.15 },
      { area: 200, centre: 2.1, width: 0.12 },
    ],
  });
  expect(fits[199]!.peaks[0]!.centre!.value).toBeCloseTo(1.598, 2);
  expect(fits[199]!.peaks[1]!.area.value).toBeCloseTo(200, -1);
});

test("x that does not ascend and too few points are refused", () => {
  const curve = curveOf([], "gaussian", 1, "bad");
  expect(() => fitPeaks({ ...curve, x: curve.x.toReversed() }, { shape: "gaussian", baseline: 0, peaks: [] })).toThrow(/ascend/);
  const few = { ...curve, x: curve.x.slice(0, 3), y: curve.y.slice(0, 3), sigma: curve.sigma!.slice(0, 3) };
  expect(() => fitPeaks(few, { shape: "gaussian", baseline: 0, peaks: [{ centre: 0.6, width: 0.1, area: 1 }] })).toThrow(/too few/);
});

test.each(Object.keys(PEAK_SHAPES) as PeakShapeName[])("%s: the integral's slope is the shape, from 0 to 1, ½ in the middle", (name) => {
  const shape = PEAK_SHAPES[name];
  const out = new Float64Array(3);
  const share = (u: number, mix = 0.35): number => {
    shape.integral(u, mix, out);
    return out[0]!;
  };
  expect(share(0)).toBeCloseTo(0.5, 14);
  expect(share(-1e6)).toBeCloseTo(0, 5);
  expect(share(1e6)).toBeCloseTo(1, 5);
  for (const u of [-3, -0.7, -0.1, 0.2, 1, 4]) {
    const h = 1e-4;
    expect((share(u + h) - share(u - h)) / (2 * h)).toBeCloseTo(shape.value(u, 1, 0, 1, 0.35, undefined), 6);
    shape.integral(u, 0.35, out);
    const slope = out[2]!;
    expect(slope).toBeCloseTo((share(u, 0.35 + h) - share(u, 0.35 - h)) / (2 * h), 8);
  }
});

test("bins that share the errors of their edges: wide bins do not bias, 1σ covers in 60–76 % of 300 draws", () => {
  const truth: Truth = [
    [3, 1.05, 0.12],
    [1.5, 1.25, 0.14],
  ];
  const { logistic } = PEAK_SHAPES;
  const out = new Float64Array(3);
  const edges = Float64Array.from({ length: 61 }, (_, k) => 0.7 + 0.015 * k + (k % 3) * 0.004);
  const below = edges.map((x) => {
    let sum = 0.3 * x;
    for (const [area, centre, width] of truth) {
      logistic.integral((x - centre) / width, 0, out);
      sum += area * out[0]!;
    }
    return sum;
  });
  const sigma = edges.map((_, k) => 0.004 + 0.002 * Math.sin(k));
  const draw = random("edges");
  const inside = { area: 0, centre: 0, width: 0 };
  for (let run = 0; run < 300; run++) {
    const read = below.map((q, k) => q + sigma[k]! * draw.normal());
    const y = Float64Array.from({ length: 60 }, (_, k) => (read[k + 1]! - read[k]!) / (edges[k + 1]! - edges[k]!));
    const x = Float64Array.from(y, (_, k) => (edges[k]! + edges[k + 1]!) / 2);
    const fit = fitPeaks(
      { x, y, edges: { x: edges, sigma }, xUnit: "V", yUnit: "mAh/V" },
      { shape: "logistic", baseline: 0, areaRange: [-9, 11], peaks: truth.map(([area, centre, width]) => ({ area, centre, width })) },
    );
    for (const [i, peak] of fit.peaks.entries()) {
      if (Math.abs(peak.area.value - truth[i]![0]) < peak.area.sigma!) inside.area++;
      if (Math.abs(peak.centre!.value - truth[i]![1]) < peak.centre!.sigma!) inside.centre++;
      if (Math.abs(peak.width.value - truth[i]![2]) < peak.width.sigma!) inside.width++;
    }
  }
  for (const hits of Object.values(inside)) {
    expect(hits / 600).toBeGreaterThan(0.6);
    expect(hits / 600).toBeLessThan(0.76);
  }
});

test("a baseline that must not be negative is not, and areas and baseline add up to the curve", () => {
  const curve = curveOf([[300, 1.4, 0.3]], "gaussian", 4, "baseline");
  const lowered = { ...curve, y: curve.y.map((v) => v - 12) };
  const model = { shape: "gaussian", baseline: 2, baselineNonNegative: true, peaks: [{ area: 200, centre: 1.5, width: 0.2 }] } as const;
  const fit = fitPeaks(lowered, model);
  expect(Math.min(...fit.baseline)).toBeGreaterThanOrEqual(0);
  expect(Math.min(...fitPeaks(lowered, { ...model, baselineNonNegative: false }).baseline)).toBeLessThan(-1);
  const whole = fitPeaks(curve, model);
  const spacing = curve.x[1]! - curve.x[0]!;
  const sum = whole.fitted.reduce((a, v, i) => a + v * spacing * (i === 0 || i === whole.fitted.length - 1 ? 0.5 : 1), 0);
  expect(whole.peaks[0]!.area.value + whole.baselineArea!.value).toBeCloseTo(sum, 2);
});

test("residuals that go together widen the errors; white ones do not", () => {
  const curve = curveOf([[300, 1.4, 0.3]], "logistic", 3, "serial");
  const model = { shape: "logistic", baseline: 1, correlatedResiduals: true, peaks: [{ area: 200, centre: 1.5, width: 0.2 }] } as const;
  expect(fitPeaks(curve, model).serialCorrelation).toBeLessThan(1.5);
  const wrong = fitPeaks(curve, { ...model, shape: "lorentzian" });
  expect(wrong.serialCorrelation).toBeGreaterThan(5);
  const taken = fitPeaks(curve, { ...model, shape: "lorentzian", correlatedResiduals: false });
  expect(wrong.peaks[0]!.area.sigma! / taken.peaks[0]!.area.sigma!).toBeCloseTo(Math.sqrt(wrong.serialCorrelation), 6);
});

test("a broad peak of two overlapping ones is split where the data tell", () => {
  const truth: Truth = [
    [450, 1.4, 0.176],
    [550, 1.27, 0.21],
  ];
  for (let k = 0; k < 10; k++) {
    const fit = decompose(curveOf(truth, "logistic", 15, `pair ${k}`), { shape: "logistic", baseline: 1 });
    expect(fit.peaks).toHaveLength(2);
  }
});

test.each([
  [0.1, [0.9021787084495512, 0.5775154433294104, 0.0018725884797634535]],
  [0.5, [0.7682716421929231, 0.48551757878761903, 0.00904433193258116]],
  [0.9, [0.6590454823027603, 0.4061459852071306, 0.015649295228721508]],
])("a Voigt profile of mix %s is scipy's voigt_profile (1.10.1)", (mix, expected) => {
  for (const [k, u] of [0, 0.4, 3].entries()) expect(PEAK_SHAPES.voigt.value(u, 1, 0, 1, mix, undefined)).toBeCloseTo(expected[k]!, 10);
});

test("the second line of a doublet keeps its distance and its share, and both errors are those of one free peak", () => {
  const truth: Truth = [
    [200, 1.2, 0.15],
    [100, 1.5, 0.15],
  ];
  const fit = fitPeaks(curveOf(truth, "gaussian", 5, "doublet"), {
    shape: "gaussian",
    baseline: 1,
    peaks: [
      { area: 100, centre: 1.25, width: 0.2 },
      { area: 1, centre: 0, width: 1, tie: { to: 0, areaRatio: 0.5, centreOffset: 0.3 } },
    ],
  });
  const [first, second] = fit.peaks;
  expect(second!.centre!.value - first!.centre!.value).toBeCloseTo(0.3, 12);
  expect(second!.area.value / first!.area.value).toBeCloseTo(0.5, 3);
  expect(Math.abs(first!.area.value - 200)).toBeLessThan(4 * first!.area.sigma!);
  expect(second!.area.sigma! / first!.area.sigma!).toBeCloseTo(0.5, 2);
  expect(() =>
    fitPeaks(curveOf(truth, "gaussian", 5, "doublet"), {
      shape: "gaussian",
      baseline: 0,
      peaks: [{ area: 1, centre: 1, width: 1, tie: { to: 0, areaRatio: 1, centreOffset: 0 } }],
    }),
  ).toThrow(/before/);
});
