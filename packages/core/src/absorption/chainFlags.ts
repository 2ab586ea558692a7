/** What must be said beside a chain length, and why there may be none. */
import type { Quantity } from "../units/quantity.ts";
import type { ChainFlag, ChainOptions, Nuisance } from "./chain.ts";
import { CENTRE_REACH, type ChainFit, P, SEPARATION } from "./chainFit.ts";
import { ALPHA_WORTH_FLAGGING } from "./overAbsorption.ts";

/** S8 above this share moves x = 4 by a twentieth */
const S8_WORTH_FLAGGING = 0.01;
/** less than this moves x by less than the line shapes do */
const S8_EXCLUDED = 0.03;
/** errors of its share from which S8 is above two of them in 95 of 100 spectra: 2 + 1.645 */
const SEEN_IN_95 = 3.645;
/** relative, from sample to sample */
const STRENGTH_SCATTER = 0.015;
const percent = ({ value, sigma }: Quantity): string => `${(100 * value).toFixed(1)} ± ${(100 * (sigma ?? 0)).toFixed(1)} %`;

/** Why there is no x at all; null where there is one. */
export function refusal(
  options: ChainOptions,
  nuisances: readonly Nuisance[],
  at: number,
  st: number,
  ai: number,
  si: number,
): string | null {
  const share = options.electrolyteShare ?? 0;
  if (share > 0 && !nuisances.some(({ kind }) => kind === "electrolyte")) {
    return `${(100 * share).toFixed(0)} % of the sulfur is the electrolyte's and no spectrum of it is given: its lines lie over those of the chains`;
  }
  if (at > 3 * st) return null;
  if (ai > 3 * si) {
    // a likelihood bound in place of a ratio whose denominator may be zero
    const least = 2 + (2 * Math.max(0, ai - 2 * si)) / (Math.max(0, at) + 2 * st) / (options.rho?.value ?? 1);
    return Number.isFinite(least)
      ? `the terminal feature is not seen (${at.toFixed(3)} ± ${st.toFixed(3)} eV): x is above ${least.toFixed(1)}, or this is S8`
      : "the terminal feature is not seen at all: this is S8, or chains too long to be told from it";
  }
  return "neither feature is seen above three of its errors: no chain sulfur, or too little";
}

/** Features that ended at the edge of where they may be are not those of a chain. */
export function misplaced({ parameters: p, bounds }: ChainFit, s8: number): string | null {
  if (bounds[P.centre] !== "free") {
    return `the first feature is not ${SEPARATION} ± ${CENTRE_REACH} eV below the white line of S8 (${s8} eV): no terminal atoms, or the energy scale is another`;
  }
  return bounds[P.internal] === "lower"
    ? `the area of internal atoms comes out at ${p[P.internal]!.toFixed(2)} eV, far below zero: the two features do not describe this spectrum`
    : null;
}

export function absorptionFlags({ alpha, strength, fluorescence }: ChainOptions, found: Quantity): ChainFlag[] {
  if (alpha !== undefined && alpha < ALPHA_WORTH_FLAGGING) {
    return [
      {
        code: "chain-over-absorbed",
        message: `α = ${alpha.toFixed(1)}: over-absorption flattens the larger feature, and x comes out too small; correct it first`,
      },
    ];
  }
  if (alpha === undefined && fluorescence) {
    return [
      {
        code: "chain-absorption-unknown",
        message: "measured in fluorescence without the sample's formula: over-absorption is unknown and would make x too small",
      },
    ];
  }
  if (!strength) return [];
  const lost = 1 - found.value / strength.value;
  const error = Math.hypot((found.sigma ?? 0) / strength.value, ((strength.sigma ?? 0) * found.value) / strength.value ** 2);
  // the line shapes of samples scatter K by 2 %
  if (!(lost > 2 * Math.hypot(error, STRENGTH_SCATTER))) return [];
  return [
    {
      code: "chain-over-absorbed",
      message: `the features hold ${found.value.toFixed(2)} eV per atom, the standard's ${strength.value.toFixed(2)} eV: ${(100 * lost).toFixed(0)} % are missing (over-absorption, or sulfur that is no chain)`,
    },
  ];
}

/** Found, possible, or neither. @param share of S8; null where no spectrum of S8 was fitted */
export function sulfurFlag(share: Quantity | null): ChainFlag | null {
  if (share === null)
    return { code: "chain-s8-possible", message: "no spectrum of S8 was given: with a share f of S8 beside the chains x is x (1 − f)" };
  const sigma = share.sigma ?? 0;
  if (share.value > S8_WORTH_FLAGGING && share.value > 2 * sigma)
    return { code: "chain-s8", message: `S8 holds ${percent(share)} of the sulfur; x is of what is left` };
  const most = share.value + 2 * sigma;
  if (!(most > S8_EXCLUDED)) return null;
  return {
    code: "chain-s8-possible",
    message: `S8 up to ${(100 * Math.min(1, most)).toFixed(0)} % of the sulfur cannot be excluded (two errors): its line lies on that of internal atoms; it would be found in 95 of 100 such spectra from ${(100 * Math.min(1, SEEN_IN_95 * sigma)).toFixed(0)} % on`,
  };
}
