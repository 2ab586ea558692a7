/** --plot and -o of raman, xps, sims and thermal: the page's figure of the same spectra as SVG, and the series as one table. */
import { type Column, makeTable, ThioscopeError, textColumn } from "@thioscope/core";
import { buildStory, type SpectroscopyContent } from "@thioscope/core/story";
import { writeCsvWithUnits } from "@thioscope/formats/cycling";
import { writeAtomic } from "@thioscope/study/files";
import type { CommandIo, OptionSpec } from "../command.ts";
import type { Options } from "./inputs.ts";

export const EXPORTS = {
  plot: { type: "string", value: "FILE.svg", help: "draw it as SVG, 170 mm wide" },
  out: { type: "string", short: "o", value: "FILE.csv", help: "one table of the whole series" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Writes what --plot and -o ask for; the content is only made where they ask. */
export async function exportSpectra(made: () => SpectroscopyContent, title: string, options: Options, io: CommandIo): Promise<void> {
  const [plot, out] = [options["plot"], options["out"]];
  if (typeof plot !== "string" && typeof out !== "string") return;
  const content = made();
  if (typeof out === "string") {
    await writeAtomic(out, writeCsvWithUnits(makeTable(content.curves.length > 0 ? pointColumns(content) : seriesColumns(content))));
    io.hint(`written: ${out}`);
  }
  if (typeof plot === "string") {
    await writeAtomic(plot, [await svgOf(content, title)]);
    io.hint(`written: ${plot}`);
  }
}

/** One spectrum with its fit, several above each other, or values over their names where there are no curves. */
async function svgOf(content: SpectroscopyContent, title: string): Promise<string> {
  const { createCursor, figureToSvg, PART_VIEWS } = await import("@thioscope/views");
  const id = content.curves.length === 0 ? "spectrum-series" : content.curves.length === 1 ? "spectrum-fit" : "spectrum-stack";
  const spec = PART_VIEWS.spectroscopy.figures.find((figure) => figure.id === id)!;
  const head = { step: "", source: null, title, files: [], run: null, sentences: [], notices: [], command: "" };
  const story = buildStory({ title, cell: null, files: [], provenance: [] });
  const drawn = spec.figure({ part: { ...head, ...content }, story, state: createCursor().state, run: null });
  if (drawn.empty !== undefined) throw new ThioscopeError("NOT_COMPUTABLE", drawn.empty);
  return figureToSvg(drawn, `${spec.title}, ${title}`, 170);
}

const number = (name: string, unit: string, values: readonly (number | null)[]): Column => ({
  name,
  unit,
  values: Float64Array.from(values, (v) => v ?? Number.NaN),
});

/** All points of all curves, one below the other; a component that a curve has not is empty there. */
function pointColumns({ x, y, curves }: SpectroscopyContent): Column[] {
  const all = <T>(of: (curve: SpectroscopyContent["curves"][number], i: number) => T): T[] =>
    curves.flatMap((curve) => Array.from(curve.x, (_, i) => of(curve, i)));
  const some = (name: string, of: (curve: SpectroscopyContent["curves"][number]) => ArrayLike<number> | null | undefined): Column[] =>
    curves.some((curve) => of(curve))
      ? [
          number(
            name,
            y.unit,
            all((curve, i) => of(curve)?.[i] ?? null),
          ),
        ]
      : [];
  const components = [...new Set(curves.flatMap((curve) => curve.components.map(({ name }) => name)))];
  return [
    textColumn(
      "spectrum",
      all(({ name }) => name),
    ),
    number(
      columnName(x.label),
      x.unit,
      all((curve, i) => curve.x[i]!),
    ),
    ...some(columnName(y.label), (curve) => curve.y),
    ...some("background", (curve) => curve.base),
    ...some("fit", (curve) => curve.fitted),
    ...components.flatMap((name) => some(name, (curve) => curve.components.find((own) => own.name === name)?.y)),
  ];
}

/** A row per spectrum, area or slice. */
function seriesColumns({ names, over, series }: SpectroscopyContent): Column[] {
  return [
    textColumn("of", [...names]),
    ...series.flatMap(({ name, values, sigma, limits }) => [
      number(name, over.unit, values),
      number(`${name} sigma`, over.unit, sigma),
      number(`${name} below, 95 %`, over.unit, limits),
    ]),
  ];
}

const columnName = (label: string): string => label.toLowerCase().replaceAll(" ", "_");
