/** Why a fit of peaks is trusted or not. */
import { accountOf, type Doubt, type FactParameter, type FitAccount } from "../fits/index.ts";
import type { Quantity } from "../units/quantity.ts";
import type { PeakFit, PeakParameter } from "./fit.ts";

export interface PeakAccountOptions {
  /** of a peak, by its index */
  nameOf(peak: number): string;
  /** of abscissa and of areas */
  xUnit: string;
  areaUnit: string;
  /** a result with more in its error than the fit knows (window, instrument), in place of the fit's own */
  resultOf?(parameter: PeakParameter): Quantity | null;
  /** what the errors of the fit are multiplied by in what is reported */
  widened?: number;
  /** the errors of the points follow from the residuals: χ² says nothing */
  errorsFromResiduals?: boolean;
  own?: readonly Doubt[];
}

const WORDS: Readonly<Record<PeakParameter["of"], string>> = {
  area: "area",
  centre: "place",
  width: "width",
  mix: "Lorentzian share",
  asymmetry: "asymmetry of all lines",
};

/** Places of a fit's parameters in the order of its account: by the places of the peaks, what all share last. */
function orderOf(fit: PeakFit): number[] {
  const placeOf = ({ peak }: PeakParameter): number => (peak === null ? Number.MAX_VALUE : fit.next[peak]!.centre);
  return [...fit.parameters.keys()].sort((a, b) => placeOf(fit.parameters[a]!) - placeOf(fit.parameters[b]!) || a - b);
}

export function peakAccount(fit: PeakFit, options: PeakAccountOptions): FitAccount {
  const { nameOf, xUnit, areaUnit, resultOf, widened = 1, errorsFromResiduals, own } = options;
  const order = orderOf(fit);
  const n = order.length;
  return accountOf({
    parameters: order.map((j): FactParameter => {
      const parameter = fit.parameters[j]!;
      const { of, peak, value, sigma, state } = parameter;
      const unit = of === "area" ? areaUnit : of === "centre" || of === "width" ? xUnit : "";
      const result = resultOf?.(parameter) ?? { value, sigma: sigma === null ? null : sigma * widened, unit };
      return {
        ...result,
        name: peak === null ? WORDS[of] : `${nameOf(peak)}, ${WORDS[of]}`,
        state,
        // around zero by its meaning
        isShift: of === "asymmetry" || of === "mix",
        // a Gaussian or a Lorentzian line
        mayTouch: of === "mix",
      };
    }),
    others: fit.baselineCount,
    covariance: Float64Array.from({ length: n * n }, (_, k) => fit.covariance[order[Math.floor(k / n)]! * n + order[k % n]!]!),
    points: fit.residuals.length,
    residuals: [fit.residuals],
    chi2Reduced: fit.hasErrors && !errorsFromResiduals && fit.degreesOfFreedom > 0 ? fit.chi2 / fit.degreesOfFreedom : null,
    converged: fit.converged,
    ...(own ? { own } : {}),
  });
}

/** The account, and what one σ of each of its parameters adds to the fitted curve, the others held; null where one has no error. */
export function accountedPeaks(fit: PeakFit, options: PeakAccountOptions): { account: FitAccount; effects: (Float64Array | null)[] } {
  const account = peakAccount(fit, options);
  const effects = orderOf(fit).map((j, place) => {
    const effect = fit.effectOf(j);
    const { of, value, sigma } = fit.parameters[j]!;
    const shown = account.parameters[place]!;
    if (effect === null || sigma === null || shown.sigma === null) return null;
    // what is reported may know more errors than the fit; an area may be that of several tied lines: its share counts
    const times = of === "area" ? shown.sigma / shown.value / (sigma / value) : shown.sigma / sigma;
    return effect.map((v) => v * times);
  });
  return { account, effects };
}
