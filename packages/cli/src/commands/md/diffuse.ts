/** What md diffusion and md arrhenius share: a diffusivity of one or several runs of the same cell, its conductivity, what it rests on. */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { smallestHeight } from "@thioscope/core/atoms";
import {
  conductivityOf,
  type Diffusivity,
  diffusionOfReplicas,
  type Estimate,
  hopsPerIon,
  rmsDisplacement,
  runWarnings,
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
  const other = runs.find((run) => run.intervalFs !== first.intervalFs);
  if (other) {
    const message = `a frame every ${other.intervalFs} fs cannot be pooled with one every ${first.intervalFs} fs: replicas are alike`;
    throw new ThioscopeError("INVALID_INPUT", message, { file: other.file });
  }
  const limits = { intervalFs: first.intervalFs, ...lagOf(options, "from", "start", first), ...lagOf(options, "to", "end", first) };
  const {
    pooled,
    tracer,
    charge,
    haven,
    notices: found,
  } = diffusionOfReplicas(
    runs.map((run) => run.tracks),
    limits,
  );
  notices.push(...found);
  const ions = first.tracks.atoms.length;
  const volume = first.tracks.meanVolume;
  const density = volume === null ? null : ions / volume;
  const charges = options["charge"] === undefined ? 1 : Number(options["charge"]);
  if (!(Number.isFinite(charges) && charges !== 0))
    throw new ThioscopeError("USAGE", `--charge ${options["charge"]}: a number that is not 0 is needed`);
  const sigma = (D: Estimate): Estimate | null =>
    density === null || temperature === null ? null : conductivityOf(D, density, temperature, charges);
  const hop = positive(options, "hop", "Å") ?? first.tracks.spacing;
  const durationFs = (pooled.frames - 1) * first.intervalFs;
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
    haven,
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
