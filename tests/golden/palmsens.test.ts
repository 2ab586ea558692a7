/**
 * Real PalmSens sessions. Expected values: the files' own JSON read with Python's json module, exact sums with
 * `math.fsum`; row counts of the scans and first and last impedances from the vendor's SDK tests.
 */
import { asFloat64, getColumn } from "@thioscope/core";
import { type CyclingFile, readCycling } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataSource, describeData } from "../data.ts";

function sumWhere(file: CyclingFile, name: string, column: string, equals: number): number {
  const values = asFloat64(getColumn(file, name));
  const key = getColumn(file, column).values;
  return values.reduce((sum, x, row) => (key[row] === equals ? sum + x : sum), 0);
}
const rowsWhere = (file: CyclingFile, column: string, equals: number): number =>
  asFloat64(getColumn(file, column)).reduce((n, x) => n + (x === equals ? 1 : 0), 0);
const total = (file: CyclingFile, name: string): number => asFloat64(getColumn(file, name)).reduce((a, b) => a + b, 0);

describeData("PalmSens sessions", () => {
  test("cv_3scan: 40, 40 and 41 points", async () => {
    const file = await readCycling(dataSource("echem/cv_3scan.pssession"));
    expect([file.format, file.technique, file.rows]).toEqual(["palmsens-pssession", "CV", 121]);
    expect([1, 2, 3].map((scan) => rowsWhere(file, "cycle_count", scan))).toEqual([40, 40, 41]);
    for (const [scan, sum] of [-2.833565136000009, 1.1000908640000078, -46.206395136].entries()) {
      expect(sumWhere(file, "current_ampere", "cycle_count", scan + 1)).toBeCloseTo(sum / 1e6, 15);
    }
    expect(sumWhere(file, "voltage_volt", "cycle_count", 3)).toBeCloseTo(-0.499971, 12);
    const time = getColumn(file, "test_time_second").values;
    expect(sumWhere(file, "test_time_second", "cycle_count", 1)).toBeCloseTo(77.99563106149435, 10);
    // 120 intervals of the file's IntervalTime, 0.0999944 s
    expect(time.at(-1)).toBeCloseTo(120 * 0.0999944, 5);
    expect(file.meta["start"]).toBe("2025-07-15T12:26:05.906Z");
    // 6 readings of the file have status 1
    expect(file.notices.find((notice) => notice.code === "reading-overload")?.message).toContain("(6)");
  });

  test("CV example: 437, 436 and 436 points", async () => {
    const file = await readCycling(dataSource("echem/CV example.pssession"));
    expect([file.technique, file.rows]).toEqual(["CV", 1309]);
    expect([1, 2, 3].map((scan) => rowsWhere(file, "cycle_count", scan))).toEqual([437, 436, 436]);
    for (const [scan, [volts, microamperes]] of [
      [64.51568102, -22.0504939],
      [64.91564302, -262.92883065],
      [64.91564302, -279.7840745],
    ].entries()) {
      expect(sumWhere(file, "voltage_volt", "cycle_count", scan + 1)).toBeCloseTo(volts!, 9);
      expect(sumWhere(file, "current_ampere", "cycle_count", scan + 1)).toBeCloseTo(microamperes! / 1e6, 13);
    }
  });

  test("the spectrum that many formats share: 29 points, 109.009 - 26.5557j ohm at 10 kHz", async () => {
    const file = await readCycling(dataSource("eis/data.pssession"));
    expect([file.technique, file.rows]).toEqual(["EIS", 29]);
    expect(getColumn(file, "frequency_hertz").values[0]).toBe(10000);
    expect(getColumn(file, "real_impedance_ohm").values[0]).toBe(109.00918219439);
    expect(getColumn(file, "imaginary_impedance_ohm").values[0]).toBe(-26.5556798765152);
    expect(total(file, "real_impedance_ohm")).toBeCloseTo(10451.939385743595, 8);
    expect(total(file, "imaginary_impedance_ohm")).toBeCloseTo(-2518.8601004499837, 8);
  });

  test("three channels, four potentials, five frequencies", async () => {
    const file = await readCycling(dataSource("eis/eis_3ch_4scan_5freq.pssession"));
    expect(file.rows).toBe(60);
    expect([3, 5, 8].map((channel) => rowsWhere(file, "channel", channel))).toEqual([20, 20, 20]);
    expect([1, 2, 3, 4].map((spectrum) => rowsWhere(file, "spectrum", spectrum))).toEqual([15, 15, 15, 15]);
    expect(total(file, "real_impedance_ohm")).toBeCloseTo(263619.152, 6);
    // the measurement's own data set is channel 8
    expect(sumWhere(file, "real_impedance_ohm", "channel", 8)).toBeCloseTo(87858.037, 6);
    const first = getColumn(file, "channel").values.indexOf(8);
    expect(getColumn(file, "frequency_hertz").values[first]).toBe(200000);
    expect(getColumn(file, "real_impedance_ohm").values[first]).toBe(563.351);
  });

  test("keys in lower case, from an older version: 50 points, 12.5 kHz to 0.1 Hz", async () => {
    const file = await readCycling(dataSource("eis/BatteryCurve.pssession"));
    const ends = (name: string): number[] => [getColumn(file, name).values[0]!, getColumn(file, name).values.at(-1)!];
    expect([file.rows, ends("frequency_hertz"), ends("real_impedance_ohm")]).toEqual([50, [12500, 0.1], [0.825207, 58.2055]]);
    expect(total(file, "real_impedance_ohm")).toBeCloseTo(938.807889, 9);
    expect(file.meta["version"]).toBe("5.7.1623.28651");
  });
});
