/** What a file can be seen to hold, and what is left out then. Expected by construction of the tables. */
import { expect, test } from "vitest";
import { makeTable } from "../../table.ts";
import { QUIET } from "../../task.ts";
import { storyFile } from "../file.ts";
import { electrochemistryOf, withElectrochemistry } from "./index.ts";

/** Rows of V and I over time, one per second. */
function file(rows: number, volt: (i: number) => number, ampere: (i: number) => number) {
  const column = (name: string, unit: string, of: (i: number) => number) => ({
    name,
    unit,
    values: Float64Array.from({ length: rows }, (_, i) => of(i)),
  });
  const table = makeTable([
    column("test_time_second", "s", (i) => i),
    column("voltage_volt", "V", volt),
    column("current_ampere", "A", ampere),
  ]);
  return { ...table, name: "a.csv", hash: null, format: "CSV", technique: "cycling", meta: {}, notices: [] };
}

const sign = (i: number): number => (i % 1000 < 500 ? 1 : -1);
const triangle = (i: number): number => (i % 1000 < 500 ? i % 1000 : 1000 - (i % 1000)) / 500;

test("sweeps without a name of their own: a voltammogram, whose half cycles are left out with a notice", () => {
  const swept = file(4000, triangle, (i) => 1e-3 * sign(i) * (0.2 + Math.exp(-(((triangle(i) - 1) / 0.1) ** 2))));
  const found = electrochemistryOf(swept, null);
  expect(Object.keys(found)).toEqual(["voltammetry"]);
  expect(found.voltammetry!.sweeps).toHaveLength(8);
  const shown = withElectrochemistry(storyFile(swept, {}, QUIET), found);
  expect([shown.cyclesByCurrent, shown.halfCycles.length, shown.cycleTable.length]).toEqual([0, 0, 0]);
  expect(shown.notices.map(({ code }) => code)).toContain("no-half-cycles");
});

test("a cell under constant current whose potential runs straight for a while is no voltammogram", () => {
  const curve = (i: number): number => 2 + sign(i) * 0.6 * Math.tanh(((i % 500) - 250) / 60) + 0.0004 * ((i % 500) - 250) * sign(i);
  expect(
    electrochemistryOf(
      file(4000, curve, (i) => 1e-3 * sign(i)),
      null,
    ).voltammetry,
  ).toBeUndefined();
});

test("half cycles that follow the sign of the current are a symmetric cell; of one direction alone that cannot be told", () => {
  const both = electrochemistryOf(
    file(
      4000,
      (i) => 0.05 * sign(i) + 1e-5 * (i % 7),
      (i) => 1e-3 * sign(i),
    ),
    null,
  );
  expect(both.symmetric?.halfCycles).toHaveLength(8);
  expect(
    electrochemistryOf(
      file(
        500,
        (i) => 2 + i / 1000 + 1e-5 * (i % 7),
        () => 1e-3,
      ),
      null,
    ).symmetric,
  ).toBeUndefined();
});

test("a symmetric cell stores no energy: the reason stands in place of the efficiency", () => {
  const run = file(
    4000,
    (i) => 0.05 * sign(i) + 1e-5 * (i % 7),
    (i) => 1e-3 * sign(i),
  );
  const shown = withElectrochemistry(storyFile(run, {}, QUIET), electrochemistryOf(run, null));
  expect(shown.cycleTable[0]!.energyEfficiency).toEqual({ notComputable: expect.stringContaining("stores no energy") });
});
