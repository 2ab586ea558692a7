/** thioscope pdf: total scattering to pair distribution functions, and what they say of distances. */
import { commandOf } from "../../actions.ts";
import { compareAction } from "./compare.ts";
import { fitAction } from "./fit.ts";
import { peaksAction } from "./peaks.ts";
import { transformAction } from "./transform.ts";

export const command = commandOf("pdf", "pair distribution functions: from patterns to G(r), peaks, small boxes", {
  transform: transformAction,
  peaks: peaksAction,
  fit: fitAction,
  compare: compareAction,
});
