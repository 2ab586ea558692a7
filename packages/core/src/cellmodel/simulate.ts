/**
 * Runs a protocol on a cell model: every step from a consistent start, its end located on the history polynomial, rows as a cycler would have recorded
 * them, and states through the thickness.
 */
import { ThioscopeError } from "../errors.ts";
import { type BdfCounts, bdf } from "../numerics/dae/bdf.ts";
import { consistentDerivative, continueImplicit, solveImplicit } from "../numerics/dae/consistent.ts";
import { rootBetween } from "../numerics/dae/root.ts";
import { checkCancelled, QUIET, type TaskContext } from "../task.ts";
import { crystalTracker } from "./crystalline.ts";
import { THEORETICAL_CAPACITY } from "./geometry.ts";
import { cellSpectrum, type SpectrumOfState } from "./impedance.ts";
import { type CellModel, crystalRates } from "./model.ts";
import { currentDensity, type Limit, type ProtocolStep } from "./protocol.ts";
import { Rows, type RunRows } from "./rows.ts";
import { restingState } from "./state.ts";

/** Newton's method is carried to this share of the tolerance: small amounts decide potentials. */
const NEWTON = 0.05;
/** A run stops with an error beyond this many steps of the integrator. */
const MOST_STEPS = 2_000_000;

/** Length of the implicit step with which a step of the protocol begins, s: fast amounts relax in it, slow ones do not move. */
const SHORT = (second: number): number => Math.min(1e-6 * second, 0.1);

export type EndReason = "limit" | "time" | "window" | "cannot-carry";

export interface StepRecord {
  text: string;
  kind: ProtocolStep["kind"];
  direction: "charge" | "discharge" | "rest";
  /** rows [first, last] */
  rows: readonly [number, number];
  /** why it ended: its own limit, its time, the cell's window of potential, or because the state cannot carry the current */
  reason: EndReason;
  /** s */
  duration: number;
  /** mAh per g of sulfur, discharge > 0 */
  capacity: number;
}

/** A state through the thickness. */
export interface Frame {
  /** index of the row that it belongs to */
  row: number;
  y: Float64Array;
  /** mol S crystalline per mol S, cells × phases; absent where it was not followed */
  crystal?: Float64Array;
}

export interface CellRun {
  model: CellModel;
  rows: RunRows;
  steps: readonly StepRecord[];
  frames: readonly Frame[];
  spectra: readonly { row: number; spectrum: SpectrumOfState }[];
  counts: BdfCounts & { restarts: number };
}

export interface RunOptions {
  /** mol S per mol S in each phase at the start; sulfur with a seed where absent */
  amounts?: readonly number[];
  /** share of full conversion between frames (default 0.01) */
  frameEvery?: number;
  task?: TaskContext;
}

/** Throws NOT_COMPUTABLE where the integration fails, with the step and the time. */
export function runCell(model: CellModel, protocol: readonly ProtocolStep[], options: RunOptions = {}): CellRun {
  const { equations, physics, set } = model;
  const { layout } = equations;
  const task = options.task ?? QUIET;
  const solver = bdf(equations, { newtonTolerance: NEWTON });
  const [state, ydot, probe] = [
    restingState(equations, options.amounts),
    new Float64Array(equations.size),
    new Float64Array(equations.size),
  ];
  let t = 0;
  equations.control({ kind: "current", at: () => 0 });
  if (!solveImplicit(equations, 0, state))
    throw new ThioscopeError("NOT_COMPUTABLE", `${set.name}: no potential at rest can be found at the start`);
  const tracker = physics.options.crystalline ? crystalTracker(equations, crystalRates(model), state, startCrystals(model, state)) : null;
  const rows = new Rows(THEORETICAL_CAPACITY / 2);
  const steps: StepRecord[] = [];
  const frames: Frame[] = [];
  const spectra: { row: number; spectrum: SpectrumOfState }[] = [];
  const every = options.frameEvery ?? 0.01;
  let framedAt = Number.NEGATIVE_INFINITY;
  let restarts = 0;

  const voltOf = (y: Float64Array): number => y[layout.volt]!;
  const currentOf = (y: Float64Array): number => y[layout.current]! * equations.reference;
  const frame = (y: Float64Array): void => {
    framedAt = y[layout.charge]!;
    frames.push({ row: rows.length - 1, y: y.slice(), ...(tracker ? { crystal: tracker.crystal.slice() } : {}) });
  };
  const record = (at: number, y: Float64Array, mode: StepRecord["direction"]): void =>
    rows.add(at, voltOf(y), -currentOf(y) * physics.layers.area, y[layout.charge]!, steps.length, mode);

  /** Leads the algebraic unknowns to a new control; false where the state cannot carry it. */
  const start = (kind: "current" | "voltage", second: number, at: (time: number) => number): boolean => {
    const former = kind === "current" ? currentOf(state) : voltOf(state);
    equations.control({ kind, at });
    const [low, high] = widened(set.window);
    const short = SHORT(second);
    const reached = continueImplicit(
      equations,
      t,
      state,
      short,
      (share) => equations.approach(share, former),
      (y) => voltOf(y) > low && voltOf(y) < high,
    );
    equations.control({ kind, at });
    if (reached === 1) t += short;
    return reached === 1;
  };

  /** Integrates until a limit or `second` after the start. */
  const integrate = (
    second: number,
    limits: readonly ((y: Float64Array, at: number) => number)[],
    mode: StepRecord["direction"],
    exhausted: ((short: number) => boolean) | null = null,
  ): EndReason => {
    const end = t + second - SHORT(second);
    if (!consistentDerivative(equations, t, state, Math.min(second, 1), ydot))
      throw new ThioscopeError("NOT_COMPUTABLE", `${set.name}: no consistent start at ${t.toFixed(1)} s`);
    solver.start(t, state, ydot);
    tracker?.begin(state);
    record(t, state, mode);
    if (frames.length === 0) frame(state);
    const before = limits.map((g) => g(state, t));
    // already beyond: over before it begins
    if (before.some((g) => g <= 0)) return "limit";
    let stuck = 0;
    let reason: EndReason = "time";
    for (let n = 0; solver.t < end * (1 - 1e-15); n++) {
      if (n % 256 === 0) {
        checkCancelled(task);
        if (n > MOST_STEPS) throw new ThioscopeError("NOT_COMPUTABLE", `${set.name}: more than ${MOST_STEPS} steps of integration`);
      }
      if (!solver.step(end)) {
        // a fresh start at order 1 from where it stands, a few times
        restarts++;
        state.set(solver.y);
        t = solver.t;
        if (exhausted?.(Math.min(SHORT(second), (end - t) / 2))) {
          reason = "limit";
          break;
        }
        const short = Math.min(SHORT(second), (end - t) / 2);
        if (++stuck > 3 || !solveImplicit(equations, t, state, short) || !consistentDerivative(equations, t + short, state, 1, ydot))
          throw new ThioscopeError("NOT_COMPUTABLE", `${set.name}: integration fails at ${t.toFixed(3)} s (${voltOf(state).toFixed(4)} V)`);
        t += short;
        solver.start(t, state, ydot);
        continue;
      }
      stuck = 0;
      let reached = solver.t;
      let over = false;
      for (const [k, g] of limits.entries()) {
        const value = g(solver.y, solver.t);
        if (value > 0) {
          before[k] = value;
          continue;
        }
        const along = (at: number): number => {
          solver.at(at, probe);
          return g(probe, at);
        };
        const from = solver.tBefore;
        reached = Math.min(reached, rootBetween(along, from, solver.t, before[k]!, value, 1e-12 * Math.max(solver.t, 1)));
        over = true;
      }
      rows.between(
        solver.tBefore,
        reached,
        (at) => {
          solver.at(at, probe);
          record(at, probe, mode);
        },
        (at) => {
          solver.at(at, probe);
          return [voltOf(probe), probe[layout.charge]!];
        },
      );
      tracker?.advance(solver.tBefore, reached, (at, out) => solver.at(at, out));
      solver.at(reached, state);
      t = reached;
      if (Math.abs(state[layout.charge]! - framedAt) >= 2 * every) frame(state);
      if (over) {
        reason = "limit";
        break;
      }
    }
    // the end is always a row
    if (rows.latest < t) record(t, state, mode);
    return reason;
  };

  const limitOf = (limit: Limit, q0: number, t0: number, sign: number): ((y: Float64Array, at: number) => number) => {
    switch (limit.kind) {
      case "volt":
        return (y) => sign * (voltOf(y) - limit.value);
      case "current": {
        const value = currentDensity(limit.rate, physics.layers);
        return (y) => Math.abs(currentOf(y)) - value;
      }
      case "capacity":
        return (y) => limit.value - (Math.abs(y[layout.charge]! - q0) * THEORETICAL_CAPACITY) / 2;
      case "conversion":
        return (y) => sign * (limit.value - y[layout.charge]!);
      case "time":
        return (_y, at) => limit.value - (at - t0);
    }
  };

  /** One constant current, with the cell's window as last limit. */
  const constantCurrent = (
    ampere: number,
    second: number,
    limits: readonly ((y: Float64Array, at: number) => number)[],
    until: readonly Limit[] = [],
  ): EndReason => {
    const mode = ampere > 0 ? "discharge" : ampere < 0 ? "charge" : "rest";
    const [low, high] = set.window;
    if (!start("current", second, () => ampere)) {
      // the state cannot carry this current within the window: nothing flows
      record(t, state, mode);
      equations.control({ kind: "current", at: () => 0 });
      return "cannot-carry";
    }
    // a step may go to its own limit beyond the window, never without an end
    const outer = ampere === 0 ? [] : [(y: Float64Array) => (ampere > 0 ? voltOf(y) - (low - 1) : high + 1 - voltOf(y))];
    if (ampere === 0) return integrate(second, limits, mode);
    const volts = until.flatMap((l) => (l.kind === "volt" ? [l.value] : []));
    const edge = ampere > 0 ? Math.max(low - 1, ...volts) : Math.min(high + 1, ...volts);
    /**
     * True where even at the edge of its window the cell gives less than this current over a short step: nothing is left that could carry it, and the
     * potential falls within a time that numbers no longer resolve. The state is then the one at the edge.
     */
    const exhausted = (short: number): boolean => {
      const kept = state.slice();
      const former = voltOf(state);
      equations.control({ kind: "voltage", at: () => edge });
      const reached = continueImplicit(equations, t, state, short, (share) => equations.approach(share, former));
      if (reached === 1 && Math.abs(currentOf(state)) < Math.abs(ampere)) {
        t += short;
        return true;
      }
      state.set(kept);
      equations.control({ kind: "current", at: () => ampere });
      return false;
    };
    return integrate(second, [...limits, ...outer], mode, exhausted);
  };

  for (const [index, step] of protocol.entries()) {
    task.progress(index, protocol.length, "steps");
    const [first, t0, q0] = [rows.length, t, state[layout.charge]!];
    let reason: EndReason = "time";
    let mode: StepRecord["direction"] = "rest";
    const longest = (until: readonly Limit[]): number => until.reduce((a, l) => (l.kind === "time" ? Math.min(a, l.value) : a), 1e9);
    const others = (until: readonly Limit[], sign: number) => until.filter((l) => l.kind !== "time").map((l) => limitOf(l, q0, t0, sign));
    if (step.kind === "current") {
      mode = step.direction;
      const sign = mode === "discharge" ? 1 : -1;
      reason = constantCurrent(sign * currentDensity(step.rate, physics.layers), longest(step.until), others(step.until, sign), step.until);
    } else if (step.kind === "rest") reason = constantCurrent(0, step.second, []);
    else if (step.kind === "hold") {
      mode = step.volt < voltOf(state) ? "discharge" : "charge";
      if (start("voltage", longest(step.until), () => step.volt)) {
        if (Math.abs(currentOf(state)) > 0) mode = currentOf(state) > 0 ? "discharge" : "charge";
        reason = integrate(longest(step.until), others(step.until, 1), mode);
      } else reason = "cannot-carry";
    } else if (step.kind === "pulses") {
      mode = step.direction;
      const sign = mode === "discharge" ? 1 : -1;
      const ampere = sign * currentDensity(step.rate, physics.layers);
      const limits = others(step.until, sign);
      for (;;) {
        reason = constantCurrent(ampere, Math.min(step.on, longest(step.until) - (t - t0)), limits, step.until);
        if (reason !== "time" || t - t0 >= longest(step.until)) break;
        constantCurrent(0, step.off, []);
        checkCancelled(task);
      }
    } else if (step.kind === "sweep" || step.kind === "staircase") {
      mode = step.volt < voltOf(state) ? "discharge" : "charge";
      reason = sweepTo(step);
    } else if (step.kind === "spectrum") spectra.push({ row: Math.max(rows.length - 1, 0), spectrum: cellSpectrum(model, t, state, step) });
    if (rows.length > first || step.kind !== "spectrum") {
      if (rows.length === first) record(t, state, mode);
      frame(state);
      const capacity = ((state[layout.charge]! - q0) * THEORETICAL_CAPACITY) / 2;
      steps.push({ text: step.text, kind: step.kind, direction: mode, rows: [first, rows.length - 1], reason, duration: t - t0, capacity });
    }
  }

  function sweepTo(step: Extract<ProtocolStep, { kind: "sweep" | "staircase" }>): EndReason {
    const from = voltOf(state);
    const sign = Math.sign(step.volt - from) || 1;
    const t0 = t;
    const mode = sign < 0 ? "discharge" : "charge";
    if (step.kind === "sweep") {
      if (!start("voltage", Math.abs(step.volt - from) / step.rate, (at) => from + sign * step.rate * (at - t0))) return "cannot-carry";
      return integrate(Math.abs(step.volt - from) / step.rate, [], mode);
    }
    for (let volt = from + sign * step.step; sign * (step.volt - volt) > -1e-9; volt += sign * step.step) {
      const level = volt;
      if (!start("voltage", step.second, () => level)) return "cannot-carry";
      integrate(step.second, [], mode);
    }
    return "limit";
  }
  task.progress(protocol.length, protocol.length, "steps");
  return { model, rows: rows.done(), steps, frames, spectra, counts: { ...solver.counts, restarts } };
}

/** How far a potential may stray while a current is switched on. */
const widened = ([low, high]: readonly [number, number]): readonly [number, number] => [low - 1.5, high + 1.5];

/** What is crystalline at the start: ball-milled sulfur hardly, other phases as they are born. */
function startCrystals(model: CellModel, y: Float64Array): Float64Array {
  const { cells, block, phases: P } = model.equations.layout;
  const { born } = crystalRates(model);
  return Float64Array.from({ length: cells * P }, (_, m) => {
    const [i, k] = [Math.floor(m / P), m % P];
    return y[i * block + k]! * (k === 0 ? START_CRYSTALLINE : born[k]!);
  });
}

/** Share of the sulfur that is crystalline in a ball-milled composite; assumed. */
const START_CRYSTALLINE = 0.05;
