export type { TrajectoryOptions, TrajectoryReader } from "./model.ts";
export { readTrajectory, TRAJECTORY_READERS } from "./readTrajectory.ts";
export { type WritableAtoms, writeExtxyz, writeXdatcar } from "./write/extxyz.ts";
export { writeH5md } from "./write/h5md.ts";
