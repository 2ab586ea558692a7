/**
 * Frames of the cell that the model cycles: crystals through the cathode's thickness as the run has them, between an electrolyte that thins where the cathode grows
 * and an anode that gives its sodium away.
 */
import type { Random } from "@thioscope/core";
import type { CellRun } from "@thioscope/core/cellmodel";
import type { BeamtimePhase } from "../../beamtime/crystals.ts";
import {
  BEAMTIME_TRUTH,
  type BeamtimeDomain,
  type BeamtimeExperiment,
  type BeamtimeMoment,
  virtualBeamtime,
} from "../../beamtime/experiment.ts";
import { beamtimeFiles } from "../../beamtime/write.ts";
import type { LabFile } from "../campaign.ts";
import { electronsOf, formulasOf, profileAt, runTime } from "../cellStates.ts";

export interface FramesTruth {
  electrolyteMPa: number;
  sulfideMPa: number;
  /** strain for a stress, over what constants from tables give */
  compliance: Readonly<Partial<Record<BeamtimePhase, number>>>;
  /** s from the cycler's start to the first scan */
  firstScanSecond: number;
  distanceMetre: number;
}

export const SCAN_SECOND = 1800;
const SCANS = { positions: 10, firstMicrometre: 915, size: 480, pixelMicrometre: 480, widthDegree: 0.032 } as const;
/** below this no crystal is drawn */
const LEAST = 0.004;
const PHASES: Readonly<Record<string, BeamtimePhase>> = { S: "S8", Na2S2: "Na2S2", Na2S: "Na2S" };

/** The experiment whose moments come from the run. @param restSecond before the first half cycle and after each */
export function operandoExperiment(run: CellRun, seed: number, restSecond: number, truth: FramesTruth, draw: Random): BeamtimeExperiment {
  const ends = run.steps.map(({ rows: [, last] }) => run.rows.time[last]!);
  const [discharged, charged] = [ends[0]!, ends[1]!];
  const events = {
    dischargeBegin: restSecond,
    dischargeEnd: restSecond + discharged,
    chargeBegin: 2 * restSecond + discharged,
    chargeEnd: 2 * restSecond + charged,
  };
  const scans = Math.floor((events.chargeEnd - truth.firstScanSecond) / SCAN_SECOND);
  const base = virtualBeamtime({ ...SCANS, scans, seed, clockOffsetSecond: Math.round(200 * draw.normal()) });
  return {
    ...base,
    distanceMetre: truth.distanceMetre,
    events,
    frame(scan, position) {
      const frame = base.frame(scan, position);
      return { ...frame, timeSecond: frame.timeSecond + truth.firstScanSecond };
    },
    moment: (second) => momentOf(run, second, restSecond, truth),
  };
}

function momentOf(run: CellRun, second: number, restSecond: number, stress: FramesTruth): BeamtimeMoment {
  const T = BEAMTIME_TRUTH;
  const profile = profileAt(run, runTime(run, restSecond, second));
  const formulas = formulasOf(run);
  const electrons = electronsOf(run);
  // electrons per sulfur, of the two that there are
  const u = profile.mean.reduce((sum, n, k) => sum + n * electrons[k]!, 0) / 2;
  const begin = T.anodeEnd + T.separator;
  const thickness = T.cathode + T.growth * u;
  const end = begin + thickness;
  const sulfide = profile.mean[formulas.indexOf("Na2S")]!;
  const domains: BeamtimeDomain[] = [
    { phase: "Na15Sn4", fromMicrometre: -1e4, toMicrometre: T.anodeEnd, amount: 1 - 0.15 * u, difference: 0 },
    { phase: "c-Na3PS4", fromMicrometre: T.anodeEnd, toMicrometre: begin, amount: 1, difference: -15 + 10 * u },
    {
      phase: "c-Na3PS4",
      fromMicrometre: begin,
      toMicrometre: end,
      amount: (0.5 * T.cathode) / thickness,
      difference: 40 + (stress.electrolyteMPa - 40) * Math.min(1, u / 0.75),
    },
  ];
  const stressOf: Partial<Record<BeamtimePhase, number>> = {
    Na2S: 60 + (stress.sulfideMPa - 60) * Math.min(1, sulfide / 0.45),
    Na2S2: 90,
  };
  const P = formulas.length;
  for (const [k, formula] of formulas.entries()) {
    const phase = PHASES[formula];
    if (!phase) continue;
    for (let i = 0; i + 1 < profile.borders.length; i++) {
      const amount = profile.crystalline[i * P + k]!;
      if (amount < LEAST) continue;
      const [from, to] = [profile.borders[i]!, profile.borders[i + 1]!];
      domains.push({
        phase,
        fromMicrometre: begin + from * thickness,
        toMicrometre: begin + to * thickness,
        amount,
        difference: stressOf[phase] ?? 0,
      });
    }
  }
  return {
    timeSecond: second,
    edges: [T.anodeEnd, begin, end],
    domains: domains.map((domain) => ({ ...domain, compliance: stress.compliance[domain.phase] ?? 1 })),
  };
}

/** The frames with calibrant, mask and log; the study's and the cycler's files are others' work. */
async function frameFiles(experiment: BeamtimeExperiment, missing: readonly number[]): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const { path, bytes } of beamtimeFiles(experiment, "nexus"))
    if (path.startsWith("raw/") && !path.startsWith("raw/cycling")) files.set(path, bytes);
  for (const scan of missing) files.delete(`raw/scan_${String(scan + 1).padStart(4, "0")}.h5`);
  return files;
}

/** Names of the frame files, for a campaign that writes one file after the other. */
export function frameFileList(experiment: BeamtimeExperiment, missing: readonly number[]): LabFile[] {
  let made: Promise<Map<string, Uint8Array>> | null = null;
  const scans = Array.from({ length: experiment.scans }, (_, s) => s).filter((s) => !missing.includes(s));
  const paths = ["raw/lab6.tif", "raw/mask.tif", "raw/scan_log.csv", ...scans.map((s) => `raw/scan_${String(s + 1).padStart(4, "0")}.h5`)];
  return paths.map((path) => ({
    path,
    async bytes() {
      made ??= frameFiles(experiment, missing);
      return (await made).get(path)!;
    },
  }));
}
