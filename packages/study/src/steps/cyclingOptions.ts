/** Parameters of the step `cycles` as the method takes them; "auto" leaves the choice to it. */
import { convert, parseQuantity } from "@thioscope/core";
import type { CycleOptions } from "@thioscope/core/cycling";

export function cyclingOptions({ reference, gain }: Readonly<Record<string, unknown>>): CycleOptions {
  return {
    ...(typeof reference === "number" ? { reference } : {}),
    ...(typeof gain === "string" && gain !== "auto" ? { accuracy: { currentRelative: fraction(gain) } } : {}),
  };
}

function fraction(text: string): number {
  const { value, unit } = parseQuantity(text, "%");
  return convert(value, unit, "1");
}
