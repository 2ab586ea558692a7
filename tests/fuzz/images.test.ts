/**
 * Damaged images: cut at many places and overwritten at random. A reader answers with frames or a coded error; it never crashes, hangs, or takes memory.
 *
 * Small files of every format, written here, so that a whole run takes seconds; the real files as well with THIOSCOPE_LONG=1.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ErrorCode, type Random, random, ThioscopeError } from "@thioscope/core";
import { readGeometry, readImageStack, sourceOfBytes, writeCbf, writeEdf, writeNexus, writePoni, writeTiff } from "@thioscope/formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";
import { answerOf, HOSTILE, SIDE } from "./hostileFrames.ts";

const CODES: readonly ErrorCode[] = [
  "FILE_FOREIGN",
  "FILE_CUT",
  "FILE_DAMAGED",
  "FILE_EMPTY",
  "FILE_MISSING",
  "FORMAT_VERSION",
  "MAPPING_NEEDED",
];

const WIDTH = 61;
const HEIGHT = 43;
const draw = random("fuzz images");
const pixels = Int32Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % 97 === 0 ? 70_000 : 200 + draw.integer(60)));
const facts = { exposureSecond: 1, wavelengthMetre: 1.4e-11, motors: { y: 1, z: 2 } };
const frame = { width: WIDTH, height: HEIGHT, values: pixels, facts };
const small = { ...frame, values: Uint16Array.from(pixels) };

const GEOMETRY = {
  distanceMetre: 1.5,
  poni1Metre: 0.1,
  poni2Metre: 0.1,
  rot1: 0.01,
  rot2: 0.02,
  rot3: 0,
  pixel1Metre: 2e-4,
  pixel2Metre: 2e-4,
  wavelengthMetre: 1.4e-11,
  orientation: 2,
  shape: [HEIGHT, WIDTH],
} as const;

const MAR_SIZE = 40;

/** A mar345 file by its description: header, one pixel over 65,535, and chunks of 8 differences in 8 bits. */
function mar345(): Uint8Array {
  const out = new Uint8Array(4096 + 64 + 40 + 20 * MAR_SIZE * MAR_SIZE);
  const view = new DataView(out.buffer);
  [1234, MAR_SIZE, 1, 1, 0, MAR_SIZE * MAR_SIZE, 150, 150, 1_540_000, 200_000].forEach((word, i) => {
    view.setInt32(4 * i, word, true);
  });
  out.set(new TextEncoder().encode("mar research\nPROGRAM scan345\nTIME 60.00\nEND OF HEADER\n"), 128);
  view.setInt32(4096, 100, true);
  view.setInt32(4100, 90_000, true);
  const words = new TextEncoder().encode(`CCP4 packed image, X: ${MAR_SIZE}, Y: ${MAR_SIZE}\n`);
  out.set(words, 4160);
  let bit = 8 * (4160 + words.length);
  const put = (value: number, count: number): void => {
    for (let i = 0; i < count; i++, bit++) if ((value >> i) & 1) out[bit >> 3] = out[bit >> 3]! | (1 << (bit & 7));
  };
  for (let done = 0; done < MAR_SIZE * MAR_SIZE; done += 8) {
    put(3, 3);
    put(5, 3);
    for (let i = 0; i < 8; i++) put(draw.integer(11) - 5, 8);
  }
  return out.slice(0, Math.ceil(bit / 8) + 8);
}

/** Reads all; gives the error's code or "ok". Anything else than a coded error fails the test. */
async function outcome(read: () => Promise<unknown>, what: string): Promise<string> {
  const began = performance.now();
  let result = "ok";
  try {
    await read();
  } catch (error) {
    if (!(error instanceof ThioscopeError)) throw new Error(`${what}: ${String(error)}`, { cause: error });
    expect(CODES, `${what}: ${error.message}`).toContain(error.code);
    expect(error.place.file, what).toBe("damaged");
    result = error.code;
  }
  expect(performance.now() - began, `${what} took too long`).toBeLessThan(3000);
  return result;
}

async function readAll(bytes: Uint8Array): Promise<void> {
  const stack = await readImageStack(sourceOfBytes("damaged", bytes));
  try {
    for (let k = 0; k < Math.min(3, stack.frames); k++) {
      const { values, width, height } = await stack.frame(k);
      expect(values.length).toBe(width * height);
    }
    await stack.mask();
  } finally {
    stack.close();
  }
}

async function damage(
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => Promise<unknown>,
  cuts: number,
  changes: number,
  random: Random,
): Promise<Map<string, number>> {
  const memory = process.memoryUsage().rss;
  const seen = new Map<string, number>();
  const note = (code: string): void => {
    seen.set(code, (seen.get(code) ?? 0) + 1);
  };
  for (let n = 0; n < cuts; n++) {
    const cut = n < 64 ? n : random.integer(bytes.length);
    note(await outcome(() => read(bytes.slice(0, cut)), `cut at ${cut}`));
  }
  for (let n = 0; n < changes; n++) {
    const damaged = bytes.slice();
    // headers stand first: half of the changes are there
    const from = random.integer(n % 2 === 0 ? Math.min(2048, bytes.length) : bytes.length);
    const length = 1 + random.integer(n % 3 === 0 ? 4 : 32);
    for (let i = from; i < Math.min(bytes.length, from + length); i++) damaged[i] = n % 5 === 0 ? 255 : random.integer(256);
    note(await outcome(() => read(damaged), `overwritten at ${from}+${length}, ${n}`));
  }
  expect(process.memoryUsage().rss - memory, "memory taken").toBeLessThan(1.2e9);
  return seen;
}

const FILES: Readonly<Record<string, () => Uint8Array | Promise<Uint8Array>>> = {
  tiff: () => writeTiff([small, small], { description: "# Exposure_time 1.0 s\n# Pixel_size 172e-6 m x 172e-6 m" }),
  edf: () => writeEdf([small, small]),
  cbf: () => writeCbf(frame, "fuzz"),
  mar345,
  "nexus, bitshuffle": () => writeNexus([small, small], { geometry: GEOMETRY }),
  "nexus, deflate": () => writeNexus([small, small], { compression: "deflate", mask: new Uint8Array(WIDTH * HEIGHT) }),
};

describe("damaged images", () => {
  test.each(Object.keys(FILES))("%s", { timeout: 60_000 }, async (name) => {
    const bytes = await FILES[name]!();
    await readAll(bytes);
    // each opening of a NeXus file starts a library; the campaign takes the full number
    const [cuts, changes] = !name.startsWith("nexus") ? [600, 1500] : process.env.THIOSCOPE_LONG === "1" ? [300, 600] : [120, 240];
    const seen = await damage(bytes, readAll, cuts, changes, random(name));
    expect(
      [...seen.keys()].some((code) => code !== "ok"),
      "some damage is seen",
    ).toBe(true);
  });

  test("geometry: PONI, and NeXus", { timeout: 60_000 }, async () => {
    const read = (bytes: Uint8Array) => readGeometry(sourceOfBytes("damaged", bytes));
    await damage(new TextEncoder().encode(writePoni(GEOMETRY)), read, 300, 600, random("poni"));
    await damage(await writeNexus([small], { geometry: GEOMETRY }), read, 40, 60, random("nexus geometry"));
  });
});

describe("hostile frames on the command line", () => {
  let folder = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "thioscope-hostile-"));
    writeFileSync(join(folder, "g.poni"), writePoni({ ...GEOMETRY, shape: [SIDE, SIDE] }));
    for (const { name, bytes } of HOSTILE) writeFileSync(join(folder, name), await bytes());
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(HOSTILE)("$name", { timeout: 60_000 }, async ({ name, codes }) => {
    const answers = await Promise.all([
      answerOf(folder, ["xrd", "calibrate", name, "--calibrant", "LaB6", "--energy-kev", "87.1", "--pixel-um", "200"], 20),
      answerOf(folder, ["xrd", "integrate", name, "--poni", "g.poni", "--bins", "50", "-o", `${name}.xy`], 20),
    ]);
    expect(answers.map(({ code }) => code)).toEqual(codes);
    // the program itself takes 110 MB, a pool of threads as much again
    for (const { peakMegabyte } of answers) expect(peakMegabyte).toBeLessThan(500);
    expect(existsSync(join(folder, `${name}.xy`))).toBe(false);
  });
});

if (process.env.THIOSCOPE_LONG === "1") {
  describeData("damaged real images", () => {
    const names = [
      "dioptas-ceo2/CeO2_Pilatus1M.tif",
      "gsas-2dstrain/nx09_strain_001.mar2300",
      "dioptas-lambda-h5/testasapo1_1009_00002_m1_part00000.nxs",
      "gsas-2dstrain/nx09_strain_011.imctrl",
    ];
    test.each(names)("%s", { timeout: 600_000 }, async (name) => {
      const bytes = new Uint8Array(readFileSync(dataFile(`xrd/${name}`)));
      const read = name.endsWith("imctrl") ? (content: Uint8Array) => readGeometry(sourceOfBytes("damaged", content)) : readAll;
      await damage(bytes, read, 200, 200, random(name));
    });
  });
}
