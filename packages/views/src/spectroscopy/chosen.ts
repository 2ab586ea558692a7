/** The spectrum that is looked at. */
import type { SpectroscopyContent, SpectroscopyCurve } from "@thioscope/core/story";
import type { ViewState } from "../cursor.ts";

export const CURVE = "spectroscopy.curve";

export function chosen({ part, state }: { part: SpectroscopyContent; state: ViewState }): SpectroscopyCurve | undefined {
  return part.curves[Number(state.choices[CURVE] ?? 0)] ?? part.curves[0];
}
