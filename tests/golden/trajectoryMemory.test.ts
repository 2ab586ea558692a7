/**
 * Memory of the readers of trajectories: each in a process of its own, from source, on a file of its own format that is written here. The usual run reads
 * 24 MB of three formats; THIOSCOPE_LONG=1 reads more than 500 MB of every format. At most 100 MB may ever be resident, Node and the built program included. From source Node
 * also holds what takes types off: up to 10 MB more.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { random } from "@thioscope/core";
import { afterAll, expect, test } from "vitest";

const LONG = process.env.THIOSCOPE_LONG === "1";
const MEGABYTES = LONG ? 510 : 24;
const MOST_RESIDENT = 110;
const ATOMS = 416;
/** Frames of a block that is written again and again. */
const BLOCK = 100;

const folder = mkdtempSync(join(tmpdir(), "thioscope-memory-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const draw = random("memory");
const EDGE = 20.3123;
const SPECIES = Array.from({ length: ATOMS }, (_, i) => (i < 192 ? "Li" : i < 224 ? "P" : i < 384 ? "S" : "Cl"));
const FRACTIONS = Array.from({ length: BLOCK }, () => Float64Array.from({ length: 3 * ATOMS }, () => draw.uniform()));
const rows = (k: number, of: (i: number, x: string, y: string, z: string) => string, scale = 1): string =>
  SPECIES.map((_, i) =>
    of(i, ...(Array.from(FRACTIONS[k]!.subarray(3 * i, 3 * i + 3), (v) => (v * scale).toFixed(8)) as [string, string, string])),
  ).join("\n");

interface Made {
  name: string;
  head: Uint8Array | string;
  /** what one block of frames is */
  block: Uint8Array | string;
  tail?: string;
}

const CELL = `${EDGE} 0 0\n0 ${EDGE} 0\n0 0 ${EDGE}`;
const blockOf = (frame: (k: number) => string): string => Array.from({ length: BLOCK }, (_, k) => frame(k)).join("");
const atomRow = (i: number, x: string, y: string, z: string): string => `${SPECIES[i]} ${x} ${y} ${z}`;
const plainRow = (_: number, x: string, y: string, z: string): string => `  ${x}  ${y}  ${z}`;
const vRow = (_: number, x: string, y: string, z: string): string => `<v> ${x} ${y} ${z} </v>`;

const MAKERS: Readonly<Record<string, () => Made>> = {
  xdatcar: () => ({
    name: "XDATCAR",
    head: `run\n1.0\n${CELL}\nLi P S Cl\n192 32 160 32\n`,
    block: blockOf((k) => `Direct configuration= ${k + 1}\n${rows(k, plainRow)}\n`),
  }),
  vasprun: () => {
    const varray = (name: string, text: string): string => `<varray name="${name}" >\n${text}\n</varray>\n`;
    const basis = CELL.split("\n").map((row) => `<v> ${row} </v>`);
    const atoms = SPECIES.map((s) => `<rc><c>${s}</c><c>1</c></rc>`).join("\n");
    const step = (k: number): string =>
      `<calculation>\n<structure>\n<crystal>\n${varray("basis", basis.join("\n"))}</crystal>\n${varray("positions", rows(k, vRow))}</structure>\n${varray("forces", rows(k, vRow))}</calculation>\n`;
    return {
      name: "vasprun.xml",
      head: `<?xml version="1.0"?>\n<modeling>\n<incar>\n<i name="POTIM"> 2.0</i>\n</incar>\n<atominfo>\n<atoms>${ATOMS}</atoms>\n<array name="atoms" >\n<field type="string">element</field>\n<set>\n${atoms}\n</set>\n</array>\n</atominfo>\n`,
      block: blockOf(step),
      tail: "</modeling>\n",
    };
  },
  outcar: () => ({
    name: "OUTCAR",
    head: ` vasp.6.3.0\n${["Li", "P", "S", "Cl"].map((s) => ` POTCAR:    PAW_PBE ${s} 01Jan2000\n`).join("")}   ions per type =   192  32 160  32\n   POTIM  = 2.0000    time-step for ionic-motion\n`,
    block: blockOf(
      (k) =>
        `      direct lattice vectors                 reciprocal lattice vectors\n${CELL.split("\n")
          .map((row) => `  ${row}  0.05 0 0`)
          .join("\n")}\n POSITION                                       TOTAL-FORCE (eV/Angst)\n ${"-".repeat(83)}\n${rows(
          k,
          (i, x, y, z) => `${plainRow(i, x, y, z)}  0.0 0.0 0.0`,
          EDGE,
        )}\n ${"-".repeat(83)}\n`,
    ),
  }),
  extxyz: () => ({
    name: "run.extxyz",
    head: "",
    block: blockOf((k) => `${ATOMS}\nLattice="${CELL.replaceAll("\n", " ")}" Properties=species:S:1:pos:R:3\n${rows(k, atomRow, EDGE)}\n`),
  }),
  cp2k: () => ({
    name: "run-pos-1.xyz",
    head: "",
    block: blockOf((k) => `${ATOMS}\n i = ${k}, time = ${k / 2}, E = -1.0\n${rows(k, atomRow, EDGE)}\n`),
  }),
  dump: () => ({
    name: "run.lammpstrj",
    head: "",
    block: blockOf(
      (k) =>
        `ITEM: TIMESTEP\n${k}\nITEM: NUMBER OF ATOMS\n${ATOMS}\nITEM: BOX BOUNDS pp pp pp\n0 ${EDGE}\n0 ${EDGE}\n0 ${EDGE}\nITEM: ATOMS id element x y z\n${rows(k, (i, x, y, z) => `${i + 1} ${SPECIES[i]} ${x} ${y} ${z}`, EDGE)}\n`,
    ),
  }),
  dcd: () => ({ name: "run.dcd", head: dcdHead(), block: dcdBlock() }),
};

function record(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32LE(bytes.length);
  return Buffer.concat([length, bytes, length]);
}

function dcdHead(): Uint8Array {
  const control = Buffer.alloc(84);
  control.write("CORD", "latin1");
  control.writeInt32LE(1, 12);
  // with a cell, version 24 of CHARMM
  control.writeInt32LE(1, 4 + 4 * 10);
  control.writeInt32LE(24, 4 + 4 * 19);
  const title = Buffer.alloc(84, " ");
  title.writeInt32LE(1);
  const atoms = Buffer.alloc(4);
  atoms.writeInt32LE(ATOMS);
  return Buffer.concat([record(control), record(title), record(atoms)]);
}

function dcdBlock(): Uint8Array {
  const box = Buffer.from(Float64Array.of(EDGE, 90, EDGE, 90, 90, EDGE).buffer);
  return Buffer.concat(
    FRACTIONS.flatMap((f) => [
      record(box),
      ...[0, 1, 2].map((c) => record(Buffer.from(Float32Array.from({ length: ATOMS }, (_, i) => f[3 * i + c]! * EDGE).buffer))),
    ]),
  );
}

/** Writes blocks until the file is as large as asked. @returns its frames */
function write(path: string, { head, block, tail = "" }: Made, megabytes: number): number {
  const file = openSync(path, "w");
  const bytes = typeof block === "string" ? Buffer.from(block) : block;
  let frames = 0;
  let size = writeSync(file, Buffer.from(head as string));
  while (size < megabytes * 1e6) {
    size += writeSync(file, bytes);
    frames += BLOCK;
  }
  writeSync(file, Buffer.from(tail));
  closeSync(file);
  return frames;
}

/** The container of ASE: places of the frames stand in a table behind them. */
function writeUlm(path: string, megabytes: number): number {
  const file = openSync(path, "w");
  const offsets: bigint[] = [];
  let size = 48;
  writeSync(file, Buffer.alloc(48));
  for (let k = 0; size < megabytes * 1e6; k++) {
    const positions = Buffer.from(FRACTIONS[k % BLOCK]!.map((v) => v * EDGE).buffer);
    const numbers = k === 0 ? Buffer.from(BigInt64Array.from(SPECIES, () => 3n).buffer) : Buffer.alloc(0);
    const stored = (shape: number[], type: string, offset: number) => ({ ndarray: [shape, type, offset] });
    const item = {
      ...(k === 0 ? { "numbers.": stored([ATOMS], "int64", size) } : {}),
      "positions.": stored([ATOMS, 3], "float64", size + numbers.length),
      cell: [
        [EDGE, 0, 0],
        [0, EDGE, 0],
        [0, 0, EDGE],
      ],
    };
    const text = Buffer.from(JSON.stringify(item));
    const length = Buffer.alloc(8);
    length.writeBigInt64LE(BigInt(text.length));
    offsets.push(BigInt(size + numbers.length + positions.length));
    size += writeSync(file, Buffer.concat([numbers, positions, length, text]));
  }
  writeSync(file, Buffer.from(BigInt64Array.from(offsets).buffer));
  const head = Buffer.alloc(48);
  head.write("- of UlmASE-Trajectory  ", "latin1");
  for (const [i, v] of [3n, BigInt(offsets.length), BigInt(size)].entries()) head.writeBigInt64LE(v, 24 + 8 * i);
  writeSync(file, head, 0, 48, 0);
  closeSync(file);
  return offsets.length;
}

/** Members of gzip one after the other are one content. */
function writePacked(path: string, megabytes: number): number {
  const { head, block, ...rest } = MAKERS["xdatcar"]!();
  const packed = gzipSync(block as string, { level: 1 });
  const share = packed.length / Buffer.byteLength(block as string);
  // the content is as large as asked
  return write(path, { ...rest, head: gzipSync(head as string), block: packed }, megabytes * share);
}

function alone(path: string): { frames: number; atoms: number; megabytes: number } {
  const { stdout, stderr } = spawnSync(process.execPath, ["--conditions=source", join(import.meta.dirname, "trajectoryAlone.ts"), path], {
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as ReturnType<typeof alone>;
}

const WRITERS: Readonly<Record<string, (path: string) => number>> = {
  ...Object.fromEntries(Object.entries(MAKERS).map(([format, make]) => [format, (path: string) => write(path, make(), MEGABYTES)])),
  ase: (path) => writeUlm(path, MEGABYTES),
  "xdatcar, gzip": (path) => writePacked(path, MEGABYTES),
};
const NAMES: Readonly<Record<string, string>> = { ase: "run.traj", "xdatcar, gzip": "XDATCAR.gz" };
const USUAL = ["xdatcar", "dump", "ase"];

test.each(LONG ? Object.keys(WRITERS) : USUAL)(
  "%s: no more than 100 MB resident, 110 from source",
  (format) => {
    const path = join(folder, NAMES[format] ?? MAKERS[format]!().name);
    const frames = WRITERS[format]!(path);
    if (!path.endsWith(".gz")) expect(statSync(path).size).toBeGreaterThan(MEGABYTES * 1e6);
    const found = alone(path);
    rmSync(path);
    expect([found.frames, found.atoms]).toEqual([frames, ATOMS]);
    expect(found.megabytes, `${found.megabytes.toFixed(1)} MB`).toBeLessThan(MOST_RESIDENT);
    if (LONG) console.log(`${format}: ${found.megabytes.toFixed(1)} MB resident`);
  },
  600_000,
);
