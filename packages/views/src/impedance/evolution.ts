/** The circuit's parameters over a series; what is not determined is a ring drawn back. */
import type { SpectrumFit } from "@thioscope/core/story";
import type { DataColumn, Figure, Panel, PointMark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { type Context, type FigureSpec, pythonHead } from "../study/context.ts";
import { quantityLabel, richText, unitText } from "../text.ts";
import { eisCommand, type Shown, seriesAxis, shownSpectra } from "./spectra.ts";

/** So many fit into one view; the table has all. */
const MOST = 5;

type Parameter = SpectrumFit["parameters"][number];

const parameterOf = ({ spectrum }: Shown, k: number): Parameter | null =>
  "notComputable" in spectrum.fit ? null : (spectrum.fit.parameters[k] ?? null);

/** Names in the circuit's order, with their units. */
function parametersOf(context: Context): readonly { name: string; unit: string }[] {
  for (const { fit } of context.file.impedance?.spectra ?? []) if (!("notComputable" in fit)) return fit.parameters;
  return [];
}

function figure(context: Context): Figure {
  const { file } = context;
  const { inside } = shownSpectra(context);
  const axis = seriesAxis(file);
  const parameters = parametersOf(context);
  // resistances are asked for first
  const order = parameters
    .map((_, k) => k)
    .sort((a, b) => Number(parameters[b]!.unit === "ohm") - Number(parameters[a]!.unit === "ohm") || a - b);
  const shown = order.slice(0, MOST).sort((a, b) => a - b);
  const panels = shown.map((k): Panel => {
    const points = (refused: boolean): PointMark => {
      const own = inside.filter((s) => {
        const parameter = parameterOf(s, k);
        return parameter !== null && (parameter.refused !== null) === refused;
      });
      return {
        kind: "points",
        x: own.map(({ index }) => axis.values[index]!),
        y: own.map((s) => parameterOf(s, k)!.value),
        ...(refused ? {} : { sigma: own.map((s) => parameterOf(s, k)!.sigma ?? Number.NaN) }),
        rows: own.map(({ spectrum }) => spectrum.rows.first),
        lastRows: own.map(({ spectrum }) => spectrum.rows.last),
        tone: refused ? "quiet" : "first",
        shape: refused ? "ring" : "disc",
        size: 0.85,
      };
    };
    const known = points(false);
    const range = extent([known.y]) ?? extent([points(true).y]);
    const { name, unit } = parameters[k]!;
    return { weight: 1, left: { label: quantityLabel(name, unit), ...padded(range, 0.12) }, marks: [points(true), known] };
  });
  const refusals = inside.some((s) => shown.some((k) => parameterOf(s, k)?.refused));
  return {
    x: { label: axis.label, ...padded(extent([inside.map(({ index }) => axis.values[index]!)]), 0.03) },
    panels,
    legend: [
      { label: richText("fitted"), tone: "first", as: "disc" },
      ...(refusals ? [{ label: richText("not determined"), tone: "quiet" as const, as: "ring" as const }] : []),
    ],
    ...(panels.length === 0 ? { empty: "No circuit is fitted to these spectra." } : {}),
    ...(parameters.length > MOST ? { note: `${MOST} of ${parameters.length} parameters; the table has all` } : {}),
    aspect: 1.1,
    data: () => ({
      columns: [
        { name: "spectrum", unit: "", values: inside.map(({ spectrum }) => spectrum.name) },
        ...(axis.name === "spectrum" ? [] : [{ name: axis.name, unit: axis.unit, values: inside.map(({ index }) => axis.values[index]!) }]),
        ...parameters.map(({ name, unit }, k): DataColumn => {
          const own = inside.map((s) => parameterOf(s, k));
          return {
            name,
            unit: unitText(unit),
            values: own.map((p) => (p && p.refused === null ? p.value : Number.NaN)),
            sigma: own.map((p) => p?.sigma ?? Number.NaN),
            reasons: own.map((p) => (p ? (p.refused ?? undefined) : "not fitted")),
          };
        }),
        {
          name: "chi2",
          unit: "",
          values: inside.map(({ spectrum }) => ("notComputable" in spectrum.fit ? Number.NaN : spectrum.fit.chi2)),
        },
      ],
    }),
  };
}

export const EVOLUTION: FigureSpec = {
  id: "evolution",
  title: "Parameters over the series",
  height: 420,
  brushOver: "all",
  cursorLine: false,
  figure,
  command: (context) => eisCommand(context, "series"),
  python: (context, name) => {
    const axis = seriesAxis(context.file);
    const [first] = parametersOf(context);
    return (
      `${pythonHead(name)}ax.errorbar(data["${axis.name}"], data["${first?.name ?? "R0"}"], data["${first?.name ?? "R0"} sigma"], fmt="o", ms=3)\n` +
      `ax.set(xlabel="${axis.name}${axis.unit ? ` (${axis.unit})` : ""}", ylabel="${first?.name ?? "R0"}")\nfig.savefig("series.pdf")\n`
    );
  },
};
