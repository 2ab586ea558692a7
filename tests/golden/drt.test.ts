/** DRT of the shared ZARC files; truth re-derived by fit in the folder's README: arcs at 1e-4 s and 0.1 s, φ = 0.8. */
import { readFileSync } from "node:fs";
import { distributionOfRelaxationTimes } from "@thioscope/core/impedance";
import { expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

const TRUTH: Readonly<Record<string, readonly (readonly [tau: number, ohm: number])[]>> = {
  "1ZARC": [[0.1, 50]],
  "2ZARC0": [
    [1e-4, 50],
    [0.1, 10],
  ],
  "2ZARC2": [
    [1e-4, 50],
    [0.1, 30],
  ],
  "2ZARC5": [
    [1e-4, 50],
    [0.1, 200],
  ],
};

describeData("distribution of relaxation times", () => {
  test.each(Object.entries(TRUTH))("%s", (name, truth) => {
    const rows = readFileSync(dataFile(`eis/${name}.csv`), "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").map(Number));
    const column = (j: number): Float64Array => Float64Array.from(rows, (row) => row[j]!);
    const { peaks } = distributionOfRelaxationTimes({ frequencyHertz: column(1), real: column(2), imaginary: column(3) });
    expect(peaks).toHaveLength(truth.length);
    for (const [i, [tau, ohm]] of truth.entries()) {
      expect(Math.abs(Math.log10(peaks[i]!.tau.value / tau))).toBeLessThan(0.05);
      expect(Math.abs(peaks[i]!.resistance.value / ohm - 1)).toBeLessThan(0.05);
    }
  });
});
