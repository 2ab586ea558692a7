/**
 * From deviatoric to absolute stress, where equilibrium allows it.
 *
 * Through the thickness of a stack pressed by p, the axial stress averaged over the area is −p in every plane. In a layer of one phase that is the phase's
 * own σ_axial (with the deviator D of stress.ts and fibre symmetry):
 *
 *   σ_axial = −p,   σ_transverse = −p − D,   ln d₀ = ln d_ref + A0 − [cos²θ (e_axial + e_transverse)/2 + sin²θ e_transverse]
 *
 * (d₀ then also holds what an error of distance or wavelength puts into A0), and the azimuth ψ from the axis without strain: cos²ψ = −e_transverse/(cos²θ (e_axial − e_transverse)).
 *
 * In a composite no phase need carry the mean: only the sum over phases is fixed, Σ f_i σ_i,axial = −p, f_i volume fractions. With d₀ unknown rings give the
 * deviator alone, so an absolute stress of one phase is refused there, and the sum is a check. Stress in MPa, tension positive; p positive.
 * (I. C. Noyan & J. B. Cohen, Residual Stress, 1987, on macro- and microstress.)
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import type { Answer, NotComputable, Quantity } from "../units/quantity.ts";
import type { PhaseStress, StressRing } from "./stress.ts";

/** The layer in which a phase was measured. */
export interface LayerSituation {
  /** every phase of the layer */
  readonly phases: readonly string[];
  /** pressure on the stack, MPa, positive; null where it is not known */
  readonly stackPressure: Quantity | null;
}

export interface AbsoluteStress {
  /** MPa */
  readonly axial: Quantity;
  readonly transverse: Quantity;
  readonly mean: Quantity;
  /** per ring: spacing without stress (null without a wavelength), and the azimuth from the axis at which the strain vanishes */
  readonly rings: readonly { readonly label: string; readonly d0: Quantity | null; readonly strainFreeAzimuth: Answer }[];
}

const RADIAN = Math.PI / 180;

/** Why a composite gives no absolute stress; printed wherever one is asked for. */
export const COMPOSITE_REFUSAL =
  "in a composite a phase does not carry the mean stress: equilibrium fixes only the volume-weighted sum over the phases, and with d₀ unknown rings give the deviatoric part alone";

/** Absolute stress in a layer of one phase, or the reason why there is none. Throws INVALID_INPUT for a pressure that is none. */
export function absoluteStress(
  stress: PhaseStress,
  rings: readonly StressRing[],
  situation: LayerSituation,
  wavelengthAngstrom: number | null = null,
): AbsoluteStress | NotComputable {
  const { phases, stackPressure } = situation;
  if (phases.length === 0) throw new ThioscopeError("INVALID_INPUT", "a layer holds at least one phase: name them");
  if (phases.length > 1) return { notComputable: `${phases.join(" + ")}: ${COMPOSITE_REFUSAL}` };
  if (!stackPressure) return { notComputable: "the pressure on the stack is not known: it alone fixes the axial stress" };
  if (rings.some((r) => r.harmonics.relative))
    return { notComputable: "the strains count from a frame before the load: the stress is what the load changed, not all there is" };
  checkPressure(stackPressure);
  const p = stackPressure.value;
  const sp = stackPressure.sigma ?? 0;
  const { value: d, sigma: sd } = stress.difference;
  const [axial, across] = [-p, -p - d];
  const mpa = (value: number, sigma: number): Quantity => ({ value, sigma, unit: "MPa" });
  return {
    axial: mpa(axial, sp),
    transverse: mpa(across, Math.hypot(sp, sd!)),
    mean: mpa(-p - (2 / 3) * d, Math.hypot(sp, (2 / 3) * sd!)),
    rings: rings.map((ring) => {
      const { harmonics, s1, halfS2 } = ring;
      const theta = (harmonics.referenceTwoTheta.value * RADIAN) / 2;
      const c2 = Math.cos(theta) ** 2;
      const strain = (a: number, t: number): { axial: number; across: number } => ({
        axial: 1e-6 * (halfS2.value * a + s1.value * (a + 2 * t)),
        across: 1e-6 * (halfS2.value * t + s1.value * (a + 2 * t)),
      });
      const mean = (a: number, t: number): number => {
        const e = strain(a, t);
        return (c2 * (e.axial + e.across)) / 2 + (1 - c2) * e.across;
      };
      const e = strain(axial, across);
      const square = -e.across / (c2 * (e.axial - e.across));
      // the two independent sources of the stress: p and D
      const sigma = Math.hypot(harmonics.a0.sigma! * 1e-6, mean(-sp, -sp), mean(0, -sd!));
      const d0 =
        wavelengthAngstrom === null
          ? null
          : (wavelengthAngstrom / (2 * Math.sin(theta))) * Math.exp(harmonics.a0.value * 1e-6 - mean(axial, across));
      return {
        label: harmonics.window.label,
        d0: d0 === null ? null : { value: d0, sigma: d0 * sigma, unit: "Å" },
        strainFreeAzimuth:
          square >= 0 && square <= 1
            ? { value: Math.acos(Math.sqrt(square)) / RADIAN, sigma: null, unit: "deg" }
            : { notComputable: "the strain has the same sign in every direction of the ring" },
      };
    }),
  };
}

/** One phase of a composite; what is known of its stress along the axis. */
export interface BalancedPhase {
  readonly phase: string;
  readonly volumeFraction: Quantity;
  /** σ_axial, MPa, where something other than rings with d₀ unknown gave it */
  readonly axialStress: Quantity | null;
  /** s_axial, MPa */
  readonly deviatoric: Quantity | null;
}

export interface StressBalance {
  /** Σ f σ_axial + p, MPa: zero in equilibrium */
  readonly residual: Answer;
  /** residual over its error */
  readonly deviations: number | null;
  /** volume average of the hydrostatic stress that balances the deviators: −p − Σ f s_axial, MPa */
  readonly impliedMean: Answer;
  readonly notices: readonly Notice[];
}

/** The sum over all phases against the pressure on the stack. Throws INVALID_INPUT for fractions that are none or do not add up to one. */
export function axialBalance(phases: readonly BalancedPhase[], stackPressure: Quantity): StressBalance {
  checkPressure(stackPressure);
  let [whole, variance] = [0, 0];
  for (const { phase, volumeFraction: f } of phases) {
    if (!(f.value > 0 && f.value <= 1))
      throw new ThioscopeError("INVALID_INPUT", `${phase}: volume fraction ${f.value}; it lies between 0 and 1`);
    whole += f.value;
    variance += (f.sigma ?? 0) ** 2;
  }
  if (Math.abs(whole - 1) > Math.max(0.01, 3 * Math.sqrt(variance)))
    throw new ThioscopeError(
      "INVALID_INPUT",
      `the volume fractions add up to ${whole.toFixed(3)}: the balance holds over all phases, pores included (at stress 0)`,
    );
  const sum = (pick: (p: BalancedPhase) => Quantity | null, what: string): Answer => {
    let [total, square] = [stackPressure.value, (stackPressure.sigma ?? 0) ** 2];
    const missing = phases.filter((p) => pick(p) === null).map((p) => p.phase);
    if (missing.length > 0) return { notComputable: `${what} of ${missing.join(", ")} is not known` };
    for (const p of phases) {
      const s = pick(p)!;
      total += p.volumeFraction.value * s.value;
      square += (p.volumeFraction.value * (s.sigma ?? 0)) ** 2 + (s.value * (p.volumeFraction.sigma ?? 0)) ** 2;
    }
    return { value: total, sigma: Math.sqrt(square), unit: "MPa" };
  };
  const residual = sum((p) => p.axialStress, "the axial stress");
  const deviators = sum((p) => p.deviatoric, "the deviatoric axial stress");
  const known = !("notComputable" in residual);
  const deviations = known && residual.sigma! > 0 ? residual.value / residual.sigma! : null;
  const notices: Notice[] = [];
  if (known && (deviations === null ? residual.value !== 0 : Math.abs(deviations) > 3)) {
    const message = `the phases carry ${(residual.value - stackPressure.value).toFixed(0)} MPa along the axis where ${(-stackPressure.value).toFixed(0)} MPa are applied`;
    notices.push({ code: "stress-unbalanced", message });
  }
  return {
    residual,
    deviations,
    impliedMean: "notComputable" in deviators ? deviators : { ...deviators, value: -deviators.value },
    notices,
  };
}

/** What a report prints of stress in a composite. */
export interface AxialClaim {
  /** mean axial stress, MPa, tension positive */
  readonly meanAxialMPa: number;
  readonly stackPressureMPa: number;
  /** pressure that the argument built on it needs, and what others needed, MPa */
  readonly neededPressureMPa?: number;
  readonly precedentPressureMPa?: number;
}

export interface AxialClaimAudit {
  /** what equilibrium fixes the mean at, and how far the claim is from it, MPa */
  readonly equilibrium: Quantity;
  readonly excess: Quantity;
  /** claim over what is needed; null where no need is stated */
  readonly shareOfNeed: number | null;
  readonly notices: readonly Notice[];
}

/** Checks a printed mean axial stress against equilibrium and against the pressure it is meant to explain. */
export function auditAxialStress(claim: AxialClaim): AxialClaimAudit {
  const { meanAxialMPa: mean, stackPressureMPa: p, neededPressureMPa: needed, precedentPressureMPa: precedent } = claim;
  checkPressure({ value: p, sigma: null, unit: "MPa" });
  if (!Number.isFinite(mean)) throw new ThioscopeError("INVALID_INPUT", `mean axial stress ${mean}: it is a number of MPa`);
  const notices: Notice[] = [];
  if (mean !== -p) {
    const message = `through-thickness equilibrium fixes the area-averaged axial stress at ${-p} MPa; ${mean} MPa are printed, so other phases would carry the rest. ${COMPOSITE_REFUSAL}`;
    notices.push({ code: "axial-stress-unbalanced", message });
  }
  if (mean > 0 && needed !== undefined)
    notices.push({
      code: "tension-as-pressure",
      message: `${mean} MPa of axial tension are not a pressure: they cannot stabilise a denser phase`,
    });
  const share = needed === undefined ? null : Math.abs(mean) / needed;
  if (share !== null && share < 1)
    notices.push({
      code: "pressure-short",
      message: `${Math.abs(mean)} MPa are ${share.toFixed(2)} of the ${needed} MPa that the argument needs`,
    });
  if (needed !== undefined && precedent !== undefined && precedent < needed)
    notices.push({ code: "pressure-precedent", message: `the synthesis that is referred to needed ${precedent} MPa, not ${needed} MPa` });
  return {
    equilibrium: { value: -p, sigma: null, unit: "MPa" },
    excess: { value: mean + p, sigma: null, unit: "MPa" },
    shareOfNeed: share,
    notices,
  };
}

function checkPressure({ value, unit }: Quantity): void {
  if (!(value >= 0 && value < 1e5) || unit !== "MPa")
    throw new ThioscopeError("INVALID_INPUT", `pressure on the stack ${value} ${unit}: it is given in MPa, 0 or more`);
}
