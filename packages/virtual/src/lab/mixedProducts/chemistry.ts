/**
 * What happened in the cells of a campaign: shares of the cathode's sulfur in S8, Li2S2 and Li2S along the first cycle.
 *
 *   e = Li2S2 + 2 Li2S  (electrons per sulfur atom),   Li2S = Li2S_end (e/e_end)^p,   S8 = 1 − Li2S2 − Li2S
 *
 * On charge both products are taken back in proportion, down to what stays. Besides sulfur the electrolyte takes a share of the charge.
 * Numbers are drawn about those of the work on mixed discharge products; how much of each product there is the work does not say.
 */
import type { Random } from "@thioscope/core";

/** mAh per gram of sulfur and electron, 26.8015 Ah/mol over 32.06 g/mol. */
const PER_ELECTRON = 835.98;

export interface SulfurShares {
  s8: number;
  li2s2: number;
  li2s: number;
}

interface FirstCycle {
  /** at a capacity of the discharge, mAh/g */
  discharged(capacity: number): SulfurShares;
  /** at a share of the charge, 0 to 1 */
  charged(share: number): SulfurShares;
  /** mAh/g of sulfur, with what the electrolyte takes */
  dischargeCapacity: number;
  /** over the discharge */
  recovery: number;
}

export interface Chemistry {
  lii: FirstCycle;
  plain: FirstCycle;
  /** of 3 wt% LiI, over the discharge */
  recoveryAt3: number;
  /** share of the discharge that the electrolyte takes */
  electrolyteCharge: number;
}

/** A value about another, within two deviations. */
export function about(draw: Random, value: number, relative: number): number {
  return value * (1 + relative * Math.max(-2, Math.min(2, draw.normal())));
}

export function chemistryOf(draw: Random): Chemistry {
  const electrolyteCharge = 0.02 + 0.04 * draw.uniform();
  const cycle = (electrons: number, sulfide: number, left: SulfurShares, recovery: number): FirstCycle => {
    const power = about(draw, 1.7, 0.1);
    const at = (e: number): SulfurShares => {
      const li2s = sulfide * (e / electrons) ** power;
      const li2s2 = e - 2 * li2s;
      return { s8: 1 - li2s2 - li2s, li2s2, li2s };
    };
    const end = at(electrons);
    const dischargeCapacity = (electrons * PER_ELECTRON) / (1 - electrolyteCharge);
    return {
      discharged: (capacity) => at((electrons * Math.min(capacity, dischargeCapacity)) / dischargeCapacity),
      charged: (share) => {
        const between = (a: number, b: number): number => a + (b - a) * share;
        return { s8: between(end.s8, left.s8), li2s2: between(end.li2s2, left.li2s2), li2s: between(end.li2s, left.li2s) };
      },
      dischargeCapacity,
      recovery,
    };
  };
  const left = (li2s2: number, li2s: number): SulfurShares => ({ s8: 1 - li2s2 - li2s, li2s2, li2s });
  return {
    lii: cycle(
      about(draw, 1.12, 0.02),
      about(draw, 0.24, 0.1),
      left(about(draw, 0.03, 0.2), about(draw, 0.02, 0.2)),
      about(draw, 0.995, 0.003),
    ),
    plain: cycle(
      about(draw, 1.16, 0.02),
      about(draw, 0.28, 0.1),
      left(about(draw, 0.09, 0.15), about(draw, 0.07, 0.15)),
      about(draw, 0.82, 0.015),
    ),
    recoveryAt3: about(draw, 0.86, 0.015),
    electrolyteCharge,
  };
}
