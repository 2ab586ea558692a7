// Temperature
export { type Arrhenius, type ArrheniusForm, type ArrheniusPoint, arrhenius } from "./arrhenius.ts";
