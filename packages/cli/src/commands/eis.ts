/** thioscope eis: impedance, one word for what to do and the files to do it with. */
import { nearest, ThioscopeError } from "@thioscope/core";
import type { Command, CommandIo } from "../command.ts";
import { runDrt, runKk } from "../eis/check.ts";
import { runConductivity } from "../eis/conductivity.ts";
import { runFit } from "../eis/fit.ts";
import type { Options } from "../eis/inputs.ts";
import { runSeries } from "../eis/series.ts";
import { oneWord } from "../inputs.ts";

const ONE_FILE: Readonly<Record<string, (path: string, options: Options, io: CommandIo) => Promise<void>>> = {
  fit: runFit,
  kk: runKk,
  drt: runDrt,
  conductivity: runConductivity,
};
const ACTIONS = [...Object.keys(ONE_FILE), "series"];

export const command: Command = {
  name: "eis",
  summary: "impedance: circuits, Kramers–Kronig, relaxation times, series, conductivity",
  usage: "thioscope eis fit|kk|drt|series|conductivity FILE… [--circuit C|auto]",
  about: `Spectra of any instrument's file, recognised by its content; several in a file are told apart.
  fit           a circuit, without starting values: R0-p(R1,CPE1)-W1, "-" in series, p(a,b) parallel. Elements: R C L CPE (Q) W Wo Ws G T Tr.
                auto fits a list of circuits and takes the simplest that no other beats beyond doubt (BIC)
  kk            Kramers–Kronig test with a verdict per decade
  drt           distribution of relaxation times with peak areas in ohm
  series        all spectra of the files against time, cycle, potential or temperature; --new-arc looks for an arc that grows
  conductivity  σ = L/(R A) of a pellet and what each arc can be; --thickness and --diameter (or --area) with their units`,
  options: {
    circuit: { type: "string", value: "C", help: "circuit to fit, or auto", default: "auto" },
    weights: { type: "string", value: "KIND", help: "modulus (1/|Z|) or unit (the same for every ohm)", default: "modulus" },
    method: {
      type: "string",
      value: "NAME",
      help: "least-squares, or simplex (random circuits, then Nelder and Mead)",
      default: "least-squares",
    },
    profile: { type: "boolean", help: "95 % intervals by profile likelihood" },
    spectrum: { type: "string", value: "N", help: "only spectrum N of the file, from 1, or its name" },
    from: { type: "string", value: "HZ", help: "only frequencies from HZ on" },
    to: { type: "string", value: "HZ", help: "only frequencies up to HZ" },
    capacitive: { type: "boolean", help: "leave out points with positive Z″" },
    thickness: { type: "string", value: "LENGTH", help: 'of the pellet, e.g. "0.62 ± 0.01 mm"' },
    diameter: { type: "string", value: "LENGTH", help: 'of the pellet, e.g. "10 mm"' },
    area: { type: "string", value: "AREA", help: 'of the electrode, e.g. "0.785 cm2"' },
    count: { type: "string", value: "NAMES", help: "resistances that are the electrolyte's, e.g. R1,R2" },
    against: { type: "string", value: "AXIS", help: "time, cycle, potential or temperature" },
    "new-arc": { type: "boolean", help: "look for an arc that appears within the series, and its growth law" },
    out: { type: "string", short: "o", value: "FILE", help: "write the table of a series or of conductivities as CSV with units" },
    salvage: { type: "boolean", help: "of a damaged file, use what can be read" },
  },
  examples: [
    "thioscope eis fit cell.mpr",
    'thioscope eis fit cell.DTA --circuit "R0-p(R1,CPE1)-W1" --json',
    "thioscope eis kk cell.z",
    'thioscope eis series geis.mpr --circuit "R0-p(R1,CPE1)-CPE2" -o series.csv',
    'thioscope eis conductivity pellet.mpr --thickness "0.62 mm" --diameter "10 mm"',
  ],
  async run([action, ...files], options, io) {
    if (action === "series") {
      if (files.length === 0) throw new ThioscopeError("USAGE", `which files? Usage: ${command.usage}`);
      return runSeries(files, options, io);
    }
    const run = action !== undefined && Object.hasOwn(ONE_FILE, action) ? ONE_FILE[action] : undefined;
    if (run) return run(oneWord(files, command.usage), options, io);
    const guess = action === undefined ? undefined : nearest(action, ACTIONS);
    throw new ThioscopeError(
      "USAGE",
      `"${action ?? ""}" is nothing eis does${guess ? `; did you mean ${guess}?` : ""} It does: ${ACTIONS.join(", ")}`,
    );
  },
};
