/**
 * Deposition around an insulating disc (Na3PS4, 0.5 mA/cm²), from the curves of the boundary to the current: mesh, matrices, Newton to 1e-11. Peer in the
 * same run: dolfinx with PETSc and BoomerAMG on a structured mesh with as many unknowns, its forms compiled beforehand (Debian's
 * python3-dolfinx-real; THIOSCOPE_PYTHON or the system's python3). Without it there is no yardstick.
 * The names of the cases say how many iterations of conjugate gradients the last mesh needed: they do not grow.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { QUIET } from "@thioscope/core";
import { type DepositionCase, defectDomain, depositionMesh, type Resolution, solveOn } from "@thioscope/core/deposition";
import type { Case } from "./run.ts";

const ASKED: DepositionCase = {
  defect: { kind: "empty", radius: 1e-5, depth: 0 },
  width: 1e-4,
  height: 1e-4,
  conductivity: 0.01,
  current: 5,
  kinetics: { exchangeCurrent: 13, cathodicTransfer: 0.5, molarVolume: 23.8e-6, ionVolume: 0, temperature: 298.15, form: "shift" },
};

/** Sizes with their limits in ms; the sides of the peer's mesh make as many unknowns. */
const SIZES: readonly { name: string; resolution: Resolution; side: number; limitMs: number; runs: number }[] = [
  { name: "preview of 10 k", resolution: { divisions: 2, order: 1, largest: 0.05 }, side: 100, limitMs: 60, runs: 9 },
  { name: "100 k unknowns", resolution: { divisions: 4, order: 1, largest: 0.07 }, side: 317, limitMs: 1000, runs: 3 },
  { name: "100 k unknowns, P2", resolution: { divisions: 3, order: 2, largest: 0.07 }, side: 317, limitMs: 1000, runs: 3 },
  { name: "1 M unknowns", resolution: { divisions: 5, order: 1, largest: 0.0385 }, side: 1000, limitMs: 12_000, runs: 1 },
];

interface Peer {
  unknowns: number;
  setUpMs: number;
  solveMs: number;
  iterations: number[];
  chargeError: number;
}

function dolfinx(sides: readonly number[]): Peer[] | undefined {
  const script = join(import.meta.dirname, "deposition-peer.py");
  const own = process.env["THIOSCOPE_PYTHON"];
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const done = own
    ? spawnSync(own, [script, ...sides.map(String)], { encoding: "utf8", env })
    : spawnSync("sh", ["-c", `command -p python3 "${script}" ${sides.join(" ")}`], { encoding: "utf8", env });
  return done.status === 0 ? (JSON.parse(done.stdout.trim().split("\n").at(-1)!) as Peer[]) : undefined;
}

export function cases(): Promise<Record<string, Case>> {
  const peers = dolfinx(SIZES.map((s) => s.side));
  const found: Record<string, Case> = {};
  for (const [k, { name, resolution, limitMs, runs }] of SIZES.entries()) {
    const work = () => {
      const domain = defectDomain(ASKED.defect, ASKED.width, ASKED.height);
      return solveOn(ASKED, domain, depositionMesh(domain, resolution), resolution, QUIET);
    };
    const times: number[] = [];
    let solution = work();
    for (let run = 0; run < runs; run++) {
      const began = performance.now();
      solution = work();
      times.push(performance.now() - began);
    }
    const ms = times.sort((a, b) => a - b)[times.length >> 1]!;
    const { unknowns, steps, charge } = solution;
    const last = steps.filter((s) => s.unknowns === unknowns).map((s) => s.iterations);
    const peer = peers?.[k];
    found[`${name} (${unknowns}; ${last.join("+")} iterations; charge ${Math.abs(charge.interface / charge.load - 1).toExponential(0)})`] =
      {
        ms,
        rows: unknowns,
        rowsPerSecond: (1000 * unknowns) / ms,
        yardstick: peer
          ? `dolfinx, ${peer.unknowns} unknowns, ${peer.iterations.join("+")} iterations, of it ${peer.solveMs.toFixed(0)} ms solution`
          : "none: dolfinx is not on this machine",
        yardstickMs: peer ? peer.setUpMs + peer.solveMs : ms,
        limitMs,
      };
  }
  return Promise.resolve(found);
}
