/** Trajectories: displacement with its line at each temperature, diffusivities over temperature, radial distributions. */
import type { Quantity } from "../../units/quantity.ts";
import type { Numbers } from "../model.ts";

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
}

export interface AtomsContent {
  kind: "atoms";
  species: readonly string[];
  runs: readonly AtomsRun[];
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
