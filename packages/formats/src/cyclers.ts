/**
 * Files of cyclers and potentiostats and the cell file beside them: an entry of its own, so that a command that reads no frame, structure or spectrum loads none of their
 * readers.
 */
export { writeBdfCsv, writeBdfParquet, writeCsvWithUnits } from "./bdf/index.ts";
export { readCellFile } from "./cellfile/index.ts";
export type { ImpedanceFile, ImpedanceSpectrum } from "./impedance/model.ts";
export { readImpedance } from "./impedance/readImpedance.ts";
export { readCycling } from "./readCycling.ts";
export type { ColumnMapping, CyclingFile } from "./reader.ts";
export { type RawFile, readRaw } from "./readRaw.ts";
