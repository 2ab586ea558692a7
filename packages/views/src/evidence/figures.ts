/** Composition over the charge: the most likely amounts stacked with what is hidden hatched, and every species or sum with its band. */
import type { EvidenceContent } from "@thioscope/core/story";
import type { DataColumn, Figure, LegendEntry, Mark, Panel, Tone } from "../figure/model.ts";
import { speciesTone } from "../figure/species.ts";
import type { PartContext, PartFigure } from "../parts/model.ts";
import { pythonHead } from "../study/context.ts";
import { quantityLabel, richText } from "../text.ts";

type Context = PartContext<"evidence">;

const NOTHING: Figure = {
  x: { label: [], min: 0, max: 1 },
  panels: [],
  legend: [],
  empty: "No composition.",
  data: () => ({ columns: [] }),
};

const common = { brushOver: "curve", cursorLine: false, wide: true, isShown: (part: EvidenceContent) => part.species.length > 0 } as const;

const capacityOf = (part: EvidenceContent): number[] => Array.from(part.charge, (q) => q * part.perElectron);

const axis = (capacity: readonly number[]): Figure["x"] => ({
  label: quantityLabel("Charge passed per sulfur", "mAh/g"),
  min: Math.min(...capacity),
  max: Math.max(...capacity),
});

const toneOf = ({ species }: EvidenceContent, k: number): Tone =>
  speciesTone(species[k]!.label) ?? { ramp: k / Math.max(1, species.length - 1) };

function table(part: EvidenceContent): Figure["data"] {
  return () => ({
    columns: [
      { name: "capacity", unit: "mAh/g", values: capacityOf(part) },
      { name: "electrons per sulfur", unit: "", values: part.charge },
      ...part.species.flatMap(({ id, total, crystalline }): DataColumn[] => [
        { name: id, unit: "", values: total.middle },
        { name: `${id} low`, unit: "", values: total.low },
        { name: `${id} high`, unit: "", values: total.high },
        ...(crystalline ? [{ name: `${id} crystalline`, unit: "", values: crystalline.middle }] : []),
      ]),
    ],
    notes: [
      "low and high: 90 % bands",
      ...part.groups.filter(({ species }) => species.length > 1).map(({ label }) => `${label}: only their sum is known`),
    ],
  });
}

export const COMPOSITION: PartFigure<"evidence"> = {
  ...common,
  id: "evidence-composition",
  operando: true,
  title: "Composition",
  height: 340,
  command: ({ part }: Context) => `thioscope ${part.command}`,
  figure({ part }) {
    if (part.species.length === 0) return NOTHING;
    const capacity = capacityOf(part);
    const marks: Mark[] = [];
    let floor = capacity.map(() => 0);
    const labels: Mark[] = [];
    // without a phase of known scale nothing is known of what diffraction does not see
    const hasCrystals = part.species.some(({ crystalline }) => crystalline !== null);
    for (const [k, { label, total, crystalline }] of part.species.entries()) {
      const tone = toneOf(part, k);
      const seen = floor.map((v, g) => v + (crystalline ? Math.min(crystalline.middle[g]!, total.middle[g]!) : 0));
      const top = floor.map((v, g) => v + total.middle[g]!);
      if (crystalline) marks.push({ kind: "band", x: capacity, low: floor, high: seen, tone });
      marks.push({ kind: "band", x: capacity, low: seen, high: top, tone, ...(hasCrystals ? { hatched: true } : {}) });
      marks.push({ kind: "line", x: capacity, y: top, tone, width: 1, plain: true });
      const most = Array.from(total.middle).reduce((best, v, g) => (v > total.middle[best]! ? g : best), 0);
      if (total.middle[most]! > 0.12)
        labels.push({
          kind: "label",
          x: Math.min(Math.max(capacity[most]!, capacity[0]! + 0.05 * capacity.at(-1)!), 0.93 * capacity.at(-1)!),
          y: floor[most]! + total.middle[most]! / 2,
          lines: [richText(label)],
          tone: "ink",
          place: "above",
          optional: true,
        });
      floor = top;
    }
    return {
      x: axis(capacity),
      panels: [{ weight: 1, left: { label: richText("Sulfur atoms, stacked"), min: 0, max: 1 }, marks: [...marks, ...labels] }],
      legend: [
        ...part.species.map(({ label }, k): LegendEntry => ({ label: richText(label), tone: toneOf(part, k), as: "line" })),
        ...(hasCrystals
          ? [
              { label: richText("crystalline"), tone: "quiet" as const, as: "band" as const },
              { label: richText("not seen by diffraction"), tone: "quiet" as const, as: "hatch" as const },
            ]
          : []),
      ],
      note: "Most likely amounts; what else fits is in the bands of each species.",
      data: table(part),
    };
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}names = [c for c in data.columns[2:] if not c.endswith((" low", " high", " crystalline"))]\nax.stackplot(data["capacity"], [data[n] for n in names], labels=names)\nax.set(xlabel="mAh/g", ylabel="Sulfur atoms")\nax.legend()\nplt.show()\n`,
};

const OBSERVED: Readonly<Record<string, "disc" | "ring" | "square" | "diamond">> = { XRD: "square", XAS: "disc", Raman: "diamond" };

/** A long sum by its ends: an axis has no room for all of them. */
function groupName({ species: all }: EvidenceContent, species: readonly string[], label: string): string {
  if (species.length <= 2) return label;
  const labels = species.map((id) => all.find((one) => one.id === id)?.label ?? id);
  return `${labels[0]} to ${labels[labels.length - 1]}`;
}

export const BANDS: PartFigure<"evidence"> = {
  ...common,
  id: "evidence-bands",
  title: "What is known of each species",
  height: 560,
  command: ({ part }: Context) => `thioscope ${part.command}`,
  figure({ part }) {
    if (part.species.length === 0) return NOTHING;
    const capacity = capacityOf(part);
    const probes = new Set<string>();
    const panels = part.groups.map(({ species, label, total }): Panel => {
      const only = species.length === 1 ? part.species.findIndex(({ id }) => id === species[0]) : -1;
      const tone = only >= 0 ? toneOf(part, only) : "quiet";
      const marks: Mark[] = [
        { kind: "band", x: capacity, low: total.low, high: total.high, tone },
        { kind: "line", x: capacity, y: total.middle, tone },
      ];
      const own = part.species[only];
      if (own) {
        if (own.crystalline) marks.push({ kind: "line", x: capacity, y: own.crystalline.middle, tone: "ink", dash: true, plain: true });
        for (const { probe, at, value, sigma, form } of part.observed.filter((o) => o.species === own.id)) {
          probes.add(probe);
          marks.push({
            kind: "points",
            x: Array.from(at, (q) => q * part.perElectron),
            y: value,
            sigma,
            tone: form === "crystalline" ? tone : "ink",
            shape: OBSERVED[probe] ?? "ring",
            size: 0.6,
          });
        }
      }
      const high = Math.max(...Array.from(total.high), 0.1);
      return { weight: 1, left: { label: richText(groupName(part, species, label)), min: 0, max: Math.min(1.05, 1.1 * high) }, marks };
    });
    return {
      x: axis(capacity),
      panels,
      legend: [
        { label: richText("amount, 90 % band"), tone: "quiet", as: "band" },
        { label: richText("crystalline part"), tone: "ink", as: "dash" },
        ...[...probes].map((probe): LegendEntry => ({ label: richText(probe), tone: "ink", as: OBSERVED[probe] ?? "ring" })),
      ],
      aspect: 1.1,
      data: table(part),
    };
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}for n in [c for c in data.columns[2:] if not c.endswith((" low", " high", " crystalline"))]:\n    line, = ax.plot(data["capacity"], data[n], label=n)\n    ax.fill_between(data["capacity"], data[n + " low"], data[n + " high"], alpha=0.3, color=line.get_color())\nax.set(xlabel="mAh/g", ylabel="Sulfur atoms")\nax.legend()\nplt.show()\n`,
};

/** More streams than this are in the table alone. */
const MOST_STREAMS = 10;
/** Above the points of a stream, in shares of their range: its name has a line of its own. */
const NAME_ROOM = 0.8;
/** CSS pixels of a stream, and of the axis under all. */
const STREAM_HEIGHT = 62;
const AXIS_HEIGHT = 40;

/** Every stream over the charge, with the steps of the electrochemistry as lines. */
export const STREAMS: PartFigure<"evidence"> = {
  ...common,
  id: "evidence-streams",
  title: "What each probe saw",
  height: 520,
  heightOf: ({ part }: Context) => AXIS_HEIGHT + STREAM_HEIGHT * Math.min(MOST_STREAMS, part.observed.length),
  isShown: (part) => part.species.length === 0 && part.observed.length > 0,
  command: ({ part }: Context) => `thioscope ${part.command}`,
  figure({ part }) {
    const shown = part.observed.filter(({ at }) => at.length > 0).slice(0, MOST_STREAMS);
    if (shown.length === 0) return NOTHING;
    const gram = (values: ArrayLike<number>): number[] => Array.from(values, (q) => q * part.perElectron);
    const places = [...shown.flatMap(({ at }) => gram(at)), ...part.features.map(({ at }) => at.value * part.perElectron)];
    const start = Math.min(...places);
    const panels = shown.map(({ probe, species, at, value, sigma }): Panel => {
      const all = Array.from(value, (v, i) => [v - sigma[i]!, v + sigma[i]!]).flat();
      const [low, high] = [Math.min(...all), Math.max(...all)];
      const room = 0.06 * (high - low || 1);
      const above = NAME_ROOM * (high - low || 1);
      const tone = speciesTone(species) ?? "accent";
      const steps = part.features.map(
        ({ at: step }): Mark => ({
          kind: "line",
          x: [step.value * part.perElectron, step.value * part.perElectron],
          y: [low - room, high + above],
          tone: "quiet",
          dash: true,
          plain: true,
        }),
      );
      return {
        weight: 1,
        left: { label: [], min: low - room, max: high + above },
        marks: [
          ...steps,
          // names are longer than their panels are high: they stand inside
          { kind: "label", x: start, y: high + above, lines: [richText(`${species}, ${probe}`)], tone: "ink", place: "below" },
          { kind: "points", x: gram(at), y: value, sigma, tone, shape: OBSERVED[probe] ?? "ring", size: 0.7, joined: true },
        ],
      };
    });
    return {
      x: axis([Math.min(...places), Math.max(...places)]),
      panels,
      legend: part.features.length > 0 ? [{ label: richText("peaks of dQ/dV"), tone: "quiet", as: "dash" }] : [],
      aspect: 1.1,
      ...(part.observed.length > shown.length ? { note: `${part.observed.length - shown.length} more streams are in the table.` } : {}),
      data: () => ({
        columns: [
          { name: "probe", unit: "", values: part.observed.flatMap(({ probe, at }) => Array.from(at, () => probe)) },
          { name: "stream", unit: "", values: part.observed.flatMap(({ species, at }) => Array.from(at, () => species)) },
          { name: "capacity", unit: "mAh/g", values: part.observed.flatMap(({ at }) => gram(at)) },
          {
            name: "value",
            unit: "",
            values: part.observed.flatMap(({ value }) => Array.from(value)),
            sigma: part.observed.flatMap(({ sigma }) => Array.from(sigma)),
          },
        ],
      }),
    };
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}for name, rows in data.groupby("stream"):\n    ax.plot(rows["capacity"], rows["value"], "o-", ms=3, label=name)\nax.set(xlabel="mAh/g")\nax.legend()\nplt.show()\n`,
};
