/**
 * Scattering paths of a structure: an installed FEFF computes them, or phases and amplitudes of the same pair of elements stand in, from files of the
 * user or from the table (core/absorption/scatteringTable.ts). Whichever it was is named.
 *
 * FEFF is any program that reads feff.inp in its folder and writes feffNNNN.dat there: feff6l, feff8l (Debian: feff85exafs), FEFF 6 to 9.
 */
import { execFile } from "node:child_process";
import { access, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { type Notice, ThioscopeError } from "@thioscope/core";
import { type FeffPath, feffInput, neighbourShells, structurePaths } from "@thioscope/core/absorption";
import type { Structure } from "@thioscope/core/crystal";
import { CIF_SIZE_LIMIT, readCifStructures, readFeffPath } from "@thioscope/formats";
import { opened } from "../inputs.ts";

/** looked for in this order where none is named */
const PROGRAMS = ["feff8l", "feff6l", "feff85l", "feff"];
const TIMEOUT_MS = 10 * 60_000;
const MOST_OUTPUT = 32 << 20;
/** Å by which FEFF's own shells may differ from those of the structure: it merges what is nearer */
const SAME_SHELL = 0.02;

export interface ScatteringPaths {
  /** the program, or where the phases are from */
  source: string;
  paths: readonly FeffPath[];
  notices: readonly Notice[];
}

export interface ScatteringOptions {
  site: string;
  edge: string;
  /** of the cluster, Å */
  radius: number;
  /** program; "auto" looks for one, null runs none */
  program: string | null;
  /** feffNNNN.dat files to take phases from in place of a run */
  phases?: readonly string[];
  /** keep input and paths here */
  folder?: string;
  signal?: AbortSignal;
}

/** The one structure of a CIF file. */
export async function readStructure(file: string): Promise<Structure> {
  const [structure] = await opened(file, async (source) => {
    if (source.size > CIF_SIZE_LIMIT)
      throw new ThioscopeError("INVALID_INPUT", `${source.size} bytes: CIF files of up to ${CIF_SIZE_LIMIT} are read`);
    return readCifStructures(new TextDecoder().decode(await source.read(0, source.size)), source.name);
  });
  if (!structure) throw new ThioscopeError("INVALID_INPUT", "the CIF holds no structure", { file });
  return structure;
}

/**
 * Paths by FEFF where it can run, else single scattering with phases of files or of the table.
 *
 * @throws NOT_COMPUTABLE where neither is at hand, with what can be done
 */
export async function scatteringPaths(structure: Structure, options: ScatteringOptions): Promise<ScatteringPaths> {
  const { site, edge, radius, phases } = options;
  if (!phases) {
    const program = await programOf(options.program);
    if (program) return runFeff(structure, program, options);
  }
  const known: FeffPath[] = [];
  for (const file of phases ?? []) known.push(await opened(file, readFeffPath));
  const { paths, missing } = structurePaths(structure, { site, edge, radius, ...(phases ? { known } : {}) });
  const pairs = missing.join(", ");
  if (paths.length === 0)
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `no scattering phases of ${pairs} (${edge} edge): install FEFF (Debian: feff85exafs) or name it by --feff COMMAND or THIOSCOPE_FEFF, or give --phases feffNNNN.dat of the same elements`,
    );
  const notices: Notice[] = [
    {
      code: "phases-transferred",
      message: `phases and amplitudes of ${phases ? phases.join(", ") : "the table"} stand in for those of this structure: single scattering, distances to about 0.01 Å`,
    },
  ];
  if (missing.length > 0) notices.push({ code: "paths-missing", message: `shells without phases are left out: ${pairs}` });
  return { source: phases ? phases.join(", ") : "table of scattering (FEFF 8.5L)", paths, notices };
}

/** The program to run; null where none was named and none is installed. Throws NOT_COMPUTABLE where a named one is not there. */
async function programOf(named: string | null): Promise<string | null> {
  if (named === null) return null;
  const wanted = named === "auto" ? process.env["THIOSCOPE_FEFF"] : named;
  for (const program of wanted ? [wanted] : PROGRAMS) {
    if (program.includes("/")) {
      if (await exists(program)) return program;
      continue;
    }
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) if (await exists(join(folder, program))) return program;
  }
  if (wanted) throw new ThioscopeError("NOT_COMPUTABLE", `FEFF is to be run as "${wanted}", which is not found`);
  return null;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Runs FEFF in a folder of its own and reads its paths. */
async function runFeff(structure: Structure, program: string, options: ScatteringOptions): Promise<ScatteringPaths> {
  const { site, edge, radius, folder, signal } = options;
  const work = await mkdtemp(join(tmpdir(), "thioscope-feff-"));
  try {
    await writeFile(join(work, "feff.inp"), feffInput(structure, site, edge, radius));
    const settings = { cwd: work, timeout: TIMEOUT_MS, maxBuffer: MOST_OUTPUT, ...(signal ? { signal } : {}) };
    let said = "";
    try {
      const { stdout, stderr } = await promisify(execFile)(program, [], settings);
      said = `${stdout}\n${stderr}`;
    } catch (error) {
      if (signal?.aborted) throw new ThioscopeError("CANCELLED", "FEFF was stopped");
      const { stdout = "", stderr = "", message } = error as { stdout?: string; stderr?: string; message: string };
      throw new ThioscopeError("NOT_COMPUTABLE", `${program} failed: ${lastLines(`${stdout}\n${stderr}`) || message}`);
    }
    const files = (await readdir(work)).filter((name) => /^feff\d{4}\.dat$/.test(name)).sort();
    if (files.length === 0) throw new ThioscopeError("NOT_COMPUTABLE", `${program} wrote no feffNNNN.dat: ${lastLines(said)}`);
    const paths: FeffPath[] = [];
    for (const name of files) paths.push({ ...(await opened(join(work, name), readFeffPath)), label: name });
    if (folder !== undefined) {
      await mkdir(folder, { recursive: true });
      for (const name of ["feff.inp", ...files]) await copyFile(join(work, name), join(folder, name));
    }
    return { source: program, ...checked(structure, site, radius, paths) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const lastLines = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-3)
    .join("; ");

/** Numbers of neighbours are those of the structure: FEFF knows no partly occupied site. Shells that it does not give are named. */
function checked(structure: Structure, site: string, radius: number, paths: readonly FeffPath[]): Omit<ScatteringPaths, "source"> {
  const notices: Notice[] = [];
  const single = paths.filter(({ legs }) => legs === 2);
  const numbers = new Map<FeffPath, number>();
  for (const shell of neighbourShells(structure, site, radius)) {
    const path = single.find(
      ({ reff, atoms }) => atoms.some(({ element }) => element === shell.element) && Math.abs(reff - shell.distance) < SAME_SHELL,
    );
    if (path) numbers.set(path, (numbers.get(path) ?? 0) + shell.count);
    // beyond the radius less a little FEFF may stop by itself
    else if (shell.distance < radius - SAME_SHELL)
      notices.push({
        code: "paths-missing",
        message: `FEFF left out ${shell.element} at ${shell.distance.toFixed(3)} Å: too weak for its limits`,
      });
  }
  const corrected = paths.map((path) => {
    const count = numbers.get(path);
    if (count === undefined || Math.abs(count - path.degeneracy) < 1e-3) return path;
    notices.push({
      code: "degeneracy-of-structure",
      message: `${path.label}: FEFF counts ${path.degeneracy} atoms, the structure's occupancies make ${count.toFixed(3)}: these are taken`,
    });
    return { ...path, degeneracy: count };
  });
  return { paths: corrected, notices };
}
