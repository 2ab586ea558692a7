// Bytes
export { type ByteSource, sourceOfBlob, sourceOfBytes } from "./bytes/source.ts";

// Cycling data
export { CYCLING_READERS, findReader, readCycling } from "./readCycling.ts";
export type { ColumnMapping, CyclingFile, Reader, ReadOptions } from "./reader.ts";
