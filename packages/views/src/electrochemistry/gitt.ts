/** A titration: the equilibrium curve within the measured one, the overpotential of each pulse split, D with what is refused. */
import { isComputable } from "@thioscope/core";
import type { TitrationPulseStory, TitrationStory } from "@thioscope/core/story";
import type { BandMark, DataTable, Figure, LineMark, Mark, PointMark, SpanMark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { type Context, capacityLabel, commonError, type FigureSpec, pythonHead, shellWord } from "../study/context.ts";
import { quantityLabel, richText, unitText } from "../text.ts";
import { diffusionPanel } from "./diffusion.ts";
import { answersOf, isInside, numberOf, sigmaOf, traceBetween } from "./shared.ts";

const storyOf = ({ file }: Context): TitrationStory | undefined => file.electrochemistry?.titration;

function shownPulses(context: Context): readonly TitrationPulseStory[] {
  const all = storyOf(context)?.pulses ?? [];
  return all.filter(({ rows, restRows }) => isInside({ ...rows, last: restRows.last }, context.state.brush));
}

/** Capacity before, in the middle and after a pulse, in the unit chosen. */
function places({ basis }: Context, pulse: TitrationPulseStory): { before: number; middle: number; after: number } {
  const [before, after] = [pulse.capacityBefore.value * basis.factor, pulse.capacityAfter.value * basis.factor];
  return { before, middle: (before + after) / 2, after };
}

function capacityAxis(context: Context, pulses: readonly TitrationPulseStory[]): Figure["x"] {
  const ends = pulses.flatMap((pulse) => Object.values(places(context, pulse)));
  return { label: capacityLabel(context.basis), ...padded(extent([ends]), 0.015) };
}

const shape = ({ direction }: { direction: string }): "disc" | "ring" => (direction === "discharge" ? "disc" : "ring");
const tone = ({ direction }: { direction: string }): "first" | "second" => (direction === "discharge" ? "first" : "second");

/** Two-phase plateaus, neighbouring pulses joined. */
function plateaus(context: Context, pulses: readonly TitrationPulseStory[]): Mark[] {
  const spans: { from: number; to: number }[] = [];
  for (const [k, pulse] of pulses.entries()) {
    if (!pulse.isPlateau) continue;
    const { before, after } = places(context, pulse);
    const last = spans.at(-1);
    if (last && pulses[k - 1]?.isPlateau) last.to = after;
    else spans.push({ from: before, to: after });
  }
  return spans.map((span): SpanMark => ({ kind: "span", ...span, tone: "quiet" }));
}

function equilibrium(context: Context): Figure {
  const { file, basis } = context;
  const story = storyOf(context);
  const pulses = shownPulses(context);
  const measured = pulses.flatMap((pulse): LineMark[] => {
    const { before, after } = places(context, pulse);
    const on = traceBetween(file, pulse.rows);
    const off = traceBetween(file, pulse.restRows);
    const [start, end] = [on.timeHour[0] ?? 0, on.timeHour.at(-1) ?? 1];
    const share = (hour: number): number => (end > start ? (hour - start) / (end - start) : 1);
    return [
      {
        kind: "line",
        x: on.timeHour.map((hour) => before + share(hour) * (after - before)),
        y: on.voltageVolt,
        rows: on.row,
        tone: "quiet",
        width: 0.75,
      },
      { kind: "line", x: off.timeHour.map(() => after), y: off.voltageVolt, rows: off.row, tone: "quiet", width: 0.55 },
    ];
  });
  const trains = (story?.trains ?? []).map((train): PointMark => {
    const own = pulses.filter((p) => p.train === train.train);
    const first = own[0];
    // narrowed, the rest before the first pulse shown is not shown itself
    const start = first && context.state.brush === null && isComputable(first.relaxedBefore) ? [first] : [];
    return {
      kind: "points",
      x: [...start.map((p) => places(context, p).before), ...own.map((p) => places(context, p).after)],
      y: [...start.map((p) => numberOf(p.relaxedBefore)), ...own.map((p) => numberOf(p.relaxedAfter))],
      sigma: [...start.map((p) => sigmaOf(p.relaxedBefore)), ...own.map((p) => sigmaOf(p.relaxedAfter))],
      rows: [...start.map((p) => Math.max(0, p.rows.first - 1)), ...own.map((p) => p.restRows.last)],
      tone: tone(train),
      shape: shape(train),
      joined: true,
      size: 1.15,
    };
  });
  const range = extent([...measured, ...trains].map((mark) => mark.y));
  const note = commonError(basis);
  const hasPlateau = pulses.some((p) => p.isPlateau);
  return {
    x: capacityAxis(context, pulses),
    panels: [
      {
        weight: 1,
        left: { label: quantityLabel("Voltage", "V"), ...padded(range, 0.05) },
        marks: [...plateaus(context, pulses), ...measured, ...trains],
      },
    ],
    legend: [
      ...trains.map((mark, k) => ({ label: richText(`relaxed, ${story!.trains[k]!.direction}`), tone: mark.tone, as: mark.shape })),
      { label: richText("under current and relaxing"), tone: "quiet", as: "line" },
      ...(hasPlateau ? [{ label: richText("two-phase plateau"), tone: "quiet" as const, as: "band" as const }] : []),
    ],
    ...(pulses.length === 0 ? { empty: "No pulse in the rows selected." } : {}),
    note: ["The error of a relaxed potential holds what may still relax", ...(note ? [note] : [])].join("; "),
    aspect: 0.68,
    data: () => tableOf(context, pulses),
  };
}

const PARTS = [
  { name: "ohmic", of: (p: TitrationPulseStory) => p.overpotential.ohmic, tone: "third" },
  { name: "charge transfer", of: (p: TitrationPulseStory) => p.overpotential.chargeTransfer, tone: "second" },
  { name: "diffusion", of: (p: TitrationPulseStory) => p.overpotential.diffusion, tone: "first" },
] as const;

function overpotential(context: Context): Figure {
  const pulses = shownPulses(context);
  const bands = pulses.flatMap((pulse): BandMark[] => {
    const { before, middle, after } = places(context, pulse);
    // a sliver of surface between the columns
    const gap = 0.06 * (after - before);
    const box = (low: number, high: number, look: Pick<BandMark, "tone" | "hatched">): BandMark => {
      const x = [before + gap, middle, after - gap];
      return { kind: "band", x, low: x.map(() => low), high: x.map(() => high), ...look };
    };
    const total = numberOf(pulse.overpotential.total);
    let sum = 0;
    const boxes = PARTS.flatMap(({ of, tone: colour }) => {
      const size = numberOf(of(pulse));
      if (!(size > 0)) return [];
      sum += size;
      const column = box(sum - size, sum, { tone: colour });
      return [column, column];
    });
    // what is known only as a sum is hatched
    return total - sum > 0.02 * total ? [...boxes, box(sum, total, { tone: "quiet", hatched: true })] : boxes;
  });
  const totals: PointMark = {
    kind: "points",
    x: pulses.map((p) => places(context, p).middle),
    y: pulses.map((p) => numberOf(p.overpotential.total)),
    sigma: pulses.map((p) => sigmaOf(p.overpotential.total)),
    rows: pulses.map((p) => p.rows.first),
    lastRows: pulses.map((p) => p.restRows.last),
    tone: "ink",
    shape: "disc",
    size: 0.8,
  };
  const most = extent([totals.y])?.[1] ?? 1;
  const isOpen = bands.some(({ hatched }) => hatched);
  return {
    x: capacityAxis(context, pulses),
    panels: [{ weight: 1, left: { label: quantityLabel("Overpotential", "mV"), min: 0, max: most * 1.12 }, marks: [...bands, totals] }],
    legend: [
      ...PARTS.map(({ name, tone: colour }) => ({ label: richText(name), tone: colour, as: "band" as const })),
      ...(isOpen ? [{ label: richText("not told apart"), tone: "quiet" as const, as: "hatch" as const }] : []),
    ],
    ...(pulses.length === 0 ? { empty: "No pulse in the rows selected." } : {}),
    aspect: 0.74,
    data: () => tableOf(context, pulses),
  };
}

/** D where a length was declared, else D/L²; the reason where it is refused. */
const diffusionOf = (story: TitrationStory | undefined, pulse: TitrationPulseStory) =>
  story?.length ? pulse.diffusionCoefficient : pulse.diffusionRate;

function diffusion(context: Context): Figure {
  const story = storyOf(context);
  const pulses = shownPulses(context);
  const items = pulses.map((pulse) => ({
    ...places(context, pulse),
    number: pulse.number,
    answer: diffusionOf(story, pulse),
    first: pulse.rows.first,
    last: pulse.restRows.last,
  }));
  const { panel, legend, note } = diffusionPanel(items, { hasLength: story?.length != null, word: "pulse" });
  return {
    x: capacityAxis(context, pulses),
    panels: [panel],
    legend,
    ...(pulses.length === 0 ? { empty: "No pulse in the rows selected." } : {}),
    ...(note ? { note } : {}),
    aspect: 0.74,
    data: () => tableOf(context, pulses),
  };
}

function tableOf(context: Context, pulses: readonly TitrationPulseStory[]): DataTable {
  const story = storyOf(context);
  return {
    columns: [
      { name: "pulse", unit: "", values: pulses.map((p) => p.number) },
      { name: "direction", unit: "", values: pulses.map((p) => p.direction) },
      { name: "capacity after", unit: unitText(context.basis.unit), values: pulses.map((p) => places(context, p).after) },
      answersOf("relaxed", "V", pulses, (p) => p.relaxedAfter),
      answersOf("relaxation", "mV/h", pulses, (p) => p.relaxationRate),
      answersOf("overpotential", "mV", pulses, (p) => p.overpotential.total),
      ...PARTS.map(({ name, of }) => answersOf(name, "mV", pulses, of)),
      answersOf("interface", "ohm", pulses, (p) => p.resistance.interface),
      answersOf("D/L2", "1/s", pulses, (p) => p.diffusionRate),
      ...(story?.length ? [answersOf("D", "cm2/s", pulses, (p) => p.diffusionCoefficient)] : []),
    ],
  };
}

const lengthText = (story: TitrationStory | undefined): string =>
  story?.length
    ? ` --length "${story.length.length.value} ${story.length.length.unit}"${story.length.shape === "plate" ? " --shape plate" : ""}`
    : "";
const command = (context: Context): string => `thioscope gitt ${shellWord(context.file.name)}${lengthText(storyOf(context))}`;
const errorbar = (column: string, label: string, extra: string) => (_: Context, name: string) =>
  `${pythonHead(name)}ax.errorbar(data["capacity after"], data["${column}"], data["${column} sigma"], fmt="o-", ms=3, lw=0.6)\nax.set(xlabel="Capacity", ylabel="${label}"${extra})\nfig.savefig("gitt.pdf")\n`;

export const GITT_EQUILIBRIUM: FigureSpec = {
  id: "gitt-equilibrium",
  title: "Equilibrium curve",
  height: 340,
  brushOver: "all",
  cursorLine: false,
  figure: equilibrium,
  command,
  python: errorbar("relaxed", "Relaxed potential (V)", ""),
};

export const GITT_OVERPOTENTIAL: FigureSpec = {
  id: "gitt-overpotential",
  title: "Overpotential, pulse by pulse",
  height: 300,
  brushOver: "all",
  cursorLine: false,
  figure: overpotential,
  command,
  python: errorbar("overpotential", "Overpotential (mV)", ""),
};

export const GITT_DIFFUSION: FigureSpec = {
  id: "gitt-diffusion",
  title: "Diffusion, pulse by pulse",
  height: 300,
  brushOver: "all",
  cursorLine: false,
  figure: diffusion,
  command,
  python: (context, name) =>
    errorbar(
      storyOf(context)?.length ? "D" : "D/L2",
      storyOf(context)?.length ? "D (cm²/s)" : "D/L² (1/s)",
      ', yscale="log"',
    )(context, name),
};
