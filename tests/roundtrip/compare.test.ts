/** Tables over several cells: virtual replicates with drawn masses and capacities → one row with their mean and scatter. */
import { type Answer, isComputable, random } from "@thioscope/core";
import { theoreticalOneCAmpere } from "@thioscope/core/cell";
import { type ComparedCell, compareCells } from "@thioscope/core/comparison";
import { summariseCycling } from "@thioscope/core/cycling";
import { readCellFile, readCycling, sourceOfBytes } from "@thioscope/formats";
import { VIRTUAL_CELLS, type VirtualCell, virtualCycling, writeVirtual } from "@thioscope/virtual";
import { expect, test } from "vitest";

interface Recipe {
  cathodeMilligram: number;
  celsius: number;
  stackMegapascal: number;
  /** mA/g and mAh/g */
  steps: readonly (readonly [current: number, capacity: number])[];
  cycles: number;
}

const SULFUR = 0.33;

async function make(name: string, r: Recipe): Promise<ComparedCell> {
  const cell = readCellFile(
    `name: ${name}
diameter: 10 mm
temperature: ${r.celsius} °C
stack: { pressure: ${r.stackMegapascal} MPa }
layers:
  - { role: anode, composition: { Na15Sn4: 80 wt%, C: 20 wt% }, mass: 100 mg }
  - { role: separator, composition: { Na3PS4: 100 wt% }, mass: 80 mg }
  - { role: cathode, composition: { S: 33 wt%, C: 17 wt%, Na3PS4: 50 wt% }, mass: ${r.cathodeMilligram} mg, active: S }
`,
    "cell.yaml",
  );
  const base: VirtualCell = VIRTUAL_CELLS["na-s-nps"];
  const virtual: VirtualCell = {
    ...base,
    activeMassGram: (r.cathodeMilligram * SULFUR) / 1000,
    protocol: r.steps.map(([current, capacity]) => ({
      cycles: r.cycles,
      currentMilliamperePerGram: current,
      dischargeMilliampereHourPerGram: [capacity, capacity],
      chargeRecovery: [0.99, 0.99],
    })),
  };
  const file = await readCycling(sourceOfBytes(`${name}.csv`, writeVirtual(virtualCycling(virtual, name), "bdf-csv")));
  return { name, cell, summary: summariseCycling(file, { oneCAmpere: theoreticalOneCAmpere(cell).measured }) };
}

function number(answer: Answer): number {
  if (!isComputable(answer)) throw new Error(answer.notComputable);
  return answer.value;
}

const USUAL: Recipe = { cathodeMilligram: 5, celsius: 80, stackMegapascal: 50, steps: [[100, 1249]], cycles: 2 };

function scatterOf(list: readonly number[]): [mean: number, scatter: number] {
  const mean = list.reduce((a, b) => a + b, 0) / list.length;
  return [mean, Math.sqrt(list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (list.length - 1))];
}

test("replicates are one row: mean, scatter and n; the return to the first rate is a row of its own", async () => {
  const draw = random("replicates");
  const truths = Array.from({ length: 3 }, () => [1249, 1050, 1240].map((q) => q * (1 + 0.02 * draw.normal())));
  const cells = await Promise.all(
    truths.map(([a, b, c], k) =>
      make(`replicate ${k}`, {
        ...USUAL,
        cathodeMilligram: 5 + 0.1 * k,
        steps: [
          [100, a!],
          [400, b!],
          [100, c!],
        ],
      }),
    ),
  );
  const rows = compareCells(cells, "rate");
  expect(rows.map((row) => [row.n, row.isReturn, Math.round(number(row.current) / 100)])).toEqual([
    [3, false, 1],
    [3, true, 1],
    [3, false, 4],
  ]);
  for (const [k, step] of [0, 2, 1].entries()) {
    const [mean, scatter] = scatterOf(truths.map((t) => t[step]!));
    const { dischargeCapacity: q, errors, origins } = rows[k]!;
    expect(errors).toBe("scatter of the cells");
    expect(Math.abs(number(q) / mean - 1)).toBeLessThan(1e-3);
    expect(Math.abs((q as { sigma: number }).sigma / scatter - 1)).toBeLessThan(0.05);
    expect(origins.map((o) => o.cell)).toEqual(["replicate 0", "replicate 1", "replicate 2"]);
    expect(origins[0]!.cycles).toEqual([2 * step + 1, 2 * step + 2]);
  }
});

test("temperature, pressure and loading make rows of their own, in their order; areal capacity follows the mass", async () => {
  const cells = await Promise.all([
    make("warm", USUAL),
    make("cold", { ...USUAL, celsius: 30, steps: [[100, 700]] }),
    make("thick", { ...USUAL, cathodeMilligram: 20, steps: [[100, 900]] }),
    make("loose", { ...USUAL, stackMegapascal: 10, steps: [[100, 1000]] }),
  ]);
  const names = (by: "temperature" | "loading" | "pressure") => compareCells(cells, by).map((row) => row.origins[0]!.cell);
  expect(names("temperature")[0]).toBe("cold");
  expect(names("loading").at(-1)).toBe("thick");
  expect(names("pressure")[0]).toBe("loose");
  const thick = compareCells(cells, "loading").at(-1)!;
  // 20 mg × 0.33 × 900 mAh/g on a die of 10 mm
  expect(Math.abs(number(thick.arealCapacity) / ((20 * SULFUR * 0.9) / 0.785398) - 1)).toBeLessThan(2e-3);
  expect(thick).toMatchObject({ n: 1, errors: "error of one cell" });
});

test("life: shown cycles, retention, and n falls where a replicate ended earlier", async () => {
  const cells = await Promise.all([make("long", { ...USUAL, cycles: 6 }), make("short", { ...USUAL, cycles: 3 })]);
  const rows = compareCells(cells, "life");
  expect(rows.map((row) => [row.cycle, row.n])).toEqual([
    [1, 2],
    [2, 2],
    [3, 1],
    [5, 1],
    [6, 1],
  ]);
  expect(Math.abs(number(rows[1]!.retention) - 100)).toBeLessThan(0.5);
});

test("cells without a cell file are no replicates of those with one; the same cell twice is refused", async () => {
  const one = await make("one", USUAL);
  const bare = { ...one, name: "bare", cell: null };
  expect(compareCells([one, bare], "rate").map((row) => row.n)).toEqual([1, 1]);
  expect(() => compareCells([one, one], "rate")).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});
