export type { AthenaGroup, AthenaProject, PerlValue } from "./athena/model.ts";
export { athenaProject, writeAthena } from "./athena/project.ts";
export { readFeffPath } from "./feff.ts";
export type { AbsorptionColumns, AbsorptionFile, AbsorptionReadOptions, AbsorptionScan, NamedChi } from "./model.ts";
export { readAbsorption } from "./readAbsorption.ts";
export { writeAbsorptionCsv } from "./write.ts";
