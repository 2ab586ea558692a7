/** Writers and readers of images against each other and against the words of the formats. */
import { gzipSync } from "node:zlib";
import { random, ThioscopeError } from "@thioscope/core";
import { describe, expect, test } from "vitest";
import { type ByteSource, sourceOfBytes } from "../bytes/source.ts";
import { unpackByteOffset } from "./cbf.ts";
import { loadHdf5 } from "./hdf5/library.ts";
import { unpackCcp4 } from "./mar345.ts";
import type { ImageFacts, PixelArray, ReadImageOptions } from "./model.ts";
import { readImageStack } from "./readImageStack.ts";
import { readMask, readReference } from "./references.ts";
import { imageStatistics } from "./statistics.ts";
import { packByteOffset, writeCbf } from "./write/writeCbf.ts";
import { writeEdf } from "./write/writeEdf.ts";
import { writeNexus } from "./write/writeNexus.ts";
import { writeTiff } from "./write/writeTiff.ts";

const WIDTH = 37;
const HEIGHT = 23;
const FACTS: ImageFacts = {
  exposureSecond: 0.5,
  wavelengthMetre: 1.4235e-11,
  distanceMetre: 1.481,
  pixel1Metre: 2e-4,
  pixel2Metre: 1.5e-4,
  beamRow: 11.25,
  beamColumn: 18.5,
  motors: { y: -0.25, z: 3 },
};

const source = (bytes: Uint8Array, name = "test"): ByteSource => sourceOfBytes(name, bytes);
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

function frame<T extends PixelArray>(Type: { from(a: ArrayLike<number>): T }, at: (i: number) => number) {
  return { width: WIDTH, height: HEIGHT, values: Type.from(Array.from({ length: WIDTH * HEIGHT }, (_, i) => at(i))), facts: FACTS };
}

async function codeOf(bytes: Uint8Array, options: ReadImageOptions = {}): Promise<string> {
  try {
    const stack = await readImageStack(source(bytes), options);
    await stack.frame(0);
    stack.close();
    return "ok";
  } catch (error) {
    return error instanceof ThioscopeError ? error.code : String(error);
  }
}

const TYPES = [
  ["uint8", [frame(Uint8Array, (i) => i * 7), frame(Uint8Array, (i) => i)]],
  ["int16", [frame(Int16Array, (i) => i * 77 - 30_000)]],
  ["uint16", [frame(Uint16Array, (i) => i * 77), frame(Uint16Array, (i) => 65_535 - i)]],
  ["int32", [frame(Int32Array, (i) => (i * 7919 * i) | 0)]],
  ["uint32", [frame(Uint32Array, (i) => 4_294_967_295 - i)]],
  ["float32", [frame(Float32Array, (i) => Math.sin(i)), frame(Float32Array, (i) => (i === 5 ? Number.NaN : i))]],
  ["float64", [frame(Float64Array, (i) => Math.exp(i / 10))]],
] as const;

describe("written and read", () => {
  test.each(TYPES)("%s as TIFF, EDF, NeXus with bitshuffle-LZ4, with deflate and without", async (dtype, frames) => {
    const files = {
      tiff: writeTiff(frames),
      edf: writeEdf(frames),
      "edf.gz": new Uint8Array(gzipSync(writeEdf(frames))),
      bitshuffle: await writeNexus(frames),
      deflate: await writeNexus(frames, { compression: "deflate" }),
      plain: await writeNexus(frames, { compression: "none" }),
    };
    for (const [kind, bytes] of Object.entries(files)) {
      const stack = await readImageStack(source(bytes));
      expect([stack.width, stack.height, stack.frames, stack.dtype], kind).toEqual([WIDTH, HEIGHT, frames.length, dtype]);
      for (const [i, one] of frames.entries()) expect((await stack.frame(i)).values, kind).toEqual(one.values);
      expect(stack.notices, kind).toEqual([]);
      stack.close();
    }
  });

  test("EDF and CBF keep what is known of the exposure", async () => {
    const image = frame(Int32Array, (i) => i);
    const edf = await readImageStack(source(writeEdf([image])));
    expect(edf.facts).toEqual(FACTS);
    const cbf = await readImageStack(source(writeCbf(image, "frame")));
    const { motors, ...facts } = FACTS;
    expect(cbf.facts).toEqual({ ...facts, wavelengthMetre: expect.closeTo(1.4235e-11, 25) });
    expect(cbf.meta).toMatchObject({ y: "-0.25", z: "3" });
    expect(motors).toBeDefined();
  });

  test("NeXus keeps mask, positions per frame, start and exposure", async () => {
    const frames = [1, 2, 3].map((k) => frame(Uint16Array, (i) => i * k));
    const mask = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => Number(i % 5 === 0));
    const bytes = await writeNexus(frames, {
      mask,
      startTime: "2026-01-02T03:04:05Z",
      positions: { y: { values: [0, 0.01, 0.02], units: "mm" } },
    });
    const stack = await readImageStack(source(bytes));
    expect((await stack.mask())?.masked).toEqual(mask);
    expect(stack.facts).toMatchObject({ exposureSecond: 0.5, startedAt: "2026-01-02T03:04:05Z", motors: { y: 0 } });
    expect((await stack.frame(2)).facts.motors).toEqual({ y: 0.02 });
    stack.close();
  });

  test("frames that differ, none, and pixels that CBF cannot hold are refused", async () => {
    const a = frame(Uint16Array, (i) => i);
    const b = { ...frame(Uint16Array, (i) => i), width: HEIGHT, height: WIDTH };
    expect(() => writeTiff([a, b])).toThrow(ThioscopeError);
    expect(() => writeEdf([])).toThrow(ThioscopeError);
    expect(() =>
      writeCbf(
        frame(Float32Array, (i) => i / 2),
        "x",
      ),
    ).toThrow(/pixel 1 is 0.5/);
    await expect(writeNexus([a, b])).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(writeNexus([])).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("CBF byte offsets", () => {
  test("steps of 1, 2, 4 and 8 bytes, by hand", () => {
    const values = Int32Array.of(1, -126, 1, 300, -32_000, 40_000, 40_000, -2_147_483_648, 2_147_483_647);
    const packed = packByteOffset(values);
    // 1; −127; 127; 299 in 2 bytes; −32300 in 2; 72000 in 4; 0; −2147523648 in 8; 4294967295 in 8
    const hex = [...packed].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    expect(hex).toBe(
      `${"01"}${"81"}${"7f"}${"802b01"}${"80d481"}${"80008040190100"}${"00"}${"80008000000080c063ff7fffffffff"}${"80008000000080ffffffff00000000"}`,
    );
    const out = new Int32Array(values.length);
    expect(unpackByteOffset(packed, out)).toBe(packed.length);
    expect(out).toEqual(values);
  });

  test("any integers come back, in 32 bits and as floats", () => {
    const draw = random("byte offsets");
    for (let n = 0; n < 50; n++) {
      const size = [3, 200, 70_000, 2 ** 31][n % 4]!;
      const values = Int32Array.from({ length: 200 }, () => Math.floor((draw.uniform() - 0.5) * 2 * size));
      const packed = packByteOffset(values);
      const ints = new Int32Array(200);
      const floats = new Float64Array(200);
      expect(unpackByteOffset(packed, ints)).toBe(packed.length);
      expect(unpackByteOffset(packed, floats)).toBe(packed.length);
      expect(ints).toEqual(values);
      expect(Int32Array.from(floats)).toEqual(values);
      expect(unpackByteOffset(packed.subarray(0, packed.length - 1), ints)).toBe(-1);
    }
  });

  test("a changed byte is seen by the checksum", async () => {
    const bytes = writeCbf(
      frame(Int32Array, (i) => i * i),
      "x",
    );
    const at = bytes.length - 4500;
    bytes[at] = bytes[at]! ^ 1;
    expect(await codeOf(bytes)).toBe("FILE_DAMAGED");
  });

  test("sizes that the bytes cannot hold", async () => {
    const words = new TextDecoder("latin1").decode(
      writeCbf(
        frame(Int32Array, (i) => i),
        "x",
      ),
    );
    const latin1 = (s: string): Uint8Array => Uint8Array.from(s, (c) => c.charCodeAt(0));
    expect(await codeOf(latin1(words.replace("Fastest-Dimension: 37", "Fastest-Dimension: 2147483648")))).toBe("FILE_DAMAGED");
    expect(await codeOf(latin1(words.replace("Fastest-Dimension: 37", "Fastest-Dimension: 5000")))).toBe("FILE_DAMAGED");
    expect(await codeOf(latin1(words.replace(/X-Binary-Size: \d+/, "X-Binary-Size: 99999999")))).toBe("FILE_CUT");
    expect(await codeOf(latin1(words.replace("x-CBF_BYTE_OFFSET", "x-CBF_PACKED")))).toBe("FORMAT_VERSION");
  });
});

test("CCP4 packing by hand: a chunk of 4 differences in 4 bits, then a chunk of 4 zeros, 4 pixels a row", () => {
  // head: k = 2 in 3 bits, code 1 (4 bits each) in 3 bits; differences 1, −2, 3, 0; head: k = 2, code 0
  const bits = ["010", "001", "0001", "1110", "0011", "0000", "010", "000"].map((word) => [...word].reverse().join("")).join("");
  const bytes = Uint8Array.from(
    (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt([...byte.padEnd(8, "0")].reverse().join(""), 2)),
  );
  const out = new Int16Array(8);
  expect(unpackCcp4(bytes, 0, 1, out, 4)).toBe(8);
  // first row: sums 1, −1, 2, 2; pixels 4 and 5: the left one, then ¼ (2 + 2 − 1 + 1 + 2) cut to 1, ¼ (1 + 2 + 2 − 1 + 2) to 1, ¼ (1 + 2 + 2 + 2 + 2) to 2
  expect([...out]).toEqual([1, -1, 2, 2, 2, 1, 1, 2]);
  expect(unpackCcp4(bytes.subarray(0, 2), 0, 1, out, 4)).toBeLessThan(8);
});

describe("EDF", () => {
  const edf = (keys: string, pixels: Uint8Array): Uint8Array => {
    const head = text(`{\n${keys}`.padEnd(1022).concat("}\n"));
    const out = new Uint8Array(head.length + pixels.length);
    out.set(head);
    out.set(pixels, head.length);
    return out;
  };
  const keys = "ByteOrder = HighByteFirst ;\nDataType = UnsignedShort ;\nDim_1 = 2 ;\nDim_2 = 2 ;\n";

  test("high byte first, with motors", async () => {
    const bytes = edf(`${keys}motor_pos = 1.5 -2 ;\nmotor_mne = sx sy ;\n`, Uint8Array.of(1, 0, 0, 2, 255, 255, 0, 0));
    const stack = await readImageStack(source(bytes));
    expect((await stack.frame(0)).values).toEqual(Uint16Array.of(256, 2, 65_535, 0));
    expect(stack.facts.motors).toEqual({ sx: 1.5, sy: -2 });
  });

  test("a stack that was cut gives its whole frames and says so", async () => {
    const frames = [frame(Uint16Array, (i) => i), frame(Uint16Array, (i) => 2 * i)];
    const bytes = writeEdf(frames);
    const stack = await readImageStack(source(bytes.subarray(0, bytes.length - 10)));
    expect(stack.frames).toBe(1);
    expect(stack.notices.map((n) => n.code)).toEqual(["file-cut"]);
  });

  test.each([
    ["2³¹ columns", keys.replace("Dim_1 = 2 ", "Dim_1 = 2147483648 "), "FILE_DAMAGED"],
    ["more pixels than bytes", keys.replace("Dim_1 = 2 ", "Dim_1 = 300 "), "FILE_CUT"],
    ["an unknown type", keys.replace("UnsignedShort", "Complex"), "FORMAT_VERSION"],
    ["an unknown byte order", keys.replace("HighByteFirst", "Middle"), "FILE_DAMAGED"],
    ["no size", "ByteOrder = LowByteFirst ;\nDataType = FloatValue ;\n", "FILE_DAMAGED"],
  ])("%s: %s", async (_, words, code) => {
    expect(await codeOf(edf(words, new Uint8Array(8)))).toBe(code);
  });

  test("a header that is not closed", async () => {
    expect(await codeOf(text(`{\n${keys}`))).toBe("FILE_CUT");
  });
});

describe("raw pixels", () => {
  const bytes = Uint8Array.from({ length: 4 + 3 * 12 + 2 * 2 + 5 }, (_, i) => i);
  test("with offset, gap and bytes left", async () => {
    const stack = await readImageStack(source(bytes), {
      raw: { width: 3, height: 2, dtype: "int16", byteOrder: "big", offset: 4, gap: 2 },
    });
    expect([stack.frames, stack.notices.map((n) => n.code)]).toEqual([3, ["bytes-left"]]);
    expect((await stack.frame(1)).values).toEqual(Int16Array.from([18, 20, 22, 24, 26, 28], (low) => 256 * low + low + 1));
  });
  test.each([
    [{ width: 2 ** 31, height: 1, dtype: "uint8" } as const, "INVALID_INPUT"],
    [{ width: 100, height: 100, dtype: "uint8" } as const, "FILE_CUT"],
    [{ width: 2, height: 2, dtype: "int12" } as never, "INVALID_INPUT"],
    [{ width: 2, height: 2, dtype: "uint8", offset: -1 } as const, "INVALID_INPUT"],
  ])("%j: %s", async (raw, code) => {
    expect(await codeOf(bytes, { raw })).toBe(code);
  });
});

describe("NPY", () => {
  const npy = (header: string, pixels: Uint8Array): Uint8Array => {
    const words = text(header.padEnd(117).concat("\n"));
    return Uint8Array.of(0x93, ...text("NUMPY"), 1, 0, 118, 0, ...words, ...pixels);
  };
  test("rows, columns and stacks", async () => {
    const c = await readImageStack(
      source(npy("{'descr': '>i2', 'fortran_order': False, 'shape': (2, 3), }", Uint8Array.of(0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 255, 255))),
    );
    expect((await c.frame(0)).values).toEqual(Int16Array.of(1, 2, 3, 4, 5, -1));
    const f = await readImageStack(
      source(npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", Uint8Array.of(1, 4, 2, 5, 3, 6))),
    );
    expect((await f.frame(0)).values).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
    const stack = await readImageStack(
      source(npy("{'descr': '|b1', 'fortran_order': False, 'shape': (3, 1, 2), }", Uint8Array.of(0, 1, 1, 0, 1, 1))),
    );
    expect([stack.frames, (await stack.frame(2)).values]).toEqual([3, Uint8Array.of(1, 1)]);
  });
  test.each([
    ["(2147483648, 2)", "FILE_DAMAGED"],
    ["(200, 200)", "FILE_CUT"],
    ["(4,)", "FORMAT_VERSION"],
  ])("shape %s: %s", async (shape, code) => {
    expect(await codeOf(npy(`{'descr': '|u1', 'fortran_order': False, 'shape': ${shape}, }`, new Uint8Array(4)))).toBe(code);
  });
});

describe("HDF5", () => {
  const image = frame(Uint16Array, (i) => i * 3);

  test("a filter that is not known is named before a pixel is read", async () => {
    const { h5, files } = await loadHdf5();
    await writeNexus([image]);
    // headers of the oldest version have no checksum: the filter's id can be changed
    const file = new h5.File("/filter.h5", "w", { libver: ["earliest", "latest"] });
    const size = [HEIGHT, WIDTH];
    file.create_dataset({ name: "data", data: image.values, shape: size, chunks: size, compression: 32008, compression_opts: [0, 2] });
    file.close();
    const bytes = files.readFile("/filter.h5").slice();
    const at = new TextDecoder("latin1").decode(bytes).indexOf("bitshuffle") - 8;
    expect(bytes[at]! + 256 * bytes[at + 1]!).toBe(32008);
    expect(await codeOf(bytes)).toBe("ok");
    bytes[at] = 32099 & 255;
    bytes[at + 1] = 32099 >> 8;
    await expect(readImageStack(source(bytes))).rejects.toMatchObject({
      code: "FORMAT_VERSION",
      message: expect.stringContaining("32099"),
    });
  });

  test("pixels that do not unpack are an error, not what lay in memory", async () => {
    const bytes = await writeNexus([frame(Uint16Array, (i) => (i * 7919) % 65_521)], { compression: "deflate" });
    const zlib = bytes.findIndex((_, i) => bytes[i] === 0x78 && ((0x78 << 8) | bytes[i + 1]!) % 31 === 0 && i > 2000);
    bytes.fill(0xff, zlib + 20, zlib + 60);
    expect(await codeOf(bytes)).toBe("FILE_DAMAGED");
  });

  test("links into other files: reported, and followed where the caller has the file", async () => {
    const data = await writeNexus([image, image]);
    const { h5, files } = await loadHdf5();
    const file = new h5.File("/master.h5", "w");
    const entry = file.create_group("entry");
    const group = entry.create_group("data");
    group.create_attribute("NX_class", "NXdata");
    group.create_external_link("frames_000001.h5", "/entry/data/data", "data_000001");
    group.create_external_link("frames_000002.h5", "/entry/data/data", "data_000002");
    file.close();
    const master = files.readFile("/master.h5");
    await expect(readImageStack(source(master))).rejects.toMatchObject({
      code: "FILE_MISSING",
      message: expect.stringContaining("frames_000001.h5"),
    });
    const linked = async (name: string) => (name === "frames_000001.h5" ? source(data, name) : null);
    const stack = await readImageStack(source(master), { linked });
    expect([stack.frames, stack.notices.map((n) => n.code)]).toEqual([2, ["external-link"]]);
    expect((await stack.frame(1)).values).toEqual(image.values);
    stack.close();
    await expect(stack.frame(0)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  test("only the pages that are needed are read", async () => {
    const frames = Array.from({ length: 6 }, (_, k) => {
      const draw = random(`page ${k}`);
      return { width: 512, height: 512, values: Uint16Array.from({ length: 512 * 512 }, () => draw.integer(65_536)) };
    });
    const bytes = await writeNexus(frames, { compression: "none" });
    let read = 0;
    const counting: ByteSource = {
      name: "counted",
      size: bytes.length,
      async read(offset, length) {
        read += length;
        return bytes.subarray(offset, offset + length);
      },
    };
    const stack = await readImageStack(counting);
    expect((await stack.frame(4)).values).toEqual(frames[4]!.values);
    expect(read).toBeLessThan(bytes.length / 2);
    const both = await Promise.all([stack.frame(1), stack.frame(2)]);
    expect(both.map((one) => one.values)).toEqual([frames[1]!.values, frames[2]!.values]);
    stack.close();
  });

  test("a frame of 34 MB comes in bands of rows, which end at those of its chunks", async () => {
    const { h5, files } = await loadHdf5();
    const file = new h5.File("/bands.h5", "w");
    const [height, width] = [4200, 4096];
    const rows = [0, 3899, 3900, 4199];
    const row = (y: number): Uint16Array => Uint16Array.from({ length: width }, (_, x) => (x * 31 + y) % 60_000);
    const empty = { maxshape: [1, height, width], chunks: [1, 300, 512], dtype: "<H" };
    file.create_dataset({ name: "data", data: row(0), shape: [1, 1, width], ...empty });
    const dataset = file.get("data") as InstanceType<typeof h5.Dataset>;
    dataset.resize([1, height, width]);
    for (const y of rows) dataset.write_slice([[0, 1], [y, y + 1], []], row(y));
    file.close();
    const stack = await readImageStack(source(files.readFile("/bands.h5").slice()));
    const values = (await stack.frame(0)).values as Uint16Array;
    for (const y of rows) expect(values.subarray(y * width, (y + 1) * width)).toEqual(row(y));
    expect(values.filter(Boolean)).toHaveLength(rows.reduce((sum, y) => sum + row(y).filter(Boolean).length, 0));
    stack.close();
  });
});

describe("masks, darks, flats", () => {
  const mask = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => Number(i % 11 === 0));
  test.each([
    ["EDF", writeEdf([{ width: WIDTH, height: HEIGHT, values: mask }])],
    ["TIFF", writeTiff([{ width: WIDTH, height: HEIGHT, values: mask }])],
  ])("a mask as %s", async (_, bytes) => {
    expect((await readMask(source(bytes))).masked).toEqual(mask);
  });
  test("a mask that masks most, or is grey, says so", async () => {
    const grey = { width: WIDTH, height: HEIGHT, values: Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => i) };
    expect((await readMask(source(writeTiff([grey])))).notices.map((n) => n.code)).toEqual(["mask-values", "mask-large"]);
  });
  test("a dark is the mean of its frames", async () => {
    const dark = await readReference(source(writeEdf([frame(Uint16Array, (i) => i), frame(Uint16Array, (i) => i + 3)])));
    expect([dark.frames, dark.exposureSecond, dark.values[10]]).toEqual([2, 0.5, 11.5]);
  });
});

describe("statistics", () => {
  const of = (values: PixelArray, facts: ImageFacts = {}) => imageStatistics({ width: values.length, height: 1, values, facts, meta: {} });
  test("counts by hand", () => {
    expect(of(Int32Array.of(-2, -1, 5, 10, 10), { saturationCount: 10 })).toMatchObject({
      min: -2,
      max: 10,
      mean: 4.4,
      sum: 22,
      negative: 2,
      saturated: 2,
      notFinite: 0,
      notices: [],
    });
  });
  test("NaN, infinite and all zero are told", () => {
    expect(of(Float32Array.of(1, Number.NaN, 3, Number.POSITIVE_INFINITY))).toMatchObject({
      mean: 2,
      notFinite: 2,
      notices: [{ code: "pixels-not-finite" }],
    });
    expect(of(Float32Array.of(Number.NaN))).toMatchObject({ min: null, max: null, mean: null });
    expect(of(new Uint16Array(9)).notices.map((n) => n.code)).toEqual(["image-constant"]);
  });
});

test.each([
  ["nothing", new Uint8Array(0), "FILE_EMPTY"],
  ["text", text("hello"), "FILE_FOREIGN"],
  ["zeros", new Uint8Array(70_000), "FILE_FOREIGN"],
  ["half a gzip member", new Uint8Array(gzipSync(writeEdf([frame(Uint16Array, (i) => i)]))).subarray(0, 300), "FILE_DAMAGED"],
])("%s is no image", async (_, bytes, code) => {
  expect(await codeOf(bytes)).toBe(code);
});
