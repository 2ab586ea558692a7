/** What of the first trajectory is shown in space: its radial distribution, atoms over time, the density of its ions. */
import { type Notice, ThioscopeError } from "@thioscope/core";
import {
  atomicNumber,
  type IonTracks,
  probabilityDensity,
  rdfCollector,
  smoothed,
  type TrajectorySink,
  type TrajectorySummary,
  trackCollector,
} from "@thioscope/core/atoms";
import { type PartOf, packNumbers } from "@thioscope/core/story";
import { readTrajectory } from "@thioscope/formats";
import type { SourceInputs } from "../lines.ts";
import { basename } from "../names.ts";
import type { StepIo } from "../stepModules.ts";

type Content = PartOf<"atoms">;
type Input = SourceInputs["files"][number];

/** What is known of the file from its first reading. */
export interface ShownRun {
  tracks: IonTracks;
  /** in the file */
  frames: number;
  intervalPs: number;
}

const PAIRS_SHOWN = 12;
/** Places of atoms that a part holds: 8 bytes of text each, in up to so many frames. */
const MOST_PLACES = 60_000;
const MOST_FRAMES = 60;
const MOST_ATOMS = 20_000;
/** Points of a density that a part holds, and the finest grid, Å. */
const MOST_POINTS = 40_000;
const FINEST = 0.4;

export async function readFrames(io: StepIo, input: Input, sink: TrajectorySink): Promise<TrajectorySummary> {
  const source = await io.open(input);
  try {
    return await readTrajectory(source, sink, { task: { ...io.context, progress() {} } });
  } finally {
    await source.close();
  }
}

interface Wish {
  species: readonly string[];
  skip: number;
  temperature: number | null;
  first: ShownRun;
  notices: Notice[];
}

/** Reads the file once more, for both pictures at a time. */
export async function pictureOf(io: StepIo, input: Input, wish: Wish): Promise<Pick<Content, "radial" | "structure">> {
  const { first, skip, notices } = wish;
  const name = basename(input.file);
  const rdf = rdfCollector({}, atomicNumber);
  let places: ReturnType<typeof trackCollector> | null = null;
  let every = 1;
  let hasRadial = true;
  const summary = await readFrames(io, input, {
    begin(header) {
      rdf.begin?.(header);
      if (header.species.length > MOST_ATOMS) return;
      every = Math.ceil((first.frames - skip) / Math.max(1, Math.min(MOST_FRAMES, Math.floor(MOST_PLACES / header.species.length))));
      const symbols = [...new Set(header.species)];
      const framework = symbols.filter((s) => !wish.species.includes(s));
      places = trackCollector({ species: symbols, framework, skip, every });
      places.begin?.(header);
    },
    frame(frame) {
      if (hasRadial) hasRadial = without(notices, name, () => rdf.frame(frame)) !== null;
      places?.frame(frame);
      return true;
    },
  });
  const radial = hasRadial ? without(notices, name, () => radialOf(rdf, summary.species, notices, name)) : null;
  // assigned in a callback
  const collector = places as ReturnType<typeof trackCollector> | null;
  if (collector) return { radial, structure: structureOf(collector.finish(), summary.species, first, every, wish.temperature) };
  notices.push({
    code: "structure-not-shown",
    message: `${name}: ${summary.species.length} atoms; structures of up to ${MOST_ATOMS} are shown`,
  });
  return { radial, structure: null };
}

/** What `make` gives, null with a notice where the data do not allow it. */
function without<T>(notices: Notice[], name: string, make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ThioscopeError) || error.code !== "INVALID_INPUT") throw error;
    notices.push({ code: "no-radial-distribution", message: `${name}: ${error.message}` });
    return null;
  }
}

function radialOf(
  collector: ReturnType<typeof rdfCollector>,
  species: readonly string[],
  notices: Notice[],
  name: string,
): Content["radial"] {
  const { r, partials, notices: found } = collector.finish();
  notices.push(...found.map((n) => ({ ...n, message: `${name}: ${n.message}` })));
  const once = partials.filter(({ pair }) => species.indexOf(pair[0]) <= species.indexOf(pair[1])).slice(0, PAIRS_SHOWN);
  return {
    r: Array.from(r),
    pairs: once.map(({ pair, g, firstPeak, neighbours }) => ({ pair, g: Array.from(g), firstPeak, neighbours })),
  };
}

function structureOf(
  all: IonTracks,
  species: readonly string[],
  first: ShownRun,
  every: number,
  temperature: number | null,
): Content["structure"] {
  const symbols = [...new Set(species)];
  const { frames, series, meanCell } = all;
  const width = 3 * species.length;
  const positions = new Float32Array(series.length);
  for (let c = 0; c < width; c++) for (let t = 0; t < frames; t++) positions[t * width + c] = series[c * frames + t]!;
  return {
    symbols,
    kinds: species.map((s) => symbols.indexOf(s)),
    cell: meanCell && Array.from(meanCell),
    temperature,
    frames,
    stepPs: every * first.intervalPs,
    positions: packNumbers(positions),
    density: densityOf(first.tracks),
  };
}

function densityOf(tracks: IonTracks): NonNullable<Content["structure"]>["density"] {
  if (tracks.meanVolume === null) return null;
  const spacing = Math.max(FINEST, 1.05 * Math.cbrt(tracks.meanVolume / MOST_POINTS));
  const grid = probabilityDensity(tracks, spacing);
  const values = smoothed(grid, spacing).map((p) => p * grid.ions);
  return { shape: grid.shape, values: packNumbers(values), smoothing: spacing };
}
