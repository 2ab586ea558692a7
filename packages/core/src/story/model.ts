/**
 * What the page and the report show of a cell: results with the rows they came from, already reduced to
 * what a screen can hold. Plain data: it survives JSON, so a server, a worker and a file can carry it.
 */
import type { Notice } from "../errors.ts";
import type { FitAccount } from "../fits/index.ts";
import type { Answer, NotComputable, Quantity } from "../units/quantity.ts";
import type { Electrochemistry } from "./electrochemistry/model.ts";
import type { Part } from "./parts/model.ts";

/** Typed array in memory, plain array after JSON. */
export type Numbers = ArrayLike<number>;

/** Rows [first, last] of a raw file, both included: where a number comes from. */
export interface RowRange {
  file: number;
  first: number;
  last: number;
}

export interface Story {
  /** version 1 had neither spectra nor peaks, version 2 no parts (see `currentStory`) */
  version: 3;
  title: string;
  cell: CellCard | null;
  files: readonly StoryFile[];
  /** What other instruments saw and what models say. */
  parts: readonly PlacedPart[];
  /** What the cell did, a sentence per event. */
  sentences: readonly Sentence[];
  /** How it was made: program version, steps with parameters, hashes. */
  provenance: readonly { label: string; value: string }[];
  /** The same in prose, for a paper; of studies alone. */
  methods?: StoryMethods;
}

/** How the results were made; "[2]" in the text is the second reference. */
export interface StoryMethods {
  paragraphs: readonly { heading: string; text: string }[];
  references: readonly { text: string; doi?: string }[];
}

/** A part in its story: `runFile` is the file whose rows its rows mean. */
export type PlacedPart = Part & { runFile: number | null };

/** Text with numbers in it; each number names its rows or the line of the cell file it comes from. */
export interface Sentence {
  /** what it is about, where that is not the run itself */
  about?: { what: "impedance"; file: number } | { what: "part"; part: number };
  parts: readonly (string | { quantity: Quantity; from?: RowRange; note?: string })[];
}

export interface CellCard {
  name: string;
  /** From the anode to the cathode collector; `thicknessNote` says where a thickness is only a bound. */
  layers: readonly { role: string; label: string; thickness: Answer; loading: Answer; thicknessNote?: string }[];
  /** The book-keeping, in reading order. */
  lines: readonly { label: string; answer: Answer; how: string; assumed: boolean }[];
  notices: readonly Notice[];
}

/** How a capacity in mAh turns into the unit shown: shown = mAh × factor. */
export interface CapacityBasis {
  /** "mAh", "mAh/g", "mAh/cm2", "mAh/cm3", "x in Na2Sx" … */
  unit: string;
  label: string;
  factor: number;
  /** standard error of the factor, relative; the same for all points */
  relativeSigma: number;
}

export interface StoryFile {
  name: string;
  /** sha-256 of the raw bytes, hex, where known */
  hash: string | null;
  format: string;
  technique: string;
  rows: number;
  cycles: number;
  cyclesByCurrent: number;
  /** which half cycle comes first in each cycle; null where there are no cycles */
  firstHalfCycle: "charge" | "discharge" | null;
  /** of the cell, °C, where its file tells one */
  temperature?: Quantity;
  /** what cathode and separator are made of, where its file tells it: cells of another chemistry are not compared over temperature */
  chemistry?: string;
  /** the cycle that retention refers to */
  referenceCycle: number | null;
  /** the instrument's accuracy in the errors: declared, or assumed; null without cycles */
  accuracy: { how: string; assumed: boolean } | null;
  meta: Readonly<Record<string, string | number>>;
  /** when its time was zero, since 1970-01-01 UTC; absent where the file tells no wall clock */
  startUnixSecond?: number;
  notices: readonly Notice[];
  /**
   * The whole run, reduced so that every extreme stays visible; `row` is the source row of each point. Arrays of
   * what the file does not hold are empty.
   */
  trace: { row: Numbers; timeHour: Numbers; voltageVolt: Numbers; currentMilliampere: Numbers };
  /** First entry is the default shown. */
  bases: readonly CapacityBasis[];
  halfCycles: readonly HalfCycleCurve[];
  cycleTable: readonly CycleRow[];
  rateTable: readonly RateRow[];
  /** null where the file holds no spectra */
  impedance: ImpedanceStory | null;
  /** voltammetry, titration, symmetric cell, composition; absent where none was asked for */
  electrochemistry?: Electrochemistry;
}

export interface HalfCycleCurve {
  /** by current, from 1 */
  cycle: number;
  direction: "charge" | "discharge";
  rows: RowRange;
  /** reduced curve; capacity from the start of the half cycle */
  row: Numbers;
  timeHour: Numbers;
  capacityMilliampereHour: Numbers;
  voltageVolt: Numbers;
  /** counted in potential bins; in mAh/V, negative on discharge, empty where there is none; sigma empty where not known */
  dqdv: {
    voltageVolt: Numbers;
    milliampereHourPerVolt: Numbers;
    sigma: Numbers;
    /** width of the bins and why */
    binWidthVolt: number;
    how: string;
  };
  /** what dQ/dV is made of; null where that was not asked for */
  peaks: HalfCyclePeaks | NotComputable | null;
}

/** dQ/dV of one half cycle as a sum of peaks over a background. */
export interface HalfCyclePeaks {
  /** by ascending potential */
  list: readonly StoryPeak[];
  /** mAh under the background, and passed at the ends that are not fitted */
  background: Quantity;
  outside: Quantity;
  /** (peaks + background + outside) / capacity of the half cycle, % */
  closure: Quantity;
  /** the peaks' form, and by how much real ones differ from it (share of the local height) */
  shape: string;
  shapeError: number;
  /** in bins of their own (V; mAh/V, negative on discharge) */
  curve: { voltageVolt: Numbers; measured: Numbers; fitted: Numbers; background: Numbers };
  /** correlations, and why it is not trusted; absent in stories of older programs */
  account?: FitAccount;
}

export interface StoryPeak {
  /** V; the reason where the peak is cut off */
  potential: Answer;
  /** mAh of its step */
  capacity: Quantity;
  /** full width at half maximum, V */
  width: Quantity;
  /** mAh/V at its top, negative on discharge */
  height: Quantity;
  cutBy: "limit" | "start" | null;
  /** seen only beside a larger one */
  shoulder: boolean;
  rows: RowRange | null;
  /** the fitted peak alone, without the background, from bin `from` of the curve on */
  component: { from: number; milliampereHourPerVolt: Numbers };
}

/** One cycle by current, or one scan of a potential sweep by the instrument's count; every number an answer with its error, in lab units (mAh, mWh, V, %). */
export interface CycleRow {
  cycle: number;
  rows: RowRange;
  chargeCapacity: Answer;
  dischargeCapacity: Answer;
  /** Q_discharge / Q_charge of this cycle: the figure where the charge comes first */
  coulombicEfficiency: Answer;
  /** Q_charge / Q_discharge of this cycle: the figure where the discharge comes first */
  chargeRecovery: Answer;
  energyEfficiency: Answer;
  chargeEnergy: Answer;
  dischargeEnergy: Answer;
  meanChargeVoltage: Answer;
  meanDischargeVoltage: Answer;
  polarisation: Answer;
  retention: Answer;
  chargeCurrent: Answer;
  dischargeCurrent: Answer;
  durationHour: number;
}

/** A group of neighbouring cycles at one discharge rate. */
export interface RateRow {
  firstCycle: number;
  lastCycle: number;
  /** first cycle of the earlier group at the same rate that this one returns to; null where the rate is new */
  backAt: number | null;
  dischargeCurrent: Answer;
  chargeCurrent: Answer;
  /** multiples of 1 C, per hour (0.1 is C/10), where the cell tells the theoretical capacity */
  rate: Answer;
  dischargeCapacity: Answer;
  chargeCapacity: Answer;
  coulombicEfficiency: Answer;
}

/** All spectra of a file: one circuit for the series, each spectrum with what it allows to say. */
export interface ImpedanceStory {
  /** the circuit fitted to all spectra and why this one; the reason where there is none */
  circuit: { text: string; how: string; weights: "modulus" | "unit" } | NotComputable;
  spectra: readonly SpectrumStory[];
  /** absent where it was not asked for */
  newArc?: NewArcStory | NotComputable;
}

/** An arc that appears within the series and grows. */
export interface NewArcStory {
  circuit: string;
  /** place of the first spectrum that has it */
  first: number;
  /** places of the spectra that have it, with its resistance in ohm and the error */
  index: readonly number[];
  resistance: Numbers;
  sigma: Numbers;
  /** hours, by the clock of the file */
  onset: Answer;
  complete: Answer;
  /** ohm, of the complete layer */
  final: Answer;
  exponent: Answer;
}

export interface SpectrumStory {
  name: string;
  rows: RowRange;
  /** row of each point; where the file has no rows of data its place among all points */
  row: Numbers;
  frequencyHertz: Numbers;
  realOhm: Numbers;
  /** negative for capacitive behaviour */
  imaginaryOhm: Numbers;
  /** when the sweep began, on the clock of the test; null where not known, as the others */
  timeHour: number | null;
  cycle: number | null;
  potentialVolt: number | null;
  temperatureCelsius: number | null;
  fit: SpectrumFit | NotComputable;
  validity: SpectrumValidity | NotComputable;
  relaxation: SpectrumRelaxation | NotComputable;
}

export interface SpectrumFit {
  /** in the circuit's order; `refused` says why a value is not determined */
  parameters: readonly (Quantity & { name: string; interval95: readonly [number, number] | null; refused: string | null })[];
  /** Σ |Z − Ẑ|²/|Z|² */
  chi2: number;
  /** the fitted circuit between the first and the last frequency */
  curve: { frequencyHertz: Numbers; realOhm: Numbers; imaginaryOhm: Numbers };
  /** (Z − Ẑ)/|Z| of each point, % */
  residualRealPercent: Numbers;
  residualImaginaryPercent: Numbers;
  warnings: readonly string[];
  /** correlations, and why it is not trusted; absent in stories of older programs */
  account?: FitAccount;
}

/** Kramers–Kronig: what a linear, causal, stable system can have. */
export interface SpectrumValidity {
  /** in the order of falling frequency */
  ranges: readonly {
    fromHertz: number;
    toHertz: number;
    /** rms of the residuals over the noise */
    timesNoise: number;
    consistent: boolean;
    reason: string | null;
  }[];
  /** one standard deviation of the noise, % of |Z| */
  noisePercent: number;
  residualRealPercent: Numbers;
  residualImaginaryPercent: Numbers;
  verdict: string;
}

/** Distribution of relaxation times γ(ln τ) and the arcs in it. */
export interface SpectrumRelaxation {
  /** ascending */
  tauSecond: Numbers;
  gammaOhm: Numbers;
  /** one standard deviation of γ */
  sigmaOhm: Numbers;
  peaks: readonly { tau: Quantity; resistance: Quantity; fromSecond: number; toSecond: number }[];
  seriesResistance: Quantity;
  inductance: Quantity;
}
