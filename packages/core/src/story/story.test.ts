import { describe, expect, test } from "vitest";
import { galvanostatic, rest, runOf } from "../../../../tests/synthetic.ts";
import { random } from "../random.ts";
import type { Table } from "../table.ts";
import { QUIET } from "../task.ts";
import { buildStory } from "./build.ts";
import { type StoryOptions, storyFile } from "./file.ts";
import type { CapacityBasis, Sentence } from "./model.ts";
import { STORY_VERSION } from "./version.ts";

const input = (table: Table, technique = "cycling") => ({
  ...table,
  name: "f.csv",
  hash: null,
  format: "csv",
  technique,
  meta: {},
  notices: [],
});
const told = (sentences: readonly Sentence[]): string =>
  sentences
    .map((s) => s.parts.map((p) => (typeof p === "string" ? p : `${Number(p.quantity.value.toPrecision(4))} ${p.quantity.unit}`)).join(""))
    .join("\n");
const story = (table: Table, options: StoryOptions = {}, technique?: string) =>
  buildStory({ title: "t", cell: null, files: [storyFile(input(table, technique), options, QUIET)], provenance: [] });

const cycle = (mAh: number, recovered = 0.99, milliampere = 0.1) => [
  galvanostatic(mAh, -milliampere, [2.6, 1], 100),
  rest(600),
  galvanostatic(mAh * recovered, milliampere, [1.4, 2.8], 100),
  rest(600),
];
const noise = { random: random("story"), ampere: 2e-8, volt: 1e-4 };

describe("storyFile", () => {
  test("the run keeps its extremes, the curves their rows and charge", () => {
    const table = runOf([rest(600), ...cycle(1), ...cycle(0.9)], noise);
    const { files } = story(table);
    const [file] = files;
    const voltage = table.columns[1]!.values;
    expect(Math.max(...Array.from(file!.trace.voltageVolt))).toBe(Math.max(...voltage));
    expect(Math.min(...Array.from(file!.trace.voltageVolt))).toBe(Math.min(...voltage));
    expect(file!.halfCycles.map((h) => h.direction)).toEqual(["discharge", "charge", "discharge", "charge"]);
    const [first] = file!.halfCycles;
    expect(first!.row[0]).toBe(first!.rows.first);
    expect(Array.from(first!.capacityMilliampereHour).at(-1)).toBeCloseTo(1, 4);
    const { milliampereHourPerVolt, binWidthVolt } = first!.dqdv;
    expect(Array.from(milliampereHourPerVolt).reduce((s, x) => s + x * binWidthVolt, 0)).toBeCloseTo(-1, 4);
    expect([file!.firstHalfCycle, file!.referenceCycle, file!.cyclesByCurrent]).toEqual(["discharge", 1, 2]);
  });

  test("bases, C-rate and reference are the caller's; mAh stays in the tables", () => {
    const basis: CapacityBasis = { unit: "mAh/g", label: "by mass of S", factor: 1000, relativeSigma: 0.02 };
    const told_ = story(runOf([...cycle(1), ...cycle(0.9), ...cycle(0.8)], noise), {
      bases: [basis],
      oneCAmpere: { value: 1, sigma: null, unit: "mA" },
      reference: 2,
    });
    const [file] = told_.files;
    expect(file!.cycleTable[0]!.dischargeCapacity).toMatchObject({ value: expect.closeTo(1, 4), unit: "mAh" });
    expect(file!.rateTable[0]!.rate).toMatchObject({ value: expect.closeTo(0.1, 3), unit: "1/h" });
    expect(told(told_.sentences)).toContain("from 900 mAh/g in cycle 2 to 800 mAh/g in cycle 3: a retention of 88.89 %");
    expect(told(told_.sentences)).toContain("(C/10)");
  });

  test("without a current nothing is invented: the reason is told", () => {
    const table = runOf(cycle(1));
    const { files, sentences } = story({ rows: table.rows, columns: table.columns.filter((c) => c.name !== "current_ampere") });
    expect([files[0]!.cyclesByCurrent, files[0]!.halfCycles.length, files[0]!.cycleTable.length]).toEqual([0, 0, 0]);
    expect(told(sentences)).toContain('No column "current_ampere"');
    expect(files[0]!.trace.currentMilliampere.length).toBe(0);
  });

  test("a sweep tells the charges of its scans", () => {
    const scan = (n: number) => ({
      ampere: (s: number) => 1e-3 * Math.cos((s / 100) * Math.PI),
      second: 200,
      volt: (f: number) => 1 - Math.abs(2 * f - 1),
      every: 1,
      cycle: n,
    });
    const { files, sentences } = story(runOf([scan(1), scan(2)]), {}, "CV");
    expect(files[0]!.cycleTable).toHaveLength(2);
    expect(files[0]!.halfCycles).toHaveLength(0);
    // ∫ of one lobe of the cosine: 2·I₀·T/2π with T = 200 s
    const lobe = (1e-3 * 200) / Math.PI / 3.6;
    expect(files[0]!.cycleTable[0]!.chargeCapacity).toMatchObject({ value: expect.closeTo(lobe, 5) });
    expect(told(sentences)).toContain("anodic charge");
  });

  test("cancelling stops between half cycles", () => {
    const stop = AbortSignal.abort();
    expect(() => storyFile(input(runOf(cycle(1))), {}, { progress() {}, signal: stop })).toThrow(/cancelled/);
  });
});

describe("sentences", () => {
  test("what stands out is named: a soft short, a bad cycle, a return to a rate", () => {
    const run = [...[1, 1, 1, 0.7, 1, 1].flatMap((q) => cycle(q)), ...cycle(1, 1.8), ...cycle(0.6, 1, 1), ...cycle(0.95), ...cycle(0.94)];
    const text = told(story(runOf(run, noise)).sentences);
    expect(text).toContain("Cycle 4 gives 0.7 mAh, 30 % less than its neighbours");
    expect(text).toMatch(/In cycle 7 the charge passes 180 % of the discharge before it: a soft short/);
    expect(text).toContain("cycles 9–10 back at 0.1 mA");
    expect(text).toContain("The charge recovers 99 % of the discharge before it in cycle 1");
  });

  test("a cell that is charged first is told by its coulombic efficiency", () => {
    const run = [1, 0.9, 0.88].flatMap((q) => [galvanostatic(q, 0.1, [2, 3], 100), galvanostatic(q * 0.97, -0.1, [2.9, 2], 100)]);
    expect(told(story(runOf(run, noise)).sentences)).toContain(
      "The discharge returns 97 % of the charge before it (coulombic efficiency) in cycle 1",
    );
  });

  test("files of a story are told apart by their place", () => {
    const files = [1, 2].map(() => storyFile(input(runOf(cycle(1))), {}, QUIET));
    const made = buildStory({ title: "two", cell: null, files, provenance: [] });
    expect(made.files.map((f) => f.cycleTable[0]!.rows.file)).toEqual([0, 1]);
    expect(made.files[1]!.halfCycles[0]!.rows.file).toBe(1);
    expect(JSON.parse(JSON.stringify(made)).version).toBe(STORY_VERSION);
  });
});
