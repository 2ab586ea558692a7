/** What a whole train of pulses tells: the equilibrium curve, and means over its pulses. */
import type { Answer, Quantity } from "../units/quantity.ts";
import type { TitrationPulse } from "./gitt.ts";

export interface EquilibriumPoint {
  train: number;
  direction: "charge" | "discharge";
  /** mAh passed in the train */
  capacity: Quantity;
  potential: Answer;
  relaxationRate: Answer;
}

const refused = (reason: string): { notComputable: string } => ({ notComputable: reason });

/** The equilibrium curve of each train: relaxed potentials over the charge passed in it. */
export function equilibriumCurve(pulses: readonly TitrationPulse[]): readonly EquilibriumPoint[] {
  return pulses.flatMap((p, k) => {
    const { train, direction } = p;
    const end = { train, direction, capacity: p.capacityAfter, potential: p.relaxedAfter, relaxationRate: p.relaxationRate };
    if (pulses[k - 1]?.train === train) return [end];
    const none = refused("the rest before the first pulse belongs to no pulse");
    return [{ train, direction, capacity: p.capacityBefore, potential: p.relaxedBefore, relaxationRate: none }, end];
  });
}

/** Mean of the pulses' diffusion coefficients (or rates) of one train: scatter of the pulses as error. */
export function meanOverPulses(pulses: readonly TitrationPulse[], of: "diffusionCoefficient" | "diffusionRate"): Answer & { n?: number } {
  const found = pulses.flatMap((p) => ("notComputable" in p[of] ? [] : [p[of]]));
  const n = found.length;
  if (n === 0) return (pulses[0]?.[of] as { notComputable: string } | undefined) ?? refused("there are no pulses");
  const mean = found.reduce((sum, q) => sum + q.value, 0) / n;
  const scattered = Math.sqrt(found.reduce((sum, q) => sum + (q.value - mean) ** 2, 0) / Math.max(1, n - 1));
  return { value: mean, sigma: n > 1 ? scattered : (found[0]!.sigma ?? null), unit: found[0]!.unit, n };
}
