/** thioscope md: trajectories of atoms; the first word says what to do with them. */
import { nearest, ThioscopeError } from "@thioscope/core";
import type { Command, OptionSpec } from "../../command.ts";
import type { MdAction } from "./action.ts";
import { arrheniusAction } from "./arrhenius.ts";
import { densityAction } from "./density.ts";
import { diffusionAction } from "./diffusion.ts";
import { hopsAction } from "./hops.ts";
import { inspectAction } from "./inspect.ts";
import { msdAction } from "./msd.ts";
import { rdfAction } from "./rdf.ts";

const ACTIONS: Readonly<Record<string, MdAction>> = {
  inspect: inspectAction,
  msd: msdAction,
  diffusion: diffusionAction,
  arrhenius: arrheniusAction,
  rdf: rdfAction,
  density: densityAction,
  hops: hopsAction,
};

export const command: Command = {
  name: "md",
  summary: "trajectories of atoms: displacement, diffusion, conductivity, structure, density, hops",
  usage: Object.values(ACTIONS)
    .map(({ usage }) => usage)
    .join("\n       "),
  about: `Reads XDATCAR, vasprun.xml, OUTCAR, POSCAR, extended XYZ, CP2K, LAMMPS dump and data, DCD, ASE .traj and CIF, also packed (gz, bz2, zst).

${Object.entries(ACTIONS)
  .map(([name, { about }]) => `${name}: ${about}`)
  .join("\n\n")}`,
  options: Object.assign({}, ...Object.values(ACTIONS).map(({ options }) => options)) as Record<string, OptionSpec>,
  examples: Object.values(ACTIONS).flatMap(({ examples }) => examples),
  async run([word, ...words], options, io) {
    const action = word !== undefined && Object.hasOwn(ACTIONS, word) ? ACTIONS[word] : undefined;
    if (!action) {
      const names = Object.keys(ACTIONS);
      const guess = word === undefined ? undefined : nearest(word, names);
      const what = word === undefined ? "md needs a word" : `"${word}" is nothing that md does${guess ? `; did you mean "${guess}"?` : ""}`;
      throw new ThioscopeError("USAGE", `${what}: ${names.join(", ")}`);
    }
    const foreign = Object.keys(options).filter((name) => name !== "json" && options[name] !== undefined && !(name in action.options));
    if (foreign.length > 0) throw new ThioscopeError("USAGE", `md ${word} has no option --${foreign.join(", --")}. Usage: ${action.usage}`);
    await action.run(words, options, io);
  },
};
