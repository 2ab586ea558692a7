/**
 * The cyclers' files of a campaign: first cycles with and without LiI, lower limits, rates, long runs, temperatures, loadings, titrations.
 *
 * Every cell was weighed with an error that the cell file states; currents were set by what was weighed. Capacities are those of the work
 * where it prints them (rate table, first discharges, ends of the long runs), shortened in points per half cycle, never in cycles.
 */
import type { Random } from "@thioscope/core";
import type { VirtualCell, VirtualPlateau, VirtualRates } from "../../cells.ts";
import { type RecordingRules, USUAL_EFFECTS, virtualCycling } from "../../cycler.ts";
import { VIRTUAL_ENDINGS, type VirtualFormat, type WritableRun, writeVirtual } from "../../files.ts";
import { virtualPolarisation } from "../../polarisation.ts";
import { USUAL_PULSES, VIRTUAL_PARTICLE, virtualTitration } from "../../titration.ts";
import type { LabFile, LabTruth } from "../campaign.ts";
import { about, type Chemistry } from "./chemistry.ts";

const AREA = Math.PI * 0.5 ** 2;
/** Sulfur by the cell files, g, and the balance's error. */
const WEIGHED = { lii: 0.3384 * 1.51e-3, plain: 0.36 * 1.5e-3, lii3: 0.3492 * 1.5e-3, three: 3e-3 * AREA, twelve: 12e-3 * AREA } as const;
const WEIGHING = 0.01;

type Weighed = keyof typeof WEIGHED;
type Plateaus = readonly VirtualPlateau[];

const plateau = (potentialVolt: number, share: number, widthVolt: number): VirtualPlateau => ({ potentialVolt, share, widthVolt });

/** Potentials against Li–In under current, assumed but for the step at 1.4 V at 60 °C. */
const CURVES: Readonly<Record<"lii" | "plain" | "hot" | "cold", { discharge: Plateaus; charge: Plateaus }>> = {
  lii: {
    discharge: [plateau(1.4, 0.45, 0.05), plateau(1.27, 0.55, 0.06)],
    charge: [plateau(1.75, 0.6, 0.05), plateau(1.95, 0.4, 0.07)],
  },
  plain: {
    discharge: [plateau(1.33, 0.45, 0.05), plateau(1.18, 0.55, 0.07)],
    charge: [plateau(1.86, 0.55, 0.06), plateau(2.1, 0.45, 0.08)],
  },
  hot: {
    discharge: [plateau(1.58, 0.38, 0.035), plateau(1.4, 0.25, 0.014), plateau(1.3, 0.37, 0.04)],
    charge: [plateau(1.66, 0.6, 0.04), plateau(1.82, 0.4, 0.05)],
  },
  cold: {
    discharge: [plateau(1.05, 0.5, 0.07), plateau(0.85, 0.5, 0.07)],
    charge: [plateau(2.02, 0.5, 0.06), plateau(2.2, 0.5, 0.06)],
  },
};

/** A/g and mAh/g, as printed; the last is the return to the first current. */
const RATES = [
  [0.2, 933],
  [0.4, 1027.4],
  [0.6, 996.4],
  [0.8, 978.9],
  [1, 938.2],
  [2, 760.8],
  [4, 467.8],
  [6, 303.7],
  [0.2, 1222.4],
] as const;
const CYCLES_PER_RATE = 3;

/** After a share of the half cycle or a change of the potential, whichever comes first. */
const FINE: RecordingRules = { share: 0.02, volt: 0.05 };
const COARSE: RecordingRules = { share: 0.1, volt: 0.2 };

interface Test {
  name: string;
  title: string;
  curves: keyof typeof CURVES;
  weighed: Weighed;
  celsius: number;
  lowerVolt?: number;
  /** sulfur in the cell over what was weighed */
  real?: number;
  /** capacities in mAh per gram of the sulfur that is really there */
  protocol: readonly VirtualRates[];
  format: VirtualFormat;
  /** when rows are written, how often the instrument looks, how long it rests: fewer rows where there are many cycles */
  keep?: { rows: RecordingRules; intervalSecond: number; restSecond: number };
}

const rates = (
  cycles: number,
  amperePerGram: number,
  discharge: readonly [number, number],
  recovery: readonly [number, number],
): VirtualRates => ({
  cycles,
  currentMilliamperePerGram: amperePerGram * 1000,
  dischargeMilliampereHourPerGram: discharge,
  chargeRecovery: recovery,
});

export function cyclingFiles(chemistry: Chemistry, seed: number, draw: Random): { files: LabFile[]; truth: LabTruth[] } {
  const files: LabFile[] = [];
  const truth: LabTruth[] = [];
  const say = (key: string, what: string, value: number, unit: string): void => {
    truth.push({ key, what, value, unit });
  };
  const weigh = (): number => 1 + WEIGHING * draw.normal();
  const one = (capacity: number, recovery: number): VirtualRates[] => [rates(1, 0.2, [capacity, capacity], [recovery, recovery])];
  const { lii, plain, recoveryAt3 } = chemistry;
  const tests: Test[] = [
    first("first_lii", "lii", "lii", one(lii.dischargeCapacity, lii.recovery)),
    first("first_plain", "plain", "plain", one(plain.dischargeCapacity, plain.recovery)),
    first("first_lii3", "lii", "lii3", one(about(draw, 985, 0.03), recoveryAt3)),
  ];
  say("first-lii", "first discharge with LiI, 0.2 A/g", lii.dischargeCapacity, "mAh/g");
  say("first-plain", "first discharge without LiI, 0.2 A/g", plain.dischargeCapacity, "mAh/g");
  say("recovery-lii", "charge over discharge, first cycle with LiI", 100 * lii.recovery, "%");
  say("recovery-plain", "charge over discharge, first cycle without LiI", 100 * plain.recovery, "%");
  say("recovery-lii3", "charge over discharge, first cycle with 3 wt% LiI", 100 * recoveryAt3, "%");
  // lower limits: capacity grows slowly and does not reach sulfur's
  for (const [limit, capacity, word] of [
    [0.6, plain.dischargeCapacity * 1.01, "06V"],
    [0.2, 1200, "02V"],
    [-0.2, 1310, "minus02V"],
  ] as const) {
    const drawn = about(draw, capacity, 0.01);
    tests.push({ ...first(`limit_${word}`, "plain", "plain", one(drawn, 0.84 - 0.05 * (0.6 - limit))), lowerVolt: limit });
    say(`limit-${word}`, `first discharge to ${limit} V`, drawn, "mAh/g");
  }
  // the same limits kept: what goes down to −0.2 V comes back less
  for (const [name, lowerVolt, ends, recovery] of [
    ["kept_06V", 0.6, [990, 905], [0.99, 0.998]],
    ["kept_minus02V", -0.2, [1310, 640], [0.9, 0.985]],
  ] as const) {
    tests.push({
      ...first(name, "plain", "plain", [rates(40, 0.4, [about(draw, ends[0], 0.02), about(draw, ends[1], 0.02)], recovery)]),
      lowerVolt,
      keep: { rows: COARSE, intervalSecond: 20, restSecond: 120 },
    });
  }
  const table = RATES.map(([rate, capacity]) => [rate, about(draw, capacity, 0.02)] as const);
  tests.push({
    ...first(
      "rates_lii",
      "lii",
      "lii",
      table.map(([rate, capacity]) => rates(CYCLES_PER_RATE, rate, [capacity, capacity], [0.99, 0.999])),
    ),
    format: "biologic-mpt",
    keep: { rows: FINE, intervalSecond: 20, restSecond: 120 },
  });
  for (const [k, [rate, capacity]] of table.entries())
    say(
      `rate-${k === table.length - 1 ? "back-" : ""}${rate}`,
      `discharge capacity at ${rate} A/g${k === table.length - 1 ? " after all others" : ""}`,
      capacity,
      "mAh/g",
    );
  tests.push({
    ...first(
      "rates_plain",
      "plain",
      "plain",
      table.map(([rate, capacity], k) =>
        rates(CYCLES_PER_RATE, rate, [capacity * (k === 0 ? 1.02 : 0.62), capacity * 0.6], [k === 0 ? 0.84 : 0.985, 0.992]),
      ),
    ),
    keep: { rows: FINE, intervalSecond: 20, restSecond: 120 },
  });
  const coarse = { rows: COARSE, intervalSecond: 20, restSecond: 60 };
  const fast = [about(draw, 1080, 0.01), about(draw, 1069.4, 0.01), about(draw, 979.6, 0.01)] as const;
  tests.push({
    ...first("life_2Ag", "lii", "lii", [rates(1200, 2, [fast[0], fast[1]], [0.998, 1]), rates(300, 2, [fast[1], fast[2]], [1, 0.999])]),
    format: "bdf-csv",
    keep: coarse,
  });
  say("life-2Ag-1500", "discharge capacity of cycle 1500 at 2 A/g", fast[2], "mAh/g");
  const hot = [about(draw, 1136.8, 0.01), about(draw, 1323.6, 0.01)] as const;
  tests.push({ ...first("hot_first", "hot", "lii", [rates(1, 0.4, [hot[0], hot[0]], [1, 1])]), celsius: 60 });
  tests.push({
    ...first("hot_60C", "hot", "lii", [rates(60, 0.4, hot, [1, 0.999]), rates(340, 0.4, [hot[1], hot[1]], [1, 0.999])]),
    celsius: 60,
    format: "delimited-de",
    keep: { rows: COARSE, intervalSecond: 20, restSecond: 60 },
  });
  say("hot-400", "discharge capacity of cycle 400 at 60 °C", hot[1], "mAh/g");
  for (const [name, weighed, initial, last] of [
    ["loading_3mg", "three", 1080, 1000],
    ["loading_12mg", "twelve", 330, 175],
  ] as const) {
    const [a, b] = [about(draw, initial, 0.02), about(draw, last, 0.02)];
    const real = weigh();
    const block = rates(50, 0.1, [a, b], [1, 0.999]);
    tests.push({ ...first(`${name}_first`, "hot", weighed, [{ ...block, cycles: 1 }]), real, celsius: 60 });
    tests.push({
      ...first(name, "hot", weighed, [block]),
      real,
      celsius: 60,
      format: "bdf-csv",
      keep: { rows: COARSE, intervalSecond: 20, restSecond: 120 },
    });
    say(
      `${name}-50`,
      `areal capacity of cycle 50, ${name === "loading_3mg" ? 3 : 12} mg/cm² of sulfur`,
      (b * real * WEIGHED[weighed]) / AREA,
      "mAh/cm2",
    );
  }
  const cold = [about(draw, 336, 0.02), about(draw, 340, 0.02)] as const;
  tests.push({ ...first("cold_first", "cold", "lii", [rates(1, 0.2, [cold[0], cold[0]], [1, 1])]), celsius: -10 });
  tests.push({
    ...first("cold_-10C", "cold", "lii", [rates(100, 0.2, cold, [1, 0.999])]),
    celsius: -10,
    keep: { rows: COARSE, intervalSecond: 20, restSecond: 120 },
  });
  say("cold-1", "first discharge at −10 °C", cold[0], "mAh/g");

  for (const test of tests) files.push(fileOf({ real: weigh(), ...test }, seed));
  const life = polarised(seed, draw);
  const titration = titrations(seed, draw);
  return { files: [...files, ...life.files, ...titration.files], truth: [...truth, ...life.truth, ...titration.truth] };
}

function first(name: string, curves: keyof typeof CURVES, weighed: Weighed, protocol: readonly VirtualRates[]): Test {
  return { name, title: name, curves, weighed, celsius: 25, protocol, format: "biologic-mpt" };
}

function fileOf({ name, title, curves, weighed, real = 1, celsius, lowerVolt = 0.6, protocol, format, keep }: Test, seed: number): LabFile {
  const cell: VirtualCell = {
    id: name,
    title,
    paper: "Manipulating Li₂S₂/Li₂S mixed discharge products",
    activeMassGram: WEIGHED[weighed],
    areaSquareCentimetre: AREA,
    first: "discharge",
    lowerVolt,
    upperVolt: 2.4,
    ...CURVES[curves],
    resistanceOhm: 110,
    protocol: protocol.map((block) => ({
      ...block,
      dischargeMilliampereHourPerGram: block.dischargeMilliampereHourPerGram.map((q) => q * real) as [number, number],
    })),
    temperatureCelsius: celsius,
    flags: {},
  };
  return {
    path: `raw/cycling/${name}${VIRTUAL_ENDINGS[format]}`,
    bytes: () => writeVirtual(virtualCycling(cell, `${seed}`, USUAL_EFFECTS, keep?.intervalSecond, keep?.rows, keep?.restSecond), format),
  };
}

/** 250 cycles at 0.3 A/g: the capacity grows, the gap between charge and discharge closes. */
function polarised(seed: number, draw: Random): { files: LabFile[]; truth: LabTruth[] } {
  const gap = [about(draw, 0.721, 0.02), about(draw, 0.682, 0.02)] as const;
  const real = 1 + WEIGHING * draw.normal();
  const [initial, last] = [about(draw, 1050, 0.01), about(draw, 1496.9, 0.01)];
  const cycles = 250;
  // it closes evenly; the print is of cycles 1 and 200
  const end = gap[0] + ((gap[1] - gap[0]) * (cycles - 1)) / 199;
  const capacity = (cycle: number): number =>
    last + ((initial - last) * (Math.exp(-cycle / 60) - Math.exp(-cycles / 60))) / (Math.exp(-1 / 60) - Math.exp(-cycles / 60));
  const course = { ampere: 0.3 * WEIGHED.lii, dischargeHour: (cycle: number) => (capacity(cycle) * real) / 300 };
  return {
    files: [
      {
        path: "raw/cycling/life_03Ag.bdf.csv",
        bytes: () => {
          const run = virtualPolarisation(cycles, [gap[0], end], `lab ${seed}`, 60, course);
          const cell: WritableRun["cell"] = { ...run.cell, activeMassGram: WEIGHED.lii, areaSquareCentimetre: AREA };
          return writeVirtual({ ...run, cell }, "bdf-csv");
        },
      },
    ],
    truth: [
      { key: "polarisation-1", what: "gap at half capacity, cycle 1 at 0.3 A/g", value: gap[0], unit: "V" },
      { key: "polarisation-200", what: "gap at half capacity, cycle 200 at 0.3 A/g", value: gap[1], unit: "V" },
      { key: "life-03Ag-250", what: "discharge capacity of cycle 250 at 0.3 A/g", value: last, unit: "mAh/g" },
    ],
  };
}

/** m, as the study declares it: small enough that rests of 2 h are long. */
const RADIUS = 1e-6;

/** Pulses of 20 min at 0.2 A/g with rests of 2 h. The particles' radius is declared, the work prints none. */
function titrations(seed: number, draw: Random): { files: LabFile[]; truth: LabTruth[] } {
  const files: LabFile[] = [];
  const truth: LabTruth[] = [];
  for (const [name, squareCentimetre, ohm] of [
    ["lii", about(draw, 4.83e-13, 0.1), 90],
    ["plain", about(draw, 3.4e-13, 0.1), 190],
  ] as const) {
    const particle = {
      ...VIRTUAL_PARTICLE,
      diffusivity: squareCentimetre * 1e-4,
      radius: RADIUS,
      activeMassGram: WEIGHED[name],
      interfaceOhm: ohm,
    };
    files.push({
      path: `raw/gitt/${name}.mpt`,
      bytes: () => writeVirtual(virtualTitration(particle, `lab ${name} ${seed}`, { ...USUAL_PULSES, pulses: 16 }), "biologic-mpt"),
    });
    truth.push({
      key: `diffusion-${name}`,
      what: `mean diffusion coefficient ${name === "lii" ? "with" : "without"} LiI, spheres of 1 µm`,
      value: squareCentimetre,
      unit: "cm2/s",
    });
  }
  return { files, truth };
}
