/**
 * OUTCAR and POSCAR as VASP writes them (the wiki of VASP: OUTCAR, POSCAR, XDATCAR), made by hand: what is read is what was written, dialects agree, what is no table is refused.
 */
import { ThioscopeError } from "@thioscope/core";
import type { TrajectorySummary } from "@thioscope/core/atoms";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import { readTrajectory } from "./readTrajectory.ts";

interface Read {
  summary: TrajectorySummary;
  frames: number[][];
  cells: number[][];
  isFractional: boolean;
}

async function read(name: string, text: string): Promise<Read> {
  const frames: number[][] = [];
  const cells: number[][] = [];
  let isFractional = false;
  const summary = await readTrajectory(sourceOfBytes(name, new TextEncoder().encode(text)), {
    frame(f) {
      frames.push(Array.from(f.coordinates));
      cells.push(Array.from(f.cell ?? []));
      isFractional = f.isFractional;
      return true;
    },
  });
  return { summary, frames, cells, isFractional };
}

async function codeOf(name: string, text: string): Promise<string> {
  const error = await read(name, text).then(
    () => null,
    (e: unknown) => e,
  );
  return error instanceof ThioscopeError ? error.code : String(error);
}

const fixed = (x: number, width: number, digits: number): string => x.toFixed(digits).padStart(width);

/** The parts of an OUTCAR between which VASP writes thousands of lines of other things. */
function outcar(cell: readonly number[], frames: readonly (readonly number[])[], change: (text: string) => string = (t) => t): string {
  const axes = ` VOLUME and BASIS-vectors are now :\n      direct lattice vectors                 reciprocal lattice vectors\n${[0, 3, 6]
    .map(
      (k) =>
        `  ${cell
          .slice(k, k + 3)
          .map((x) => fixed(x, 13, 9))
          .join("")}    ${[0, 0, 0].map((x) => fixed(x, 13, 9)).join("")}`,
    )
    .join("\n")}\n`;
  const table = (x: readonly number[]): string =>
    ` POSITION                                       TOTAL-FORCE (eV/Angst)\n ${"-".repeat(83)}\n${Array.from({ length: x.length / 3 }, (_, i) => ` ${[...x.slice(3 * i, 3 * i + 3)].map((v) => fixed(v, 13, 5)).join("")}    ${[0.1, -0.2, 0.3].map((v) => fixed(v, 14, 6)).join("")}`).join("\n")}\n ${"-".repeat(83)}\n    total drift:                                0.000001      0.000002     -0.000003\n`;
  return change(
    ` vasp.6.3.0 18Jan22 (build Mar 01 2022) complex\n\n POTCAR:    PAW_PBE Na 08Apr2002\n POTCAR:    PAW_PBE S 06Sep2000\n   VRHFIN =Na: 3s1\n   VRHFIN =S : s2p4\n   ions per type =               1   2\n   POTIM  = 2.0000    time-step for ionic-motion\n${axes}${frames.map((x) => `${axes}${table(x)}  FREE ENERGIE OF THE ION-ELECTRON SYSTEM (eV)\n  free  energy   TOTEN  =        -10.1 eV\n`).join("")}`,
  );
}

const CELL = [8, 0, 0, 0, 8, 0, 0.5, -1, 9];
const X = [1.25, 2.5, 3.75, -0.125, 0.5, 7.875, 4, 4.00001, 0];

test("OUTCAR: species, time step, cells and positions; a frame for each table", async () => {
  const { summary, frames, cells, isFractional } = await read("OUTCAR", outcar(CELL, [X, X.map((x) => x + 0.5)]));
  expect(summary).toMatchObject({ format: "outcar", species: ["Na", "S", "S"], timestepFs: 2, stride: 1, frames: 2, notices: [] });
  expect([isFractional, frames[0], frames[1]![0], cells[1]]).toEqual([false, X, 1.75, CELL]);
});

test("OUTCAR: whatever positions are written, these are read", async () => {
  const number = fc.integer({ min: -99_999_999, max: 99_999_999 }).map((n) => n / 1e5);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(number, { minLength: 9, maxLength: 9 }), { minLength: 1, maxLength: 5 }), async (written) => {
      // neighbouring columns of 13 characters touch below −999.99999 only
      const { frames } = await read("OUTCAR", outcar(CELL, written));
      expect(frames).toEqual(written.map((x) => x.map((v) => v + 0)));
    }),
    { seed: 3, numRuns: 40 },
  );
});

test("OUTCAR: a last table that is cut is left out and reported", async () => {
  const text = outcar(CELL, [X, X]);
  const { summary } = await read("OUTCAR", text.slice(0, text.lastIndexOf(" POSITION") + 300));
  expect([summary.frames, summary.notices.map((n) => n.code)]).toEqual([1, ["frame-cut"]]);
});

test.each<[what: string, code: string, change: (text: string) => string]>([
  ["a billion ions", "FILE_DAMAGED", (t) => t.replace("1   2\n", "1   1000000000\n")],
  ["more ions than the file can hold", "FILE_CUT", (t) => t.replace("1   2\n", "1   90000\n")],
  ["no numbers of ions", "FILE_DAMAGED", (t) => t.replace("ions per type", "ions")],
  ["NaN among the positions", "FILE_DAMAGED", (t) => t.replace("1.25000", "    NaN")],
  ["an overflow of a column", "FILE_DAMAGED", (t) => t.replace("1.25000", "*******")],
  [
    "a flat cell",
    "FILE_DAMAGED",
    (t) => t.replaceAll("9.000000000    ", "0.000000000    ").replaceAll("0.500000000 -1.000000000", "0.000000000  0.000000000"),
  ],
  [
    "no tables",
    "FILE_CUT",
    (t) => t.replaceAll("POSITION", "POSITIONS?").replaceAll("TOTAL-FORCE", "").replaceAll("POSITIONS?", "positions"),
  ],
  ["fewer rows than ions", "FILE_DAMAGED", (t) => t.replace("1   2\n", "1   3\n")],
])("OUTCAR with %s: %s", async (_what, code, change) => {
  expect(await codeOf("OUTCAR", outcar(CELL, [X], change))).toBe(code);
});

test("OUTCAR without a readable POTIM states no time step", async () => {
  const { summary } = await read(
    "OUTCAR",
    outcar(CELL, [X], (t) => t.replace("= 2.0000", "= ******")),
  );
  expect(summary.timestepFs).toBeNull();
});

const AXES = "4 0 0\n0 5 0\n1 0 6\n";
const DIRECT = "Direct\n0.1 0.2 0.3\n0.4 0.5 0.6\n";

test("POSCAR: symbols with and without their line, of newer and older versions", async () => {
  for (const [head, species] of [
    [`t\n1.0\n${AXES}Na Cl\n1 1\n`, ["Na", "Cl"]],
    [`t\n1.0\n${AXES}Na_pv Cl/6f3a\n1 1\n`, ["Na", "Cl"]],
    [`Na Cl\n1.0\n${AXES}1 1\n`, ["Na", "Cl"]],
    [`anything\n1.0\n${AXES}1 1\n`, ["X1", "X2"]],
  ] as const) {
    const { summary, frames, isFractional } = await read("POSCAR", head + DIRECT);
    expect([summary.format, summary.species, isFractional, frames]).toEqual(["poscar", species, true, [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]]]);
  }
});

test("POSCAR: one scale, three scales, a volume; Cartesian places are scaled as the axes are", async () => {
  const body = `${AXES}Na\n1\nCartesian\n2 2.5 3\n`;
  const one = await read("POSCAR", `t\n2.0\n${body}`);
  expect([one.cells[0], one.frames[0], one.isFractional]).toEqual([[8, 0, 0, 0, 10, 0, 2, 0, 12], [4, 5, 6], false]);
  const three = await read("POSCAR", `t\n2.0 1.0 0.5\n${body}`);
  expect([three.cells[0], three.frames[0]]).toEqual([
    [8, 0, 0, 0, 5, 0, 2, 0, 3],
    [4, 2.5, 1.5],
  ]);
  // the axes span 120 Å³: eight times as much is a factor of two
  const volume = await read("POSCAR", `t\n-960\n${body}`);
  for (const [k, x] of one.cells[0]!.entries()) expect(volume.cells[0]![k]).toBeCloseTo(x, 12);
  for (const [k, x] of one.frames[0]!.entries()) expect(volume.frames[0]![k]).toBeCloseTo(x, 12);
});

test("CONTCAR: selective dynamics, symbols behind the places, velocities after them", async () => {
  const text = `t\n1.0\n${AXES}Na Cl\n1 1\nSelective dynamics\nDirect\n0.1 0.2 0.3 T T F Na\n0.4 0.5 0.6 F F F Cl\n\n0.001 0.002 0.003\n0.001 0.002 0.003\n`;
  const { summary, frames } = await read("CONTCAR", text);
  expect([summary.frames, summary.notices, frames]).toEqual([1, [], [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]]]);
});

test("POSCAR: places in any notation come back", async () => {
  const number = fc.double({ min: -10, max: 10, noNaN: true }).map((x) => x + 0);
  await fc.assert(
    fc.asyncProperty(
      fc.array(number, { minLength: 6, maxLength: 6 }),
      fc.constantFrom(" ", "\t", "   "),
      fc.constantFrom("\n", "\r\n"),
      async (x, gap, end) => {
        const rows = [x.slice(0, 3), x.slice(3)].map((row) => gap + row.join(gap)).join("\n");
        const { frames } = await read("POSCAR", `t\n1.0\n${AXES}Na Cl\n1 1\nDirect\n${rows}\n`.replaceAll("\n", end));
        expect(frames[0]).toEqual(x);
      },
    ),
    { seed: 4, numRuns: 60 },
  );
});
