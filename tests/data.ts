/**
 * Real instrument files for tests. They are not part of the repository: they lie in $THIOSCOPE_DATA or in
 * `../shared/data`. Where they are absent tests skip visibly, unless THIOSCOPE_REQUIRE lists `data`.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { type ByteSource, sourceOfBytes } from "@thioscope/formats";
import { describe, test } from "vitest";
import { dataFile, DATA_FOLDER as folder } from "./dataFolder.ts";

/** True if the environment demands that tests needing `what` run: then their absence is a failure. */
export function isRequired(what: "data" | "chromium" | "slurm"): boolean {
  return (process.env["THIOSCOPE_REQUIRE"] ?? "").split(",").includes(what);
}

export { dataFile };

export function dataSource(path: string): ByteSource {
  return sourceOfBytes(basename(path), new Uint8Array(readFileSync(dataFile(path))));
}

/** `describe` that skips with a visible reason where the data folder is absent. */
export function describeData(title: string, body: () => void): void {
  if (existsSync(folder)) describe(title, body);
  else if (isRequired("data")) test(title, () => Promise.reject(new Error(`data folder ${folder} is required and absent`)));
  else describe.skip(`${title} (no data folder ${folder})`, body);
}
