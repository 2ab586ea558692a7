/**
 * What operando diffraction shows: where the rings lie, patterns, phases and stress over position and time.
 *
 * Maps are lists row by row, one row per position and one column per scan (`ScanAxes`); NaN where nothing was
 * measured or where there is no answer. A part holds what its step made: lists that it did not make are empty.
 */
import type { Answer, Quantity } from "../../units/quantity.ts";
import type { Numbers } from "../model.ts";

export interface DiffractionContent {
  kind: "diffraction";
  /** null where the geometry was given and not fitted here */
  calibration: DiffractionCalibration | null;
  images: readonly DetectorView[];
  cakes: readonly CakeView[];
  patterns: readonly PatternSeries[];
  /** what maps and layers stand on; null without any */
  scans: ScanAxes | null;
  phaseMaps: readonly PhaseMapView[];
  stressMaps: readonly StressMapView[];
  layers: readonly LayerView[];
  /** what files of frames and a geometry beside them state of the beam and the detector */
  stated?: { energyKeV?: number; pixelMicrometre?: number };
}

/** Fitted geometry with the residuals of every ring. */
export interface DiffractionCalibration {
  calibrant: string;
  /** index into the part's images: the frame it was fitted to; null where that is not kept */
  image: number | null;
  parameters: readonly { name: string; quantity: Quantity; held: boolean }[];
  rings: readonly {
    /** "1 1 0" */
    label: string;
    twoThetaDegree: number;
    /** where the ring was found less where it ought to be, degrees */
    off: Quantity;
    /** of its sectors about that mean, degrees */
    scatterDegree: number;
    sectors: number;
  }[];
  /** the geometry as a PONI file */
  poni: string;
}

/** A detector frame, reduced by averaging squares of pixels. */
export interface DetectorView {
  title: string;
  /** index into the part's files */
  file: number;
  /** within the file, from 0 */
  frame: number;
  /** of the detector */
  rows: number;
  columns: number;
  /** pixels of the detector on a side of one of the view's */
  reduced: number;
  /** counts per pixel, means of what is not masked; NaN where all is; row by row, ⌈rows/reduced⌉ × ⌈columns/reduced⌉ */
  values: Numbers;
  maskedPixels: number;
  /** expected rings, in pixels of the detector (the centre of the first is 0.5); NaN where one leaves it */
  rings: readonly { label: string; phase: string; column: Numbers; row: Numbers }[];
  /** where the beam meets the detector, pixels; null where it is not known */
  centre: { row: number; column: number } | null;
}

/** Abscissa of patterns and cakes. */
export interface RadialAxis {
  /** "2th_deg", "q_nm^-1", "d" … */
  unit: string;
  /** centres of the bins */
  values: Numbers;
}

/** Intensity over radius and azimuth. */
export interface CakeView {
  title: string;
  axis: RadialAxis;
  /** edges of the sectors, degrees: one more than there are rows */
  azimuthDegree: Numbers;
  /** counts per pixel, row by row, a row per sector */
  values: Numbers;
  lines: readonly PhaseLines[];
}

/** Where the reflections of a phase lie. */
export interface PhaseLines {
  phase: string;
  /** in the unit of the axis they stand on */
  places: Numbers;
  /** "2 2 0" */
  labels: readonly string[];
}

/** Patterns along one thing: time at one position, or position in one scan, or the files as they come. */
export interface PatternSeries {
  title: string;
  axis: RadialAxis;
  /** what each pattern belongs to */
  along: { name: "time" | "position" | "frame"; unit: string; values: Numbers };
  /** rows of the run during each pattern; empty where there is no run */
  firstRow: Numbers;
  lastRow: Numbers;
  /** counts per pixel, pattern by pattern; sigma empty where errors are not known */
  values: Numbers;
  sigma: Numbers;
  lines: readonly PhaseLines[];
}

export interface ScanAxes {
  /** centres, µm, rising */
  positionMicrometre: Numbers;
  /** middle of each scan, h since the first row of the run, or since the first frame where there is no run */
  timeHour: Numbers;
  /** rows of the run that passed during each scan; NaN outside of it; empty where there is no run */
  firstRow: Numbers;
  lastRow: Numbers;
  /** the frame behind each cell, row by row as in the maps: index into the part's files and place in that file, from 0; NaN where none was taken */
  frames?: { file: Numbers; frame: Numbers };
  /** how frames got their position and time, and by how much the clocks differ */
  clock: { how: string; offset: Answer };
  /** what lies along the positions, e.g. from the cell file: "separator" from 0 to 460 µm */
  layers: readonly { label: string; fromMicrometre: number; toMicrometre: number }[];
}

/** Intensity of a phase over position and time. */
export interface PhaseMapView {
  phase: string;
  unit: string;
  values: Numbers;
  sigma: Numbers;
  /** averaged; `overlaps`: what else lies there (the reflection was left out while others remained) */
  reflections: readonly { label: string; twoThetaDegree: number; overlaps: readonly string[] }[];
  /** h, when it first stands out of its error */
  onset: Answer;
}

/** Deviatoric stress of a phase over position and time. */
export interface StressMapView {
  phase: string;
  /** "axial − transverse", "axial component" … */
  what: string;
  /** what exactly the number is, and what it assumes */
  definition: string;
  unit: "MPa";
  values: Numbers;
  sigma: Numbers;
  /** why cells have no value, the most frequent reason */
  missing: string | null;
  /** elastic constants used */
  constants: readonly { name: string; quantity: Quantity; source: string; assumed: boolean }[];
}

/** Edges of a layer or of a reaction front over time, from fits of its profile. */
export interface LayerView {
  /** "Na2S front", "separator | cathode" */
  label: string;
  phase: string;
  timeHour: Numbers;
  /** µm; NaN where not determined */
  position: Numbers;
  sigma: Numbers;
  /** µm/h */
  velocity: Answer;
  /** what is told apart, µm */
  resolution: Quantity;
}
