export {
  catholyteOf,
  type ElectrolyteEstimate,
  ESTIMATE,
  electrolyteEstimate,
  electronsPerFormula,
  excessOverSulfur,
  ionOf,
  leastElectronsPerElectrolyte,
  sulfurAtomShare,
  sulfurMass,
} from "./catholyte.ts";
export { chainLengthAt, chainLengthOf, type SulfurCurve, sulfurCurves } from "./curve.ts";
export { parseShareRange } from "./shareRange.ts";
export { type CompositionPriors, chainLength, type ProductSplit, type ShareInterval, splitProducts, sulfurCapacity } from "./split.ts";
