/** What points of stress amount to: the largest, the reasons of those without, notices told once, the map for the screen. */
import type { NotComputable, Notice, Quantity } from "@thioscope/core";
import {
  type DiffractionConstants,
  type ElasticConstants,
  type MeasuredStress,
  type PhaseStress,
  STRESS_DEFINITION,
  type StressPhase,
} from "@thioscope/core/diffraction";
import type { StressMapView } from "@thioscope/core/story";
import { byPosition } from "./mapPart.ts";
import type { ChosenPhase } from "./phases.ts";

/** One phase with what its rings are turned into stress by. */
export interface StressTarget {
  readonly phase: ChosenPhase;
  readonly stress: StressPhase;
  readonly constants: ElasticConstants;
  readonly rings: readonly { readonly label: string; readonly constants: DiffractionConstants }[];
  readonly assumed: boolean;
}

/** A phase at one point of the grid. */
export interface StressPoint {
  readonly at: number;
  readonly measured: MeasuredStress;
}

export function constantNotices(targets: readonly StressTarget[]): Notice[] {
  return targets
    .filter(({ assumed }) => assumed)
    .map(({ phase, constants }) => ({
      code: "elastic-assumed",
      message: `elastic constants of ${phase.phase} are assumed (${constants.source}): stress is in proportion to them; state your own with elastic`,
    }));
}

/** Notices of single fits, told once with how often they came. */
export function stressNotices(found: readonly (readonly StressPoint[])[], targets: readonly StressTarget[]): Notice[] {
  return targets.flatMap(({ phase }, k) => {
    const counts = new Map<string, { count: number; example: string }>();
    for (const { measured } of found[k]!) {
      if ("notComputable" in measured.stress) continue;
      for (const { code, message } of measured.stress.notices) {
        const before = counts.get(code);
        counts.set(code, { count: (before?.count ?? 0) + 1, example: before?.example ?? message });
      }
    }
    return [...counts].map(([code, { count, example }]) => ({
      code,
      message: `${phase.phase}, ${count} of ${found[k]!.length} points: ${example}`,
    }));
  });
}

export function reasons(points: readonly StressPoint[]): { reason: string; points: number }[] {
  const counts = new Map<string, number>();
  for (const { measured } of points)
    if ("notComputable" in measured.stress) counts.set(measured.stress.notComputable, (counts.get(measured.stress.notComputable) ?? 0) + 1);
  return [...counts].map(([reason, n]) => ({ reason, points: n })).sort((a, b) => b.points - a.points);
}

interface LargestStress {
  readonly at: number;
  readonly difference: Quantity;
  readonly component: Quantity;
  /** parts of the error of the difference, MPa */
  readonly errors: PhaseStress["errors"];
}

/** The point of the largest |difference| among those known to a fifth. */
export function extreme(points: readonly StressPoint[]): LargestStress | NotComputable {
  let best: LargestStress | null = null;
  for (const { at, measured } of points) {
    const { stress } = measured;
    if ("notComputable" in stress || !(stress.errors.counting < 0.2 * Math.abs(stress.difference.value))) continue;
    if (!best || Math.abs(stress.difference.value) > Math.abs(best.difference.value))
      best = { at, difference: stress.difference, component: stress.axialComponent, errors: stress.errors };
  }
  return best ?? { notComputable: "no point has a stress known to a fifth" };
}

export function stressView(
  target: StressTarget,
  points: readonly StressPoint[],
  cells: number,
  places: Parameters<typeof byPosition>[1],
): StressMapView {
  const values = new Float64Array(cells).fill(Number.NaN);
  const sigma = new Float64Array(cells).fill(Number.NaN);
  for (const { at, measured } of points) {
    if ("notComputable" in measured.stress) continue;
    values[at] = measured.stress.difference.value;
    sigma[at] = measured.stress.difference.sigma ?? Number.NaN;
  }
  const why = reasons(points)[0]?.reason ?? null;
  return {
    phase: target.phase.phase,
    what: "axial − transverse",
    definition: STRESS_DEFINITION,
    unit: "MPa",
    values: byPosition(values, places),
    sigma: byPosition(sigma, places),
    missing: why ?? (points.length < cells ? "the phase is not there" : null),
    constants: target.rings.map(({ label, constants }) => ({
      name: `½S2 (${label})`,
      quantity: constants.halfS2,
      source: target.constants.source,
      assumed: target.assumed,
    })),
  };
}
