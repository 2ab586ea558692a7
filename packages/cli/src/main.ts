/** The frame around every command: words to options, help, JSON, progress, errors and exit codes. */
import { parseArgs } from "node:util";
import { nearest, ThioscopeError } from "@thioscope/core";
import type { Command, CommandIo, CommandLoaders } from "./command.ts";
import { commandHelp, programHelp } from "./help.ts";
import { toJson } from "./json.ts";
import { progressLine } from "./progress.ts";

/** Loaded on demand: a command pays only for what it uses. Order is the order of the help. */
export const COMMANDS: CommandLoaders = {
  inspect: { summary: "what a raw file is: format, rows, cycles, columns, warnings", load: () => import("./commands/inspect.ts") },
  convert: { summary: "a raw file as Battery Data Format, Parquet or CSV with units", load: () => import("./commands/convert.ts") },
  cell: { summary: "the book-keeping of a cell file, and what does not add up", load: () => import("./commands/cell.ts") },
  cycles: { summary: "capacities, efficiencies, retention and rates per cycle", load: () => import("./commands/cycles.ts") },
  dqdv: { summary: "differential capacity per half cycle", load: () => import("./commands/dqdv.ts") },
  subtract: { summary: "dQ/dV of a composite minus that of its electrolyte alone", load: () => import("./commands/subtract.ts") },
  composition: { summary: "x in M2Sx along the curve, and the products as an interval", load: () => import("./commands/composition.ts") },
  cv: { summary: "cyclic voltammetry: sweeps, peaks, b-values, separations", load: () => import("./commands/cv.ts") },
  gitt: { summary: "titration by pulses or steps: equilibrium curve, resistances, D/L²", load: () => import("./commands/gitt.ts") },
  eis: {
    summary: "impedance: circuits, Kramers–Kronig, relaxation times, series, conductivity",
    load: () => import("./commands/eis.ts"),
  },
  arrhenius: {
    summary: "activation energy of conductivities or diffusivities, in both forms",
    load: () => import("./commands/arrhenius.ts"),
  },
  phase: { summary: "cell, symmetry and powder lines of a CIF or a known phase", load: () => import("./commands/phase.ts") },
  thermo: {
    summary: "phase stability: hulls, electrochemical windows, voltages, interfaces, potentials",
    load: () => import("./commands/thermo.ts"),
  },
  xas: {
    summary: "X-ray absorption: calibration, XANES, combinations, chain length, EXAFS",
    load: () => import("./commands/xas.ts"),
  },
  raman: {
    summary: "Raman spectra: calibration, baseline, peaks with names, bands over a series",
    load: () => import("./commands/raman.ts"),
  },
  xps: {
    summary: "photoelectrons: regions, components with doublets, upper limits, composition",
    load: () => import("./commands/xps.ts"),
  },
  sims: {
    summary: "secondary ions: mass scale, isotope patterns, ratios over replicates, depth",
    load: () => import("./commands/sims.ts"),
  },
  thermal: {
    summary: "thermobalance and calorimeter: steps of mass, sulfur content, glass transition, peaks",
    load: () => import("./commands/thermal.ts"),
  },
  symmetric: {
    summary: "symmetric cells: overpotential, stabilisation, critical current; soft shorts",
    load: () => import("./commands/symmetric.ts"),
  },
  compare: {
    summary: "rate, temperature, loading, pressure and life tables over several cells",
    load: () => import("./commands/compare.ts"),
  },
  xrd: { summary: "diffraction frames: the detector's geometry, patterns and cakes", load: () => import("./commands/xrd/index.ts") },
  powder: {
    summary: "powder patterns: lines, which phases, cells and mass fractions",
    load: () => import("./commands/powder/index.ts"),
  },
  pdf: {
    summary: "pair distribution functions: from patterns to G(r), peaks, small boxes",
    load: () => import("./commands/pdf/index.ts"),
  },
  md: {
    summary: "trajectories of atoms: displacement, diffusion, conductivity, structure, density, hops",
    load: () => import("./commands/md/index.ts"),
  },
  topology: {
    summary: "persistent homology of a structure: spacings, rings, cavities",
    load: () => import("./commands/topology/index.ts"),
  },
  tomo: {
    summary: "tomography: slices from projections; interlayer, voids and ingrowth of a cell; before and after",
    load: () => import("./commands/tomo/index.ts"),
  },
  image: {
    summary: "pictures of sections: cracks and voids as area fractions, element maps",
    load: () => import("./commands/image/index.ts"),
  },
  simulate: {
    summary: "models: conversion cathodes, plating around pores and defects",
    load: () => import("./commands/simulate/index.ts"),
  },
  fit: { summary: "models fitted to measured files: the conversion cathode", load: () => import("./commands/fit/index.ts") },
  evidence: {
    summary: "composition, hidden species and contradictions from all probes together",
    load: () => import("./commands/evidence.ts"),
  },
  events: {
    summary: "where every stream bends, and which step of dQ/dV each event belongs to",
    load: () => import("./commands/events.ts"),
  },
  audit: { summary: "claims of a paper or a draft, recomputed from what it prints", load: () => import("./commands/audit.ts") },
  new: { summary: "a study folder from raw files", load: () => import("./commands/new.ts") },
  run: { summary: "the steps of a study, with results, provenance and a report", load: () => import("./commands/run.ts") },
  watch: {
    summary: "a running experiment followed: results, report and page are renewed as files grow and arrive",
    load: () => import("./commands/watch.ts"),
  },
  lab: { summary: "virtual laboratory: the raw files of a whole campaign, its truth sealed", load: () => import("./commands/lab.ts") },
  verify: {
    summary: "raw files and results of a study against their hashes, a sample computed again",
    load: () => import("./commands/verify.ts"),
  },
  report: { summary: "the report of a study as one file", load: () => import("./commands/report.ts") },
  export: {
    summary: "a study as a folder for others: NeXus, CSV, Parquet, SVG, RO-Crate",
    load: () => import("./commands/export.ts"),
  },
  open: { summary: "a study or raw files in the page", load: () => import("./commands/open.ts") },
  query: { summary: "SQL over all cells and cycles of your studies", load: () => import("./commands/query.ts") },
};

const EXIT = { ok: 0, bug: 1, refused: 2, cancelled: 130 } as const;

/** Runs one command line; never throws. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  const json = argv.includes("--json");
  const [name, ...rest] = argv;
  const stop = new AbortController();
  const onSignal = (): void => {
    // a second Ctrl-C ends at once
    if (stop.signal.aborted) process.exit(EXIT.cancelled);
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const line = progressLine(process.stderr);
  try {
    if (name === undefined || name === "--help" || name === "-h" || name === "help") {
      process.stdout.write(programHelp(COMMANDS));
      return EXIT.ok;
    }
    if (name === "--version") {
      const { version } = (await import("../package.json", { with: { type: "json" } })).default;
      process.stdout.write(`${version}\n`);
      return EXIT.ok;
    }
    const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!entry) throw new ThioscopeError("USAGE", unknownCommand(name));
    const { command } = await entry.load();
    if (rest.includes("--help") || rest.includes("-h")) {
      process.stdout.write(commandHelp(command));
      return EXIT.ok;
    }
    const { words, options } = parseWords(command, rest);
    const io: CommandIo = {
      json,
      commands: COMMANDS,
      say: (text) => {
        if (!json) process.stdout.write(`${text}\n`);
      },
      hint: (text) => {
        line.clear();
        if (!json) process.stderr.write(`${text}\n`);
      },
      result: (value) => {
        if (json) process.stdout.write(`${toJson(value)}\n`);
      },
      task: { progress: line.show, signal: stop.signal },
    };
    await command.run(words, options, io);
    line.clear();
    return EXIT.ok;
  } catch (error) {
    line.clear();
    return reportError(error, json, name ?? "");
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

function unknownCommand(name: string): string {
  const guess = nearest(name, Object.keys(COMMANDS));
  return `"${name}" is not a command${guess ? ` — did you mean "${guess}"?` : ""} Commands: ${Object.keys(COMMANDS).join(", ")}`;
}

function parseWords(command: Command, argv: readonly string[]): { words: string[]; options: Record<string, string | boolean | undefined> } {
  const specs: Record<string, { type: "string" | "boolean"; short?: string; default?: string | boolean }> = { json: { type: "boolean" } };
  for (const [name, { type, short, default: fallback }] of Object.entries(command.options)) {
    specs[name] = { type, ...(short === undefined ? {} : { short }), ...(fallback === undefined ? {} : { default: fallback }) };
  }
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options: specs, allowPositionals: true, strict: true });
    return { words: positionals, options: values as Record<string, string | boolean | undefined> };
  } catch (error) {
    const asked = /'(--?[\w-]+)/.exec(String(error))?.[1] ?? "";
    const guess = nearest(asked.replace(/^--?/, ""), Object.keys(specs));
    const known = Object.keys(specs).map((o) => `--${o}`);
    const message = (error instanceof Error ? error.message : String(error)).split(". To specify")[0]!.replace(/\.$/, "");
    throw new ThioscopeError(
      "USAGE",
      `${message}${guess ? `; did you mean --${guess}?` : "."} Options of ${command.name}: ${known.join(" ")}. Usage: ${command.usage}`,
    );
  }
}

function reportError(error: unknown, json: boolean, command: string): number {
  const known = error instanceof ThioscopeError;
  const { code, message, ...place } = known
    ? error.toJSON()
    : { code: "BUG", message: error instanceof Error ? error.message : String(error) };
  // all four keys, always: programs need not ask which are there
  const body = { code, message, file: null, offset: null, ...place };
  if (json) process.stderr.write(`${toJson({ error: body })}\n`);
  else {
    const place = known ? placeOf(error) : "";
    process.stderr.write(`thioscope ${command}: ${place}${body.message} [${body.code}]\n`);
    if (!known) process.stderr.write("This is a fault of the program, not of your data. THIOSCOPE_DEBUG=1 shows where it happened.\n");
  }
  if (process.env.THIOSCOPE_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return !known ? EXIT.bug : error.code === "CANCELLED" ? EXIT.cancelled : EXIT.refused;
}

function placeOf(error: ThioscopeError): string {
  const { file, line, column, offset } = error.place;
  if (file === undefined || error.message.startsWith(file)) return "";
  if (line !== undefined) return `${file}:${line}${column === undefined ? "" : `:${column}`}: `;
  return offset === undefined ? `${file}: ` : `${file}, byte ${offset}: `;
}
