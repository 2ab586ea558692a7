/** thioscope image: pictures of sections, from SEM and EDS. */
import { commandOf } from "../../actions.ts";
import { cracksAction } from "./cracks.ts";
import { elementsAction } from "./elements.ts";

export const command = commandOf("image", "pictures of sections: cracks and voids as area fractions, element maps", {
  cracks: cracksAction,
  elements: elementsAction,
});
