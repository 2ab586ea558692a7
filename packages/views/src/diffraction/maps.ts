/** Phases and stress over position and time, beside the potential, with the edges of layers and fronts. */
import { formatQuantity, isComputable } from "@thioscope/core";
import type { LayerView, Numbers, ScanAxes, StressMapView } from "@thioscope/core/story";
import { scaleOf } from "../figure/colours.ts";
import type { ColourScale, DataColumn, DataTable, Figure, Mark, Panel, RawPlace } from "../figure/model.ts";
import type { PartFigure } from "../parts/model.ts";
import { type Choice, pythonHead } from "../study/context.ts";
import { quantityLabel, quantityText, richText, roughText } from "../text.ts";
import { at } from "../track.ts";
import { type Context, edgesOf, hours, onColumns, potentialPanel, rowsOnColumns, timeColumns } from "./shared.ts";

/** One map of several that share their axes. */
interface Layered {
  /** the phase */
  name: string;
  unit: string;
  values: Numbers;
  sigma: Numbers;
  scale(values: Float64Array): ColourScale;
  missing: string;
}

const ALL = "all";

/** Which of the maps is shown alone. */
function onlyOne(id: string, { state }: Context, names: readonly string[]): Choice[] {
  if (names.length < 2) return [];
  const options = [{ value: ALL, label: "all phases" }, ...names.map((name) => ({ value: name, label: name }))];
  return [{ id, label: "Phase", options, value: state.choices[id] ?? ALL }];
}

function chosen<T extends { phase: string }>(id: string, { state }: Context, maps: readonly T[]): readonly T[] {
  const wanted = state.choices[id] ?? ALL;
  const found = maps.filter(({ phase }) => phase === wanted);
  return found.length > 0 ? found : maps;
}

function mapsFigure(context: Context, maps: readonly Layered[], extra: Pick<Figure, "note" | "empty">): Figure {
  const { scans } = context.part;
  if (!scans || maps.length === 0)
    return { x: { label: [], min: 0, max: 1 }, panels: [], legend: [], empty: "No map.", data: () => ({ columns: [] }) };
  const columns = timeColumns(scans.timeHour);
  const y = edgesOf(scans.positionMicrometre);
  const above = potentialPanel(context.run);
  const rows = rowsOnColumns(scans.firstRow, columns);
  const lastRows = rowsOnColumns(scans.lastRow, columns);
  const panels = maps.map((map): Panel => {
    const values = onColumns(map.values, scans.positionMicrometre.length, scans.timeHour.length, columns);
    const sigma = onColumns(map.sigma, scans.positionMicrometre.length, scans.timeHour.length, columns);
    const marks: Mark[] = [
      {
        kind: "map",
        x: columns.edges,
        y,
        values,
        sigma,
        scale: map.scale(values),
        missing: map.missing,
        ...(rows && lastRows ? { rows, lastRows } : {}),
      },
      ...boundaries(scans),
      ...edges(context.part.layers.filter(({ phase }) => phase === map.name)),
    ];
    return { weight: 1, left: { label: richText("Position (µm)"), min: y[0]!, max: y.at(-1)! }, marks };
  });
  const behind = (scan: number, position: number): RawPlace | null => {
    const [n, m] = [scans.positionMicrometre.length, scans.timeHour.length];
    if (!scans.frames || !(scan >= 0 && scan < m && position >= 0 && position < n)) return null;
    const cell = position * m + scan;
    const file = context.part.files[at(scans.frames.file, cell)];
    if (!file) return null;
    return {
      file,
      frame: at(scans.frames.frame, cell),
      about: `${roughText(at(scans.positionMicrometre, position), 5)} µm, ${roughText(at(scans.timeHour, scan), 4)} h`,
      neighbour: (alongX, alongY) => behind(scan + alongX, position + alongY),
    };
  };
  return {
    x: { label: richText(context.run ? "Time (h)" : "Time since the first frame (h)"), ...hours(context, columns.edges) },
    panels: [...(above ? [above] : []), ...panels],
    legend: context.part.layers.some(({ phase }) => maps.some(({ name }) => name === phase))
      ? [{ label: richText("fitted edge ± σ"), tone: "accent", as: "ring" }]
      : [],
    ...extra,
    aspect: Math.min(1.9, 0.45 + 0.35 * panels.length),
    data: () => table(scans, maps),
    behind: (mark, column, row) => (mark.kind === "map" ? behind(columns.scan[column] ?? -1, row) : null),
  };
}

/** Layers that the cell is known to have. */
function boundaries({ layers, positionMicrometre: z }: ScanAxes): Mark[] {
  const [low, high] = [at(z, 0), at(z, z.length - 1)];
  const places = new Set(layers.flatMap(({ fromMicrometre, toMicrometre }) => [fromMicrometre, toMicrometre]));
  return [...places].filter((place) => place > low && place < high).map((place): Mark => ({ kind: "rule", y: place }));
}

function edges(layers: readonly LayerView[]): Mark[] {
  return layers.map(
    (layer): Mark => ({
      kind: "points",
      x: layer.timeHour,
      y: layer.position,
      sigma: layer.sigma,
      tone: "accent",
      shape: "ring",
      size: 0.55,
      joined: true,
    }),
  );
}

/** A row per cell. */
function table(scans: ScanAxes, maps: readonly Layered[]): DataTable {
  const [n, m] = [scans.positionMicrometre.length, scans.timeHour.length];
  const cells = Array.from({ length: n * m }, (_, i) => i);
  const columns: DataColumn[] = [
    { name: "time", unit: "h", values: cells.map((i) => at(scans.timeHour, i % m)) },
    { name: "position", unit: "um", values: cells.map((i) => at(scans.positionMicrometre, Math.floor(i / m))) },
    ...maps.map(
      (map): DataColumn => ({
        name: map.name,
        unit: map.unit,
        values: cells.map((i) => at(map.values, i)),
        ...(map.sigma.length > 0 ? { sigma: cells.map((i) => at(map.sigma, i)) } : {}),
      }),
    ),
  ];
  const { offset } = scans.clock;
  const clock = isComputable(offset)
    ? `; clocks differ by ${formatQuantity(offset)}`
    : `; clock offset not computable: ${offset.notComputable}`;
  return { columns, notes: [`${scans.clock.how}${clock}`] };
}

const PHASE = "diffraction.phase";
const STRESS = "diffraction.stress";

const python = (label: string, colours: string) => (_: Context, csv: string) =>
  `${pythonHead(csv)}name = data.columns[2]  # one of the maps\ngrid = data.pivot_table(index="position", columns="time", values=name, dropna=False)\n` +
  `mesh = ax.pcolormesh(grid.columns, grid.index, grid, shading="nearest", cmap="${colours}")\nfig.colorbar(mesh, label=name + " (${label})")\n` +
  `ax.set(xlabel="Time (h)", ylabel="Position (µm)")\nfig.savefig("map.pdf")\n`;

/** CSS pixels: the potential, each map, and what the axis of time takes. */
const heightOf = (maps: number): number => 130 + 40 + Math.max(150, Math.min(230, 620 / maps)) * maps;

const common = {
  operando: true,
  height: heightOf(2),
  wide: true,
  brushOver: "all",
  cursorLine: true,
  command: ({ part }: Context) => `thioscope ${part.command}`,
} as const;

export const PHASE_MAPS: PartFigure<"diffraction"> = {
  ...common,
  id: "phase-maps",
  title: "Phases over position and time",
  isShown: ({ phaseMaps, scans }) => phaseMaps.length > 0 && scans !== null,
  heightOf: (context) => heightOf(chosen(PHASE, context, context.part.phaseMaps).length),
  choices: (context) =>
    onlyOne(
      PHASE,
      context,
      context.part.phaseMaps.map(({ phase }) => phase),
    ),
  figure(context) {
    const maps = chosen(PHASE, context, context.part.phaseMaps);
    const onsets = maps.flatMap(({ phase, onset }) => (isComputable(onset) ? [`${phase} from ${quantityText(onset)}`] : []));
    return mapsFigure(
      context,
      maps.map(({ phase, unit, values, sigma }) => ({
        name: phase,
        unit,
        values,
        sigma,
        missing: "not measured",
        scale: (cells) => ({
          ...fromZero(cells, sigma, scaleOf(cells, { label: quantityLabel(phase, unit), colours: "viridis", robust: true })),
        }),
      })),
      onsets.length > 0 ? { note: `First seen: ${onsets.join("; ")}. Intensities of two phases are not comparable.` } : {},
    );
  },
  python: python("count·deg", "viridis"),
};

/** A phase that is nowhere above so many of its errors has a scale that reaches there: noise alone stays dark. */
const SEEN_FROM = 10;

/** Intensities start at nothing: what lies below it is noise, and said to be below. */
function fromZero(cells: Float64Array, sigma: Numbers, scale: ColourScale): ColourScale {
  const errors = Array.from(sigma).filter((s) => s > 0 && Number.isFinite(s));
  const noise = SEEN_FROM * (errors.sort((a, b) => a - b)[errors.length >> 1] ?? 0);
  const { above, below: _below, ...rest } = scale;
  const high = Math.max(scale.high, noise);
  return {
    ...rest,
    low: 0,
    high: high > 0 ? high : 1,
    ...(cells.some((value) => value < 0) ? { below: true } : {}),
    ...(above && high === scale.high ? { above } : {}),
  };
}

export const STRESS_MAPS: PartFigure<"diffraction"> = {
  ...common,
  id: "stress-maps",
  title: "Deviatoric stress over position and time",
  isShown: ({ stressMaps, scans }) => stressMaps.length > 0 && scans !== null,
  heightOf: (context) => heightOf(chosen(STRESS, context, context.part.stressMaps).length),
  choices: (context) =>
    onlyOne(
      STRESS,
      context,
      context.part.stressMaps.map(({ phase }) => phase),
    ),
  figure(context) {
    const maps = chosen(STRESS, context, context.part.stressMaps);
    return mapsFigure(
      context,
      maps.map((map) => ({
        name: map.phase,
        unit: map.unit,
        values: map.values,
        sigma: map.sigma,
        missing: map.missing ?? "no stress",
        scale: (cells) => scaleOf(cells, { label: quantityLabel(map.phase, map.unit), colours: "diverging", robust: true }),
      })),
      maps.length > 0 ? { note: stressNote(maps) } : {},
    );
  },
  python: python("MPa", "RdBu_r"),
};

/** What the number is and which constants it rests on. */
function stressNote(maps: readonly StressMapView[]): string {
  const [first] = maps;
  const constants = maps.flatMap(({ phase, constants: used }) =>
    used.map(({ name, quantity, assumed }) => `${phase} ${name} ${quantityText(quantity)}${assumed ? " (assumed)" : ""}`),
  );
  return `${first!.what}: ${first!.definition}. ${constants.length > 0 ? `With ${constants.join(", ")}.` : ""}`;
}
