// Elements
export { atomicNumber, SYMBOLS } from "../chemistry/atomicNumber.ts";
export { ATOMIC_WEIGHTS } from "../chemistry/elements.ts";
// Cells
export { axesOf, inverseCell, smallestHeight, volumeOf } from "./cell.ts";
// Density and hops
export { type DensityGrid, type Percolation, percolation, probabilityDensity, projection } from "./density.ts";
export { type Hop, type HopOptions, type HopStatistics, hopsBetweenSites, hopsWithoutSites, type VanHove, vanHoveSelf } from "./hops.ts";
export { type CellGrid, type Isosurface, isosurface, levelHolding, smoothed } from "./isosurface.ts";
// Trajectories
export type { TrajectoryFrame, TrajectoryHeader, TrajectorySink, TrajectorySummary } from "./model.ts";
export { type Polyhedra, type PolyhedraOptions, polyhedraCollector } from "./polyhedra.ts";
// Structure over time
export { firstShell, type PartialRdf, type RdfOptions, type RdfResult, rdfCollector } from "./rdf.ts";
export { type DensitySites, densitySites } from "./sites.ts";
// Paths of atoms
export { type IonTracks, type TrackOptions, trackCollector } from "./tracks.ts";
