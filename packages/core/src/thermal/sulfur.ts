/**
 * Sulfur of a sulfur–carbon composite from the mass that it loses between two plateaus:  w_S = (m₁ − m₂)/m₁ · 100 %
 *
 * Under inert gas sulfur leaves carbon between 150 and 400 °C; what is bound in pores or to the carbon leaves later, up to 550 °C, and carbon itself loses
 * a few per cent above. m₁ and m₂ are read where the mass changes least: before the first step of the window and in the last 30 °C of it, as means over
 * 10 °C. m₁ is the dry sample: what was lost before (moisture, solvent) does not count. Sulfur evaporates before its step is seen, at a rate that grows by e
 * within R T²/ΔH ≈ 14 °C (140 °C, 100 kJ/mol): m = m₁ − A exp(T/w), fitted from the first plateau until 5 % of the step are lost, gives the m₁ before all of it, half
 * way between a surface that stays and one that shrinks with what is left; where no such tail stands out of the noise, the mean is taken. Errors: of that fit with the
 * difference of the two, or the noise of the mean; the balance's resolution; and what the mass drifts within 15 °C on either side of the first mean and behind the last
 * one, which is how freely the plateau could have been chosen.
 *
 * Without a blank run the gas, which grows thinner, lets the pan weigh more:  Δm = V ρ T₀ (1/T₁ − 1/T₂), ρ(T₀ = 298 K) = 1.15 mg/cm³ (N₂). The volume V of pan and
 * carrier is not known: 0 ± 50 mm³, of the order of an alumina pan of 0.2 g (3.9 g/cm³); some 10 to 20 µg between 150 and 450 °C.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { leastSquares } from "../numerics/leastSquares.ts";
import { serialCorrelation } from "../peaks/whiten.ts";
import type { Quantity } from "../units/quantity.ts";
import type { MassStep, MassSteps } from "./mass.ts";

export interface SulfurContent {
  /** wt% of the dry sample */
  content: Quantity;
  /** °C that were allowed */
  window: readonly [number, number];
  /** °C at which both masses were read */
  plateaus: readonly [number, number];
  steps: number;
  /** % of the start mass: the dry sample, and what stays */
  dry: Quantity;
  rest: Quantity;
  notices: readonly Notice[];
}

export interface SulfurErrors {
  /** smallest difference the balance tells, % of the start mass; 0 where absent */
  resolution?: number;
  /** mg of sample at the start, where no blank was taken off the run; null where that mass is not known */
  unblankedMilligram?: number | null;
}

/** mm³ of pan and carrier; mg/cm³ of nitrogen at K */
const PAN = 50;
const NITROGEN = { density: 1.15, kelvin: 298 } as const;
const CELSIUS = 273.15;

const HALF_MEAN = 5;
const REACH = 15;
/** °C before the window's end in which the second plateau is looked for: sulfur that leaves late counts */
const LAST = 30;

/** Throws NOT_COMPUTABLE where no step lies in the window, or no room for a plateau beside the steps. */
export function sulfurContent(
  found: MassSteps,
  window: readonly [number, number] = [150, 450],
  { resolution = 0, unblankedMilligram }: SulfurErrors = {},
): SulfurContent {
  const inside = found.steps.filter((s) => s.inflection.value >= window[0] && s.inflection.value <= window[1]);
  const [first] = inside;
  const last = inside[inside.length - 1];
  if (!first || !last) throw new ThioscopeError("NOT_COMPUTABLE", `no step of mass lies between ${window[0]} and ${window[1]} °C`);
  const spans = [
    [window[0], first.onset.value],
    [Math.max(last.endset.value, window[1] - LAST), window[1]],
  ] as const;
  const [at1, at2] = spans.map((span) => quietest(found, span)) as [number | null, number | null];
  if (at1 === null || at2 === null) {
    const side = at1 === null ? `between ${window[0]} °C and the onset` : `between the endset and ${window[1]} °C`;
    throw new ThioscopeError("NOT_COMPUTABLE", `no data for a plateau ${side}: widen the window`);
  }
  const dry = beforeTail(found, at1, first, resolution) ?? massAt(found, at1, resolution);
  const rest = massAt(found, at2, resolution, true);
  const kept = rest.value / dry.value;
  const [cold, hot] = [found.temperature[at1]! + CELSIUS, found.temperature[at2]! + CELSIUS];
  const lifted = PAN * 1e-3 * NITROGEN.density * NITROGEN.kelvin * (1 / cold - 1 / hot);
  const buoyancy = unblankedMilligram ? lifted / unblankedMilligram : 0;
  const notices: Notice[] = [];
  if (unblankedMilligram !== undefined)
    notices.push({
      code: "no-blank",
      message: unblankedMilligram
        ? `no blank run is taken off: the error holds ${(100 * buoyancy).toPrecision(2)} wt% that buoyancy may take`
        : "no blank run is taken off, and the mass of the sample is not known: what buoyancy takes is not in the error",
    });
  const sigma = Math.hypot((rest.sigma ?? 0) / dry.value, (kept * (dry.sigma ?? 0)) / dry.value, buoyancy);
  return {
    content: { value: 100 * (1 - kept), sigma: 100 * sigma, unit: "wt%" },
    window,
    plateaus: [found.temperature[at1]!, found.temperature[at2]!],
    steps: inside.length,
    dry,
    rest,
    notices,
  };
}

function quietest({ temperature, slope }: MassSteps, [from, to]: readonly [number, number]): number | null {
  let best: number | null = null;
  for (let i = 0; i < temperature.length; i++) {
    if (temperature[i]! < from || temperature[i]! > to) continue;
    if (best === null || Math.abs(slope[i]!) < Math.abs(slope[best]!)) best = i;
  }
  return best;
}

/** of the step's loss, up to which its start is followed */
const TAIL_SHARE = 0.05;
const FEWEST_POINTS = 12;
/** errors of the tail's amplitude above which it is there */
const TAIL_SIGNIFICANT = 3;

/** The mass that the exponential start of the step grew out of; null where no tail stands out. */
function beforeTail(found: MassSteps, at: number, step: MassStep, resolution: number): Quantity | null {
  const [steady, falling] = [tailOf("steady", found, at, step), tailOf("falling", found, at, step)];
  if (!steady || !falling) return null;
  const value = (steady.mass + falling.mass) / 2;
  return { value, sigma: Math.hypot(steady.sigma, steady.mass - falling.mass, resolution), unit: "%" };
}

/** Evaporation from a surface that stays ("steady"), or in proportion to what is left ("falling"). */
function tailOf(
  law: "steady" | "falling",
  { temperature, mass }: MassSteps,
  at: number,
  step: MassStep,
): { mass: number; sigma: number } | null {
  const from = temperature.findIndex((t) => t >= temperature[at]! - HALF_MEAN);
  const least = step.before.value - TAIL_SHARE * step.loss.value;
  let to = from;
  while (to < temperature.length && mass[to]! > least && temperature[to]! < step.inflection.value) to++;
  const count = to - from;
  if (count < FEWEST_POINTS) return null;
  const end = temperature[to - 1]!;
  const span = end - temperature[from]!;
  const whole = step.loss.value;
  const problem = {
    count,
    residuals(p: Float64Array, out: Float64Array): void {
      for (let i = 0; i < count; i++) {
        const lost = p[1]! * Math.exp((temperature[from + i]! - end) / p[2]!);
        out[i] = p[0]! - (law === "steady" ? lost : whole * (1 - Math.exp(-lost / whole))) - mass[from + i]!;
      }
    },
  };
  const fit = leastSquares(problem, {
    start: [mass[from]!, TAIL_SHARE * step.loss.value, span / 4],
    lower: [0, 0, span / 20],
    upper: [200, step.loss.value, span],
  });
  const left = new Float64Array(count);
  problem.residuals(fit.parameters, left);
  const widen = Math.sqrt(Math.max(1, serialCorrelation(left)));
  const [m1, amplitude] = fit.parameters as unknown as [number, number];
  const isThere = fit.converged && amplitude > TAIL_SIGNIFICANT * widen * fit.sigma[1]! && Number.isFinite(fit.sigma[0]!);
  return isThere ? { mass: m1, sigma: widen * fit.sigma[0]! } : null;
}

/** @param isLast what left before the last plateau is counted, what leaves behind it is in doubt */
function massAt({ temperature, mass, slope }: MassSteps, at: number, resolution: number, isLast = false): Quantity {
  const centre = temperature[at]!;
  const near: number[] = [];
  const sides: [number[], number[]] = [[], []];
  for (let i = 0; i < temperature.length; i++) {
    const d = temperature[i]! - centre;
    if (Math.abs(d) <= HALF_MEAN) near.push(mass[i]!);
    // without the steps themselves: only as far as the mass stays quiet
    else if (Math.abs(d) <= REACH && Math.abs(slope[i]!) < 4 * Math.abs(slope[at]!) + 0.01) sides[d < 0 ? 0 : 1].push(mass[i]!);
  }
  const meanOf = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
  const mean = meanOf(near);
  // a side's mean lies in its middle
  const far = REACH / ((REACH + HALF_MEAN) / 2);
  const doubted = isLast && sides[1].length > 0 ? [sides[1]] : sides.filter((side) => side.length > 0);
  const drift = far * Math.max(0, ...doubted.map((side) => Math.abs(meanOf(side) - mean)));
  const square = near.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, near.length - 1);
  return { value: mean, sigma: Math.hypot(Math.sqrt(square / near.length), resolution, drift), unit: "%" };
}
