/** What a fit of any kind (circuit, peaks, scattering paths, refinement) says about itself, as plain data that survives JSON. */
import type { Quantity } from "../units/quantity.ts";

/** How a parameter ended: free to move, held by choice, on one of its limits, or not determined by the data. */
export type ParameterState = "free" | "held" | "lower" | "upper" | "undetermined";

export interface AccountParameter extends Quantity {
  /** "R1", "sulfide, area", "Na2S, a" */
  name: string;
  state: ParameterState;
  /** where it is not symmetric about the value */
  interval95?: readonly [number, number] | null;
  /** why the value is not to be read, in its place */
  refused?: string | null;
}

/** One reason not to trust a fit. */
export interface Doubt {
  code:
    | "bound"
    | "undetermined"
    | "large-error"
    | "correlated"
    | "runs"
    | "misfit"
    | "overstated"
    | "few-points"
    | "not-converged"
    /** the method's own: Kramers–Kronig, R-factor, shape */
    | "method";
  text: string;
}

export interface FitAccount {
  parameters: readonly AccountParameter[];
  /**
   * coefficients of correlation, −1 to 1, below the diagonal row by row: (1,0), (2,0), (2,1) … of `parameters`; NaN (null in JSON) where a parameter has no error; empty where the fit gives none
   */
  correlations: readonly (number | null)[];
  /** numbers that count as independent */
  points: number;
  /** points less free parameters */
  degreesOfFreedom: number;
  /** Σ (r/σ)²/ν; null where the errors of the data are not known */
  chi2Reduced: number | null;
  /** why it is not trusted, the gravest first; empty where nothing was found */
  doubts: readonly Doubt[];
  /** what was looked at and found in order */
  passed: readonly string[];
}
