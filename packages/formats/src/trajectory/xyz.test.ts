/** XYZ as CP2K writes it (the manual of CP2K: MOTION/PRINT/TRAJECTORY, format XYZ), plain and extended, made by hand. */
import { ThioscopeError } from "@thioscope/core";
import type { TrajectorySummary } from "@thioscope/core/atoms";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import { readTrajectory } from "./readTrajectory.ts";

async function read(text: string): Promise<{ summary: TrajectorySummary; frames: number[][]; steps: (number | null)[] }> {
  const frames: number[][] = [];
  const steps: (number | null)[] = [];
  const summary = await readTrajectory(sourceOfBytes("run-pos-1.xyz", new TextEncoder().encode(text)), {
    frame(f) {
      frames.push(Array.from(f.coordinates));
      steps.push(f.step);
      return true;
    },
  });
  return { summary, frames, steps };
}

/** A frame: width and digits as CP2K has them. */
function cp2k(step: number, timestep: number, atoms: readonly (readonly [symbol: string, x: number, y: number, z: number])[]): string {
  const comment = ` i = ${String(step).padStart(8)}, time = ${(step * timestep).toFixed(3).padStart(12)}, E = ${(-17.1643721).toFixed(10).padStart(20)}`;
  const rows = atoms.map(([symbol, ...x]) => `${symbol.padStart(3)}${x.map((v) => v.toFixed(10).padStart(20)).join("")}`);
  return `${String(atoms.length).padStart(8)}\n${comment}\n${rows.join("\n")}\n`;
}

test("CP2K: step, time step, stride and places", async () => {
  const { summary, frames, steps } = await read(
    [0, 10, 20]
      .map((step) =>
        cp2k(step, 0.5, [
          ["Na", 1.5 + step, -2.25, 3],
          ["Cl", 0, 4.125, -1e-10],
        ]),
      )
      .join(""),
  );
  expect(summary).toMatchObject({ format: "xyz", species: ["Na", "Cl"], timestepFs: 0.5, stride: 10, frames: 3, notices: [] });
  expect(steps).toEqual([0, 10, 20]);
  expect(frames[1]).toEqual([11.5, -2.25, 3, 0, 4.125, -1e-10]);
});

test("CP2K: kinds with numbers are their elements; a run begun anew keeps its steps", async () => {
  const { summary, steps } = await read(
    [500, 501]
      .map((step) =>
        cp2k(step, 1, [
          ["Na1", 0, 0, 0],
          ["S2", 1, 1, 1],
        ]),
      )
      .join(""),
  );
  expect([summary.species, summary.timestepFs, summary.stride, steps]).toEqual([["Na", "S"], 1, 1, [500, 501]]);
});

test("CP2K: whatever is written is read to the last digit", async () => {
  const number = fc.integer({ min: -(10 ** 13), max: 10 ** 13 }).map((n) => n / 1e10);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 20 }), async (rows) => {
      const { frames } = await read(
        [0, 1]
          .map((step) =>
            cp2k(
              step,
              2,
              rows.map((x) => ["Na", ...x] as const),
            ),
          )
          .join(""),
      );
      for (const frame of frames) for (const [k, x] of rows.flat().entries()) expect(Math.abs(frame[k]! - x)).toBeLessThanOrEqual(5.1e-11);
    }),
    { seed: 5, numRuns: 40 },
  );
});

test("a last frame that is cut is left out and reported", async () => {
  const text = [0, 1]
    .map((step) =>
      cp2k(step, 1, [
        ["Na", 0, 0, 0],
        ["Cl", 1, 1, 1],
      ]),
    )
    .join("");
  const { summary } = await read(text.slice(0, text.lastIndexOf(" Cl")));
  expect([summary.frames, summary.notices.map((n) => n.code)]).toEqual([1, ["frame-cut"]]);
});

test("extended XYZ: columns in any order, atomic numbers, other columns skipped", async () => {
  const { summary, frames } = await read(
    '2\nLattice="5 0 0 0 5 0 0 0 5" Properties=forces:R:3:pos:R:3:species:S:1 energy=-1.5\n9 9 9 1 2 3 Na\n9 9 9 4 5 6 Cl\n',
  );
  expect([summary.format, summary.species, frames]).toEqual(["extxyz", ["Na", "Cl"], [[1, 2, 3, 4, 5, 6]]]);
});

test.each([
  ["a billion atoms", "1000000000\n\nNa 0 0 0\n", "FILE_DAMAGED"],
  ["no atoms", "0\n\nNa 0 0 0\n", "FILE_DAMAGED"],
  ["a place that is a word", "1\n i = 0, time = 0.0, E = 1\nNa 0 0 zero\n", "FILE_DAMAGED"],
  ["two places", "1\n i = 0, time = 0.0, E = 1\nNa 0 0\n", "FILE_DAMAGED"],
  ["NaN", "1\n i = 0, time = 0.0, E = 1\nNa 0 0 NaN\n", "FILE_DAMAGED"],
  ["columns that name no places", '1\nLattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1\nNa 0 0 0\n', "FILE_DAMAGED"],
  ["a lattice of eight numbers", '1\nLattice="5 0 0 0 5 0 0 0" Properties=species:S:1:pos:R:3\nNa 0 0 0\n', "FILE_DAMAGED"],
  ["a lattice of words", '1\nLattice="5 0 0 0 5 0 0 0 c" Properties=species:S:1:pos:R:3\nNa 0 0 0\n', "FILE_DAMAGED"],
])("%s: refused", async (_what, text, code) => {
  const error: unknown = await read(text).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ThioscopeError);
  expect((error as ThioscopeError).code).toBe(code);
});
