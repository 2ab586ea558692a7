/**
 * Deviatoric stress of a phase from the strain of its rings over azimuth, d₀ unknown.
 *
 *   ε(n) = ½S2 n·σ·n + S1 tr σ
 *   C_j = (e_axial − e_transverse)/2 · cos²θ_j = ½ cos²θ_j ½S2_j D,   S_j = cos²θ_j ½S2_j τ
 *
 * C_j and S_j are the second harmonics of ring j (strain.ts), turned so that they are counted from the axial direction (the one in which the cell is
 * pressed). All rings of a phase share D and τ in one weighted fit; each keeps its own d₀, so S1 drops out. What is printed:
 *
 *   difference   D = σ_axial − σ_transverse      needs no assumption on the direction along the beam
 *   component    s_axial = 2D/3, s_transverse = −D/3, the deviator's components; with fibre symmetry about the axis (stress along the beam as across)
 *   von Mises    |D|, under the same symmetry
 *   shear        τ = σ_xy in the axes of the press
 *
 * Difference and component differ by 1.5: a number without its definition means nothing. Tension is positive. Error: counting (scatter of sectors), elastic
 * (errors of ½S2, common to all rings) and geometry (what tilt may leave, {@link tiltBound}) in quadrature. χ² over the rings tests that
 * one stress fits all; where it does not (more than three standard deviations), the counting error grows by √(χ²/ν) and a notice says so.
 *
 * Stress in MPa, ½S2 in 1/TPa. Valid for elastic strain in a polycrystal without strong texture; plastic strain between grains shows as disagreement of
 * rings. (I. C. Noyan & J. B. Cohen, Residual Stress, 1987; V. Hauk, Structural and Residual Stress Analysis by Nondestructive Methods, 1997.)
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { weightedLinear } from "../numerics/weightedLinear.ts";
import type { NotComputable, Quantity } from "../units/quantity.ts";
import type { StrainHarmonics } from "./strain.ts";

/** One ring with the diffraction elastic constants of its reflection, 1/TPa. */
export interface StressRing {
  readonly harmonics: StrainHarmonics;
  readonly s1: Quantity;
  readonly halfS2: Quantity;
}

export interface StressOptions {
  /** azimuth of the direction in which the cell is pressed; default 90°, vertical */
  readonly axialAzimuthDegree?: number;
  /** error that geometry adds to A2 and B2, µstrain; not bounded where absent */
  readonly geometry?: Quantity;
}

export interface PhaseStress {
  readonly axialAzimuthDegree: number;
  /** σ_axial − σ_transverse, MPa */
  readonly difference: Quantity;
  /** s_axial = 2/3 of the difference, MPa */
  readonly axialComponent: Quantity;
  readonly transverseComponent: Quantity;
  readonly vonMises: Quantity;
  readonly shear: Quantity;
  /** parts of the error of the difference, MPa; null: not known, and not in the error */
  readonly errors: { readonly counting: number; readonly elastic: number | null; readonly geometry: number | null };
  readonly definition: string;
  /** the difference by each ring alone, counting errors */
  readonly rings: readonly { readonly label: string; readonly difference: Quantity }[];
  readonly chi2: number;
  readonly degreesOfFreedom: number;
  readonly notices: readonly Notice[];
}

export const STRESS_DEFINITION =
  "difference = σ_axial − σ_transverse; component s_axial = 2/3 of it, with fibre symmetry about the axis; tension is positive; d₀ is not needed";

const MICRO = 1e-6;
const RADIAN = Math.PI / 180;

/** Throws INVALID_INPUT without rings or for a ½S2 that is not positive. */
export function phaseStress(rings: readonly StressRing[], options: StressOptions = {}): PhaseStress | NotComputable {
  if (rings.length === 0) throw new ThioscopeError("INVALID_INPUT", "no ring: a stress needs at least one");
  const axial = options.axialAzimuthDegree ?? 90;
  if (!Number.isFinite(axial)) throw new ThioscopeError("INVALID_INPUT", `axial azimuth ${axial}: it is an angle in degrees`);
  for (const { harmonics, halfS2 } of rings) {
    if (!(halfS2.value > 0) || halfS2.unit !== "1/TPa")
      throw new ThioscopeError(
        "INVALID_INPUT",
        `${harmonics.window.label}: ½S2 = ${halfS2.value} ${halfS2.unit}; it is positive, in 1/TPa`,
      );
  }
  const model = observe(rings, axial);
  const fit = weightedLinear(model.design, model.y, model.ones, 2);
  if (!fit) return { notComputable: "the rings do not determine a stress: their second harmonics have no finite errors" };
  const disagree = fit.degreesOfFreedom > 0 && fit.chi2 > fit.degreesOfFreedom + 3 * Math.sqrt(2 * fit.degreesOfFreedom);
  const scale = disagree ? fit.chi2 / fit.degreesOfFreedom : 1;
  const [difference, shear] = [fit.parameters[0]!, fit.parameters[1]!];
  const elastic = elasticShift(model, rings, [difference, shear]);
  const geometry = options.geometry ? geometryShift(model, options.geometry.value * MICRO) : null;
  const counting = [0, 1].map((j) => Math.sqrt(scale * fit.covariance[3 * j]!)) as [number, number];
  const total = (j: 0 | 1): number => Math.hypot(counting[j], elastic?.[j] ?? 0, geometry?.[j] ?? 0);
  const mpa = (value: number, sigma: number): Quantity => ({ value, sigma, unit: "MPa" });
  const sigma = total(0);
  return {
    axialAzimuthDegree: axial,
    difference: mpa(difference, sigma),
    axialComponent: mpa((2 / 3) * difference, (2 / 3) * sigma),
    transverseComponent: mpa(-difference / 3, sigma / 3),
    vonMises: mpa(Math.abs(difference), sigma),
    shear: mpa(shear, total(1)),
    errors: { counting: counting[0], elastic: elastic && Math.abs(elastic[0]), geometry: geometry?.[0] ?? null },
    definition: STRESS_DEFINITION,
    rings: rings.map((ring) => ({ label: ring.harmonics.window.label, difference: alone(ring, axial) })),
    chi2: fit.chi2,
    degreesOfFreedom: fit.degreesOfFreedom,
    notices: noticesOf(rings, disagree, fit.chi2, fit.degreesOfFreedom, options),
  };
}

/** Second harmonics of all rings, made independent and divided by their errors, as a linear model of D and τ. */
interface Observed {
  readonly design: Float64Array;
  readonly y: Float64Array;
  readonly ones: Float64Array;
  /** rows of 2 × 2 whitening matrices (lower triangle: w11, w21, w22) per ring */
  readonly whiten: readonly (readonly [number, number, number])[];
}

function observe(rings: readonly StressRing[], axialDegree: number): Observed {
  const n = 2 * rings.length;
  const design = new Float64Array(2 * n);
  const y = new Float64Array(n);
  const whiten: [number, number, number][] = [];
  for (const [j, ring] of rings.entries()) {
    const { value, variance } = turned(ring.harmonics, axialDegree);
    const gain = gainOf(ring);
    // L⁻¹ of the covariance L Lᵀ
    const l11 = Math.sqrt(variance[0]);
    const l21 = variance[1] / l11;
    const l22 = Math.sqrt(variance[2] - l21 * l21);
    const w = [1 / l11, -l21 / (l11 * l22), 1 / l22] as [number, number, number];
    whiten.push(w);
    y[2 * j] = w[0] * value[0];
    y[2 * j + 1] = w[1] * value[0] + w[2] * value[1];
    design[4 * j] = w[0] * gain[0];
    design[4 * j + 2] = w[1] * gain[0];
    design[4 * j + 3] = w[2] * gain[1];
  }
  return { design, y, ones: new Float64Array(n).fill(1), whiten };
}

/** dC/dD and dS/dτ, 1/MPa. */
function gainOf({ harmonics, halfS2 }: StressRing): [number, number] {
  const gain = Math.cos((harmonics.referenceTwoTheta.value * RADIAN) / 2) ** 2 * halfS2.value * MICRO;
  return [gain / 2, gain];
}

/** C and S counted from the axial direction, with [var C, cov, var S], in strain. */
function turned(h: StrainHarmonics, axialDegree: number): { value: [number, number]; variance: [number, number, number] } {
  const [c, s] = [Math.cos(2 * axialDegree * RADIAN), Math.sin(2 * axialDegree * RADIAN)];
  const [a, b] = [h.a2.value * MICRO, h.b2.value * MICRO];
  const [vaa, vab, vbb] = [h.covariance[18]!, h.covariance[19]!, h.covariance[24]!];
  return {
    value: [a * c + b * s, b * c - a * s],
    variance: [
      c * c * vaa + 2 * c * s * vab + s * s * vbb,
      c * s * (vbb - vaa) + (c * c - s * s) * vab,
      s * s * vaa - 2 * c * s * vab + c * c * vbb,
    ],
  };
}

function alone(ring: StressRing, axialDegree: number): Quantity {
  const { value, variance } = turned(ring.harmonics, axialDegree);
  const gain = gainOf(ring)[0];
  return { value: value[0] / gain, sigma: Math.sqrt(variance[0]) / gain, unit: "MPa" };
}

/** Shift of D and τ if every ½S2 were larger by its error; null where one is not known. */
function elasticShift(model: Observed, rings: readonly StressRing[], stress: readonly [number, number]): [number, number] | null {
  if (rings.some((r) => r.halfS2.sigma === null)) return null;
  const y = new Float64Array(model.y.length);
  for (const [j, { halfS2 }] of rings.entries()) {
    const relative = halfS2.sigma! / halfS2.value;
    for (const i of [2 * j, 2 * j + 1]) y[i] = relative * (model.design[2 * i]! * stress[0] + model.design[2 * i + 1]! * stress[1]);
  }
  const shift = weightedLinear(model.design, y, model.ones, 2)!.parameters;
  return [shift[0]!, shift[1]!];
}

/** Error of D and τ by an error of C and of S that all rings share. */
function geometryShift(model: Observed, strain: number): [number, number] {
  const shifts = [0, 1].map((component) => {
    const y = new Float64Array(model.y.length);
    for (const [j, w] of model.whiten.entries()) {
      if (component === 0) {
        y[2 * j] = w[0] * strain;
        y[2 * j + 1] = w[1] * strain;
      } else y[2 * j + 1] = w[2] * strain;
    }
    return weightedLinear(model.design, y, model.ones, 2)!.parameters;
  });
  return [Math.hypot(shifts[0]![0]!, shifts[1]![0]!), Math.hypot(shifts[0]![1]!, shifts[1]![1]!)];
}

function noticesOf(
  rings: readonly StressRing[],
  disagree: boolean,
  chi2: number,
  freedom: number,
  { geometry }: StressOptions,
): readonly Notice[] {
  const notices: Notice[] = [];
  if (disagree) {
    const message = `one stress does not fit all rings (χ² = ${chi2.toFixed(1)} for ${freedom} degrees of freedom): texture, plastic strain between grains or wrong elastic constants; the error has grown by ${Math.sqrt(chi2 / freedom).toFixed(1)}`;
    notices.push({ code: "rings-disagree", message });
  }
  const unknown = rings.filter((r) => r.halfS2.sigma === null).map((r) => r.harmonics.window.label);
  if (unknown.length > 0)
    notices.push({
      code: "elastic-error-unknown",
      message: `½S2 of ${unknown.join(", ")} has no error: that of the stress does not hold it`,
    });
  if (!geometry && !rings.every((r) => r.harmonics.relative)) {
    const message = "no ring without stress bounds what tilt leaves: the error does not hold it (1° left uncorrected is 76 µstrain)";
    notices.push({ code: "tilt-unbounded", message });
  }
  return notices;
}
