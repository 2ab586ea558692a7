/**
 * Small files that would like to be large: each is read here, one after another, in a process whose memory bombs.test.ts looks at. Prints a line of JSON
 * for each: its name, the code of the error (or "read"), and the time.
 */
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { ThioscopeError } from "@thioscope/core";
import {
  type ByteSource,
  readCellFile,
  readClaims,
  readCycling,
  readEnergies,
  readImageStack,
  readPattern,
  readSpectra,
  readTrajectory,
  readWorkbook,
  sourceOfBytes,
} from "@thioscope/formats";
import { loadHdf5 } from "../../packages/formats/src/images/hdf5/library.ts";
import { studyOfText } from "../../packages/study/src/studyFile.ts";
import { sheetRows, storedZip, workbook } from "../zip.ts";
import { HAND_MADE } from "./campaign/seeds.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const textOf = async (source: ByteSource): Promise<string> => new TextDecoder().decode(await source.read(0, source.size));
const zeros = (megabyte: number): Uint8Array => new Uint8Array(megabyte * 1e6);

/** An archive whose member `name` is deflated, `content` by its packed bytes and the size that it claims. */
function zipWith(files: Record<string, string | Uint8Array>, name: string, packed: Uint8Array, size: number): Uint8Array {
  const bytes = Buffer.from(storedZip({ ...files, [name]: packed }));
  for (const [mark, method, sizeAt, nameAt] of [
    ["PK\x03\x04", 8, 22, 30],
    ["PK\x01\x02", 10, 24, 46],
  ] as const) {
    for (let at = bytes.indexOf(mark, 0, "latin1"); at >= 0; at = bytes.indexOf(mark, at + 4, "latin1")) {
      if (bytes.toString("latin1", at + nameAt, at + nameAt + name.length) !== name) continue;
      bytes.writeUInt16LE(8, at + method);
      bytes.writeUInt32LE(size, at + sizeAt);
    }
  }
  return new Uint8Array(bytes);
}

const LAUGHS = `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha ha ha ha ha ha ha ha">${[..."bcdefghijk"].map((name, k) => `<!ENTITY ${name} "${`&${"abcdefghij"[k]};`.repeat(10)}">`).join("")}<!ENTITY file SYSTEM "file:///etc/passwd">]>`;
const XRDML = (inside: string): Uint8Array =>
  text(
    `${LAUGHS}<xrdMeasurements><sample><id>${inside}</id></sample><xrdMeasurement><scan><dataPoints><positions axis="2Theta"><startPosition>1</startPosition><endPosition>9</endPosition></positions><counts>1 2 3 4 5 6 7 8 9</counts></dataPoints></scan></xrdMeasurement></xrdMeasurements>`,
  );
const BOOK = workbook({
  data: sheetRows([
    ["Test Time / s", "Voltage / V"],
    [1, 2],
  ]),
});
const partOf = (end: string): string => Object.keys(BOOK).find((name) => name.endsWith(end))!;
const ALIASES = `a: &a [x, x, x, x, x, x, x, x, x]\n${[..."bcdefghij"].map((name, k) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[k]}`).join(", ")}]`).join("\n")}\n`;

/** A PNG that says `width` × `height` and holds `rows`. */
function png(width: number, height: number, rows: Uint8Array): Uint8Array {
  const chunk = (name: string, content: Uint8Array): Buffer => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(content.length);
    return Buffer.concat([head, Buffer.from(name), content, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 16;
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return new Uint8Array(Buffer.concat([start, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]));
}

/** One strip with deflate. */
function tiff(width: number, height: number, packed: Uint8Array): Uint8Array {
  const entries = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, 1, 16],
    [259, 3, 1, 8],
    [262, 3, 1, 1],
    [273, 4, 1, 200],
    [277, 3, 1, 1],
    [278, 4, 1, height],
    [279, 4, 1, packed.length],
  ] as const;
  const out = Buffer.alloc(200 + packed.length);
  out.write("II*\0", "latin1");
  out.writeUInt32LE(8, 4);
  out.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, type, count, value], k) => {
    out.writeUInt16LE(tag, 10 + 12 * k);
    out.writeUInt16LE(type, 12 + 12 * k);
    out.writeUInt32LE(count, 14 + 12 * k);
    out.writeUInt32LE(value, 18 + 12 * k);
  });
  out.set(packed, 200);
  return new Uint8Array(out);
}

/** Frames that were never written: a kilobyte of file. */
async function hdf5(shape: readonly number[], chunks: readonly number[], deep = 0): Promise<Uint8Array> {
  const { h5, files } = await loadHdf5();
  const file = new h5.File("/bomb.h5", "w");
  let group = file.create_group("entry") as unknown as { create_group(name: string): typeof group };
  for (let k = 0; k < deep; k++) group = group.create_group("g");
  file.create_dataset({
    name: "data",
    data: new Uint16Array(0),
    shape: [0, ...shape.slice(1)],
    maxshape: [null, ...shape.slice(1)],
    dtype: "<H",
    chunks: [...chunks],
  });
  (file.get("data") as { resize(to: readonly number[]): number }).resize([...shape]);
  file.create_soft_link("/entry", "/entry/again");
  file.close();
  const bytes = files.readFile("/bomb.h5").slice();
  files.unlink("/bomb.h5");
  return bytes;
}

async function picture(source: ByteSource): Promise<void> {
  const stack = await readImageStack(source);
  try {
    await stack.frame(0);
  } finally {
    stack.close();
  }
}
const cell = async (source: ByteSource): Promise<unknown> => readCellFile(await textOf(source), source.name);
const claims = async (source: ByteSource): Promise<unknown> => readClaims(await textOf(source), source.name);
const study = async (source: ByteSource): Promise<unknown> => studyOfText(import.meta.dirname, await textOf(source));
const trajectory = (source: ByteSource): Promise<unknown> => readTrajectory(source, { frame: () => true });

const BOMBS: Readonly<
  Record<string, [file: string, bytes: () => Uint8Array | Promise<Uint8Array>, read: (source: ByteSource) => unknown]>
> = {
  "workbook: a sheet of 900 MB in 4 MB": [
    "a.xlsx",
    () => zipWith(BOOK, partOf("sheet1.xml"), deflateRawSync(zeros(900), { level: 1 }), 9e8),
    readWorkbook,
  ],
  "workbook: a sheet of 4 GB by its word": [
    "a.xlsx",
    () => zipWith(BOOK, partOf("sheet1.xml"), deflateRawSync(zeros(1)), 0xfffffffe),
    readWorkbook,
  ],
  "workbook: a sheet larger than its word": [
    "a.xlsx",
    () => zipWith(BOOK, partOf("sheet1.xml"), deflateRawSync(zeros(50)), 1000),
    readWorkbook,
  ],
  "workbook: laughs": [
    "a.xlsx",
    () =>
      storedZip({ ...BOOK, [partOf("workbook.xml")]: `${LAUGHS}<workbook><sheets><sheet name="&k;" sheetId="1"/></sheets></workbook>` }),
    readWorkbook,
  ],
  "workbook: a row 4294967295": [
    "a.xlsx",
    () =>
      storedZip({
        ...BOOK,
        [partOf("sheet1.xml")]: `<worksheet><sheetData><row r="4294967295"><c r="XFD4294967295"><v>1</v></c></row></sheetData></worksheet>`,
      }),
    readWorkbook,
  ],
  "ndax: a member of 900 MB in 4 MB": [
    "a.ndax",
    () => zipWith({ "VersionInfo.xml": "<root/>" }, "data.ndc", deflateRawSync(zeros(900), { level: 1 }), 9e8),
    readCycling,
  ],
  "ndax: laughs": [
    "a.ndax",
    () =>
      storedZip({
        "VersionInfo.xml": `${LAUGHS}<root><config ZwdjInfo="&k;"/></root>`,
        "TestInfo.xml": `${LAUGHS}<root>&file;</root>`,
        "data.ndc": zeros(0.01),
      }),
    readCycling,
  ],
  "gzip: 900 MB in 4 MB": ["a.edf.gz", () => new Uint8Array(gzipSync(zeros(900), { level: 1 })), picture],
  "gzip: a trajectory of 300 MB of one line": [
    "XDATCAR.gz",
    () => new Uint8Array(gzipSync(new Uint8Array(3e8).fill(65), { level: 1 })),
    trajectory,
  ],
  "png: 2147483647 × 2147483647": ["a.png", () => png(2 ** 31 - 1, 2 ** 31 - 1, zeros(1)), picture],
  "png: 16384 × 16384 of a megabyte": ["a.png", () => png(16_384, 16_384, zeros(1)), picture],
  "png: more pixels than it says": ["a.png", () => png(8, 8, zeros(200)), picture],
  "tiff: 2147483647 × 2147483647": ["a.tif", () => tiff(2 ** 31 - 1, 2 ** 31 - 1, deflateSync(zeros(1))), picture],
  "tiff: 16384 × 16384 of zeros": ["a.tif", () => tiff(16_384, 16_384, deflateSync(zeros(537), { level: 1 })), picture],
  "hdf5: a frame of 60000 × 60000": ["a.h5", () => hdf5([2, 60_000, 60_000], [1, 500, 500]), picture],
  "hdf5: a frame of 16000 × 16000 that was never written": ["a.h5", () => hdf5([2, 16_000, 16_000], [1, 500, 500]), picture],
  "hdf5: a chunk of 800 MB": ["a.h5", () => hdf5([20_000, 200, 200], [10_000, 200, 200]), picture],
  "hdf5: four billion frames, groups in circles and a hundred deep": ["a.h5", () => hdf5([2 ** 32 - 1, 16, 16], [1, 16, 16], 100), picture],
  "xrdml: laughs": ["a.xrdml", () => XRDML("&k;"), readPattern],
  "xrdml: a file of this machine": ["a.xrdml", () => XRDML("&file;"), readPattern],
  "xrdml: a hundred thousand elements in each other": ["a.xrdml", () => text(`<xrdMeasurements>${"<a>".repeat(100_000)}`), readPattern],
  "labspec: laughs": ["a.xml", () => text(`${LAUGHS}<LSX_Data><LSX>&k;</LSX></LSX_Data>`), readSpectra],
  "yaml: laughs": ["cell.yaml", () => text(ALIASES), cell],
  "yaml: laughs in claims": ["claims.yaml", () => text(ALIASES), claims],
  "yaml: laughs in a study": ["study.yaml", () => text(ALIASES), study],
  "yaml: merged into itself": ["cell.yaml", () => text("a: &a { <<: *a, b: *a }\n"), cell],
  "yaml: a function": ["cell.yaml", () => text("a: !!js/function 'function () { process.exit(9) }'\nb: !!binary aGE=\n"), cell],
  "yaml: what every object inherits": [
    "cell.yaml",
    () => text("__proto__: { polluted: 1 }\nconstructor: { prototype: { polluted: 1 } }\n"),
    cell,
  ],
  "yaml: a hundred thousand lists in each other": ["cell.yaml", () => text("[".repeat(100_000)), cell],
  "json: a hundred thousand lists in each other": ["a.json", () => text("[".repeat(100_000)), readEnergies],
  "json: a session of lists in each other": [
    "a.pssession",
    () => text(`{"Type":"PalmSens.DataFiles.SessionFile","CoreVersion":"5","Measurements":${"[".repeat(100_000)}${"]".repeat(100_000)}}`),
    readCycling,
  ],
  "trajectory: two billion atoms": [
    "XDATCAR",
    () => text("x\n1\n9 0 0\n0 9 0\n0 0 9\nNa\n2000000000\nDirect configuration= 1\n0 0 0\n"),
    trajectory,
  ],
  "trajectory: a LAMMPS dump of two billion atoms": [
    "a.lammpstrj",
    () =>
      text(
        "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n2000000000\nITEM: BOX BOUNDS pp pp pp\n0 1\n0 1\n0 1\nITEM: ATOMS id type x y z\n1 1 0 0 0\n",
      ),
    trajectory,
  ],
  "parquet: pages of 2 GB by their word": [
    "a.parquet",
    async () => {
      const bytes = (await HAND_MADE["bdf-parquet"]!()).slice();
      // thrift's sizes of a page stand behind 0x15: variable-length integers
      for (let at = 4; at < 400; at++) if (bytes[at] === 0x15 && bytes[at + 1]! > 0x20) bytes.set([0xfe, 0xff, 0xff, 0xff, 0x0f], at + 1);
      return bytes;
    },
    readCycling,
  ],
};

for (const [name, [file, make, read]] of Object.entries(BOMBS)) {
  const bytes = await make();
  const began = performance.now();
  let outcome = "read";
  try {
    await read(sourceOfBytes(file, bytes));
  } catch (error) {
    outcome = error instanceof ThioscopeError ? error.code : `UNCODED ${error instanceof Error ? error.stack : String(error)}`;
  }
  const milliseconds = Math.round(performance.now() - began);
  const polluted = "polluted" in {};
  console.log(
    JSON.stringify({
      name,
      size: bytes.length,
      outcome,
      milliseconds,
      polluted,
      peakMegabyte: Math.round(process.resourceUsage().maxRSS / 1024),
    }),
  );
}
