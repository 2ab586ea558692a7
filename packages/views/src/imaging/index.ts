/** How volumes and pictures of sections are shown. */
import type { PartView } from "../parts/model.ts";
import { mountPlanes } from "./mountPlanes.ts";
import { SECTION } from "./section.ts";
import { DEPTH, THICKNESS } from "./stack.ts";

export const IMAGING: PartView<"imaging"> = { panel: "images", figures: [SECTION, THICKNESS, DEPTH], mount: mountPlanes };
