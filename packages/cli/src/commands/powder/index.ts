/** thioscope powder: lines of phases, which phases a pattern holds, their cells and amounts. */
import { commandOf } from "../../actions.ts";
import { amorphousAction } from "./amorphous.ts";
import { balanceAction } from "./balance.ts";
import { identifyAction } from "./identify.ts";
import { quantifyAction, refineAction } from "./refine.ts";
import { simulateAction } from "./simulate.ts";

export const command = commandOf("powder", "powder patterns: lines, which phases, cells and mass fractions", {
  simulate: simulateAction,
  identify: identifyAction,
  refine: refineAction,
  quantify: quantifyAction,
  amorphous: amorphousAction,
  balance: balanceAction,
});
