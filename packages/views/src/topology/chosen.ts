/** The set of points and the bar that are chosen: barcode, diagram and atoms show the same one. */
import type { TopologyContent } from "@thioscope/core/story";
import type { PartContext } from "../parts/model.ts";

type Context = Pick<PartContext<"topology">, "part" | "state">;
export type PointSet = TopologyContent["sets"][number];

export interface ChosenBar {
  /** place among the set's barcodes, which is its dimension */
  dimension: number;
  /** place among its bars, the longest first */
  k: number;
}

export const SET = "topology.set";
export const BAR = "topology.bar";

const setPlace = ({ part, state }: Context): number => {
  const place = Number(state.choices[SET] ?? 0);
  return part.sets[place] ? place : 0;
};

export const chosenSet = (context: Context): PointSet | undefined => context.part.sets[setPlace(context)];

/** Null where none is chosen, or one of another set. */
export function barChosen(context: Context): ChosenBar | null {
  const [place, dimension, k] = (context.state.choices[BAR] ?? "").split(":").map(Number);
  const barcode = chosenSet(context)?.barcodes[dimension ?? -1];
  if (place !== setPlace(context) || !barcode || k === undefined || !(k >= 0 && k < barcode.birth.length)) return null;
  return { dimension: dimension!, k };
}

export const barChoice = (context: Context, bar: ChosenBar | null): Readonly<Record<string, string>> => ({
  [BAR]: bar ? `${setPlace(context)}:${bar.dimension}:${bar.k}` : "",
});

/** Bars as the barcode shows them, from below: by dimension and birth. */
export function levelsOf(set: PointSet): (ChosenBar & { level: number })[] {
  let level = 0;
  return set.barcodes.flatMap(({ birth, death }, dimension) => {
    const order = Array.from(birth, (_, k) => k).sort((a, b) => birth[a]! - birth[b]! || death[a]! - death[b]!);
    const bars = order.map((k) => ({ dimension, k, level: ++level }));
    level += 2;
    return bars;
  });
}

/** The next longer (−1) or shorter (+1) bar of the same dimension; from none, the longest ring. */
export function stepped(context: Context, by: 1 | -1): Readonly<Record<string, string>> | null {
  const set = chosenSet(context);
  if (!set) return null;
  const now = barChosen(context);
  if (!now) {
    const dimension = [1, 2, 0].find((d) => (set.barcodes[d]?.birth.length ?? 0) > 0);
    return dimension === undefined ? null : barChoice(context, { dimension, k: 0 });
  }
  const k = now.k + by;
  return k >= 0 && k < set.barcodes[now.dimension]!.birth.length ? barChoice(context, { ...now, k }) : null;
}
