/** Scans in the layouts of the light sources, written here by their published rules; and scans that contradict themselves. */
import { afterEach, describe, expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import { loadHdf5 } from "../images/hdf5/library.ts";
import { readImageStack } from "../images/readImageStack.ts";
import { writeTiff } from "../images/write/writeTiff.ts";
import { readTomographyScan, scanOfStacks, type TomographyScan } from "./scan.ts";

type Data = Uint16Array | Float64Array | Int32Array;

/** An HDF5 file of datasets by path. */
async function hdf5(datasets: Readonly<Record<string, { data: Data; shape: number[]; dtype: string }>>): Promise<Uint8Array> {
  const { h5, files } = await loadHdf5();
  const path = `/made-${Math.random().toString(36).slice(2)}.h5`;
  const file = new h5.File(path, "w");
  for (const [name, { data, shape, dtype }] of Object.entries(datasets)) {
    const parts = name.split("/").filter(Boolean);
    let group = file as unknown as {
      get(name: string): unknown;
      create_group(name: string): typeof group;
      create_dataset(options: object): unknown;
    };
    for (const part of parts.slice(0, -1)) group = (group.get(part) as typeof group | null) ?? group.create_group(part);
    group.create_dataset({ name: parts.at(-1)!, data, shape, dtype });
  }
  file.close();
  const bytes = files.readFile(path);
  files.unlink(path);
  return bytes;
}

/** Of a frame of 16 columns and 8 rows. */
const PIXELS = 128;

const frames = (count: number, value: (frame: number, pixel: number) => number) => ({
  data: Uint16Array.from({ length: count * PIXELS }, (_, i) => value(Math.floor(i / PIXELS), i % PIXELS)),
  shape: [count, 8, 16],
  dtype: "<H",
});
const numbers = (list: number[]) => ({ data: Float64Array.from(list), shape: [list.length], dtype: "<d" });

let open: TomographyScan | null = null;
afterEach(() => {
  open?.close();
  open = null;
});

async function scanOf(bytes: Uint8Array): Promise<TomographyScan | null> {
  open = await readTomographyScan(sourceOfBytes("scan.h5", bytes));
  return open;
}

describe("Data Exchange", () => {
  const whole = {
    "/exchange/data": frames(4, (frame, pixel) => 10 * frame + pixel),
    "/exchange/data_white": frames(2, (frame) => 100 + 2 * frame),
    "/exchange/data_dark": frames(2, () => 3),
    "/exchange/theta": numbers([0, 45, 90, 135]),
  };

  test("projections, angles, mean flat and dark", async () => {
    const scan = await scanOf(await hdf5(whole));
    expect(scan).toMatchObject({ format: "data exchange", width: 16, height: 8, projections: 4 });
    expect(Array.from(scan!.anglesDegree!)).toEqual([0, 45, 90, 135]);
    expect(Array.from((await scan!.projection(2)).values).slice(0, 6)).toEqual([20, 21, 22, 23, 24, 25]);
    expect(Array.from((await scan!.flat())!)).toEqual(new Array(PIXELS).fill(101));
    expect(Array.from((await scan!.dark())!)).toEqual(new Array(PIXELS).fill(3));
    expect(() => scan!.projection(4)).toThrow(/there are 0 to 3/);
  });

  test("an angle that is missing, or no number, is damage", async () => {
    await expect(scanOf(await hdf5({ ...whole, "/exchange/theta": numbers([0, 45, 90]) }))).rejects.toMatchObject({
      code: "FILE_DAMAGED",
      message: /3 angles for 4 projections/,
    });
    await expect(scanOf(await hdf5({ ...whole, "/exchange/theta": numbers([0, 45, Number.NaN, 90]) }))).rejects.toMatchObject({
      code: "FILE_DAMAGED",
    });
  });

  test("flats of another size are refused", async () => {
    const odd = { data: new Uint16Array(512), shape: [2, 16, 16], dtype: "<H" };
    await expect(scanOf(await hdf5({ ...whole, "/exchange/data_white": odd }))).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: /in one scan/,
    });
  });
});

describe("NXtomo", () => {
  const detector = "/entry/instrument/detector";
  const whole = {
    [`${detector}/data`]: frames(5, (frame) => [3, 100, 40, 50, 60][frame]!),
    [`${detector}/image_key`]: { data: Int32Array.from([2, 1, 0, 0, 0]), shape: [5], dtype: "<i" },
    "/entry/sample/rotation_angle": numbers([0, 0, 0, 60, 120]),
  };

  test("frames are told apart by their key", async () => {
    const scan = await scanOf(await hdf5(whole));
    expect(scan).toMatchObject({ format: "nxtomo", projections: 3 });
    expect(Array.from(scan!.anglesDegree!)).toEqual([0, 60, 120]);
    expect((await scan!.projection(1)).values[0]).toBe(50);
    expect((await scan!.flat())![0]).toBe(100);
    expect((await scan!.dark())![0]).toBe(3);
  });

  test("a key that does not fit the frames is damage", async () => {
    const short = { ...whole, [`${detector}/image_key`]: { data: Int32Array.from([0, 0]), shape: [2], dtype: "<i" } };
    await expect(scanOf(await hdf5(short))).rejects.toMatchObject({ code: "FILE_DAMAGED" });
    const none = { ...whole, [`${detector}/image_key`]: { data: Int32Array.from([2, 1, 1, 1, 1]), shape: [5], dtype: "<i" } };
    await expect(scanOf(await hdf5(none))).rejects.toMatchObject({ code: "FILE_DAMAGED", message: /0 of them projections/ });
  });
});

test("other HDF5 files and other files hold no scan", async () => {
  expect(await scanOf(await hdf5({ "/entry/data": frames(2, () => 1) }))).toBeNull();
  expect(await scanOf(writeTiff([{ width: 3, height: 2, values: new Uint16Array(6) }]))).toBeNull();
});

test("pictures: several stacks in their order; different sizes are refused", async () => {
  const stack = (width: number, count: number, value: number) =>
    readImageStack(
      sourceOfBytes(
        "x.tif",
        writeTiff(Array.from({ length: count }, (_, k) => ({ width, height: 2, values: new Uint16Array(2 * width).fill(value + k) }))),
      ),
    );
  const scan = scanOfStacks([await stack(3, 2, 10), await stack(3, 1, 50)], [await stack(3, 2, 100)], []);
  expect(scan.projections).toBe(3);
  expect((await scan.projection(2)).values[0]).toBe(50);
  expect((await scan.flat())![0]).toBe(100.5);
  expect(await scan.dark()).toBeNull();
  scan.close();
  const [a, b] = [await stack(3, 1, 0), await stack(4, 1, 0)];
  expect(() => scanOfStacks([a, b], [], [])).toThrow(/4 × 2 and of 3 × 2/);
  expect(() => scanOfStacks([], [], [])).toThrow(/needs projections/);
});
