/** The statement that bands allow: what forms after what, and how much of it diffraction does not see. */
import type { NotComputable, Quantity } from "../units/quantity.ts";
import type { Band, EvidenceAnswer } from "./model.ts";

export interface Stage {
  /** one species, or those that the data tell apart only as a sum */
  species: readonly string[];
  label: string;
  /** charge at which its amount is largest, electrons per atom of sulfur; σ from the samples */
  at: Quantity;
  /** amount there, with the 90 % band */
  amount: Quantity;
  interval90: readonly [number, number];
  /** the band leaves zero between these charges */
  from: number;
  to: number;
}

/** Width of a band of 90 % in standard errors. */
const BAND_WIDTH = 3.29;
/** An amount that never surely exceeds this is not said to form. */
const LEAST = 0.02;

/**
 * Species whose band leaves zero somewhere, in the order in which their amounts are largest; of those that are known as a sum alone, the sum.
 */
export function pathwayOf(answer: EvidenceAnswer): Stage[] {
  const single = answer.species.map(({ id, total }, k) => stageOf(answer, [k], [id], total));
  const sums = answer.groups.flatMap(({ species, total }) => {
    const members = species.map((id) => answer.species.findIndex((s) => s.id === id));
    return members.length > 1 && members.every((k) => single[k] === null) ? [stageOf(answer, members, species, total)] : [];
  });
  return [...single, ...sums].filter((stage) => stage !== null).sort((a, b) => a.at.value - b.at.value);
}

function stageOf(
  { charge, draws, species: all }: EvidenceAnswer,
  members: readonly number[],
  species: readonly string[],
  total: Band,
): Stage | null {
  const K = all.length;
  const G = charge.length;
  const sure = Array.from(charge, (_, g) => g).filter((g) => total.low[g]! > LEAST);
  if (sure.length === 0) return null;
  // largest among the charges at which it surely is
  const top = sure.reduce((best, g) => (total.middle[g]! > total.middle[best]! ? g : best));
  const places = Float64Array.from({ length: draws.count }, (_, s) => {
    let [best, at] = [-1, 0];
    for (let g = 0; g < G; g++) {
      let sum = 0;
      for (const k of members) sum += draws.total[((s + 1) * G + g) * K + k]!;
      if (sum > best) [best, at] = [sum, g];
    }
    return charge[at]!;
  });
  const spread = Math.sqrt(places.reduce((a, q) => a + (q - charge[top]!) ** 2, 0) / places.length);
  const step = (charge[G - 1]! - charge[0]!) / (G - 1);
  return {
    species,
    label: members.map((k) => all[k]!.label).join(" + "),
    at: { value: charge[top]!, sigma: Math.hypot(spread, step / Math.sqrt(12)), unit: "1" },
    amount: { value: total.middle[top]!, sigma: (total.high[top]! - total.low[top]!) / BAND_WIDTH, unit: "1" },
    interval90: [total.low[top]!, total.high[top]!],
    from: charge[sure[0]!]!,
    to: charge[sure.at(-1)!]!,
  };
}

function largest(values: Float64Array): number {
  let at = 0;
  for (let g = 1; g < values.length; g++) if (values[g]! > values[at]!) at = g;
  return at;
}

export interface HiddenShare {
  share: Quantity;
  interval90: readonly [number, number];
  /** where: the charge at which there is most of the species */
  at: number;
}

/** Share of a species that is not crystalline where there is most of it. */
export function hiddenShareOf(answer: EvidenceAnswer, id: string): HiddenShare | NotComputable {
  const k = answer.species.findIndex((s) => s.id === id);
  const species = answer.species[k];
  if (!species) return { notComputable: `there is no ${id} among ${answer.species.map((s) => s.id).join(", ")}` };
  if ("notComputable" in species.hidden) return species.hidden;
  const { total, crystalline, count } = answer.draws;
  const K = answer.species.length;
  const G = answer.charge.length;
  const g = largest(species.total.middle);
  if (!(species.total.low[g]! > LEAST)) return { notComputable: `${id} is not shown to be there at any charge` };
  const shareAt = (s: number): number => {
    const i = (s * G + g) * K + k;
    return total[i]! > 1e-6 ? 1 - crystalline[i]! / total[i]! : 0;
  };
  const shares = Float64Array.from({ length: count }, (_, s) => shareAt(s + 1)).sort();
  const value = shareAt(0);
  const drawn = Math.sqrt(shares.reduce((a, v) => a + (v - value) ** 2, 0) / count);
  // what is hidden may be more or less than in any sample: its band beside what is crystalline
  const seen = species.crystalline?.middle[g] ?? 0;
  const shareOf = (amount: number): number => (amount + seen > 1e-6 ? amount / (amount + seen) : 0);
  const low = Math.min(shares[Math.floor(0.05 * count)]!, shareOf(species.hidden.low[g]!));
  const high = Math.max(shares[Math.min(count - 1, Math.floor(0.95 * count))]!, shareOf(species.hidden.high[g]!));
  return {
    share: { value, sigma: Math.max(drawn, (high - low) / BAND_WIDTH), unit: "1" },
    interval90: [low, high],
    at: answer.charge[g]!,
  };
}

/** A band at a charge between grid points, linear. */
export function bandAt(charge: Float64Array, { middle, low, high }: Band, q: number): { value: number; low: number; high: number } {
  let i = 1;
  while (i < charge.length - 1 && charge[i]! < q) i++;
  const t = Math.min(1, Math.max(0, (q - charge[i - 1]!) / (charge[i]! - charge[i - 1]!)));
  const at = (list: Float64Array): number => list[i - 1]! * (1 - t) + list[i]! * t;
  return { value: at(middle), low: at(low), high: at(high) };
}
