/** What page and report show of voltammetry, titration, symmetric cells and coulometric composition: plain data, as the rest of a story. */
import type { Ion } from "../../cell/anode.ts";
import type { ConditionPair, ShareInterval } from "../../cycling/index.ts";
import type { CriticalCurrent, HalfOverpotential, ShortSign, SoftShorts, Stabilisation } from "../../symmetric/index.ts";
import type { DiffusionLength, EquilibriumPoint, PotentialStep, TitrationPulse } from "../../titration/index.ts";
import type { Answer, NotComputable, Quantity } from "../../units/quantity.ts";
import type { BValue, PeakPair, PeakSeries, SweepSummary } from "../../voltammetry/index.ts";
import type { Numbers, RowRange } from "../model.ts";

/** A method is absent where it was not asked for or does not apply; the file's notices then say why. */
export interface Electrochemistry {
  voltammetry?: VoltammetryStory;
  titration?: TitrationStory;
  potentialSteps?: PotentialStepsStory;
  symmetric?: SymmetricStory;
  composition?: CompositionStory;
  peakTemperatures?: PeakTemperatures;
}

type Placed<T> = Omit<T, "rows"> & { rows: RowRange };

export interface VoltammetryStory {
  sweeps: readonly SweepStory[];
  pairs: readonly PeakPair[];
  unpaired: readonly { scan: number; notComputable: string }[];
  /** the same peaks over scan rates, of all files of the story that hold sweeps; null where there are fewer than two rates */
  rates: ScanRates | null;
}

export interface SweepStory extends Placed<SweepSummary> {
  /** reduced so that every extreme stays visible */
  curve: { row: Numbers; voltageVolt: Numbers; currentMilliampere: Numbers };
}

export interface ScanRates {
  series: readonly (Omit<PeakSeries, "points"> & {
    /** `file` and `row` of the peak's top */
    points: readonly (PeakSeries["points"][number] & { file: number; row: number })[];
    bValue: BValue | NotComputable;
  })[];
  /** directions whose peaks cannot be compared, and why */
  refused: readonly string[];
}

export interface TitrationStory {
  /** null where none was declared: D/L² is then the answer */
  length: DiffusionLength | null;
  trains: readonly {
    train: number;
    direction: "charge" | "discharge";
    pulses: number;
    plateaus: number;
    meanDiffusionRate: Answer;
    meanDiffusionCoefficient: Answer;
  }[];
  equilibrium: readonly EquilibriumPoint[];
  pulses: readonly TitrationPulseStory[];
}

export interface TitrationPulseStory extends Omit<TitrationPulse, "rows" | "restRows"> {
  rows: RowRange;
  /** of the rest after it */
  restRows: RowRange;
}

/** Peaks of dQ/dV of all files of the story over their temperatures: the same for each of these files. */
export interface PeakTemperatures {
  /** the instrument's error of a file's potentials that the slopes take into account */
  offset: Quantity;
  tracks: readonly {
    number: number;
    direction: "charge" | "discharge";
    /** mV/K */
    slope: Answer;
    /** by rising temperature (°C); `share` of the half cycle's charge */
    points: readonly { file: number; cycle: number; temperature: Quantity; potential: Answer; share: Quantity; rows: RowRange | null }[];
  }[];
  /** half the sum of discharge and charge, free of the polarisation that both have */
  pairs: readonly ConditionPair[];
  unpaired: string | null;
}

/** A titration by potential steps: how the current decays at each. */
export interface PotentialStepsStory {
  /** null where none was declared: D/L² is then the answer */
  length: DiffusionLength | null;
  steps: readonly Placed<PotentialStep>[];
}

export interface SymmetricStory {
  cell: "symmetric" | "full";
  /** empty for a full cell, as the next two are not computable */
  halfCycles: readonly Placed<HalfOverpotential>[];
  stabilisation: Stabilisation | NotComputable;
  criticalCurrent: CriticalCurrent | NotComputable;
  softShorts: Omit<SoftShorts, "signs"> & { signs: readonly Placed<ShortSign>[] };
}

export interface CompositionStory {
  ion: Ion;
  /** names of S, M2S2 and M2S */
  species: readonly [string, string, string];
  /** what was declared beside the charge, as shares from 0 to 1; a range each */
  declared: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** the instrument's accuracy in the errors: declared, or assumed */
  accuracy: { how: string; assumed: boolean };
  halfCycles: readonly CompositionHalf[];
  /** where a run is too long for all of it: `halfCycles` are of the first and every n-th cycle, and of the last */
  everyCycle?: number;
}

/** A half cycle with what the sulfur holds along it; `low` and `high` are the least and the largest charge that it may hold. */
export interface CompositionHalf {
  half: number;
  cycle: number;
  direction: "charge" | "discharge";
  rows: RowRange;
  /** mAh per g of sulfur at its end, by the half cycle's own charge */
  capacity: Answer;
  row: Numbers;
  timeHour: Numbers;
  voltageVolt: Numbers;
  /** x in M2Sx: infinite (null in JSON) where the sulfur holds nothing */
  xLow: Numbers;
  xHigh: Numbers;
  relativeSigma: number;
  /** null on charge, where what the sulfur held before is not known by counting alone */
  split: CompositionSplit | null;
}

/** What the products may be after each charge of a discharge: shares of the sulfur atoms, 0 to 1. */
export interface CompositionSplit {
  /** at its end, in the order of `species` */
  end: readonly [ShareInterval, ShareInterval, ShareInterval];
  dominant: string | null;
  statement: string;
  row: Numbers;
  milliampereHourPerGram: Numbers;
  low: readonly [Numbers, Numbers, Numbers];
  high: readonly [Numbers, Numbers, Numbers];
}
