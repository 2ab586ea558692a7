/**
 * Does the isotope pattern of an ion fit what was counted? Counts at each isotopologue against total × fraction:
 *
 *   χ² = Σ (A_k − T f_k)²/(T f_k),  T = Σ A_k,  over isotopologues with at least five counts expected
 *
 * An isotopologue with far more counts than its share has another ion under it, and ratios on that mass are not the ion's own. The tolerance of 2 %
 * of each count (peak shapes, windows) joins the counting error.
 */
import type { Notice } from "../errors.ts";
import { countIon } from "./calibrate.ts";
import { type Ion, parseIon } from "./ion.ts";

export interface PatternCheck {
  ion: string;
  isotopologues: readonly { mass: number; expected: number; counts: number; deviation: number }[];
  /** reduced χ²; null where fewer than two isotopologues can be judged */
  chi2: number | null;
  fits: boolean | null;
  notices: readonly Notice[];
}

const LEAST_EXPECTED = 5;
const TOLERANCE = 0.02;
const LIMIT = 3;

/** @param halfWidth of the window about each mass, u */
export function checkPattern(name: string, mass: Float64Array, counts: Float64Array, halfWidth: number): PatternCheck {
  const ion: Ion = parseIon(name);
  const seen = together(ion, 2 * halfWidth)
    .filter((p) => p.mass > mass[0]! && p.mass < mass[mass.length - 1]!)
    .map((p) => {
      const { counts: inside, background } = countIon(mass, counts, p.mass, halfWidth);
      return { ...p, counts: Math.max(0, inside - background), raw: inside };
    });
  const total =
    seen.reduce((sum, s) => sum + s.counts, 0) /
    Math.max(
      1e-12,
      seen.reduce((sum, s) => sum + s.fraction, 0),
    );
  const isotopologues = seen.map(({ mass: m, fraction, counts: found, raw }) => {
    const expected = total * fraction;
    const sigma = Math.hypot(Math.sqrt(Math.max(1, raw, expected)), TOLERANCE * expected);
    return { mass: m, expected, counts: found, deviation: (found - expected) / sigma };
  });
  const judged = isotopologues.filter((i) => i.expected >= LEAST_EXPECTED);
  const chi2 = judged.length < 2 ? null : judged.reduce((sum, i) => sum + i.deviation ** 2, 0) / (judged.length - 1);
  const notices: Notice[] = [];
  const worst = judged.reduce((a, b) => (b.deviation > (a?.deviation ?? LIMIT) ? b : a), undefined as (typeof judged)[number] | undefined);
  if (worst)
    notices.push({
      code: "isotope-pattern",
      message: `${ion.name}: ${Math.round(worst.counts)} counts at ${worst.mass.toFixed(3)} u where ${Math.round(worst.expected)} fit its pattern: another ion lies under it`,
    });
  return { ion: ion.name, isotopologues, chi2, fits: chi2 === null ? null : chi2 < LIMIT, notices };
}

/** Isotopologues that one window holds, with their mean mass. */
function together(ion: Ion, apart: number): { mass: number; fraction: number }[] {
  const groups: { mass: number; fraction: number; from: number }[] = [];
  for (const { mass, fraction } of ion.pattern) {
    const last = groups[groups.length - 1];
    if (last && mass - last.from < apart) {
      last.mass = (last.mass * last.fraction + mass * fraction) / (last.fraction + fraction);
      last.fraction += fraction;
    } else groups.push({ mass, fraction, from: mass });
  }
  return groups;
}
