import { describe, expect, test } from "vitest";
import { galvanostatic, rest, runOf, type Segment } from "../../../../tests/synthetic.ts";
import { ThioscopeError } from "../errors.ts";
import { random } from "../random.ts";
import { makeTable } from "../table.ts";
import { flowOf } from "./flow.ts";
import { halfCycles } from "./halfCycles.ts";
import { cyclingSeries } from "./series.ts";
import { steps } from "./steps.ts";

const directions = (segments: readonly Segment[], noise?: Parameters<typeof runOf>[1]): string =>
  halfCycles(runOf(segments, noise))
    .map((h) => (h.direction === "charge" ? "C" : "D"))
    .join("");

describe("halfCycles", () => {
  test("a rest does not end a half cycle and belongs to none", () => {
    const halves = halfCycles(runOf([rest(600), galvanostatic(1, -1), rest(600), galvanostatic(1, 1), rest(600)]));
    expect(halves.map((h) => [h.direction, h.cycle])).toEqual([
      ["discharge", 1],
      ["charge", 1],
    ]);
    expect(halves[0]!.rows[0]).toBe(11);
  });

  test("GITT: pulses with rests between them are one half cycle", () => {
    const pulses = Array.from({ length: 20 }, () => [galvanostatic(0.05, -1), rest(3600)]).flat();
    expect(directions([...pulses, galvanostatic(1, 1)])).toBe("DC");
  });

  test("a taper at constant voltage belongs to its charge, down to a hundredth of the current", () => {
    const taper: Segment = { ampere: (s) => 1e-3 * Math.exp(-s / 800), second: 800 * Math.log(100), volt: [3, 3] };
    const halves = halfCycles(runOf([galvanostatic(1, 1), taper, galvanostatic(1, -1)]));
    expect(halves).toHaveLength(2);
    expect(halves[0]!.to - halves[0]!.from).toBe(361 + Math.round((800 * Math.log(100)) / 10) + 1);
  });

  test("a short pulse of the other sign is no half cycle (pulse power test)", () => {
    const block = [
      galvanostatic(0.1, -0.5),
      rest(600),
      galvanostatic(0.1 / 36, -1, [3, 2.9], 1),
      rest(40),
      galvanostatic(0.075 / 36, 0.75, [2.9, 3], 1),
      rest(40),
    ];
    expect(directions([...block, ...block, ...block, galvanostatic(0.3, 0.5)])).toBe("DC");
  });

  test("a symmetric cell: many short half cycles of equal charge all count", () => {
    const cycle = [galvanostatic(0.1, 0.1, [0, 0.02], 60), galvanostatic(0.1, -0.1, [0, -0.02], 60)];
    expect(directions([...cycle, ...cycle, ...cycle])).toBe("CDCDCD");
  });

  test("a cell that fades to nothing keeps its cycles", () => {
    const capacities = [1, 0.3, 0.05, 0.006, 0.004, 0.005];
    expect(directions(capacities.flatMap((q) => [galvanostatic(q, -1, [3, 1], 1), galvanostatic(q, 1, [1, 3], 1)]))).toBe("DC".repeat(6));
  });

  test("noise around zero current during rests makes no half cycles", () => {
    const noise = { random: random(7), ampere: 1e-5, volt: 1e-4 };
    expect(directions([rest(36000), galvanostatic(1, -1), rest(36000), galvanostatic(1, 1), rest(36000)], noise)).toBe("DC");
  });

  test("a file of noise alone has no half cycles", () => {
    const flow = flowOf(cyclingSeries(runOf([rest(36000)], { random: random(3), ampere: 1e-8 })));
    expect(flow.zeroCurrentAmpere).toBe(Number.POSITIVE_INFINITY);
    expect(halfCycles(flow)).toHaveLength(0);
  });

  test("a restart is a gap inside the half cycle, reported with its rows", () => {
    const table = runOf([galvanostatic(1, -1)]);
    const time = table.columns[0]!.values as Float64Array;
    for (let i = 200; i < time.length; i++) time[i] = time[i]! + 7200;
    const flow = flowOf(cyclingSeries(table));
    expect(halfCycles(flow)).toHaveLength(1);
    expect(flow.notices).toMatchObject([{ code: "time-gap", rows: [199, 200] }]);
  });

  test("rows that are not finite are left out and reported; results name rows of the table", () => {
    const table = runOf([rest(600), galvanostatic(1, -1)]);
    const current = table.columns[2]!.values as Float64Array;
    current[3] = Number.NaN;
    current[20] = Number.NaN;
    const flow = flowOf(cyclingSeries(table));
    expect(flow.series.rows).toBe(table.rows - 2);
    expect(flow.series.notices).toMatchObject([{ code: "rows-not-finite", rows: [3, 20] }]);
    expect(halfCycles(flow)[0]!.rows).toEqual([11, table.rows - 1]);
  });

  test("no rows, no half cycles", () => {
    const empty = makeTable(
      ["test_time_second", "voltage_volt", "current_ampere"].map((name) => ({ name, unit: "", values: new Float64Array(0) })),
    );
    expect(halfCycles(empty)).toEqual([]);
  });

  test("a missing current is named, with what is there", () => {
    const table = runOf([rest(60)]);
    const without = { rows: table.rows, columns: table.columns.filter((c) => c.name !== "current_ampere") };
    expect(() => halfCycles(without)).toThrow(ThioscopeError);
    expect(() => halfCycles(without)).toThrow(/current_ampere.*test_time_second, voltage_volt/);
  });

  test("a potential sweep has no half cycles", () => {
    expect(halfCycles({ ...runOf([galvanostatic(1, -1)]), technique: "CV" })).toEqual([]);
  });
});

describe("steps", () => {
  test("rest, constant current, constant voltage and a change of rate are told apart", () => {
    const taper: Segment = { ampere: (s) => 1e-3 * Math.exp(-s / 800), second: 2000, volt: [3, 3] };
    const found = steps(
      flowOf(cyclingSeries(runOf([rest(600), galvanostatic(1, 1), taper, galvanostatic(0.5, -1), galvanostatic(0.5, -0.2), rest(60)]))),
    );
    expect(found.map((s) => `${s.kind} ${s.held}`)).toEqual([
      "rest nothing",
      "charge current",
      "charge voltage",
      "discharge current",
      "discharge current",
      "rest nothing",
    ]);
    expect(found[3]!.capacity.value).toBeCloseTo(0.5, 9);
    expect(found[4]!.meanCurrentAmpere).toBeCloseTo(-2e-4, 12);
  });
});
