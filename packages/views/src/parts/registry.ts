/** How each kind of part is shown. */
import type { PartKind } from "@thioscope/core/story";
import { BARCODE, DIAGRAM } from "../topology/barcode.ts";
import type { PartView } from "./model.ts";

export const PART_VIEWS: { readonly [Kind in PartKind]: PartView<Kind> } = {
  topology: { panel: "atoms", figures: [BARCODE, DIAGRAM] },
};
