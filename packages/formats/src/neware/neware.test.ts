import { crc32 } from "node:zlib";
import { findColumn, getColumn, ThioscopeError } from "@thioscope/core";
import { type CyclingFile, findReader, type ReadOptions, readCycling, sourceOfBytes } from "@thioscope/formats";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { storedZip } from "../../../../tests/zip.ts";

// Files are built here byte by byte from the published layouts; expected values are the numbers put in.

const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const concat = (...parts: Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};
/** `fill` writes into `size` bytes of zeros. */
const bytes = (size: number, fill: (view: DataView) => void): Uint8Array => {
  const out = new Uint8Array(size);
  fill(new DataView(out.buffer));
  return out;
};

/** One header block and one block of records, all used. */
function ndcOf(kind: number, version: number, records: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(8192);
  out[0] = kind;
  out[2] = version;
  records.forEach((record, i) => {
    out.set(record, 4096 + 132 + i * record.length);
    out[4096 + 4 + (i >> 3)]! |= 1 << (i & 7);
  });
  // a block ends with the CRC-32 of what comes before
  new DataView(out.buffer).setUint32(8188, crc32(out.subarray(4096, 8188)), true);
  return out;
}

const main14 = (volt: number, ampere: number): Uint8Array =>
  bytes(8, (view) => {
    view.setFloat32(0, volt, true);
    view.setFloat32(4, ampere, true);
  });

interface Info {
  row: number;
  ms: number;
  interval: number;
  step: number;
  charge?: number;
  discharge?: number;
}
const info14 = ({ row, ms, interval, step, charge = 0, discharge = 0 }: Info): Uint8Array =>
  bytes(55, (view) => {
    view.setUint32(0, ms, true);
    view.setFloat32(5, charge, true);
    view.setFloat32(9, discharge, true);
    view.setInt32(29, interval, true);
    view.setUint32(33, 1_700_000_000 + Math.floor(ms / 1000), true);
    view.setUint32(37, step, true);
    view.setUint32(41, row, true);
    view.setUint16(45, 250, true);
  });
const step14 = (cycle: number, index: number, type: number): Uint8Array =>
  bytes(37, (view) => {
    view.setUint32(0, cycle, true);
    view.setUint32(4, index, true);
    view.setUint8(24, type);
  });

/** Rest of 2 rows, then a charge of 4 rows at 1.5 A of which the middle two are not stored. */
const NDAX: Record<string, Uint8Array> = {
  "VersionInfo.xml": text('<root><config><ZwjVersion SvrVer="Server 8"/></config></root>'),
  "TestInfo.xml": text(
    '<root><config><TestInfo ChlID="7" AuxCount="1"><Aux1 AuxID="3" RealChlID="12" ChlType="103"/></TestInfo></config></root>',
  ),
  "data.ndc": ndcOf(
    1,
    14,
    [3, 3, 3.25, 3.5, 3.75, 4].map((volt, i) => main14(volt, i < 2 ? 0 : 1.5)),
  ),
  "data_runInfo.ndc": ndcOf(18, 14, [
    info14({ row: 1, ms: 0, interval: 0, step: 1 }),
    info14({ row: 2, ms: 10_000, interval: 10_000, step: 1 }),
    info14({ row: 3, ms: 0, interval: 3_600_000, step: 2 }),
    info14({ row: 6, ms: 10_800_000, interval: 3_600_000, step: 2, charge: 4.5 }),
  ]),
  "data_step.ndc": ndcOf(7, 14, [step14(0, 1, 4), step14(0, 2, 1)]),
  "data_AUX_12_3_1.ndc": ndcOf(
    5,
    14,
    [20, 21, 22, 23, 24, 25].map((celsius) => bytes(4, (view) => view.setFloat32(0, celsius, true))),
  ),
};

const read = (content: Uint8Array, options?: ReadOptions): Promise<CyclingFile> => readCycling(sourceOfBytes("test", content), options);
const values = (file: CyclingFile, name: string): number[] => Array.from(getColumn(file, name).values);
const codes = (file: CyclingFile): string[] => file.notices.map(({ code }) => code);

describe("an .ndax archive", () => {
  test("gives the numbers put in, and marks the rows between as interpolated", async () => {
    const file = await read(storedZip(NDAX));
    expect(file.format).toBe("neware-ndax");
    expect(values(file, "voltage_volt")).toEqual([3, 3, 3.25, 3.5, 3.75, 4]);
    expect(values(file, "current_ampere")).toEqual([0, 0, 1.5, 1.5, 1.5, 1.5]);
    expect(values(file, "step_time_second")).toEqual([0, 10, 0, 3600, 7200, 10800]);
    expect(values(file, "test_time_second")).toEqual([0, 10, 10, 3610, 7210, 10810]);
    expect(values(file, "step_count")).toEqual([1, 1, 2, 2, 2, 2]);
    expect(values(file, "cycle_count")).toEqual([1, 1, 1, 1, 1, 1]);
    // 1.5 A for 1 h per row
    expect(values(file, "step_cumulative_capacity_ah")).toEqual([0, 0, 0, 1.5, 3, 4.5]);
    expect(values(file, "unix_time_second")[3]).toBeCloseTo(1_700_003_600.25, 6);
    expect(values(file, "temperature_t3_celsius")).toEqual([20, 21, 22, 23, 24, 25]);
    const origin = getColumn(file, "row_origin");
    expect(Array.from(origin.values, (code) => origin.labels?.[code])).toEqual([
      "measured",
      "measured",
      "measured",
      "interpolated",
      "interpolated",
      "measured",
    ]);
    const type = getColumn(file, "step_type");
    expect(Array.from(type.values, (code) => type.labels?.[code])).toEqual(["Rest", "Rest", "CC Chg", "CC Chg", "CC Chg", "CC Chg"]);
    expect(file.meta).toEqual({ ndcVersion: 14, channel: 7, serverVersion: "Server 8" });
    expect(codes(file)).toEqual(["rows-interpolated"]);
  });

  test("that is cut is an error, and on request read as far as it goes", async () => {
    const whole = storedZip(NDAX);
    // within the step member: its block is lost
    const cut = whole.subarray(0, whole.length - 12_000);
    await expect(read(cut)).rejects.toMatchObject({ code: "FILE_CUT" });
    const file = await read(cut, { salvage: true });
    expect(values(file, "voltage_volt")).toEqual([3, 3, 3.25, 3.5, 3.75, 4]);
    expect(values(file, "test_time_second")).toEqual([0, 10, 10, 3610, 7210, 10810]);
    expect(values(file, "cycle_count")).toEqual([0, 0, 0, 0, 0, 0]);
    expect(codes(file)).toEqual(expect.arrayContaining(["salvaged", "steps-missing"]));
  });

  test("whose run-info is damaged gives, on request, no times that are not there", async () => {
    const content = storedZip(NDAX);
    // in the only block of run-info: its checksum is wrong, nothing of it stands
    const at = new TextDecoder("latin1").decode(content).indexOf("data_runInfo.ndc") + 16 + 4096 + 200;
    content[at]! ^= 1;
    await expect(read(content)).rejects.toMatchObject({ code: "FILE_DAMAGED" });
    const file = await read(content, { salvage: true });
    expect(file.rows).toBe(0);
    expect(file.notices.map(({ message }) => message).join()).toContain("6 of 6 rows are left out");
  });

  test("with a damaged description keeps its rows and names the member", async () => {
    const file = await read(storedZip({ ...NDAX, "TestInfo.xml": text("<root><config><TestInfo ChlID=") }));
    expect(file.rows).toBe(6);
    expect(
      file.notices
        .filter(({ code }) => code === "member-damaged")
        .map(({ message }) => message)
        .join(),
    ).toContain("TestInfo.xml");
    expect(findColumn(file, "temperature_t3_celsius")).toBeUndefined();
  });

  test("with damaged data is an error that names the member", async () => {
    const content = storedZip(NDAX);
    content[content.length - 28_000]! ^= 1;
    await expect(read(content)).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  });

  test("of an unknown version names it and those known", async () => {
    const error = await read(storedZip({ ...NDAX, "data.ndc": ndcOf(1, 99, []) })).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "FORMAT_VERSION" });
    expect((error as Error).message).toMatch(/99.*2, 5, 11, 14, 16, 17/);
  });

  test("that promises far more than it holds is refused before memory is taken", async () => {
    const content = storedZip(NDAX);
    const view = new DataView(content.buffer);
    // the declared size of data.ndc in the directory
    let at = content.length - 22;
    while (view.getUint32(at, true) !== 0x02014b50 || !new TextDecoder().decode(content.subarray(at + 46, at + 54)).startsWith("data.ndc"))
      at--;
    view.setUint32(at + 24, 2 ** 30, true);
    await expect(read(content)).rejects.toThrow(/"data.ndc" declares 1073741824 bytes/);
  });

  test("without rows opens and says so", async () => {
    const file = await read(storedZip({ ...NDAX, "data.ndc": ndcOf(1, 14, []) }));
    expect(file.rows).toBe(0);
    expect(codes(file)).toContain("no-rows");
  });

  test("whose BTSDA was told to begin cycles with a charge is counted so", async () => {
    const types = [2, 1, 2, 1];
    const file = await read(
      storedZip({
        "data.ndc": ndcOf(
          1,
          14,
          types.map(() => main14(1, 1)),
        ),
        "data_runInfo.ndc": ndcOf(
          18,
          14,
          types.map((_, i) => info14({ row: i + 1, ms: 0, interval: 0, step: i + 1 })),
        ),
        "data_step.ndc": ndcOf(
          7,
          14,
          types.map((type, i) => step14(0, i + 1, type)),
        ),
        "NdaxConfig.xml": text('<root><config><config CycleMode="1"/></config></root>'),
      }),
    );
    expect(values(file, "cycle_count")).toEqual([1, 2, 2, 3]);
    expect(codes(file)).toContain("cycle-derived");
  });
});

/** Header with the directory of version 29; the records begin at 512. */
function ndaOf(version: number, size: number, records: Uint8Array[]): Uint8Array {
  const head = bytes(512, (view) => {
    text("NEWARE20240101").forEach((byte, i) => {
      view.setUint8(i, byte);
    });
    view.setUint16(14, version, true);
    view.setUint32(64, 512, true);
    view.setUint32(68, records.length * size, true);
  });
  return concat(head, ...records);
}

interface Row29 {
  index: number;
  type: number;
  seconds: number;
  range: number;
  current: number;
  discharge: number;
}
const row29 = ({ index, type, seconds, range, current, discharge }: Row29): Uint8Array =>
  bytes(86, (view) => {
    view.setUint8(0, 85);
    view.setUint32(2, index, true);
    view.setUint32(6, 4, true);
    view.setUint16(10, 2, true);
    view.setUint8(12, type);
    view.setBigUint64(14, BigInt(seconds * 1000), true);
    view.setInt32(22, 31_234, true);
    view.setInt32(26, current, true);
    view.setBigInt64(46, BigInt(discharge), true);
    view.setUint16(70, 2024, true);
    [2, 29, 12, 30, 15].forEach((part, i) => {
      view.setUint8(72 + i, part);
    });
    view.setInt32(78, range, true);
  });
const aux29 = (index: number, tenthCelsius: number): Uint8Array =>
  bytes(86, (view) => {
    view.setUint8(0, 101);
    view.setUint8(1, 1);
    view.setUint32(2, index, true);
    view.setInt16(34, tenthCelsius, true);
  });
const ROWS29 = [
  row29({ index: 1, type: 2, seconds: 0, range: 1000, current: -5, discharge: 0 }),
  aux29(1, 251),
  row29({ index: 2, type: 2, seconds: 60, range: 1000, current: -5, discharge: 36_000 }),
  row29({ index: 3, type: 2, seconds: 120, range: 77_000_000, current: -5, discharge: 36_000 }),
];

describe("an .nda file", () => {
  test("of version 29 gives the numbers put in", async () => {
    const file = await read(ndaOf(29, 86, ROWS29));
    expect(file.format).toBe("neware-nda");
    expect(values(file, "voltage_volt")[0]).toBeCloseTo(3.1234, 12);
    // range 1000 mA: 0.1 mA per count; 36,000 counts of 0.1 mA·s are 1 mAh
    expect(values(file, "current_ampere")[1]).toBeCloseTo(-0.0005, 15);
    expect(values(file, "step_cumulative_capacity_ah")[1]).toBeCloseTo(0.001, 15);
    expect(values(file, "cycle_count")).toEqual([5, 5, 5]);
    expect(values(file, "step_id")).toEqual([2, 2, 2]);
    expect(values(file, "test_time_second")).toEqual([0, 60, 120]);
    expect(values(file, "unix_time_second")[0]).toBe(Date.UTC(2024, 1, 29, 12, 30, 15) / 1000);
    expect(values(file, "temperature_t1_celsius")[0]).toBeCloseTo(25.1, 12);
    expect(values(file, "temperature_t1_celsius")[1]).toBeNaN();
  });

  test("with a range that is not known leaves those values empty and says so", async () => {
    const file = await read(ndaOf(29, 86, ROWS29));
    expect(values(file, "current_ampere")[2]).toBeNaN();
    expect(codes(file)).toContain("range-unknown");
  });

  test("that is cut or holds foreign records is an error, and on request read as far as it goes", async () => {
    const whole = ndaOf(29, 86, ROWS29);
    const cut = whole.subarray(0, whole.length - 100);
    await expect(read(cut)).rejects.toMatchObject({ code: "FILE_CUT" });
    expect((await read(cut, { salvage: true })).rows).toBe(1);
    const foreign = whole.slice();
    foreign[512 + 2 * 86] = 7;
    await expect(read(foreign)).rejects.toMatchObject({ code: "FILE_DAMAGED", place: { offset: 512 + 2 * 86 } });
    expect((await read(foreign, { salvage: true })).rows).toBe(2);
  });

  test("whose row numbers jump and come back is damaged", async () => {
    const whole = ndaOf(29, 86, ROWS29);
    whole[512 + 2 * 86 + 2] = 99;
    await expect(read(whole)).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  });

  test("of an unknown version names it and those known", async () => {
    await expect(read(ndaOf(77, 86, ROWS29))).rejects.toThrow(/version 77; known are 8, 22, 23, 26, 29, 130/);
  });
});

describe("whatever the content", () => {
  const samples = { ndax: storedZip(NDAX), nda: ndaOf(29, 86, ROWS29) };

  test.each(Object.entries(samples))("%s cut anywhere ends with a coded error or fewer rows", async (_, content) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length - 1), fc.boolean(), async (length, salvage) => {
        const result = await read(content.subarray(0, length), { salvage }).catch((error: unknown) => error);
        if (result instanceof ThioscopeError) expect(result.message).not.toMatch(/could not be read/);
        else expect((result as CyclingFile).rows).toBeLessThanOrEqual(6);
      }),
      { numRuns: 300 },
    );
  });

  test.each(Object.entries(samples))("%s overwritten anywhere ends with a coded error or at most as many rows", async (_, content) => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(content.length - 1),
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.boolean(),
        async (at, other, salvage) => {
          const damaged = content.slice();
          damaged.set(other.subarray(0, content.length - at), at);
          const result = await read(damaged, { salvage }).catch((error: unknown) => error);
          if (result instanceof ThioscopeError) expect(result.message).not.toMatch(/Neware.*could not be read/);
          else expect((result as CyclingFile).rows).toBeLessThanOrEqual(1000);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("the content decides, not the name", async () => {
    expect((await findReader(sourceOfBytes("table.csv", samples.nda))).id).toBe("neware-nda");
    expect((await findReader(sourceOfBytes("table.xlsx", samples.ndax))).id).toBe("neware-ndax");
  });
});
