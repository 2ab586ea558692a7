/**
 * The files of a virtual beam time, one after the other: frames as NeXus stacks or as a TIFF series, a scan log, a calibrant frame, the mask, the cycler's file, and the truth in a file of its own.
 * Times in logs and headers are those of the beamline's clock.
 */
import { checkCancelled, QUIET, type TaskContext } from "@thioscope/core";
import { type WritableFrame, writeNexus, writeTiff } from "@thioscope/formats";
import { virtualPowderFrame } from "../beamline.ts";
import { START_UNIX, writeVirtual } from "../files.ts";
import { BEAMTIME_TRUTH, type BeamtimeExperiment, type BeamtimeFrame } from "./experiment.ts";
import { beamtimeRenderer } from "./render.ts";

export interface BeamtimeFile {
  /** below the folder, with "/" */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export type BeamtimeFormat = "nexus" | "tiff";

/** LaB6, Å and height relative to 100: cell of SRM 660c. */
const LAB6 = {
  a: 4.156826,
  lines: [
    [1, 59],
    [2, 100],
    [3, 45],
    [4, 23],
    [5, 55],
    [6, 30],
    [8, 12],
    [9, 35],
    [10, 25],
    [11, 16],
  ],
} as const;

/** Files in the order in which a beam time makes them. Memory holds one scan. */
export async function* beamtimeFiles(
  experiment: BeamtimeExperiment,
  format: BeamtimeFormat,
  task: TaskContext = QUIET,
): AsyncGenerator<BeamtimeFile> {
  const renderer = beamtimeRenderer(experiment);
  const { size, scans, positions } = experiment;
  yield { path: "raw/lab6.tif", bytes: writeTiff([{ width: size, height: size, values: calibrant(experiment, renderer.mask) }]) };
  yield { path: "raw/mask.tif", bytes: writeTiff([{ width: size, height: size, values: renderer.mask }]) };
  const log: string[] = ["scan,position,file,frame,samz_mm,time,exposure_second"];
  for (let scan = 0; scan < scans; scan++) {
    const frames = Array.from({ length: positions }, (_, position) => experiment.frame(scan, position));
    const name = `scan_${String(scan + 1).padStart(4, "0")}`;
    const image = (frame: BeamtimeFrame): WritableFrame => {
      checkCancelled(task);
      task.progress(scan * positions + frame.position, scans * positions, "frames");
      return {
        width: size,
        height: size,
        values: renderer.render(frame),
        facts: { exposureSecond: experiment.exposureSecond, pixel1Metre: experiment.pixelMetre, pixel2Metre: experiment.pixelMetre },
      };
    };
    const logged = (frame: BeamtimeFrame, file: string, index: number): void => {
      const { exposureSecond } = experiment;
      log.push(
        [
          scan + 1,
          frame.position + 1,
          file,
          index,
          (frame.place / 1000).toFixed(4),
          stamp(experiment, frame, -exposureSecond / 2),
          exposureSecond.toFixed(3),
        ].join(","),
      );
    };
    if (format === "nexus") {
      const file = `${name}.h5`;
      for (const [i, frame] of frames.entries()) logged(frame, file, i);
      const rendered = function* (): Generator<WritableFrame> {
        for (const frame of frames) yield image(frame);
      };
      const bytes = await writeNexus(rendered(), {
        title: `virtual beam time, ${name}`,
        startTime: stamp(experiment, frames[0]!, -experiment.exposureSecond / 2),
        mask: renderer.mask,
        positions: { samz: { values: frames.map((f) => f.place / 1000), units: "mm" } },
      });
      yield { path: `raw/${file}`, bytes };
      continue;
    }
    for (const frame of frames) {
      const file = `${name}/frame_${String(frame.position + 1).padStart(4, "0")}.tif`;
      logged(frame, file, 0);
      const at = stamp(experiment, frame, -experiment.exposureSecond / 2);
      const text = {
        description: `samz = ${(frame.place / 1000).toFixed(4)} mm`,
        dateTime: at.slice(0, 19).replaceAll("-", ":").replace("T", " "),
      };
      yield { path: `raw/${file}`, bytes: writeTiff([image(frame)], text) };
    }
  }
  yield { path: "raw/scan_log.csv", bytes: text(`${log.join("\n")}\n`) };
  yield { path: "raw/cycling.bdf.csv", bytes: writeVirtual(experiment.run, "bdf-csv") };
  yield { path: "truth.json", bytes: text(`${JSON.stringify(truthOf(experiment), null, 1)}\n`) };
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

/** ISO time of the beamline's clock. */
function stamp(experiment: BeamtimeExperiment, { timeSecond }: BeamtimeFrame, shift: number): string {
  return new Date(1000 * (START_UNIX + timeSecond + shift + experiment.clockOffsetSecond)).toISOString();
}

function calibrant(experiment: BeamtimeExperiment, mask: Uint8Array): Uint16Array {
  const { size } = experiment;
  const values = virtualPowderFrame({
    rows: size,
    columns: size,
    pixelMetre: experiment.pixelMetre,
    wavelengthAngstrom: experiment.wavelengthAngstrom,
    distanceMetre: experiment.distanceMetre,
    beamRow: experiment.beamRow,
    beamColumn: experiment.beamColumn,
    tiltDegree: experiment.tiltDegree,
    tiltPlaneDegree: experiment.tiltPlaneDegree,
    rings: LAB6.lines.map(([sum, intensity]) => ({ spacingAngstrom: LAB6.a / Math.sqrt(sum), counts: 30 * intensity })),
    widthDegree: 0.8 * experiment.widthDegree,
    dead: 0,
    seed: `calibrant/${experiment.seed}`,
  });
  return values.map((v, p) => (mask[p] ? 0 : v));
}

/** What was true: for judging an analysis, never for making one. */
function truthOf(experiment: BeamtimeExperiment): unknown {
  const { scans, positions } = experiment;
  const scan = (n: number): unknown => {
    const [first, last] = [experiment.frame(n, 0).timeSecond, experiment.frame(n, positions - 1).timeSecond];
    const { edges, domains } = experiment.moment((first + last) / 2);
    return { scan: n + 1, timeSecond: (first + last) / 2, edgesMicrometre: edges, domains };
  };
  const { dischargeBegin, dischargeEnd } = experiment.events;
  const onset = dischargeBegin + BEAMTIME_TRUTH.sulfideOnset * (dischargeEnd - dischargeBegin);
  return {
    about: "what made the files in raw/; times in s since the cycler's start, true time",
    seed: experiment.seed,
    clockOffsetSecond: { frames: experiment.clockOffsetSecond, definition: "beamline's clock less the cycler's" },
    geometry: {
      distanceMetre: experiment.distanceMetre,
      beamRow: experiment.beamRow,
      beamColumn: experiment.beamColumn,
      tiltDegree: experiment.tiltDegree,
      tiltPlaneDegree: experiment.tiltPlaneDegree,
      wavelengthAngstrom: experiment.wavelengthAngstrom,
      pixelMetre: experiment.pixelMetre,
    },
    events: experiment.events,
    sulfide: {
      onsetSecond: onset,
      frontMicrometrePerHour: frontVelocity(experiment, onset),
    },
    stress: {
      definition: "difference σ_axial − σ_transverse, MPa, tension positive",
      electrolyteAtEndOfDischarge: BEAMTIME_TRUTH.electrolyteMPa,
      sulfideAtEndOfDischarge: BEAMTIME_TRUTH.sulfideMPa,
    },
    scans: Array.from({ length: scans }, (_, n) => scan(n)),
  };
}

/** Of the Na2S front on discharge, µm/h: mean from onset to the end. */
function frontVelocity(experiment: BeamtimeExperiment, onset: number): number {
  const end = experiment.events.dischargeEnd;
  const [, begin, cathodeEnd] = experiment.moment(end).edges;
  return (3600 * (cathodeEnd - begin)) / (end - onset);
}
