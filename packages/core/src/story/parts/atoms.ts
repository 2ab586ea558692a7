/** Trajectories: displacement with its line at each temperature, diffusivities over temperature, radial distributions. */
import type { Answer, Quantity } from "../../units/quantity.ts";
import type { Numbers } from "../model.ts";
import type { PackedNumbers } from "./packed.ts";

type Estimate = Quantity & { interval95: readonly [number, number] };

export interface AtomsRun {
  /** K; null where it is not stated */
  temperature: number | null;
  /** indices into the part's files: replicas of one cell */
  files: readonly number[];
  ions: number;
  /** ps */
  time: Numbers;
  /** Å² */
  displacement: Numbers;
  collective: Numbers;
  /** the line over `time` with its standard error; NaN before it begins and after it ends */
  line: Numbers;
  sigma: Numbers;
  /** between these 95 % of displacements measured at that lag lie if the line is right: few windows, wide apart */
  low: Numbers;
  high: Numbers;
  /** ps */
  regime: readonly [number, number];
  D: Estimate;
  chargeD: Estimate | null;
  haven: Estimate | null;
  conductivity: Estimate | null;
  /** moves from one plateau of a path to the next, of the first replica; null where the run is too short or has one ion alone */
  hops: { count: number; perIon: number; length: Answer; rate: Quantity } | null;
}

/** Atoms of the first file over time. */
export interface StructureView {
  /** symbols, and which of them each atom is */
  symbols: readonly string[];
  kinds: Numbers;
  /** mean axes, row by row, Å; null in open space */
  cell: Numbers | null;
  temperature: number | null;
  /** frames shown, and ps between them */
  frames: number;
  stepPs: number;
  /** x, y, z of each atom, frame by frame, Å; followed over the boundaries, drift taken off */
  positions: PackedNumbers;
  density: DensityView | null;
}

/** Where the followed ions of the same file have been. */
export interface DensityView {
  /** points along the axes */
  shape: readonly [number, number, number];
  /** ions per Å³, the third axis fastest */
  values: PackedNumbers;
  /** width of the Gaussian by which counts were spread, Å */
  smoothing: number;
}

export interface AtomsContent {
  kind: "atoms";
  species: readonly string[];
  runs: readonly AtomsRun[];
  /** null where there are too many atoms to show */
  structure: StructureView | null;
  /** ln D against 1/T with its 95 % band; null for fewer than three temperatures */
  arrhenius: {
    activationEnergy: Estimate;
    /** 1000/T in 1/K */
    inverse: Numbers;
    /** cm²/s */
    line: Numbers;
    low: Numbers;
    high: Numbers;
  } | null;
  /** of the first file; null where there is no cell */
  radial: {
    /** Å */
    r: Numbers;
    pairs: readonly { pair: readonly [string, string]; g: Numbers; firstPeak: number | null; neighbours: number | null }[];
  } | null;
}
