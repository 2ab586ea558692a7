/** What a figure draws, as data of a NeXus file: each curve with its axis and errors, each map with its edges. */
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
  return figure.panels.flatMap((panel, p) =>
    panel.marks.flatMap((mark, m): NexusData[] => {
      const name = `${id} ${p + 1} ${m + 1}`;
      const x = named(figure.x.label, "x");
      const y = named(("right" in mark && mark.right && panel.right ? panel.right : panel.left).label, "y");
      const data = ofMark(mark, x, y);
      return data === null ? [] : [{ name, title, ...data }];
    }),
  );
}

type Named = ReturnType<typeof named>;

/** Null for what carries no data: rules, spans, labels, and marks without points. */
function ofMark(mark: Mark, x: Named, y: Named): Pick<NexusData, "fields" | "signal" | "axes"> | null {
  // an axis and what is over it may have one name
  const over = x.name === y.name ? { ...x, name: `${x.name} axis` } : x;
  if (mark.kind === "line" || mark.kind === "points") {
    const length = Math.min(mark.x.length, mark.y.length);
    if (length === 0) return null;
    const sigma = mark.kind === "points" && mark.sigma?.length === length ? { errors: numbers(mark.sigma) } : {};
    const fields: NexusField[] = [
      { ...over, values: numbers(mark.x).subarray(0, length) },
      { ...y, values: numbers(mark.y).subarray(0, length), ...sigma },
    ];
    return { fields, signal: y.name, axes: [over.name] };
  }
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
