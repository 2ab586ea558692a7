/**
 * Tables over several cells: rate, temperature, loading, stack pressure, life. Replicate cells are one observation.
 *
 * Cells are replicates where the same materials in the same shares were cycled at the same temperature (2 K), stack pressure (5 %),
 * loading of active material (10 %) and rate (5 %); what is not declared counts as equal to what is not declared, and to
 * nothing else. Of n replicates the mean is given with the scatter of the cells, s = √(Σ(x − x̄)²/(n − 1)), as its error and n; of
 * one cell its own value and error. A cell that runs a rate twice enters with the mean of both, unless the second is the return
 * after other rates: that is a row of its own. Nothing is interpolated, and every row names its cells, cycles and table rows.
 */
import { activeLoading, type Booked, type Cell, dieLoad, type PerSize, perSize } from "../cell/index.ts";
import type { CycleSummary } from "../cycling/cycles.ts";
import type { RateGroup } from "../cycling/rates.ts";
import type { CyclingSummary } from "../cycling/summary.ts";
import { ThioscopeError } from "../errors.ts";
import { type Answer, formatQuantity, inUnit, isComputable, type Quantity } from "../units/quantity.ts";

export const COMPARISONS = ["rate", "temperature", "loading", "pressure", "life"] as const;
export type Comparison = (typeof COMPARISONS)[number];

export interface ComparedCell {
  name: string;
  summary: CyclingSummary;
  cell: Cell | null;
}

/** Which cycles of which cell a row stands on. */
export interface RowOrigin {
  cell: string;
  cycles: readonly [first: number, last: number];
  rows: readonly [first: number, last: number];
}

export interface ComparedRow {
  series: string;
  temperature: Answer;
  stackPressure: Answer;
  activeLoading: Answer;
  /** mA/g of active material; mA/cm², then mA, where the cell file does not tell the mass */
  current: Answer;
  rate: Answer;
  /** the rate was run before, with others in between */
  isReturn: boolean;
  /** cycle number; only in a table by life */
  cycle: number | null;
  n: number;
  /** what the errors are */
  errors: "scatter of the cells" | "error of one cell";
  dischargeCapacity: Answer;
  arealCapacity: Answer;
  coulombicEfficiency: Answer;
  /** only in a table by life */
  retention: Answer;
  origins: readonly RowOrigin[];
}

interface Conditions {
  series: string;
  temperature: Quantity | null;
  stackPressure: Quantity | null;
  activeLoading: Quantity | null;
  current: Quantity | null;
  rate: Quantity | null;
  isReturn: boolean;
  cycle: number | null;
}

interface Observation {
  cell: string;
  conditions: Conditions;
  values: Record<ValueName, Answer>;
  origin: RowOrigin;
}

const VALUES = ["dischargeCapacity", "arealCapacity", "coulombicEfficiency", "retention"] as const;
type ValueName = (typeof VALUES)[number];

const TOLERANCES = { temperature: 2, stackPressure: 0.05, activeLoading: 0.1, current: 0.05 } as const;

/** Cycles of a table by life: 1, 2, 5, 10, 20, 50 … and the last. */
const isShownCycle = (cycle: number): boolean => /^[125]0*$/.test(String(cycle));

/** @throws ThioscopeError INVALID_INPUT for no cells, or two cells of one name */
export function compareCells(cells: readonly ComparedCell[], by: Comparison): readonly ComparedRow[] {
  if (cells.length === 0) throw new ThioscopeError("INVALID_INPUT", "no cells to compare");
  const names = new Set(cells.map((c) => c.name));
  if (names.size < cells.length)
    throw new ThioscopeError("INVALID_INPUT", "two of the cells have the same name: a replicate would count twice");
  const observations = cells.flatMap((c) => (by === "life" ? lifeOf(c) : ratesOf(c)));
  const groups: Observation[][] = [];
  for (const observation of observations) {
    const group = groups.find((g) => isReplicate(g[0]!.conditions, observation.conditions));
    if (group) group.push(observation);
    else groups.push([observation]);
  }
  return inOrder(groups.map(rowOf), by);
}

function ratesOf(c: ComparedCell): Observation[] {
  const { summary, cell } = c;
  const per = perSize(cell);
  return summary.rates.map((group) => {
    const members = summary.cycles.filter((k) => k.cycle >= group.firstCycle && k.cycle <= group.lastCycle);
    return {
      cell: c.name,
      conditions: { ...conditionsOf(cell), ...currentOf(group, per), isReturn: group.backAt !== null, cycle: null },
      values: {
        dischargeCapacity: perMass(group.dischargeCapacity, per),
        arealCapacity: per.area(group.dischargeCapacity),
        coulombicEfficiency: group.coulombicEfficiency,
        retention: { notComputable: "retention is told by life" },
      },
      origin: originOf(c.name, members),
    };
  });
}

function lifeOf(c: ComparedCell): Observation[] {
  const { summary, cell } = c;
  const per = perSize(cell);
  const last = summary.cycles.at(-1)?.cycle;
  return summary.cycles
    .filter((k) => isShownCycle(k.cycle) || k.cycle === last)
    .map((k) => {
      const group = summary.rates.find((r) => r.firstCycle <= k.cycle && k.cycle <= r.lastCycle);
      return {
        cell: c.name,
        conditions: {
          ...conditionsOf(cell),
          ...(group ? currentOf(group, per) : { current: null, rate: null }),
          isReturn: false,
          cycle: k.cycle,
        },
        values: {
          dischargeCapacity: perMass(k.dischargeCapacity, per),
          arealCapacity: per.area(k.dischargeCapacity),
          coulombicEfficiency: k.coulombicEfficiency,
          retention: k.retention,
        },
        origin: originOf(c.name, [k]),
      };
    });
}

function originOf(cell: string, cycles: readonly CycleSummary[]): RowOrigin {
  return {
    cell,
    cycles: [cycles[0]!.cycle, cycles.at(-1)!.cycle],
    rows: [Math.min(...cycles.map((k) => k.rows[0])), Math.max(...cycles.map((k) => k.rows[1]))],
  };
}

const quantityOf = (booked: Booked | null): Quantity | null => (booked && isComputable(booked.answer) ? booked.answer : null);

function conditionsOf(cell: Cell | null): Pick<Conditions, "series" | "temperature" | "stackPressure" | "activeLoading"> {
  return {
    series: cell ? materialsOf(cell) : "no cell file",
    temperature: cell?.temperature ? inUnit(cell.temperature.quantity, "°C") : null,
    stackPressure: cell ? quantityOf(dieLoad(cell, "stack")) : null,
    activeLoading: cell ? quantityOf(activeLoading(cell)) : null,
  };
}

/** What the cell is made of, from anode to cathode: "Na15Sn4 80 wt%, C 20 wt% | Na3PS4 | …". */
function materialsOf(cell: Cell): string {
  return cell.layers
    .filter((layer) => layer.role !== "collector")
    .map((layer) => layer.composition.map((s) => (layer.composition.length === 1 ? s.name : `${s.name} ${s.share.text}`)).join(", "))
    .join(" | ");
}

function currentOf(group: RateGroup, per: PerSize): Pick<Conditions, "current" | "rate"> {
  const absolute = isComputable(group.dischargeCurrent)
    ? group.dischargeCurrent
    : isComputable(group.chargeCurrent)
      ? group.chargeCurrent
      : null;
  const rate = isComputable(group.rate) ? group.rate : null;
  if (!absolute) return { current: null, rate };
  const [specific, areal] = [per.mass(absolute), per.area(absolute)];
  return { current: isComputable(specific) ? specific : isComputable(areal) ? areal : absolute, rate };
}

function perMass(capacity: Answer, per: PerSize): Answer {
  const specific = per.mass(capacity);
  return isComputable(specific) ? specific : capacity;
}

function isReplicate(a: Conditions, b: Conditions): boolean {
  if (a.series !== b.series || a.isReturn !== b.isReturn || a.cycle !== b.cycle) return false;
  const near = (p: Quantity | null, q: Quantity | null, limit: (p: number, q: number) => number): boolean => {
    if (!p || !q) return p === q;
    return p.unit === q.unit && Math.abs(p.value - q.value) <= limit(p.value, q.value);
  };
  const share = (tolerance: number) => (p: number, q: number) => tolerance * Math.min(Math.abs(p), Math.abs(q));
  return (
    near(a.temperature, b.temperature, () => TOLERANCES.temperature) &&
    near(a.stackPressure, b.stackPressure, share(TOLERANCES.stackPressure)) &&
    near(a.activeLoading, b.activeLoading, share(TOLERANCES.activeLoading)) &&
    near(a.current, b.current, share(TOLERANCES.current))
  );
}

function rowOf(group: readonly Observation[]): ComparedRow {
  const cells = [...new Set(group.map((o) => o.cell))];
  const first = group[0]!.conditions;
  const condition = (name: "temperature" | "stackPressure" | "activeLoading" | "current" | "rate", missing: string): Answer => {
    const found = cells.flatMap((cell) => group.find((o) => o.cell === cell)?.conditions[name] ?? []);
    return found.length > 0 ? meanOver(found) : { notComputable: missing };
  };
  const value = (name: ValueName): Answer => {
    const perCell = cells.flatMap((cell) => {
      const own = group.filter((o) => o.cell === cell).flatMap((o) => (isComputable(o.values[name]) ? [o.values[name]] : []));
      return own.length > 0 ? [ownMean(own)] : [];
    });
    if (perCell.length === 0) return group[0]!.values[name];
    if (new Set(perCell.map((q) => q.unit)).size > 1)
      return { notComputable: "the cells' values are in different units: some lack a mass" };
    return meanOver(perCell);
  };
  return {
    series: first.series,
    temperature: condition("temperature", "the cell file gives no temperature"),
    stackPressure: condition("stackPressure", "the cell file gives no stack pressure"),
    activeLoading: condition("activeLoading", "the cell file gives no loading of active material"),
    current: condition("current", "no current flows"),
    rate: condition("rate", "the current of 1 C is missing: the cell file tells it"),
    isReturn: first.isReturn,
    cycle: first.cycle,
    n: cells.length,
    errors: cells.length > 1 ? "scatter of the cells" : "error of one cell",
    dischargeCapacity: value("dischargeCapacity"),
    arealCapacity: value("arealCapacity"),
    coulombicEfficiency: value("coulombicEfficiency"),
    retention: value("retention"),
    origins: group.map((o) => o.origin),
  };
}

/** Groups of one cell: their errors are shared (gain, mass), so the mean keeps them. */
function ownMean(list: readonly Quantity[]): Quantity {
  const n = list.length;
  const sigmas = list.map((q) => q.sigma ?? 0);
  return {
    value: list.reduce((sum, q) => sum + q.value, 0) / n,
    sigma: list.every((q) => q.sigma === null) ? null : sigmas.reduce((a, b) => a + b, 0) / n,
    unit: list[0]!.unit,
  };
}

/** Mean with the scatter of the cells as its error; of one cell its own. */
function meanOver(list: readonly Quantity[]): Quantity {
  const n = list.length;
  if (n === 1) return list[0]!;
  const mean = list.reduce((sum, q) => sum + q.value, 0) / n;
  const square = list.reduce((sum, q) => sum + (q.value - mean) ** 2, 0);
  return { value: mean, sigma: Math.sqrt(square / (n - 1)), unit: list[0]!.unit };
}

/** Rows of one series together, by the condition asked for; what counts as equal keeps the order of the other conditions. */
function inOrder(rows: readonly ComparedRow[], by: Comparison): readonly ComparedRow[] {
  const levels = {
    temperature: levelsOf(
      rows.map((row) => row.temperature),
      (a) => a + TOLERANCES.temperature,
    ),
    pressure: levelsOf(
      rows.map((row) => row.stackPressure),
      (a) => a * (1 + TOLERANCES.stackPressure),
    ),
    loading: levelsOf(
      rows.map((row) => row.activeLoading),
      (a) => a * (1 + TOLERANCES.activeLoading),
    ),
    rate: levelsOf(
      rows.map((row) => row.current),
      (a) => a * (1 + TOLERANCES.current),
    ),
  };
  const leading = by === "life" ? rows.map((row) => row.cycle ?? 0) : levels[by];
  const order = rows.map((_, k) => k);
  order.sort((a, b) => {
    for (const list of [leading, levels.temperature, levels.pressure, levels.loading, levels.rate]) {
      const difference = list[a]! - list[b]!;
      if (difference !== 0) return difference;
    }
    return Number(rows[a]!.isReturn) - Number(rows[b]!.isReturn);
  });
  const series = [...new Set(rows.map((row) => row.series))].sort((a, b) => a.localeCompare(b));
  return series.flatMap((name) => order.map((k) => rows[k]!).filter((row) => row.series === name));
}

/** Level of each answer, from 0; −1 where there is none. A level ends where the next value exceeds `reach` of the one before. */
function levelsOf(answers: readonly Answer[], reach: (value: number) => number): readonly number[] {
  const known = answers.flatMap((answer, k) => (isComputable(answer) ? [{ value: answer.value, k }] : []));
  known.sort((a, b) => a.value - b.value);
  const levels = answers.map(() => -1);
  let level = 0;
  for (const [i, { value, k }] of known.entries()) {
    if (i > 0 && value > reach(known[i - 1]!.value)) level++;
    levels[k] = level;
  }
  return levels;
}

/** "3 cells" or the one cell's name, for tables. */
export function cellsOf(row: ComparedRow): string {
  return row.n > 1 ? `${row.n} cells` : (row.origins[0]?.cell ?? "");
}

/** A condition for tables: its value without the replicates' scatter where that is zero. */
export function conditionText(answer: Answer): string {
  if (!isComputable(answer)) return "–";
  return formatQuantity(answer.sigma === null || answer.sigma < 1e-9 * Math.abs(answer.value) ? { ...answer, sigma: null } : answer);
}
