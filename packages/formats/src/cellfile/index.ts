export { readCellFile } from "./readCellFile.ts";
export { CELL_SCHEMA } from "./schema.ts";
