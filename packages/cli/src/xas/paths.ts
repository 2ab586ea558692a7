/** thioscope xas paths: shells about an absorber in a structure, and the input that makes FEFF compute their scattering. */
import { writeFile } from "node:fs/promises";
import { ThioscopeError } from "@thioscope/core";
import { feffInput, neighbourShells } from "@thioscope/core/absorption";
import { CIF_SIZE_LIMIT, readCifStructures } from "@thioscope/formats";
import type { CommandIo } from "../command.ts";
import { opened, textTable } from "../inputs.ts";
import { numberOption, sayNotices } from "../spectra/inputs.ts";
import { type Options, q } from "./inputs.ts";

export async function runPaths(files: readonly string[], options: Options, io: CommandIo): Promise<void> {
  const [file, more] = files;
  if (file === undefined || more !== undefined) throw new ThioscopeError("USAGE", "paths takes one CIF file");
  const [structure] = await opened(file, async (source) => {
    if (source.size > CIF_SIZE_LIMIT)
      throw new ThioscopeError("INVALID_INPUT", `${source.size} bytes: CIF files of up to ${CIF_SIZE_LIMIT} are read`);
    return readCifStructures(new TextDecoder().decode(await source.read(0, source.size)), source.name);
  });
  if (!structure) throw new ThioscopeError("INVALID_INPUT", "the CIF holds no structure", { file });
  const site = String(options["element"] ?? "S");
  const radius = numberOption(options, "rmax") ?? 6;
  const shells = neighbourShells(structure, site, radius);
  const out = options["out"];
  if (typeof out === "string") await writeFile(out, feffInput(structure, site, String(options["edge"] ?? "K"), radius));
  io.result({
    structure: structure.name,
    site,
    shells: shells.map(({ element, site: label, distance, count }) => ({
      element,
      site: label,
      distance: q(distance, "angstrom"),
      neighbours: q(count),
    })),
    written: typeof out === "string" ? out : null,
    warnings: structure.notices,
  });
  io.say(`${structure.name}: neighbours of ${site} within ${radius} Å`);
  io.say(
    textTable(
      ["element", "site", "R (Å)", "number"],
      shells.map(({ element, site: label, distance, count }) => [element, label, distance.toFixed(4), String(Number(count.toFixed(3)))]),
    ),
  );
  if (typeof out === "string") io.say(`written: ${out}; run FEFF in its folder, then thioscope xas fit DATA --paths feff0001.dat`);
  sayNotices(io, structure.notices);
}
