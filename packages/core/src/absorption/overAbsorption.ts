/**
 * Over-absorption of thick samples in fluorescence: the beam that the absorber itself takes away flattens its own peaks.
 *
 *   α = [μ_total(E_f) sin φ_in/sin φ_out + μ_others(E₊)] / μ_absorber(E₊),   E₊ just above the edge
 *   μ_corrected = μ α/(α + 1 − norm),   y_seen = y (1 + a)/(1 + a y),  a = 1/α
 *
 * For an infinitely thick, uniform sample (Haskel's FLUO, 1999; Tröger et al., Phys. Rev. B 46, 3283 (1992)). What is not flat, not thick or grainy
 * is not corrected by it. Two spectra of one compound whose heights differ show over-absorption without any formula.
 */
import { ThioscopeError } from "../errors.ts";
import { absorptionEdge, compoundAttenuation, fluorescenceLine, massAttenuation, massShare } from "./elements.ts";

export interface OverAbsorptionSample {
  /** of the whole sample, matrix included, e.g. "((NH4)2SO4)0.1(H2O)54.8" */
  formula: string;
  element: string;
  edge: string;
  /** degrees between the surface and the beam, and the surface and the detector */
  angleIn: number;
  angleOut: number;
  /** eV above the edge where attenuation is taken: where the normalisation begins; 30 where absent */
  above?: number;
}

/** α of a sample. Throws INVALID_INPUT for angles outside (0, 90] or a formula without the element. */
export function overAbsorptionAlpha(sample: OverAbsorptionSample): number {
  const { formula, element, edge, angleIn, angleOut } = sample;
  for (const angle of [angleIn, angleOut]) {
    if (!(angle > 0 && angle <= 90)) throw new ThioscopeError("INVALID_INPUT", `an angle of ${angle}°; above 0 to 90 are allowed`);
  }
  const share = massShare(formula, element);
  if (!(share > 0)) throw new ThioscopeError("INVALID_INPUT", `${formula} holds no ${element}`);
  const above = absorptionEdge(element, edge).energy + (sample.above ?? 30);
  const absorber = share * massAttenuation(element, above);
  const others = compoundAttenuation(formula, above) - absorber;
  const geometry = Math.sin((angleIn * Math.PI) / 180) / Math.sin((angleOut * Math.PI) / 180);
  return (compoundAttenuation(formula, fluorescenceLine(element, edge)) * geometry + others) / absorber;
}

/**
 * A normalised spectrum as a thin sample would have given it; it must be normalised once more, because the correction moves the step.
 *
 * @throws NOT_COMPUTABLE where a point is higher than an infinitely thick sample can show
 */
export function correctOverAbsorption(norm: Float64Array, alpha: number): Float64Array {
  return norm.map((y) => {
    const left = alpha + 1 - y;
    if (!(left > 0.02 * alpha)) {
      throw new ThioscopeError(
        "NOT_COMPUTABLE",
        `a height of ${y.toFixed(2)} steps cannot come from a thick sample with α = ${alpha.toFixed(2)}: is the formula right?`,
      );
    }
    return (y * alpha) / left;
  });
}

/** What a thick sample shows of a true normalised spectrum. */
export function applyOverAbsorption(norm: Float64Array, alpha: number): Float64Array {
  const a = 1 / alpha;
  return norm.map((y) => (y * (1 + a)) / (1 + a * y));
}

/** Heights of over-absorption at which a result is flagged: below this α a white line of 2 loses more than 5 %. */
export const ALPHA_WORTH_FLAGGING = 18;
