/** thioscope topology: rings and cavities between the points of a structure. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Notice, type TaskContext, ThioscopeError } from "@thioscope/core";
import { axesOf } from "@thioscope/core/atoms";
import {
  alphaBarcodes,
  BAR_NAMES,
  type Metric,
  matrixMetric,
  openMetric,
  periodicMetric,
  type RipsResult,
  ripsBarcodes,
} from "@thioscope/core/topology";
import { POINTS_SIZE_LIMIT, type PointSet, readPointSet } from "@thioscope/formats";
import { openAsByteSource } from "@thioscope/study/files";
import { type Action, commandOf } from "../../actions.ts";
import type { CommandIo } from "../../command.ts";
import { count, oneWord, textTable, warningLines } from "../../inputs.ts";
import { framesAction } from "./frames.ts";

type Options = Readonly<Record<string, string | boolean | undefined>>;

const LONGEST_SHOWN = 10;

const FILE = "FILE: xyz or extended xyz, CIF, rows of x, y, z, or a lower triangle of distances.";

const CELL = {
  cell: { type: "string", value: "'A B C ALPHA BETA GAMMA'", help: "periodic cell; three lengths mean right angles" },
  "cell-matrix": { type: "string", value: "'AX AY AZ …'", help: "periodic cell: its three axes, nine numbers" },
} as const;

const SET = {
  ...CELL,
  open: { type: "boolean", help: "open space, whatever cell the file gives" },
  "max-dim": { type: "string", value: "0|1|2", help: "highest dimension (default: 1 for rips, 2 for alpha)" },
  species: { type: "string", value: "S", help: "only these species: Na, or Na,Li" },
} as const;

const ripsAction: Action = {
  usage: "thioscope topology rips FILE [--cell 'A B C ALPHA BETA GAMMA'] [--max-dim 1] [--species Na]",
  about: `points closer than a length are joined, and the length grows. A bar of H0 ends where two groups of points meet (a spacing of occupied sites, not a jump), a bar of H1 is a ring from its longest edge until triangles fill it, a bar of H2 a cavity. Exact, without a threshold (Vietoris–Rips, Z/2). In a periodic cell lengths end at one third of its smallest height; classes open there are said to be so.`,
  options: {
    ...SET,
    cap: { type: "string", value: "LENGTH", help: "no length beyond this (default: none; periodic: a third of the smallest height)" },
    prime: { type: "string", value: "P", help: "coefficients modulo this prime (default 2)" },
  },
  examples: ["thioscope topology rips NaTaCl6.cif --species Na", "thioscope topology rips points.csv --cell '25 25 25' --max-dim 2 --json"],
  run: (words, options, io) =>
    barcodesAction(words, options, io, 1, ripsAction.usage, (set, dimension) => rips(set, dimension, options, io.task)),
};

const alphaAction: Action = {
  usage: "thioscope topology alpha FILE [--cell 'A B C ALPHA BETA GAMMA'] [--max-dim 2] [--species Na]",
  about: `balls around the points grow; the same names, lengths are radii (an H0 death is half a spacing), H0 to H2 of whole models at once; a periodic cell has three rings and three cavities of its own that never end.`,
  options: SET,
  examples: ["thioscope topology alpha NaTaCl6.cif --species Ta,Cl"],
  run: (words, options, io) =>
    barcodesAction(words, options, io, 2, alphaAction.usage, ({ points, cell }, dimension) => alpha(points, cell, dimension, io.task)),
};

const frames: Action = {
  usage: "thioscope topology frames TRAJECTORY --species Na [--against OTHER] [--every N] [--threads 2]",
  about: `Vietoris–Rips H0 and H1 of every frame of a trajectory (any that md reads), averaged, with bands at 95 % for whole curves; --against tests whether another material differs (blocks of frames dealt out anew).`,
  options: {
    ...CELL,
    species: SET.species,
    against: { type: "string", value: "FILE", help: "another trajectory, tested for a difference" },
    skip: { type: "string", value: "N", help: "left out at the start (default 0)" },
    every: { type: "string", value: "N", help: "take every n-th (default 1)" },
    threads: { type: "string", value: "N", help: "how many threads (default: as many as there are, 8 at most)" },
    structure: { type: "string", value: "FILE", help: "names the atoms of a DCD or of a dump without elements" },
  },
  examples: ["thioscope topology frames 600K_XDATCAR --species Na --every 10"],
  run: (words, options, io) => framesAction(words, options, frames.usage, io),
};

export const command = commandOf(
  "topology",
  "persistent homology of a structure: spacings, rings, cavities",
  { rips: ripsAction, alpha: alphaAction, frames },
  `${FILE} A cell in the file is used unless --open is given.`,
);

type Found = Omit<RipsResult, "spacings">;
type ChosenPoints = ReturnType<typeof metricOf> & { cell: Float64Array | null };

async function barcodesAction(
  words: readonly string[],
  options: Options,
  io: CommandIo,
  usualDimension: 1 | 2,
  usage: string,
  compute: (set: ChosenPoints, dimension: 0 | 1 | 2) => Found,
): Promise<void> {
  const path = oneWord(words, usage);
  const dimension = dimensionOf(options["max-dim"], usualDimension);
  const set = await read(path);
  const cell = cellOf(options["cell"], options["cell-matrix"], options["open"] === true, set);
  const chosen = metricOf(set, cell, options["species"]);
  const { metric, indices, notices } = chosen;
  const result = compute({ ...chosen, cell }, dimension);
  const warnings = [...set.notices, ...notices, ...result.notices];
  io.result({
    file: basename(path),
    format: set.format,
    points: metric.size,
    field: `Z/${options["prime"] ?? 2}`,
    unit: set.unit,
    cell: cell ? { values: cell, sigma: null, unit: set.unit } : null,
    cap: result.cap === null ? null : { value: result.cap, sigma: null, unit: set.unit },
    bars: Object.fromEntries(result.barcodes.map(({ dimension: d, bars }) => [d, pairs(bars)])),
    openAtCap: Object.fromEntries(result.openAtCap.map((open, d) => [d, open])),
    cycles: result.cycles.map((cycle) => ({
      ...cycle,
      opens: cycle.opens.map((i) => indices[i]),
      fills: cycle.fills?.map((i) => indices[i]) ?? null,
      rings: cycle.rings.map((ring) => ring.map((i) => indices[i])),
    })),
    warnings,
  });
  for (const line of warningLines(warnings)) io.hint(line);
  if (!io.json) io.say(text(basename(path), set, metric, result, indices));
}

async function read(path: string): Promise<PointSet> {
  const source = await openAsByteSource(path);
  await source.close();
  if (source.size > POINTS_SIZE_LIMIT) {
    throw new ThioscopeError("INVALID_INPUT", `${source.size} bytes: point sets of up to ${POINTS_SIZE_LIMIT} are read`, { file: path });
  }
  return readPointSet(await readFile(path, "utf8"), basename(path));
}

function rips({ metric }: ChosenPoints, maxDimension: 0 | 1 | 2, options: Options, task: TaskContext): Found {
  const cap = given("cap", numberOf(options["cap"], "--cap"));
  return ripsBarcodes(metric, { maxDimension, cycles: true, ...cap, ...given("prime", numberOf(options["prime"], "--prime")) }, task);
}

function alpha(points: Float64Array | null, cell: Float64Array | null, maxDimension: 0 | 1 | 2, task: TaskContext): Found {
  if (!points) throw new ThioscopeError("USAGE", "alpha needs points: distances alone have no balls");
  const { barcodes, cycles, endless, notices } = alphaBarcodes(points, cell, { maxDimension }, task);
  // one group of points is left for ever
  return { barcodes, cycles, cap: null, openAtCap: endless.map((n, d) => (d === 0 ? n - 1 : n)), notices };
}

function dimensionOf(word: string | boolean | undefined, fallback: 1 | 2): 0 | 1 | 2 {
  const value = word === undefined ? fallback : Number(word);
  if (value !== 0 && value !== 1 && value !== 2) throw new ThioscopeError("USAGE", `--max-dim ${word}: 0, 1 or 2 is needed`);
  return value;
}

function numberOf(word: string | boolean | undefined, option: string): number | undefined {
  if (typeof word !== "string") return undefined;
  const value = Number(word);
  if (!(value > 0 && Number.isFinite(value))) throw new ThioscopeError("USAGE", `${option} ${word}: a number above 0 is needed`);
  return value;
}

const given = <K extends string>(key: K, value: number | undefined): { [k in K]?: number } =>
  (value === undefined ? {} : { [key]: value }) as { [k in K]?: number };

function cellOf(
  parameters: string | boolean | undefined,
  matrix: string | boolean | undefined,
  isOpen: boolean,
  set: PointSet,
): Float64Array | null {
  const both = [parameters, matrix].filter((word) => word !== undefined).length + (isOpen ? 1 : 0);
  if (both > 1) throw new ThioscopeError("USAGE", "--cell, --cell-matrix and --open exclude each other");
  if (isOpen) return null;
  const numbers = (word: string | boolean, option: string, counts: readonly number[]): number[] => {
    const found = String(word)
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    if (!counts.includes(found.length) || !found.every(Number.isFinite)) {
      throw new ThioscopeError("USAGE", `${option} "${String(word).slice(0, 60)}": ${counts.join(" or ")} numbers are needed`);
    }
    return found;
  };
  if (parameters !== undefined) {
    const [a, b, c, alpha = 90, beta = 90, gamma = 90] = numbers(parameters, "--cell", [3, 6]) as [number, number, number];
    return axesOf([a, b, c, alpha, beta, gamma]);
  }
  return matrix === undefined ? set.cell : Float64Array.from(numbers(matrix, "--cell-matrix", [9]));
}

function metricOf(
  set: PointSet,
  cell: Float64Array | null,
  species: string | boolean | undefined,
): { metric: Metric; points: Float64Array | null; indices: Int32Array; notices: Notice[] } {
  const all = Int32Array.from({ length: set.size }, (_, i) => i);
  if (set.lower) {
    if (cell) throw new ThioscopeError("USAGE", "a cell says nothing about a matrix of distances");
    if (species !== undefined) throw new ThioscopeError("USAGE", "a matrix of distances names no species");
    return { metric: matrixMetric(set.lower), points: null, indices: all, notices: [] };
  }
  let indices = all;
  const notices: Notice[] = [];
  const names = [...new Set(set.species ?? [])];
  if (typeof species === "string") {
    if (!set.species) throw new ThioscopeError("USAGE", `--species ${species}: the file names no species`);
    const wanted = species.split(",").map((word) => word.trim());
    const unknown = wanted.filter((word) => !names.includes(word));
    if (unknown.length > 0) throw new ThioscopeError("USAGE", `--species ${unknown.join(", ")}: the file has ${names.join(", ")}`);
    indices = all.filter((i) => wanted.includes(set.species![i]!));
  } else if (names.length > 1) {
    notices.push({ code: "several-species", message: `${names.join(", ")} are taken together: --species chooses` });
  }
  const points = new Float64Array(3 * indices.length);
  for (const [k, i] of indices.entries()) points.set(set.points.subarray(3 * i, 3 * i + 3), 3 * k);
  return { metric: cell ? periodicMetric(points, cell) : openMetric(points), points, indices, notices };
}

/** Lengths to ten digits: more are rounding. */
function pairs(bars: Float64Array): [number, number | null][] {
  const found: [number, number | null][] = [];
  const round = (x: number): number => Number(x.toPrecision(10));
  for (let k = 0; k < bars.length; k += 2) found.push([round(bars[k]!), Number.isFinite(bars[k + 1]!) ? round(bars[k + 1]!) : null]);
  return found;
}

function text(file: string, set: PointSet, metric: Metric, result: Found, indices: Int32Array): string {
  const unit = set.unit === "" ? "" : ` ${set.unit}`;
  const lines = [`${file}: ${count(metric.size, "point")}, ${metric.height === null ? "open space" : "periodic"}`];
  for (const { dimension, bars } of result.barcodes) {
    const all = pairs(bars);
    const ended = all.filter((bar): bar is [number, number] => bar[1] !== null);
    const deaths = ended.map(([, death]) => death).sort((a, b) => a - b);
    // one group of points is left for ever
    const endless = dimension === 0 ? Math.min(1, all.length) : 0;
    const open = all.length - ended.length - endless;
    const range =
      deaths.length === 0
        ? ""
        : `, ends ${deaths[0]!.toFixed(3)} to ${deaths.at(-1)!.toFixed(3)}${unit}, median ${deaths[deaths.length >> 1]!.toFixed(3)}`;
    const still = result.cap === null ? `, ${open} without end` : `, ${open} open at ${result.cap.toFixed(3)}${unit}`;
    lines.push(`H${dimension} ${BAR_NAMES[dimension]}: ${count(ended.length + open, "bar")}${range}${open > 0 ? still : ""}`);
  }
  const rings = result.barcodes[1] ? pairs(result.barcodes[1].bars) : [];
  const longest = [...rings.keys()]
    .filter((k) => rings[k]![1] !== null)
    .sort((a, b) => rings[b]![1]! - rings[b]![0] - (rings[a]![1]! - rings[a]![0]))
    .slice(0, LONGEST_SHOWN);
  // the alpha filtration names simplices, not rings
  if (longest.length > 0 && result.cycles[longest[0]!]!.rings.length > 0) {
    const rows = longest.map((k) => {
      const [birth, death] = rings[k] as [number, number];
      const ring = result.cycles[k]!.rings[0]!.map((i) => indices[i]);
      return [
        birth.toFixed(4),
        death.toFixed(4),
        (death - birth).toFixed(4),
        String(ring.length),
        ring.slice(0, 12).join("–") + (ring.length > 12 ? "–…" : ""),
      ];
    });
    lines.push("", "longest rings (points count from 0)", textTable(["birth", "death", "length", "points", "ring"], rows));
  }
  return lines.join("\n");
}
