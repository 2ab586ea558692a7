/**
 * Impedance, one thread, warm: fit of R0-(R1Q1)-(R2Q2)-W to 81 points without starting values, with a near start, the
 * test of Kramers and Kronig, relaxation times, a series of 61 spectra. Peer in the same run: scipy's curve_fit on the
 * same circuit, data and weights, given a near start (THIOSCOPE_PYTHON or the system's python3); where it is absent the
 * yardstick is evaluating the circuit once, and its name says so.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { random } from "@thioscope/core";
import {
  distributionOfRelaxationTimes,
  fitCircuit,
  fitSeries,
  kramersKronig,
  parseCircuit,
  type Spectrum,
} from "@thioscope/core/impedance";
import type { Case } from "./run.ts";

const CIRCUIT = "R0-p(R1,CPE1)-p(R2,CPE2)-W1";
const TRUTH = [20, 80, 5e-7, 0.85, 250, 3e-5, 0.8, 40];
const NEAR = [10, 50, 1e-6, 0.9, 100, 1e-5, 0.9, 10];
const POINTS = 81;
/** targets in ms */
const LIMITS = { fit: 20, kk: 10, drt: 30, series: 2000 };

function spectrum(seed: string, growth = 0): Spectrum {
  const draw = random(seed);
  const frequencyHertz = Float64Array.from({ length: POINTS }, (_, i) => 10 ** (6 - i / 10));
  const z = new Float64Array(2 * POINTS);
  const truth = TRUTH.map((x, j) => (j === 4 ? x * (1 + growth) : x));
  parseCircuit(CIRCUIT).evaluate(Float64Array.from(truth), frequencyHertz, z);
  const part = (k: 0 | 1): Float64Array =>
    Float64Array.from(frequencyHertz, (_, i) => z[2 * i + k]! + 0.002 * Math.hypot(z[2 * i]!, z[2 * i + 1]!) * draw.normal());
  return { frequencyHertz, real: part(0), imaginary: part(1) };
}

/** Median of `runs` after three to warm up, in ms. */
function median(runs: number, work: (k: number) => unknown): number {
  const times: number[] = [];
  for (let k = -3; k < runs; k++) {
    const began = performance.now();
    work(k);
    if (k >= 0) times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

/** scipy's time on the same spectrum, undefined where it is not there. */
function scipy({ frequencyHertz, real, imaginary }: Spectrum): { ms: number; chi2: number } | undefined {
  const input = Array.from(frequencyHertz, (f, i) => `${f} ${real[i]} ${imaginary[i]}`).join("\n");
  const script = join(import.meta.dirname, "eis-peer.py");
  const own = process.env.THIOSCOPE_PYTHON;
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  // `command -p` finds the system's python3 whatever the PATH of the shell is
  const done = own
    ? spawnSync(own, [script], { input, encoding: "utf8", env })
    : spawnSync("sh", ["-c", `command -p python3 "${script}"`], { input, encoding: "utf8", env });
  return done.status === 0 ? (JSON.parse(done.stdout) as { ms: number; chi2: number }) : undefined;
}

export async function cases(): Promise<Record<string, Case>> {
  const circuit = parseCircuit(CIRCUIT);
  const data = spectrum("bench");
  const z = new Float64Array(2 * POINTS);
  const evaluation = median(50, () => circuit.evaluate(Float64Array.from(TRUTH), data.frequencyHertz, z));
  const peer = scipy(data);
  const yardstick = peer
    ? { yardstick: `scipy curve_fit, near start, chi2 ${peer.chi2.toExponential(3)}`, yardstickMs: peer.ms }
    : { yardstick: "evaluating the circuit once (scipy is not on this machine)", yardstickMs: evaluation };
  const plain = { yardstick: "evaluating the circuit once", yardstickMs: evaluation };
  const of = (ms: number, points: number, limitMs: number | undefined, against: typeof plain): Case => ({
    ms,
    rows: points,
    rowsPerSecond: (1000 * points) / ms,
    ...against,
    ...(limitMs === undefined ? {} : { limitMs }),
  });
  const many = Array.from({ length: 25 }, (_, k) => spectrum(`bench ${k}`));
  const series = Array.from({ length: 61 }, (_, k) => spectrum(`series ${k}`, k / 61));
  return {
    "fit without start": of(
      median(25, (k) => fitCircuit(circuit, many[Math.max(0, k)]!)),
      POINTS,
      LIMITS.fit,
      yardstick,
    ),
    "fit, near start": of(
      median(25, (k) => fitCircuit(circuit, many[Math.max(0, k)]!, { start: NEAR })),
      POINTS,
      undefined,
      yardstick,
    ),
    "Kramers–Kronig": of(
      median(25, (k) => kramersKronig(many[Math.max(0, k)]!)),
      POINTS,
      LIMITS.kk,
      plain,
    ),
    "relaxation times": of(
      median(15, (k) => distributionOfRelaxationTimes(many[Math.max(0, k)]!)),
      POINTS,
      LIMITS.drt,
      plain,
    ),
    "series of 61": of(
      median(5, () => fitSeries(CIRCUIT, series)),
      61 * POINTS,
      LIMITS.series,
      plain,
    ),
  };
}
