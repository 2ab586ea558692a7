/** A symmetric cell, or the soft shorts of a full one: a row per half cycle for the database, all of it for the story. */
import { type Answer, isComputable, makeTable, parseQuantity, type Quantity, type Table, textColumn } from "@thioscope/core";
import { cellArea } from "@thioscope/core/cell";
import { type SymmetricStory, symmetricStory } from "@thioscope/core/story";
import { tableToParquet } from "../parquet.ts";
import type { FileInput, ResultInput, StepFunction, StepIo } from "../stepModules.ts";
import { answers, integers, numbers, whereItApplies } from "./applies.ts";
import { loadCell } from "./cell.ts";
import { jsonBytes, loadFile, METHOD_COLUMNS } from "./facts.ts";

export const symmetricStep: StepFunction = async (inputs, parameters, io) => {
  const full = parameters.full === true;
  const area = await areaOf(String(parameters.area), inputs.cell as FileInput | undefined, io);
  const file = await loadFile(io, inputs.read as ResultInput, METHOD_COLUMNS);
  const asSymmetric = whereItApplies("no-symmetric-cell", () => symmetricStory(file, { area }));
  // a cell whose potential follows the sign of the current is no full one
  const found =
    full && asSymmetric.value === null ? whereItApplies("no-symmetric-cell", () => symmetricStory(file, { area, full })) : asSymmetric;
  if (found.value === null) {
    const hint = full ? "" : "; `symmetric: { full: true }` looks for soft shorts in full cells";
    return {
      files: { "symmetric.json": jsonBytes({ notComputable: `${found.reason}${hint}` }) },
      notices: found.notices.map((notice) => ({ ...notice, message: `${notice.message}${hint}` })),
      summary: { halfCycles: 0 },
    };
  }
  const story = found.value;
  return {
    files: { "overpotentials.parquet": tableToParquet(tableOf(story)), "symmetric.json": jsonBytes(story) },
    notices: [],
    summary: { halfCycles: story.halfCycles.length, softShorts: story.softShorts.verdict },
  };
};

/** The declared area, or that of the cell file; null where neither tells it. */
async function areaOf(written: string, cell: FileInput | undefined, io: StepIo): Promise<Quantity | null> {
  if (written !== "auto") return parseQuantity(written, "cm2");
  const described = await loadCell(io, cell);
  if (!described) return null;
  const { answer } = cellArea(described);
  return isComputable(answer) ? answer : null;
}

type Half = SymmetricStory["halfCycles"][number];

function tableOf({ halfCycles, softShorts }: SymmetricStory): Table {
  const answer = (name: string, unit: string, of: (half: Half) => Answer) => answers(name, unit, halfCycles.map(of));
  const whole = (name: string, of: (half: Half) => number) => integers(name, halfCycles.map(of));
  return makeTable([
    whole("half_cycle", (h) => h.half),
    whole("cycle", (h) => h.cycle),
    textColumn(
      "direction",
      halfCycles.map((h) => h.direction),
    ),
    whole("first_row", (h) => h.rows.first),
    whole("last_row", (h) => h.rows.last),
    numbers(
      "hour",
      "h",
      halfCycles.map((h) => h.hour),
    ),
    ...answer("current_ma", "mA", (h) => h.current),
    ...answer("current_ma_cm2", "mA/cm2", (h) => h.currentDensity),
    ...answer("capacity_mah", "mAh", (h) => h.capacity),
    ...answer("mean_mv", "mV", (h) => h.mean),
    ...answer("end_mv", "mV", (h) => h.end),
    ...answer("growth_mv", "mV", (h) => h.growth),
    ...answer("resistance_ohm", "ohm", (h) => h.resistance),
    whole("short_signs", (h) => softShorts.signs.filter((sign) => sign.half === h.half).length),
  ]);
}
