export { type TrajectoryOptions, type TrajectoryReader } from "./model.ts";
export { readTrajectory, TRAJECTORY_READERS } from "./readTrajectory.ts";
