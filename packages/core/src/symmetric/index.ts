// Critical current density
export { type CriticalCurrent, type CurrentLevel, criticalCurrent } from "./criticalCurrent.ts";
// Overpotential per half cycle
export { type HalfOverpotential, overpotentials } from "./overpotential.ts";
// Soft shorts, also of full cells
export { type SoftShorts, softShorts } from "./shorts.ts";
export type { ShortSign } from "./softShort.ts";
// Stabilisation
export { type Stabilisation, stabilisation } from "./stabilisation.ts";
