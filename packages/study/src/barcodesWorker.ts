/** One thread of barcodes over frames: reads the trajectory, takes its share. */
import { ThioscopeError } from "@thioscope/core";
import { bettiCurve, deathHistogram, openMetric, periodicMetric, ripsBarcodes } from "@thioscope/core/topology";
import { readTrajectory } from "@thioscope/formats";
import { move, transferableSymbol, valueSymbol } from "piscina";
import type { BarcodeAnswer, BarcodeJob, BarcodeShare } from "./barcodes.ts";
import { openAsByteSource } from "./fileSource.ts";

async function shareOf(job: BarcodeJob): Promise<BarcodeShare> {
  const { lengths } = job;
  let atoms: number[] = [];
  const frames: number[] = [];
  const betti: [Float64Array[], Float64Array[]] = [[], []];
  const deaths: [Float64Array[], Float64Array[]] = [[], []];
  let open = 0;
  // one more edge: as many bins as lengths
  const edges = Float64Array.from([...lengths, lengths.at(-1)! + (lengths.at(-1)! - (lengths.at(-2) ?? 0))]);
  let points = new Float64Array(0);
  const source = await openAsByteSource(job.path);
  try {
    await readTrajectory(source, {
      begin(header) {
        atoms = header.species.flatMap((s, i) => (job.species.includes(s) ? [i] : []));
        points = new Float64Array(3 * atoms.length);
      },
      frame(f) {
        const number = f.index - job.skip;
        if (number < 0 || number % job.every !== 0) return true;
        const kept = number / job.every;
        if (kept % job.of !== job.share) return true;
        const cell = f.cell ?? job.cell;
        for (const [k, i] of atoms.entries()) {
          for (let d = 0; d < 3; d++) {
            points[3 * k + d] =
              f.isFractional && cell
                ? f.coordinates[3 * i]! * cell[d]! + f.coordinates[3 * i + 1]! * cell[3 + d]! + f.coordinates[3 * i + 2]! * cell[6 + d]!
                : f.coordinates[3 * i + d]!;
          }
        }
        const { barcodes, openAtCap } = ripsBarcodes(cell ? periodicMetric(points, cell) : openMetric(points));
        for (const d of [0, 1] as const) {
          betti[d].push(bettiCurve(barcodes[d]!.bars, lengths));
          deaths[d].push(deathHistogram(barcodes[d]!.bars, edges));
        }
        open += openAtCap[1] ?? 0;
        frames.push(kept);
        return true;
      },
    });
  } finally {
    await source.close();
  }
  const flat = (curves: readonly Float64Array[]): Float64Array => {
    const all = new Float64Array(curves.length * lengths.length);
    for (const [k, curve] of curves.entries()) all.set(curve, k * lengths.length);
    return all;
  };
  return {
    frames: Int32Array.from(frames),
    betti: [flat(betti[0]), flat(betti[1])],
    deaths: [flat(deaths[0]), flat(deaths[1])],
    points: atoms.length,
    open,
  };
}

export default async function work(job: BarcodeJob): Promise<BarcodeAnswer> {
  try {
    const share = await shareOf(job);
    const buffers = [share.frames, ...share.betti, ...share.deaths].map((a) => a.buffer as ArrayBuffer);
    return move({ [transferableSymbol]: buffers, [valueSymbol]: { share } }) as unknown as BarcodeAnswer;
  } catch (error) {
    const known = error instanceof ThioscopeError;
    return {
      error: {
        code: known ? error.code : null,
        message: error instanceof Error ? error.message : String(error),
        place: known ? { ...error.place, file: job.path } : { file: job.path },
      },
    };
  }
}
