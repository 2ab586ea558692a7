/** What the actions of `thioscope md` take: files, species, time between frames, cell, temperature. */
import { basename } from "node:path";
import { convert, type Notice, parseQuantity, ThioscopeError } from "@thioscope/core";
import { axesOf, type IonTracks, type TrajectorySink, type TrajectorySummary, trackCollector } from "@thioscope/core/atoms";
import { readTrajectory } from "@thioscope/formats/trajectory";
import { openAsByteSource } from "@thioscope/study/files";
import type { CommandIo, OptionSpec } from "../../command.ts";
import { opened } from "../../opened.ts";

export type Options = Readonly<Record<string, string | boolean | undefined>>;

export const READING = {
  cell: {
    type: "string",
    value: "'A B C ALPHA BETA GAMMA'",
    help: "periodic cell of files that give none; three lengths mean right angles",
  },
  structure: { type: "string", value: "FILE", help: "names the atoms of a DCD, or of a dump without elements: LAMMPS data, POSCAR, xyz" },
  skip: { type: "string", value: "N", help: "frames left out at the start (default 0)" },
  every: { type: "string", value: "N", help: "keep every n-th frame (default 1)" },
} as const satisfies Record<string, OptionSpec>;

export const MOTION = {
  species: { type: "string", value: "S", help: "the atoms to follow: Na, or Na,Li" },
  timestep: { type: "string", value: "TIME", help: "step of the integrator, e.g. 2fs; needed where the file does not state it" },
  stride: { type: "string", value: "N", help: "steps of the integrator between two frames (default: as the file states, else 1)" },
  ...READING,
} as const satisfies Record<string, OptionSpec>;

/** --species as a list; USAGE where it is missing. */
export function speciesOf(options: Options, name = "species"): string[] {
  const word = options[name];
  const found = typeof word === "string" ? word.split(",").map((s) => s.trim()) : [];
  if (found.length === 0 || found.some((s) => s === ""))
    throw new ThioscopeError("USAGE", `--${name} is needed: which atoms, e.g. --${name} Na`);
  return found;
}

export function wholeNumber(options: Options, name: string, fallback: number, least: number): number {
  const word = options[name];
  if (typeof word !== "string") return fallback;
  const value = Number(word);
  if (!Number.isInteger(value) || value < least)
    throw new ThioscopeError("USAGE", `--${name} ${word}: a whole number from ${least} up is needed`);
  return value;
}

export function positive(options: Options, name: string, unit: string): number | null {
  const word = options[name];
  if (typeof word !== "string") return null;
  const plain = Number(word);
  const value = word.trim() !== "" && Number.isFinite(plain) ? plain : convertOr(word, unit, name);
  if (!(value > 0)) throw new ThioscopeError("USAGE", `--${name} ${word}: more than 0 ${unit} is needed`);
  return value;
}

function convertOr(word: string, unit: string, name: string): number {
  try {
    const { value, unit: stated } = parseQuantity(word, unit);
    return convert(value, stated, unit);
  } catch (error) {
    throw new ThioscopeError("USAGE", `--${name} "${word}": ${error instanceof Error ? error.message : error}`);
  }
}

/** Axes of --cell, row by row. */
export function cellOf(options: Options): Float64Array | null {
  const word = options["cell"];
  if (typeof word !== "string") return null;
  const numbers = word
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  if (![3, 6].includes(numbers.length) || !numbers.every(Number.isFinite)) {
    throw new ThioscopeError("USAGE", `--cell "${word.slice(0, 60)}": 3 or 6 numbers are needed`);
  }
  const [a, b, c, alpha = 90, beta = 90, gamma = 90] = numbers as [number, number, number];
  return axesOf([a, b, c, alpha, beta, gamma]);
}

/** Reads a file through a sink; errors name it as the user did. */
export async function readInto(path: string, sink: TrajectorySink, options: Options, io: CommandIo): Promise<TrajectorySummary> {
  const named = typeof options["structure"] === "string" ? await openAsByteSource(options["structure"]) : null;
  try {
    return await opened(path, (source) => readTrajectory(source, sink, { task: io.task, ...(named ? { structure: named } : {}) }));
  } finally {
    await named?.close();
  }
}

export interface Run {
  file: string;
  summary: TrajectorySummary;
  tracks: IonTracks;
  /** fs between kept frames */
  intervalFs: number;
  notices: Notice[];
}

/** A file as tracks of --species with the time between its frames. */
export async function readRun(path: string, options: Options, io: CommandIo): Promise<Run> {
  const every = wholeNumber(options, "every", 1, 1);
  const collector = trackCollector({
    species: speciesOf(options),
    cell: cellOf(options),
    skip: wholeNumber(options, "skip", 0, 0),
    every,
  });
  const summary = await readInto(path, collector, options, io);
  const timestep = positive(options, "timestep", "fs") ?? summary.timestepFs;
  if (timestep === null) {
    throw new ThioscopeError(
      "USAGE",
      "the file states no time step: --timestep 2fs is needed, and --stride where not every step was written",
      { file: path },
    );
  }
  const stride = wholeNumber(options, "stride", summary.stride ?? 1, 1);
  const tracks = collector.finish();
  return {
    file: basename(path),
    summary,
    tracks,
    intervalFs: timestep * stride * every,
    notices: [...summary.notices, ...tracks.notices],
  };
}

/** "Li192 Cl32 S160 P32" in the order of the file. */
export function composition(species: readonly string[]): string {
  return [...counted(species)].map(([s, n]) => `${s}${n}`).join(" ");
}

export function counted(species: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const s of species) counts.set(s, (counts.get(s) ?? 0) + 1);
  return counts;
}

/** Every k-th of a long list, so that JSON stays readable: geometric steps. */
export function geometricLags(last: number, perDecade = 40): number[] {
  const lags: number[] = [];
  for (let x = 1; x <= last; x = Math.max(x + 1, x * 10 ** (1 / perDecade))) lags.push(Math.round(x));
  return [...new Set(lags)].filter((lag) => lag <= last);
}
