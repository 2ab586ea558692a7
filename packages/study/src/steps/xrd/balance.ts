/** From deviatoric stress to what equilibrium allows: absolute stress in layers of one phase, the balance of forces in a composite. */
import type { NotComputable, Notice, Quantity } from "@thioscope/core";
import type { ScanGrid } from "@thioscope/core/clock";
import {
  type AbsoluteStress,
  absoluteStress,
  axialBalance,
  type BalancedPhase,
  COMPOSITE_REFUSAL,
  type PhaseStress,
  type StressBalance,
} from "@thioscope/core/diffraction";
import type { Sentence } from "@thioscope/core/story";
import type { StressPoint, StressTarget } from "./stressSummary.ts";

interface DeclaredLayer {
  readonly name: string;
  readonly share: Quantity | null;
  /** µm */
  readonly between: readonly [number, number];
}

interface Means {
  readonly single: readonly DeclaredLayer[];
  readonly composite: readonly DeclaredLayer[];
  readonly stack: Quantity | null;
  readonly wavelengthAngstrom: number;
}

export interface Balances {
  readonly absolute: readonly { phase: string; between: readonly [number, number]; scan: number; stress: AbsoluteStress | NotComputable }[];
  /** mean deviators of the composite's phases scan by scan, and what they imply */
  readonly composites: readonly {
    measured: MeasuredShare | null;
    between: readonly [number, number];
    scan: number;
    phases: readonly BalancedPhase[];
    balance: StressBalance | NotComputable;
  }[];
  readonly refusal: string;
  readonly sentences: readonly Sentence[];
  readonly notices: readonly Notice[];
}

export function balances(
  targets: readonly StressTarget[],
  found: readonly (readonly StressPoint[])[],
  grid: ScanGrid,
  { single, composite, stack, wavelengthAngstrom }: Means,
): Balances {
  const n = grid.positions.length;
  const pointsIn = (k: number, scan: number, [from, to]: readonly [number, number]): StressPoint[] =>
    found[k]!.filter(({ at }) => Math.floor(at / n) === scan && grid.positions[at % n]! >= from && grid.positions[at % n]! <= to);
  const absolute = single.flatMap(({ name, between }) => {
    const k = targets.findIndex(({ phase }) => phase.phase === name);
    if (k < 0) return [];
    return Array.from({ length: grid.scans }, (_, scan) => scan).flatMap((scan) => {
      const known = pointsIn(k, scan, between).filter((p) => !("notComputable" in p.measured.stress));
      // the point in the middle: its neighbours are layers of the same phase
      const point = known[Math.floor(known.length / 2)];
      if (!point) return [];
      const situation = { phases: [name], stackPressure: stack };
      const stress = absoluteStress(point.measured.stress as PhaseStress, point.measured.rings, situation, wavelengthAngstrom);
      return [{ phase: name, between, scan: scan + 1, stress }];
    });
  });
  const layers = [...new Map(composite.map((layer) => [layer.between.join(), layer.between])).values()];
  const composites = layers.flatMap((between) =>
    Array.from({ length: grid.scans }, (_, scan) => scan).map((scan) => {
      const phases = composite
        .filter((layer) => layer.between.join() === between.join())
        .map(({ name, share }): BalancedPhase => {
          const k = targets.findIndex(({ phase }) => phase.phase === name);
          const pores = /^pores?$/i.test(name);
          const none: Quantity = { value: 0, sigma: 0, unit: "MPa" };
          return {
            phase: name,
            volumeFraction: share ?? { value: Number.NaN, sigma: null, unit: "1" },
            axialStress: pores ? none : null,
            deviatoric: pores ? none : k < 0 ? null : meanComponent(pointsIn(k, scan, between)),
          };
        });
      return { between, scan: scan + 1, phases, measured: measuredShare(phases), balance: balanceOf(phases, stack) };
    }),
  );
  const refused = absolute.find(({ stress }) => "notComputable" in stress);
  const notices: Notice[] = refused ? [{ code: "absolute-stress-refused", message: (refused.stress as NotComputable).notComputable }] : [];
  return { absolute, composites, refusal: COMPOSITE_REFUSAL, sentences: sentences(absolute, composites, stack), notices };
}

function balanceOf(phases: readonly BalancedPhase[], stack: Quantity | null): StressBalance | NotComputable {
  if (!stack) return { notComputable: "the pressure on the stack is not known: the cell file states it as stack: { pressure: 50 MPa }" };
  return axialBalance(phases, stack);
}

/** What of the composite rings show: its share of the volume, and Σ f s_axial over it. */
interface MeasuredShare {
  readonly share: Quantity;
  readonly deviators: Quantity;
}

function measuredShare(phases: readonly BalancedPhase[]): MeasuredShare | null {
  const known = phases.filter(({ deviatoric }) => deviatoric !== null && deviatoric.sigma !== 0);
  if (known.length === 0) return null;
  const share = known.reduce((sum, p) => sum + p.volumeFraction.value, 0);
  const value = known.reduce((sum, p) => sum + p.volumeFraction.value * p.deviatoric!.value, 0);
  const sigma = Math.sqrt(known.reduce((sum, p) => sum + (p.volumeFraction.value * p.deviatoric!.sigma!) ** 2, 0));
  return { share: { value: share, sigma: null, unit: "1" }, deviators: { value, sigma, unit: "MPa" } };
}

/** Weighted mean of s_axial. */
function meanComponent(points: readonly StressPoint[]): Quantity | null {
  let [weight, sum] = [0, 0];
  for (const { measured } of points) {
    if ("notComputable" in measured.stress) continue;
    const { value, sigma } = measured.stress.axialComponent;
    if (!(sigma! > 0)) continue;
    weight += 1 / sigma! ** 2;
    sum += value / sigma! ** 2;
  }
  // errors of elastic constants are common: the mean is no better than one of them
  const least = points.reduce(
    (a, { measured }) => ("notComputable" in measured.stress ? a : Math.min(a, measured.stress.axialComponent.sigma!)),
    Number.POSITIVE_INFINITY,
  );
  return weight > 0 ? { value: sum / weight, sigma: least, unit: "MPa" } : null;
}

function sentences(absolute: Balances["absolute"], composites: Balances["composites"], stack: Quantity | null): Sentence[] {
  const told: Sentence[] = [];
  const first = absolute.find((a) => !("notComputable" in a.stress));
  if (first) {
    const stress = first.stress as AbsoluteStress;
    told.push({
      parts: [
        `In the layer of ${first.phase} alone equilibrium fixes the axial stress at `,
        { quantity: stress.axial },
        "; across it is ",
        { quantity: stress.transverse },
        " in the first scan.",
      ],
    });
  }
  const most = composites.reduce<Balances["composites"][number] | null>(
    (a, b) => (b.measured && (!a || Math.abs(b.measured.deviators.value) > Math.abs(a.measured!.deviators.value)) ? b : a),
    null,
  );
  if (most && stack) {
    const { balance, measured } = most;
    const rest =
      "notComputable" in balance
        ? balance.notComputable
        : "notComputable" in balance.impliedMean
          ? balance.impliedMean.notComputable
          : null;
    told.push({
      parts: [
        `Balance of the composite, scan ${most.scan}: all phases together carry `,
        { quantity: { ...stack, value: -stack.value }, note: "equilibrium with the stack" },
        ` along the axis; the deviators measured, in ${(100 * measured!.share.value).toFixed(0)} % of its volume, add up to `,
        { quantity: measured!.deviators },
        rest === null ? "; the mean stress that balances them is " : `: what the rest and the mean stress carry is not known (${rest}).`,
        ...(rest === null ? [{ quantity: (balance as StressBalance).impliedMean as Quantity }, "."] : []),
      ],
    });
  }
  told.push({ parts: [`No absolute stress is given for one phase of a composite: ${COMPOSITE_REFUSAL}.`] });
  return told;
}
