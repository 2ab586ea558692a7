/** Coulometric composition: x in M₂Sₓ along the run, and what the products may be after each charge of a discharge. */
import type { CompositionHalf, CompositionStory } from "@thioscope/core/story";
import type { BandMark, Figure, LabelMark, LineMark, Mark, Tone } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { speciesTone } from "../figure/species.ts";
import { type Context, type FigureSpec, pythonHead, shellWord } from "../study/context.ts";
import { quantityLabel, type Run, richText } from "../text.ts";
import { at } from "../track.ts";
import { answersOf, apart, currentIndex, isInside } from "./shared.ts";

const storyOf = ({ file }: Context): CompositionStory | undefined => file.electrochemistry?.composition;

function shownHalves(context: Context): readonly CompositionHalf[] {
  return (storyOf(context)?.halfCycles ?? []).filter(({ rows }) => isInside(rows, context.state.brush));
}

/** Longer chains than this are off the scale: S₈ has none. */
const LONGEST = 2 ** 3.55;
const place = (x: number): number => (x > 0 && x <= LONGEST ? Math.log2(x) : Number.NaN);
/** A band whose far end is off the scale reaches to its edge. */
const placeOrEdge = (x: number): number => (x > LONGEST || !Number.isFinite(x) ? Math.log2(LONGEST) : place(x));

const SUBSCRIPT = ["", "₂", "₄", "₈"];

function chain(context: Context): Figure {
  const story = storyOf(context);
  const halves = shownHalves(context);
  const ion = story?.ion ?? "M";
  const every = (half: CompositionHalf): number[] => Array.from({ length: half.row.length }, (_, i) => i);
  const voltage = halves.map(
    (half): LineMark => ({
      kind: "line",
      x: half.timeHour,
      y: half.voltageVolt,
      rows: half.row,
      tone: half.direction === "discharge" ? "first" : "second",
      width: 1.1,
    }),
  );
  const bands = halves.flatMap((half): Mark[] => {
    const shown = every(half).filter((i) => Number.isFinite(place(at(half.xLow, i))));
    const x = shown.map((i) => at(half.timeHour, i));
    const low = shown.map((i) => place(at(half.xLow, i)));
    // JSON turns an infinite x into null, which reads as NaN
    const high = shown.map((i) => placeOrEdge(at(half.xHigh, i)));
    const tone: Tone = half.direction === "discharge" ? "first" : "second";
    const wide = shown.some((_, k) => high[k]! - low[k]! > 1e-6);
    const band: BandMark = { kind: "band", x, low, high, tone };
    const line: LineMark = { kind: "line", x, y: low, rows: shown.map((i) => at(half.row, i)), tone, width: 1.2 };
    return wide ? [band, { ...line, y: high, width: 0.6 }, line] : [line];
  });
  const spread = halves.some((half) =>
    every(half).some((i) => !(Math.abs(at(half.xHigh, i) - at(half.xLow, i)) <= 1e-6 * at(half.xLow, i)) && at(half.xLow, i) < LONGEST),
  );
  return {
    x: { label: quantityLabel("Time", "h"), ...padded(extent(voltage.map((mark) => mark.x)), 0.01) },
    panels: [
      { weight: 1, left: { label: quantityLabel("Voltage", "V"), ...padded(extent(voltage.map((mark) => mark.y)), 0.05) }, marks: voltage },
      {
        weight: 1.2,
        left: {
          label: [
            { text: `Mean composition, x in ${ion}`, shift: 0 },
            { text: "2", shift: -1 },
            { text: "S", shift: 0 },
            { text: "x", shift: -1 },
          ],
          min: -0.25,
          max: Math.log2(LONGEST),
          names: SUBSCRIPT.map((text): Run[] => [{ text: `${ion}₂S${text}`, shift: 0 }]),
        },
        marks: [...SUBSCRIPT.map((_, k): Mark => ({ kind: "rule", y: k })), ...bands],
      },
    ],
    legend: [
      { label: richText("discharge"), tone: "first", as: "line" },
      { label: richText("charge"), tone: "second", as: "line" },
      ...(spread ? [{ label: richText("possible"), tone: "quiet" as const, as: "band" as const }] : []),
    ],
    ...(halves.length === 0 ? { empty: "No half cycle in the rows selected." } : {}),
    note: `${
      spread
        ? "After the first discharge x is an interval: charge that did not come back may be sulfide left, or another reaction's"
        : "x is a mean over all sulfur, whatever it consists of"
    }${errorNote(halves, story)}`,
    aspect: 0.86,
    data: () => {
      const points = halves.flatMap((half) => every(half).map((i) => ({ half, i })));
      const column = (name: string, unit: string, of: (half: CompositionHalf, i: number) => number) => ({
        name,
        unit,
        values: points.map(({ half, i }) => of(half, i)),
      });
      return {
        columns: [
          column("cycle", "", (half) => half.cycle),
          { name: "direction", unit: "", values: points.map(({ half }) => half.direction) },
          column("time", "h", (half, i) => at(half.timeHour, i)),
          column("voltage", "V", (half, i) => at(half.voltageVolt, i)),
          column("x least", "", (half, i) => at(half.xLow, i)),
          column("x largest", "", (half, i) => at(half.xHigh, i)),
        ],
        notes: ["x of S8 is infinite and left empty."],
      };
    },
  };
}

/** The error of x that all its points share. */
function errorNote(halves: readonly CompositionHalf[], story: CompositionStory | undefined): string {
  const largest = Math.max(0, ...halves.map((half) => half.relativeSigma));
  if (!story || !(largest > 0)) return "";
  const { how, assumed } = story.accuracy;
  return `; error of x up to ${Number((100 * largest).toPrecision(2))} %, alike along a half cycle: masses, readings, instrument's accuracy${assumed ? " (assumed)" : ""} ${how}`;
}

/** Yellow sulfur to violet sulfide, wherever they are shown. */

/** The discharge at the cursor; without one the first. */
function currentHalf(context: Context): CompositionHalf | undefined {
  const discharges = shownHalves(context).filter(({ split }) => split !== null);
  return discharges[currentIndex(discharges, context.state.row, 0)];
}

/** Height of a label, %. */
const LABEL_HEIGHT = 15;

const toneOf = (name: string): Tone => speciesTone(name) ?? "quiet";

function split(context: Context): Figure {
  const story = storyOf(context);
  const half = currentHalf(context);
  const shares = half?.split;
  const percent = (values: ArrayLike<number>): Float64Array => Float64Array.from({ length: values.length }, (_, i) => 100 * at(values, i));
  const middles = (shares?.end ?? []).map(({ low, high }) => 50 * (low + high));
  const labelled = apart(middles, LABEL_HEIGHT).map((height) => Math.max(LABEL_HEIGHT / 2, height));
  const marks = (story?.species ?? []).flatMap((name, k): Mark[] => {
    if (!shares) return [];
    const x = shares.milliampereHourPerGram;
    const tone = toneOf(name);
    const [low, high] = [percent(shares.low[k]!), percent(shares.high[k]!)];
    const edge: Omit<LineMark, "y"> = { kind: "line", x, rows: shares.row, tone, width: 1 };
    const { low: from, high: to } = shares.end[k]!;
    const label: LabelMark = {
      kind: "label",
      x: at(x, x.length - 1),
      y: labelled[k]!,
      lines: [richText(name), richText(`${Math.round(100 * from)}–${Math.round(100 * to)} %`)],
      tone: "ink",
      place: "right",
    };
    return [{ kind: "band", x, low, high, tone }, { ...edge, y: low }, { ...edge, y: high }, label];
  });
  const range = shares ? extent([shares.milliampereHourPerGram]) : null;
  return {
    // room for the names at the end
    x: { label: quantityLabel("Capacity of the discharge", "mAh/g S"), min: 0, max: (range?.[1] ?? 1) * 1.2 },
    panels: [{ weight: 1, left: { label: quantityLabel("Share of the sulfur", "%"), min: 0, max: 104 }, marks }],
    legend: (story?.species ?? []).map((name) => ({ label: richText(name), tone: toneOf(name), as: "band" as const })),
    ...(shares ? { note: `Discharge ${half.cycle}: ${shares.statement}` } : { empty: "No discharge in the rows selected." }),
    aspect: 0.8,
    data: () => {
      const discharges = shownHalves(context).filter((h) => h.split !== null);
      const column = (name: string, k: number, side: "low" | "high") => ({
        name,
        unit: "%",
        values: discharges.map((h) => 100 * h.split!.end[k]![side]),
      });
      return {
        columns: [
          { name: "cycle", unit: "", values: discharges.map(({ cycle }) => cycle) },
          answersOf("capacity", "mAh/g", discharges, ({ capacity }) => capacity),
          ...(story?.species ?? []).flatMap((name, k) => [column(`${name} least`, k, "low"), column(`${name} most`, k, "high")]),
          { name: "dominant", unit: "", values: discharges.map((h) => h.split!.dominant ?? "not told by the charge") },
        ],
        notes: ["Shares of the sulfur atoms at the end of each discharge, over all unreacted sulfur and all shares declared."],
      };
    },
  };
}

const command = (context: Context): string => {
  const words = Object.entries(storyOf(context)?.declared ?? {}).map(
    ([name, [low, high]]) => ` --${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} ${low}..${high}`,
  );
  return `thioscope composition ${shellWord(context.file.name)} --cell cell.yaml${words.join("")}`;
};

export const COMPOSITION: FigureSpec = {
  id: "composition",
  title: "Composition by charge",
  height: 380,
  brushOver: "all",
  cursorLine: true,
  figure: chain,
  command,
  python: (_, name) =>
    `${pythonHead(name)}for (cycle, direction), half in data.groupby(["cycle", "direction"]):\n    ax.fill_between(half["time"], half["x least"], half["x largest"].fillna(16), alpha=0.3)\n    ax.plot(half["time"], half["x least"], lw=0.8)\n` +
    `ax.set(xlabel="Time (h)", ylabel="x", yscale="log", ylim=(0.8, 12))\nfig.savefig("composition.pdf")\n`,
};

export const PRODUCTS: FigureSpec = {
  id: "products",
  title: "Products that the charge allows",
  height: 330,
  brushOver: "curve",
  cursorLine: false,
  figure: split,
  follows: (context) => currentHalf(context)?.half,
  command,
  python: (context, name) => {
    const last = storyOf(context)?.species[2] ?? "Li2S";
    return `${pythonHead(name)}ax.vlines(data["cycle"], data["${last} least"], data["${last} most"])\nax.set(xlabel="Cycle", ylabel="${last} (%)", ylim=(0, 100))\nfig.savefig("products.pdf")\n`;
  },
};
