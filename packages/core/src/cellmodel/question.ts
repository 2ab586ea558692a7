/** A cycle of the model asked for in words, and its answer as what a screen can hold. */
import { ThioscopeError } from "../errors.ts";
import type { CellModelContent, CellQuestion, SolvedCell } from "../story/parts/cellmodel.ts";
import { nearest } from "../suggest.ts";
import { QUIET, type TaskContext } from "../task.ts";
import { quantity } from "../units/quantity.ts";
import { parameterList, runMaps } from "./answer.ts";
import { cellModel } from "./model.ts";
import { type ModelOptions, type ParameterSet, withParameters } from "./parameters.ts";
import { POTENTIAL_SETS } from "./potentials.ts";
import { cycleProtocol } from "./protocol.ts";
import { comparePublished } from "./published.ts";
import { countedDqdv, endOf, frontOf, modelPeaks, stressOf } from "./results.ts";
import { parameterSet } from "./sets/index.ts";
import { type CellRun, runCell } from "./simulate.ts";

/** Switches of the model, as written. */
export const MODEL_SWITCHES: Readonly<Record<string, Partial<ModelOptions>>> = {
  "with-na2s3": { na2s3: true },
  "with-high-order": { highOrder: true },
  "skip-na2s2": { skipNa2s2: true },
  crystalline: { crystalline: true },
  electrolyte: { electrolyteRedox: true },
  "no-electrolyte": { electrolyteRedox: false },
  mediator: { mediator: true },
  thermal: { thermal: true },
  "no-stress": { stress: "none" },
  "local-stress": { stress: "local" },
  "layer-stress": { stress: "layer" },
  "confined-stress": { stress: "confined" },
};

/** A set with switches on or off; throws INVALID_INPUT for words that are none. */
export function withSwitches(base: ParameterSet, words: readonly string[]): ParameterSet {
  let options = base.options;
  for (const word of words) {
    const found = Object.hasOwn(MODEL_SWITCHES, word) ? MODEL_SWITCHES[word] : undefined;
    if (!found) {
      const guess = nearest(word, Object.keys(MODEL_SWITCHES));
      const list = Object.keys(MODEL_SWITCHES).join(", ");
      throw new ThioscopeError(
        "INVALID_INPUT",
        `"${word}" is no switch of the model${guess ? `; did you mean ${guess}?` : ""} There are ${list}`,
      );
    }
    options = { ...options, ...found };
  }
  return { ...base, options };
}

/** Frames of a cycle that a map shows. */
const FRAME_EVERY = 0.02;
/** Points of a curve. */
const MOST_POINTS = 600;

function setOf(question: CellQuestion): ParameterSet {
  return withParameters(withSwitches(parameterSet(question.model), question.with), question.values).set;
}

function runOf(question: CellQuestion, energySet: string | null, set = setOf(question), task: TaskContext = QUIET): CellRun {
  const model = cellModel(set, { cells: question.cells, ...(energySet === null ? {} : { energySet }) });
  return runCell(model, cycleProtocol(question.rate, set.window[0], set.window[1]), { frameEvery: FRAME_EVERY, task });
}

/** The cycle as curves and maps. Throws what the model throws. */
export function solveCell(question: CellQuestion, task: TaskContext = QUIET): SolvedCell {
  const run = runOf(question, question.energies, setOf(question), task);
  const { model, rows } = run;
  const maps = runMaps(run);
  const cells = maps.depth.values.length;
  const frames = maps.time.values.length;
  /** frames × places to places × frames */
  const turned = (values: Float64Array): number[] => {
    const out = new Array<number>(cells * frames);
    for (let f = 0; f < frames; f++) for (let i = 0; i < cells; i++) out[i * frames + f] = round(values[f * cells + i]!);
    return out;
  };
  const depth = [0];
  for (const width of model.equations.grid.widths) depth.push(depth.at(-1)! + width * 1e6);
  const discharge = run.steps[0]!;
  const stressed = model.physics.stress.model !== "none";
  return {
    title: model.set.title,
    halves: run.steps.map((step) => {
      const [first, last] = step.rows;
      const stride = Math.max(1, Math.ceil((last - first + 1) / MOST_POINTS));
      const taken = Array.from({ length: last - first + 1 }, (_, k) => first + k).filter(
        (_, k, all) => k % stride === 0 || k === all.length - 1,
      );
      const { volt, dqdv } = countedDqdv(rows, first, last);
      const sign = step.direction === "discharge" ? -1 : 1;
      return {
        direction: step.direction === "charge" ? "charge" : "discharge",
        capacity: taken.map((r) => round(Math.abs(rows.capacity[r]! - rows.capacity[first]!))),
        volt: taken.map((r) => round(rows.volt[r]!)),
        dqdvVolt: Array.from(volt, round),
        dqdv: Array.from(dqdv, (v) => round(sign * v)),
        total: quantity(Math.abs(step.capacity), "mAh/g"),
        peaks: modelPeaks(rows, first, last).map((p) => p.potential),
        front: frontOf(run, step).from,
      };
    }),
    hours: edges(Array.from(maps.time.values)),
    depth: depth.map(round),
    phases: maps.amounts.map(({ phase, values }) => ({ formula: phase, amount: turned(values) })),
    overpotential: turned(maps.overpotential),
    pressure: stressed ? turned(maps.pressure) : null,
    difference: model.physics.stress.model === "confined" ? stressOf(run, endOf(run, discharge)).difference : null,
  };
}

const round = (value: number): number => Number(value.toPrecision(6));

/** Edges half-way between rising centres; equal ones are set a little apart. */
function edges(centres: readonly number[]): number[] {
  const n = centres.length;
  const middle = (k: number): number => (centres[k - 1]! + centres[k]!) / 2;
  const out = Array.from({ length: n + 1 }, (_, k) => (k === 0 ? centres[0]! : k === n ? centres[n - 1]! : middle(k)));
  for (let k = 1; k <= n; k++) if (!(out[k]! > out[k - 1]!)) out[k] = out[k - 1]! + 1e-6;
  return out;
}

/** All that a part of a story holds. */
export function cellModelContent(question: CellQuestion): CellModelContent {
  const set = setOf(question);
  const own = question.energies ?? set.energySet;
  const others = (POTENTIAL_SETS[set.chemistry] ?? []).filter((name) => name !== own);
  const band = others.map((energySet) => {
    const run = runOf(question, energySet, set);
    const [first, last] = run.steps[0]!.rows;
    const stride = Math.max(1, Math.ceil((last - first + 1) / (MOST_POINTS / 2)));
    const taken = Array.from({ length: last - first + 1 }, (_, k) => first + k).filter((_, k) => k % stride === 0);
    return { energySet, capacity: taken.map((r) => round(run.rows.capacity[r]!)), volt: taken.map((r) => round(run.rows.volt[r]!)) };
  });
  const asIs = Object.keys(question.values).length === 0 && question.with.length === 0 && question.energies === null;
  return {
    kind: "cellmodel",
    question,
    solved: solveCell(question),
    band,
    published: asIs ? comparePublished(set.name, { cells: question.cells }).map(({ note: _, ...row }) => row) : [],
    parameters: parameterList(set).map(({ name, value, unit, range, flag, source }) => ({
      name,
      quantity: quantity(value, unit),
      range,
      flag,
      source,
    })),
  };
}
