/**
 * Where the reflections of phases lie in a pattern, and what else lies there.
 *
 * A reflection is named by its indices, where the phase's cell and group are known, or by its d. One that the group forbids is refused with the rule. Each gets
 * a window 2θ ± half width for the peak and one on either side for the background, of equal width. Every other line of every phase is looked for in
 * them: another phase's line in the peak window makes the reflection *overlapped* (its intensity is not this phase's alone), a line in a side window
 * makes its background too high. Lines weaker than 1 % of their phase's strongest do not count; where intensities cannot be computed, all do.
 */
import { inverseSquareSpacing } from "../crystal/cell.ts";
import { extinctionRule, type Indices } from "../crystal/extinction.ts";
import { powderLines } from "../crystal/powder.ts";
import type { Structure } from "../crystal/structure.ts";
import { type Notice, ThioscopeError } from "../errors.ts";

/** A phase and the reflections that stand for it. */
export interface PhaseSelection {
  readonly phase: string;
  /** cell, group and, if known, atoms; null where only spacings are known */
  readonly structure: Structure | null;
  /** indices (with a structure) or spacings in Å */
  readonly reflections: readonly (Indices | number)[];
}

export interface WindowOptions {
  readonly wavelengthAngstrom: number;
  /** of the peak, degrees in 2θ; wide enough for what strain and sample height move it */
  readonly halfWidthDegree: number;
  /** of each side window; default half the peak's window */
  readonly sideDegree?: number;
}

export interface ForeignLine {
  readonly phase: string;
  readonly label: string;
  readonly twoThetaDegree: number;
  readonly where: "peak" | "background";
}

export interface ReflectionWindow {
  readonly phase: string;
  /** "220", or "d 2.311 Å" */
  readonly label: string;
  readonly twoThetaDegree: number;
  /** 2θ in degrees */
  readonly peak: readonly [number, number];
  readonly left: readonly [number, number];
  readonly right: readonly [number, number];
  readonly foreign: readonly ForeignLine[];
  /** a line of another phase lies in the peak window */
  readonly overlapped: boolean;
}

export interface PhaseWindows {
  readonly windows: readonly ReflectionWindow[];
  readonly notices: readonly Notice[];
}

interface ReflectionLine {
  readonly phase: string;
  readonly label: string;
  readonly twoThetaDegree: number;
}

const LEAST_INTENSITY = 1;
const MOST_REFLECTIONS = 1000;

/** Throws INVALID_INPUT for an extinct reflection (with its rule), one that the wavelength does not reach, or no reflection at all. */
export function phaseWindows(selections: readonly PhaseSelection[], options: WindowOptions): PhaseWindows {
  const { wavelengthAngstrom, halfWidthDegree } = options;
  const side = options.sideDegree ?? halfWidthDegree;
  if (!(wavelengthAngstrom > 0.01 && wavelengthAngstrom < 10))
    throw new ThioscopeError("INVALID_INPUT", `wavelength ${wavelengthAngstrom} Å: allowed are 0.01 to 10 Å`);
  if (!(halfWidthDegree > 0 && halfWidthDegree < 20 && side > 0 && side < 20))
    throw new ThioscopeError(
      "INVALID_INPUT",
      `windows of ± ${halfWidthDegree} and ${side} degrees: allowed are more than 0 and less than 20`,
    );
  const asked = selections.flatMap((selection) => chosenReflections(selection, wavelengthAngstrom));
  if (asked.length === 0 || asked.length > MOST_REFLECTIONS)
    throw new ThioscopeError("INVALID_INPUT", `${asked.length} reflections: between 1 and ${MOST_REFLECTIONS} make a map`);
  const reach = Math.max(...asked.map((r) => r.twoThetaDegree)) + 2 * halfWidthDegree + side;
  const all = selections.flatMap((selection) => linesOf(selection, wavelengthAngstrom, reach));
  const windows = asked.map((r): ReflectionWindow => {
    const [from, to] = [r.twoThetaDegree - halfWidthDegree, r.twoThetaDegree + halfWidthDegree];
    const foreign = all.flatMap((line): ForeignLine[] => {
      const away = Math.abs(line.twoThetaDegree - r.twoThetaDegree);
      const own = line.phase === r.phase;
      // a line fills ± half a width too; its own phase's lines only matter where they raise the background
      if (away < 2 * halfWidthDegree && !own) return [{ ...line, where: "peak" }];
      if (away < 2 * halfWidthDegree + side && away > halfWidthDegree) return [{ ...line, where: "background" }];
      return [];
    });
    return {
      ...r,
      peak: [from, to],
      left: [from - side, from],
      right: [to, to + side],
      foreign,
      overlapped: foreign.some((line) => line.where === "peak"),
    };
  });
  return { windows, notices: windows.flatMap(noticesOf) };
}

/** The reflections named, with their angles. Throws INVALID_INPUT as {@link phaseWindows}. */
export function chosenReflections({ phase, structure, reflections }: PhaseSelection, lambda: number): ReflectionLine[] {
  return reflections.map((reflection) => {
    const typed = typeof reflection === "number";
    const d = typed ? reflection : spacing(phase, structure, reflection);
    const label = typed ? `d ${Number(d.toPrecision(5))} Å` : nameOf(reflection);
    if (!(d > lambda / 2 && d < 1000))
      throw new ThioscopeError(
        "INVALID_INPUT",
        `${phase} ${label}: at ${lambda} Å, d lies between ${(lambda / 2).toPrecision(3)} and 1000 Å`,
      );
    return { phase, label, twoThetaDegree: angle(d, lambda) };
  });
}

function spacing(phase: string, structure: Structure | null, hkl: Indices): number {
  if (!structure)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${phase} ${hkl.join(" ")}: without a cell a reflection is named by its d in Å, not by indices`,
    );
  if (!hkl.every(Number.isInteger) || hkl.every((i) => i === 0))
    throw new ThioscopeError("INVALID_INPUT", `${phase} ${hkl.join(" ")}: indices are whole numbers, not all 0`);
  const rule = extinctionRule(structure.group, hkl);
  if (rule)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${phase} ${hkl.join(" ")} is extinct in ${structure.group.symbol}: ${rule.condition} (${rule.kind} ${rule.operation})`,
    );
  return 1 / Math.sqrt(inverseSquareSpacing(structure.cell, ...hkl));
}

/** All lines of a phase that could lie in a window. */
function linesOf(selection: PhaseSelection, lambda: number, reachDegree: number): ReflectionLine[] {
  const { phase, structure } = selection;
  if (!structure) return chosenReflections(selection, lambda);
  return powderLines(structure, { wavelengthAngstrom: lambda, twoThetaMaxDegree: Math.min(180, reachDegree) }).lines.flatMap((line) =>
    "notComputable" in line.intensity || line.intensity.value >= LEAST_INTENSITY
      ? [{ phase, label: nameOf(line.families[0]!.hkl), twoThetaDegree: line.twoTheta.value }]
      : [],
  );
}

const nameOf = (hkl: Indices): string => hkl.join(hkl.some((i) => i < 0 || i > 9) ? " " : "");

const angle = (d: number, lambda: number): number => (2 * Math.asin(lambda / (2 * d)) * 180) / Math.PI;

function noticesOf({ phase, label, foreign }: ReflectionWindow): Notice[] {
  return (["peak", "background"] as const).flatMap((where): Notice[] => {
    const lines = foreign.filter((line) => line.where === where).map((line) => `${line.phase} ${line.label}`);
    if (lines.length === 0) return [];
    const list = lines.slice(0, 5).join(", ") + (lines.length > 5 ? ` and ${lines.length - 5} more` : "");
    return where === "peak"
      ? [
          {
            code: "reflection-overlapped",
            message: `${phase} ${label}: ${list} lies in its window: the intensity is not this phase's alone`,
          },
        ]
      : [{ code: "background-disturbed", message: `${phase} ${label}: ${list} lies beside its window and raises the background` }];
  });
}
