/**
 * `thioscope inspect --json` on every real cycler file, and on damaged copies of each.
 *
 * Rows and cycles: Neware from the vendor's BTSDA export (btsda-truth.json), .mpr from the lines of the .mpt that EC-Lab
 * exported, the others as counted by independent readers (the data folder's README). The commands run in this process
 * through the same `main` as the bin; tests/cli runs them as processes.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Quantity } from "@thioscope/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "../cli/contract.ts";
import { inProcess } from "../cli/inProcess.ts";
import { dataFile, describeData } from "../data.ts";

interface Facts {
  format: string;
  technique: string;
  rows: number;
  cycles: number | null;
  cyclesByCurrent: number | null;
  columns: { name: string; unit: string }[];
  first: Record<string, Quantity | string> | null;
  last: Record<string, Quantity | string> | null;
  warnings: { code: string; message: string }[];
}

/** file → format, rows, cycles of the instrument (undefined: no independent figure) */
const TRUTH: Readonly<Record<string, readonly [format: string, rows: number, cycles?: number]>> = {
  "test_2.ndax": ["neware-ndax", 108_563, 54],
  "nw4-120-1-6-53.ndax": ["neware-ndax", 18_700, 150],
  "TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation.ndax": ["neware-ndax", 77_745, 7],
  "46_1_5_60_bts16.ndax": ["neware-ndax", 84, 1],
  "Unit27_Example_Data_File.ndax": ["neware-ndax", 301, 1],
  "Unit27_Example_Corrupt.ndax": ["neware-ndax", 301, 1],
  "interp-test.ndax": ["neware-ndax", 333, 1],
  "scrubbed_ndc2.ndax": ["neware-ndax", 28, 1],
  "empty.ndax": ["neware-ndax", 0],
  "BTS85-36-6-5-110-20240424.ndax": ["neware-ndax", 699_677],
  "test.ndax": ["neware-ndax", 1_464, 1],
  "TestFile.nda": ["neware-nda", 6_670, 3],
  "2-1-6_61_07005012.nda": ["neware-nda", 15_567, 1],
  "nda_v22.nda": ["neware-nda", 1_380, 1],
  "nda_v23.nda": ["neware-nda", 2_706, 1],
  "nda_v8.nda": ["neware-nda", 21, 1],
  "new_nda_file.nda": ["neware-nda", 439, 1],
  "jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr": ["biologic-mpr", 46_102, 7],
  "cv.issue_149.mpr": ["biologic-mpr", 5_930],
  "GCPL-0.mpr": ["biologic-mpr", 4],
  "MB-0.mpr": ["biologic-mpr", 2],
  "MB-1.mpr": ["biologic-mpr", 13],
  "wait.mpr": ["biologic-mpr", 0],
  "interp-test.csv": ["neware-csv", 333, 1],
  "SINTEF__LiGrR2032__2024-04-30__25degC__Landt.csv": ["landt-csv", 25_162, 2],
  "bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx": ["arbin-xlsx", 4_526],
  "arbin_example.res": ["arbin-res", 2_150, 5],
  "sample_data_arbin.csv": ["arbin-csv", 13],
  "sample_data_maccor.csv": ["maccor-csv", 15],
  "cv_3scan.pssession": ["palmsens-pssession", 121, 3],
  "CV example.pssession": ["palmsens-pssession", 437 + 436 + 436, 3],
};

let folder = "";
let out = "";
let err = "";

const inspect = (...args: string[]): Promise<number> => run("inspect", ...args);

/** Runs a command in this process; @returns its exit code, what it printed is in `out` and `err`. */
async function run(...args: string[]): Promise<number> {
  const done = await inProcess(...args, "--json");
  [out, err] = [done.stdout, done.stderr];
  return done.code;
}

async function facts(name: string): Promise<Facts> {
  expect(await inspect(dataFile(`echem/${name}`)), err).toBe(0);
  expect(err).toBe("");
  return JSON.parse(out) as Facts;
}

describeData("thioscope inspect --json", () => {
  const names = readdirSync(dataFile("echem")).filter((name) => !/README|truth/.test(name));
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "thioscope-inspect-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(names)("%s", async (name) => {
    const found = await facts(name);
    expect(schemaMistakes("inspect", found)).toEqual([]);
    expect(contractMistakes(found)).toEqual([]);
    const columns = found.columns.map((c) => c.name);
    expect(new Set(columns).size).toBe(columns.length);
    if (found.rows === 0) {
      expect([found.first, found.last]).toEqual([null, null]);
      expect(found.warnings.map((w) => w.code)).toContain("no-rows");
    } else {
      for (const row of [found.first, found.last]) expect(Object.keys(row ?? {})).toEqual(columns);
      for (const { name: column, unit } of found.columns) expect((found.first![column] as Quantity).unit ?? unit).toBe(unit);
    }
    const truth = TRUTH[name];
    if (truth) {
      const [format, rows, cycles] = truth;
      expect([found.format, found.rows]).toEqual([format, rows]);
      if (cycles !== undefined) expect(found.cycles).toBe(cycles);
    }
    if (name.endsWith(".mpt") && name !== "Sample_data_biologic_no_header.mpt") {
      const text = readFileSync(dataFile(`echem/${name}`), "latin1");
      const header = Number(/Nb header lines : (\d+)/.exec(text)?.[1]);
      expect(found.rows).toBe(
        text
          .split(/\r?\n/)
          .slice(header)
          .filter((line) => line !== "").length,
      );
      const mpr = name.replace(/(\.de)?\.mpt$/, ".mpr");
      const binary = await facts(mpr);
      expect([binary.rows, binary.cycles, binary.cyclesByCurrent]).toEqual([found.rows, found.cycles, found.cyclesByCurrent]);
    }
  });

  test("a damaged member costs its channels, not the rows", async () => {
    const { warnings, columns } = await facts("Unit27_Example_Corrupt.ndax");
    expect(warnings.map((w) => w.code)).toContain("member-damaged");
    expect(columns.map((c) => c.name)).toEqual(
      expect.arrayContaining(["test_time_second", "voltage_volt", "current_ampere", "cycle_count", "step_count"]),
    );
  });

  test.each([["CV example.pssession"], ["CV example.pssession", "cv.mpr"]])("cv keeps the contract: %j", async (...files) => {
    expect(await run("cv", ...files.map((name) => dataFile(`echem/${name}`))), err).toBe(0);
    const value: unknown = JSON.parse(out);
    expect(schemaMistakes("cv", value)).toEqual([]);
    expect(contractMistakes(value)).toEqual([]);
  });

  /** What the format notices: none of these has a checksum over its rows but the archives. */
  test.each(names.filter((name) => /\.(nda|ndax|mpr|res|xlsx|pssession)$/.test(name)))(
    "%s, damaged: coded error, exit code 2",
    async (name) => {
      const bytes = new Uint8Array(readFileSync(dataFile(`echem/${name}`)));
      const overwritten = bytes.slice();
      overwritten.fill(0xa5, 0, Math.min(4096, bytes.length >> 1));
      const copies: [what: string, content: Uint8Array, codes: RegExp][] = [
        ["cut in the middle", bytes.subarray(0, bytes.length >> 1), /^FILE_(CUT|DAMAGED)$/],
        ["cut to 200 bytes", bytes.subarray(0, 200), /^FILE_(CUT|DAMAGED|FOREIGN)$/],
        ["foreign", new TextEncoder().encode("%PDF-1.7\n".repeat(500)), /^(FILE_FOREIGN|MAPPING_NEEDED)$/],
        ["its start overwritten", overwritten, /^(FILE_(CUT|DAMAGED|FOREIGN)|FORMAT_VERSION)$/],
        ["empty", new Uint8Array(), /^FILE_EMPTY$/],
      ];
      const path = join(folder, name);
      for (const [what, content, codes] of copies) {
        writeFileSync(path, content);
        expect([await inspect(path), out], what).toEqual([2, ""]);
        const value = JSON.parse(err) as { error: { code: string; file: string } };
        expect(schemaMistakes("error", value), what).toEqual([]);
        expect(value.error.code, `${what}: ${err}`).toMatch(codes);
        expect(value.error.file, what).toBe(path);
        expect(err, what).not.toMatch(/^\s+at /m);
      }
    },
  );
});
