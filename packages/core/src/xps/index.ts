// Backgrounds
export { type XpsBackground, type XpsBackgroundName, xpsBackground } from "./background.ts";
// Energies
export { cutXps, type XpsEnergyOptions, type XpsInput, type XpsSpectrum, xpsSpectrum } from "./energy.ts";
// Fits
export { type FittedComponent, fitXps, type XpsComponent, type XpsFit, type XpsFitOptions } from "./fit.ts";
// Lines
export { CORE_LEVELS, type CoreLevel, coreLevel, SENSITIVITY_PHOTON, XPS_SPECIES, type XpsSpecies } from "./lines.ts";
// Composition
export { type AtomShare, type LevelArea, type QuantifyOptions, quantifyXps } from "./quantify.ts";
// Charge reference
export { CHARGE_REFERENCES, chargeShift } from "./reference.ts";
// Satellites
export { removeSatellites, SATELLITES } from "./satellites.ts";
