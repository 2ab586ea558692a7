import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import type { DetectorGeometry } from "./geometry.ts";
import { integrateFrame } from "./integrate.ts";
import { type IntegrationOptions, integrationPlan } from "./integratePlan.ts";

/** Lengths that float32 holds exactly, since pyFAI places pixels in float32. */
const PIXEL = 2 ** -12;
const [ROWS, COLUMNS] = [96, 120] as const;
const geometry: DetectorGeometry = {
  distanceMetre: 0.25,
  poni1Metre: -20 * PIXEL,
  poni2Metre: 50 * PIXEL,
  rot1: 0.0625,
  rot2: -0.03125,
  rot3: 0.5,
  pixel1Metre: PIXEL,
  pixel2Metre: PIXEL,
  wavelengthMetre: 0.5e-10,
  orientation: 3,
  shape: [ROWS, COLUMNS],
};
const each = <T extends Uint8Array | Uint16Array | Float64Array>(out: T, at: (r: number, c: number) => number): T => {
  for (let r = 0; r < ROWS; r++) for (let c = 0; c < COLUMNS; c++) out[r * COLUMNS + c] = at(r, c);
  return out;
};
const size = ROWS * COLUMNS;
const image = each(new Uint16Array(size), (r, c) => ((r * 7919 + c * 104729) % 1009) + ((r * r + 3 * c) % 97 === 0 ? 2000 : 0));
const mask = each(new Uint8Array(size), (r, c) => ((r * 31 + c * 17) % 53 === 0 ? 1 : 0));
const flat = each(new Float64Array(size), (r, c) => 1 + ((r * 5 + c * 3) % 8) / 16);
const dark = each(new Float64Array(size), (r, c) => (r + c) % 16);

/** pyFAI widens the upper end of a range by one float32 epsilon. */
const WIDER = 1 + 2 ** -23;

/**
 * pyFAI 0.21.3, cython, on the frame above: 20 bins of 2θ over 5–12° with solid angle, mask, flat, dark and polarisation 0.99, Poisson errors; 20 bins of q over
 * 11–25 1/nm with solid angle and mask; row 3 of a 10 × 6 cake without split. Methods ("full", "csr"), ("bbox", "csr"), ("no", "histogram").
 */
const PYFAI = {
  full: {
    intensity: [
      422.2744751, 424.3884583, 440.5831604, 414.4440308, 432.4080811, 438.1329346, 432.4492188, 437.5263977, 438.2484131, 439.9192505,
      445.1120911, 421.3423462, 451.9681702, 428.3640137, 452.1323547, 448.3468018, 441.8484192, 473.9749146,
    ],
    sigma: [
      0.8186526, 0.7965187, 0.7711324, 0.7094476, 0.6959789, 0.6720055, 0.6411324, 0.6243377, 0.6056627, 0.6318546, 0.7199321, 0.7800834,
      0.9091608, 1.0033028, 1.2159176, 1.4997762, 2.1446919, 5.9685469,
    ],
    q: [
      523.5206299, 530.6313477, 532.0994263, 523.8995972, 509.6668396, 538.8324585, 524.6382446, 539.2197876, 520.4326782, 544.7925415,
      526.1192017, 549.6861572, 510.8432922, 542.5145874, 526.128479, 521.2808838, 550.3331909, 554.9615479, 501.4297791,
    ],
  },
  box: {
    intensity: [
      428.9701538, 425.858429, 439.3167114, 414.9488525, 431.5114746, 439.0095215, 432.8041382, 436.3941345, 438.0123596, 440.5494995,
      445.1828308, 422.6636047, 449.6285706, 430.5696411, 451.0665283, 447.0950317, 443.1012573, 477.2098999,
    ],
    sigma: [
      0.6222352, 0.7904972, 0.7634448, 0.7035832, 0.6885505, 0.6667061, 0.6354526, 0.617676, 0.5996498, 0.6265332, 0.7138186, 0.7734556,
      0.8970484, 0.9941025, 1.1971354, 1.4771394, 2.1135049, 5.6801987,
    ],
    q: [
      528.2081299, 530.1659546, 531.4761353, 524.456665, 510.4110107, 537.9764404, 525.4783325, 538.4429321, 521.7357178, 543.4403076,
      528.229126, 547.6387329, 511.5833435, 541.3676147, 525.6082153, 523.4899292, 546.9250488, 558.1057129, 502.5547791,
    ],
  },
  none: {
    intensity: [
      431.9629211, 418.4699402, 444.4694519, 414.8258667, 432.7151184, 438.0670166, 430.7548523, 439.1915283, 438.4680176, 440.2090149,
      444.2801514, 417.3503723, 455.9881287, 428.2365417, 449.5697327, 453.8761292, 437.078186, 476.0618286,
    ],
    sigma: [
      0.6454445, 0.8149853, 0.7972199, 0.7286676, 0.7139512, 0.6883512, 0.659847, 0.64173, 0.623386, 0.648716, 0.735159, 0.8012719,
      0.9360552, 1.0328957, 1.2464622, 1.5412972, 2.1746852, 6.5084043,
    ],
    q: [
      524.9501343, 533.4526367, 534.6380005, 522.1856079, 506.3358765, 541.9615479, 523.241394, 541.5275269, 515.6227417, 546.6213379,
      525.255127, 552.2835083, 509.7087708, 544.2218628, 524.1593018, 524.1068115, 550.8880615, 547.1135864, 506.3585815,
    ],
  },
} as const;
const CAKE_ROW = [523.294922, 526.880371, 532.528931, 532.052917, 533.872437, 524.492249, 535.53418, 542.817139, 527.446106];

describe("integration beside pyFAI", () => {
  test.each(["none", "box", "full"] as const)("splitting %s", (splitting) => {
    const expected = PYFAI[splitting];
    const all: IntegrationOptions = {
      unit: "2th_deg",
      bins: 20,
      sectors: 36,
      range: [5, 12 * WIDER],
      splitting,
      mask,
      flat,
      dark,
      // pyFAI takes a dark without errors
      darkFrames: 1e12,
      polarisation: { factor: 0.99 },
    };
    const { pattern } = integrateFrame(integrationPlan(geometry, all), image);
    // not the first bin: there pyFAI also counts pixels that lie outside of the range, half of them or whole
    for (let b = 1; b < 18; b++) {
      expect(Math.abs(pattern.values[b]! - expected.intensity[b]!)).toBeLessThan(1e-6 * 474);
      // f² is kept to 1/65536; a pixel without counts has the error of one in pyFAI
      expect((pattern.sigma as Float64Array)[b]! / expected.sigma[b]!).toBeCloseTo(1, 4);
    }
    expect(pattern.values[18]).toBeNaN();
    const q = integrateFrame(
      integrationPlan(geometry, { unit: "q_nm^-1", bins: 20, range: [11, 25 * WIDER], splitting, mask }),
      image,
    ).pattern;
    for (let b = 1; b < 19; b++) expect(Math.abs(q.values[b]! - expected.q[b]!)).toBeLessThan(1e-6 * 555);
  });

  test("cake", () => {
    const plan = integrationPlan(geometry, { unit: "2th_deg", bins: 10, sectors: 6, range: [5, 12 * WIDER], splitting: "none", mask });
    const { cake } = integrateFrame(plan, image);
    for (const [b, value] of CAKE_ROW.entries()) expect(Math.abs(cake.values[3 * 10 + b]! - value)).toBeLessThan(1e-6 * 540);
    expect(plan.azimuthDegree[3]).toBe(30);
  });
});

describe("integration", () => {
  const onBeam = { ...geometry, poni1Metre: 40.3 * PIXEL, poni2Metre: 61.7 * PIXEL, rot1: 0.02, rot2: 0.01 };

  test("every pixel is shared out whole, whatever the splitting, the axis, the orientation", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("none", "box", "full"),
        fc.constantFrom("2th_deg", "q_nm^-1", "q_A^-1", "d", "r_mm"),
        fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8),
        fc.integer({ min: 2, max: 300 }),
        fc.integer({ min: 1, max: 40 }),
        (splitting, unit, orientation, bins, sectors) => {
          const plan = integrationPlan(
            { ...onBeam, orientation } as DetectorGeometry,
            { unit, bins, sectors, splitting } as IntegrationOptions,
          );
          const total = plan.sums.count.reduce((sum, w) => sum + w, 0);
          // boxes reach past the farthest corner
          if (splitting === "box") expect(total).toBeGreaterThan(size - 3);
          expect(total).toBeLessThan(size * (1 + 1e-9));
          if (splitting !== "box") expect(total).toBeGreaterThan(size * (1 - 1e-9));
        },
      ),
      { numRuns: 40 },
    );
  });

  test("an even frame gives an even pattern where corrections are undone, and the sum of the cake is the pattern", () => {
    for (const splitting of ["none", "box", "full"] as const) {
      const plan = integrationPlan(onBeam, { unit: "2th_deg", bins: 60, sectors: 36, splitting, flat, solidAngle: false });
      const even = Float32Array.from(flat, (f) => 100 * f);
      const { pattern, cake } = integrateFrame(plan, even);
      for (const value of pattern.values) expect(value).toBeCloseTo(100, 4);
      for (const value of cake.values) if (!Number.isNaN(value)) expect(value).toBeCloseTo(100, 4);
      const one = integrateFrame(integrationPlan(onBeam, { unit: "2th_deg", bins: 60, splitting }), image).pattern.values;
      const sum = integrateFrame(integrationPlan(onBeam, { unit: "2th_deg", bins: 60, sectors: 36, splitting }), image).pattern.values;
      for (let b = 0; b < 60; b++) expect(sum[b]).toBeCloseTo(one[b]!, 2);
    }
  });

  test("the shares of a pixel are areas: the centre of gravity of a ring does not move with the splitting", () => {
    const ring = each(new Float64Array(size), (r, c) => Math.exp(-(((Math.hypot(r - 40, c - 61) - 25) / 3) ** 2)));
    const flatOn = { ...onBeam, rot1: 0, rot2: 0 };
    const centre = (splitting: "none" | "box" | "full"): number => {
      const plan = integrationPlan(flatOn, { unit: "r_mm", bins: 120, range: [0, 120 * 0.5 * PIXEL * 1e3], splitting });
      const { pattern } = integrateFrame(plan, ring);
      let [m, s] = [0, 0];
      for (const [b, value] of pattern.values.entries()) if (value > 0) [m, s] = [m + value * plan.axis[b]!, s + value];
      return m / s / (PIXEL * 1e3);
    };
    expect(Math.abs(centre("box") - centre("full"))).toBeLessThan(0.02);
    expect(Math.abs(centre("full") - centre("none"))).toBeLessThan(0.05);
  });

  test("errors: Poisson and azimuthal cover the scatter of many frames", () => {
    const plan = integrationPlan(onBeam, {
      unit: "2th_deg",
      bins: 30,
      sectors: 4,
      splitting: "none",
      dark: dark.map(() => 3),
      darkFrames: 1e9,
    });
    const mean = Float64Array.from(plan.norm, (n) => 50 * n + 3);
    const rng = random("frames");
    const pull = { poisson: 0, azimuthal: 0 };
    let n = 0;
    for (let k = 0; k < 30; k++) {
      const frame = Uint16Array.from(mean, (m) => Math.max(0, Math.round(m + Math.sqrt(m) * rng.normal())));
      for (const errors of ["poisson", "azimuthal"] as const) {
        const { cake, count } = integrateFrame(plan, frame, { errors });
        for (let c = 0; c < plan.cells; c++) {
          if (count[c]! < 30) continue;
          if (errors === "poisson") n++;
          pull[errors] += ((cake.values[c]! - 50) / (cake.sigma as Float64Array)[c]!) ** 2;
        }
      }
    }
    expect(n).toBeGreaterThan(1500);
    for (const model of ["poisson", "azimuthal"] as const) {
      expect(pull[model] / n).toBeGreaterThan(0.9);
      expect(pull[model] / n).toBeLessThan(1.1);
    }
  });

  test("a cell without counts has the error of one count", () => {
    const plan = integrationPlan(onBeam, { unit: "2th_deg", bins: 10, splitting: "none", solidAngle: false });
    const { pattern } = integrateFrame(plan, new Uint16Array(size));
    expect(pattern.values[3]).toBe(0);
    expect((pattern.sigma as Float64Array)[3]).toBeCloseTo(1 / plan.sums.count[3]!, 9);
  });

  test("saturated pixels, gaps and NaN are left out and said, in counts and in corrections", () => {
    for (const [frame, bad] of [
      [Uint16Array.from(image), 65_535],
      [Int32Array.from(image), -1],
      [Float32Array.from(image), Number.NaN],
    ] as const) {
      for (const splitting of ["none", "full"] as const) {
        const at = [500, 501, 3000, 3001, 7777, 40 * COLUMNS + 61];
        const holed = frame.slice();
        for (const p of at) holed[p] = bad;
        const excluded = new Uint8Array(size);
        for (const p of at) excluded[p] = 1;
        const options = { unit: "2th_deg", bins: 60, sectors: 6, splitting } as const;
        const seen = integrateFrame(integrationPlan(onBeam, options), holed);
        const expected = integrateFrame(integrationPlan(onBeam, { ...options, mask: excluded }), frame);
        expect(seen.invalidPixels).toBe(at.length);
        expect(seen.notices[0]?.code).toBe("pixels-invalid");
        for (let b = 0; b < 60; b++) expect(seen.pattern.values[b]).toBeCloseTo(expected.pattern.values[b]!, 2);
      }
    }
  });

  test("sigma clipping leaves out spots and little else", () => {
    const rng = random("spots");
    const plan = integrationPlan(onBeam, { unit: "2th_deg", bins: 20, sectors: 1, splitting: "full", solidAngle: false });
    const clean = Uint16Array.from({ length: size }, () => Math.round(100 + 10 * rng.normal()));
    const spotty = clean.slice();
    for (let k = 0; k < 150; k++) spotty[rng.integer(size)] = 5000 + rng.integer(1000);
    const { pattern, clippedPixels } = integrateFrame(plan, spotty, { clip: { limit: 4, rounds: 8 }, errors: "azimuthal" });
    expect(clippedPixels).toBeGreaterThan(140);
    expect(clippedPixels).toBeLessThan(165);
    for (let b = 1; b < 19; b++) expect(Math.abs(pattern.values[b]! - 100)).toBeLessThan(6 * (pattern.sigma as Float64Array)[b]!);
  });

  test("d falls along the axis; ranges in Å either way round", () => {
    const a = integrationPlan(onBeam, { unit: "d", bins: 50, range: [2, 6] });
    const b = integrationPlan(onBeam, { unit: "d", bins: 50, range: [6, 2] });
    expect(a.axis).toEqual(b.axis);
    expect(a.axis[0]).toBeLessThan(6);
    expect(a.axis.at(-1)).toBeGreaterThan(2);
    expect(a.axis[0]!).toBeGreaterThan(a.axis[49]!);
  });

  test("what does not fit is refused", () => {
    const options = { unit: "2th_deg", bins: 50 } as const;
    expect(() => integrationPlan(geometry, { ...options, bins: 1e9 })).toThrow(/cells are possible/);
    expect(() => integrationPlan(geometry, { ...options, mask: new Uint8Array(5) })).toThrow(/mask has 5 pixels/);
    expect(() => integrationPlan(geometry, { ...options, range: [3, 1] })).toThrow(/range 3 to 1/);
    expect(() => integrationPlan(geometry, { ...options, polarisation: { factor: 2 } })).toThrow(/polarisation factor 2/);
    expect(() => integrateFrame(integrationPlan(geometry, options), new Uint16Array(7))).toThrow(/a frame of 7 pixels/);
    expect(integrationPlan(geometry, { ...options, mask: new Uint8Array(size).fill(1) }).notices[0]?.code).toBe("mask-covers-all");
  });
});
