/** Capacity of each group of neighbouring cycles at one rate, in the order they were run. */
import { type Answer, isComputable } from "@thioscope/core";
import { inBasis, type RateRow } from "@thioscope/core/story";
import type { DataColumn, Figure, PointMark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { type Run, richText, roughText, unitText } from "../text.ts";
import { answerColumn, type Context, capacityLabel, commonError, type FigureSpec, ownError, pythonHead, shellWord } from "./context.ts";

/** "C/10", "2C", "0.3C": a rate as batteries' people write it. */
export function rateText(rate: Answer): string | undefined {
  if (!isComputable(rate) || !(rate.value > 0)) return undefined;
  const inverse = 1 / rate.value;
  if (rate.value < 0.7) {
    const whole = Math.round(inverse);
    return Math.abs(inverse - whole) < 0.06 * inverse ? `C/${whole}` : `C/${Number(inverse.toPrecision(2))}`;
  }
  const near = Math.round(rate.value);
  return Math.abs(rate.value - near) < 0.05 * near ? `${near === 1 ? "" : near}C` : `${Number(rate.value.toPrecision(2))}C`;
}

function nameOf(row: RateRow): Run[] {
  const rate = rateText(row.rate);
  if (rate) return [{ text: rate, shift: 0 }];
  const current = isComputable(row.dischargeCurrent) ? row.dischargeCurrent : isComputable(row.chargeCurrent) ? row.chargeCurrent : null;
  return [{ text: current ? `${roughText(Math.abs(current.value), 3)} ${unitText(current.unit)}` : "?", shift: 0 }];
}

/** All numbers of the groups, capacities in the unit chosen. */
function rateColumns({ basis }: Context, rows: readonly RateRow[]): DataColumn[] {
  const column = (name: string, unit: string, answer: (row: RateRow) => Answer): DataColumn => {
    const answers = rows.map(answer);
    return { name, unit: answers.find(isComputable)?.unit ?? unit, ...answerColumn(answers) };
  };
  const rates = rows.map((row) => rateText(row.rate));
  return [
    { name: "first cycle", unit: "", values: rows.map((row) => row.firstCycle) },
    { name: "last cycle", unit: "", values: rows.map((row) => row.lastCycle) },
    ...(rows.some((row) => row.backAt !== null)
      ? [{ name: "back at the rate of cycle", unit: "", values: rows.map((row) => row.backAt ?? Number.NaN) }]
      : []),
    ...(rates.every((rate) => rate !== undefined) ? [{ name: "rate", unit: "", values: rates }] : [column("rate", "", (row) => row.rate)]),
    column("discharge current", "mA", (row) => row.dischargeCurrent),
    column("charge current", "mA", (row) => row.chargeCurrent),
    column("discharge capacity", basis.unit, (row) => inBasis(row.dischargeCapacity, basis)),
    column("charge capacity", basis.unit, (row) => inBasis(row.chargeCapacity, basis)),
    column("coulombic efficiency", "%", (row) => row.coulombicEfficiency),
  ];
}

function figure(context: Context): Figure {
  const { file, basis, state } = context;
  const cycleRows = new Map(file.cycleTable.map((row) => [row.cycle, row.rows]));
  const all = file.rateTable;
  const { brush } = state;
  const rows = all.filter((row) => {
    const first = cycleRows.get(row.firstCycle)?.first ?? 0;
    const last = cycleRows.get(row.lastCycle)?.last ?? Number.POSITIVE_INFINITY;
    return !brush || (first <= brush.last && last >= brush.first);
  });
  const points = (answer: (row: RateRow) => Answer, tone: "first" | "second", shape: "disc" | "ring"): PointMark => {
    const column = answerColumn(rows.map((row) => ownError(answer(row), basis)));
    return {
      kind: "points",
      // side by side: charge and discharge often agree
      x: rows.map((_, i) => i + (shape === "disc" ? -0.008 : 0.008) * rows.length),
      y: column.values,
      sigma: column.sigma,
      rows: rows.map((row) => cycleRows.get(row.firstCycle)?.first ?? Number.NaN),
      lastRows: rows.map((row) => cycleRows.get(row.lastCycle)?.last ?? Number.NaN),
      tone,
      shape,
    };
  };
  const marks = [points((row) => row.chargeCapacity, "second", "ring"), points((row) => row.dischargeCapacity, "first", "disc")];
  const range = extent(
    marks.map((mark) => mark.y),
    marks.map((mark) => mark.sigma),
  );
  const low = range?.[0] ?? 0;
  const byRate = rows.length > 0 && rows.every((row) => rateText(row.rate) !== undefined);
  const note = commonError(basis);
  return {
    x: {
      label: richText(byRate ? "Rate (in the order run)" : "Current (in the order run)"),
      min: -0.5,
      max: Math.max(0.5, rows.length - 0.5),
      names: rows.map(nameOf),
    },
    panels: [
      {
        weight: 1,
        left: {
          label: capacityLabel(basis),
          ...(range ? { ...padded(range, 0.1), ...(low >= 0 ? { min: 0, max: range[1] * 1.08 } : {}) } : padded(null)),
        },
        marks,
      },
    ],
    legend: [
      { label: richText("discharge"), tone: "first", as: "disc" },
      { label: richText("charge"), tone: "second", as: "ring" },
    ],
    ...(rows.length === 0
      ? { empty: all.length === 0 ? "No group of cycles at one rate was found." : "No rate group in the rows selected." }
      : {}),
    ...(note ? { note } : {}),
    aspect: 0.74,
    data: () => ({
      columns: rateColumns(context, rows),
      notes: ["Means over the cycles of each group."],
    }),
  };
}

export const RATE: FigureSpec = {
  id: "rates",
  title: "Rate",
  height: 312,
  brushOver: "all",
  cursorLine: false,
  figure,
  command: ({ file }) => `thioscope cycles ${shellWord(file.name)}`,
  python: ({ basis }, name) =>
    `${pythonHead(name)}ax.errorbar(data["discharge current"].abs(), data["discharge capacity"], data["discharge capacity sigma"], fmt="o", ms=3)\n` +
    `ax.set(xlabel="Discharge current (mA)", ylabel="Capacity (${basis.unit})", xscale="log")\nfig.savefig("rates.pdf")\n`,
};
