/** dQ/dV over potential with its noise (± 1 σ); charge above zero, discharge below. */
import type { HalfCycleCurve } from "@thioscope/core/story";
import type { BandMark, Figure, LineMark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { quantityLabel, richText, unitText } from "../text.ts";
import { at, inBrush } from "../track.ts";
import { type Context, cycleTone, type FigureSpec, pythonHead, shellWord } from "./context.ts";
import { cycleInFocus, PEAKS_SWITCH, peaksFigure, rowsByVoltage, showsPeaks } from "./peaks.ts";
import { DIRECTIONS } from "./potentialCapacity.ts";

/** More bands than this hide one another: then only the curves are drawn. */
const MOST_BANDS = 6;

/** "mAh/(g V)" and the like: the unit chosen per volt. */
function unitOf(unit: string): string {
  const [top, bottom] = unit.split("/");
  if (unit.startsWith("x in")) return "1/V";
  return bottom === undefined ? `${top}/V` : `${top}/(${bottom} V)`;
}

function curves({ file, basis }: Context, half: HalfCycleCurve, faint: boolean): { line: LineMark; band: BandMark } {
  const { voltageVolt, milliampereHourPerVolt, sigma } = half.dqdv;
  const values = Float64Array.from({ length: voltageVolt.length }, (_, i) => at(milliampereHourPerVolt, i) * basis.factor);
  const errors = Float64Array.from({ length: voltageVolt.length }, (_, i) => at(sigma, i) * Math.abs(basis.factor));
  const tone = cycleTone(file, half.cycle);
  const common = { x: voltageVolt, tone, ...(faint ? { faint } : {}) };
  return {
    line: { kind: "line", ...common, y: values, rows: rowsByVoltage(half, voltageVolt), width: 1.1, dash: half.direction === "charge" },
    band: { kind: "band", ...common, low: values.map((v, i) => v - errors[i]!), high: values.map((v, i) => v + errors[i]!) },
  };
}

function figure(context: Context): Figure {
  if (showsPeaks(context)) return peaksFigure(context, unitOf(context.basis.unit), (half) => curves(context, half, true).line);
  const { file, state, basis } = context;
  const { brush } = state;
  const usable = file.halfCycles.filter((half) => half.dqdv.voltageVolt.length > 1);
  const halves = usable.filter((half) => inBrush(half, brush));
  const shown = halves.map((half) => curves(context, half, false));
  const back = brush ? usable.filter((half) => !inBrush(half, brush)).map((half) => curves(context, half, true).line) : [];
  const bands = shown.length <= MOST_BANDS ? shown.map(({ band }) => band) : [];
  const unit = unitOf(basis.unit);
  const { range, beyond } = robustExtent(shown.map(({ line }) => line.y));
  const note = [
    binsText(halves),
    beyond > 0 ? `${beyond} ${beyond === 1 ? "bin lies" : "bins lie"} beyond the axis; the table has them all` : "",
  ]
    .filter((text) => text !== "")
    .join("; ");
  const label = basis.unit.startsWith("x in") ? richText("dx/dV (1/V)") : richText(`dQ/dV (${unitText(unit)})`);
  return {
    x: { label: quantityLabel("Voltage", "V"), ...padded(extent(shown.map(({ line }) => line.x)), 0.02) },
    panels: [
      {
        weight: 1,
        left: { label, ...padded(range, 0.06) },
        marks: [{ kind: "rule", y: 0 }, ...back, ...bands, ...shown.map(({ line }) => line)],
      },
    ],
    legend: [...DIRECTIONS, ...(bands.length > 0 ? [{ label: richText("± σ"), tone: "ink" as const, as: "band" as const }] : [])],
    ...(usable.length > 0 ? { ramp: { label: "cycle", first: usable[0]!.cycle, last: usable.at(-1)!.cycle } } : {}),
    ...(shown.length === 0 ? { empty: "No half cycle here has the span in potential that dQ/dV needs." } : {}),
    ...(note ? { note } : {}),
    aspect: 0.78,
    data: () => {
      const points = halves.flatMap((half) => Array.from({ length: half.dqdv.voltageVolt.length }, (_, i) => ({ half, i })));
      return {
        columns: [
          { name: "cycle", unit: "", values: points.map(({ half }) => half.cycle) },
          { name: "direction", unit: "", values: points.map(({ half }) => half.direction) },
          { name: "voltage", unit: "V", values: points.map(({ half, i }) => at(half.dqdv.voltageVolt, i)) },
          {
            name: "dQ/dV",
            unit,
            values: points.map(({ half, i }) => at(half.dqdv.milliampereHourPerVolt, i) * basis.factor),
            sigma: points.map(({ half, i }) => at(half.dqdv.sigma, i) * Math.abs(basis.factor)),
          },
        ],
      };
    },
  };
}

/** "Counted in bins of 5 mV", or the range where half cycles differ. */
function binsText(halves: readonly HalfCycleCurve[]): string {
  const range = extent([halves.map((half) => half.dqdv.binWidthVolt * 1000)]);
  if (!range) return "";
  const [least, most] = range.map((mV) => Number(mV.toPrecision(3)));
  return `Counted in bins of ${least === most ? least : `${least} to ${most}`} mV`;
}

/**
 * Range of the curves without single-bin spikes: where the current is switched, one bin can hold a hundred
 * times the rest. The axis ends at four times the 99.75 % quantile; what lies beyond is counted and said.
 */
export function robustExtent(lists: readonly ArrayLike<number>[]): { range: [number, number] | null; beyond: number } {
  const all = lists.flatMap((list) => Array.from(list).filter(Number.isFinite)).sort((a, b) => a - b);
  if (all.length === 0) return { range: null, beyond: 0 };
  const pick = (share: number): number => all[Math.round(share * (all.length - 1))]!;
  const low = Math.min(0, Math.max(all[0]!, 4 * pick(0.0025)));
  const high = Math.max(0, Math.min(all.at(-1)!, 4 * pick(0.9975)));
  return { range: [low, high], beyond: all.filter((v) => v < low || v > high).length };
}

export const DIFFERENTIAL_CAPACITY: FigureSpec = {
  id: "dqdv",
  title: "Differential capacity",
  height: 300,
  brushOver: "curve",
  cursorLine: false,
  figure,
  follows: (context) => (showsPeaks(context) ? cycleInFocus(context) : 0),
  switches: [PEAKS_SWITCH],
  command: (context) => `thioscope dqdv ${shellWord(context.file.name)}${showsPeaks(context) ? " --peaks" : ""}`,
  python: (context, name) =>
    showsPeaks(context)
      ? `${pythonHead(name)}ax.errorbar(data["potential"], data["capacity"], data["capacity sigma"], data["potential sigma"], fmt="o", ms=3)\n` +
        `ax.set(xlabel="Voltage (V)", ylabel="Capacity of the step (${context.basis.unit})")\nfig.savefig("peaks.pdf")\n`
      : curvesInPython(context, name),
};

function curvesInPython({ basis }: Context, name: string): string {
  return (
    `${pythonHead(name)}for (cycle, direction), curve in data.groupby(["cycle", "direction"]):\n    ax.plot(curve["voltage"], curve["dQ/dV"], "-" if direction == "discharge" else "--", lw=0.8)\n` +
    `    ax.fill_between(curve["voltage"], curve["dQ/dV"] - curve["dQ/dV sigma"], curve["dQ/dV"] + curve["dQ/dV sigma"], alpha=0.2)\n` +
    `ax.set(xlabel="Voltage (V)", ylabel="dQ/dV (${unitOf(basis.unit)})")\nfig.savefig("dqdv.pdf")\n`
  );
}
