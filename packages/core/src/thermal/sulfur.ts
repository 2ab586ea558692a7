/**
 * Sulfur of a sulfur–carbon composite from the mass that it loses between two plateaus:  w_S = (m₁ − m₂)/m₁ · 100 %
 *
 * Under inert gas sulfur leaves carbon between 150 and 400 °C; what is bound in pores or to the carbon leaves later, up to 550 °C, and carbon itself loses
 * a few per cent above. m₁ and m₂ are read where the mass changes least: before the first step of the window and in the last 30 °C of it, as means over
 * 10 °C. m₁ is the dry sample: what was lost before (moisture, solvent) does not count. Errors: noise of the means, the balance's resolution, and half of
 * what the mass still drifts within 15 °C on either side, which is how freely the plateau could have been chosen.
 */
import { ThioscopeError } from "../errors.ts";
import type { Quantity } from "../units/quantity.ts";
import type { MassSteps } from "./mass.ts";

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
}

const HALF_MEAN = 5;
const REACH = 15;
/** °C before the window's end in which the second plateau is looked for: sulfur that leaves late counts */
const LAST = 30;

/** Throws NOT_COMPUTABLE where no step lies in the window, or no room for a plateau beside the steps. */
export function sulfurContent(found: MassSteps, window: readonly [number, number] = [150, 450], resolution = 0): SulfurContent {
  const inside = found.steps.filter((s) => s.inflection.value >= window[0] && s.inflection.value <= window[1]);
  const [first] = inside;
  const last = inside[inside.length - 1];
  if (!first || !last) throw new ThioscopeError("NOT_COMPUTABLE", `no step of mass lies between ${window[0]} and ${window[1]} °C`);
  const at1 = quietest(found, window[0], first.onset.value);
  const at2 = quietest(found, Math.max(last.endset.value, window[1] - LAST), window[1]);
  if (at1 === null || at2 === null) {
    const side = at1 === null ? `between ${window[0]} °C and the onset` : `between the endset and ${window[1]} °C`;
    throw new ThioscopeError("NOT_COMPUTABLE", `no data for a plateau ${side}: widen the window`);
  }
  const dry = massAt(found, at1, resolution);
  const rest = massAt(found, at2, resolution);
  const kept = rest.value / dry.value;
  const sigma = Math.hypot((rest.sigma ?? 0) / dry.value, (kept * (dry.sigma ?? 0)) / dry.value);
  return {
    content: { value: 100 * (1 - kept), sigma: 100 * sigma, unit: "wt%" },
    window,
    plateaus: [found.temperature[at1]!, found.temperature[at2]!],
    steps: inside.length,
    dry,
    rest,
  };
}

function quietest({ temperature, slope }: MassSteps, from: number, to: number): number | null {
  let best: number | null = null;
  for (let i = 0; i < temperature.length; i++) {
    if (temperature[i]! < from || temperature[i]! > to) continue;
    if (best === null || Math.abs(slope[i]!) < Math.abs(slope[best]!)) best = i;
  }
  return best;
}

function massAt({ temperature, mass, slope }: MassSteps, at: number, resolution: number): Quantity {
  const centre = temperature[at]!;
  const near: number[] = [];
  let drift = 0;
  for (let i = 0; i < temperature.length; i++) {
    const d = Math.abs(temperature[i]! - centre);
    if (d <= HALF_MEAN) near.push(mass[i]!);
    // without the steps themselves: only as far as the mass stays quiet
    if (d <= REACH && Math.abs(slope[i]!) < 4 * Math.abs(slope[at]!) + 0.01) drift = Math.max(drift, Math.abs(mass[i]! - mass[at]!));
  }
  const mean = near.reduce((a, b) => a + b, 0) / near.length;
  const square = near.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, near.length - 1);
  return { value: mean, sigma: Math.hypot(Math.sqrt(square / near.length), resolution, drift / 2), unit: "%" };
}
