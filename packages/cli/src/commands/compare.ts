/** thioscope compare: rate, temperature, loading, pressure and life over several cells. */
import { basename, join } from "node:path";
import { type Answer, formatQuantity, isComputable, ThioscopeError } from "@thioscope/core";
import { type Cell, theoreticalOneCAmpere } from "@thioscope/core/cell";
import {
  COMPARISONS,
  type ComparedCell,
  type ComparedRow,
  type Comparison,
  cellsOf,
  compareCells,
  conditionText,
} from "@thioscope/core/comparison";
import { summariseCycling } from "@thioscope/core/cycling";
import { isStudy, readStudy } from "@thioscope/study";
import type { Command } from "../command.ts";
import { readCell, readRaw, shortAnswer, textTable } from "../inputs.ts";

export const command: Command = {
  name: "compare",
  summary: "rate, temperature, loading, pressure and life tables over several cells",
  usage: "thioscope compare STUDY|FILE… --by rate|temperature|loading|pressure|life [--cell LIST]",
  about: `One table over all cells of a study or a list of raw files. Cells of the same materials, temperature, stack pressure, loading and rate are
replicates: one row with their mean, their scatter as its error, and n. A single cell gives its own value and error. Every row of --json names
the cells, cycles and table rows it stands on. Conditions come from the cell files; rates are found in the current.`,
  options: {
    by: { type: "string", value: "WHAT", help: COMPARISONS.join(", ") },
    cell: { type: "string", value: "LIST", help: "cell files of the raw files, separated by commas; one serves for all" },
    salvage: { type: "boolean", help: "of a damaged file, use what can be read before the damage" },
  },
  examples: ["thioscope compare my-study --by rate", "thioscope compare a.mpr b.mpr --by life --cell a.yaml,b.yaml --json"],
  async run(words, options, io) {
    const by = comparison(options.by);
    if (words.length === 0) throw new ThioscopeError("USAGE", `a study or raw files are needed. Usage: ${command.usage}`);
    const sources = await sourcesOf(words, typeof options.cell === "string" ? options.cell.split(",") : []);
    const cards = new Map<string, Cell>();
    const cells: ComparedCell[] = [];
    const left: { file: string; reason: string }[] = [];
    for (const [k, { path, name, cell: cellPath }] of sources.entries()) {
      io.task.progress(k, sources.length, "cells");
      if (cellPath !== null && !cards.has(cellPath)) cards.set(cellPath, await readCell(cellPath));
      const cell = cellPath === null ? null : cards.get(cellPath)!;
      const file = await readRaw(path, io.task, options.salvage === true);
      const summary = summariseCycling(file, { oneCAmpere: cell ? theoreticalOneCAmpere(cell).measured : null });
      if (summary.cycles.length === 0) left.push({ file: name, reason: summary.noCycles ?? "the file holds no cycle" });
      else cells.push({ name, summary, cell });
    }
    if (cells.length === 0) throw new ThioscopeError("NOT_COMPUTABLE", `none of the ${sources.length} files holds a cycle`);
    const rows = compareCells(cells, by);
    io.result({ by, cells: cells.map((c) => ({ name: c.name, cycles: c.summary.cycles.length })), rows, leftOut: left });
    for (const { file, reason } of left) io.hint(`left out: ${file}: ${reason}`);
    if (io.json) return;
    for (const series of new Set(rows.map((row) => row.series))) {
      io.say(
        `${series}\n${table(
          rows.filter((row) => row.series === series),
          by,
        )}`,
      );
    }
  },
};

function comparison(word: string | boolean | undefined): Comparison {
  const found = COMPARISONS.find((c) => c === word);
  if (!found)
    throw new ThioscopeError(
      "USAGE",
      `--by ${word === undefined ? "is missing" : `${String(word)} is not known`}; it takes ${COMPARISONS.join(", ")}`,
    );
  return found;
}

async function sourcesOf(
  words: readonly string[],
  cells: readonly string[],
): Promise<{ path: string; name: string; cell: string | null }[]> {
  const found: { path: string; name: string; cell: string | null }[] = [];
  const files: string[] = [];
  for (const word of words) {
    if (!(await isStudy(word))) {
      files.push(word);
      continue;
    }
    const study = await readStudy(word);
    for (const file of study.files) {
      found.push({ path: join(study.root, file.path), name: file.path, cell: file.cell === null ? null : join(study.root, file.cell) });
    }
  }
  if (cells.length > 1 && cells.length !== files.length) {
    throw new ThioscopeError("USAGE", `--cell names ${cells.length} cell files for ${files.length} raw files`);
  }
  for (const [k, path] of files.entries()) {
    const name = files.some((other, j) => j !== k && basename(other) === basename(path)) ? path : basename(path);
    found.push({ path, name, cell: cells.length === 0 ? null : (cells[cells.length === 1 ? 0 : k] ?? null) });
  }
  return found;
}

function table(rows: readonly ComparedRow[], by: Comparison): string {
  const unit = (answers: readonly Answer[]): string => answers.find(isComputable)?.unit ?? "";
  const capacity = unit(rows.map((row) => row.dischargeCapacity));
  const isLife = by === "life";
  const head = [
    ...(isLife ? ["cycle"] : []),
    "current",
    "rate",
    "°C",
    "loading",
    "stack",
    `discharge ${capacity}`,
    "mAh/cm2",
    "CE %",
    ...(isLife ? ["retention %"] : []),
    "n",
    "",
  ];
  return textTable(
    head,
    rows.map((row) => [
      ...(isLife ? [String(row.cycle)] : []),
      isComputable(row.current) ? formatQuantity(row.current) : "–",
      isComputable(row.rate) ? `${row.rate.value.toPrecision(3)} C` : "–",
      isComputable(row.temperature) ? conditionText({ ...row.temperature, unit: "" }) : "–",
      conditionText(row.activeLoading),
      conditionText(row.stackPressure),
      shortAnswer(row.dischargeCapacity),
      shortAnswer(row.arealCapacity),
      shortAnswer(row.coulombicEfficiency),
      ...(isLife ? [shortAnswer(row.retention)] : []),
      String(row.n),
      [cellsOf(row), row.isReturn ? "return" : ""].filter((text) => text !== "").join(", "),
    ]),
  );
}
