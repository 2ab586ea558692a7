/** −Im Z over Re Z on equal axes: points, the fitted circuit, frequencies at whole decades. */
import type { SpectrumStory, StoryFile } from "@thioscope/core/story";
import type { Figure, LabelMark, LineMark, Mark, PointMark } from "../figure/model.ts";
import { extent } from "../figure/scale.ts";
import { type Context, type FigureSpec, pythonHead } from "../study/context.ts";
import { quantityLabel, richText } from "../text.ts";
import { at } from "../track.ts";
import {
  currentSpectrum,
  eisCommand,
  everyPoint,
  hertzText,
  nameColumns,
  ohmScale,
  pick,
  type Shown,
  seriesRamp,
  shownSpectra,
} from "./spectra.ts";

function line(spectrum: SpectrumStory, points: readonly number[], factor: number, look: Omit<LineMark, "kind" | "x" | "y">): LineMark {
  return { kind: "line", x: pick(spectrum.realOhm, points, factor), y: pick(spectrum.imaginaryOhm, points, -factor), ...look };
}

/** The fitted circuit between the slowest and the fastest of the points. */
function fitted({ spectrum, points }: Shown, factor: number): LineMark[] {
  const { fit } = spectrum;
  if ("notComputable" in fit) return [];
  const range = extent([pick(spectrum.frequencyHertz, points)]);
  if (!range) return [];
  const inside = everyPoint(fit.curve.frequencyHertz).filter((i) => {
    const f = at(fit.curve.frequencyHertz, i);
    return f >= range[0] / 1.15 && f <= range[1] * 1.001;
  });
  return [
    {
      kind: "line",
      x: pick(fit.curve.realOhm, inside, factor),
      y: pick(fit.curve.imaginaryOhm, inside, -factor),
      tone: "ink",
      width: 0.85,
    },
  ];
}

/** Frequencies at the points nearest to whole decades. */
function decades({ spectrum, points }: Shown, factor: number): { marks: Mark[]; at: number[] } {
  const nearest = new Map<number, number>();
  for (const i of points) {
    const place = Math.log10(at(spectrum.frequencyHertz, i));
    const decade = Math.round(place);
    const before = nearest.get(decade);
    if (Math.abs(place - decade) > 0.12) continue;
    if (before === undefined || Math.abs(place - decade) < Math.abs(Math.log10(at(spectrum.frequencyHertz, before)) - decade))
      nearest.set(decade, i);
  }
  const chosen = [...nearest].sort(([a], [b]) => a - b);
  const labels = chosen.map(
    ([decade, i]): LabelMark => ({
      kind: "label",
      x: at(spectrum.realOhm, i) * factor,
      y: -at(spectrum.imaginaryOhm, i) * factor,
      lines: [[{ text: hertzText(10 ** decade), shift: 0 }]],
      tone: "quiet",
      place: "above",
      optional: true,
    }),
  );
  return { marks: labels, at: chosen.map(([, i]) => i) };
}

/** The largest |Z| of a spectrum's points. */
function reachOf({ spectrum, points }: Shown): number {
  return points.reduce((largest, i) => Math.max(largest, Math.hypot(at(spectrum.realOhm, i), at(spectrum.imaginaryOhm, i))), 0);
}

/** How far spectra of a series usually reach: a cell that dies at the end would flatten all others. */
function usualReach(inside: readonly Shown[]): number {
  if (inside.length < 5) return Number.POSITIVE_INFINITY;
  const sorted = inside.map(reachOf).sort((a, b) => a - b);
  return 3 * sorted[sorted.length >> 1]!;
}

/** The faster half of a spectrum's points. */
function fastHalf(spectrum: SpectrumStory, points: readonly number[]): number[] {
  const sorted = [...points].sort((a, b) => at(spectrum.frequencyHertz, b) - at(spectrum.frequencyHertz, a));
  const limit = at(spectrum.frequencyHertz, sorted[Math.ceil(sorted.length / 2) - 1] ?? 0);
  return points.filter((i) => at(spectrum.frequencyHertz, i) >= limit);
}

/** True where the faster half of the first spectrum is too small to be seen beside the slower one. */
export function needsDetail({ impedance }: StoryFile): boolean {
  const spectrum = impedance?.spectra[0];
  if (!spectrum || spectrum.row.length < 12) return false;
  const span = (points: readonly number[]): number => {
    const ranges = [extent([pick(spectrum.realOhm, points)]), extent([pick(spectrum.imaginaryOhm, points)])];
    return Math.max(...ranges.map((range) => (range ? range[1] - range[0] : 0)));
  };
  const all = everyPoint(spectrum.row);
  return span(fastHalf(spectrum, all)) < 0.3 * span(all);
}

function partial(shown: Shown): Shown {
  return { ...shown, points: fastHalf(shown.spectrum, shown.points) };
}

function figure(context: Context, part: "all" | "fast" = "all"): Figure {
  const { file } = context;
  const both = shownSpectra(context);
  const inside = part === "all" ? both.inside : both.inside.map(partial);
  const current = inside.find(({ index }) => index === both.current?.index) ?? null;
  const outside = part === "all" ? both.outside : [];
  const limit = usualReach(inside);
  const all = inside
    .filter((shown) => reachOf(shown) <= limit)
    .flatMap(({ spectrum, points }) => [pick(spectrum.realOhm, points), pick(spectrum.imaginaryOhm, points)]);
  const { factor, unit } = ohmScale(extent(all.map((values) => values.map(Math.abs)))?.[1] ?? 1);
  const several = inside.length > 1;
  const curves = inside
    .filter((shown) => shown !== current)
    .map(({ spectrum, points, tone }) => line(spectrum, points, factor, { tone, rows: pick(spectrum.row, points), width: 0.8 }));
  const back = outside.map((spectrum) => line(spectrum, everyPoint(spectrum.realOhm), factor, { tone: "quiet", width: 0.8, faint: true }));
  const front: Mark[] = [];
  if (current) {
    const { spectrum, points, tone } = current;
    const symbols: PointMark = {
      kind: "points",
      x: pick(spectrum.realOhm, points, factor),
      y: pick(spectrum.imaginaryOhm, points, -factor),
      rows: pick(spectrum.row, points),
      tone,
      shape: several ? "disc" : "ring",
      size: 0.9,
    };
    const marked = decades(current, factor);
    const whole: PointMark = {
      kind: "points",
      x: pick(spectrum.realOhm, marked.at, factor),
      y: pick(spectrum.imaginaryOhm, marked.at, -factor),
      tone,
      shape: "disc",
      size: 1.05,
    };
    front.push(symbols, ...fitted(current, factor), whole, ...marked.marks);
  }
  const usual = inside.filter((shown) => shown === current || reachOf(shown) <= limit);
  const real = extent(usual.map(({ spectrum, points }) => pick(spectrum.realOhm, points, factor))) ?? [0, 1];
  const minus = extent(usual.map(({ spectrum, points }) => pick(spectrum.imaginaryOhm, points, -factor))) ?? [0, 1];
  const beyond = inside.length - usual.length;
  const span = Math.max(real[1] - real[0], minus[1] - minus[0]) || Math.abs(real[0]) || 1;
  // the origin is shown where it is near: an arc that starts at a large resistance would shrink to nothing
  const from = (low: number): number => (low >= 0 && low < 0.6 * span ? 0 : low - 0.04 * span);
  const hasFit = current !== null && !("notComputable" in current.spectrum.fit);
  return {
    x: { label: quantityLabel("Re Z", unit), min: from(real[0]), max: real[1] + 0.04 * span },
    panels: [
      {
        weight: 1,
        left: { label: quantityLabel("−Im Z", unit), min: Math.min(minus[0] - 0.03 * span, 0), max: minus[1] + 0.1 * span },
        marks: [{ kind: "rule", y: 0 }, ...back, ...curves, ...front],
      },
    ],
    legend: [
      ...(current
        ? [
            {
              label: richText(several ? current.spectrum.name : "measured"),
              tone: current.tone,
              as: several ? ("disc" as const) : ("ring" as const),
            },
          ]
        : []),
      ...(hasFit ? [{ label: richText("fit"), tone: "ink" as const, as: "line" as const }] : []),
    ],
    ...seriesRamp(file),
    equal: true,
    ...(inside.length === 0 ? { empty: "No point of a spectrum in the rows selected." } : {}),
    ...(beyond > 0
      ? { note: `${beyond} ${beyond === 1 ? "spectrum reaches" : "spectra reach"} far beyond the axes: chosen alone, each is shown whole` }
      : {}),
    aspect: 0.62,
    data: () => {
      const points = inside.flatMap((shown) => shown.points.map((i) => ({ ...shown, i })));
      const column = (name: string, of: string, value: (p: (typeof points)[number]) => number) => ({
        name,
        unit: of,
        values: points.map(value),
      });
      return {
        columns: [
          ...nameColumns(
            file,
            points.map(({ index }) => index),
          ),
          column("row", "", ({ spectrum, i }) => at(spectrum.row, i)),
          column("frequency", "Hz", ({ spectrum, i }) => at(spectrum.frequencyHertz, i)),
          column("Re Z", "ohm", ({ spectrum, i }) => at(spectrum.realOhm, i)),
          column("Im Z", "ohm", ({ spectrum, i }) => at(spectrum.imaginaryOhm, i)),
        ],
      };
    },
  };
}

export const NYQUIST: FigureSpec = {
  id: "nyquist",
  title: "Nyquist",
  height: 330,
  brushOver: "curve",
  cursorLine: false,
  figure: (context) => figure(context),
  follows: currentSpectrum,
  command: (context) => eisCommand(context, "fit"),
  python: (_, name) =>
    `${pythonHead(name)}for _, curve in data.groupby("spectrum") if "spectrum" in data else [("", data)]:\n    ax.plot(curve["Re Z"], -curve["Im Z"], "o", ms=2.5)\n` +
    `ax.set(xlabel="Re Z (Ω)", ylabel="−Im Z (Ω)", aspect="equal")\nfig.savefig("nyquist.pdf")\n`,
};

/** What a blocking electrode or a large slow arc hides. */
export const NYQUIST_FAST: FigureSpec = {
  ...NYQUIST,
  id: "nyquist-fast",
  title: "Nyquist, faster half",
  figure: (context) => figure(context, "fast"),
};
