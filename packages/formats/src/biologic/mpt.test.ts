/** Expected values: those written into the tiny exports that are built here. */
import { getColumn } from "@thioscope/core";
import { describe, expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import type { CyclingFile } from "../reader.ts";
import { mptReader } from "./mpt.ts";

const HEADER = [
  "Galvanostatic Cycling with Potential Limitation",
  "",
  "Run on channel : 8 (SN 21637)",
  "Acquisition started on : 05/28/2025 14:23:16.145",
  "Electrolyte : gel 80 °C",
  "Mass of active material : 0.790 mg",
  "Electrode surface area : 113.100 mm²",
  "EC-Lab for windows v11.43 (software)",
];
const NAMES = "mode\tox/red\ttime/s\tEwe/V\tI/mA\tCapacitance charge/µF\tTemperature/°C\thalf cycle";
const ROWS = [
  "3\t1\t0.000E+000\t2.5000000E+000\t0.0000000E+000\t0.0E+000\t2.5E+001\t0",
  "1\t0\t1.500E+001\t2.2500000E+000\t-1.2500000E-001\t1.5E+003\t2.5E+001\t3",
];

function mpt(rows: readonly string[] = ROWS, header: readonly string[] = HEADER, names = NAMES): string {
  return ["EC-Lab ASCII FILE", `Nb header lines : ${header.length + 4}          `, "", ...header, names, ...rows].join("\n");
}

const ansi = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0) & 0xff);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string): Uint8Array => {
  const units = Uint16Array.from(`\ufeff${text}`, (c) => c.charCodeAt(0));
  return new Uint8Array(units.buffer);
};
/** GBK of the three signs that occur; the rest is ASCII */
const gbk = (text: string): Uint8Array => {
  const signs: Record<string, number[]> = { µ: [0xa6, 0xcc], "°": [0xa1, 0xe3], "²": [0x32] };
  return Uint8Array.from([...text].flatMap((c) => signs[c] ?? [c.charCodeAt(0)]));
};

const read = (bytes: Uint8Array, salvage = false): Promise<CyclingFile> => mptReader.read(sourceOfBytes("test.mpt", bytes), { salvage });
const values = (file: CyclingFile, name: string): number[] => [...getColumn(file, name).values];

describe("code pages, line ends and decimal signs", () => {
  const text = `${mpt()}\n`;
  const cases: [string, Uint8Array][] = [
    ["windows-1252", ansi(text)],
    ["UTF-8", utf8(text)],
    ["UTF-8 with byte order mark", utf8(`\ufeff${text}`)],
    ["UTF-16", utf16(text)],
    ["GBK", gbk(text)],
    ["signs lost by another program", utf8(text.replaceAll(/[µ°²]/g, "\ufffd"))],
    ["CRLF", ansi(text.replaceAll("\n", "\r\n"))],
    ["decimal commas", ansi(text.replaceAll(/(\d)\.(\d)/g, "$1,$2"))],
    ["no line end at the end", ansi(text.trimEnd())],
  ];
  for (const [what, bytes] of cases) {
    test(what, async () => {
      expect(mptReader.sniff(bytes, sourceOfBytes("", bytes))).toBe(1);
      const file = await read(bytes);
      expect(file.technique).toBe("GCPL");
      expect(file.rows).toBe(2);
      expect(values(file, "test_time_second")).toEqual([0, 15]);
      expect(values(file, "voltage_volt")).toEqual([2.5, 2.25]);
      expect(values(file, "current_ampere")).toEqual([0, -0.125e-3]);
      expect(values(file, "temperature_t1_celsius")).toEqual([25, 25]);
      expect(values(file, "capacitance_charge_uf")).toEqual([0, 1500]);
      // half cycle 3 belongs to cycle 1
      expect(values(file, "cycle_count")).toEqual([0, 1]);
      expect(file.meta.activeMassMilligram).toBe(0.79);
      expect(file.meta.channel).toBe(8);
    });
  }

  test("the start and an area in another unit", async () => {
    const file = await read(ansi(text));
    expect(file.meta.start).toBe("2025-05-28T14:23:16.145");
    expect(file.meta.electrodeAreaSquareCentimetre).toBeCloseTo(1.131, 12);
    expect(values(file, "unix_time_second")[1]).toBeCloseTo(Date.UTC(2025, 4, 28, 14, 23, 31) / 1000 + 0.145, 6);
  });
});

test("an export without header block is known by its names", async () => {
  const bytes = ansi([NAMES, ...ROWS].join("\r\n"));
  expect(mptReader.sniff(bytes, sourceOfBytes("", bytes))).toBeGreaterThan(0.9);
  const file = await read(bytes);
  expect(file.rows).toBe(2);
  expect(file.notices.map((n) => n.code)).toContain("no-header");
});

test("a table of other names is not claimed", () => {
  const bytes = ansi("time/s\tvoltage\tcurrent\n0\t1\t2\n");
  expect(mptReader.sniff(bytes, sourceOfBytes("", bytes))).toBe(0);
});

test("absolute time is counted from the start", async () => {
  const rows = ["05/28/2025 14:23:16.145\t3.5", "05/28/2025 14:23:26.645\t3.25"];
  const file = await read(ansi(mpt(rows, HEADER, "time/s\tEwe/V")));
  expect(values(file, "test_time_second").map((t) => Math.round(t * 1000))).toEqual([0, 10500]);
});

test("no rows is no error", async () => {
  const file = await read(ansi(`${mpt([])}\n`));
  expect(file.rows).toBe(0);
  expect(file.notices.map((n) => n.code)).toContain("no-rows");
});

describe("damage", () => {
  test("an end within the header, or within a row", async () => {
    const text = mpt();
    await expect(read(ansi(text.slice(0, 60)))).rejects.toMatchObject({ code: "FILE_CUT" });
    const cut = ansi(text.slice(0, text.lastIndexOf("2.2500")));
    await expect(read(cut)).rejects.toMatchObject({ code: "FILE_CUT" });
    const file = await read(cut, true);
    expect(file.rows).toBe(1);
    expect(file.notices.map((n) => n.code)).toContain("salvaged");
  });

  test("rows with more fields than names", async () => {
    const bytes = ansi(mpt(["1\t2\t3", "4\t5\t6"], HEADER, "time/s\tEwe/V"));
    await expect(read(bytes)).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  });

  test("a count of header lines that cannot be", async () => {
    for (const count of ["1", "99999999999", "x"]) {
      const bytes = ansi(mpt().replace(/lines : \d+/, `lines : ${count}`));
      await expect(read(bytes)).rejects.toMatchObject({ code: expect.stringMatching(/^FILE_(CUT|DAMAGED)$/) });
    }
  });
});
