/** The same equations of the cell model solved by scipy for a few control volumes (bench/cell-peer.py). */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cellModel, parameterSet, parseProtocol, runCell } from "@thioscope/core/cellmodel";

/** A comparison: control volumes, relative tolerance of both, times. */
export interface PeerCase {
  cells: number;
  tolerance: number;
  times: readonly number[];
}

/** That of the test, whose answer is kept in cellmodel-scipy.json (it takes minutes): `node --conditions=source tests/golden/cellmodelPeer.ts` renews it. */
export const EXACT: PeerCase = { cells: 4, tolerance: 1e-8, times: Array.from({ length: 12 }, (_, k) => 3000 * (k + 1)) };

export interface PeerAnswer {
  ms: number;
  volt: number[];
  /** times × (cells · phases) */
  amounts: number[][];
}

function reference({ cells, tolerance }: PeerCase) {
  const base = parameterSet("na-s-nps");
  return cellModel(
    { ...base, options: { ...base.options, stress: "none" } },
    { cells, tolerances: { relative: tolerance, amount: tolerance / 1000, potential: tolerance / 10 } },
  );
}

/** What the peer is given: the cell as numbers. */
export function peerQuestion(asked: PeerCase) {
  const { physics, equations } = reference(asked);
  const seed = physics.seed;
  return {
    widths: Array.from(equations.grid.widths),
    x: physics.chemistry.phases.map((p) => p.x),
    reactions: physics.chemistry.reactions.map((r, j) => ({
      from: r.from,
      to: r.to,
      potential: physics.potentials[j]!,
      exchange: physics.kinetics[j]!.exchange,
      alpha: physics.kinetics[j]!.alpha,
      unsaturated: physics.kinetics[j]!.unsaturated,
    })),
    activity: physics.kinetics[0]!.activity,
    diffusion: physics.kinetics[0]!.diffusion,
    exponent: physics.kinetics[0]!.exponent,
    contactArea: physics.contactArea,
    ionic: physics.ionic,
    electronic: physics.electronic,
    separator: physics.separator,
    separatorLength: physics.layers.separator,
    contactResistance: physics.contactResistance,
    anodePotential: physics.anodePotential,
    anodeExchange: physics.anodeExchange,
    concentration: physics.layers.sulfurConcentration,
    temperature: physics.temperature,
    current: 100 * physics.layers.sulfurLoading,
    start: [1 - seed, seed, 0, 0, 0],
    times: [...asked.times],
    tolerance: asked.tolerance,
  };
}

/** scipy's answer, undefined where it is not there. */
export function askScipy(asked: PeerCase): PeerAnswer | undefined {
  const script = join(import.meta.dirname, "../../bench/cell-peer.py");
  const own = process.env.THIOSCOPE_PYTHON;
  const options = { input: JSON.stringify(peerQuestion(asked)), encoding: "utf8", env: { ...process.env, OMP_NUM_THREADS: "1" } } as const;
  const done = own ? spawnSync(own, [script], options) : spawnSync("sh", ["-c", `command -p python3 "${script}"`], options);
  return done.status === 0 ? (JSON.parse(done.stdout) as PeerAnswer) : undefined;
}

/** The model's own potentials and amounts at the same times. */
export function ownAnswer(asked: PeerCase): PeerAnswer {
  const model = reference(asked);
  const began = performance.now();
  const lines = asked.times.map((t, k) => `discharge at 100 mA/g until ${t - (asked.times[k - 1] ?? 0)} s`);
  const run = runCell(model, parseProtocol(lines.join("\n")), { frameEvery: 10 });
  const ms = performance.now() - began;
  const { cells, block, phases } = model.equations.layout;
  const ends = run.steps.map((s) => run.frames.find((f) => f.row === s.rows[1])!);
  return {
    ms,
    volt: run.steps.map((s) => run.rows.volt[s.rows[1]]!),
    amounts: ends.map(({ y }) => Array.from({ length: cells * phases }, (_, m) => y[Math.floor(m / phases) * block + (m % phases)]!)),
  };
}

if (import.meta.main) {
  const answer = askScipy(EXACT);
  if (answer) {
    const { volt, amounts } = answer;
    writeFileSync(
      join(import.meta.dirname, "cellmodel-scipy.json"),
      `${JSON.stringify({ question: peerQuestion(EXACT), volt, amounts })}\n`,
    );
  }
}
