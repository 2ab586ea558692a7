/** thioscope xas paths: shells about an absorber in a structure, and their scattering by FEFF. */
import { writeFile } from "node:fs/promises";
import { ThioscopeError } from "@thioscope/core";
import { feffInput, neighbourShells } from "@thioscope/core/absorption";
import type { CommandIo } from "../command.ts";
import { textTable } from "../inputs.ts";
import { numberOption, sayNotices } from "../spectra/inputs.ts";
import { readStructure, scatteringPaths } from "./feff.ts";
import { type Options, q } from "./inputs.ts";

export async function runPaths(files: readonly string[], options: Options, io: CommandIo): Promise<void> {
  const [file, more] = files;
  if (file === undefined || more !== undefined) throw new ThioscopeError("USAGE", "paths takes one CIF file");
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
