/**
 * Pellets of four compositions between blocking electrodes from 25 to 70 °C, and two full cells: one over rates, one over 200 cycles.
 *
 * Effects: the pellet is not as warm as the chamber, its thickness is not the declared one, one temperature of one sample was never measured; noise, drift,
 * cables and range steps of the potentiostat; gains, clock, lost rows and restarts of the cycler; the two cells are not the same cell.
 */
import { random } from "@thioscope/core";
import { VIRTUAL_CELLS, type VirtualCell } from "../../cells.ts";
import { USUAL_EFFECTS, virtualCycling } from "../../cycler.ts";
import { writeVirtual } from "../../files.ts";
import { USUAL_IMPEDANCE_EFFECTS, virtualImpedance, virtualPellet } from "../../impedance.ts";
import { writeVirtualImpedance } from "../../impedanceFiles.ts";
import type { LabFile, LabTruth } from "../campaign.ts";
import type { NtscModel } from "./model.ts";

const TEMPERATURES = [25, 30, 35, 40, 45, 50, 55, 60, 65, 70];
/** VMP-300: 7 MHz to 10 Hz as the paper says. */
const SWEEP = { highestHertz: 7e6, lowestHertz: 10, perDecade: 10 };
/** K, one standard deviation of the pellet's temperature against the chamber's */
const THERMOMETER = 0.15;

const sampleName = (x: number): string => `x${x.toFixed(2)}`;

export function pelletFiles({ pellets, seed }: NtscModel): LabFile[] {
  return pellets.flatMap(({ x, conductivity25, activationElectronvolt, thickness }) => {
    const draw = random(`thermometer ${seed} ${x}`);
    return TEMPERATURES.flatMap((celsius): LabFile[] => {
      const warm = celsius + THERMOMETER * draw.normal();
      // the operator skipped it
      if (x === 0.75 && celsius === 45) return [];
      const pellet = virtualPellet({
        conductivity25,
        activationElectronvolt,
        thickness,
        area: Math.PI / 4,
        temperatureCelsius: warm,
        arcShare: 0.4,
      });
      const cell = { ...pellet, title: `TaCl5-${x}Na2S pellet` };
      const run = (): Uint8Array =>
        writeVirtualImpedance(virtualImpedance(cell, [0], SWEEP, USUAL_IMPEDANCE_EFFECTS, `${seed}/${x}/${celsius}`), "biologic-mpt");
      return [{ path: `raw/pellets/${sampleName(x)}_${celsius}C.mpt`, bytes: run }];
    });
  });
}

export function pelletTruth({ pellets }: NtscModel): LabTruth[] {
  return pellets.flatMap(({ x, conductivity25, activationElectronvolt }) => [
    { key: `sigma-25C-${sampleName(x)}`, what: `conductivity at 25 °C of TaCl5–${x}Na2S`, value: conductivity25, unit: "S/cm" },
    { key: `activation-${sampleName(x)}`, what: `activation energy of σ of TaCl5–${x}Na2S`, value: activationElectronvolt, unit: "eV" },
  ]);
}

/** mA/g at 1 C, as the paper's 0.1 C gives it. */
const ONE_C = 120;

/** One of the two cells is a little heavier. */
const massOf = (id: string, { seed }: NtscModel): number => 4.2e-3 * (1 + 0.01 * random(`${id} ${seed}`).normal());

function cellOf(model: NtscModel, id: string, title: string, protocol: VirtualCell["protocol"]): VirtualCell {
  return { ...VIRTUAL_CELLS.ntsc, id, title, activeMassGram: massOf(id, model), protocol };
}

export function cyclingFiles(model: NtscModel): LabFile[] {
  const [first, ...faster] = model.capacities;
  const block = (cycles: number, rate: number, ends: readonly [number, number], recovery: readonly [number, number]) => ({
    cycles,
    currentMilliamperePerGram: rate * ONE_C,
    dischargeMilliampereHourPerGram: ends,
    chargeRecovery: recovery,
  });
  const formation = block(1, 0.1, [first, first], [1 / model.firstEfficiency, 1 / model.firstEfficiency]);
  const rates = cellOf(model, "ntsc-rates", "NaCrO2 with NTSC, rates", [
    formation,
    ...[0.2, 0.5, 1].map((rate, k) => block(5, rate, [faster[k]! * 1.004, faster[k]! * 0.996], [1.01, 1.003])),
    block(5, 0.2, [faster[0]! * 0.97, faster[0]! * 0.965], [1.005, 1.003]),
  ]);
  const life = cellOf(model, "ntsc-life", "NaCrO2 with NTSC, 200 cycles", [
    block(200, 0.2, [faster[0]!, faster[0]! * model.retention], [1.02, 1.002]),
  ]);
  const seed = String(model.seed);
  return [
    { path: "raw/cells/rates.mpt", bytes: () => writeVirtual(virtualCycling(rates, seed, USUAL_EFFECTS, 300), "biologic-mpt") },
    { path: "raw/cells/life.bdf.csv", bytes: () => writeVirtual(virtualCycling(life, seed, USUAL_EFFECTS, 900), "bdf-csv") },
  ];
}

export function cyclingTruth(model: NtscModel): LabTruth[] {
  const { firstEfficiency, retention, capacities } = model;
  const gram = massOf("ntsc-rates", model);
  return [
    { key: "capacity-0.1C", what: "first discharge of the rate cell at 0.1 C", value: capacities[0] * gram, unit: "mAh" },
    { key: "capacity-1C", what: "mean discharge of the rate cell at 1 C", value: capacities[3] * gram, unit: "mAh" },
    { key: "first-efficiency", what: "coulombic efficiency of the first cycle at 0.1 C", value: 100 * firstEfficiency, unit: "%" },
    { key: "retention-200", what: "capacity of cycle 200 over that of cycle 1 at 0.2 C", value: 100 * retention, unit: "%" },
  ];
}
