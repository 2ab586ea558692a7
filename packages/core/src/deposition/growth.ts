/**
 * Growth of metal in a pore, one quasi-static state after the other (level 3).
 *
 *   while the pore fills   dV/dt = (V̄/F) I,  I = ∫ i dΓ over the metal below the level h, V(h) = π a² (h − h³/(3b²))
 *   when it is full        C dp/dt = (V̄/F) I(p),  C = dV/dp of the cavity (level 2)
 *
 * until K_I = 1.12 (2/π) p √(π b) reaches K_Ic (crack), p reaches the pressure at which the metal yields (yield), or nothing more is
 * deposited in the pore (balance). The critical current density is the applied current at which deposition in a full pore stops just at the crack's
 * pressure: below it the pore comes to rest, above it the electrolyte cracks. In the form "factor" pressure never stops deposition:
 * every current cracks in time. (Porz et al., Adv. Energy Mater. 7, 1701003, 2017, for the argument.)
 */
import { ThioscopeError } from "../errors.ts";
import { checkCancelled, QUIET, type TaskContext } from "../task.ts";
import { CONSTANTS } from "../units/constants.ts";
import { type Answer, type Quantity, quantity } from "../units/quantity.ts";
import {
  currentIntoDefect,
  type DepositionCase,
  type Distribution,
  depositionMesh,
  distribute,
  RESOLUTIONS,
  type Resolution,
} from "./distribute.ts";
import { type Defect, defectDomain, pitVolume } from "./geometry.ts";
import { cavityCompliance, crackPressure, stressIntensity } from "./mechanics.ts";

export interface GrowthCase extends Omit<DepositionCase, "defect" | "pressure"> {
  radius: number;
  depth: number;
  /** Pa, -, Pa √m */
  youngsModulus: number;
  poisson: number;
  toughness: number;
  /** pressure that the confined metal bears, Pa */
  yieldPressure: number;
}

export interface GrowthState {
  /** s since the start */
  time: number;
  /** m; the depth when full */
  level: number;
  /** Pa */
  pressure: number;
  /** Pa √m */
  stressIntensity: number;
  /** A into the pore */
  current: number;
  /** max i/i_app over all metal */
  hotSpot: number;
}

export type GrowthEnd = "crack" | "yield" | "balance";

export interface Growth {
  states: readonly GrowthState[];
  end: GrowthEnd;
  /** m³/Pa */
  compliance: number;
  crackPressure: number;
}

/** Levels of filling, as shares of the depth; the first is where the sequence starts. */
const LEVELS = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95, 1];
const PRESSURE_STEPS = 8;
/** A current into the pore below this share of what would flow without pressure counts as none. */
const AT_REST = 1e-3;

/** @param visit gets each state with its whole distribution, for maps; the resolution must suit a picture */
export function growPore(
  asked: GrowthCase,
  resolution: Resolution = RESOLUTIONS.preview,
  context: TaskContext = QUIET,
  visit?: (state: GrowthState, distribution: Distribution) => void,
): Growth {
  const { radius, depth, kinetics } = asked;
  checkStrength(asked);
  const states: GrowthState[] = [];
  const total = LEVELS.length + PRESSURE_STEPS;
  const perCharge = kinetics.molarVolume / CONSTANTS.faraday;
  let time = 0;
  const state = (defect: Defect, level: number, pressure: number): GrowthState => {
    checkCancelled(context);
    context.progress(states.length, total, "states");
    const distribution = distribute({ ...asked, defect, pressure: { defect: pressure, flat: 0 } }, resolution);
    const now: GrowthState = {
      time,
      level,
      pressure,
      stressIntensity: stressIntensity(Math.max(0, pressure), depth),
      current: distribution.defectCurrent,
      hotSpot: distribution.hotSpot.value,
    };
    states.push(now);
    visit?.(now, distribution);
    return now;
  };
  let last: GrowthState | undefined;
  for (const share of LEVELS) {
    const level = share * depth;
    const before: GrowthState | undefined = last;
    last = state({ kind: "partlyFilled", radius, depth, level }, level, 0);
    if (before) {
      // the current is interpolated between the two levels
      time +=
        (pitVolume(radius, depth, level) - pitVolume(radius, depth, before.level)) / (perCharge * ((before.current + last.current) / 2));
      last.time = time;
    }
  }
  const full: Defect = { kind: "partlyFilled", radius, depth, level: depth };
  const compliance = cavityCompliance({ ...asked, defect: { kind: "filled", radius, depth, fillet: 0 } });
  const crack = crackPressure(asked.toughness, depth);
  const limit = Math.min(crack, asked.yieldPressure);
  const free = last!.current;
  for (let k = 1; k <= PRESSURE_STEPS; k++) {
    const pressure = (limit * k) / PRESSURE_STEPS;
    const before = states.at(-1)!;
    const now = state(full, depth, pressure);
    if (now.current <= AT_REST * free) {
      states.pop();
      const rest = restPressure(asked, full, before.pressure, pressure, resolution);
      time = Number.POSITIVE_INFINITY;
      state(full, depth, rest);
      return { states, end: "balance", compliance, crackPressure: crack };
    }
    // C dp = (V̄/F) I dt with the mean of 1/I over the step
    time += ((compliance * (pressure - before.pressure)) / perCharge) * (1 / before.current + 1 / now.current) * 0.5;
    now.time = time;
  }
  return { states, end: crack <= asked.yieldPressure ? "crack" : "yield", compliance, crackPressure: crack };
}

function checkStrength({ toughness, yieldPressure }: GrowthCase): void {
  for (const [what, value] of [
    ["a toughness", toughness],
    ["a yield pressure", yieldPressure],
  ] as const) {
    if (!(value > 0 && Number.isFinite(value))) throw new ThioscopeError("INVALID_INPUT", `${what} of ${value}: it must be above 0`);
  }
}

/** Pressure at which the current into the pore vanishes, by halving. */
function restPressure(asked: GrowthCase, defect: Defect, low: number, high: number, resolution: Resolution): number {
  const mesh = depositionMesh(defectDomain(defect, asked.width, asked.height), resolution);
  let [p0, p1] = [low, high];
  for (let k = 0; k < 24; k++) {
    const p = (p0 + p1) / 2;
    if (currentIntoDefect({ ...asked, defect, pressure: { defect: p, flat: 0 } }, resolution, mesh) > 0) p0 = p;
    else p1 = p;
  }
  return (p0 + p1) / 2;
}

/** Range in which the critical current is sought, A/m². */
const [LEAST, MOST] = [1e-4, 1e6];

/**
 * Critical current density, A/m²; its error is the change against the next coarser mesh. Not computable where the metal yields before the crack's
 * pressure is reached, and for the form "factor".
 */
export function criticalCurrent(asked: Omit<GrowthCase, "current">, resolution: Resolution = RESOLUTIONS.preview): Answer {
  checkStrength({ ...asked, current: 1 });
  const { radius, depth, width, height, kinetics } = asked;
  const pressure = crackPressure(asked.toughness, depth);
  if (kinetics.form === "factor")
    return { notComputable: "in the form factor a pressure never stops deposition: every current cracks in time" };
  if (asked.yieldPressure < pressure) {
    const [p, q] = [asked.yieldPressure, pressure].map((x) => (x / 1e6).toPrecision(3));
    return {
      notComputable: `the metal yields at ${p} MPa, below the crack's pressure of ${q} MPa: it flows out instead of cracking the electrolyte`,
    };
  }
  const defect: Defect = { kind: "filled", radius, depth };
  const find = (r: Resolution): number | null => {
    const mesh = depositionMesh(defectDomain(defect, width, height), r);
    const into = (current: number): number =>
      currentIntoDefect({ ...asked, defect, current, pressure: { defect: pressure, flat: 0 } }, r, mesh);
    let [low, high] = [Math.log(LEAST), Math.log(MOST)];
    if (into(MOST) < 0 || into(LEAST) > 0) return null;
    for (let k = 0; k < 40 && high - low > 1e-6; k++) {
      const middle = (low + high) / 2;
      if (into(Math.exp(middle)) > 0) high = middle;
      else low = middle;
    }
    return Math.exp((low + high) / 2);
  };
  const fine = find(resolution);
  const coarse = find({ ...resolution, divisions: Math.max(0, resolution.divisions - 1), order: 1 });
  if (fine === null || coarse === null)
    return { notComputable: `no current between ${LEAST} and ${MOST} A/m² balances the crack's pressure` };
  return quantity(fine, "A/m2", Math.abs(fine - coarse));
}

/** The same over a range of toughness: [least, most], as the toughness is assumed. */
export function criticalCurrentRange(asked: Omit<GrowthCase, "current">, toughness: readonly [number, number]): readonly [Answer, Answer] {
  return [criticalCurrent({ ...asked, toughness: toughness[0] }), criticalCurrent({ ...asked, toughness: toughness[1] })];
}

/** Growth rate of a wave on a plane interface over its amplitude, 1/s: from the solved distribution of a rough interface. */
export function measuredGrowthRate(
  asked: DepositionCase & { defect: Extract<Defect, { kind: "rough" }> },
  resolution: Resolution = RESOLUTIONS.normal,
): Quantity {
  const { amplitude, wavenumber } = asked.defect;
  const of = (r: Resolution): number => {
    const { x, current } = distribute(asked, r).interface;
    // projection on cos(kx) over half a wave, by trapezia; the mean, which has no part in it, is left out for its rounding
    let sum = 0;
    for (let k = 1; k < x.length; k++) {
      const at = (j: number): number => (current[j]! - asked.current) * Math.cos(wavenumber * x[j]!);
      sum += ((at(k) + at(k - 1)) / 2) * (x[k]! - x[k - 1]!);
    }
    return ((asked.kinetics.molarVolume / CONSTANTS.faraday) * ((2 * wavenumber) / Math.PI) * sum) / amplitude;
  };
  const value = of(resolution);
  return quantity(value, "1/s", Math.abs(value - of({ ...resolution, divisions: Math.max(0, resolution.divisions - 1) })));
}

/**
 * The same by linear stability, 1/s: with κ = k tanh(kH) and the slope i' of the law at the plane's potential
 *   (V̄/F) σκ i' (i/σ − γ V̄ k²/F) / (σκ + i').
 * A wave grows where i/σ > γ V̄ k²/F. (Mullins and Sekerka, J. Appl. Phys. 35, 444, 1964; capillary part of Ahmad and Viswanathan 2017.)
 */
export function linearGrowthRate(
  wavenumber: number,
  height: number,
  conductivity: number,
  current: number,
  slope: number,
  molarVolume: number,
  gamma: number,
): number {
  const kappa = wavenumber * Math.tanh(wavenumber * height);
  const drive = current / conductivity - (gamma * molarVolume * wavenumber ** 2) / CONSTANTS.faraday;
  return ((molarVolume / CONSTANTS.faraday) * conductivity * kappa * slope * drive) / (conductivity * kappa + slope);
}
