/** Displacement and diffusivity: sums written out, Monte Carlo of the covariance, coverage of intervals on Brownian paths. */
import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import { diffusivity } from "./diffusivity.ts";
import { collectiveTrack, meanSquaredDisplacement } from "./displacement.ts";
import { windowCovariance } from "./windowCovariance.ts";

/** Brownian paths with D in cm²/s, seen with vibration. */
function paths(ions: number, frames: number, D: number, intervalFs: number, seed: string, vibration = 0): Float64Array {
  const draw = random(seed);
  // 2 D t with 1 cm²/s = 10 Å²/fs
  const step = Math.sqrt(20 * D * intervalFs);
  const series = new Float64Array(3 * ions * frames);
  for (let c = 0; c < 3 * ions; c++) {
    let x = 5 * draw.uniform();
    for (let t = 0; t < frames; t++) {
      series[c * frames + t] = x + vibration * draw.normal();
      x += step * draw.normal();
    }
  }
  return series;
}

/**
 * Ions on half of 4³ sites, 4.7 Å apart, whose neighbours exchange what they hold at random times: each is a simple random walk with D = Γ a²/6, no two
 * are independent. (F. Spitzer, Adv. Math. 5, 246 (1970).)
 */
function stirredPaths(D: number, seed: string): Float64Array {
  const [frames, edge, sites, intervalPs] = [300, 4.7, 64, 0.3];
  const draw = random(seed);
  const holds = Int32Array.from({ length: sites }, (_, k) => (k % 2 === 0 ? k / 2 : -1));
  const at = new Float64Array((3 * sites) / 2);
  const series = new Float64Array(at.length * frames);
  // three bonds a site, each at a sixth of an ion's rate
  const perPs = (sites * 3 * D * 1e4) / edge ** 2;
  let next = 0;
  for (let t = 0; t < frames; t++) {
    while (next < t * intervalPs) {
      next += -Math.log(1 - draw.uniform()) / perPs;
      const from = draw.integer(sites);
      const axis = draw.integer(3);
      const stride = 4 ** axis;
      const to = Math.floor(from / stride) % 4 === 3 ? from - 3 * stride : from + stride;
      if (holds[from]! >= 0) at[3 * holds[from]! + axis]! += edge;
      if (holds[to]! >= 0) at[3 * holds[to]! + axis]! -= edge;
      [holds[from], holds[to]] = [holds[to]!, holds[from]!];
    }
    for (let c = 0; c < at.length; c++) series[c * frames + t] = at[c]! + 0.15 * draw.normal();
  }
  return series;
}

test("the displacement by transforms is the sum over all origins, at every lag", () => {
  for (const [ions, frames] of [
    [1, 2],
    [3, 37],
    [4, 64],
    [5, 200],
  ] as const) {
    const series = paths(ions, frames, 1e-4, 10, `direct ${ions}`);
    const { components, total } = meanSquaredDisplacement({ frames, series });
    for (let m = 0; m < frames; m++) {
      let all = 0;
      for (let k = 0; k < 3; k++) {
        let sum = 0;
        for (let i = 0; i < ions; i++) {
          for (let t = m; t < frames; t++) sum += (series[(3 * i + k) * frames + t]! - series[(3 * i + k) * frames + t - m]!) ** 2;
        }
        const direct = sum / (ions * (frames - m));
        expect(Math.abs(components[k]![m]! - direct)).toBeLessThanOrEqual(1e-10 * Math.max(1, direct));
        all += direct;
      }
      expect(Math.abs(total[m]! - all)).toBeLessThanOrEqual(1e-10 * Math.max(1, all));
    }
  }
});

test("the collective displacement of ions that move as one is their number times the tracer's", () => {
  const one = paths(1, 100, 1e-4, 10, "one");
  const series = new Float64Array(4 * one.length);
  for (let i = 0; i < 4; i++) series.set(one, i * one.length);
  const tracer = meanSquaredDisplacement({ frames: 100, series }).total;
  const charge = meanSquaredDisplacement(collectiveTrack({ frames: 100, series })).total;
  for (const m of [1, 7, 50, 99]) expect(charge[m]! / tracer[m]!).toBeCloseTo(4, 8);
});

test("the covariance of overlapping windows equals that of drawn paths", () => {
  const frames = 20;
  const lags = [1, 3, 8, 12];
  const [step, noise] = [0.7, 0.4];
  const { size, motion, mixed, noise: still } = windowCovariance(frames, lags);
  const draw = random("covariance");
  const draws = 40_000;
  const sum = new Float64Array(size);
  const product = new Float64Array(size * size);
  const x = new Float64Array(frames);
  for (let r = 0; r < draws; r++) {
    let at = 0;
    for (let t = 0; t < frames; t++) {
      x[t] = at + noise * draw.normal();
      at += step * draw.normal();
    }
    const msd = lags.map((m) => {
      let s = 0;
      for (let t = m; t < frames; t++) s += (x[t]! - x[t - m]!) ** 2;
      return s / (frames - m);
    });
    for (let p = 0; p < size; p++) {
      sum[p]! += msd[p]!;
      for (let q = 0; q < size; q++) product[p * size + q]! += msd[p]! * msd[q]!;
    }
  }
  for (let p = 0; p < size; p++) {
    expect(sum[p]! / draws).toBeCloseTo(step ** 2 * lags[p]! + 2 * noise ** 2, 1);
    for (let q = 0; q < size; q++) {
      const drawn = product[p * size + q]! / draws - (sum[p]! / draws) * (sum[q]! / draws);
      const k = p * size + q;
      const exact = step ** 4 * motion[k]! + step ** 2 * noise ** 2 * mixed[k]! + noise ** 4 * still[k]!;
      expect(Math.abs(drawn / exact - 1)).toBeLessThan(0.06);
    }
  }
});

describe("coverage", () => {
  // 40 ions, 500 frames, D = 2e-5 cm²/s: real coverage within three standard deviations of the binomial about 95 %
  const isLong = process.env["THIOSCOPE_LONG"] !== undefined;
  for (const vibration of [0, 0.3]) {
    const runs = isLong ? 3000 : vibration === 0 ? 300 : 150;
    test(`95 % intervals hold D on ${runs} Brownian sets, vibration ${vibration} Å`, () => {
      let inside = 0;
      let sum = 0;
      let square = 0;
      for (let r = 0; r < runs; r++) {
        const series = paths(40, 500, 2e-5, 10, `cover ${r}`, vibration);
        const { D } = diffusivity({ frames: 500, series }, { intervalFs: 10 });
        if (D.interval95[0] < 2e-5 && 2e-5 < D.interval95[1]) inside++;
        sum += D.value;
        square += D.value ** 2;
      }
      const spread = 3 * Math.sqrt((0.95 * 0.05) / runs);
      expect(inside / runs).toBeGreaterThan(0.95 - spread);
      expect(inside / runs).toBeLessThan(0.95 + spread);
      const scatter = Math.sqrt(square / runs - (sum / runs) ** 2);
      // vibration of 0.3 Å is as large as four steps
      expect(scatter).toBeLessThan(vibration === 0 ? 6e-7 : 8e-7);
      expect(Math.abs(sum / runs - 2e-5)).toBeLessThan((4 * scatter) / Math.sqrt(runs));
    });
  }

  // three standard deviations of the binomial below 92 %
  const stirred = isLong ? 1000 : 100;
  test(`95 % intervals hold D of ions that exchange places on ${stirred} lattices`, () => {
    let inside = 0;
    let together = 0;
    for (let r = 0; r < stirred; r++) {
      const { D, inflation } = diffusivity({ frames: 300, series: stirredPaths(3e-5, `stirred ${r}`) }, { intervalFs: 300 });
      if (D.interval95[0] < 3e-5 && 3e-5 < D.interval95[1]) inside++;
      if (inflation > 3) together++;
    }
    expect(inside / stirred).toBeGreaterThan(0.92 - 3 * Math.sqrt((0.92 * 0.08) / stirred));
    expect(together / stirred).toBeGreaterThan(0.8);
  });
});

test("what cannot be a diffusivity says so", () => {
  const series = new Float64Array(3 * 4 * 50);
  expect(() => diffusivity({ frames: 50, series }, { intervalFs: 10 })).toThrow(/does not grow|nothing moves/);
  expect(() => diffusivity({ frames: 5, series: new Float64Array(15) }, { intervalFs: 10 })).toThrow(/12 or more/);
  expect(() => diffusivity({ frames: 50, series }, { intervalFs: 0 })).toThrow(/above 0/);
  expect(() => diffusivity({ frames: 50, series: paths(4, 50, 1e-5, 10, "x") }, { intervalFs: 10, start: 49 })).toThrow(/too few/);
});
