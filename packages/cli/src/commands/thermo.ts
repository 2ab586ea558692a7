/** thioscope thermo: hulls, windows, voltages, interfaces and potentials from energies of phases. */
import { nearest, ThioscopeError } from "@thioscope/core";
import type { Command, CommandIo } from "../command.ts";
import { runChempot, runEnergies, runHull } from "../thermo/hull.ts";
import type { Options } from "../thermo/inputs.ts";
import { runInterface, runVoltage } from "../thermo/voltage.ts";
import { runWindow } from "../thermo/window.ts";

type Run = (words: readonly string[], options: Options, io: CommandIo, usage: string) => Promise<void>;

const ACTIONS: Readonly<Record<string, Run>> = {
  hull: runHull,
  window: runWindow,
  voltage: runVoltage,
  interface: runInterface,
  chempot: runChempot,
  energies: runEnergies,
};

export const command: Command = {
  name: "thermo",
  summary: "phase stability: hulls, electrochemical windows, voltages, interfaces, potentials",
  usage: "thioscope thermo hull|window|voltage|interface|chempot|energies SYSTEM [--energies FILE]",
  about: `Equilibrium thermodynamics of solids from energies of phases. Every answer is given for each energy set that can; the default set comes first, the
spread over the sets is its uncertainty.
  hull       phases of a system such as Na-P-S, energies above the hull; --voltage: in contact with a reservoir; --solids: over temperature
  window     potentials between which a compound is stable, with the reactions on both sides
  voltage    potentials at which a host takes up ions: Na-S, or S --ion Na
  interface  reactions between two materials in contact, by share
  chempot    potentials of the elements over which each phase is stable
  energies   the energies themselves with corrections, sources and licences
Pressure adds p ΔV with volumes at ambient conditions and an error of 2 % for each; temperature acts where entropies are tabulated. Liquids and
kinetics are out of scope: windows in a cell are wider.`,
  options: {
    energies: {
      type: "string",
      value: "FILE",
      help: "your own energies as first set: pymatgen or Materials Project JSON, CSV, vasprun.xml; several with commas",
    },
    set: { type: "string", value: "NAME", help: "only this shipped set" },
    ion: { type: "string", value: "METAL", help: "the mobile metal, where the system has more than one or none" },
    pressure: { type: "string", value: "P", help: 'e.g. "0.5 GPa" or "300 MPa"' },
    temperature: { type: "string", value: "T", help: 'e.g. "350 K"' },
    "sulfur-shift": {
      type: "string",
      value: "E",
      help: 'added to every compound per S atom, e.g. "-0.1 eV": what hangs on the correction of sulfur',
    },
    voltage: { type: "string", value: "U", help: 'hull: potential of the reservoir of the mobile metal, e.g. "1.9 V"' },
    solids: { type: "boolean", help: "hull of two elements: solid phases from 200 K to the first melting of an element" },
  },
  examples: [
    "thioscope thermo window Na3PS4",
    "thioscope thermo window Li10GeP2S12 --json",
    "thioscope thermo voltage Na-S",
    "thioscope thermo interface Na3PS4 Na3SbS4",
    'thioscope thermo hull Na-P-S --energies mine.json --pressure "0.5 GPa"',
  ],
  async run([action, ...words], options, io) {
    const run = action !== undefined && Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (run) return run(words, options, io, command.usage);
    const guess = action === undefined ? undefined : nearest(action, Object.keys(ACTIONS));
    throw new ThioscopeError(
      "USAGE",
      `"${action ?? ""}" is nothing thermo does${guess ? `; did you mean ${guess}?` : ""} It does: ${Object.keys(ACTIONS).join(", ")}`,
    );
  },
};
