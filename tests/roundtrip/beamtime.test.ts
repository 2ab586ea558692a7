/**
 * A virtual beam time through its files and a study: what was true is in the experiment that made them, and no step reads it. Small frames over the part of the discharge in which Na2S appears,
 * grows and stops. Detector, clock, phases, fronts, layers and stress are judged against the truth. Under THIOSCOPE_LONG with frames of 2048 × 2048 pixels.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Answer, Quantity } from "@thioscope/core";
import type { PartOf } from "@thioscope/core/story";
import { readStudy, runStudy, type StudyIndex } from "@thioscope/study";
import { BEAMTIME_TRUTH, type BeamtimeExperiment, beamtimeFiles, virtualBeamtime } from "@thioscope/virtual";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const long = process.env["THIOSCOPE_LONG"] !== undefined;
const FIRST_SCAN = 11;
const SCANS = 21;
const PERIOD = 1800;

interface MapFile {
  clock: { how: string; offset: Quantity; pairs: unknown[] };
  phases: {
    phase: string;
    onset: Answer;
    fronts: { stage: { label: string }; edge: string; motion: { velocity: Answer } }[];
    layers: { label: string; positions: (Quantity | null)[] }[];
    thicknesses: { values: (Quantity | null)[] }[];
  }[];
}

let folder = "";
let experiment: BeamtimeExperiment;
let index: StudyIndex;

const read = <T>(step: "xrd.calibrate" | "xrd.integrate" | "xrd.map" | "xrd.stress", name: string): T =>
  JSON.parse(readFileSync(join(folder, "results", index.sources[0]!.results[step]!, name), "utf8")) as T;
const known = (answer: Answer): Quantity => {
  if ("notComputable" in answer) throw new Error(answer.notComputable);
  return answer;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-beamtime-"));
  experiment = virtualBeamtime({
    size: long ? 2048 : 320,
    pixelMicrometre: long ? 200 : 640,
    widthDegree: long ? 0.032 : 0.05,
    positions: 14,
    firstMicrometre: 880,
    scans: SCANS,
    firstScan: FIRST_SCAN,
    seed: "round trip",
  });
  for await (const { path, bytes } of beamtimeFiles(experiment, "nexus")) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  // the truth is not there while the study runs
  rmSync(join(folder, "truth.json"));
  index = (await runStudy(await readStudy(folder))).index;
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a beam time through files and study", () => {
  test("every step gave a result and a part of the story", () => {
    expect(index.sources.map(({ errors }) => errors)).toEqual([[]]);
    const story = JSON.parse(readFileSync(join(folder, "results", index.story!, "story.json"), "utf8")) as {
      parts: { step: string; runFile: number | null }[];
    };
    expect(story.parts.map(({ step }) => step)).toEqual(["xrd.calibrate", "xrd.integrate", "xrd.map", "xrd.stress"]);
    // rows of the maps are rows of the cycler's file
    expect(story.parts.map(({ runFile }) => runFile)).toEqual([null, 0, 0, 0]);
  });

  test("NaS-scan-geometry: centre and distance of the detector", () => {
    const { parameters } = read<{ parameters: (Quantity & { name: string })[] }>("xrd.calibrate", "calibration.json");
    const off = (name: string, truth: number): number => {
      const { value, sigma } = parameters.find((p) => p.name === name)!;
      return Math.abs(value - truth) / sigma!;
    };
    expect(off("distance", 1000 * experiment.distanceMetre)).toBeLessThan(4);
    expect(off("centreRow", experiment.beamRow)).toBeLessThan(4);
    expect(off("centreColumn", experiment.beamColumn)).toBeLessThan(4);
  });

  test("the offset of the clocks is estimated from what stops with the current", () => {
    const { clock } = read<MapFile>("xrd.map", "map.json");
    expect(clock.how).toBe("estimated");
    expect(clock.pairs.length).toBeGreaterThan(0);
    // a front is not quite linear in time: some seconds beside the error
    expect(Math.abs(clock.offset.value - experiment.clockOffsetSecond)).toBeLessThan(3 * clock.offset.sigma! + 60);
    expect(clock.offset.sigma!).toBeLessThan(PERIOD / 5);
  });

  test("Na2S appears within one scan of the truth; its front moves as it did; the cathode is as thick as it was", () => {
    const { phases } = read<MapFile>("xrd.map", "map.json");
    const sulfide = phases.find(({ phase }) => phase === "Na2S")!;
    const { dischargeBegin, dischargeEnd } = experiment.events;
    const truth = dischargeBegin + BEAMTIME_TRUTH.sulfideOnset * (dischargeEnd - dischargeBegin);
    expect(Math.abs(known(sulfide.onset).value - truth)).toBeLessThan(PERIOD);

    const front = known(sulfide.fronts.find(({ stage, edge }) => stage.label === "discharge" && edge === "upper")!.motion.velocity);
    const place = (t: number): number => experiment.moment(t).domains.find(({ phase }) => phase === "Na2S")!.toMicrometre;
    const slope = (3600 * (place(dischargeEnd) - place(truth + 600))) / (dischargeEnd - truth - 600);
    expect(Math.abs(front.value - slope)).toBeLessThan(Math.max(4 * front.sigma!, 0.04 * slope));
    // the separator's side stands still: no velocity is made of it
    expect(sulfide.fronts.find(({ edge }) => edge === "lower")!.motion.velocity).toHaveProperty("notComputable");

    const electrolyte = phases.find(({ phase }) => phase === "c-Na3PS4")!;
    const thickness = electrolyte.thicknesses.at(-1)!.values;
    let worst = 0;
    for (const [scan, value] of thickness.entries()) {
      const [, begin, end] = experiment.moment(experiment.frame(scan, 8).timeSecond).edges;
      if (value) worst = Math.max(worst, Math.abs(value.value - (end - begin)));
    }
    expect(thickness.filter(Boolean).length).toBeGreaterThan(0.9 * SCANS);
    // a fifth of the beam's height
    expect(worst).toBeLessThan(2);
  });

  test("NaS-stress: difference of Na3PS4 and Na2S in the cathode over the discharge, with its definition; absolute only in the separator", () => {
    const part = read<PartOf<"diffraction">>("xrd.stress", "part.json");
    const columns = SCANS;
    const positions = part.scans!.positionMicrometre;
    for (const [name, atEnd] of [
      ["Na2S", BEAMTIME_TRUTH.sulfideMPa],
      ["c-Na3PS4", BEAMTIME_TRUTH.electrolyteMPa],
    ] as const) {
      const map = part.stressMaps.find(({ phase }) => phase === name)!;
      const end = Math.round(experiment.events.dischargeEnd / PERIOD) - FIRST_SCAN - 1;
      const [offs, ends]: [number[], number[]] = [[], []];
      for (let p = 0; p < positions.length; p++) {
        for (let scan = 0; scan < columns; scan++) {
          const value = map.values[p * columns + scan];
          if (typeof value !== "number" || !Number.isFinite(value)) continue;
          const frame = experiment.frame(scan, p);
          // one domain alone in the beam: an edge shows two stresses at a time
          const inside = experiment
            .moment(frame.timeSecond)
            .domains.filter(
              ({ phase, fromMicrometre, toMicrometre }) =>
                phase === name && toMicrometre > frame.place - 7 && fromMicrometre < frame.place + 7,
            );
          if (inside.length !== 1) continue;
          offs.push(value - inside[0]!.difference);
          if (scan === end) ends.push(value - inside[0]!.difference);
        }
      }
      expect(offs.length).toBeGreaterThan(20);
      expect(ends.length).toBeGreaterThan(0);
      const mean = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
      // with pixels of 640 µm tails of neighbouring lines reach into the windows
      expect(Math.abs(mean(offs))).toBeLessThan(long ? 3 : 8);
      expect(Math.abs(mean(ends))).toBeLessThan(long ? 3 : 8);
      const largest = Math.max(...Array.from(map.values).filter(Number.isFinite));
      expect(Math.abs(largest - atEnd)).toBeLessThan(long ? 10 : 15);
      expect(map.definition).toContain("difference = σ_axial − σ_transverse");
    }
    const { absolute, refusal } = read<{ absolute: { stress: { axial: Quantity } }[]; refusal: string }>("xrd.stress", "stress.json");
    expect(absolute.length).toBeGreaterThan(0);
    expect(absolute[0]!.stress.axial).toEqual({ value: -experiment.stackMPa, sigma: 0, unit: "MPa" });
    expect(refusal).toContain("in a composite a phase does not carry the mean stress");
  });

  test("positions and times from the headers give the same map as the log", async () => {
    const before = read<{ grid: { positions: number[]; timeSecond: number[] }; values: { values: number[] }[] }>("xrd.map", "grid.json");
    const path = join(folder, "study.yaml");
    const text = readFileSync(path, "utf8");
    const every = PERIOD / experiment.positions;
    writeFileSync(
      path,
      text
        .replace("log: raw/scan_log.csv", `position: header.samz\n    every: ${every} s`)
        .replace(/ {2}- xrd\.(integrate|stress):.*(\n {6}.*)*/g, "  # left out"),
    );
    const { index: other } = await runStudy(await readStudy(folder));
    expect(other.sources[0]!.errors).toEqual([]);
    const after = JSON.parse(
      readFileSync(join(folder, "results", other.sources[0]!.results["xrd.map"]!, "grid.json"), "utf8"),
    ) as typeof before;
    writeFileSync(path, text);
    expect(after.values).toEqual(before.values);
    for (const [i, z] of after.grid.positions.entries()) expect(Math.abs(z - before.grid.positions[i]!)).toBeLessThan(1e-6);
    // headers have whole milliseconds, exposures by the log's three digits
    for (const [i, t] of after.grid.timeSecond.entries()) expect(Math.abs(t - before.grid.timeSecond[i]!)).toBeLessThan(1);
  });

  test("run again, nothing is computed; the truth is nowhere in the results", async () => {
    const again = await runStudy(await readStudy(folder));
    expect(again.steps.reduce((sum, { computed }) => sum + computed, 0)).toBe(0);
    const files = readdirSync(join(folder, "results"), { recursive: true }).map(String);
    expect(files.some((name) => name.includes("truth"))).toBe(false);
  });
});
