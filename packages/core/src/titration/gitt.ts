/**
 * Galvanostatic intermittent titration: equilibrium curve, overpotentials, resistances and diffusion, pulse by pulse.
 *
 *   D / L² = (4/π) (ΔE_s / (τ dE/d√t))²        Weppner and Huggins, J. Electrochem. Soc. 124, 1569 (1977)
 *
 * with τ the length of the pulse, dE/d√t the slope of the window of rootWindow.ts, ΔE_s the change of the relaxed potential
 * by τ at the slope that the equilibrium curve has at the *start* of the pulse, where the window lies (the mean of the changes by this pulse
 * and the one before, each per charge; for the first pulse led back from the next),
 * and L the volume of the particles over their surface: the thickness of a plate open on one side, R/3 of a sphere. D itself
 * needs a declared length and passed checks: √t straight; window ≪ length²/D; dE/dx neither zero nor in a bend; rests relaxed. Where the relaxed
 * potential does not move (two phases) there is no dE/dx and no D: the interface resistance is the answer.
 *
 *   η = V(end of pulse) − E(relaxed after)  =  η_ohmic + η_charge transfer + η_diffusion        along the current
 *
 * ohmic: the jump in the first row, extrapolated to the switch, if that row comes within a second; ohmic + charge transfer:
 * the intercept of the √t line; diffusion: the rest. On a plateau everything beside ohmic is the interface's.
 * V, mV, Ω, s, cm²/s. Errors of relaxed potentials hold what is still to relax (equilibrium.ts).
 */
import type { Flow } from "../cycling/flow.ts";
import { scatter } from "../cycling/noise.ts";
import { tableRow } from "../cycling/series.ts";
import { ThioscopeError } from "../errors.ts";
import type { Answer, Quantity } from "../units/quantity.ts";
import { inUnit } from "../units/quantity.ts";
import { type Relaxed, relaxedPotential } from "./equilibrium.ts";
import { findPulses, type Pulse } from "./pulses.ts";
import { LINEAR_LIMIT, type RootWindow, rootWindow } from "./rootWindow.ts";

/** The length that turns D/L² into D: radius of spheres, or thickness of plates that are open on one side. */
export interface DiffusionLength {
  shape: "sphere" | "plate";
  length: Quantity;
}

export interface Check {
  name: "rows follow √t" | "window ≪ L²/D" | "dE/dx ≠ 0" | "dE/dx steady" | "rests relaxed";
  passed: boolean;
  found: string;
}

export interface TitrationPulse {
  number: number;
  train: number;
  direction: "charge" | "discharge";
  /** rows of the table: pulse, and the rest after it */
  rows: readonly [first: number, last: number];
  restRows: readonly [first: number, last: number];
  /** mA, signed */
  current: Quantity;
  duration: Quantity;
  restDuration: Quantity;
  /** mAh of the train passed before and after this pulse, ≥ 0 */
  capacityBefore: Quantity;
  capacityAfter: Quantity;
  relaxedBefore: Answer;
  relaxedAfter: Answer;
  relaxationRate: Answer;
  /** change of the relaxed potential by this pulse, mV */
  potentialChange: Answer;
  isPlateau: boolean;
  overpotential: { total: Answer; ohmic: Answer; chargeTransfer: Answer; diffusion: Answer };
  resistance: {
    /** total overpotential over current */
    polarisation: Answer;
    ohmic: Answer;
    interface: Answer;
    /** first row of the rest against the last of the pulse, and how long after the switch that row is */
    relaxation: Answer;
    relaxationAfter: Quantity;
  };
  /** mV/√s */
  rootSlope: Answer;
  rootWindow: readonly [from: Quantity, to: Quantity] | null;
  diffusionRate: Answer;
  diffusionCoefficient: Answer;
  checks: readonly Check[];
}

const FIRST_ROW_SECOND = 1;
const PLATEAU_SHARE = 0.05;
const RELAXED_SHARE = 0.05;
const SHORT_TIME = 0.1;
const LEAVING_SHARE = 0.15;
const MOST_BEND = 0.3;

/** @throws ThioscopeError NOT_COMPUTABLE where the file holds no train of pulses */
export function titration(flow: Flow, length: DiffusionLength | null = null): readonly TitrationPulse[] {
  const pulses = findPulses(flow);
  if (pulses.length === 0) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      "no titration: nowhere do three current pulses of equal size follow one another with rests between",
    );
  }
  if (length && !(inUnit(length.length, "m").value > 0)) throw new ThioscopeError("INVALID_INPUT", "the diffusion length must be above 0");
  const relaxed = pulses.map((p) => relaxationsOf(flow, p));
  const usual = usualChanges(pulses, relaxed);
  const changes = pulses.map((pulse, k) => changeOf(pulse, relaxed[k]!));
  const passed = new Map<number, number>();
  return pulses.map((pulse, k) => {
    const before = passed.get(pulse.train) ?? 0;
    const after = before + Math.abs(pulse.currentAmpere) * (pulse.offSecond - pulse.onSecond);
    passed.set(pulse.train, after);
    const near = { previous: neighbour(pulses, changes, k, -1), next: neighbour(pulses, changes, k, 1) };
    return describe(flow, pulse, relaxed[k]!, changes[k]!, usual.get(pulse.train) ?? 0, near, [before, after], length);
  });
}

interface Relaxations {
  before: Relaxed | null;
  after: Relaxed | null;
}

function relaxationsOf({ series }: Flow, p: Pulse): Relaxations {
  const { timeSecond: t, voltageVolt: v } = series;
  return {
    before: relaxedPotential(t, v, p.restFrom, p.from, t[Math.max(0, p.restFrom - 1)]!),
    after: relaxedPotential(t, v, p.to, p.restTo, p.offSecond),
  };
}

/** Change of the relaxed potential by a pulse, V, and per charge, V/C. */
interface Change {
  volt: number;
  sigma: number;
  perCoulomb: number;
}

function changeOf(p: Pulse, { before, after }: Relaxations): Change | null {
  if (!before || !after) return null;
  const volt = after.potential.value - before.potential.value;
  const sigma = Math.hypot(before.potential.sigma ?? 0, after.potential.sigma ?? 0);
  return { volt, sigma, perCoulomb: volt / (Math.abs(p.currentAmpere) * (p.offSecond - p.onSecond)) };
}

function neighbour(pulses: readonly Pulse[], changes: readonly (Change | null)[], k: number, step: 1 | -1): Change | null {
  return pulses[k + step]?.train === pulses[k]!.train ? (changes[k + step] ?? null) : null;
}

/** The change that this pulse would make at the slope of the equilibrium curve at its start; how far the slopes differ. */
function changeAtStart(own: Change, previous: Change | null, next: Change | null): { volt: number; sigma: number; bend: number } {
  const ratioOf = (other: Change | null): number => (other ? other.perCoulomb / own.perCoulomb : 1);
  const bendOf = (ratio: number): number => Math.abs(1 - ratio) / Math.max(1, Math.abs(ratio));
  const bend = Math.max(bendOf(ratioOf(previous)), bendOf(ratioOf(next)));
  const other = previous ?? next;
  const ratio = ratioOf(other);
  const share = previous ? 0.5 : -0.5;
  const shift = share * (ratio - 1);
  // a curve between three potentials is known to a quarter of what the line between two of them is wrong by
  const sigma = Math.hypot((1 - share) * own.sigma, share * ratio * (other?.sigma ?? 0), 0.25 * shift * own.volt);
  return { volt: own.volt * (1 + shift), sigma, bend };
}

/** Per train: the change that each pulse would make if the relaxed potential fell in a straight line. */
function usualChanges(pulses: readonly Pulse[], relaxed: readonly Relaxations[]): Map<number, number> {
  const usual = new Map<number, number>();
  for (const train of new Set(pulses.map((p) => p.train))) {
    const potentials = relaxed.flatMap((r, k) => (pulses[k]!.train === train ? [r.before, r.after] : [])).filter((r) => r !== null);
    const values = potentials.map((r) => r.potential.value);
    const count = pulses.filter((p) => p.train === train).length;
    if (values.length > 0) usual.set(train, (Math.max(...values) - Math.min(...values)) / count);
  }
  return usual;
}

const refused = (reason: string): { notComputable: string } => ({ notComputable: reason });

function describe(
  flow: Flow,
  p: Pulse,
  { before, after }: Relaxations,
  change: Change | null,
  usual: number,
  near: { previous: Change | null; next: Change | null },
  [coulombBefore, coulombAfter]: readonly [number, number],
  length: DiffusionLength | null,
): TitrationPulse {
  const { series } = flow;
  const { timeSecond: t, voltageVolt: v } = series;
  const sign = Math.sign(p.currentAmpere);
  const ampere = Math.abs(p.currentAmpere);
  const duration = p.offSecond - p.onSecond;
  const noise = scatter(t, v, p.from, p.to);
  const relativeCurrent = p.currentSigma / ampere;
  const charge = (coulomb: number): Quantity => ({
    value: coulomb / 3.6,
    sigma: (coulomb / 3.6) * Math.hypot(relativeCurrent, p.switchSigma / duration),
    unit: "mAh",
  });
  const isPlateau = change !== null && Math.abs(change.volt) <= Math.max(3 * change.sigma, PLATEAU_SHARE * usual);
  const atStart = change && changeAtStart(change, near.previous, near.next);

  const since = t.slice(p.from, p.to).map((s) => s - p.onSecond);
  const rise = before ? v.slice(p.from, p.to).map((volt) => sign * (volt - before.potential.value)) : null;
  const window = rise ? rootWindow(since, rise, noise, 10 * p.switchSigma) : null;
  const ohmic =
    rise && before ? ohmicJump(since, rise, Math.hypot(noise, before.potential.sigma ?? 0)) : refused("there is no rest before the pulse");
  const end = meanOfLast(v, p);
  const total = after ? sign * (end - after.potential.value) : null;
  const totalSigma = Math.hypot(after?.potential.sigma ?? 0, noise / 2);
  const overpotential = split(total, totalSigma, ohmic, window, isPlateau, riseOfSecondHalf(since, v, p), before?.potential.sigma ?? 0);
  const perAmpere = (mV: Answer): Answer => {
    if ("notComputable" in mV) return mV;
    const value = mV.value / 1000 / ampere;
    return { value, sigma: Math.hypot((mV.sigma ?? 0) / 1000 / ampere, value * relativeCurrent), unit: "ohm" };
  };

  const checks = judge(before, after, change, atStart?.bend ?? 0, window, isPlateau);
  const rate = diffusionRate(atStart, window, duration, p.switchSigma, checks);
  const coefficient = diffusionCoefficient(rate, window, length, checks);
  const firstRest = t[p.to]! - p.offSecond;
  return {
    number: p.number,
    train: p.train,
    direction: p.direction,
    rows: [tableRow(series, p.from), tableRow(series, p.to - 1)],
    restRows: [tableRow(series, p.to), tableRow(series, p.restTo - 1)],
    current: { value: 1000 * p.currentAmpere, sigma: 1000 * p.currentSigma, unit: "mA" },
    duration: { value: duration, sigma: p.switchSigma, unit: "s" },
    restDuration: { value: t[p.restTo - 1]! - p.offSecond, sigma: p.switchSigma, unit: "s" },
    capacityBefore: charge(coulombBefore),
    capacityAfter: charge(coulombAfter),
    relaxedBefore: before?.potential ?? refused("there is no rest before the pulse"),
    relaxedAfter: after?.potential ?? refused("the rest after the pulse has fewer than four rows"),
    relaxationRate: after?.rate ?? refused("the rest after the pulse has fewer than four rows"),
    potentialChange:
      change === null
        ? refused("there is no rest before the pulse")
        : { value: 1000 * change.volt, sigma: 1000 * change.sigma, unit: "mV" },
    isPlateau,
    overpotential,
    resistance: {
      polarisation: perAmpere(overpotential.total),
      ohmic: perAmpere(overpotential.ohmic),
      interface: perAmpere(overpotential.chargeTransfer),
      relaxation: perAmpere({ value: 1000 * sign * (end - v[p.to]!), sigma: 1000 * noise * Math.SQRT2, unit: "mV" }),
      relaxationAfter: { value: firstRest, sigma: p.switchSigma, unit: "s" },
    },
    rootSlope: isPlateau
      ? refused(PLATEAU_REASON)
      : window
        ? { value: 1000 * window.slope, sigma: 1000 * window.slopeSigma, unit: "mV/s^0.5" }
        : refused("too few rows in the pulse"),
    rootWindow: window && !isPlateau ? [second(window.fromSecond, p.switchSigma), second(window.toSecond, p.switchSigma)] : null,
    diffusionRate: rate,
    diffusionCoefficient: coefficient,
    checks,
  };
}

const PLATEAU_REASON =
  "the relaxed potential does not move: on a two-phase plateau dE/dx is zero and Weppner and Huggins' equation does not hold";

const second = (value: number, sigma: number): Quantity => ({ value, sigma, unit: "s" });

/** Mean of the pulse's last rows, corrected for their slope: its potential at the switch. */
function meanOfLast(v: Float64Array, p: Pulse): number {
  const [a, b, c] = [v[p.to - 3]!, v[p.to - 2]!, v[p.to - 1]!];
  return (5 * c + 2 * b - a) / 6;
}

/** V along the current from the middle of the pulse to its end; over five rows each, so that noise does not matter. */
function riseOfSecondHalf(since: Float64Array, v: Float64Array, p: Pulse): number {
  const middle = since.findIndex((s) => s >= since[since.length - 1]! / 2);
  const mean = (around: number): number => {
    const first = Math.max(p.from, around - 2);
    const part = v.subarray(first, Math.min(p.to, around + 3));
    return part.reduce((sum, x) => sum + x, 0) / part.length;
  };
  return Math.sign(p.currentAmpere) * (mean(p.to - 3) - mean(p.from + middle));
}

/** Jump at the switch from the first rows: the first one, led back to the switch by the slope to one three times as late. */
function ohmicJump(since: Float64Array, rise: Float64Array, noise: number): Answer {
  const first = since.findIndex((s) => s > 0);
  if (first < 0 || since[first]! > FIRST_ROW_SECOND) {
    const late = first < 0 ? "" : `: the first comes ${since[first]!.toPrecision(3)} s after it`;
    return refused(`ohmic and charge transfer are told apart only by a row within ${FIRST_ROW_SECOND} s of the switch${late}`);
  }
  let next = first + 1;
  while (next + 1 < since.length && since[next]! < 3 * since[first]!) next++;
  const lead = since[first]! / (since[next]! - since[first]!);
  const back = lead * (rise[next]! - rise[first]!);
  return { value: 1000 * (rise[first]! - back), sigma: 1000 * Math.hypot(noise * (1 + lead), back / 2), unit: "mV" };
}

function split(
  total: number | null,
  totalSigma: number,
  ohmic: Answer,
  window: RootWindow | null,
  isPlateau: boolean,
  late: number,
  beforeSigma: number,
): TitrationPulse["overpotential"] {
  const all: Answer =
    total === null
      ? refused("the rest after the pulse has fewer than four rows")
      : { value: 1000 * total, sigma: 1000 * totalSigma, unit: "mV" };
  const difference = (a: Answer, b: Answer): Answer =>
    "notComputable" in a
      ? a
      : "notComputable" in b
        ? b
        : { value: a.value - b.value, sigma: Math.hypot(a.sigma ?? 0, b.sigma ?? 0), unit: "mV" };
  if (isPlateau) {
    const none = refused("on a two-phase plateau no concentration drives the potential");
    // at the end of a plateau the surface already is one phase, and its potential moves
    const isLeaving = total !== null && late > LEAVING_SHARE * total;
    const reason = refused(
      "the overpotential still grows in the second half of the pulse: the surface leaves the plateau, and part of it is diffusion",
    );
    return { total: all, ohmic, chargeTransfer: isLeaving ? reason : difference(all, ohmic), diffusion: isLeaving ? reason : none };
  }
  if (!window?.isStraight) {
    const reason = refused("the pulse has no window that follows √t: charge transfer and diffusion cannot be told apart");
    return { total: all, ohmic, chargeTransfer: reason, diffusion: reason };
  }
  const fast: Answer = { value: 1000 * window.intercept, sigma: 1000 * Math.hypot(window.interceptSigma, beforeSigma), unit: "mV" };
  return { total: all, ohmic, chargeTransfer: difference(fast, ohmic), diffusion: difference(all, fast) };
}

function judge(
  before: Relaxed | null,
  after: Relaxed | null,
  change: Change | null,
  bend: number,
  window: RootWindow | null,
  isPlateau: boolean,
): Check[] {
  const millivolt = (volt: number): string => `${(1000 * volt).toPrecision(3)} mV`;
  const remaining = Math.max(before?.remainingVolt ?? 0, after?.remainingVolt ?? 0);
  return [
    {
      name: "dE/dx ≠ 0",
      passed: change !== null && !isPlateau,
      found:
        change === null
          ? "no rest before the pulse"
          : `the relaxed potential moves by ${millivolt(change.volt)} ± ${millivolt(change.sigma)}`,
    },
    {
      name: "dE/dx steady",
      passed: bend <= MOST_BEND,
      found: `the slope of the equilibrium curve changes by ${(100 * bend).toFixed(0)} % to the neighbouring pulse`,
    },
    {
      name: "rests relaxed",
      passed: change !== null && remaining <= RELAXED_SHARE * Math.abs(change.volt),
      found: `up to ${millivolt(remaining)} may still be to relax`,
    },
    {
      name: "rows follow √t",
      passed: window?.isStraight === true && window.linearShare <= LINEAR_LIMIT,
      found: window
        ? `from ${window.fromSecond.toPrecision(3)} to ${window.toSecond.toPrecision(3)} s: residuals ${millivolt(window.rms)}, linear term ${(100 * window.linearShare).toFixed(0)} % of the root term`
        : "too few rows",
    },
  ];
}

function diffusionRate(
  atStart: { volt: number; sigma: number } | null,
  window: RootWindow | null,
  duration: number,
  durationSigma: number,
  checks: readonly Check[],
): Answer {
  const failed = checks.find((c) => !c.passed);
  if (failed) return refused(failed.name === "dE/dx ≠ 0" && atStart ? PLATEAU_REASON : `${failed.name}: ${failed.found}`);
  if (!atStart || !window) return refused("too few rows");
  const value = (4 / Math.PI) * (atStart.volt / (duration * window.slope)) ** 2;
  const relative = 2 * Math.hypot(atStart.sigma / atStart.volt, window.slopeSigma / window.slope, durationSigma / duration);
  return { value, sigma: value * relative, unit: "1/s" };
}

function diffusionCoefficient(rate: Answer, window: RootWindow | null, length: DiffusionLength | null, checks: Check[]): Answer {
  if ("notComputable" in rate) return rate;
  if (!length) return refused("no diffusion length is declared: D/L² is what the pulse tells");
  const cm = inUnit(length.length, "cm");
  const ratio = length.shape === "sphere" ? 1 / 3 : 1;
  const value = rate.value * (cm.value * ratio) ** 2;
  const depth = (value * window!.toSecond) / cm.value ** 2;
  const check: Check = {
    name: "window ≪ L²/D",
    passed: depth <= SHORT_TIME,
    found: `D t / length² is ${depth.toPrecision(2)} at the window's end`,
  };
  checks.push(check);
  if (!check.passed) return refused(`${check.name}: ${check.found}, more than ${SHORT_TIME}`);
  return { value, sigma: value * Math.hypot((rate.sigma ?? 0) / rate.value, (2 * (cm.sigma ?? 0)) / cm.value), unit: "cm2/s" };
}
