/** An answer over the charge that one cell came through: what other cells saw beyond it counts in the join, and not in what is said of this cell. */
import type { Band, EvidenceAnswer } from "./model.ts";

/** A grid point this close to an end is the end. */
const SAME = 1e-9;

/** The answer from one charge to another, electrons per atom of sulfur: grid points between, and both ends, linear between their neighbours. */
export function withinReach(answer: EvidenceAnswer, [from, to]: readonly [number, number]): EvidenceAnswer {
  const { charge, species, draws } = answer;
  const G = charge.length;
  const [low, high] = [Math.max(from, charge[0]!), Math.min(to, charge[G - 1]!)];
  if (!(high > low) || (low <= charge[0]! + SAME && high >= charge[G - 1]! - SAME)) return answer;
  const own = Float64Array.of(low, ...charge.filter((q) => q > low + SAME && q < high - SAME), high);
  const places = Array.from(own, (q) => {
    let g = 1;
    while (g < G - 1 && charge[g]! < q) g++;
    return { g, share: (q - charge[g - 1]!) / (charge[g]! - charge[g - 1]!) };
  });
  const cut = (values: Float64Array): Float64Array =>
    Float64Array.from(places, ({ g, share }) => values[g - 1]! + share * (values[g]! - values[g - 1]!));
  const band = (one: Band): Band => ({ middle: cut(one.middle), low: cut(one.low), high: cut(one.high) });
  const K = species.length;
  const drawn = (all: Float32Array): Float32Array => {
    const out = new Float32Array((draws.count + 1) * own.length * K);
    for (let s = 0; s <= draws.count; s++) {
      for (const [i, { g, share }] of places.entries()) {
        for (let k = 0; k < K; k++) {
          const [a, b] = [all[(s * G + g - 1) * K + k]!, all[(s * G + g) * K + k]!];
          out[(s * own.length + i) * K + k] = a + share * (b - a);
        }
      }
    }
    return out;
  };
  return {
    ...answer,
    charge: own,
    species: species.map((one) => ({
      ...one,
      total: band(one.total),
      crystalline: one.crystalline && band(one.crystalline),
      hidden: "notComputable" in one.hidden ? one.hidden : band(one.hidden),
    })),
    groups: answer.groups.map((group) => ({ ...group, total: band(group.total) })),
    hidden: "notComputable" in answer.hidden ? answer.hidden : band(answer.hidden),
    meanElectrons: band(answer.meanElectrons),
    draws: { total: drawn(draws.total), crystalline: drawn(draws.crystalline), count: draws.count },
  };
}
