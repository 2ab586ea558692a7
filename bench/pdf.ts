/**
 * The transform of a pair distribution function, 8,157 points of q to 4,951 of r, beside the dense sum of numpy (Debian's python3-numpy) in the same run; and the whole
 * way from a pattern and its container, with errors. Limit: 2 ms for the transform. The sum itself is 40 million sines and products.
 */
import { execFileSync } from "node:child_process";
import { evaluateFormFactor, formFactorOf } from "@thioscope/core/crystal";
import { gridOf, pairDistribution, transformReduced } from "@thioscope/core/pdf";
import { virtualScattering } from "@thioscope/virtual";
import type { Case } from "./run.ts";

const POINTS = 8157;
const LIMIT_MS = 2;

const DENSE = `
import json, time
import numpy as np
q = 1 + 0.0027 * np.arange(${POINTS}); r = 0.5 + 0.01 * np.arange(4951); f = np.sin(3 * q)
best = 1e9
for _ in range(3):
    t = time.perf_counter(); g = (2 / np.pi) * 0.0027 * (np.sin(np.outer(r, q)) @ f); best = min(best, time.perf_counter() - t)
print(json.dumps({"ms": 1000 * best, "g": [float(x) for x in g[::500]]}))
`;

function best(work: () => void, times: number): number {
  let ms = Number.POSITIVE_INFINITY;
  for (let k = 0; k < times; k++) {
    const began = performance.now();
    work();
    ms = Math.min(ms, performance.now() - began);
  }
  return ms;
}

export async function cases(): Promise<Record<string, Case>> {
  const q = { first: 1, step: 0.0027, count: POINTS };
  const r = gridOf(0.5, 50, 0.01);
  const f = Float64Array.from({ length: POINTS }, (_, k) => Math.sin(3 * (1 + 0.0027 * k)));
  let g = new Float64Array(0);
  const ms = best(() => {
    g = transformReduced(q, f, null, { qMin: 1, qMax: 30, r, lorch: false }).g as Float64Array<ArrayBuffer>;
  }, 40);
  let yardstickMs = Number.NaN;
  let yardstick = "numpy is not on this machine";
  let apart = "";
  try {
    const out = JSON.parse(execFileSync("sh", ["-c", 'command -p python3 -c "$1"', "sh", DENSE], { encoding: "utf8" })) as {
      ms: number;
      g: number[];
    };
    yardstickMs = out.ms;
    yardstick = "numpy, the sum itself";
    apart = `, apart by ${Math.max(...out.g.map((value, k) => Math.abs(value - g[500 * k]!))).toExponential(1)}`;
  } catch {
    // told by the yardstick's name
  }
  const run = virtualScattering(
    { composition: { La: 1, B: 6 }, pairs: [], counts: 1e6, qRange: [0.65, 23.45], points: 8455, seed: "bench" },
    (element, at) => evaluateFormFactor(formFactorOf(element)!.coefficients, (at / (4 * Math.PI)) ** 2),
  );
  const whole = best(() => {
    pairDistribution(
      { q: run.q, intensity: run.sample, sigma: run.sampleSigma },
      { q: run.q, intensity: run.container, sigma: run.containerSigma },
      { composition: "LaB6", qMin: 1, qMax: 23, rPoly: 1.5, rMin: 0.5, rMax: 50 },
    );
  }, 10);
  const row = (time: number): Pick<Case, "ms" | "rows" | "rowsPerSecond"> => ({
    ms: time,
    rows: r.count,
    rowsPerSecond: (1000 * r.count) / time,
  });
  return {
    [`transform ${POINTS} × ${r.count}${apart}`]: { ...row(ms), yardstick, yardstickMs, limitMs: LIMIT_MS },
    "pattern and container to G(r) with errors": { ...row(whole), yardstick, yardstickMs },
  };
}
