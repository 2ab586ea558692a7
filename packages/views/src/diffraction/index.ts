/** Views of operando diffraction, in reading order. */
import type { PartView } from "../parts/model.ts";
import { RING_RESIDUALS } from "./calibration.ts";
import { CAKES, DETECTOR } from "./detector.ts";
import { LAYERS } from "./layers.ts";
import { PHASE_MAPS, STRESS_MAPS } from "./maps.ts";
import { mountCalibration } from "./mountCalibration.ts";
import { PATTERN, WATERFALL } from "./patterns.ts";

export const DIFFRACTION: PartView<"diffraction"> = {
  panel: "diffraction",
  figures: [PHASE_MAPS, STRESS_MAPS, LAYERS, DETECTOR, RING_RESIDUALS, CAKES, PATTERN, WATERFALL],
  mount: mountCalibration,
};
