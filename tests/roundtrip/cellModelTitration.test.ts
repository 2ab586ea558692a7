/** A titration by pulses of the cell model, as a file: on the plateaus of a conversion electrode the analysis must refuse a diffusion coefficient. */
import { isComputable } from "@thioscope/core";
import { cellModel, parameterSet, parseProtocol, runCell, runRows } from "@thioscope/core/cellmodel";
import { cyclingSeries, flowOf } from "@thioscope/core/cycling";
import { titration } from "@thioscope/core/titration";
import { readCycling, sourceOfBytes } from "@thioscope/formats";
import { writeVirtual } from "@thioscope/virtual";
import { expect, test } from "vitest";

test("D is refused on the plateaus and everywhere else, and the interface resistance is given", async () => {
  const model = cellModel(parameterSet("na-s-nps"), { cells: 15 });
  const { layers } = model.physics;
  const run = runCell(model, parseProtocol("pulse discharge at 200 mA/g for 20 min, rest 2 h until 0.7 V"));
  const cell = {
    title: "model",
    activeMassGram: layers.sulfurLoading * layers.area * 1e3,
    areaSquareCentimetre: layers.area * 1e4,
    temperatureCelsius: 80,
  };
  const bytes = writeVirtual({ cell, rows: runRows(run), truth: { seed: "gitt" } }, "biologic-mpt");
  const file = await readCycling(sourceOfBytes("gitt.mpt", bytes));
  const length = { shape: "sphere" as const, length: { value: 1e-6, sigma: null, unit: "m" } };
  const pulses = titration(flowOf(cyclingSeries(file)), length);
  expect(pulses.length).toBeGreaterThan(8);
  const middle = pulses.slice(1, -1);
  expect(middle.filter((p) => p.isPlateau).length).toBeGreaterThan(0);
  for (const pulse of middle.filter((p) => p.isPlateau)) {
    expect(isComputable(pulse.diffusionCoefficient)).toBe(false);
    expect(isComputable(pulse.resistance.interface)).toBe(true);
  }
  // of the other pulses D may be given only where its checks pass: a conversion electrode passes none
  expect(middle.filter((p) => isComputable(p.diffusionCoefficient))).toEqual([]);
});
