/** thioscope tomo: from projections to slices, and what a volume of a cell shows. */
import { commandOf } from "../../actions.ts";
import { compareAction } from "./compare.ts";
import { reconstructAction } from "./reconstruct.ts";
import { segmentAction } from "./segment.ts";

export const command = commandOf(
  "tomo",
  "tomography: slices from projections; interlayer, voids and ingrowth of a cell; before and after",
  {
    reconstruct: reconstructAction,
    segment: segmentAction,
    compare: compareAction,
  },
);
