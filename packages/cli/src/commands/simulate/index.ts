/** thioscope simulate: models of the cell; the first word says which. */
import { commandOf } from "../../actions.ts";
import { depositionAction } from "./deposition.ts";

export const command = commandOf("simulate", "models: plating around pores and defects", {
  deposition: depositionAction,
});
