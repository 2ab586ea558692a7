/** thioscope xrd simulate: the raw files of an operando beam time whose truth is known. */
import { join } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { isStudy } from "@thioscope/study";
import { writeAtomic } from "@thioscope/study/files";
import { type BeamtimeFormat, type BeamtimeOptions, beamtimeFiles, virtualBeamtime } from "@thioscope/virtual";
import type { Action } from "../../actions.ts";
import { numberOf } from "./inputs.ts";

const USAGE = "thioscope xrd simulate -o FOLDER [--scans N] [--positions N] [--size N] [--format nexus|tiff] [--seed TEXT]";
const whole = (x: number): boolean => Number.isInteger(x) && x >= 1;

export const simulateAction: Action = {
  usage: USAGE,
  about: `a virtual beam time as a study folder: a solid-state Na–S cell is discharged and charged while a beam of 10 µm scans its section; frames,
scan log, calibrant, mask, cycler's file, study.yaml, and truth.json, which no step reads. By default 101 positions in each of 52 scans of
2048 × 2048 pixels (about 25 GB as NeXus, 44 GB as TIFF).`,
  options: {
    out: { type: "string", short: "o", value: "FOLDER", help: "folder to fill" },
    scans: { type: "string", value: "N", help: "number of scans (default: to the end of the charge)" },
    "first-scan": { type: "string", value: "N", help: "leave out this many scans at the beginning" },
    positions: { type: "string", value: "N", help: "positions in a scan (default 101)" },
    "first-um": { type: "string", value: "Z", help: "first position (default 0)" },
    size: { type: "string", value: "N", help: "pixels a side (default 2048)" },
    "pixel-um": { type: "string", value: "P", help: "side of a pixel (default 200)" },
    "width-deg": { type: "string", value: "W", help: "full width of a ring at half maximum in 2θ (default 0.032)" },
    format: { type: "string", value: "nexus|tiff", help: "one NeXus file per scan (default), or one TIFF per frame" },
    seed: { type: "string", value: "TEXT", help: "another seed, another beam time (default 1)" },
  },
  examples: ["thioscope xrd simulate -o beamtime --size 320 --pixel-um 640 --width-deg 0.05 --positions 12 --first-um 900"],
  async run(words, options, io) {
    const out = options["out"];
    if (typeof out !== "string" || words.length > 0) throw new ThioscopeError("USAGE", `a folder is needed. Usage: ${USAGE}`);
    if (await isStudy(out)) throw new ThioscopeError("USAGE", `${out} is a study already; name a new folder`);
    const format = (options["format"] ?? "nexus") as BeamtimeFormat;
    if (format !== "nexus" && format !== "tiff") throw new ThioscopeError("USAGE", `--format ${String(format)}: nexus or tiff`);
    const positive = (x: number): boolean => x > 0 && x < Number.POSITIVE_INFINITY;
    const asked = {
      size: numberOf("size", options["size"], whole, "a whole number"),
      pixelMicrometre: numberOf("pixel-um", options["pixel-um"], positive, "a length in µm"),
      widthDegree: numberOf("width-deg", options["width-deg"], positive, "degrees"),
      positions: numberOf("positions", options["positions"], whole, "a whole number"),
      firstMicrometre: numberOf("first-um", options["first-um"], Number.isFinite, "a position in µm"),
      scans: numberOf("scans", options["scans"], whole, "a whole number"),
      firstScan: numberOf("first-scan", options["first-scan"], (x) => Number.isInteger(x) && x >= 0, "a whole number from 0"),
    };
    const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as Omit<BeamtimeOptions, "seed">;
    const experiment = virtualBeamtime({ ...given, seed: typeof options["seed"] === "string" ? options["seed"] : "1" });
    let [files, bytes] = [0, 0];
    for await (const file of beamtimeFiles(experiment, format, io.task)) {
      await writeAtomic(join(out, file.path), file.bytes);
      files++;
      bytes += file.bytes.length;
    }
    const { scans, positions, size } = experiment;
    io.say(`${scans} scans of ${positions} frames, ${size} × ${size} pixels: ${files} files, ${(bytes / 1e6).toFixed(1)} MB in ${out}`);
    io.say(`next: thioscope run ${out}`);
    io.result({ folder: out, files, size: bytes, scans, positions, pixels: size, seed: experiment.seed });
  },
};
