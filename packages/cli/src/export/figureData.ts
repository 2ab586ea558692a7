/** What a figure draws, as data of a NeXus file: curves over the same places together, with their axis and errors, each map with its edges. */
import type { NexusData, NexusField } from "@thioscope/formats";
import type { Axis, Figure, Mark } from "@thioscope/views";

const plain = (label: Axis["label"]): string => label.map(({ text }) => text).join("");

/** "Voltage (V)" is a voltage in V. */
function named(label: Axis["label"], fallback: string): { name: string; unit: string } {
  const text = plain(label);
  const [, name = text, unit = ""] = /^(.*\S) \(([^()]+)\)$/.exec(text) ?? [];
  return { name: name === "" ? fallback : name, unit };
}

const numbers = (values: ArrayLike<number>): Float64Array => Float64Array.from(values);

/** @param id begins every name */
export function figureData(id: string, title: string, figure: Figure): NexusData[] {
  return figure.panels.flatMap((panel, p) => {
    const x = named(figure.x.label, "x");
    const labelOf = (mark: Mark): Named => named(("right" in mark && mark.right && panel.right ? panel.right : panel.left).label, "y");
    const drawn = together(panel.marks.flatMap((mark) => curveOf(mark, labelOf(mark), figure) ?? [])).map((curves) => ofCurves(curves, x));
    const others = panel.marks.flatMap((mark) => ofMark(mark, x, labelOf(mark)) ?? []);
    return [...drawn, ...others].map((data, m) => ({ name: `${id} ${p + 1} ${m + 1}`, title, ...data }));
  });
}

/** A line or points, and what the legend calls them. */
interface Curve {
  y: Named;
  told: string | null;
  isMeasured: boolean;
  at: Float64Array;
  values: Float64Array;
  errors: Float64Array | null;
}

function curveOf(mark: Mark, y: Named, { legend }: Figure): Curve | null {
  if (mark.kind !== "line" && mark.kind !== "points") return null;
  const length = Math.min(mark.x.length, mark.y.length);
  if (length === 0) return null;
  const as = mark.kind === "points" ? mark.shape : mark.dash ? "dash" : "line";
  const entry = legend.find((one) => one.as === as && JSON.stringify(one.tone) === JSON.stringify(mark.tone));
  return {
    y,
    told: entry ? plain(entry.label) : null,
    isMeasured: mark.kind === "points",
    at: numbers(mark.x).subarray(0, length),
    values: numbers(mark.y).subarray(0, length),
    errors: mark.kind === "points" && mark.sigma?.length === length ? numbers(mark.sigma) : null,
  };
}

/** Pieces of one line become one again; curves over the same places stand together, what was measured first. */
function together(curves: readonly Curve[]): Curve[][] {
  const whole: Curve[] = [];
  for (const curve of curves) {
    const before = whole.at(-1);
    if (before && follows(before, curve)) whole[whole.length - 1] = joined(before, curve);
    else whole.push(curve);
  }
  const groups: Curve[][] = [];
  for (const curve of whole) {
    const group = groups.find(([first]) => first!.y.name === curve.y.name && same(first!.at, curve.at));
    if (group) group.push(curve);
    else groups.push([curve]);
  }
  return groups.map((group) => [...group.filter(({ isMeasured }) => isMeasured), ...group.filter(({ isMeasured }) => !isMeasured)]);
}

const rises = ({ at }: Curve): boolean => at[at.length - 1]! > at[0]!;

const follows = (before: Curve, next: Curve): boolean =>
  !before.isMeasured &&
  !next.isMeasured &&
  before.told === next.told &&
  before.y.name === next.y.name &&
  rises(before) &&
  rises(next) &&
  next.at[0]! >= before.at[before.at.length - 1]!;

const joined = (a: Curve, b: Curve): Curve => ({
  ...a,
  at: Float64Array.of(...a.at, ...b.at),
  values: Float64Array.of(...a.values, ...b.values),
});

const same = (a: Float64Array, b: Float64Array): boolean => a.length === b.length && a.every((value, i) => value === b[i]);

function ofCurves(curves: readonly Curve[], x: Named): Omit<NexusData, "name" | "title"> {
  const [first, ...others] = curves as [Curve, ...Curve[]];
  const signal = first.y.name;
  // an axis and what is over it may have one name
  const axis = x.name === signal ? `${x.name} axis` : x.name;
  const taken = new Set([signal, axis]);
  const free = (wanted: string): string => {
    let name = wanted;
    for (let k = 2; taken.has(name); k++) name = `${wanted} ${k}`;
    taken.add(name);
    return name;
  };
  const more = others.map((curve) => ({ curve, name: free(curve.told ?? curve.y.name) }));
  const fieldOf = ({ y, values, errors }: Curve, name: string): NexusField => ({
    name,
    unit: y.unit,
    values,
    ...(errors ? { errors } : {}),
  });
  return {
    fields: [{ ...x, name: axis, values: first.at }, fieldOf(first, signal), ...more.map(({ curve, name }) => fieldOf(curve, name))],
    signal,
    ...(more.length > 0 ? { auxiliary: more.map(({ name }) => name) } : {}),
    axes: [axis],
  };
}

type Named = ReturnType<typeof named>;

/** Bands and maps; null for what carries no data: rules, spans, labels. */
function ofMark(mark: Mark, x: Named, y: Named): Pick<NexusData, "fields" | "signal" | "axes"> | null {
  // an axis and what is over it may have one name
  const over = x.name === y.name ? { ...x, name: `${x.name} axis` } : x;
  if (mark.kind === "band") {
    if (mark.x.length === 0 || mark.low.length !== mark.x.length || mark.high.length !== mark.x.length) return null;
    const [low, high] = [`${y.name} low`, `${y.name} high`];
    const fields: NexusField[] = [
      { ...over, values: numbers(mark.x) },
      { name: high, unit: y.unit, values: numbers(mark.high) },
      { name: low, unit: y.unit, values: numbers(mark.low) },
    ];
    return { fields, signal: high, axes: [over.name] };
  }
  if (mark.kind !== "map" || mark.x.length < 2 || mark.y.length < 2) return null;
  const value = named(mark.scale.label, "value");
  const signal = [over.name, y.name].includes(value.name) ? `${value.name} value` : value.name;
  const shape = [mark.y.length - 1, mark.x.length - 1];
  const sigma = mark.sigma?.length === mark.values.length ? { errors: numbers(mark.sigma) } : {};
  const fields: NexusField[] = [
    { ...over, values: numbers(mark.x) },
    { ...y, values: numbers(mark.y) },
    { name: signal, unit: value.unit, values: numbers(mark.values), shape, ...sigma },
  ];
  return { fields, signal, axes: [y.name, over.name] };
}
