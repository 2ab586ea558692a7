/** A range of shares as it is written on a command line or in a study: "0..0.3", "0..30 %", "0.2". */
import { ThioscopeError } from "../../errors.ts";
import { inUnit, parseQuantity } from "../../units/quantity.ts";

/** Both ends from 0 to 1. @throws ThioscopeError INVALID_INPUT, UNIT_MISMATCH */
export function parseShareRange(text: string): readonly [low: number, high: number] {
  const words = text.split("..");
  const percent = /%\s*$/.test(text);
  const ends = words.map((word) => {
    // "0..30 %": the unit of the last end holds for both
    const written = percent && !word.includes("%") ? `${word} %` : word;
    return inUnit(parseQuantity(written, "1"), "1").value;
  });
  const [low = Number.NaN, high = low] = ends;
  if (words.length > 2 || !(low >= 0 && high >= low && high <= 1)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `"${text}" is no range of shares: write for instance 0..0.3 or 0..30 %, both ends between 0 and 1`,
    );
  }
  return [low, high];
}
