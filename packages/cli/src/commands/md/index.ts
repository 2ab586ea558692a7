/** thioscope md: trajectories of atoms; the first word says what to do with them. */
import { commandOf } from "../../actions.ts";
import { arrheniusAction } from "./arrhenius.ts";
import { densityAction } from "./density.ts";
import { diffusionAction } from "./diffusion.ts";
import { hopsAction } from "./hops.ts";
import { inspectAction } from "./inspect.ts";
import { msdAction } from "./msd.ts";
import { rdfAction } from "./rdf.ts";

export const command = commandOf(
  "md",
  "trajectories of atoms: displacement, diffusion, conductivity, structure, density, hops",
  {
    inspect: inspectAction,
    msd: msdAction,
    diffusion: diffusionAction,
    arrhenius: arrheniusAction,
    rdf: rdfAction,
    density: densityAction,
    hops: hopsAction,
  },
  "Reads XDATCAR, vasprun.xml, OUTCAR, POSCAR, extended XYZ, CP2K, LAMMPS dump and data, DCD, ASE .traj and CIF, also packed (gz, bz2, zst).",
);
