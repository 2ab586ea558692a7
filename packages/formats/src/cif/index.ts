export { MOST_CHARACTERS as CIF_SIZE_LIMIT } from "./lexer.ts";
export { type CifNumber, formatCifNumber, parseCifNumber } from "./number.ts";
export { type CifBlock, type CifItem, type CifLoop, type CifValue, parseCif, writeCif } from "./parse.ts";
export { readCif, readCifStructures, structureOfBlock, writeStructureCif } from "./structure.ts";
