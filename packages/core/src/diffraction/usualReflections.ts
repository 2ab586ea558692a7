/**
 * Reflections that stand for a phase in a map where the user names none: those that an operando study of a solid-state Na–S cell used (scanning micro-beam diffraction at 87.1 keV), as data; for other
 * phases the three strongest lines that the structure gives.
 */
import type { Indices } from "../crystal/extinction.ts";
import { powderLines } from "../crystal/powder.ts";
import type { Structure } from "../crystal/structure.ts";
import { ThioscopeError } from "../errors.ts";

const SOURCE = "as used by an operando study of S | Na3PS4 | Na15Sn4 cells";

const USUAL: Readonly<Record<string, readonly Indices[]>> = {
  Na2S: [
    [1, 1, 1],
    [2, 2, 0],
    [4, 2, 2],
  ],
  Na2S2: [[2, 0, 0]],
  S8: [[1, 1, 3]],
  "c-Na3PS4": [[1, 1, 0]],
  Na15Sn4: [
    [2, 1, 1],
    [2, 2, 0],
  ],
};

const STRONGEST = 3;

/**
 * @param largestDegree 2θ up to which rings are seen
 * @returns INVALID_INPUT where the structure has no sites and no reflections are known
 */
export function usualReflections(
  structure: Structure,
  wavelengthAngstrom: number,
  largestDegree: number,
): { readonly reflections: readonly Indices[]; readonly source: string } {
  const known = Object.hasOwn(USUAL, structure.name) ? USUAL[structure.name] : undefined;
  if (known) return { reflections: known, source: SOURCE };
  const { lines } = powderLines(structure, { wavelengthAngstrom, twoThetaMaxDegree: Math.min(180, largestDegree) });
  const strength = lines.flatMap((line) =>
    "notComputable" in line.intensity ? [] : [{ hkl: line.families[0]!.hkl, intensity: line.intensity.value }],
  );
  if (strength.length === 0)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${structure.name}: without atoms nobody knows which lines are strong: name its reflections, such as "${structure.name} 111 220"`,
    );
  return {
    reflections: strength
      .sort((a, b) => b.intensity - a.intensity)
      .slice(0, STRONGEST)
      .map(({ hkl }) => hkl),
    source: "the strongest lines of its structure",
  };
}
