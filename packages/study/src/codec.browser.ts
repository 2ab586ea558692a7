/** In a browser tables are not kept: they stay as they are. */
export const CODEC = "UNCOMPRESSED";
export const PACK = {};
export const UNPACK = {};
