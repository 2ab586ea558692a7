/**
 * Damaged files: cut at each of the first 4,096 bytes and at 2,000 random places, and overwritten at random.
 * A reader answers with a table or a coded error; it never crashes, hangs or takes memory.
 *
 * One small file per format in every run, text cut at every fifth byte (a field of a row has more); all files at every byte with THIOSCOPE_LONG=1.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { type ErrorCode, random, ThioscopeError } from "@thioscope/core";
import { readCycling, sourceOfBytes } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

const CODES: readonly ErrorCode[] = ["FILE_FOREIGN", "FILE_CUT", "FILE_DAMAGED", "FILE_EMPTY", "FORMAT_VERSION", "MAPPING_NEEDED"];

const ONE_OF_EACH = [
  "46_1_5_60_bts16.ndax",
  "scrubbed_ndc2.ndax",
  "nda_v8.nda",
  "nda_v22.nda",
  "new_nda_file.nda",
  "gcpl.issue_226.I.mpr",
  "mb.issue_95.mpr",
  "gcpl.issue_226.I.mpt",
  "cv_3scan.pssession",
  "arbin_example.res",
  "Experiment_Record.xlsx",
  "sample_data_arbin.csv",
  "sample_data_maccor.csv",
  "interp-test.csv",
];

/** Reads; gives the error's code or "ok". Anything else than a coded error fails the test. */
async function outcome(name: string, bytes: Uint8Array, salvage: boolean, what: string): Promise<string> {
  const began = performance.now();
  let result: string;
  try {
    const file = await readCycling(sourceOfBytes(name, bytes), { salvage });
    expect(file.rows, what).toBeLessThanOrEqual(bytes.length);
    for (const column of file.columns) expect(column.values.length, `${what}, ${column.name}`).toBe(file.rows);
    result = "ok";
  } catch (error) {
    if (!(error instanceof ThioscopeError)) throw new Error(`${what}: ${String(error)}`, { cause: error });
    expect(CODES, `${what}: ${error.message}`).toContain(error.code);
    expect(error.place.file, what).toBe(name);
    result = error.code;
  }
  expect(performance.now() - began, `${what} took too long`).toBeLessThan(5000);
  return result;
}

describeData("damaged files", () => {
  const all = process.env.THIOSCOPE_LONG === "1";
  const names = all ? readdirSync(dataFile("echem")).filter((name) => !/README|truth/.test(name)) : ONE_OF_EACH;
  test.each(names)("%s", { timeout: 600_000 }, async (name) => {
    const path = dataFile(`echem/${name}`);
    const bytes = new Uint8Array(readFileSync(path));
    const size = statSync(path).size;
    const draw = random(name);
    const memory = process.memoryUsage().rss;
    const cuts = new Set<number>();
    const isText = /\.(?:csv|txt|mpt)$/.test(name);
    for (let n = 0; n < Math.min(4096, size); n += !all && isText && n >= 64 ? 5 : 1) cuts.add(n);
    const places = all || (size < 100_000 && !isText) ? 2000 : 300;
    for (let n = 0; n < places; n++) cuts.add(draw.integer(size));
    for (const cut of cuts) await outcome(name, bytes.subarray(0, cut), cut % 2 === 0, `${name} cut at ${cut}`);
    for (let n = 0; n < 300; n++) {
      const damaged = bytes.slice();
      const from = draw.integer(size);
      const length = 1 + draw.integer(n % 3 === 0 ? 4 : 64);
      for (let i = from; i < Math.min(size, from + length); i++) damaged[i] = draw.integer(256);
      await outcome(name, damaged, n % 2 === 0, `${name} overwritten at ${from}+${length}`);
    }
    expect(process.memoryUsage().rss - memory, "memory taken").toBeLessThan(1.5e9);
  });
});
