/** How far what follows may be from what is printed. */
import type { Claim } from "./model.ts";
import { half, type Span } from "./value.ts";

/** Absolute, or a share ("5 %"); 0 without one. Of a map, that of the name, or of the words that the name contains: splitting_eV is that of d_splitting_TaCl5_eV. */
export function toleranceOf({ tol }: Claim, name: string): { absolute: number; share: number } {
  const own = tol !== null && typeof tol === "object" ? (tol[name] ?? ofWords(tol, name)) : tol;
  if (own === null) return { absolute: 0, share: 0 };
  const percent = /^([\d.]+)\s*%$/.exec(String(own));
  return percent ? { absolute: 0, share: Number(percent[1]) / 100 } : { absolute: Number(own), share: 0 };
}

function ofWords(tol: Readonly<Record<string, number | string>>, name: string): number | string | null {
  const words = new Set(name.split(/[_.]/));
  return Object.entries(tol).find(([key]) => key.split("_").every((word) => words.has(word)))?.[1] ?? null;
}

/** True where both ends of what follows lie within the tolerance of what is printed, or inside a printed range or bound. */
export function within(found: Span, printed: Span, { absolute, share }: { absolute: number; share: number }): boolean {
  const room = (end: number): number => (Number.isFinite(end) ? absolute + share * Math.abs(end) : 0);
  if (printed.low === printed.high) {
    const slack = room(printed.low) + 1e-12 * Math.abs(printed.low);
    // a range that follows agrees with a print inside it
    return found.low <= printed.low + slack && found.high >= printed.high - slack;
  }
  return (
    found.low >= printed.low - room(printed.low) - half(printed.low) && found.high <= printed.high + room(printed.high) + half(printed.high)
  );
}
