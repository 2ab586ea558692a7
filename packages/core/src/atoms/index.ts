// Cells
export { inverseCell, smallestHeight, volumeOf } from "./cell.ts";
// Trajectories
export type { TrajectoryFrame, TrajectoryHeader, TrajectorySink, TrajectorySummary } from "./model.ts";
// Paths of atoms
export { type IonTracks, type TrackOptions, trackCollector } from "./tracks.ts";
