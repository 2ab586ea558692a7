/**
 * What sulfur has become, from the charge alone.
 *
 *   x in M₂Sₓ (M = Li, Na) = 2 F n_S / Q = q₀/q          q₀ = 2F/M(S) = 1672 mAh/g: S₈ → M₂S
 *
 * is a mean over all sulfur, whatever it consists of. The products do not follow from it: with u, a, b the shares of the sulfur atoms
 * in S, M₂S₂ and M₂S, and e electrons per sulfur atom that sulfur itself took up,
 *
 *   u + a + b = 1      a + 2b = e = 2 (q/q₀) (1 − s_electrolyte − s_mediator)
 *
 * has one equation too few. Every u from max(0, 1 − e) to 1 − e/2 is possible, and with it b from max(0, e − 1) to e/2; the answer is
 * the interval over u and over the shares s of the charge that the electrolyte and a mediator took. A product is called dominant only
 * where the whole interval, widened by 1.96 standard errors, has more than half of the sulfur in it.
 * Longer polysulfides count as S + M₂S₂ with the same charge. A charge beyond 2 electrons per sulfur that the declared shares do not explain
 * shows that something else reacted, not that all sulfur did: then every split is possible.
 */
import type { Ion } from "../../cell/anode.ts";
import { theoreticalMilliampereHourPerGram } from "../../cell/materials.ts";
import { ThioscopeError } from "../../errors.ts";
import { fromQuantity } from "../../units/measured.ts";
import type { Answer, Quantity } from "../../units/quantity.ts";

/** Least and largest value of a share, both 0 to 1; `sigma` is the standard error of the ends. */
export interface ShareInterval {
  low: number;
  high: number;
  sigma: number;
}

/** What is known beside the charge; each a range. */
export interface CompositionPriors {
  /** share of the charge that the electrolyte's own redox took; 0 where absent */
  electrolyteShare?: readonly [low: number, high: number];
  /** share of the charge that a mediator (LiI) took; 0 where absent */
  mediatorShare?: readonly [low: number, high: number];
  /** share of the sulfur that has not reacted; anything possible where absent */
  unreacted?: readonly [low: number, high: number];
}

export interface ProductSplit {
  /** names of the three, e.g. "S", "Na2S2", "Na2S" */
  species: readonly [sulfur: string, disulfide: string, sulfide: string];
  /** electrons per sulfur atom that sulfur itself took up, over the declared shares */
  electronsPerSulfur: ShareInterval;
  /** shares of the sulfur atoms */
  unreacted: ShareInterval;
  disulfide: ShareInterval;
  sulfide: ShareInterval;
  /** the species that holds more than half of the sulfur wherever the interval is taken; null where none does */
  dominant: string | null;
  /** readings that are often printed; each is one point, neither a bound nor an estimate */
  readings: {
    /** sulfide share if no sulfur is left and nothing else was reduced */
    twoProducts: Answer;
    /** sulfide share if no disulfide formed: the utilisation */
    sulfurAndSulfide: Answer;
  };
  /** share of the charge that must not be sulfur's before the disulfide can hold more than half in the two-product reading; 0 where it already does */
  shareThatMakesDisulfideDominant: Quantity;
  statement: string;
}

/** q₀: capacity of sulfur down to `electrons` electrons per atom, mAh/g; 1 gives M₂S₂, 2 gives M₂S. */
export function sulfurCapacity(electrons: number): Quantity {
  return { value: theoreticalMilliampereHourPerGram("S", electrons), sigma: null, unit: "mAh/g" };
}

/** x in M₂Sₓ of all sulfur after it took up `specific` (per mass of sulfur). */
export function chainLength(specific: Quantity): Answer {
  const q = fromQuantity(specific, "mAh/g");
  if (!(q.value > 0)) return { notComputable: "no charge has passed: all sulfur is S8" };
  const value = sulfurCapacity(2).value / q.value;
  return { value, sigma: specific.sigma === null ? null : (value * specific.sigma) / specific.value, unit: "" };
}

/**
 * Products of a discharge that passed `specific` per mass of sulfur since all sulfur was S. Throws INVALID_INPUT where a declared share is no
 * range within 0 to 1, or where more unreacted sulfur is declared than the charge leaves.
 */
export function splitProducts(specific: Quantity, ion: Ion, priors: CompositionPriors = {}): ProductSplit {
  const full = sulfurCapacity(2).value;
  const q = fromQuantity(specific, "mAh/g").value;
  const perCharge = 2 / full;
  for (const [name, range] of Object.entries(priors)) {
    const [low, high] = range as readonly [number, number];
    if (!(low >= 0 && high >= low && high <= 1))
      throw new ThioscopeError(
        "INVALID_INPUT",
        `${name} from ${low} to ${high} is no range: both ends lie between 0 and 1, the first is not larger`,
      );
  }
  const relative = specific.sigma === null ? 0 : Math.abs(specific.sigma / specific.value);
  const other = [0, 1].map((i) => (priors.electrolyteShare?.[i] ?? 0) + (priors.mediatorShare?.[i] ?? 0));
  const most = q * perCharge * (1 - other[0]!);
  const declared = q * perCharge * (1 - Math.min(1, other[1]!));
  // more than sulfur can take: what else took it is not bounded by what was declared, and full use of sulfur does not follow
  const least = declared > 2 * (1 + 1e-9) ? 0 : declared;
  const [uLow, uHigh] = priors.unreacted ?? [0, 1];
  const electrons: ShareInterval = { low: least, high: most, sigma: most * relative };
  if (uLow > 1 - Math.min(2, Math.max(0, least)) / 2 + 1e-12)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `at least ${(100 * uLow).toPrecision(3)} % unreacted sulfur is not possible: ${least.toPrecision(3)} electrons per S leave at most ${(100 * (1 - least / 2)).toPrecision(3)} %`,
    );
  const bound = (e: number): { e: number; from: number; to: number } => {
    const capped = Math.min(2, Math.max(0, e));
    const from = Math.max(0, 1 - capped, uLow);
    return { e: capped, from, to: Math.max(from, Math.min(1 - capped / 2, uHigh)) };
  };
  const a = bound(least);
  const b = bound(most);
  const sulfide = (e: number, u: number): number => Math.min(1, Math.max(0, e - 1 + u));
  const disulfide = (e: number, u: number): number => Math.min(1, Math.max(0, 2 * (1 - u) - e));
  const interval = (low: number, high: number, slope: number): ShareInterval => ({ low, high, sigma: slope * electrons.sigma });
  const corners = [
    [a.e, a.from],
    [a.e, a.to],
    [b.e, b.from],
    [b.e, b.to],
  ] as const;
  // at e = 1 the least unreacted share is zero and the disulfide's share largest: the kink lies inside the range
  const kink = a.e < 1 && b.e > 1 ? [[1, Math.max(0, uLow)] as const] : [];
  const over = (f: (e: number, u: number) => number): [number, number] => {
    const values = [...corners, ...kink].map(([e, u]) => f(e, u));
    return [Math.min(...values), Math.max(...values)];
  };
  const unreacted = interval(b.from, a.to, 0.5);
  const ends: Record<"disulfide" | "sulfide", ShareInterval> = {
    disulfide: interval(...over(disulfide), 1),
    sulfide: interval(...over(sulfide), 1),
  };
  const species = ["S", `${ion}2S2`, `${ion}2S`] as const;
  const shares = [unreacted, ends.disulfide, ends.sulfide];
  const dominant = species.find((_, k) => shares[k]!.low - 1.96 * shares[k]!.sigma > 0.5) ?? null;
  const plain = q * perCharge;
  const half = 1.5 / perCharge;
  return {
    species,
    electronsPerSulfur: electrons,
    unreacted,
    disulfide: ends.disulfide,
    sulfide: ends.sulfide,
    dominant,
    readings: {
      twoProducts:
        plain < 1 || plain > 2
          ? { notComputable: `${plain.toPrecision(3)} electrons per S: ${plain < 1 ? "some sulfur is left" : "more than sulfur can take"}` }
          : { value: plain - 1, sigma: specific.sigma === null ? null : plain * relative, unit: "" },
      sulfurAndSulfide:
        plain > 2
          ? { notComputable: `${plain.toPrecision(3)} electrons per S: more than sulfur can take` }
          : { value: plain / 2, sigma: specific.sigma === null ? null : (plain / 2) * relative, unit: "" },
    },
    shareThatMakesDisulfideDominant: {
      value: q > half ? 1 - half / q : 0,
      sigma: q > half && specific.sigma !== null ? (half / q) * relative : null,
      unit: "",
    },
    statement: statementOf(species, shares, dominant, declared),
  };
}

const percent = ({ low, high }: ShareInterval): string => {
  const [a, b] = [Math.round(100 * low), Math.round(100 * high)];
  return a === b ? `${a} %` : `${a}–${b} %`;
};

function statementOf(species: readonly string[], shares: readonly ShareInterval[], dominant: string | null, electrons: number): string {
  const parts = species.map((name, k) => `${name} ${percent(shares[k]!)}`).join(", ");
  const verdict = dominant ? `${dominant} holds more than half of the sulfur` : "the charge does not tell which product dominates";
  const beyond =
    electrons > 2
      ? `; the charge exceeds what sulfur can take by ${(50 * electrons - 100).toFixed(0)} %, so something else took at least ${(100 - 200 / electrons).toFixed(0)} % of it, and how much more is not known`
      : "";
  return `${parts}: ${verdict}${beyond}`;
}
