/** thioscope xas paths: shells about an absorber in a structure, and their scattering by FEFF. */
import { writeFile } from "node:fs/promises";
import { feffInput, neighbourShells } from "@thioscope/core/absorption";
import type { Action } from "../actions.ts";
import type { CommandIo } from "../command.ts";
import { oneWord, textTable } from "../inputs.ts";
import { numberOption, sayNotices } from "../spectra/inputs.ts";
import { readStructure, scatteringPaths } from "./feff.ts";
import { type Options, q } from "./inputs.ts";

export const pathsAction: Action = {
  usage: "thioscope xas paths structure.cif --element Sb [-o feff.inp] [--feff auto -o FOLDER]",
  about: "shells about --element in a CIF; -o feff.inp writes what FEFF needs to compute their scattering, --feff auto -o FOLDER runs it.",
  options: {
    element: { type: "string", value: "S", help: "the absorber (default S)" },
    edge: { type: "string", value: "K", help: "its edge (default K)" },
    rmax: { type: "string", value: "A", help: "shells up to this R, Å (default 6)" },
    feff: { type: "string", value: "COMMAND", help: "program that reads feff.inp; auto looks for feff8l, feff6l; none takes the table" },
    out: { type: "string", short: "o", value: "FILE", help: "feff.inp, or a folder with --feff" },
  },
  examples: ["thioscope xas paths na3sbs4.cif --element Sb -o feff.inp"],
  run: (words, options, io) => runPaths(oneWord(words, pathsAction.usage), options, io),
};

async function runPaths(file: string, options: Options, io: CommandIo): Promise<void> {
  const structure = await readStructure(file);
  const site = String(options["element"] ?? "S");
  const edge = String(options["edge"] ?? "K");
  const radius = numberOption(options, "rmax") ?? 6;
  const shells = neighbourShells(structure, site, radius);
  const out = typeof options["out"] === "string" ? options["out"] : undefined;
  const program = typeof options["feff"] === "string" ? options["feff"] : undefined;
  const scattering =
    program === undefined
      ? null
      : await scatteringPaths(structure, {
          site,
          edge,
          radius,
          program: program === "none" ? null : program,
          ...(out === undefined ? {} : { folder: out }),
          ...(io.task.signal ? { signal: io.task.signal } : {}),
        });
  if (!scattering && out !== undefined) await writeFile(out, feffInput(structure, site, edge, radius));
  const notices = [...structure.notices, ...(scattering?.notices ?? [])];
  io.result({
    structure: structure.name,
    site,
    shells: shells.map(({ element, site: label, distance, count }) => ({
      element,
      site: label,
      distance: q(distance, "angstrom"),
      neighbours: q(count),
    })),
    scattering: scattering && {
      source: scattering.source,
      paths: scattering.paths.map(({ label, degeneracy, reff, atoms }) => ({
        path: label,
        atoms: atoms.map(({ element }) => element),
        neighbours: q(degeneracy),
        distance: q(reff, "angstrom"),
      })),
    },
    written: out ?? null,
    warnings: notices,
  });
  io.say(`${structure.name}: neighbours of ${site} within ${radius} Å`);
  io.say(
    textTable(
      ["element", "site", "R (Å)", "number"],
      shells.map(({ element, site: label, distance, count }) => [element, label, distance.toFixed(4), String(Number(count.toFixed(3)))]),
    ),
  );
  if (scattering) {
    io.say(`scattering by ${scattering.source}`);
    io.say(
      textTable(
        ["path", "atoms", "half length (Å)", "number"],
        scattering.paths.map(({ label, atoms, reff, degeneracy }) => [
          label,
          atoms.map(({ element }) => element).join("–"),
          reff.toFixed(4),
          String(Number(degeneracy.toFixed(3))),
        ]),
      ),
    );
  }
  if (out !== undefined && !scattering) io.say(`written: ${out}; run FEFF in its folder, then thioscope xas fit DATA --paths feff0001.dat`);
  if (out !== undefined && scattering) io.say(`written: feff.inp and the paths, in ${out}`);
  sayNotices(io, notices);
}
