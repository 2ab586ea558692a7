/** Stories of virtual voltammetry, titration, symmetric cells and composition: for tests of views and the pictures of the guide. */
import { readFileSync } from "node:fs";
import { parseQuantity, QUIET } from "@thioscope/core";
import { capacityBases, cellCard } from "@thioscope/core/cell";
import {
  buildStory,
  compositionStory,
  type Electrochemistry,
  type Story,
  type StoryFile,
  storyFile,
  symmetricStory,
  titrationOf,
  voltammetryStory,
  withElectrochemistry,
} from "@thioscope/core/story";
import { type CyclingFile, readCellFile, readCycling, sourceOfBytes } from "@thioscope/formats";
import {
  STABILITY_TEST,
  STEP_TEST,
  USUAL_PULSES,
  VIRTUAL_CELLS,
  VIRTUAL_PARTICLE,
  VIRTUAL_SYMMETRIC,
  type VirtualPlateau,
  virtualCycling,
  virtualPotentialSteps,
  virtualSymmetric,
  virtualTitration,
  virtualVoltammogram,
  type WritableRun,
  writeVirtual,
} from "@thioscope/virtual";

/** The cell of the picture of composition. */
export const SODIUM_CELL = readFileSync(new URL("../../studies/na-s-operando/cell.yaml", import.meta.url), "utf8");

const PROVENANCE = [{ label: "made by", value: "scripts/screenshots.ts, from virtual instruments" }];

/** As the page gets it: through JSON. */
function asServed(title: string, files: readonly StoryFile[], cellText: string | null): Story {
  const cell = cellText === null ? null : cellCard(readCellFile(cellText, "cell.yaml"));
  return JSON.parse(
    JSON.stringify(buildStory({ title, cell, files, provenance: PROVENANCE }), (_, value: unknown) =>
      ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value,
    ),
  ) as Story;
}

async function shown(name: string, text: Uint8Array, find: (file: CyclingFile) => Electrochemistry, cellText?: string): Promise<StoryFile> {
  const file = await readCycling(sourceOfBytes(name, text));
  const bases = cellText === undefined ? [] : capacityBases(readCellFile(cellText, "cell.yaml"));
  return withElectrochemistry(storyFile({ ...file, name, hash: null }, { bases }, QUIET), find(file));
}

const mpt = (run: WritableRun): Uint8Array => writeVirtual(run, "biologic-mpt");

/** A reversible couple at five scan rates. */
export async function voltammetryPicture(): Promise<Story> {
  const couple = {
    kind: "diffusion" as const,
    electrons: 1,
    formalVolt: 0.23,
    areaSquareMetre: 1e-5,
    temperatureKelvin: 298.15,
    diffusivity: 7e-10,
    concentration: 2,
    coverage: 0,
  };
  const files = await Promise.all(
    [10, 20, 50, 100, 200].map((rate) => {
      const { rows } = virtualVoltammogram(couple, rate / 1000, `guide/${rate}`, { scans: 3 });
      const lines = rows.map((r) => `${r.timeSecond},${r.voltageVolt},${r.currentAmpere}`);
      const text = `test_time_second,voltage_volt,current_ampere\n${lines.join("\n")}\n`;
      return shown(`cv-${rate}.csv`, new TextEncoder().encode(text), (file) => ({ voltammetry: voltammetryStory(file) }));
    }),
  );
  return asServed("Ferri-/ferrocyanide, five scan rates", files, null);
}

/** Pulses down a curve with a two-phase plateau in the middle. */
export async function titrationPicture(): Promise<Story> {
  const run = virtualTitration({ ...VIRTUAL_PARTICLE, plateau: [0.38, 0.62] }, "guide", { ...USUAL_PULSES, pulses: 22 });
  const length = { shape: "sphere" as const, length: parseQuantity("1 um", "m") };
  const file = await shown("gitt.mpt", mpt(run), (table) => titrationOf(table, length));
  return asServed("GITT of a sulfur cathode", [file], null);
}

/** Potential steps over a curve with a two-phase plateau. */
export async function potentialStepsPicture(): Promise<Story> {
  const run = virtualPotentialSteps({ ...VIRTUAL_PARTICLE, plateau: [0.25, 0.5] }, "guide");
  const file = await shown("pitt.mpt", mpt(run), (table) => titrationOf(table));
  return asServed("PITT of a sulfur cathode", [file], null);
}

/** Cells at three temperatures, whose plateaus move by −0.2 mV/K on discharge and 0.4 mV/K on charge. */
export async function temperaturesPicture(): Promise<Story> {
  const cell = VIRTUAL_CELLS["na-s-nps"];
  const moved = (plateaus: readonly VirtualPlateau[], celsius: number, slope: number) =>
    plateaus.map((p) => ({ ...p, potentialVolt: p.potentialVolt + slope * (celsius - 60) }));
  const files = await Promise.all(
    [30, 60, 90].map(async (celsius) => {
      const [discharge, charge] = [moved(cell.discharge, celsius, -2e-4), moved(cell.charge, celsius, 4e-4)];
      const run = virtualCycling({ ...cell, discharge, charge, protocol: [{ ...cell.protocol[0], cycles: 1 }] }, `guide ${celsius}`);
      const name = `at-${celsius}.mpt`;
      const file = await readCycling(sourceOfBytes(name, mpt(run)));
      const temperature = { value: celsius, sigma: null, unit: "°C" };
      return storyFile({ ...file, name, hash: null }, { temperature, peaks: true }, QUIET);
    }),
  );
  return asServed("Three temperatures", files, null);
}

/** A test of stability over 300 h, and one with rising currents that ends in a short. */
export async function symmetricPicture(): Promise<Story> {
  const area = parseQuantity("0.7854 cm2", "cm2");
  const find = (file: CyclingFile): Electrochemistry => ({ symmetric: symmetricStory(file, { area }) });
  const steps = await shown("steps.mpt", mpt(virtualSymmetric(VIRTUAL_SYMMETRIC, STEP_TEST, "guide", 0.6)), find);
  const stable = await shown("stability.mpt", mpt(virtualSymmetric(VIRTUAL_SYMMETRIC, STABILITY_TEST, "guide")), find);
  return asServed("Na–Sn | Na3SbS4 | Na–Sn", [steps, stable], null);
}

/** A sodium–sulfur cell whose electrolyte may have taken up to 20 % of the charge. */
export async function compositionPicture(cellText: string): Promise<Story> {
  const cell = readCellFile(cellText, "cell.yaml");
  const file = await shown(
    "cell-12.mpt",
    mpt(virtualCycling(VIRTUAL_CELLS["na-s-nps"], "guide")),
    (table) => ({ composition: compositionStory(table, cell, { electrolyteShare: [0, 0.2] }) }),
    cellText,
  );
  return asServed("Na–S operando", [file], cellText);
}
