/** What several commands take: a raw file, a cell file, text tables. */
import { readFile } from "node:fs/promises";
import {
  type Answer,
  formatQuantity,
  inUnit,
  isComputable,
  parseQuantity,
  type Quantity,
  type TaskContext,
  ThioscopeError,
} from "@thioscope/core";
import { type Cell, capacityBases } from "@thioscope/core/cell";
import type { AccuracyUsed, InstrumentAccuracy } from "@thioscope/core/cycling";
import type { CapacityBasis } from "@thioscope/core/story";
import {
  type ColumnMapping,
  type CyclingFile,
  type RawFile,
  readCellFile,
  readCycling,
  readRaw as readEitherKind,
} from "@thioscope/formats/cycling";
import { openAsByteSource } from "@thioscope/study/files";
import type { OptionSpec } from "./command.ts";
import { opened } from "./opened.ts";

export { opened } from "./opened.ts";
export { count, oneWord, textTable, warningLines } from "./text.ts";

/** Option of every command that reads raw files. */
export const MAPPING: OptionSpec = {
  type: "string",
  value: "JSON",
  help: 'columns of a text table or workbook that are not recognised: {"voltage_volt": {"header": "U", "unit": "mV"}}, or a file of it',
};

/** Option of every command whose errors hold the instrument's accuracy. */
export const GAIN: OptionSpec = {
  type: "string",
  value: "PERCENT",
  help: "accuracy of the instrument's current, one standard deviation; replaces the assumed values",
};

/** What --gain declares; undefined where the usual values are to be assumed. */
export function accuracyOption(word: string | boolean | undefined): InstrumentAccuracy | undefined {
  if (typeof word !== "string") return undefined;
  const percent = Number(word);
  if (!(percent >= 0)) throw new ThioscopeError("USAGE", `--gain ${word} is not a number of at least 0`);
  return { currentRelative: percent / 100 };
}

export const accuracyText = ({ how, assumed }: AccuracyUsed): string =>
  `Errors include the instrument's accuracy${assumed ? " (assumed; --gain declares it)" : ""}: ${how}.`;

/** What --mapping says: JSON, or the name of a file that holds it. */
export async function mappingOf(word: string | boolean | undefined): Promise<ColumnMapping | undefined> {
  if (typeof word !== "string") return undefined;
  const written = word.trimStart().startsWith("{");
  const text = written ? word : await readFile(word, "utf8").catch(() => undefined);
  if (text === undefined)
    throw new ThioscopeError("FILE_MISSING", `${word} cannot be opened: --mapping takes JSON or a file of it`, { file: word });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ThioscopeError(
      "USAGE",
      `--mapping is no JSON: ${error instanceof Error ? error.message : error}`,
      written ? {} : { file: word },
    );
  }
  const isDeclared = (d: unknown): boolean =>
    typeof d === "string" || (d !== null && typeof d === "object" && "header" in d && typeof d.header === "string");
  if (value === null || typeof value !== "object" || Array.isArray(value) || !Object.values(value).every(isDeclared)) {
    throw new ThioscopeError(
      "USAGE",
      '--mapping must be an object such as {"voltage_volt": "U"} or {"voltage_volt": {"header": "U", "unit": "mV"}}',
    );
  }
  return value as ColumnMapping;
}

/** Opens, reads and closes one file of cycling data. */
export function readRaw(path: string, task: TaskContext, salvage = false, mapping?: ColumnMapping): Promise<CyclingFile> {
  return opened(path, (source) => readCycling(source, { salvage, task, ...(mapping ? { mapping } : {}) }));
}

/** Opens, reads and closes one raw file of either kind. */
export function readEither(path: string, task: TaskContext, salvage = false, mapping?: ColumnMapping): Promise<RawFile> {
  return opened(path, (source) => readEitherKind(source, { salvage, task, ...(mapping ? { mapping } : {}) }));
}

/** What `work` gives; its errors name the file that it was about, unless they know better. */
export async function about<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ThioscopeError ? error.at({ file: path }) : error;
  }
}

/** "30 °C, 60 °C", one for each file. */
export function temperatureList(word: string | boolean | undefined, files: number): readonly Quantity[] {
  if (typeof word !== "string") return [];
  const list = word.split(",").map((text) => inUnit(parseQuantity(text, "°C"), "°C"));
  if (list.length !== files && list.length !== 1) {
    throw new ThioscopeError("USAGE", `--temperature names ${list.length} temperatures for ${files} files`);
  }
  return list.length === files ? list : Array.from({ length: files }, () => list[0]!);
}

export async function readCell(path: string): Promise<Cell> {
  const source = await openAsByteSource(path);
  await source.close();
  return readCellFile(await readFile(path, "utf8"), path);
}

const PLAIN: CapacityBasis = { unit: "mAh", label: "of the cell", factor: 1, relativeSigma: 0 };

/** Bases of the cell, the best first; without a cell file only mAh. */
export function basesOf(cell: Cell | null): readonly CapacityBasis[] {
  return cell ? capacityBases(cell) : [PLAIN];
}

/** "1249.3(4)", or the reason in brackets. */
export function shortAnswer(answer: Answer): string {
  return isComputable(answer) ? formatQuantity({ ...answer, unit: "" }) : "–";
}

/** An answer with its unit, or the reason why there is none. */
export const answerText = (answer: Answer): string => (isComputable(answer) ? formatQuantity(answer) : answer.notComputable);

/** A length such as "3.61um" in metres. */
export function metres(word: string): number {
  return inUnit(parseQuantity(word, "m"), "m").value;
}
