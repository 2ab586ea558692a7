/** TIFF: files of libtiff (through Pillow 9.4) for the compressions; layouts that it does not write are put together here by the specification. */
import { ThioscopeError } from "@thioscope/core";
import { describe, expect, test } from "vitest";
import { sourceOfBytes } from "../../bytes/source.ts";
import { readImageStack } from "../readImageStack.ts";
import { writeTiff } from "../write/writeTiff.ts";

/** 12 × 10 pixels, (37 i) mod 256 with a block of sevens; u16 ×257, f32 ÷8, bilevel > 100. */
const WIDTH = 12;
const HEIGHT = 10;
const PIXELS = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i * 37) % 256);
for (let row = 3; row < 6; row++) PIXELS.fill(7, row * WIDTH + 2, row * WIDTH + 9);

const LIBTIFF: Readonly<Record<string, string>> = {
  "PackBits u8":
    "SUkqAH4AAAALACVKb5S53gMoTXKXC7zhBitQdZq/5AkuUwt4ncLnDDFWe6DF6g8BNFn6BwKBpssB8BX6BwI9YocBrNH6BwL5HkMLaI2y1/whRmuQtdr/CyRJbpO43QInTHGWuwvgBSpPdJm+4wgtUncLnMHmCzBVep/E6Q4zCQAAAQMAAQAAAAwAAAABAQMAAQAAAAoAAAACAQMAAQAAAAgAAAADAQMAAQAAAAWAAAAGAQMAAQAAAAEAAAARAQQAAQAAAAgAAAAWAQMAAQAAAAoAAAAXAQQAAQAAAHYAAAAcAQMAAQAAAAEAAAAAAAAA",
  "LZW u8":
    "SUkqAIQAAACAAASko3pRct4BigmnJLrxwgYVlA6ppfuQEi4pnhOsJzgwYlY9qBiuoHjQsgeUSkDoFTMt4BWVSkemJDqxozGUPkPEM0I1ZNd+CEjGtILVtP8SEk3JNcN0BCcmHFLLtwAUVE86JlfOMEC0pHdOMFzAsYFU9J9iOkHDOAgACQAAAQMAAQAAAAwAAAABAQMAAQAAAAoAAAACAQMAAQAAAAgAAAADAQMAAQAAAAUAAAAGAQMAAQAAAAEAAAARAQQAAQAAAAgAAAAWAQMAAQAAAAoAAAAXAQQAAQAAAHsAAAAcAQMAAQAAAAEAAAAAAAAA",
  "LZW u8, differences":
    "SUkqAD4AAACAAASwOCQUSryDQk8QmDDQSq4ARGJHqBvASvKJRIbQNWCUbRmIvKBmiGQUSSWCOCUQNOSsSwEKAAABAwABAAAADAAAAAEBAwABAAAACgAAAAIBAwABAAAACAAAAAMBAwABAAAABQAAAAYBAwABAAAAAQAAABEBBAABAAAACAAAABYBAwABAAAACgAAABcBBAABAAAANgAAABwBAwABAAAAAQAAAD0BAwABAAAAAgAAAAAAAAA=",
  "deflate u16":
    "SUkqAOgAAAB4nGNgUFX18srPnzJl585795iZNTR8fYuKpk/fs+fhQzY2be2AgNLSWbP273/yhJNTTy84uKJi7txDh54/5+ExNAwLq65esODo0Vev+PlNTCIj2VFAY+OyZadPf/ggKooqbmublNTevmbNxYuo4j9/ysk5O2dk9PZu2nT9+p8/iopubtnZEyZs3Xrr1v//Kiqennl5kyfv2HH3LhOTurqPT2HhtGm7dz94wMqqpeXvX1Iyc+a+fY8fc3Do6gYFlZfPmXPw4LNn3NwGBqGhVVXz5x858vIlH5+xMQDwxF9VAAkAAAEDAAEAAAAMAAAAAQEDAAEAAAAKAAAAAgEDAAEAAAAQAAAAAwEDAAEAAAAIAAAABgEDAAEAAAABAAAAEQEEAAEAAAAIAAAAFgEDAAEAAAAKAAAAFwEEAAEAAADfAAAAHAEDAAEAAAABAAAAAAAAAA==",
  "deflate u16, differences":
    "SUkqAGAAAAB4nGNgUEUGKjDGnj3IPIRcRQW6SgjPxERVdd1aBiRQVQWS+PBBVeXTR2RxMzOQ+Jo1qqpmpsjinz6BzMzIwHQLmIPMQ2I/eIDNlaqqc+Zgc6WqKgCIeSnVCgAAAQMAAQAAAAwAAAABAQMAAQAAAAoAAAACAQMAAQAAABAAAAADAQMAAQAAAAgAAAAGAQMAAQAAAAEAAAARAQQAAQAAAAgAAAAWAQMAAQAAAAoAAAAXAQQAAQAAAFgAAAAcAQMAAQAAAAEAAAA9AQMAAQAAAAIAAAAAAAAA",
  "deflate f32":
    "SUkqAPwAAAB4nIXQMSvEYRzA8d9kMskgg26QJJMX4P7KCzCZJMkggwyXmVImpVxEJzfJcINEnYijMzEwKUVExGSwKMXneQG4+vT8ru/zPP//XUT6FLOI5r6IYYrsc0etN6KstZrHWOGQB7J8REXLmSdY45gnFrWq1mGeYp1TXtKdWl3rNk9T5ow33rVLrcc8kv/drL7JeTpDZ/b3/g+93755Klz9c/9nem9nGqwDLLDDNV/MaY3WwfRb2eOG7/Rda7IOsUSVW2b8lyWtxTzKMgfck/PMLa3NPM4qRzymc9qu1m6epMQJz2xrNa3LXGCDOq/pXu0i+wENlF7oCgAAAQMAAQAAAAwAAAABAQMAAQAAAAoAAAACAQMAAQAAACAAAAADAQMAAQAAAAgAAAAGAQMAAQAAAAEAAAARAQQAAQAAAAgAAAAWAQMAAQAAAAoAAAAXAQQAAQAAAPQAAAAcAQMAAQAAAAEAAABTAQMAAQAAAAMAAAAAAAAA",
  bilevel:
    "SUkqAAgAAAAIAAABBAABAAAADAAAAAEBBAABAAAACgAAAAMBAwABAAAAAQAAAAYBAwABAAAAAQAAABEBBAABAAAAbgAAABYBBAABAAAACgAAABcBBAABAAAAFAAAABwBAwABAAAAAQAAAAAAAAAeMMeA8eAAcIAQwED58DxwjxDjwA==",
};

const read = (bytes: Uint8Array) => readImageStack(sourceOfBytes("test.tif", bytes));
const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

async function codeOf(bytes: Uint8Array): Promise<string> {
  try {
    const stack = await read(bytes);
    await stack.frame(0);
    return "ok";
  } catch (error) {
    return error instanceof ThioscopeError ? error.code : String(error);
  }
}

describe("libtiff's files", () => {
  test.each(Object.keys(LIBTIFF))("%s", async (name) => {
    const stack = await read(fromBase64(LIBTIFF[name]!));
    const { values, width, height } = await stack.frame(0);
    expect([width, height]).toEqual([WIDTH, HEIGHT]);
    const scale = stack.dtype === "uint16" ? 257 : stack.dtype === "float32" ? 1 / 8 : 1;
    expect(Array.from(values)).toEqual(Array.from(PIXELS, (v) => (name === "bilevel" ? Number(v > 100) : v * scale)));
  });

  test.each(Object.keys(LIBTIFF))("%s, cut anywhere: a coded error or the image", async (name) => {
    const whole = fromBase64(LIBTIFF[name]!);
    for (let cut = 0; cut < whole.length; cut++) {
      expect(["ok", "FILE_CUT", "FILE_DAMAGED", "FILE_FOREIGN", "FILE_EMPTY", "FORMAT_VERSION"]).toContain(
        await codeOf(whole.slice(0, cut)),
      );
    }
  });
});

/** A page by the specification: 3 = u16, 4 = u32, 16 = u64 fields; every value in the directory itself or in front of it. */
function tiff(options: {
  little: boolean;
  big?: boolean;
  tags: Readonly<Record<number, number[]>>;
  pixels: Uint8Array[];
  offsetTag: number;
  countTag: number;
}): Uint8Array {
  const { little, big = false, tags, pixels, offsetTag, countTag } = options;
  const word = big ? 8 : 4;
  const start = big ? 16 : 8;
  const size = pixels.reduce((sum, p) => sum + p.length, 0);
  const offsets: number[] = [];
  let at = start;
  for (const p of pixels) {
    offsets.push(at);
    at += p.length;
  }
  const lists: Record<number, number[]> = { ...tags, [offsetTag]: offsets, [countTag]: pixels.map((p) => p.length) };
  const keys = Object.keys(lists)
    .map(Number)
    .sort((a, b) => a - b);
  const long = keys.filter((key) => lists[key]!.length > 1);
  const listSize = long.reduce((sum, key) => sum + word * lists[key]!.length, 0);
  const directory = start + size + listSize;
  const entry = big ? 20 : 12;
  const out = new Uint8Array(directory + (big ? 8 : 2) + keys.length * entry + word);
  const view = new DataView(out.buffer);
  out.set(little ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, big ? 43 : 42, little);
  const setWord = (where: number, value: number): void =>
    big ? view.setBigUint64(where, BigInt(value), little) : view.setUint32(where, value, little);
  if (big) view.setUint16(4, 8, little);
  setWord(big ? 8 : 4, directory);
  pixels.forEach((p, i) => {
    out.set(p, offsets[i]!);
  });
  let list = start + size;
  const countSize = big ? 8 : 2;
  if (big) view.setBigUint64(directory, BigInt(keys.length), little);
  else view.setUint16(directory, keys.length, little);
  keys.forEach((key, i) => {
    const where = directory + countSize + i * entry;
    const values = lists[key]!;
    view.setUint16(where, key, little);
    view.setUint16(where + 2, big ? 16 : 4, little);
    setWord(where + 4, values.length);
    if (values.length === 1) setWord(where + 4 + word, values[0]!);
    else {
      setWord(where + 4 + word, list);
      for (const value of values) {
        setWord(list, value);
        list += word;
      }
    }
  });
  return out;
}

const base = { 256: [WIDTH], 257: [HEIGHT], 259: [1], 277: [1] };

describe("layouts", () => {
  test.each([
    [true, false],
    [false, false],
    [true, true],
    [false, true],
  ])("strips of 3 rows, little endian %s, BigTIFF %s", async (little, big) => {
    const words = new DataView(new ArrayBuffer(2 * PIXELS.length));
    PIXELS.forEach((value, i) => {
      words.setInt16(2 * i, -100 * value, little);
    });
    const bytes = new Uint8Array(words.buffer);
    const pixels = [0, 3, 6, 9].map((row) => bytes.slice(row * WIDTH * 2, (row + 3) * WIDTH * 2));
    // the strips lie in the file in another order: they cannot be read in one piece
    const file = tiff({ little, big, tags: { ...base, 258: [16], 278: [3], 339: [2] }, pixels, offsetTag: 273, countTag: 279 });
    const stack = await read(file);
    expect(stack.dtype).toBe("int16");
    const { values } = await stack.frame(0);
    expect(Array.from(values)).toEqual(Array.from(PIXELS, (v) => (v === 0 ? 0 : -100 * v)));
  });

  test("tiles that go beyond the edges", async () => {
    const tile = 8;
    const pixels: Uint8Array[] = [];
    for (let top = 0; top < HEIGHT; top += tile) {
      for (let left = 0; left < WIDTH; left += tile) {
        const one = new Uint8Array(tile * tile).fill(99);
        for (let i = 0; i < tile; i++) {
          for (let j = 0; j < tile; j++)
            if (top + i < HEIGHT && left + j < WIDTH) one[i * tile + j] = PIXELS[(top + i) * WIDTH + left + j]!;
        }
        pixels.push(one);
      }
    }
    const file = tiff({ little: true, tags: { ...base, 258: [8], 322: [tile], 323: [tile] }, pixels, offsetTag: 324, countTag: 325 });
    const { values } = await (await read(file)).frame(0);
    expect(Array.from(values)).toEqual(Array.from(PIXELS));
  });

  test("wrong byte counts of stored strips do not matter", async () => {
    const file = tiff({ little: true, tags: { ...base, 258: [8] }, pixels: [PIXELS], offsetTag: 273, countTag: 279 });
    const at = file.findIndex((_, i) => file[i] === 279 % 256 && file[i + 1] === 1 && file[i + 2] === 4);
    new DataView(file.buffer).setUint32(at + 8, 1, true);
    expect(await codeOf(file)).toBe("ok");
  });
});

describe("hostile headers", () => {
  const page = (tags: Readonly<Record<number, number[]>>): Uint8Array =>
    tiff({ little: true, tags: { ...base, 258: [8], ...tags }, pixels: [PIXELS], offsetTag: 273, countTag: 279 });
  test.each([
    ["2³¹ columns", { 256: [2 ** 31] }, "FILE_DAMAGED"],
    ["no row", { 257: [0] }, "FILE_DAMAGED"],
    ["60,000 × 60,000 pixels", { 256: [60_000], 257: [60_000] }, "FILE_DAMAGED"],
    ["16,000 × 16,000 pixels in 120 bytes", { 256: [16_000], 257: [16_000] }, "FILE_CUT"],
    ["the same, packed", { 256: [16_000], 257: [16_000], 259: [32773] }, "FILE_DAMAGED"],
    ["three samples per pixel", { 277: [3] }, "FORMAT_VERSION"],
    ["12 bits", { 258: [12] }, "FORMAT_VERSION"],
    ["JPEG", { 259: [7] }, "FORMAT_VERSION"],
    ["one row per strip, one strip", { 278: [1] }, "FILE_DAMAGED"],
  ])("%s: %s", async (_, tags, code) => {
    const before = process.memoryUsage().rss;
    expect(await codeOf(page(tags))).toBe(code);
    expect(process.memoryUsage().rss - before).toBeLessThan(2e8);
  });

  test("a chain of pages that turns back", async () => {
    const file = writeTiff([{ width: WIDTH, height: HEIGHT, values: PIXELS }]);
    const view = new DataView(file.buffer);
    view.setUint32(8 + 2 + 12 * view.getUint16(8, true), 8, true);
    expect(await codeOf(file)).toBe("FILE_DAMAGED");
  });
});

describe("several pages", () => {
  test("written and read, with a description", async () => {
    const frames = [1, 2, 3].map((k) => ({ width: WIDTH, height: HEIGHT, values: Float32Array.from(PIXELS, (v) => v / k) }));
    const stack = await read(writeTiff(frames, { description: "three frames" }));
    expect([stack.frames, stack.dtype, stack.meta["description"]]).toEqual([3, "float32", "three frames"]);
    for (const [k, frame] of frames.entries()) expect((await stack.frame(k)).values).toEqual(frame.values);
    await expect(stack.frame(3)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
