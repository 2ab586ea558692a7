/**
 * What a trajectory is to the methods: one frame after another, the same atoms in the same order.
 *
 * Frames are handed over one at a time and their arrays are reused, so a file of any size needs the memory of one frame. Lengths are in Å
 * unless the header says that the file's unit is unknown; axes of the cell are the rows of a 3 × 3 matrix.
 */
import type { Notice } from "../errors.ts";

export interface TrajectoryHeader {
  readonly format: string;
  /** one symbol (or the file's own name of a type) for each atom */
  readonly species: readonly string[];
  /** "Å", or "" where the file states no unit */
  readonly unit: "Å" | "";
  /** time between two steps of the integrator in fs, where the file states it */
  readonly timestepFs: number | null;
  /** integrator steps between two frames, where the file states it */
  readonly stride: number | null;
  /** coordinates follow atoms through the boundaries of the cell */
  readonly isUnwrapped: boolean;
}

export interface TrajectoryFrame {
  /** counts from 0 */
  index: number;
  /** number of the integrator's step as the file states it */
  step: number | null;
  /** x, y, z of each atom in turn; reused for the next frame */
  coordinates: Float64Array;
  /** coordinates are fractions of the axes, not lengths */
  isFractional: boolean;
  /** axes row by row; null in open space; reused for the next frame */
  cell: Float64Array | null;
}

/** Takes frames. */
export interface TrajectorySink {
  /** once, before the first frame */
  begin?(header: TrajectoryHeader): void;
  /** false: no more frames are wanted */
  frame(frame: TrajectoryFrame): boolean | undefined;
}

/** What is known of a trajectory after its last frame. */
export interface TrajectorySummary extends TrajectoryHeader {
  readonly frames: number;
  readonly notices: readonly Notice[];
}
