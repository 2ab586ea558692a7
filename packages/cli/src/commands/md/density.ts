/** thioscope md density: where ions are, and the paths that percolate. */

import { writeFile } from "node:fs/promises";
import { ThioscopeError } from "@thioscope/core";
import { type DensityGrid, percolation, probabilityDensity } from "@thioscope/core/atoms";
import type { Action } from "../../actions.ts";
import { count, oneWord, plain, textTable, warningLines } from "../../text.ts";
import { MOTION, positive, readRun } from "./inputs.ts";

export const densityAction: Action = {
  usage: "thioscope md density FILE --species Na --timestep 2fs [--grid 0.5] [--temperature 600K] [--out na.cube]",
  about: `probability density of the ions on a grid, without the framework's drift, and where paths through it close over the cell in one, two and three
dimensions; with --temperature the barrier in eV on each. --out writes a Gaussian cube file for viewers of isosurfaces.`,
  options: {
    ...MOTION,
    grid: { type: "string", value: "LENGTH", help: "distance of grid points in Å (default 0.5)" },
    temperature: { type: "string", value: "TEMPERATURE", help: "of the run, e.g. 600K (a bare number: K)" },
    out: { type: "string", value: "FILE.cube", help: "density in 1/Å³ as a cube file" },
  },
  examples: ["thioscope md density XDATCAR --species Na --timestep 2fs --temperature 600K --out na.cube"],
  async run(words, options, io) {
    const run = await readRun(oneWord(words, densityAction.usage), options, io);
    const temperature = positive(options, "temperature", "K");
    const grid = probabilityDensity(run.tracks, positive(options, "grid", "Å") ?? 0.5);
    const paths = percolation(grid, temperature);
    const highest = grid.values.reduce((most, v) => Math.max(most, v), 0);
    const visited = grid.values.reduce((n, v) => n + (v > 0 ? 1 : 0), 0);
    io.result({
      file: run.file,
      species: run.tracks.species,
      ions: grid.ions,
      frames: run.tracks.frames,
      shape: grid.shape,
      voxel: plain(grid.voxel, "Å^3"),
      highest: plain(highest, "1/Å^3"),
      visited: plain(visited / grid.values.length, "1"),
      percolation: paths.map((p) => ({
        dimensions: p.dimensions,
        density: plain(p.density, "1/Å^3"),
        visits: p.visits,
        direction: p.direction,
        barrier: p.barrier === null ? null : { value: p.barrier, sigma: barrierError(p.visits, temperature!), unit: "eV" },
      })),
      warnings: run.notices,
    });
    if (typeof options["out"] === "string") {
      await writeFile(options["out"], cubeText(grid, run.file)).catch((error: unknown) => {
        throw new ThioscopeError("WRITE_FAILED", `${options["out"]} cannot be written: ${error}`, {}, error);
      });
    }
    for (const line of warningLines(run.notices)) io.hint(line);
    if (io.json) return;
    io.say(
      `${run.file}: ${count(grid.ions, "ion")}, ${count(run.tracks.frames, "frame")}, grid ${grid.shape.join(" × ")}, ${((100 * visited) / grid.values.length).toFixed(1)} % of it visited`,
    );
    io.say(`highest density ${highest.toPrecision(4)} /Å³ (of a probability that sums to 1)`);
    if (paths.length === 0) io.say("no path closes over the cell");
    else {
      io.say(
        textTable(
          ["percolates in", "density /Å³", "visits", "along", "barrier eV"],
          paths.map((p) => [
            `${p.dimensions}-D`,
            p.density.toPrecision(3),
            String(p.visits),
            `[${p.direction.join(" ")}]`,
            p.barrier === null ? "–" : p.barrier.toFixed(3),
          ]),
        ),
      );
    }
  },
};

/** By counting: k T/√visits, eV. */
const barrierError = (visits: number, kelvin: number): number => (8.617333262e-5 * kelvin) / Math.sqrt(Math.max(1, visits));

const BOHR = 0.529177210903;

/** Gaussian cube: lengths in bohr, values as they are. */
function cubeText(grid: DensityGrid, name: string): string {
  const axis = (k: number): string => {
    const n = grid.shape[k]!;
    return [String(n), ...[0, 1, 2].map((d) => (grid.cell[3 * k + d]! / n / BOHR).toFixed(8))].join(" ");
  };
  const lines = [`probability density of ${name}`, "1/Angstrom^3", "0 0 0 0", axis(0), axis(1), axis(2)];
  const nz = grid.shape[2];
  for (let k = 0; k < grid.values.length; k += nz) {
    const row = Array.from(grid.values.subarray(k, k + nz), (v) => v.toExponential(5));
    for (let j = 0; j < nz; j += 6) lines.push(row.slice(j, j + 6).join(" "));
  }
  return `${lines.join("\n")}\n`;
}
