/**
 * The campaign of the operando Na–S work: a cell S | Na3PS4 | Na15Sn4 at 80 °C scanned by a micro-beam over a cycle, cells with closo-borates at 30 °C stopped at potentials for
 * S K-edge absorption, rates and sweeps of such cells, and of the electrolyte impedance, thermobalance and trajectories. Cells are runs of the model of the conversion cathode.
 */
import { type Random, random } from "@thioscope/core";
import { type CellRun, parameterSet, withParameters, withSwitches } from "@thioscope/core/cellmodel";
import { VIRTUAL_CELLS } from "../cells.ts";
import { type VirtualRow, virtualCycling } from "../cycler.ts";
import { writeVirtual } from "../files.ts";
import { USUAL_IMPEDANCE_EFFECTS, virtualImpedance, virtualPellet } from "../impedance.ts";
import { writeVirtualImpedance } from "../impedanceFiles.ts";
import { virtualVoltammogram } from "../potentiostat.ts";
import { virtualBalance } from "../spectroscopy.ts";
import { writeNetzsch } from "../spectroscopyFiles.ts";
import { trajectoryText, virtualTrajectory } from "../trajectory.ts";
import { type LabCampaign, type LabFile, type LabRecipe, type LabTruth, textFile } from "./campaign.ts";
import { cycleOf, electronsOf, formulasOf, profileAt, recordedRows } from "./cellStates.ts";
import { frameFileList, operandoExperiment, SCAN_SECOND } from "./naSOperando/frames.ts";
import { spectraFiles, sulfurOf, timeAtVolt } from "./naSOperando/spectra.ts";

/** Model options of the paper's cell: every polysulfide, crystals apart. */
const SWITCHES = ["with-high-order", "with-na2s3", "crystalline"];
const REST = 1800;
/** How much cells that are built alike differ: standard deviation of the logarithm. */
const SPREAD = { contactArea: 0.15, cathodeConductivity: 0.1, diffusion: 0.1, contactResistance: 0.2 } as const;
/** mg of sulfur as weighed: operando cell, laboratory cell. */
const SULFUR = { operando: 0.165, laboratory: 1.65 };
const AREA = { operando: 0.0786, laboratory: 0.7854 };

export const NA_S_OPERANDO_LAB: LabRecipe = {
  name: "na-s-operando",
  also: ["na-s-nps"],
  title: "operando diffraction, ex-situ absorption and electrochemistry of solid-state Na–S cells",
  effects: [
    "diffraction and absorption are of different cells: Na3PS4 at 80 °C, closo-borates at 30 °C",
    "a scan of the beam takes half an hour, and the cell goes on meanwhile; the first begins at any moment of it; one scan is missing",
    "crystals are stiffer or softer by 15 % than the elastic constants that are known of them",
    "the thickness of the pellet is read with an error of 5 µm",
    "gas buoys the thermobalance's pan up",
    "the beamline's clock is off by minutes; the beam drifts; rings are grainy; a detector module is dead beyond its mask",
    "sulfur is weighed with an error of 1 %",
    "stops of the ex-situ cells are reached within 2 mV; the monochromator's zero is off and drifts",
    "the spectra hold chains of several lengths at once",
    "impedance has a stray capacitance, a step between current ranges and a room that warms up",
    "trajectories drift, breathe and hop in a crowd",
  ],
  campaign,
};

function campaign(seed: number): LabCampaign {
  const draw = random(`na-s-operando ${seed}`);
  const vary = (relative: number): number => 1 + relative * draw.normal();
  const nps = cycleOf(cellSet("na-s-nps", draw.fork("nps")), "100 mA/g");
  const nbh = cycleOf(cellSet("na-s-nbh", draw.fork("nbh")), "50 mA/g");
  const stress = { electrolyteMPa: 280 * vary(0.08), sulfideMPa: 180 * vary(0.08) };
  const beam = draw.fork("beam");
  const experiment = operandoExperiment(
    nps,
    seed,
    REST,
    {
      ...stress,
      // computed and estimated constants are off by about as much
      compliance: { "c-Na3PS4": 1 + 0.15 * beam.normal(), Na2S: 1 + 0.15 * beam.normal() },
      firstScanSecond: Math.round(SCAN_SECOND * beam.uniform()),
      distanceMetre: 1.481 + 0.002 * beam.normal(),
    },
    draw.fork("clock"),
  );
  const gauge = draw.fork("gauge");
  const pellet = {
    conductivity25: 1.1e-4 * vary(0.15),
    activationElectronvolt: 0.27 * vary(0.05),
    // the gauge reads 0.80 mm
    thickness: 0.08 + 0.0005 * gauge.normal(),
    area: 0.7854,
    arcShare: 0,
  };
  const sulfurShare = 33 * vary(0.03);
  const hop = { ratePerPs: 0.5 * vary(0.15) };
  const files: LabFile[] = [
    cyclerFile("raw/operando.bdf.csv", "S|NPS operando, 80 °C", SULFUR.operando, AREA.operando, 80, [nps], seed),
    ...frameFileList(experiment, [Math.floor(0.3 * experiment.scans)]),
    cyclerFile("raw/nbh.mpt", "S|NBH, 30 °C", SULFUR.laboratory, AREA.laboratory, 30, [nbh], seed),
    ...spectraFiles(nbh, seed, draw.fork("spectra")),
    // the laboratory's long run is the same beside every campaign
    { path: "raw/laboratory.mpt", bytes: () => writeVirtual(virtualCycling(VIRTUAL_CELLS["na-s-nps"], "operando"), "biologic-mpt") },
    ...otherRates(seed),
    ...sweeps(seed),
    ...[-10, 0, 10, 25, 40, 60].map((celsius): LabFile => {
      const cell = virtualPellet({ ...pellet, temperatureCelsius: celsius });
      return {
        path: `raw/pellets/Na3PS4_${celsius}C.mpt`,
        bytes: () =>
          writeVirtualImpedance(virtualImpedance(cell, [0], SWEEP, USUAL_IMPEDANCE_EFFECTS, `${seed}/${celsius}`), "biologic-mpt"),
      };
    }),
    textFile("raw/cathode_tg.txt", () => {
      const balance = virtualBalance({ seed, steps: [[275, 22, sulfurShare]] });
      return writeNetzsch("S/C/NPS before pressing", balance.milligram, balance);
    }),
    textFile("raw/blank_tg.txt", () => {
      // the same pan without a sample, on another day
      const balance = virtualBalance({ seed: `${seed}/blank`, steps: [] });
      return writeNetzsch("empty pan", balance.milligram, { ...balance, mass: balance.blank });
    }),
    textFile("raw/Na3PS4_600K.XDATCAR", () => trajectoryText(trajectoryOf(hop, seed), "xdatcar")),
  ];
  return { files, truth: [...cellTruth(nps, nbh), ...materialTruth()] };

  function materialTruth(): LabTruth[] {
    return [
      { key: "stress-nps", what: "largest stress difference of Na3PS4 in the cathode", value: largestStress("c-Na3PS4"), unit: "MPa" },
      { key: "stress-na2s", what: "largest stress difference of Na2S", value: largestStress("Na2S"), unit: "MPa" },
      { key: "clock-offset", what: "beamline's clock less the cycler's", value: experiment.clockOffsetSecond, unit: "s" },
      { key: "distance", what: "distance of the detector", value: 1000 * experiment.distanceMetre, unit: "mm" },
      { key: "sigma-25", what: "conductivity of Na3PS4 at 25 °C", value: pellet.conductivity25, unit: "S/cm" },
      { key: "activation", what: "activation energy of its conduction", value: pellet.activationElectronvolt, unit: "eV" },
      { key: "sulfur", what: "sulfur of the cathode composite", value: sulfurShare, unit: "wt%" },
      { key: "diffusivity", what: "diffusivity of Na at 600 K", value: trajectoryOf(hop, seed, 2).D, unit: "cm2/s" },
    ];
  }

  function largestStress(phase: string): number {
    let most = 0;
    for (let s = 0; s < experiment.scans; s++) {
      const { domains } = experiment.moment(experiment.frame(s, 7).timeSecond);
      for (const domain of domains) if (domain.phase === phase && domain.amount > 0.05) most = Math.max(most, domain.difference);
    }
    return most;
  }
}

const SWEEP = { highestHertz: 1e6, lowestHertz: 10, perDecade: 8 };
/** A third of the sites' ions and all that stays of Na3PS4. */
const TRAJECTORY = {
  frames: 400,
  ions: 42,
  framework: [
    ["P", 14],
    ["S", 56],
  ] as const,
};

function trajectoryOf(hop: { ratePerPs: number }, seed: number, frames = TRAJECTORY.frames): ReturnType<typeof virtualTrajectory> {
  return virtualTrajectory({ ...TRAJECTORY, ...hop, frames }, `na-s ${seed}`);
}

/** The set with parameters of its own: no two campaigns crystallise, polarise and end alike. */
function cellSet(name: string, draw: Random): ReturnType<typeof parameterSet> {
  const base = withSwitches(parameterSet(name), SWITCHES);
  const usual = base.parameters["bornCrystalline.Na2S2"]?.value ?? 0.8;
  const own = Object.fromEntries(
    Object.entries(SPREAD).map(([key, relative]) => [key, base.parameters[key]!.value * Math.exp(relative * draw.normal())]),
  );
  return withParameters(base, { ...own, "bornCrystalline.Na2S2": Math.min(0.98, Math.max(0.5, usual + 0.06 * draw.normal())) }).set;
}

function cyclerFile(
  path: string,
  title: string,
  weighed: number,
  area: number,
  celsius: number,
  runs: readonly CellRun[],
  seed: number,
): LabFile {
  return {
    path,
    bytes() {
      // the same bytes however often they are asked for
      const own = random(`${path} ${seed}`);
      const milligram = weighed * (1 + 0.01 * own.normal());
      const rows: VirtualRow[] = [];
      for (const [k, run] of runs.entries()) {
        const startSecond = rows.length > 0 ? rows.at(-1)!.timeSecond + 10 : 0;
        rows.push(
          ...recordedRows(
            run,
            { milligram, restSecond: k === 0 ? REST : 300, everySecond: 20, noiseVolt: 2e-4, cycle: k + 1, startSecond },
            own,
          ),
        );
      }
      const cell = { title, activeMassGram: weighed / 1e3, areaSquareCentimetre: area, temperatureCelsius: celsius };
      return writeVirtual({ cell, rows, truth: { seed: path } }, path.endsWith(".mpt") ? "biologic-mpt" : "bdf-csv");
    },
  };
}

/** A laboratory cell at two rates; a cell with closo-borates at three. */
function otherRates(seed: number): LabFile[] {
  const runs = (name: string, rates: readonly string[]): CellRun[] =>
    rates.map((rate) => cycleOf(withSwitches(parameterSet(name), SWITCHES), rate));
  const later = (path: string, title: string, celsius: number, name: string, rates: readonly string[]): LabFile => ({
    path,
    bytes: () => cyclerFile(path, title, SULFUR.laboratory, AREA.laboratory, celsius, runs(name, rates), seed).bytes(),
  });
  return [
    later("raw/nps_rates.mpt", "S|NPS, 80 °C, 50 and 100 mA/g", 80, "na-s-nps", ["50 mA/g", "100 mA/g"]),
    later("raw/nbh_rates.mpt", "S|NBH, 30 °C, 50, 200 and 500 mA/g", 30, "na-s-nbh", [
      "50 mA/g",
      "200 mA/g",
      "500 mA/g",
      "500 mA/g",
      "500 mA/g",
    ]),
  ];
}

/** A step of such a cell, swept at the two rates and temperatures that are compared: the couple stands for one of the cell's several steps. */
const COUPLE = { kind: "diffusion", electrons: 1, formalVolt: 1.75, areaSquareMetre: 7.85e-5, concentration: 2000, coverage: 0 } as const;
const SWEEPS = [
  { name: "nbh_30C_25uVs", voltPerSecond: 25e-6, kelvin: 303, diffusivity: 2e-14 },
  { name: "nbh_80C_10mVs", voltPerSecond: 10e-3, kelvin: 353, diffusivity: 4e-13 },
];

function sweeps(seed: number): LabFile[] {
  return SWEEPS.map(({ name, voltPerSecond, kelvin, diffusivity }) =>
    textFile(`raw/cv/${name}.csv`, () => {
      const couple = { ...COUPLE, temperatureKelvin: kelvin, diffusivity };
      const { rows } = virtualVoltammogram(couple, voltPerSecond, `${seed}/${name}`, { fromVolt: 0.6, toVolt: 2.9 });
      const lines = rows.map((r) => `${r.timeSecond.toFixed(3)},${r.voltageVolt.toFixed(5)},${r.currentAmpere.toExponential(6)}`);
      return `test_time_second,voltage_volt,current_ampere\n${lines.join("\n")}\n`;
    }),
  );
}

const WORDS: Readonly<Record<string, string>> = { S: "S8", Na2S7: "Na2S6-8" };

/** Gap between charge and discharge at half of the capacity, as the run has it. */
function gapOf({ rows, steps }: CellRun): number {
  const at = (k: number): number => {
    const [first, last] = steps[k]!.rows;
    const half = (rows.capacity[first]! + rows.capacity[last]!) / 2;
    const falls = rows.capacity[last]! < rows.capacity[first]!;
    let r = first;
    while (r < last && (falls ? rows.capacity[r]! > half : rows.capacity[r]! < half)) r++;
    const [before, after] = [rows.capacity[r - 1]!, rows.capacity[r]!];
    return rows.volt[r - 1]! + ((rows.volt[r]! - rows.volt[r - 1]!) * (half - before)) / (after - before);
  };
  return at(1) - at(0);
}

/** What the cells went through. */
function cellTruth(nps: CellRun, nbh: CellRun): LabTruth[] {
  const formulas = formulasOf(nps);
  const electrons = electronsOf(nps);
  const discharge = nps.steps[0]!;
  const times = Array.from({ length: 400 }, (_, i) => (nps.rows.time[discharge.rows[1]]! * i) / 399);
  const states = times.map((t) => profileAt(nps, t));
  const passed = (n: Float64Array): number => n.reduce((sum, v, k) => sum + v * electrons[k]!, 0);
  const sulfide = formulas.indexOf("Na2S");
  const onset = states.find(({ meanCrystalline }) => meanCrystalline[sulfide]! > 0.01)!;
  const most = (k: number): { at: number; amount: number } =>
    states.reduce((best, { mean }) => (mean[k]! > best.amount ? { at: passed(mean), amount: mean[k]! } : best), { at: 0, amount: 0 });
  const chain = sulfurOf(nbh, timeAtVolt(nbh, "discharge", 1.7)).chain!;
  return [
    {
      key: "polarisation",
      what: "gap between charge and discharge of the operando cell at half of the capacity",
      value: gapOf(nps),
      unit: "V",
    },
    {
      key: "onset",
      what: "time on the cycler's clock at which crystalline Na2S appears",
      value: REST + times[states.indexOf(onset)]!,
      unit: "s",
    },
    { key: "chain-1p7V", what: "mean chain length at 1.70 V", value: chain.x, unit: "" },
    ...formulas.flatMap((formula, k): LabTruth[] => {
      const { amount } = most(k);
      const name = WORDS[formula] ?? formula;
      return formula === "S" || amount < 0.05
        ? []
        : [{ key: `most-${name}`, what: `largest share of ${name} on discharge`, value: 100 * amount, unit: "%" }];
    }),
  ];
}
