/** Alpha filtration beside GUDHI (Debian's python3-gudhi), H0 to H2 of uniform points; where it is absent the yardstick is the Vietoris–Rips barcode of the same points. */
import { spawnSync } from "node:child_process";
import { random } from "@thioscope/core";
import { alphaBarcodes, openMetric, ripsBarcodes } from "@thioscope/core/topology";
import type { Case } from "./run.ts";

const SIZES = [200, 500, 1000, 2000, 4000];
const RUNS = 5;

const GUDHI = `
import sys, time, gudhi
best = 1e9
points = [[float(x) for x in line.split()] for line in sys.stdin]
for _ in range(5):
    t = time.perf_counter()
    tree = gudhi.AlphaComplex(points=points, precision="safe").create_simplex_tree()
    tree.compute_persistence()
    best = min(best, time.perf_counter() - t)
print(1000 * best)
`;

function points(n: number): Float64Array {
  const draw = random(`alpha ${n}`);
  return Float64Array.from({ length: 3 * n }, () => draw.uniform());
}

function fastest(work: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < RUNS; k++) {
    const began = performance.now();
    work();
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

function gudhi(xyz: Float64Array): number | null {
  const input = Array.from({ length: xyz.length / 3 }, (_, i) => Array.from(xyz.subarray(3 * i, 3 * i + 3)).join(" ")).join("\n");
  const done = spawnSync("sh", ["-c", 'command -p python3 -c "$0"', GUDHI], { input, encoding: "utf8" });
  const ms = Number.parseFloat(done.stdout);
  return done.status === 0 && Number.isFinite(ms) ? ms : null;
}

export async function cases(): Promise<Record<string, Case>> {
  const found: Record<string, Case> = {};
  for (const n of SIZES) {
    const xyz = points(n);
    let bars = 0;
    const ms = fastest(() => {
      bars = alphaBarcodes(xyz).barcodes.reduce((sum, b) => sum + b.bars.length / 2, 0);
    });
    const peer = gudhi(xyz);
    found[`H0–H2, n = ${n}`] = {
      ms,
      rows: bars,
      rowsPerSecond: (1000 * bars) / ms,
      yardstick: peer === null ? "Vietoris–Rips H0–H1 (GUDHI is not on this machine)" : "GUDHI, precision safe (its default)",
      yardstickMs: peer ?? fastest(() => ripsBarcodes(openMetric(xyz))),
    };
  }
  const xyz = points(500);
  const cell = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const ms = fastest(() => alphaBarcodes(xyz, cell));
  found["H0–H2, periodic, n = 500"] = {
    ms,
    rows: 500,
    rowsPerSecond: 500_000 / ms,
    yardstick: "the same in open space",
    yardstickMs: fastest(() => alphaBarcodes(xyz)),
  };
  return found;
}
