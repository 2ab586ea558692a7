/** thioscope xrd: detector frames of diffraction; the first word says what to do with them. */
import { commandOf } from "../../actions.ts";
import { calibrateAction } from "./calibrate.ts";
import { integrateAction } from "./integrate.ts";
import { mapAction } from "./map.ts";
import { simulateAction } from "./simulate.ts";
import { stressAction } from "./stress.ts";

export const command = commandOf("xrd", "diffraction frames: the detector's geometry, patterns and cakes", {
  calibrate: calibrateAction,
  integrate: integrateAction,
  map: mapAction,
  stress: stressAction,
  simulate: simulateAction,
});
