/** Spectra of Raman, photoelectrons and secondary ions, and thermal analysis: curves with their fits, and what they say one after the other. */
import type { FitAccount } from "../../fits/index.ts";
import type { Quantity } from "../../units/quantity.ts";
import type { Numbers } from "../model.ts";
import type { PackedNumbers } from "./packed.ts";

export interface SpectroscopyCurve {
  name: string;
  /** ascending */
  x: Numbers;
  y: Numbers;
  /** baseline or background; null without one */
  base: Numbers | null;
  /** baseline and all components; null without a fit */
  fitted: Numbers | null;
  /** each on the base, named where it has a name */
  components: readonly { name: string; y: Numbers }[];
  /** places with a few words: assignments, onsets */
  marks: readonly { x: number; label: string }[];
  /** of its fit: parameters, correlations, and why it is not trusted; absent where no parameter was fitted */
  account?: FitAccount;
  /** what one σ of each of its parameters adds to `fitted`, the others held: how residuals follow when one is moved; null where one has no error */
  effects?: readonly (PackedNumbers | null)[];
}

/** One quantity over the spectra (bands, components, ratios): null where a limit stands in its place, or nothing. */
export interface SpectroscopySeries {
  name: string;
  values: readonly (number | null)[];
  sigma: readonly (number | null)[];
  /** 95 % upper limits; null where the value is known or nothing is */
  limits: readonly (number | null)[];
  /** of a combination: this standard is the electrolyte, says the study */
  role?: "electrolyte";
  /** lowest and highest that fit as well, where the answer is not unique */
  band?: { low: Numbers; high: Numbers };
}

/** Where each spectrum lies on the cell's clock, one entry per name; NaN where the run or the count of sulfur does not tell it. */
export interface SpectroscopyClock {
  /** how the times were joined, in words */
  how: string;
  /** since the first row of the run */
  hour: Numbers;
  potentialVolt: Numbers;
  /** since the first row of the run, charging positive */
  chargeMilliampereHour: Numbers;
  /** x in M2Sx of the cathode by the charge */
  x: Numbers;
  /** row of the run at that moment */
  row: Numbers;
}

export interface SpectroscopyContent {
  kind: "spectroscopy";
  technique: "Raman" | "XPS" | "ToF-SIMS" | "thermal" | "XAS" | "PDF" | "XRD";
  x: { label: string; unit: string; reversed: boolean };
  y: { label: string; unit: string };
  curves: readonly SpectroscopyCurve[];
  /** curves beyond those shown */
  left: number;
  /** what stands over `names` */
  over: { label: string; unit: string };
  names: readonly string[];
  series: readonly SpectroscopySeries[];
  /** absent where spectra have no times, or there is no run that covers one */
  clock?: SpectroscopyClock;
  /** what was found on one curve: shells, features, centres of components, a glass transition */
  found?: readonly { of: string; name: string; quantity: Quantity }[];
  /** χ(k) of the same spectra, weighted */
  kSpace?: { label: string; unit: string; curves: readonly { name: string; x: Numbers; y: Numbers }[] };
  /** contours over the series, wavelets: edges of the cells, row by row */
  maps?: readonly SpectroscopyMap[];
}

export interface SpectroscopyMap {
  title: string;
  x: { label: string; unit: string };
  y: { label: string; unit: string };
  value: { label: string; unit: string };
  columns: Numbers;
  rows: Numbers;
  /** of the rows, where they are spectra */
  names: readonly string[] | null;
  values: Numbers;
}
