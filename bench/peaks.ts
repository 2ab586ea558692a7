/**
 * 10⁴ dQ/dV-like curves (200 points, three overlapping logistic peaks on a line, noise) fitted in series, each start carried over from the
 * curve before; and the search for peaks in a half cycle of the virtual cycler. Yardsticks in the same run: scipy's `curve_fit` on a
 * hundred of the same curves from the same start, times a hundred (where python3 and scipy are absent: the same curves fitted here, each from the
 * distant start); dQ/dV by counting of the same half cycles.
 */
import { spawnSync } from "node:child_process";
import { makeTable, random } from "@thioscope/core";
import { differentialCapacity, findPeaks, halfCycles } from "@thioscope/core/cycling";
import { type Curve, fitPeakSeries, fitPeaks, PEAK_SHAPES, type PeakModel } from "@thioscope/core/peaks";
import { VIRTUAL_CELLS, virtualCycling } from "@thioscope/virtual";
import type { Case } from "./run.ts";

const CURVES = 10_000;
const POINTS = 200;
/** targets, ms: 1 ms per fit in one thread; 100 ms per half cycle with its search */
const LIMIT = { series: 10_000, search: 100 };
const PEER_CURVES = 100;

function* curves(): Generator<Curve> {
  const draw = random("bench");
  const x = Float64Array.from({ length: POINTS }, (_, i) => 0.7 + (1.7 * i) / (POINTS - 1));
  const sigma = new Float64Array(POINTS).fill(0.01);
  const { logistic } = PEAK_SHAPES;
  for (let k = 0; k < CURVES; k++) {
    const fade = 1 - (0.4 * k) / CURVES;
    const y = x.map(
      (v) =>
        0.05 +
        0.02 * v +
        fade *
          (logistic.value(v, 0.36, 1.05, 0.12, 0, undefined) +
            logistic.value(v, 0.16, 1.25, 0.14, 0, undefined) +
            logistic.value(v, 0.17, 1.75 - (0.05 * k) / CURVES, 0.16, 0, undefined)) +
        0.01 * draw.normal(),
    );
    yield { x, y, sigma, xUnit: "V", yUnit: "mAh/V" };
  }
}

const MODEL: PeakModel = {
  shape: "logistic",
  baseline: 1,
  peaks: [
    { centre: 1, width: 0.1, area: 0.2 },
    { centre: 1.3, width: 0.1, area: 0.2 },
    { centre: 1.7, width: 0.1, area: 0.2 },
  ],
};

const PEER = `
import sys, json, time
import numpy as np
from scipy.optimize import curve_fit
d = json.load(sys.stdin)
x = np.array(d["x"]); k = 2*np.log(3+2*np.sqrt(2))
def f(x, b0, b1, *p):
    y = b0 + b1*x
    for a, c, w in zip(p[0::3], p[1::3], p[2::3]):
        y = y + a*k/(4*w)/np.cosh(k*(x-c)/(2*w))**2
    return y
t = time.perf_counter()
for y in d["y"]:
    curve_fit(f, x, np.array(y), p0=d["p0"], sigma=np.full(len(x), 0.01), absolute_sigma=True)
print((time.perf_counter()-t)*1000/len(d["y"]))
`;

/** ms per curve of scipy from the model's start; null where it cannot be run. */
function scipy(some: readonly Curve[]): number | null {
  const p0 = [0, 0, ...MODEL.peaks.flatMap((p) => [p.area, p.centre, p.width])];
  const input = JSON.stringify({ x: Array.from(some[0]!.x), y: some.map((c) => Array.from(c.y)), p0 });
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const { status, stdout } = spawnSync("python3", ["-c", PEER], { input, encoding: "utf8", env });
  return status === 0 ? Number(stdout) : null;
}

function timed(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

export function cases(): Promise<Record<string, Case>> {
  const all = [...curves()];
  for (const curve of all.slice(0, 200)) fitPeaks(curve, MODEL);
  let wrong = 0;
  const ms = timed(() => {
    for (const fit of fitPeakSeries(all, MODEL)) if (Math.abs((fit.peaks[0]?.centre?.value ?? 0) - 1.05) > 0.02) wrong++;
  });
  if (wrong > 0) throw new Error(`${wrong} of ${CURVES} fits missed the truth`);
  const peer = scipy(all.slice(0, PEER_CURVES));
  const again = (): number =>
    timed(() => {
      for (const curve of all) fitPeaks(curve, MODEL);
    });
  const yardstickMs = peer === null ? again() : peer * CURVES;
  const cell = { ...VIRTUAL_CELLS.nas, protocol: [{ ...VIRTUAL_CELLS.nas.protocol[0], cycles: 20 }] };
  const { rows } = virtualCycling(cell, "bench");
  const halves = halfCycles(
    makeTable([
      { name: "test_time_second", unit: "s", values: Float64Array.from(rows, (r) => r.timeSecond) },
      { name: "voltage_volt", unit: "V", values: Float64Array.from(rows, (r) => r.voltageVolt) },
      { name: "current_ampere", unit: "A", values: Float64Array.from(rows, (r) => r.currentAmpere) },
    ]),
  );
  const each = (work: (half: (typeof halves)[number]) => unknown): number => timed(() => halves.forEach(work)) / halves.length;
  const search = each((half) => findPeaks(half));
  const counting = each((half) => differentialCapacity(half));
  return Promise.resolve({
    "10,000 curves, 3 peaks": {
      ms,
      rows: CURVES,
      rowsPerSecond: (CURVES / ms) * 1000,
      yardstick: peer === null ? "each curve from the distant start" : "scipy curve_fit, 100 of them × 100",
      yardstickMs,
      limitMs: LIMIT.series,
    },
    "search in a half cycle": {
      ms: search,
      rows: 1,
      rowsPerSecond: 1000 / search,
      yardstick: "dQ/dV by counting alone",
      yardstickMs: counting,
      limitMs: LIMIT.search,
    },
  });
}
