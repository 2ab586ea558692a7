/**
 * Sulfur of a sulfur–carbon composite from the step in which it evaporates:  w_S = loss/m_dry · 100 %, m_dry the mass before that step less nothing,
 * or the start mass where asked.
 *
 * Under inert gas sulfur leaves carbon between 150 and 400 °C; what is bound in pores or to the carbon leaves later, up to 550 °C, and carbon itself loses
 * a few per cent above. Steps whose inflection lies in the window are summed, and what is lost outside is reported, not attributed.
 */
import { ThioscopeError } from "../errors.ts";
import type { Quantity } from "../units/quantity.ts";
import type { MassSteps } from "./mass.ts";

export interface SulfurContent {
  /** wt% of the dry sample */
  content: Quantity;
  /** °C */
  window: readonly [number, number];
  steps: number;
  /** % of the start mass before the first of these steps: the dry sample */
  dry: Quantity;
  /** % lost in other steps */
  otherLoss: number;
}

/** Throws NOT_COMPUTABLE where no step lies in the window. */
export function sulfurContent(found: MassSteps, window: readonly [number, number] = [150, 450]): SulfurContent {
  const inside = found.steps.filter((s) => s.inflection.value >= window[0] && s.inflection.value <= window[1]);
  if (inside.length === 0) throw new ThioscopeError("NOT_COMPUTABLE", `no step of mass lies between ${window[0]} and ${window[1]} °C`);
  const dry = inside[0]!.before;
  const loss = inside.reduce((sum, s) => sum + s.loss.value, 0);
  const variance = inside.reduce((sum, s) => sum + (s.loss.sigma ?? 0) ** 2, 0);
  const share = loss / dry.value;
  // the line before the first step is in both loss and dry mass: (b − a)/b with a, b independent
  const sigma = Math.hypot(Math.sqrt(variance) / dry.value, (share * (dry.sigma ?? 0)) / dry.value);
  const other = found.steps.filter((s) => !inside.includes(s)).reduce((sum, s) => sum + s.loss.value, 0);
  return { content: { value: 100 * share, sigma: 100 * sigma, unit: "wt%" }, window, steps: inside.length, dry, otherLoss: other };
}
