/** Capacity with its error over cycles, and above it the efficiency on an axis of its own. */
import { type Answer, isComputable } from "@thioscope/core";
import { type CapacityBasis, type CycleRow, inBasis } from "@thioscope/core/story";
import type { DataColumn, Figure, PointMark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { quantityLabel, quantityText, richText } from "../text.ts";
import {
  answerColumn,
  type Context,
  capacityLabel,
  commonError,
  type FigureSpec,
  isSweep,
  ownError,
  pythonHead,
  shellWord,
} from "./context.ts";

/** Columns of the cycle table that are not capacities, in reading order. */
const OTHERS = [
  ["coulombic efficiency", "%", "coulombicEfficiency"],
  ["charge recovery", "%", "chargeRecovery"],
  ["energy efficiency", "%", "energyEfficiency"],
  ["mean charge voltage", "V", "meanChargeVoltage"],
  ["mean discharge voltage", "V", "meanDischargeVoltage"],
  ["polarisation", "V", "polarisation"],
  ["retention", "%", "retention"],
  ["charge current", "mA", "chargeCurrent"],
  ["discharge current", "mA", "dischargeCurrent"],
] as const satisfies readonly (readonly [string, string, keyof CycleRow])[];

function answersOf(rows: readonly CycleRow[], name: string, unit: string, answer: (row: CycleRow) => Answer): DataColumn {
  const answers = rows.map(answer);
  // the unit is the answer's own where it has one
  const own = answers.find(isComputable)?.unit ?? unit;
  return { name, unit: own, ...answerColumn(answers) };
}

/** An energy by the same mass, area or volume as the capacities; as it is where the basis is not one of these. */
function energyInBasis(energy: Answer, basis: CapacityBasis): Answer {
  if (!basis.unit.startsWith("mAh")) return energy;
  const scaled = inBasis(energy, basis);
  return isComputable(scaled) ? { ...scaled, unit: basis.unit.replace("mAh", "mWh") } : scaled;
}

/** All numbers of the cycles, capacities in the unit chosen. */
export function cycleColumns({ basis }: Context, rows: readonly CycleRow[]): DataColumn[] {
  return [
    { name: "cycle", unit: "", values: rows.map((row) => row.cycle) },
    answersOf(rows, "discharge capacity", basis.unit, (row) => inBasis(row.dischargeCapacity, basis)),
    answersOf(rows, "charge capacity", basis.unit, (row) => inBasis(row.chargeCapacity, basis)),
    answersOf(rows, "discharge energy", "mWh", (row) => energyInBasis(row.dischargeEnergy, basis)),
    answersOf(rows, "charge energy", "mWh", (row) => energyInBasis(row.chargeEnergy, basis)),
    ...OTHERS.map(([name, unit, key]) => answersOf(rows, name, unit, (row) => row[key])),
    { name: "duration", unit: "h", values: rows.map((row) => row.durationHour) },
  ];
}

function figure(context: Context): Figure {
  const { file, state, basis } = context;
  const { brush } = state;
  const inside = file.cycleTable.filter((row) => !brush || (row.rows.first <= brush.last && row.rows.last >= brush.first));
  const outside = brush ? file.cycleTable.filter((row) => !inside.includes(row)) : [];
  const points = (
    rows: readonly CycleRow[],
    answer: (row: CycleRow) => Answer,
    look: Pick<PointMark, "tone" | "shape"> & Partial<PointMark>,
  ): PointMark => {
    const column = answerColumn(rows.map(answer));
    return {
      kind: "points",
      x: rows.map((row) => row.cycle),
      y: column.values,
      sigma: column.sigma,
      rows: rows.map((row) => row.rows.first),
      lastRows: rows.map((row) => row.rows.last),
      ...look,
    };
  };
  const discharge = (row: CycleRow): Answer => ownError(row.dischargeCapacity, basis);
  const charge = (row: CycleRow): Answer => ownError(row.chargeCapacity, basis);
  // what comes back of what was put in: the efficiency depends on which half cycle comes first
  const recovery = file.firstHalfCycle === "discharge";
  const efficiencyName = recovery ? "charge recovery" : "coulombic efficiency";
  const efficiency = (row: CycleRow): Answer => (recovery ? row.chargeRecovery : row.coulombicEfficiency);
  const marks = (rows: readonly CycleRow[], faint: boolean): PointMark[] => [
    points(rows, efficiency, { tone: "third", shape: "diamond", joined: rows.length > 1, faint }),
    points(rows, discharge, { tone: "first", shape: "disc", faint }),
    points(rows, charge, { tone: "second", shape: "ring", faint }),
  ];
  const shown = marks(inside, false);
  const [ce, ...capacities] = shown;
  const back = marks(outside, true);
  const cycles = extent([inside.map((row) => row.cycle)]);
  const capacityRange = extent(
    capacities.map((mark) => mark.y),
    capacities.map((mark) => mark.sigma),
  );
  const { range: ceRange, beyond } = usualRange(ce ? Array.from(ce.y) : []);
  const ceAxis = ceRange && efficiencyRange(ceRange);
  // the axis may reach further than the usual values do: 100 % is on it
  const missing = ceAxis ? beyond.filter((i) => !(ce!.y[i]! >= ceAxis.min && ce!.y[i]! <= ceAxis.max)) : [];
  const remarks = [
    commonError(basis),
    missing.length > 0
      ? `${efficiencyName} beyond the axis: ${missing.map((i) => beyondText(inside[i]!, efficiency)).join(", ")}`
      : undefined,
  ].filter((text) => text !== undefined);
  const note = remarks.join("; ");
  return {
    x: { label: richText(isSweep(file) ? "Scan" : "Cycle"), integer: true, min: (cycles?.[0] ?? 1) - 0.5, max: (cycles?.[1] ?? 1) + 0.5 },
    panels: [
      ...(ceAxis
        ? [
            {
              weight: 1,
              left: { label: quantityLabel(recovery ? "Recovery" : "CE", "%"), ...ceAxis },
              marks: [{ kind: "rule" as const, y: 100 }, ...(back[0] && outside.length > 0 ? [back[0]] : []), ...(ce ? [ce] : [])],
            },
          ]
        : []),
      {
        weight: 2,
        left: { label: capacityLabel(basis), ...fromZero(capacityRange) },
        marks: [...(outside.length > 0 ? back.slice(1) : []), ...capacities],
      },
    ],
    legend: [
      { label: richText(isSweep(file) ? "cathodic charge" : "discharge"), tone: "first", as: "disc" },
      { label: richText(isSweep(file) ? "anodic charge" : "charge"), tone: "second", as: "ring" },
      ...(ceRange ? [{ label: richText(efficiencyName), tone: "third" as const, as: "diamond" as const }] : []),
    ],
    ...(inside.length === 0 ? { empty: brush ? "No cycle in the rows selected." : "The file holds no complete half cycle." } : {}),
    ...(note ? { note } : {}),
    aspect: 0.85,
    data: () => ({
      columns: cycleColumns(context, inside),
      ...(basis.relativeSigma > 0 ? { notes: ["The errors include that of the mass or area, which is common to all cycles."] } : {}),
    }),
  };
}

/**
 * Range of the efficiencies without the odd first cycle that would flatten all others: values further from the
 * median than ten times the median distance (and 5 %) are named in a remark instead. `beyond` are their indices.
 */
function usualRange(values: readonly number[]): { range: [number, number] | null; beyond: number[] } {
  const finite = values.filter(Number.isFinite).sort((a, b) => a - b);
  const middle = (sorted: readonly number[]): number => sorted[sorted.length >> 1] ?? Number.NaN;
  const median = middle(finite);
  const reach = Math.max(5, 10 * middle(finite.map((v) => Math.abs(v - median)).sort((a, b) => a - b)));
  const beyond = finite.length < 3 ? [] : values.flatMap((v, i) => (Math.abs(v - median) > reach ? [i] : []));
  return { range: extent([values.filter((_, i) => !beyond.includes(i))]), beyond };
}

function beyondText(row: CycleRow, answer: (row: CycleRow) => Answer): string {
  const value = answer(row);
  return `${isComputable(value) ? quantityText(value) : "none"} in cycle ${row.cycle}`;
}

/** Capacities start at zero unless they differ by little, where zero would hide the trend. */
function fromZero(range: [number, number] | null): { min: number; max: number } {
  if (!range) return { min: 0, max: 1 };
  const [low, high] = range;
  return low >= 0 && low < 0.7 * high ? { min: 0, max: high * 1.06 } : padded(range, 0.15);
}

/** Efficiencies with 100 % in view and never finer than half a percent. */
function efficiencyRange([low, high]: [number, number]): { min: number; max: number } {
  const room = Math.max(0.5, (Math.max(high, 100) - Math.min(low, 100)) * 0.12);
  return { min: Math.min(low, 100) - room, max: Math.max(high, 100) + room };
}

export const CYCLE_SUMMARY: FigureSpec = {
  id: "cycles",
  title: "Cycle summary",
  height: 312,
  brushOver: "all",
  cursorLine: false,
  figure,
  command: ({ file }) => `thioscope cycles ${shellWord(file.name)}`,
  python: ({ basis }, name) =>
    `${pythonHead(name)}ax.errorbar(data["cycle"], data["discharge capacity"], data["discharge capacity sigma"], fmt="o", ms=3, label="discharge")\n` +
    `ax.errorbar(data["cycle"], data["charge capacity"], data["charge capacity sigma"], fmt="o", ms=3, mfc="white", label="charge")\n` +
    `ax.set(xlabel="Cycle", ylabel="Capacity (${basis.unit})")\nax.legend()\nfig.savefig("cycles.pdf")\n`,
};
