/** What a fit of any kind says about itself: correlations, and why it is not trusted. */

export { accountOf, type FactParameter, type FitFacts, STRONG, stateOf, strongPairs } from "./account.ts";
export type { AccountParameter, Doubt, FitAccount, ParameterState } from "./model.ts";
export { type Runs, runsOf } from "./runs.ts";
