/** Cells of a story as rows to choose from: what each delivered, and which of them a form leaves. The same choice as SQL for a study's database. */
import { type Answer, isComputable } from "@thioscope/core";
import type { Story, StoryFile } from "@thioscope/core/story";

/** A cell in one file; NaN where a number is not known. */
export interface CellChoice {
  /** place in the story's files */
  place: number;
  name: string;
  cycles: number;
  /** largest discharge capacity of a cycle, mAh */
  capacity: number;
  /** of the first cycle, % */
  efficiency: number;
  /** the first cycle below 80 % of the one that retention refers to; NaN where there is none */
  below80: number;
}

/** What a form asks for; empty texts and NaN ask for nothing. */
export interface CellFilter {
  text: string;
  cycles: number;
  capacity: number;
  efficiency: number;
  /** at least so many cycles before it falls below 80 % */
  life: number;
}

export const NO_FILTER: CellFilter = { text: "", cycles: Number.NaN, capacity: Number.NaN, efficiency: Number.NaN, life: Number.NaN };

const number = (answer: Answer | undefined): number => (answer && isComputable(answer) ? answer.value : Number.NaN);

function choiceOf(file: StoryFile, place: number): CellChoice {
  const { cycleTable, referenceCycle, name } = file;
  const capacities = cycleTable.map(({ dischargeCapacity }) => number(dischargeCapacity)).filter(Number.isFinite);
  const below = cycleTable.find(({ cycle, retention }) => cycle > (referenceCycle ?? 0) && number(retention) < 80);
  return {
    place,
    name,
    cycles: cycleTable.length,
    capacity: capacities.length > 0 ? Math.max(...capacities) : Number.NaN,
    efficiency: number(cycleTable.find(({ cycle }) => cycle === 1)?.coulombicEfficiency),
    below80: below?.cycle ?? Number.NaN,
  };
}

/** Files with cycles, in the order of the story. */
export function cellChoices({ files }: Story): CellChoice[] {
  return files.flatMap((file, place) => (file.halfCycles.length > 0 ? [choiceOf(file, place)] : []));
}

/** Whether the form leaves the cell. */
export function isLeft(cell: CellChoice, filter: CellFilter): boolean {
  const atLeast = (value: number, asked: number): boolean => Number.isNaN(asked) || value >= asked;
  return (
    cell.name.toLowerCase().includes(filter.text.trim().toLowerCase()) &&
    atLeast(cell.cycles, filter.cycles) &&
    atLeast(cell.capacity, filter.capacity) &&
    atLeast(cell.efficiency, filter.efficiency) &&
    // a cell that never fell below has lived as long as it was cycled
    atLeast(Number.isNaN(cell.below80) ? cell.cycles : cell.below80, filter.life)
  );
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The same question to the database of a study: `thioscope query` takes it too. */
export function filterSql(filter: CellFilter): string {
  const conditions: string[] = [];
  const text = filter.text.trim().toLowerCase();
  if (text !== "") conditions.push(`contains(lower(file), ${quoted(text)})`);
  const atLeast = (column: string, asked: number): void => {
    if (Number.isFinite(asked)) conditions.push(`${column} >= ${asked}`);
  };
  atLeast("cycles", filter.cycles);
  atLeast("max_discharge_mah", filter.capacity);
  atLeast("first_ce", filter.efficiency);
  atLeast("coalesce(first_cycle_below_80_percent, cycles)", filter.life);
  const first = "SELECT study, source, file, max(ce_percent) AS first_ce FROM cycles WHERE cycle = 1 GROUP BY ALL";
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : "";
  return (
    "SELECT cell, file, cycles, max_discharge_mah, first_ce, first_cycle_below_80_percent FROM cells " +
    `LEFT JOIN (${first}) USING (study, source, file)${where} ORDER BY cell, file`
  );
}
