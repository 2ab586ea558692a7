/**
 * The cyclers and the potentiostat: full cells (first cycles, life, rates, stack pressures, 60 °C, cells for tomography), electrolytes as active materials, symmetric
 * cells, voltammograms.
 */
import type { Random } from "@thioscope/core";
import type { VirtualRates } from "../../cells.ts";
import { USUAL_EFFECTS, type VirtualRow, type VirtualRun, virtualCycling } from "../../cycler.ts";
import { VIRTUAL_ENDINGS, type VirtualFormat, type WritableRun, writeVirtual } from "../../files.ts";
import { USUAL_POTENTIOSTAT, type VirtualCouple, virtualVoltammogram } from "../../potentiostat.ts";
import { withSoftShorts } from "../../softShorts.ts";
import { STABILITY_TEST, virtualSymmetric } from "../../symmetric.ts";
import {
  AREA,
  type Composite,
  cellOf,
  NAS_ALONE,
  NAS_COMPOSITE,
  NAS_WARM,
  NPS_ALONE,
  NPS_COMPOSITE,
  polarised,
  specific,
} from "./cells.ts";
import { about, type Notebook, near } from "./draw.ts";

/** When a row is written of a half cycle that is one of hundreds. */
const SPARSE = { share: 0.04, volt: 0.03 };
/** Rows of a half cycle in which soft shorts are looked for. */
const DENSE = 110;
/** Current of the long tests, mA/cm² (print). */
const SLOW = 0.127;

const block = (
  cycles: number,
  milliampere: number,
  gram: number,
  capacity: readonly [number, number],
  recovery: readonly [number, number],
): VirtualRates => ({
  cycles,
  currentMilliamperePerGram: specific(milliampere, gram),
  dischargeMilliampereHourPerGram: capacity,
  chargeRecovery: recovery,
});

/** Cycles in which a cell settles. */
const SETTLING = 8;

/** A third of the loss comes while the cell settles, and most of what the charge does not recover. */
function fading(
  cycles: number,
  milliampere: number,
  gram: number,
  [first, last]: readonly [number, number],
  [recovery, settled]: readonly [number, number],
): readonly VirtualRates[] {
  const between = first + 0.33 * (last - first);
  const soon = recovery + 0.85 * (settled - recovery);
  return [
    block(SETTLING, milliampere, gram, [first, between], [recovery, soon]),
    block(cycles - SETTLING, milliampere, gram, [between - (between - last) / (cycles - SETTLING), last], [soon, settled]),
  ];
}

/** All steps a little elsewhere. */
function varied(composite: Composite, draw: Random): Composite {
  const steps = (list: Composite["charge"]): Composite["charge"] =>
    list.map((step) => ({ ...step, potentialVolt: near(draw, step.potentialVolt, 0.015), share: about(draw, step.share, 0.06) }));
  return { ...composite, discharge: steps(composite.discharge), charge: steps(composite.charge) };
}

function write(notebook: Notebook, name: string, format: VirtualFormat, run: () => WritableRun): void {
  notebook.file(`cycling/${name}${VIRTUAL_ENDINGS[format]}`, () => writeVirtual(run(), format));
}

export function cyclingFiles(notebook: Notebook): void {
  const draw = notebook.draw("cyclers");
  const seed = `${notebook.seed}`;
  // 3.2 to 3.5 mg of a cathode that is 12 % sulfur
  const sulfur = near(draw, 3.35, 0.15) * 0.12e-3;
  const nasSteps = varied(NAS_COMPOSITE, draw);
  const npsSteps = varied(NPS_COMPOSITE, draw);
  lives(notebook, draw, sulfur, nasSteps, npsSteps, seed);
  electrolytes(notebook, draw, seed);
  rates(notebook, draw, sulfur, nasSteps, seed);
  pressures(notebook, draw, sulfur, nasSteps, npsSteps, seed);
  symmetricCells(notebook, draw, seed);
  voltammograms(notebook, sulfur, seed);
}

function lives(notebook: Notebook, draw: Random, gram: number, nas: Composite, nps: Composite, seed: string): void {
  const [firstNas, firstNps] = [about(draw, 1976, 0.02), about(draw, 1246, 0.03)];
  const [keptNas, keptNps] = [about(draw, 0.655, 0.04), about(draw, 0.584, 0.04)];
  const efficiency = about(draw, 0.868, 0.02);
  const nasCell = cellOf(
    "nas",
    "S@C-NAS|NAS|Na15Sn4",
    nas,
    gram,
    fading(140, SLOW, gram, [firstNas, firstNas * keptNas], [efficiency, 0.998]),
  );
  const npsCell = cellOf(
    "nps",
    "S@C-NPS|NAS|Na15Sn4",
    nps,
    gram,
    fading(140, SLOW, gram, [firstNps, firstNps * keptNps], [near(draw, 0.85, 0.03), 0.995]),
  );
  write(notebook, "S@C-NAS_first", "biologic-mpt", () =>
    virtualCycling(
      { ...nasCell, id: "nas first", protocol: [{ ...nasCell.protocol[0]!, cycles: 2, ...closeBy(firstNas, efficiency) }] },
      seed,
    ),
  );
  write(notebook, "S@C-NPS_first", "biologic-mpt", () =>
    virtualCycling({ ...npsCell, id: "nps first", protocol: [{ ...npsCell.protocol[0]!, cycles: 2, ...closeBy(firstNps, 0.86) }] }, seed),
  );
  write(notebook, "S@C-NAS_life", "bdf-csv", () => virtualCycling(nasCell, seed, USUAL_EFFECTS, 1800, SPARSE));
  write(notebook, "S@C-NPS_life", "bdf-csv", () => virtualCycling(npsCell, seed, USUAL_EFFECTS, 1800, SPARSE));
  notebook.know("first-capacity-NAS", "first discharge of S@C-NAS", firstNas * gram, "mAh");
  notebook.know("first-capacity-NPS", "first discharge of S@C-NPS", firstNps * gram, "mAh");
  notebook.know("first-recovery-NAS", "first charge of S@C-NAS over its first discharge", 100 * efficiency, "%");
  notebook.know("retention-NAS", "retention of S@C-NAS in cycle 140", 100 * keptNas, "%");
  notebook.know("retention-NPS", "retention of S@C-NPS in cycle 140", 100 * keptNps, "%");
  const names = ["1.75", "1.25", "1.05"];
  for (const [k, name] of names.entries()) {
    notebook.know(`NAS-discharge-${name}`, `step of S@C-NAS on discharge near ${name} V`, nas.discharge[k]!.potentialVolt, "V");
  }
  for (const [k, name] of ["1.85", "2.15"].entries()) {
    notebook.know(`NAS-charge-${name}`, `step of S@C-NAS on charge near ${name} V`, nas.charge[k]!.potentialVolt, "V");
  }
  const half = about(draw, 889, 0.04);
  write(notebook, "S@C-NAS_0.5C", "bdf-csv", () =>
    virtualCycling(
      cellOf("nas half C", "S@C-NAS at 0.5 C", polarised(nas, 0.06), gram, fading(100, 0.41, gram, [half, 803], [0.95, 0.999])),
      seed,
      USUAL_EFFECTS,
      1800,
      SPARSE,
    ),
  );
  write(notebook, "S@C-NPS_0.5C", "bdf-csv", () =>
    virtualCycling(
      cellOf("nps half C", "S@C-NPS at 0.5 C", polarised(nps, 0.1), gram, fading(100, 0.41, gram, [700, 534], [0.9, 0.985])),
      seed,
      USUAL_EFFECTS,
      1800,
      SPARSE,
    ),
  );
  const warm = about(draw, 2700, 0.02);
  const keptWarm = about(draw, 0.71, 0.03);
  write(notebook, "S@C-NAS_60C", "bdf-csv", () =>
    virtualCycling(
      cellOf("nas warm", "S@C-NAS at 60 °C", NAS_WARM, gram, fading(30, SLOW, gram, [warm, warm * keptWarm], [0.9, 0.99]), 60),
      seed,
      USUAL_EFFECTS,
      600,
      SPARSE,
    ),
  );
  notebook.know("retention-60C", "retention of S@C-NAS at 60 °C in cycle 30", 100 * keptWarm, "%");
}

/** The second cycle loses a hundredth. */
const closeBy = (capacity: number, recovery: number): Pick<VirtualRates, "dischargeMilliampereHourPerGram" | "chargeRecovery"> => ({
  dischargeMilliampereHourPerGram: [capacity, 0.99 * capacity],
  chargeRecovery: [recovery, recovery + 0.08],
});

function electrolytes(notebook: Notebook, draw: Random, seed: string): void {
  // 80 % of the same 3.35 mg
  const gram = 2.68e-3;
  const own = about(draw, (0.26 * AREA) / gram, 0.05);
  const steps = varied(NAS_ALONE, draw);
  write(notebook, "NAS-C", "biologic-mpt", () =>
    virtualCycling(cellOf("nas-c", "NAS-C|NAS|Na15Sn4", steps, gram, [block(3, SLOW, gram, [own, 0.95 * own], [0.95, 0.98])]), seed),
  );
  write(notebook, "NPS-C", "biologic-mpt", () =>
    virtualCycling(cellOf("nps-c", "NPS-C|NAS|Na15Sn4", NPS_ALONE, gram, [block(3, SLOW, gram, [12, 9], [0.7, 0.9])]), seed),
  );
  notebook.know("NAS-C-capacity", "first discharge of NAS-C", own * gram, "mAh");
  for (const [k, name] of ["1.6", "1.25"].entries()) {
    notebook.know(`NAS-C-discharge-${name}`, `step of NAS-C on discharge near ${name} V`, steps.discharge[k]!.potentialVolt, "V");
  }
  for (const [k, name] of ["2.15", "2.3"].entries()) {
    notebook.know(`NAS-C-charge-${name}`, `step of NAS-C on charge near ${name} V`, steps.charge[k]!.potentialVolt, "V");
  }
}

/** Rates with the same cell: the resistance moves all steps. */
function rates(notebook: Notebook, draw: Random, gram: number, steps: Composite, seed: string): void {
  const table = [
    [0.082, 1850, 1620],
    [0.164, 1420, 1330],
    [0.41, 930, about(draw, 889, 0.03)],
    [0.82, 440, about(draw, 389, 0.04)],
    [0.082, 1480, 1440],
  ] as const;
  write(notebook, "S@C-NAS_rates", "bdf-csv", () =>
    joined(
      table.map(([current, first, last]) =>
        virtualCycling(
          cellOf(`rate ${current} ${first}`, "S@C-NAS, rates", polarised(steps, 0.15 * (current - SLOW)), gram, [
            block(5, current, gram, [first, last], current === 0.082 && first > 1800 ? [0.9, 0.99] : [0.995, 0.998]),
          ]),
          seed,
          { ...USUAL_EFFECTS, restarts: 0 },
          900,
          DENSE,
        ),
      ),
    ),
  );
}

/** Runs of one cell one after the other. */
function joined(runs: readonly VirtualRun[]): WritableRun {
  const rows: VirtualRow[] = [];
  let [time, cycle, half] = [0, 0, 0];
  for (const run of runs) {
    for (const row of run.rows) rows.push({ ...row, timeSecond: row.timeSecond + time, cycle: row.cycle + cycle, half: row.half + half });
    const last = rows.at(-1)!;
    [time, cycle, half] = [last.timeSecond + 1, last.cycle, last.half];
  }
  return { cell: runs[0]!.cell, rows, truth: runs[0]!.truth };
}

/** Cells at lower stack pressure, and those for the tomograph; soft shorts where the paper saw them. */
function pressures(notebook: Notebook, draw: Random, gram: number, nas: Composite, nps: Composite, seed: string): void {
  const cell = (id: string, title: string, composite: Composite, rates: readonly VirtualRates[]) =>
    cellOf(id, title, composite, gram, rates);
  const run = (made: ReturnType<typeof cell>): VirtualRun => virtualCycling(made, seed, USUAL_EFFECTS, 900, DENSE);
  const kept = about(draw, 0.745, 0.03);
  const first = about(draw, 1051, 0.03);
  write(notebook, "S@C-NAS_125MPa", "bdf-csv", () =>
    run(cell("p125", "S@C-NAS at 125 MPa", nas, fading(50, SLOW, gram, [1991, 1020], [0.796, 0.985]))),
  );
  write(notebook, "S@C-NAS_62MPa", "bdf-csv", () =>
    withSoftShorts(
      run(cell("p62", "S@C-NAS at 62.5 MPa", polarised(nas, 0.03), fading(50, SLOW, gram, [1712, 700], [0.6925, 0.97]))),
      seed,
      {
        perHalf: 2,
        during: "charge",
        depthVolt: [0.02, 0.15],
        recoverySecond: [600, 2400],
        fromCycle: 20,
      },
    ),
  );
  write(notebook, "S@C-NAS_20MPa", "bdf-csv", () =>
    run(cell("p20", "S@C-NAS without stack pressure", polarised(nas, 0.08), fading(80, SLOW, gram, [first, first * kept], [0.86, 0.995]))),
  );
  notebook.know("retention-20MPa", "retention of S@C-NAS without stack pressure in cycle 80", 100 * kept, "%");
  write(notebook, "XCT_NAS", "bdf-csv", () =>
    run(cell("xct nas", "S@C-NAS|NAS, tomography", polarised(nas, 0.08), fading(50, SLOW, gram, [1050, 900], [0.86, 0.99]))),
  );
  write(notebook, "XCT_NPS", "bdf-csv", () =>
    withSoftShorts(
      run(cell("xct nps", "S@C-NAS|NPS, tomography", polarised(nps, 0.12), fading(50, SLOW, gram, [800, 420], [0.8, 0.96]))),
      seed,
      {
        perHalf: 4,
        during: "charge",
        depthVolt: [0.03, 0.3],
        recoverySecond: [600, 3000],
        fromCycle: 3,
      },
    ),
  );
}

/** Print: 0.51 mA/cm² and mAh/cm², NAS stable after about 120 h, NPS steady with dips. Assumed: resistances. */
function symmetricCells(notebook: Notebook, draw: Random, seed: string): void {
  const hours = about(draw, 120, 0.12);
  const [bare, growth] = [about(draw, 70, 0.15), about(draw, 90, 0.15)];
  const nas = {
    title: "Na-Sn|NAS|Na-Sn",
    areaSquareCentimetre: AREA,
    resistance: bare,
    growth,
    stabilisedAfterHour: hours,
    temperatureCelsius: 25,
  };
  const nps = {
    title: "Na-Sn|NPS|Na-Sn",
    areaSquareCentimetre: AREA,
    resistance: 260,
    growth: 0,
    stabilisedAfterHour: null,
    temperatureCelsius: 25,
  };
  const protocol = { ...STABILITY_TEST, intervalSecond: 120 };
  write(notebook, "symmetric_NAS", "bdf-csv", () => virtualSymmetric(nas, protocol, `${seed} nas`));
  write(notebook, "symmetric_NPS", "bdf-csv", () =>
    withSoftShorts(virtualSymmetric(nps, { ...protocol, intervalSecond: 60 }, `${seed} nps`), seed, {
      perHalf: 0.6,
      during: "both",
      depthVolt: [0.006, 0.05],
      recoverySecond: [60, 300],
      isSymmetric: true,
    }),
  );
  notebook.know("symmetric-stable", "hours until the overpotential of the NAS cell stands still", hours, "h");
}

/** Print: 0.2 mV/s; three steps down and two up at 60 °C, blurred at room temperature. */
function voltammograms(notebook: Notebook, gram: number, seed: string): void {
  const draw = notebook.draw("sweeps");
  const at = (volt: number): number => near(draw, volt, 0.015);
  const down = [at(1.74), at(1.1), at(0.84)];
  const up = [at(1.84), at(2.2)];
  // the third is cut off by the end of the sweep
  for (const [k, volt] of down.slice(0, 2).entries())
    notebook.know(`CV-60C-down-${k + 1}`, `step ${k + 1} of the sweep down at 60 °C`, volt, "V");
  for (const [k, volt] of up.entries()) notebook.know(`CV-60C-up-${k + 1}`, `step ${k + 1} of the sweep up at 60 °C`, volt, "V");
  for (const [name, celsius, electrons] of [
    ["CV_25C", 25, 0.38],
    ["CV_60C", 60, 0.8],
  ] as const) {
    write(notebook, name, "bdf-csv", () => sweeps(name, celsius, electrons, down, up, gram, seed));
  }
}

/** Couples bound to the electrode; what is reduced at one potential is oxidised at another. */
function sweeps(
  name: string,
  celsius: number,
  electrons: number,
  down: readonly number[],
  up: readonly number[],
  gram: number,
  seed: string,
): WritableRun {
  const couple = (formalVolt: number, charge: number): VirtualCouple => ({
    kind: "surface",
    electrons,
    formalVolt,
    areaSquareMetre: AREA * 1e-4,
    temperatureKelvin: celsius + 273.15,
    diffusivity: 0,
    concentration: 0,
    // charge in mAh/g of sulfur
    coverage: (charge * gram * 3.6) / (electrons * 96485 * AREA * 1e-4),
  });
  const quiet = { ...USUAL_POTENTIOSTAT, currentNoiseAmpere: 0, doubleLayerFarad: 0, leakOhm: Number.POSITIVE_INFINITY };
  const run = (volt: number, charge: number, effects: typeof quiet) =>
    virtualVoltammogram(couple(volt, charge), 2e-4, `${name} ${seed}`, { fromVolt: 0.7, toVolt: 2.8, scans: 2, effects }).rows;
  const both = (volts: readonly number[], charges: readonly number[]) => volts.map((volt, k) => run(volt, charges[k]!, quiet));
  const falling = both(down, [420, 900, 520]);
  const rising = both(up, [1050, 560]);
  const noisy = run(1, 0, { ...USUAL_POTENTIOSTAT, doubleLayerFarad: 4e-3, currentNoiseAmpere: 3e-7, leakOhm: 2e6 });
  const perSweep = noisy.length / 4;
  const rows = noisy.map((row, i): VirtualRow => {
    const sweep = Math.floor(i / perSweep);
    const isUp = sweep % 2 === 0;
    const faradaic = (isUp ? rising : falling).reduce((sum, list) => sum + list[i]!.currentAmpere, 0);
    const currentAmpere = row.currentAmpere + faradaic;
    return { ...row, currentAmpere, cycle: 1 + (sweep >> 1), half: sweep + 1, mode: isUp ? "charge" : "discharge" };
  });
  const cell = { title: `S@C-NAS, 0.2 mV/s, ${celsius} °C`, activeMassGram: gram, areaSquareCentimetre: AREA, temperatureCelsius: celsius };
  return { cell, rows: rows.filter((_, i) => i % 4 === 0), truth: { seed } };
}
