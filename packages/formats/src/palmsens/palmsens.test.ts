import { getColumn, ThioscopeError } from "@thioscope/core";
import { describe, expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import { unitOf } from "./arrays.ts";
import { palmsensReaders } from "./index.ts";

const reader = palmsensReaders[0]!;
const VOLT = { Type: "PalmSens.Units.Volt", S: "V", Q: "Potential" };
const MICROAMPERE = { Type: "PalmSens.Units.MicroAmpere", S: "A", Q: "Current" };
const SECOND = { Type: "PalmSens.Units.Time", S: "s", Q: "Time" };

const array = (ArrayType: number, Description: string, Unit: object, values: number[], extra = {}) => ({
  ArrayType,
  Description,
  Unit,
  DataValues: values.map((V) => ({ V, ...extra })),
});

const measurement = (values: object[], method: string, more = {}) => ({
  Title: method,
  // 2024-01-01T00:00:00Z in .NET ticks
  UTCTimeStamp: 638396640000000000,
  Method: `#PSTrace, Version=5.9\r\nMETHOD_ID=${method}\r\nNOTES=dry%20cell`,
  DataSet: { Values: values },
  ...more,
});

const session = (...Measurements: object[]) => ({ Type: "PalmSens.DataFiles.SessionFile", CoreVersion: "5.9", Measurements });

/** As the vendor writes it: UTF-16 with the mark in front and behind. */
function encode(content: object | string): Uint8Array {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return new Uint8Array(Buffer.from(`\ufeff${text}\ufeff`, "utf16le"));
}
const read = (content: object | string, salvage = false) => reader.read(sourceOfBytes("a.pssession", encode(content)), { salvage });

const SCANS = [
  array(0, "time", SECOND, [0, 0.5, 1]),
  array(1, "scan1channel2", VOLT, [0, 0.1, 0]),
  array(2, "scan1channel2", MICROAMPERE, [1, 2, 3], { S: 0, C: 4 }),
  array(3, "scan1channel2", { Type: "PalmSens.Units.MicroCoulomb", S: "C" }, [0, 1, 2, 3]),
  array(1, "scan2channel2", VOLT, [0, 0.1]),
  array(2, "scan2channel2", MICROAMPERE, [4, 5], { S: 1, C: 4 }),
];

describe("a voltammogram", () => {
  test("scans are cycles, units are the file's, later scans continue the time of the first", async () => {
    const file = await read(session(measurement(SCANS, "cv")));
    expect([file.format, file.technique, file.rows]).toEqual(["palmsens-pssession", "CV", 5]);
    expect([...getColumn(file, "cycle_count").values]).toEqual([1, 1, 1, 2, 2]);
    expect([...getColumn(file, "channel").values]).toEqual([2, 2, 2, 2, 2]);
    expect([...getColumn(file, "test_time_second").values]).toEqual([0, 0.5, 1, 1.5, 2]);
    expect([...getColumn(file, "unix_time_second").values].slice(0, 2)).toEqual([1704067200, 1704067200.5]);
    expect([...getColumn(file, "current_ampere").values]).toEqual([1e-6, 2e-6, 3e-6, 4e-6, 5e-6]);
    expect(getColumn(file, "current_ampere").vendor).toEqual({ name: "scan1channel2", unit: "µA", factor: 1e-6 });
    expect(getColumn(file, "charge").unit).toBe("µC");
    expect(file.meta).toMatchObject({ start: "2024-01-01T00:00:00.000Z", notes: "dry cell", software: "PSTrace" });
    const codes = file.notices.map((notice) => notice.code);
    expect(codes).toEqual(expect.arrayContaining(["time-continued", "array-longer", "reading-overload"]));
  });

  test("an uneven interval is not continued", async () => {
    const uneven = [array(0, "time", SECOND, [0, 0.5, 3]), ...SCANS.slice(1)];
    const file = await read(session(measurement(uneven, "cv")));
    expect([...getColumn(file, "test_time_second").values]).toEqual([0, 0.5, 3, Number.NaN, Number.NaN]);
    expect(file.notices.map((notice) => notice.code)).toContain("time-missing");
  });

  test("keys in lower case and UTF-8 text are the same session", async () => {
    const lower = JSON.stringify(session(measurement(SCANS, "cv"))).replace(/"(\w+)":/g, (_, key: string) => `"${key.toLowerCase()}":`);
    const bytes = new TextEncoder().encode(lower);
    expect(await reader.sniff(bytes, sourceOfBytes("a", bytes))).toBe(1);
    expect((await reader.read(sourceOfBytes("a", bytes), {})).rows).toBe(5);
  });
});

const spectrum = (factor: number) => [
  array(5, "Frequency", { Type: "PalmSens.Units.Hertz", S: "Hz" }, [1000, 100]),
  array(7, "ZRe", { Type: "PalmSens.Units.ZRe", S: "Ω", Q: "Z'" }, [10 * factor, 20 * factor]),
  array(8, "ZIm", { Type: "PalmSens.Units.ZIm", S: "Ω", Q: "-Z''" }, [1, 2]),
  array(16383, "nPointsAC", { Type: "PalmSens.Units.FixedUnit", S: "npoints" }, [0, 0]),
];

describe("spectra", () => {
  test("the imaginary part has the sign of Z''", async () => {
    const file = await read(session(measurement(spectrum(1), "eis")));
    expect([...getColumn(file, "imaginary_impedance_ohm").values]).toEqual([-1, -2]);
    expect([...getColumn(file, "frequency_hertz").values]).toEqual([1000, 100]);
    expect(file.notices.map((notice) => notice.code)).toEqual(["array-internal"]);
  });

  test("several channels and sub-scans are all read", async () => {
    const entry = (channel: number, factors: number[]) => ({
      Title: `CH ${channel}: E dc scan`,
      SubScans: factors.map((factor) => ({ DataSet: { Values: spectrum(factor) } })),
    });
    const file = await read(session(measurement(spectrum(1), "eis", { EISDataList: [entry(3, [1, 2]), entry(5, [3, 4])] })));
    expect([...getColumn(file, "real_impedance_ohm").values]).toEqual([10, 20, 20, 40, 30, 60, 40, 80]);
    expect([...getColumn(file, "channel").values]).toEqual([3, 3, 3, 3, 5, 5, 5, 5]);
    expect([...getColumn(file, "spectrum").values]).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
  });
});

test("several measurements are read one after the other, with what each lacks left empty", async () => {
  const file = await read(session(measurement(SCANS, "cv"), measurement(spectrum(1), "eis")));
  expect([file.technique, file.rows]).toEqual(["CV + EIS", 7]);
  expect([...getColumn(file, "measurement").values]).toEqual([1, 1, 1, 1, 1, 2, 2]);
  expect(getColumn(file, "voltage_volt").values[5]).toBeNaN();
  expect(file.notices.map((notice) => notice.code)).toContain("several-measurements");
});

test("units by class and symbol", () => {
  expect(unitOf("PalmSens.Units.MicroAmpere", "A")).toBe("µA");
  expect(unitOf("PalmSens.Units.Ampere", "A")).toBe("A");
  expect(unitOf("PalmSens.Units.MilliVolt", "mV")).toBe("mV");
  expect(unitOf("PalmSens.Units.FixedUnit", "npoints")).toBe("");
});

describe("damaged sessions", () => {
  const whole = encode(session(measurement(SCANS, "cv"), measurement(SCANS, "cv")));
  const attempt = async (bytes: Uint8Array, salvage: boolean): Promise<string> => {
    const source = sourceOfBytes("a.pssession", bytes);
    if ((await reader.sniff(bytes, source)) === 0) return "foreign";
    try {
      return `ok ${(await reader.read(source, { salvage })).rows}`;
    } catch (error) {
      expect(error).toBeInstanceOf(ThioscopeError);
      return (error as ThioscopeError).code;
    }
  };

  test("cut anywhere: an error with the offset, or on request what is complete", async () => {
    for (let n = 0; n < whole.length - 4; n += 11) {
      expect(["foreign", "FILE_CUT"]).toContain(await attempt(whole.subarray(0, n), false));
      expect(await attempt(whole.subarray(0, n), true)).toMatch(/foreign|FILE_CUT|FILE_DAMAGED|ok \d+/);
    }
    const end = whole.length - 400;
    await expect(reader.read(sourceOfBytes("a", whole.subarray(0, end)), {})).rejects.toMatchObject({
      code: "FILE_CUT",
      place: { file: "a" },
    });
    const kept = await reader.read(sourceOfBytes("a", whole.subarray(0, end)), { salvage: true });
    expect(kept.rows).toBeGreaterThan(5);
    expect(kept.notices.find((notice) => notice.code === "salvaged")?.offset).toBeGreaterThan(0);
  });

  test("overwritten anywhere", async () => {
    for (let n = 0; n < whole.length; n += 5) {
      const bytes = whole.slice();
      bytes[n] = bytes[n]! ^ 0x31;
      expect(await attempt(bytes, n % 2 === 0)).toMatch(/foreign|FILE_CUT|FILE_DAMAGED|ok \d+/);
    }
  });

  test("content of other types than expected gives no rows or an error, no crash", async () => {
    for (const measurements of [
      null,
      3,
      "x",
      [null],
      [3],
      [{ DataSet: 5 }],
      [{ DataSet: { Values: [null, { DataValues: [null, "x"] }] } }],
    ]) {
      const outcome = await read({ Type: "PalmSens.DataFiles.SessionFile", Measurements: measurements }).then(
        (file) => file.rows,
        (error) => error,
      );
      expect(typeof outcome === "number" || outcome instanceof ThioscopeError).toBe(true);
    }
  });
});
