/** Peak current over scan rate on logarithmic axes, of all files of the story; the slope is the b-value. */
import type { ScanRates } from "@thioscope/core/story";
import type { Figure, LineMark, PointMark, Tone } from "../figure/model.ts";
import { extent, paddedLog } from "../figure/scale.ts";
import { type Context, type FigureSpec, pythonHead, shellWord } from "../study/context.ts";
import { quantityLabel, quantityText, richText } from "../text.ts";
import { answersOf } from "./shared.ts";

type Series = ScanRates["series"][number];

const seriesOf = ({ file }: Context): readonly Series[] => file.electrochemistry?.voltammetry?.rates?.series ?? [];
const nameOf = ({ direction, peak }: Series, all: readonly Series[]): string =>
  all.filter((s) => s.direction === direction).length > 1 ? `${direction} peak ${peak}` : `${direction} peak`;
/** "anodic peak, b = 0.4999(5)" */
const legendOf = (s: Series, all: readonly Series[]): string =>
  `${nameOf(s, all)}${"b" in s.bValue ? `, b = ${quantityText(s.bValue.b)}` : ""}`;
const toneOf = ({ direction }: Series): Tone => (direction === "anodic" ? "first" : "second");

function figure(context: Context): Figure {
  const series = seriesOf(context);
  const own = context.state.file;
  const marks = series.map(
    (s): PointMark => ({
      kind: "points",
      x: s.points.map(({ scanRate }) => scanRate.value),
      y: s.points.map(({ current }) => Math.abs(current.value)),
      sigma: s.points.map(({ current }) => current.sigma ?? Number.NaN),
      // the cursor is in this file; peaks of the others are not under it
      rows: s.points.map(({ file, row }) => (file === own ? row : Number.NaN)),
      tone: toneOf(s),
      shape: s.direction === "anodic" ? "disc" : "ring",
      size: 1.2,
    }),
  );
  const x = paddedLog(extent(marks.map((mark) => mark.x)), 0.08);
  const lines = series.flatMap((s): LineMark[] => {
    if ("notComputable" in s.bValue) return [];
    const { b, lnPrefactor } = s.bValue;
    const on = (rate: number): number => Math.exp(lnPrefactor.value) * rate ** b.value;
    return [{ kind: "line", x: [x.min, x.max], y: [on(x.min), on(x.max)], tone: toneOf(s), width: 0.85 }];
  });
  const readings = series.map((s) => `${nameOf(s, series)}: ${"notComputable" in s.bValue ? s.bValue.notComputable : s.bValue.reading}`);
  return {
    x: { label: quantityLabel("Scan rate", "mV/s"), ...x },
    panels: [
      {
        weight: 1,
        left: { label: quantityLabel("|Peak current|", "mA"), ...paddedLog(extent(marks.map((mark) => mark.y)), 0.16) },
        marks: [...lines, ...marks],
      },
    ],
    legend: series.map((s) => ({
      label: richText(legendOf(s, series)),
      tone: toneOf(s),
      as: s.direction === "anodic" ? ("disc" as const) : ("ring" as const),
    })),
    note: [...readings, ...(context.file.electrochemistry?.voltammetry?.rates?.refused ?? [])].join("; "),
    aspect: 0.86,
    data: () => {
      const rows = series.flatMap((s) => s.points.map((point) => ({ s, point })));
      return {
        columns: [
          { name: "file", unit: "", values: rows.map(({ point }) => point.label) },
          { name: "peak", unit: "", values: rows.map(({ s }) => nameOf(s, series)) },
          answersOf("scan rate", "mV/s", rows, ({ point }) => point.scanRate),
          answersOf("current", "mA", rows, ({ point }) => point.current),
          answersOf("potential", "V", rows, ({ point }) => point.potential),
        ],
        notes: readings,
      };
    },
  };
}

export const CV_RATES: FigureSpec = {
  id: "cv-rates",
  title: "Peak current over scan rate",
  height: 340,
  brushOver: "curve",
  cursorLine: false,
  figure,
  command: (context) =>
    `thioscope cv ${[...new Set(seriesOf(context).flatMap((s) => s.points.map(({ label }) => shellWord(label))))].join(" ")}`,
  python: (_, name) =>
    `${pythonHead(name)}for peak, points in data.groupby("peak"):\n    ax.errorbar(points["scan rate"], points["current"].abs(), points["current sigma"], fmt="o", ms=3, label=peak)\n` +
    `ax.set(xscale="log", yscale="log", xlabel="Scan rate (mV/s)", ylabel="|Peak current| (mA)")\nax.legend()\nfig.savefig("b-value.pdf")\n`,
};
