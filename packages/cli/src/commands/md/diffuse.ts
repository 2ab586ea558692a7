/** What md diffusion and md arrhenius share: a diffusivity of one or several runs of the same cell, its conductivity, what it rests on. */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { smallestHeight } from "@thioscope/core/atoms";
import {
  collectiveTrack,
  conductivityOf,
  type Diffusivity,
  diffusivity,
  type Estimate,
  havenRatio,
  hopsPerIon,
  rmsDisplacement,
  runWarnings,
  type Tracks,
} from "@thioscope/core/transport";
import type { CommandIo } from "../../command.ts";
import { type Options, positive, type Run, readRun } from "./inputs.ts";

export interface Diffusion {
  runs: readonly Run[];
  tracer: Diffusivity;
  charge: Diffusivity | null;
  haven: Estimate | null;
  /** S/cm, where a temperature is given */
  conductivity: Estimate | null;
  conductivityOfCharge: Estimate | null;
  /** ions per Å³ */
  density: number | null;
  ions: number;
  durationFs: number;
  hop: number | null;
  rms: number;
  hops: number | null;
  notices: readonly Notice[];
}

/** Reads `paths` as replicas of one cell and pools their ions. */
export async function diffuse(paths: readonly string[], options: Options, temperature: number | null, io: CommandIo): Promise<Diffusion> {
  const runs: Run[] = [];
  for (const path of paths) runs.push(await readRun(path, options, io));
  const [first] = runs as [Run];
  const notices: Notice[] = [];
  const several = runs.length > 1;
  for (const run of runs) for (const n of run.notices) notices.push(several ? { ...n, message: `${run.file}: ${n.message}` } : n);
  const tracks = pooled(runs, notices);
  const limits = { intervalFs: first.intervalFs, ...lagOf(options, "from", "start", first), ...lagOf(options, "to", "end", first) };
  const tracer = diffusivity(tracks, limits);
  notices.push(...tracer.notices);
  const charge = chargeOf(runs, tracks.frames, tracer, first.intervalFs, notices);
  const ions = first.tracks.atoms.length;
  const volume = first.tracks.meanVolume;
  const density = volume === null ? null : ions / volume;
  const charges = options["charge"] === undefined ? 1 : Number(options["charge"]);
  if (!(Number.isFinite(charges) && charges !== 0))
    throw new ThioscopeError("USAGE", `--charge ${options["charge"]}: a number that is not 0 is needed`);
  const sigma = (D: Estimate): Estimate | null =>
    density === null || temperature === null ? null : conductivityOf(D, density, temperature, charges);
  const hop = positive(options, "hop", "Å") ?? first.tracks.spacing;
  const durationFs = (tracks.frames - 1) * first.intervalFs;
  const cell = first.tracks.meanCell;
  notices.push(...runWarnings(tracer.D, { durationFs, hop, height: cell ? smallestHeight(cell) : null }));
  if (options["glass"] === true && options["origin"] === undefined) {
    notices.push({
      code: "glass-origin-unknown",
      message: "how the amorphous model was made is not stated (--origin): its structure and D depend on it",
    });
  }
  return {
    runs,
    tracer,
    charge,
    haven: charge ? havenRatio(tracer.D, charge.D) : null,
    conductivity: sigma(tracer.D),
    conductivityOfCharge: charge ? sigma(charge.D) : null,
    density,
    ions,
    durationFs,
    hop,
    rms: rmsDisplacement(tracer.D.value, durationFs),
    hops: hop === null ? null : hopsPerIon(tracer.D.value, durationFs, hop),
    notices,
  };
}

/** A time option in lags of frames. */
function lagOf(options: Options, name: string, key: "start" | "end", run: Run): { start?: number; end?: number } {
  const fs = positive(options, name, "fs");
  if (fs === null) return {};
  const lag = Math.round(fs / run.intervalFs);
  if (lag < 1 || lag >= run.tracks.frames) {
    throw new ThioscopeError(
      "USAGE",
      `--${name} ${options[name]}: times from ${run.intervalFs} to ${(run.tracks.frames - 1) * run.intervalFs} fs are in the run`,
    );
  }
  return { [key]: lag };
}

/** Ions of replicas as ions of one run; replicas that are longer are cut to the shortest. */
function pooled(runs: readonly Run[], notices: Notice[]): Tracks {
  const [first] = runs as [Run];
  for (const run of runs) {
    if (run.intervalFs !== first.intervalFs || run.tracks.atoms.length !== first.tracks.atoms.length) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `${run.tracks.atoms.length} ions every ${run.intervalFs} fs cannot be pooled with ${first.tracks.atoms.length} every ${first.intervalFs} fs: replicas are of one cell`,
        { file: run.file },
      );
    }
  }
  if (runs.length === 1) return first.tracks;
  const frames = Math.min(...runs.map((run) => run.tracks.frames));
  const longer = runs.filter((run) => run.tracks.frames > frames);
  if (longer.length > 0)
    notices.push({
      code: "replicas-cut",
      message: `${longer.length} of ${runs.length} replicas are longer than ${frames} frames and are cut to that`,
    });
  const width = 3 * first.tracks.atoms.length;
  const series = new Float64Array(width * frames * runs.length);
  for (const [r, { tracks }] of runs.entries()) {
    for (let c = 0; c < width; c++)
      series.set(tracks.series.subarray(c * tracks.frames, c * tracks.frames + frames), (r * width + c) * frames);
  }
  return { frames, series };
}

/** Of the collective displacement of each replica, from the lag on where the tracer's line begins. */
function chargeOf(runs: readonly Run[], frames: number, tracer: Diffusivity, intervalFs: number, notices: Notice[]): Diffusivity | null {
  const series = new Float64Array(3 * frames * runs.length);
  for (const [r, { tracks }] of runs.entries()) {
    const own = collectiveTrack(tracks);
    for (let k = 0; k < 3; k++) series.set(own.series.subarray(k * own.frames, k * own.frames + frames), (3 * r + k) * frames);
  }
  try {
    const lags = { start: Math.round(tracer.regime.startFs / intervalFs), end: Math.round(tracer.regime.endFs / intervalFs) };
    return diffusivity({ frames, series }, { intervalFs, ...lags });
  } catch (error) {
    if (!(error instanceof ThioscopeError)) throw error;
    notices.push({ code: "charge-not-computable", message: `the diffusivity of charge is not determined: ${error.message}` });
    return null;
  }
}
