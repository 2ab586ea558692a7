/**
 * Writes `neware-vendor.csv`: per file and column how many values were compared with the vendor's export and the
 * largest difference. `node --conditions=source tests/golden/writeNewareVendor.ts`
 *
 * For a condensed export the values are minimum, maximum, mean, first and last over all rows; for interp-test also
 * every cell. `largest_difference` is to our unrounded value, `after_printing` to ours rounded as the vendor prints.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { type CyclingFile, readCycling, sourceOfBytes } from "@thioscope/formats";
import { dataFile } from "../data.ts";
import { type Compared, compareCells, compareWithVendor, fileOf, vendorTruth } from "./newareVendor.ts";

const HEADER = "file,column,rows,compared,largest_difference,after_printing";

export async function vendorTable(): Promise<string> {
  const lines = [HEADER];
  const add = ({ file, column, rows, compared, difference, printedDifference, tolerance }: Compared): void => {
    // below what the reference's ten digits can tell, a difference is none
    const shown = (value: number): string => (value <= tolerance ? "0" : value.toPrecision(2));
    lines.push([file, column, rows, compared, shown(difference), shown(printedDifference)].join(","));
  };
  for (const [entry, truth] of Object.entries(vendorTruth())) {
    const name = fileOf(entry);
    const file = await open(name);
    if (file.rows === 0) lines.push([name, "rows", 0, 1, 0, 0].join(","));
    else compareWithVendor(entry, truth, file).forEach(add);
  }
  compareCells(await open("interp-test.ndax")).forEach(add);
  return `${lines.join("\n")}\n`;
}

function open(name: string): Promise<CyclingFile> {
  return readCycling(sourceOfBytes(basename(name), new Uint8Array(readFileSync(dataFile(`echem/${name}`)))));
}

if (import.meta.main) writeFileSync(new URL("./neware-vendor.csv", import.meta.url), await vendorTable());
