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
  yield { path: "cell.yaml", bytes: text(cellYaml(experiment)) };
  yield { path: "study.yaml", bytes: text(studyYaml(experiment, format)) };
  yield { path: "truth.json", bytes: text(`${JSON.stringify(truthOf(experiment), null, 1)}\n`) };
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

/** The cell of the experiment as its maker would describe it. */
function cellYaml({ cell, stackMPa }: BeamtimeExperiment): string {
  const cathode = (cell.activeMassGram / 0.33) * 1000;
  return `name: ${cell.title}
area: ${(100 * cell.areaSquareCentimetre).toFixed(2)} mm2
temperature: ${cell.temperatureCelsius} °C
stack: { pressure: ${stackMPa} MPa }
layers:
  - { role: anode,     composition: { Na15Sn4: 80 wt%, C: 20 wt% }, mass: 9 mg }
  - { role: separator, composition: { Na3PS4: 100 wt% }, mass: 8 mg }
  - { role: cathode,   composition: { S: 33 wt%, C: 17 wt%, Na3PS4: 50 wt% }, mass: ${cathode.toFixed(3)} mg, active: S }
reference: Na15Sn4
`;
}

function studyYaml(experiment: BeamtimeExperiment, format: BeamtimeFormat): string {
  const [, begin, end] = experiment.moment(0).edges;
  const separator = BEAMTIME_TRUTH.anodeEnd;
  const last = experiment.frame(0, experiment.positions - 1).place;
  // shares that a maker estimates from masses, densities and a porosity of 0.1
  const composite = ["c-Na3PS4 45 %", "Na2S 30 %", "C 15 %", "pores 10 %"].map((share) => `"${share} @${begin}..${end}"`).join(", ");
  const phases = [`"Na2S 220 @${begin - 30}..${last + 10}"`, `"Na2S2 111 @${begin - 30}..${last + 10}"`, "S8", "c-Na3PS4", "Na15Sn4"];
  return `title: virtual beam time
cell: cell.yaml
sources:
  cycling: raw/cycling.bdf.csv
  frames:
    kind: frames
    files: raw/${format === "nexus" ? "scan_*.h5" : "scan_*/*.tif"}
    log: raw/scan_log.csv
    calibrant: raw/lab6.tif
    mask: raw/mask.tif
    energy: 87.1 keV
    pixel: ${Number((experiment.pixelMetre * 1e6).toPrecision(6))} µm
steps:
  - cycles
  - xrd.calibrate: { calibrant: LaB6 }
  - xrd.integrate: { bins: 1000 }
  - xrd.map: { phases: [${phases.join(", ")}] }
  - xrd.stress:
      phases: ["Na2S 111 220 @${begin}..${last + 10}", "c-Na3PS4 110 211"]
      single: ["c-Na3PS4 @${separator + 20}..${begin - 10}"]
      composite: [${composite}]
  - story
`;
}

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
