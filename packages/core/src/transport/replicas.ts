/**
 * Runs of one cell at one temperature: their ions are ions of one run. Tracer diffusivity, diffusivity of charge over the same lags, Haven ratio.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { havenRatio } from "./conductivity.ts";
import { type Diffusivity, type DiffusivityOptions, diffusivity, type Estimate } from "./diffusivity.ts";
import { collectiveTrack, type Tracks } from "./displacement.ts";

export interface ReplicaDiffusion {
  /** all ions; frames of the shortest run */
  readonly pooled: Tracks;
  readonly tracer: Diffusivity;
  /** null where the collective displacement determines none, which a notice says */
  readonly charge: Diffusivity | null;
  readonly haven: Estimate | null;
  readonly notices: readonly Notice[];
}

/** INVALID_INPUT for runs of other numbers of ions, and as {@link diffusivity}. */
export function diffusionOfReplicas(runs: readonly Tracks[], options: DiffusivityOptions): ReplicaDiffusion {
  const notices: Notice[] = [];
  const pooled = pooledTracks(runs, notices);
  const tracer = diffusivity(pooled, options);
  notices.push(...tracer.notices);
  const { intervalFs } = options;
  try {
    const lags = { start: Math.round(tracer.regime.startFs / intervalFs), end: Math.round(tracer.regime.endFs / intervalFs) };
    const collective = pooledTracks(runs.map(collectiveTrack), []);
    const charge = diffusivity(collective, { intervalFs, ...lags });
    return { pooled, tracer, charge, haven: havenRatio(tracer.D, charge.D), notices };
  } catch (error) {
    if (!(error instanceof ThioscopeError)) throw error;
    notices.push({ code: "charge-not-computable", message: `the diffusivity of charge is not determined: ${error.message}` });
    return { pooled, tracer, charge: null, haven: null, notices };
  }
}

function pooledTracks(runs: readonly Tracks[], notices: Notice[]): Tracks {
  const [first] = runs;
  if (!first) throw new ThioscopeError("INVALID_INPUT", "no run to pool");
  const width = first.series.length / first.frames;
  const other = runs.find((run) => run.series.length / run.frames !== width);
  if (other) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${other.series.length / other.frames / 3} ions cannot be pooled with ${width / 3}: replicas are of one cell`,
    );
  }
  if (runs.length === 1) return first;
  const frames = Math.min(...runs.map((run) => run.frames));
  const longer = runs.filter((run) => run.frames > frames);
  if (longer.length > 0) {
    notices.push({
      code: "replicas-cut",
      message: `${longer.length} of ${runs.length} replicas are longer than ${frames} frames and are cut to that`,
    });
  }
  const series = new Float64Array(width * frames * runs.length);
  for (const [r, run] of runs.entries()) {
    for (let c = 0; c < width; c++) series.set(run.series.subarray(c * run.frames, c * run.frames + frames), (r * width + c) * frames);
  }
  return { frames, series };
}
