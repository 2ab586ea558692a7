/** Hostile trajectories: headers that promise a billion atoms, numbers that are none, flat cells, other atoms, binary in text; cut and overwritten at random. */
import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { random, ThioscopeError } from "@thioscope/core";
import { trackCollector } from "@thioscope/core/atoms";
import { type ByteSource, readTrajectory, sourceOfBytes } from "@thioscope/formats";
import { trajectoryText, virtualTrajectory } from "@thioscope/virtual";
import { expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

const source = (name: string, content: string | Uint8Array): ByteSource =>
  sourceOfBytes(name, typeof content === "string" ? new TextEncoder().encode(content) : content);

/** The code of the error; fails where there is none, or one without a file. */
async function codeOf(name: string, content: string | Uint8Array): Promise<string> {
  try {
    const { frames } = await readTrajectory(source(name, content), { frame: () => true });
    return `${frames} frames`;
  } catch (error) {
    if (!(error instanceof ThioscopeError)) throw error;
    expect(error.place.file).toBe(name);
    return error.code;
  }
}

const HEAD = "t\n1.0\n10 0 0\n0 10 0\n0 0 10\nNa Cl\n";
const FRAME = "Direct configuration= 1\n0.1 0.2 0.3\n0.4 0.5 0.6\n";
const DUMP = (atoms: string, box = "0 10\n0 10\n0 10"): string =>
  `ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n${atoms}\nITEM: BOX BOUNDS pp pp pp\n${box}\nITEM: ATOMS id type x y z\n1 1 0 0 0\n2 2 1 1 1\n`;

const LATTICE = 'Lattice="9 0 0 0 9 0 0 0 9" Properties=species:S:1:pos:R:3';
/** A run of one step with `atoms` announced and these lines of places. */
const VASPRUN = (atoms: string, places: string, basis = "<v> 9 0 0 </v><v> 0 9 0 </v>\n<v> 0 0 9 </v>"): string =>
  `<?xml version="1.0"?>\n<modeling>\n<atominfo>\n<atoms>${atoms}</atoms>\n<array name="atoms" >\n<set>\n<rc><c>Na</c><c>1</c></rc>\n<rc><c>Cl</c><c>2</c></rc>\n</set>\n</array>\n</atominfo>\n<calculation>\n<structure>\n<crystal>\n<varray name="basis" >\n${basis.replaceAll("</v><v>", "</v>\n<v>")}\n</varray>\n</crystal>\n<varray name="positions" >\n${places}\n</varray>\n</structure>\n</calculation>\n</modeling>\n`;
const OUTCAR = (counts: string, x: string, axes = "  9 0 0 0 0 0\n  0 9 0 0 0 0\n  0 0 9 0 0 0\n"): string =>
  ` vasp.6.3.0\n POTCAR:    PAW_PBE Na 01Jan2000\n POTCAR:    PAW_PBE Cl 01Jan2000\n   ions per type = ${counts}\n      direct lattice vectors                 reciprocal lattice vectors\n${axes} POSITION                                       TOTAL-FORCE (eV/Angst)\n ---\n  ${x} 0 0 0 0 0\n  1 1 1 0 0 0\n ---\n`;

/** Header of a DCD that announces `atoms`. */
function dcd(atoms: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(92 + 92 + 12));
  view.setInt32(0, 84, true);
  for (const [i, c] of [..."CORD"].entries()) view.setUint8(4 + i, c.charCodeAt(0));
  view.setInt32(88, 84, true);
  view.setInt32(92, 84, true);
  view.setInt32(180, 84, true);
  view.setInt32(184, 4, true);
  view.setInt32(188, atoms, true);
  view.setInt32(192, 4, true);
  return new Uint8Array(view.buffer);
}

const HOSTILE: readonly (readonly [what: string, name: string, content: string | Uint8Array, code: string])[] = [
  ["a billion atoms in XDATCAR", "XDATCAR", `${HEAD}1000000000 1\n${FRAME}`, "FILE_DAMAGED"],
  ["a billion atoms in a DCD", "run.dcd", dcd(1e9), "FILE_DAMAGED"],
  ["a negative number of atoms in a DCD", "run.dcd", dcd(-5), "FILE_DAMAGED"],
  ["a billion atoms in vasprun.xml", "vasprun.xml", VASPRUN("1000000000", "<v> 0 0 0 </v>\n<v> 0.5 0 0 </v>"), "FILE_DAMAGED"],
  ["a billion atoms in OUTCAR", "OUTCAR", OUTCAR("1000000000 1", "0 0 0"), "FILE_DAMAGED"],
  ["more atoms than the file can hold", "XDATCAR", `${HEAD}1000000 1\n${FRAME}`, "FILE_CUT"],
  ["a billion atoms in xyz", "a.xyz", "1000000000\n\nNa 0 0 0\n", "FILE_DAMAGED"],
  ["a billion atoms in a dump", "a.lammpstrj", DUMP("1000000000"), "FILE_DAMAGED"],
  ["a negative number of atoms", "XDATCAR", `${HEAD}-1 2\n${FRAME}`, "FILE_DAMAGED"],
  ["NaN", "XDATCAR", `${HEAD}1 1\n${FRAME.replace("0.5", "NaN")}`, "FILE_DAMAGED"],
  ["infinity", "XDATCAR", `${HEAD}1 1\n${FRAME.replace("0.5", "1e999")}`, "FILE_DAMAGED"],
  ["stars of an overflow", "XDATCAR", `${HEAD}1 1\n${FRAME.replace("0.5", "*****")}`, "FILE_DAMAGED"],
  ["NaN in extended XYZ", "a.extxyz", `1\n${LATTICE}\nNa 0 NaN 0\n`, "FILE_DAMAGED"],
  ["NaN in a dump", "a.lammpstrj", DUMP("2").replace("2 2 1", "2 2 nan"), "FILE_DAMAGED"],
  ["NaN in vasprun.xml", "vasprun.xml", VASPRUN("2", "<v> NaN 0 0 </v>\n<v> 0.5 0 0 </v>"), "FILE_DAMAGED"],
  ["NaN in OUTCAR", "OUTCAR", OUTCAR("1 1", "NaN 0 0"), "FILE_DAMAGED"],
  [
    "a flat cell in vasprun.xml",
    "vasprun.xml",
    VASPRUN("2", "<v> 0 0 0 </v>\n<v> 0.5 0 0 </v>", "<v> 9 0 0 </v><v> 9 0 0 </v><v> 0 0 9 </v>"),
    "FILE_DAMAGED",
  ],
  ["a flat cell in OUTCAR", "OUTCAR", OUTCAR("1 1", "0 0 0", "  9 0 0 0 0 0\n  9 0 0 0 0 0\n  0 0 9 0 0 0\n"), "FILE_DAMAGED"],
  [
    "more places than atoms in vasprun.xml",
    "vasprun.xml",
    VASPRUN("2", "<v> 0 0 0 </v>\n<v> 0.5 0 0 </v>\n<v> 0.7 0 0 </v>"),
    "FILE_DAMAGED",
  ],
  ["fewer places than atoms in vasprun.xml", "vasprun.xml", VASPRUN("2", "<v> 0 0 0 </v>"), "FILE_DAMAGED"],
  ["a flat cell", "XDATCAR", `${HEAD.replace("0 0 10", "10 0 0")}1 1\n${FRAME}`, "FILE_DAMAGED"],
  ["a cell of zeros", "a.extxyz", '1\nLattice="0 0 0 0 0 0 0 0 0" Properties=species:S:1:pos:R:3\nNa 0 0 0\n', "FILE_DAMAGED"],
  ["a flat box", "a.lammpstrj", DUMP("2", "0 10\n5 5\n0 10"), "FILE_DAMAGED"],
  ["a scale of zero", "XDATCAR", `${HEAD.replace("1.0", "0")}1 1\n${FRAME}`, "FILE_DAMAGED"],
  ["more species than counts", "XDATCAR", `${HEAD}1\n${FRAME}`, "FILE_DAMAGED"],
  ["other atoms in the second frame", "XDATCAR", `${HEAD}1 1\n${FRAME}${HEAD}2 1\n${FRAME}`, "FILE_DAMAGED"],
  ["another number of atoms in the second frame", "a.xyz", "1\n\nNa 0 0 0\n2\n\nNa 0 0 0\nCl 1 1 1\n", "FILE_DAMAGED"],
  ["an atom that was not there", "a.lammpstrj", `${DUMP("2")}${DUMP("2").replace("2 2 1", "7 2 1")}`, "FILE_DAMAGED"],
  ["two atoms of one id", "a.lammpstrj", DUMP("2").replace("2 2 1", "1 2 1"), "FILE_DAMAGED"],
  [
    "VASP 4 without axes",
    "XDATCAR",
    "  24  24   10\n 0.2E+02 0.5E-09 0.5E-09 0.5E-09 0.2E-14\n 1000.0\n CAR\n t\n\n 0.1 0.2 0.3\n",
    "FORMAT_VERSION",
  ],
  ["a header alone", "XDATCAR", `${HEAD}1 1\n`, "FILE_CUT"],
  ["a first frame that is cut", "a.xyz", "2\n\nNa 0 0 0\n", "FILE_CUT"],
  ["an empty file", "XDATCAR", "", "FILE_EMPTY"],
  ["words", "notes.txt", "These are words.\nAnd no atoms at all.\n", "FILE_FOREIGN"],
  ["vasprun.xml without steps", "vasprun.xml", "<?xml?>\n<modeling>\n</modeling>\n", "FILE_FOREIGN"],
  ["vasprun.xml that ends early", "vasprun.xml", "<?xml?>\n<modeling>\n <calculation>\n", "FILE_CUT"],
  ["a POSCAR of a billion", "POSCAR", `${HEAD}1000000000 1\nDirect\n0 0 0\n`, "FILE_DAMAGED"],
  [
    "an ULM table that lies",
    "a.traj",
    `- of UlmASE-Trajectory  ${"\u0003".padEnd(8, "\0")}${"\u007f".repeat(6).padEnd(8, "\0")}${"\u0030".padEnd(8, "\0")}`,
    "FILE_CUT",
  ],
];

test.each(HOSTILE)("%s", async (_what, name, content, code) => {
  expect(await codeOf(name, content)).toBe(code);
});

test("binary in text is named with its line", async () => {
  const text = `${HEAD}1 1\n${FRAME}Direct configuration= 2\n`;
  const bytes = new Uint8Array([...new TextEncoder().encode(text), 0, 255, 7, 31, 10, 1, 2, 3, 10]);
  await expect(readTrajectory(source("XDATCAR", bytes), { frame: () => true })).rejects.toMatchObject({
    code: "FILE_DAMAGED",
    place: { line: 12 },
  });
});

test("a last frame that is not whole is left out and reported", async () => {
  const { frames, notices } = await readTrajectory(source("XDATCAR", `${HEAD}1 1\n${FRAME}Direct configuration= 2\n0.1 0.2 0.3\n`), {
    frame: () => true,
  });
  expect([frames, notices.map((n) => n.code)]).toEqual([1, ["frame-cut"]]);
});

test("packed files that are cut or damaged say so; whole ones are read", async () => {
  const plain = new TextEncoder().encode(trajectoryText(virtualTrajectory({ frames: 20, ions: 20 }, "packed"), "xdatcar"));
  for (const pack of [gzipSync, zstdCompressSync]) {
    const packed = new Uint8Array(pack(plain));
    expect(await codeOf("XDATCAR.packed", packed)).toBe("20 frames");
    expect(await codeOf("XDATCAR.packed", packed.subarray(0, packed.length >> 1))).toMatch(/FILE_CUT|FILE_DAMAGED/);
    const damaged = packed.slice();
    damaged.fill(0x55, packed.length >> 1, (packed.length >> 1) + 40);
    expect(await codeOf("XDATCAR.packed", damaged)).toMatch(/FILE_/);
  }
  expect(await codeOf("XDATCAR.br", new Uint8Array(brotliCompressSync(plain)))).toMatch(/FILE_/);
});

test("a bomb of zeros takes no memory", async () => {
  const bomb = new Uint8Array(gzipSync(new Uint8Array(64e6)));
  const before = process.memoryUsage().arrayBuffers;
  expect(await codeOf("XDATCAR.gz", bomb)).toMatch(/FILE_/);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100e6);
});

test("tracks beyond what memory holds are refused before it is taken", () => {
  const collector = trackCollector({ species: ["Na"] });
  const atoms = 300_000;
  collector.begin!({
    format: "x",
    species: Array<string>(atoms).fill("Na"),
    unit: "Å",
    timestepFs: null,
    stride: null,
    isUnwrapped: false,
  });
  const coordinates = new Float64Array(3 * atoms);
  const cell = Float64Array.of(9, 0, 0, 0, 9, 0, 0, 0, 9);
  expect(() => collector.frame({ index: 0, step: null, coordinates, isFractional: true, cell })).toThrow(/GB/);
});

/** Whatever happens to a file, it is answered with frames or a coded error, and soon. */
async function survives(name: string, bytes: Uint8Array, rounds: number): Promise<void> {
  const draw = random(name);
  for (let n = 0; n < rounds; n++) {
    const cut = n % 2 === 0;
    const at = draw.integer(bytes.length);
    const damaged = cut ? bytes.subarray(0, at) : bytes.slice();
    if (!cut) for (let i = at; i < Math.min(bytes.length, at + 1 + draw.integer(32)); i++) damaged[i] = draw.integer(256);
    const what = `${name} ${cut ? "cut" : "overwritten"} at ${at}`;
    const began = performance.now();
    try {
      let bad = 0;
      await readTrajectory(source(name, damaged), {
        frame(f) {
          for (const x of f.coordinates) if (!Number.isFinite(x)) bad++;
          return true;
        },
      });
      expect(bad, what).toBe(0);
    } catch (error) {
      if (!(error instanceof ThioscopeError)) throw new Error(`${what}: ${String(error)}`, { cause: error });
      expect(error.place.file, what).toBe(name);
    }
    expect(performance.now() - began, `${what} took too long`).toBeLessThan(3000);
  }
}

const ROUNDS = process.env["THIOSCOPE_LONG"] ? 1500 : 30;

test.each(["xdatcar", "extxyz"] as const)("damaged %s", async (format) => {
  await survives(
    `virtual.${format}`,
    new TextEncoder().encode(trajectoryText(virtualTrajectory({ frames: 6, ions: 12 }, format), format)),
    ROUNDS,
  );
});

describeData("damaged trajectories", () => {
  test.each([
    "kinisi/example_LAMMPS.dcd",
    "kinisi/example_LAMMPS.data",
    "kinisi/example_ase_drift.traj",
    "kinisi/example_LAMMPS_drift.traj",
    "kinisi/example_drift.XDATCAR",
    "formats/pymatgen-vasprun.xml.ml_md.gz",
    "formats/matterviz-mp-1184225.extxyz",
    "formats/matterviz-ase-LiMnO2-chgnet-relax.traj",
    "formats/pymatgen-XDATCAR_4.gz",
    "argyrodite/Li6PS5Cl_Neutron.cif",
  ])("%s", async (path) => survives(path.split("/").at(-1)!, new Uint8Array(readFileSync(dataFile(`md/${path}`))), ROUNDS));
});
