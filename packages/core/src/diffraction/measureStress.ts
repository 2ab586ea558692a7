/**
 * From the cake of a frame to the deviatoric stress of a phase: reflections to windows (extinct ones refused with the rule), rings sector by sector (rings.ts),
 * harmonics (strain.ts), diffraction elastic constants of each reflection (elastic.ts), one fit over all rings (stress.ts).
 */
import type { Indices } from "../crystal/extinction.ts";
import type { Structure } from "../crystal/structure.ts";
import type { NotComputable } from "../units/quantity.ts";
import { diffractionConstants, type ElasticConstants, type ElasticModel } from "./elastic.ts";
import { chosenReflections } from "./phaseWindows.ts";
import { type Cake, fitRing, type RingWindow } from "./rings.ts";
import { fitHarmonics, type UncorrectedTilt } from "./strain.ts";
import { type PhaseStress, phaseStress, type StressOptions, type StressRing } from "./stress.ts";

/** A phase whose stress is asked for. */
export interface StressPhase {
  readonly phase: string;
  readonly structure: Structure;
  readonly reflections: readonly Indices[];
  readonly constants: ElasticConstants;
  /** default "hill" */
  readonly model?: ElasticModel;
}

export interface MeasureOptions extends StressOptions {
  readonly wavelengthAngstrom: number;
  /** rings are fitted within 2θ ± this, degrees */
  readonly halfWindowDegree: number;
  readonly shape?: "gaussian" | "pseudoVoigt";
  readonly tilt?: UncorrectedTilt | null;
  /** the cake of the same sample before the load: the stress is then what the load changed */
  readonly before?: Cake | null;
}

export interface MeasuredStress {
  readonly stress: PhaseStress | NotComputable;
  readonly rings: readonly StressRing[];
  /** rings that could not be used, and why */
  readonly leftOut: readonly { readonly label: string; readonly reason: string }[];
}

/** Throws INVALID_INPUT for extinct reflections, windows outside of the cake, or constants that cannot be. */
export function measureStress(cake: Cake, phase: StressPhase, options: MeasureOptions): MeasuredStress {
  const { structure, constants, model } = phase;
  const rings: StressRing[] = [];
  const leftOut: { label: string; reason: string }[] = [];
  for (const [i, { label, twoThetaDegree }] of chosenReflections(phase, options.wavelengthAngstrom).entries()) {
    const hkl = phase.reflections[i]!;
    const window: RingWindow = { label: `${phase.phase} ${label}`, hkl, twoThetaDegree, halfWindowDegree: options.halfWindowDegree };
    const harmonics = fitHarmonics(fitRing(cake, window, options.shape), {
      tilt: options.tilt ?? null,
      before: options.before ? fitRing(options.before, window, options.shape) : null,
    });
    if ("notComputable" in harmonics) leftOut.push({ label: window.label, reason: harmonics.notComputable });
    else rings.push({ harmonics, ...diffractionConstants(constants, structure.cell, hkl, model) });
  }
  const stress = rings.length > 0 ? phaseStress(rings, options) : { notComputable: leftOut.map((r) => r.reason).join("; ") };
  return { stress, rings, leftOut };
}
