export type { Path, Places } from "./place.ts";
export { readYaml } from "./read.ts";
export { checkStructure, type Schema } from "./structure.ts";
