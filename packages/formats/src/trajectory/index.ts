export type { TrajectoryOptions, TrajectoryReader } from "./model.ts";
export { readTrajectory, TRAJECTORY_READERS } from "./readTrajectory.ts";
