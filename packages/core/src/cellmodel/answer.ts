/** A run as an answer: results with units, and tables that every analysis of measured data reads. */
import { makeTable, type Table } from "../table.ts";
import { type Quantity, type QuantityArray, quantity } from "../units/quantity.ts";
import { FULL_CONVERSION, THEORETICAL_CAPACITY } from "./geometry.ts";
import type { ModelOptions, Parameter, ParameterSet } from "./parameters.ts";
import {
  amountsOf,
  beginOf,
  electrolyteCapacity,
  endOf,
  type FrontAnswer,
  frontOf,
  type ModelPeak,
  meanAmounts,
  modelPeaks,
  type StressAnswer,
  stressOf,
} from "./results.ts";
import { MODES } from "./rows.ts";
import type { CellRun, EndReason, Frame } from "./simulate.ts";

export interface StepAnswer {
  step: number;
  text: string;
  direction: "charge" | "discharge" | "rest";
  end: EndReason;
  duration: Quantity;
  /** discharge > 0 */
  capacity: Quantity;
  fromElectrolyte: Quantity;
  lastPotential: Quantity;
  peaks: readonly ModelPeak[];
  /** only of half cycles */
  front: FrontAnswer | null;
  /** share of S per phase at the end, crystalline where it was followed */
  composition: readonly { phase: string; amount: Quantity; crystalline: Quantity | null }[];
}

export interface CellAnswer {
  set: string;
  title: string;
  about: string;
  chemistry: string;
  energySet: string;
  options: ModelOptions;
  /** V against the metal */
  potentials: readonly { reaction: string; electrons: Quantity; potential: Quantity }[];
  steps: readonly StepAnswer[];
  /** of the first discharge and charge; null where the protocol has none */
  dischargeCapacity: Quantity | null;
  chargeCapacity: Quantity | null;
  utilisation: Quantity | null;
  peaks: { discharge: readonly ModelPeak[]; charge: readonly ModelPeak[] };
  front: FrontAnswer | null;
  /** confined layer at the end of the first discharge; null where stress is switched off */
  stress: StressAnswer | null;
  /** relative error of Faraday's law over the run, and the largest |Σ n − 1| */
  conservation: { charge: Quantity; amounts: Quantity };
  solver: { integrationSteps: number; iterations: number; factorisations: number; restarts: number };
}

/** Everything that a run says, in lab units. */
export function cellAnswer(run: CellRun): CellAnswer {
  const { model, rows } = run;
  const { set, physics } = model;
  const steps = run.steps.map((step, k): StepAnswer => {
    const half = (step.kind === "current" || step.kind === "sweep") && step.rows[1] - step.rows[0] > 3;
    const frame = endOf(run, step);
    return {
      step: k + 1,
      text: step.text,
      direction: step.direction,
      end: step.reason,
      duration: quantity(step.duration / 3600, "h"),
      capacity: quantity(step.capacity, "mAh/g"),
      fromElectrolyte: electrolyteCapacity(run, beginOf(run, step), frame),
      lastPotential: quantity(rows.volt[step.rows[1]]!, "V"),
      peaks: half ? modelPeaks(rows, ...step.rows) : [],
      front: half && step.direction !== "rest" ? frontOf(run, step) : null,
      composition: compositionOf(run, frame),
    };
  });
  const halfOf = (direction: "charge" | "discharge") => run.steps.findIndex((s) => s.direction === direction && s.rows[1] > s.rows[0]);
  const [discharge, charge] = [halfOf("discharge"), halfOf("charge")];
  const total = discharge < 0 ? null : steps[discharge]!.capacity;
  return {
    set: set.name,
    title: set.title,
    about: set.about,
    chemistry: set.chemistry,
    energySet: set.energySet,
    options: set.options,
    potentials: physics.chemistry.reactions.map(({ name, s }, j) => ({
      reaction: name.replace("-", " → "),
      electrons: quantity(s, "1"),
      potential: quantity(physics.potentials[j]!, "V"),
    })),
    steps,
    dischargeCapacity: total,
    chargeCapacity: charge < 0 ? null : quantity(Math.abs(steps[charge]!.capacity.value), "mAh/g"),
    utilisation: total === null ? null : quantity((100 * total.value) / THEORETICAL_CAPACITY, "%"),
    peaks: { discharge: steps[discharge]?.peaks ?? [], charge: steps[charge]?.peaks ?? [] },
    front: steps[discharge]?.front ?? null,
    stress: physics.stress.model === "confined" && discharge >= 0 ? stressOf(run, endOf(run, run.steps[discharge]!)) : null,
    conservation: conservationOf(run),
    solver: {
      integrationSteps: run.counts.steps,
      iterations: run.counts.iterations,
      factorisations: run.counts.factorisations,
      restarts: run.counts.restarts,
    },
  };
}

function compositionOf(run: CellRun, frame: Frame): StepAnswer["composition"] {
  const { model } = run;
  const { cells, phases } = model.equations.layout;
  const mean = meanAmounts(model, frame);
  return model.physics.chemistry.phases.map(({ formula }, k) => {
    let crystal = 0;
    if (frame.crystal)
      for (let i = 0; i < cells; i++)
        crystal += (frame.crystal[i * phases + k]! * model.equations.grid.widths[i]!) / model.physics.layers.cathode;
    return { phase: formula, amount: quantity(mean[k]!, "1"), crystalline: frame.crystal ? quantity(crystal, "1") : null };
  });
}

function conservationOf({ model, frames }: CellRun): CellAnswer["conservation"] {
  const { layout, grid } = model.equations;
  const { electrolyte, layers, chemistry, mediator } = model.physics;
  const electrons = (y: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < layout.cells; i++) {
      const at = i * layout.block;
      const share = grid.widths[i]! / layers.cathode;
      for (let k = 0; k < layout.phases; k++) sum += share * y[at + k]! * chemistry.phases[k]!.x;
      for (const [k, s] of (electrolyte?.steps ?? []).entries())
        sum += (share * y[at + layout.phases + k]! * s.electrons * electrolyte!.concentration) / layers.sulfurConcentration;
      if (mediator) sum -= (share * y[at + layout.mediator]! * mediator.concentration) / layers.sulfurConcentration;
    }
    return sum;
  };
  const [first, last] = [frames[0]!.y, frames.at(-1)!.y];
  let worst = 0;
  for (const { y } of frames) {
    for (let i = 0; i < layout.cells; i++) {
      let sum = -1;
      for (let k = 0; k < layout.phases; k++) sum += y[i * layout.block + k]!;
      worst = Math.max(worst, Math.abs(sum));
    }
  }
  const passed = last[layout.charge]! - first[layout.charge]!;
  return {
    charge: quantity(Math.abs(electrons(last) - electrons(first) - passed) / FULL_CONVERSION, "1"),
    amounts: quantity(worst, "1"),
  };
}

/** The rows as a table of cycling data: a cycle is a discharge with the charge that follows. */
export function runTable({ rows, steps, model }: CellRun): Table {
  const n = rows.count;
  const [cycle, step] = [new Int32Array(n), new Int32Array(n)];
  let number = 1;
  let charged = false;
  for (const [k, s] of steps.entries()) {
    if (s.direction === "charge") charged = true;
    if (s.direction === "discharge" && charged) {
      number++;
      charged = false;
    }
    for (let r = s.rows[0]; r <= s.rows[1]; r++) {
      cycle[r] = number;
      step[r] = k + 1;
    }
  }
  return makeTable([
    { name: "test_time_second", unit: "s", values: rows.time },
    { name: "voltage_volt", unit: "V", values: rows.volt },
    { name: "current_ampere", unit: "A", values: rows.ampere },
    { name: "cycle_count", unit: "", values: cycle },
    { name: "step_count", unit: "", values: step },
    { name: "ambient_temperature_celsius", unit: "°C", values: new Float64Array(n).fill(model.physics.temperature - 273.15) },
  ]);
}

/** Rows as the file writers of instruments take them. */
export function runRows({ rows, steps }: CellRun) {
  const half = new Int32Array(rows.count);
  let number = 0;
  let last = 0;
  for (let r = 0; r < rows.count; r++) {
    const mode = rows.mode[r]!;
    if (mode !== 0 && mode !== last) {
      number++;
      last = mode;
    }
    half[r] = number;
  }
  const firstCharge = steps.some((s) => s.direction === "discharge") ? 2 : 1;
  return Array.from({ length: rows.count }, (_, r) => ({
    timeSecond: rows.time[r]!,
    voltageVolt: rows.volt[r]!,
    currentAmpere: rows.ampere[r]!,
    cycle: Math.max(1, Math.ceil(half[r]! / firstCharge)),
    half: half[r]!,
    mode: MODES[rows.mode[r]!]!,
  }));
}

/** States through the thickness: time × place, as columns for maps. */
export interface RunMaps {
  /** h, mAh/g and V of the frames */
  time: QuantityArray;
  capacity: QuantityArray;
  volt: QuantityArray;
  /** µm from the separator */
  depth: QuantityArray;
  /** per phase: frames × places, share of S */
  amounts: readonly { phase: string; values: Float64Array }[];
  /** overpotential of the reaction that carries most current, V, frames × places */
  overpotential: Float64Array;
  /** pressure, MPa */
  pressure: Float64Array;
}

export function runMaps(run: CellRun): RunMaps {
  const { model, rows, frames } = run;
  const { equations, physics } = model;
  const { cells, block, phases, solid, ionic } = equations.layout;
  const { reactions } = physics.chemistry;
  const size = frames.length * cells;
  const amounts = physics.chemistry.phases.map(({ formula }) => ({ phase: formula, values: new Float64Array(size) }));
  const [overpotential, pressure] = [new Float64Array(size), new Float64Array(size)];
  const scratch = new Float64Array(equations.size);
  const list = (values: Float64Array, unit: string): QuantityArray => ({ values, sigma: null, unit });
  for (const [f, frame] of frames.entries()) {
    equations.right(rows.time[frame.row]!, frame.y, scratch);
    const shares = amountsOf(model, frame);
    for (let i = 0; i < cells; i++) {
      for (let k = 0; k < phases; k++) amounts[k]!.values[f * cells + i] = shares[i * phases + k]!;
      let most = 0;
      for (let j = 1; j < reactions.length; j++) {
        const rate = (k: number): number => Math.abs(equations.rates[i * equations.ratesPerCell + k]!);
        if (rate(j) > rate(most)) most = j;
      }
      const at = i * block;
      overpotential[f * cells + i] = frame.y[at + solid]! - frame.y[at + ionic]! - physics.potentials[most]!;
      pressure[f * cells + i] = equations.pressures[i]! / 1e6;
    }
  }
  return {
    time: list(
      Float64Array.from(frames, (f) => rows.time[f.row]! / 3600),
      "h",
    ),
    capacity: list(
      Float64Array.from(frames, (f) => rows.capacity[f.row]!),
      "mAh/g",
    ),
    volt: list(
      Float64Array.from(frames, (f) => rows.volt[f.row]!),
      "V",
    ),
    depth: list(
      Float64Array.from(equations.grid.centres, (x) => x * 1e6),
      "µm",
    ),
    amounts,
    overpotential,
    pressure,
  };
}

/** The parameters of a set as a list, for tables. */
export const parameterList = (set: ParameterSet): (Parameter & { name: string })[] =>
  Object.entries(set.parameters).map(([name, p]) => ({ name, ...p }));
