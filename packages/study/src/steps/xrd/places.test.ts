import type { ImageFacts } from "@thioscope/formats";
import { sourceOfBytes } from "@thioscope/formats";
import { describe, expect, test } from "vitest";
import type { SourceInputs } from "../../lines.ts";
import { defaultsOf } from "../../registry/parameters.ts";
import { SOURCE_KINDS } from "../../registry/sources.ts";
import type { StepIo } from "../../stepModules.ts";
import { placesOf } from "./places.ts";

const DEFAULTS = defaultsOf(SOURCE_KINDS.frames.settings);
const refs = (facts: (frame: number) => ImageFacts, count = 6) =>
  Array.from({ length: count }, (_, i) => ({ file: Math.floor(i / 3), frame: i % 3, facts: facts(i) }));
const inputs = (settings: object, log?: string): [SourceInputs, StepIo] => [
  {
    source: "frames",
    files: ["raw/day 1/scan_1.h5", "raw/day 1/scan_2.h5"].map((file) => ({ file, sha256: "", size: 1 })),
    settings: { ...DEFAULTS, ...settings },
    settingFiles: log === undefined ? {} : { log: { file: "raw/log.csv", sha256: "" } },
    cell: null,
  },
  { open: async () => ({ ...sourceOfBytes("log.csv", new TextEncoder().encode(log)), close: async () => {} }) } as unknown as StepIo,
];

describe("where and when frames were taken", () => {
  test("by a log that names less of the path; frames that it lacks are left out", async () => {
    const rows = [1, 2].flatMap((s) => [0, 1, 2].map((f) => `scan_${s}.h5,${f},${f * 0.01},${1000 * s + 10 * f},4`)).slice(0, 5);
    const [given, io] = inputs({}, `file,frame,samz_mm,time,exposure\n${rows.join("\n")}\n`);
    const places = await placesOf(
      given,
      refs(() => ({})),
      io,
    );
    expect(Array.from(places.grid.positions)).toEqual([0, 10, 20]);
    expect(Array.from(places.grid.timeSecond)).toEqual([1002, 1012, 1022, 2002, 2012, Number.NaN]);
    expect(places.index).toEqual([0, 1, 2, 3, 4]);
    expect(places.notices.map(({ code }) => code)).toEqual(["frames-unlogged", "scan-incomplete"]);
  });

  test("by headers, with a time per file and the time between frames declared", async () => {
    const facts = (i: number): ImageFacts => ({
      startedAt: `2026-01-12T09:0${Math.floor(i / 3)}:00Z`,
      motors: { samz: 0.01 * (i % 3), samx: 1 },
    });
    const [given, io] = inputs({ position: "header.samz", every: "20 s" });
    const places = await placesOf(given, refs(facts), io);
    expect(Array.from(places.grid.timeSecond, (t) => t - 1768208400)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(places.absolute).toBe(true);
    const [without, io2] = inputs({ position: "header.samz" });
    await expect(placesOf(without, refs(facts), io2)).rejects.toThrow(/set every/);
    const [open, io3] = inputs({ every: "20 s" });
    await expect(placesOf(open, refs(facts), io3)).rejects.toThrow(/samz, samx; say which/);
  });

  test("as declared; or refused, never guessed", async () => {
    const [given, io] = inputs({ positions: 3, step: "10 µm", first: "-5 µm", started: "2026-01-12T09:00:00Z", every: "30 s" });
    const { grid } = await placesOf(
      given,
      refs(() => ({ exposureSecond: 10 })),
      io,
    );
    expect([grid.scans, ...grid.positions]).toEqual([2, -5, 5, 15]);
    expect(grid.timeSecond[5]! - 1768208400).toBe(155);
    const [nothing, io2] = inputs({});
    await expect(
      placesOf(
        nothing,
        refs(() => ({})),
        io2,
      ),
    ).rejects.toThrow(/neither a scan log nor the headers/);
  });
});
