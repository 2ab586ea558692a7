/** The first step: a raw file to a table on disk, with everything the reader had to say. */
import { type ColumnMapping, readCycling } from "@thioscope/formats";
import { tableToParquet } from "../parquet.ts";
import type { FileInput, StepFunction } from "../tasks.ts";
import { type FileFacts, jsonBytes } from "./facts.ts";

export const readStep: StepFunction = async (inputs, parameters, { open, context }) => {
  const source = await open(inputs.raw as FileInput);
  const mapping = inputs.mapping as ColumnMapping | undefined;
  const file = await readCycling(source, {
    salvage: parameters.salvage === true,
    ...(mapping ? { mapping } : {}),
    task: context,
  });
  const facts: FileFacts = {
    name: source.name,
    size: source.size,
    format: file.format,
    technique: file.technique,
    rows: file.rows,
    meta: file.meta,
    notices: file.notices,
    columns: file.columns.map(({ name, unit, vendor }) => ({ name, unit, ...(vendor ? { vendor } : {}) })),
  };
  return {
    files: { "table.parquet": tableToParquet(file), "file.json": jsonBytes(facts) },
    notices: file.notices,
    summary: { rows: file.rows, format: file.format, technique: file.technique },
  };
};
