/**
 * Virtual cells that no threshold of the short detection was set on: other plateaus, widths, capacities, currents, resistances,
 * noise, digits, sampling, losses and restarts than those of VIRTUAL_CELLS, and any number of drawn ones.
 */
import { random } from "@thioscope/core";
import {
  type SymmetricEffects,
  type SymmetricProtocol,
  USUAL_EFFECTS,
  USUAL_SYMMETRIC,
  VIRTUAL_SYMMETRIC,
  type VirtualCell,
  type VirtualEffects,
  type VirtualPlateau,
  type VirtualSymmetricCell,
} from "@thioscope/virtual";

export interface OtherCell {
  cell: VirtualCell;
  effects: VirtualEffects;
  intervalSecond: number;
}

type Plateau = readonly [volt: number, share: number, width: number];

interface Sketch {
  id: string;
  window: readonly [lower: number, upper: number];
  discharge: readonly Plateau[];
  charge: readonly Plateau[];
  massGram: number;
  capacity: readonly [first: number, last: number];
  hours: number;
  /** ohmic drop at the cell's current, V */
  dropVolt: number;
  recovery?: readonly [first: number, last: number];
  first?: "charge" | "discharge";
  effects: Partial<VirtualEffects>;
  intervalSecond: number;
}

const plateausOf = (list: readonly Plateau[]): VirtualPlateau[] =>
  list.map(([potentialVolt, share, widthVolt]) => ({ potentialVolt, share, widthVolt }));

function cellOf(s: Sketch, cycles: number): OtherCell {
  const currentMilliamperePerGram = s.capacity[0] / s.hours;
  return {
    cell: {
      id: s.id,
      title: s.id,
      paper: "",
      activeMassGram: s.massGram,
      areaSquareCentimetre: 0.7854,
      first: s.first ?? "discharge",
      lowerVolt: s.window[0],
      upperVolt: s.window[1],
      discharge: plateausOf(s.discharge),
      charge: plateausOf(s.charge),
      resistanceOhm: (1e3 * s.dropVolt) / (currentMilliamperePerGram * s.massGram),
      protocol: [
        {
          cycles,
          currentMilliamperePerGram,
          dischargeMilliampereHourPerGram: s.capacity,
          chargeRecovery: s.recovery ?? [0.985, 0.998],
        },
      ],
      temperatureCelsius: 25,
      flags: {},
    },
    effects: { ...USUAL_EFFECTS, ...s.effects },
    intervalSecond: s.intervalSecond,
  };
}

/** Chosen by hand, each for another difficulty. */
const SKETCHES: readonly Sketch[] = [
  // two plateaus 700 mV apart, a cliff between them
  {
    id: "liquid Li–S",
    window: [1.7, 2.8],
    discharge: [
      [2.33, 0.28, 0.025],
      [2.09, 0.72, 0.02],
    ],
    charge: [
      [2.24, 0.7, 0.03],
      [2.39, 0.3, 0.025],
    ],
    massGram: 1.9e-3,
    capacity: [1120, 860],
    hours: 8,
    dropVolt: 0.04,
    effects: { voltageNoiseVolt: 8e-5, voltageStepVolt: 1e-4 },
    intervalSecond: 30,
  },
  // flat, then a knee at the end
  {
    id: "two-phase phosphate",
    window: [2.5, 3.8],
    discharge: [[3.38, 1, 0.012]],
    charge: [[3.47, 1, 0.012]],
    massGram: 9.3e-3,
    capacity: [152, 149],
    hours: 5,
    dropVolt: 0.06,
    first: "charge",
    effects: { voltageNoiseVolt: 4e-5, voltageStepVolt: 1e-5, restarts: 2 },
    intervalSecond: 20,
  },
  // no plateau at all
  {
    id: "sloping oxide",
    window: [2.8, 4.3],
    discharge: [
      [4.1, 0.25, 0.09],
      [3.85, 0.35, 0.1],
      [3.62, 0.4, 0.07],
    ],
    charge: [
      [3.72, 0.45, 0.08],
      [3.95, 0.3, 0.1],
      [4.18, 0.25, 0.08],
    ],
    massGram: 14e-3,
    capacity: [178, 160],
    hours: 3,
    dropVolt: 0.12,
    first: "charge",
    effects: { voltageNoiseVolt: 3e-4, voltageStepVolt: 3e-4, driftVolt: 1e-3 },
    intervalSecond: 60,
  },
  // fast, coarse digits, many lost rows
  {
    id: "fast selenium",
    window: [0.8, 2.6],
    discharge: [
      [1.95, 0.4, 0.03],
      [1.5, 0.6, 0.055],
    ],
    charge: [
      [1.8, 0.55, 0.045],
      [2.1, 0.45, 0.04],
    ],
    massGram: 0.6e-3,
    capacity: [610, 540],
    hours: 1.2,
    dropVolt: 0.2,
    effects: { voltageNoiseVolt: 2e-4, voltageStepVolt: 1e-3, droppedShare: 0.008 },
    intervalSecond: 10,
  },
  // slow and noisy
  {
    id: "slow Na–S at 60 °C",
    window: [0.9, 2.9],
    discharge: [
      [2.05, 0.15, 0.06],
      [1.72, 0.3, 0.05],
      [1.3, 0.55, 0.04],
    ],
    charge: [
      [1.66, 0.4, 0.05],
      [1.95, 0.35, 0.04],
      [2.35, 0.25, 0.08],
    ],
    massGram: 1.1e-3,
    capacity: [1390, 1310],
    hours: 13,
    dropVolt: 0.09,
    effects: { voltageNoiseVolt: 6e-4, voltageStepVolt: 0, restarts: 3 },
    intervalSecond: 120,
  },
];

export const otherCells = (cycles: number): readonly OtherCell[] => SKETCHES.map((sketch) => cellOf(sketch, cycles));

/** One to four plateaus anywhere in a window of 0.8 to 2.2 V, 0.7 to 14 h. */
export function drawnCell(seed: string, cycles: number): OtherCell {
  const draw = random(`other cell/${seed}`);
  const between = (a: number, b: number): number => a + (b - a) * draw.uniform();
  const logBetween = (a: number, b: number): number => a * (b / a) ** draw.uniform();
  const lower = between(0.4, 2.6);
  const span = between(0.8, 2.2);
  const plateaus = (shift: number): Plateau[] =>
    Array.from(
      { length: 1 + draw.integer(4) },
      (): Plateau => [lower + shift + between(0.1, 0.75) * span, between(0.1, 1), logBetween(0.018, 0.08)],
    ).sort((a, b) => b[0] - a[0]);
  const capacity = between(100, 1600);
  return cellOf(
    {
      id: `drawn ${seed}`,
      window: [lower, lower + span],
      discharge: plateaus(0),
      charge: plateaus(0.15),
      massGram: logBetween(2e-4, 1e-2),
      capacity: [capacity, capacity * between(0.6, 1)],
      hours: logBetween(0.7, 14),
      dropVolt: between(0, 0.25),
      recovery: [between(0.95, 1.03), between(0.98, 1.01)],
      first: draw.uniform() < 0.5 ? "discharge" : "charge",
      effects: {
        voltageNoiseVolt: logBetween(3e-5, 8e-4),
        voltageStepVolt: [0, 1e-5, 5e-5, 3e-4, 1e-3][draw.integer(5)]!,
        driftVolt: between(0, 1e-3),
        droppedShare: between(0, 0.008),
        restarts: draw.integer(4),
      },
      intervalSecond: [10, 20, 30, 60, 120][draw.integer(5)]!,
    },
    cycles,
  );
}

export interface OtherSymmetric {
  cell: VirtualSymmetricCell;
  protocol: SymmetricProtocol;
  effects: SymmetricEffects;
}

/** 15 to 600 Ω cm², 0.1 to 1 mA/cm², half cycles of 0.3 to 5 h. */
export function drawnSymmetric(seed: string, cycles: number): OtherSymmetric {
  const draw = random(`other symmetric cell/${seed}`);
  const between = (a: number, b: number): number => a + (b - a) * draw.uniform();
  const logBetween = (a: number, b: number): number => a * (b / a) ** draw.uniform();
  const resistance = logBetween(15, 600);
  const density = logBetween(0.1, 1);
  return {
    cell: {
      ...VIRTUAL_SYMMETRIC,
      resistance,
      growth: logBetween(5, 300),
      stabilisedAfterHour: draw.uniform() < 0.3 ? null : between(10, 100),
      growthExponent: between(1, 2.5),
    },
    protocol: {
      currentDensities: [density],
      cycles,
      halfCycleHour: logBetween(0.3, 5),
      intervalSecond: [10, 30, 60][draw.integer(3)]!,
    },
    effects: {
      ...USUAL_SYMMETRIC,
      voltageNoiseVolt: logBetween(3e-5, 6e-4),
      voltageStepVolt: [0, 1e-5, 1e-4, 3e-4][draw.integer(4)]!,
      dailySwing: between(0, 0.03),
      halfCycleScatter: between(0, 0.02),
      droppedShare: between(0, 0.01),
      // beyond half of the overpotential it is no symmetric cell
      offsetVolt: between(0, 1e-4) * resistance * density,
    },
  };
}
