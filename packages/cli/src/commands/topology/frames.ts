/** thioscope topology frames: barcodes averaged over the frames of a trajectory, with bands; two materials compared. */
import { basename } from "node:path";
import { type Notice, ThioscopeError } from "@thioscope/core";
import { smallestHeight } from "@thioscope/core/atoms";
import { compareCurves, meanCurve } from "@thioscope/core/topology";
import { barcodesOfFrames, type FrameCurves } from "@thioscope/study";
import type { CommandIo } from "../../command.ts";
import { plain } from "../../eis/inputs.ts";
import { count, oneWord, textTable, warningLines } from "../../inputs.ts";
import { cellOf, readInto, speciesOf, wholeNumber } from "../md/inputs.ts";

type Options = Readonly<Record<string, string | boolean | undefined>>;

/** Points of the abscissa. */
const LENGTHS = 200;
/** Curves of more frames than this fill memory. */
const MOST_FRAMES = 20_000;
/** Å without a cell. */
const OPEN_REACH = 12;

export async function framesAction(words: readonly string[], options: Options, usage: string, io: CommandIo): Promise<void> {
  const path = oneWord(words, usage);
  const species = speciesOf(options);
  const cell = cellOf(options);
  const against = typeof options["against"] === "string" ? options["against"] : null;
  const reaches = [await reachOf(path, options, cell, io), ...(against === null ? [] : [await reachOf(against, options, cell, io)])];
  const reach = Math.min(...reaches);
  const lengths = Float64Array.from({ length: LENGTHS }, (_, k) => (reach * (k + 1)) / LENGTHS);
  const job = { species, cell, lengths, skip: wholeNumber(options, "skip", 0, 0), every: wholeNumber(options, "every", 1, 1) };
  const threads = options["threads"] === undefined ? undefined : wholeNumber(options, "threads", 1, 1);
  const began = performance.now();
  const own = await barcodesOfFrames({ path, ...job }, io.task, threads);
  const frames = own.betti[0].length;
  const seconds = (performance.now() - began) / 1000;
  const warnings: Notice[] = [];
  if (own.open > 0) {
    warnings.push({
      code: "open-at-cap",
      message: `${(own.open / frames).toFixed(2)} rings per frame are open at ${reach.toFixed(3)} Å, one third of the cell's smallest height`,
    });
  }
  const bands = ([0, 1] as const).map((d) => ({ betti: meanCurve(own.betti[d]), deaths: meanCurve(own.deaths[d]) }));
  warnings.push(...bands[0]!.betti.notices);
  const other = against === null ? null : await barcodesOfFrames({ path: against, ...job }, io.task, threads);
  const comparisons = other ? ([0, 1] as const).map((d) => compareCurves(own.betti[d], other.betti[d], lengths)) : [];
  io.result({
    file: basename(path),
    species,
    points: own.points,
    frames,
    length: { values: lengths, sigma: null, unit: "Å" },
    dimensions: bands.map(({ betti, deaths }, d) => ({
      dimension: d,
      betti: { values: betti.mean, sigma: null, unit: "1" },
      bettiLow: { values: betti.low, sigma: null, unit: "1" },
      bettiHigh: { values: betti.high, sigma: null, unit: "1" },
      deaths: { values: deaths.mean, sigma: null, unit: "1" },
      deathsLow: { values: deaths.low, sigma: null, unit: "1" },
      deathsHigh: { values: deaths.high, sigma: null, unit: "1" },
    })),
    against: against === null ? null : basename(against),
    comparisons: comparisons.map((c, dimension) => ({
      dimension,
      difference: plain(c.difference, "Å"),
      probability: plain(c.probability, "1"),
    })),
    warnings,
  });
  for (const line of warningLines(warnings)) io.hint(line);
  io.hint(`${count(frames, "frame")} in ${seconds.toFixed(1)} s on ${own.threads} threads: ${(frames / seconds).toFixed(0)} frames/s`);
  if (io.json) return;
  io.say(`${basename(path)}: ${count(own.points, "point")} (${species.join(", ")}), ${count(frames, "frame")}`);
  io.say(
    textTable(
      ["", "per frame", "median death Å", "10–90 %"],
      [row("H0 spacings of occupied sites", own, 0, lengths), row("H1 rings", own, 1, lengths)],
    ),
  );
  for (const [d, c] of comparisons.entries()) {
    io.say(`against ${basename(against!)}: H${d} differs by ${c.difference.toPrecision(3)} Å, p = ${c.probability.toPrecision(2)}`);
  }
}

/** One third of the smallest height of the first frame's cell. */
async function reachOf(path: string, options: Options, cell: Float64Array | null, io: CommandIo): Promise<number> {
  let reach = OPEN_REACH;
  const summary = await readInto(
    path,
    {
      frame(f) {
        const own = f.cell ?? cell;
        if (f.index === 0 && own) reach = smallestHeight(own) / 3;
        return true;
      },
    },
    options,
    io,
  );
  const kept = (summary.frames - wholeNumber(options, "skip", 0, 0)) / wholeNumber(options, "every", 1, 1);
  if (kept > MOST_FRAMES) {
    throw new ThioscopeError("INVALID_INPUT", `${Math.ceil(kept)} frames: curves of up to ${MOST_FRAMES} are kept; --every takes fewer`, {
      file: path,
    });
  }
  const unknown = speciesOf(options).filter((s) => !summary.species.includes(s));
  if (unknown.length > 0) {
    throw new ThioscopeError("USAGE", `--species ${unknown.join(", ")}: the file has ${[...new Set(summary.species)].join(", ")}`, {
      file: path,
    });
  }
  return reach;
}

function row(name: string, curves: FrameCurves, d: 0 | 1, lengths: Float64Array): string[] {
  const sum = new Float64Array(lengths.length);
  for (const curve of curves.deaths[d]) for (let x = 0; x < sum.length; x++) sum[x]! += curve[x]!;
  const total = sum.reduce((a, b) => a + b, 0);
  const at = (q: number): string => {
    let below = 0;
    for (let x = 0; x < sum.length; x++) {
      below += sum[x]!;
      if (below >= q * total) return (lengths[x]! + (lengths[1]! - lengths[0]!) / 2).toFixed(2);
    }
    return "–";
  };
  return [name, (total / curves.deaths[d].length).toFixed(1), at(0.5), `${at(0.1)} to ${at(0.9)}`];
}
