/**
 * Lattice strain of one ring over azimuth, as harmonics.
 *
 *   ε(η) = ln(d/d_ref) = ln(sinθ_ref / sinθ(η)),   n(η) = (cosθ cosη, cosθ sinη, −sinθ),   ε = n·e·n
 *
 * x is the detector's axis 2 (horizontal), y axis 1 (vertical), z the beam. Written out, with no approximation in θ,
 *
 *   ε(η) = A0 + A1 cosη + B1 sinη + A2 cos2η + B2 sin2η
 *   A0 = cos²θ (e_xx + e_yy)/2 + sin²θ e_zz      d_ref, composition, temperature, distance: no stress without d₀
 *   A1 = −sin2θ e_xz,  B1 = −sin2θ e_yz          cannot be told from a shift of the beam's centre: discarded
 *   A2 = cos²θ (e_xx − e_yy)/2,  B2 = cos²θ e_xy   free of d₀, wavelength and distance
 *
 * A sector of width w sees the mean over its azimuths: its m-th harmonic is smaller by sin(mw/2)/(mw/2) (half a percent for 36 sectors, m = 2), which the
 * fit takes into account. A shifted centre leaves no second harmonic in the logarithm, to second order. Weighted least squares. Where
 * sectors scatter more than their errors say (grains, texture), a variance τ² is added to all of them so that χ² = ν (R. C. Paule & J. Mandel, J. Res. Natl.
 * Bur. Stand. 87, 377 (1982)): bright spots then do not outweigh the rest. Three rounds of rejection beyond three standard errors.
 *
 * With the same ring before a load, ε(η) = ln(sinθ_before/sinθ) sector by sector: geometry, what the grains of a sector do to its centre, and stress that was
 * there already drop out, A0 is the change of the mean strain.
 *
 * Strain is logarithmic: only then is it free of d₀. (d − d₀)/d₀ is larger by half its own size, and with an unknown d₀ differences of it are off by the
 * mean strain: 0.4 % at the 1.8 % that 280 MPa make in a compliant electrolyte.
 *
 * Detector tilt t along azimuth α, if the cake was made without it: r = L T/(√(1 − sin²t cos²η) − T sin t cosη), T = tan2θ. Of r that is a second
 * harmonic t²(1/4 + T²/2); of ln r it is t²(1/4 + T²/4), the square of the first harmonic taken off. What is left after calibration shows on a
 * ring without stress, on every ring alike: {@link tiltBound}.
 *
 * Strain is in µstrain (10⁻⁶). (B. B. He & K. L. Smith, Adv. X-ray Anal. 41, 501 (1997).)
 */
import { ThioscopeError } from "../errors.ts";
import { type LinearFit, weightedLinear } from "../numerics/weightedLinear.ts";
import type { NotComputable, Quantity } from "../units/quantity.ts";
import type { FittedRing, RingWindow } from "./rings.ts";

/** Tilt of the detector that the cake's geometry did not hold. */
export interface UncorrectedTilt {
  readonly tiltDegree: number;
  /** azimuth of the direction along which the ring is stretched */
  readonly planeDegree: number;
}

export interface StrainHarmonics {
  readonly window: RingWindow;
  /** strain counts from the same ring before the load, not from its own mean */
  readonly relative: boolean;
  /** 2θ of d_ref, the weighted mean of the ring */
  readonly referenceTwoTheta: Quantity;
  /** µstrain; named as in the equations */
  readonly a0: Quantity;
  readonly a1: Quantity;
  readonly b1: Quantity;
  readonly a2: Quantity;
  readonly b2: Quantity;
  /** of A0, A1, B1, A2, B2 in strain², row-major, with the scatter taken into account */
  readonly covariance: Float64Array;
  /** e_xx − e_yy = 2 A2/cos²θ and e_xy = B2/cos²θ, µstrain */
  readonly difference: Quantity;
  readonly shear: Quantity;
  /** sectors that count, that were rejected as outliers, that had no position */
  readonly used: number;
  readonly rejected: number;
  readonly empty: number;
  /** by the sectors' own errors */
  readonly chi2: number;
  /** τ, scatter of the sectors beyond their errors, µstrain */
  readonly excess: Quantity;
  readonly degreesOfFreedom: number;
}

const MICRO = 1e6;
const RADIAN = Math.PI / 180;
const ROUNDS = 3;
const OUTLIER = 3;
const LEAST_SECTORS = 8;
const N = 5;

export interface HarmonicsOptions {
  /** tilt that the cake was made without */
  readonly tilt?: UncorrectedTilt | null;
  /** the same ring before the load, over the same sectors */
  readonly before?: FittedRing | null;
}

/** The harmonics of a ring, or why there are none. Throws INVALID_INPUT for a tilt that is none or another ring as reference. */
export function fitHarmonics(ring: FittedRing, options: HarmonicsOptions = {}): StrainHarmonics | NotComputable {
  const before = options.before ?? null;
  // a reference has the same tilt
  const tilt = before ? null : (options.tilt ?? null);
  if (before && (before.window.label !== ring.window.label || before.sectors.length !== ring.sectors.length))
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${before.window.label} in ${before.sectors.length} sectors is no reference for ${ring.window.label} in ${ring.sectors.length}`,
    );
  if (tilt && !(Math.abs(tilt.tiltDegree) < 45 && Number.isFinite(tilt.planeDegree)))
    throw new ThioscopeError("INVALID_INPUT", `tilt ${tilt.tiltDegree} degrees along ${tilt.planeDegree}: allowed are −45 to 45`);
  const seen = ring.sectors.flatMap((s, i) => {
    const from = before ? before.sectors[i]!.twoTheta : null;
    return s.twoTheta && (!before || from) ? [{ azimuth: s.azimuthDegree, twoTheta: s.twoTheta, from }] : [];
  });
  if (seen.length < LEAST_SECTORS) {
    return {
      notComputable: `${ring.window.label}: ${seen.length} of ${ring.sectors.length} sectors have a position; five harmonics with an error need ${LEAST_SECTORS}`,
    };
  }
  const reference = weightedMean(seen.map((s) => s.twoTheta));
  const y = Float64Array.from(seen, (s) => Math.log(sineOf(s.from ?? reference) / sineOf(s.twoTheta)));
  const sigma = Float64Array.from(seen, (s) => Math.hypot(relativeError(s.twoTheta), s.from ? relativeError(s.from) : 0));
  const design = new Float64Array(seen.length * N);
  for (const [i, s] of seen.entries()) design.set(harmonicsAt(s.azimuth, ring.sectorWidthDegree), i * N);
  const kept = new Uint8Array(seen.length).fill(1);
  let found = withExcess(design, y, sigma, kept);
  for (let round = 0; found && round < ROUNDS; round++) {
    let changed = false;
    for (let i = 0; i < y.length; i++) {
      let off = -y[i]!;
      for (let a = 0; a < N; a++) off += design[i * N + a]! * found.fit.parameters[a]!;
      const keep = Math.abs(off) > OUTLIER * Math.hypot(sigma[i]!, found.excess) ? 0 : 1;
      changed ||= keep !== kept[i];
      kept[i] = keep;
    }
    if (!changed) break;
    found = withExcess(design, y, sigma, kept);
  }
  const used = kept.reduce((count, k) => count + k, 0);
  if (!found || used < LEAST_SECTORS) {
    return { notComputable: `${ring.window.label}: ${used} sectors agree; they do not determine the harmonics of azimuth` };
  }
  const { fit, excess, chi2 } = found;
  const { covariance } = fit;
  const theta = (reference.value * RADIAN) / 2;
  const p = Float64Array.from(fit.parameters);
  if (tilt) {
    const [a, b] = tiltHarmonic(theta, tilt);
    p[3] = p[3]! - a;
    p[4] = p[4]! - b;
  }
  const q = (j: number, factor = 1): Quantity => ({
    value: p[j]! * factor * MICRO,
    sigma: Math.sqrt(covariance[j * N + j]!) * factor * MICRO,
    unit: "µstrain",
  });
  const plane = 1 / Math.cos(theta) ** 2;
  return {
    window: ring.window,
    relative: before !== null,
    referenceTwoTheta: reference,
    a0: q(0),
    a1: q(1),
    b1: q(2),
    a2: q(3),
    b2: q(4),
    covariance,
    difference: q(3, 2 * plane),
    shear: q(4, plane),
    used,
    rejected: seen.length - used,
    empty: ring.sectors.length - seen.length,
    chi2,
    excess: { value: excess * MICRO, sigma: null, unit: "µstrain" },
    degreesOfFreedom: fit.degreesOfFreedom,
  };
}

const sineOf = (twoTheta: Quantity): number => Math.sin((twoTheta.value * RADIAN) / 2);

/** Error of ln sinθ. */
const relativeError = (twoTheta: Quantity): number => ((twoTheta.sigma! * RADIAN) / 2) * (1 / Math.tan((twoTheta.value * RADIAN) / 2));

/** The fit with the excess variance that brings χ² to ν, by bisection of χ²(τ²), which falls; no excess where χ² ≤ ν already. */
function withExcess(
  design: Float64Array,
  y: Float64Array,
  sigma: Float64Array,
  kept: Uint8Array,
): { fit: LinearFit; excess: number; chi2: number } | null {
  const weights = new Float64Array(y.length);
  const at = (excess: number): LinearFit | null => {
    for (let i = 0; i < y.length; i++) weights[i] = kept[i] ? Math.hypot(sigma[i]!, excess) : Number.POSITIVE_INFINITY;
    return weightedLinear(design, y, weights, N);
  };
  const bare = at(0);
  if (!bare || bare.chi2 <= bare.degreesOfFreedom || bare.degreesOfFreedom === 0) return bare && { fit: bare, excess: 0, chi2: bare.chi2 };
  let low = 0;
  let high = 1;
  let fit = bare;
  for (let step = 0; step < 40 && high - low > 1e-3 * high; step++) {
    // down by decades until bracketed, then by halves
    const middle = low === 0 ? high / 4 : (low + high) / 2;
    const tried = at(middle);
    if (!tried) return null;
    if (tried.chi2 > tried.degreesOfFreedom) low = middle;
    else high = middle;
    fit = tried;
  }
  return { fit, excess: high, chi2: bare.chi2 };
}

/** 1, cosη, sinη, cos2η, sin2η, each as its mean over a sector. */
function harmonicsAt(azimuthDegree: number, widthDegree: number): readonly number[] {
  const eta = azimuthDegree * RADIAN;
  const half = (widthDegree * RADIAN) / 2;
  const [f1, f2] = [Math.sin(half) / half, Math.sin(2 * half) / (2 * half)];
  return [1, f1 * Math.cos(eta), f1 * Math.sin(eta), f2 * Math.cos(2 * eta), f2 * Math.sin(2 * eta)];
}

/** Second harmonic of strain [cos2η, sin2η] that an unknown tilt leaves: −t²/4 (1 + T²), times dlnsinθ/dlnr = cos²θ cos2θ. */
function tiltHarmonic(theta: number, { tiltDegree, planeDegree }: UncorrectedTilt): [number, number] {
  const t = Math.sin(tiltDegree * RADIAN);
  const size = -((t * t) / 4) * (1 + Math.tan(2 * theta) ** 2) * Math.cos(theta) ** 2 * Math.cos(2 * theta);
  return [size * Math.cos(2 * planeDegree * RADIAN), size * Math.sin(2 * planeDegree * RADIAN)];
}

/**
 * What rings without stress (a calibrant on the same detector) leave of the second harmonic: the error that geometry adds to A2 and to B2 of every
 * ring, µstrain. Where rings disagree or have errors larger than their values, the larger one counts.
 */
export function tiltBound(stressFree: readonly StrainHarmonics[]): Quantity | NotComputable {
  if (stressFree.length === 0) return { notComputable: "no ring without stress was measured: what tilt leaves behind is not bounded" };
  // mean square of one component, over rings; it holds the noise of the rings, so it bounds from above
  const square = stressFree.reduce((sum, r) => sum + (r.a2.value ** 2 + r.b2.value ** 2) / 2, 0) / stressFree.length;
  const noise = stressFree.reduce((sum, r) => sum + (r.a2.sigma! ** 2 + r.b2.sigma! ** 2) / 2, 0) / stressFree.length;
  return { value: Math.sqrt(Math.max(square, noise)), sigma: null, unit: "µstrain" };
}

function weightedMean(values: readonly Quantity[]): Quantity {
  let weight = 0;
  let sum = 0;
  for (const { value, sigma } of values) {
    weight += 1 / sigma! ** 2;
    sum += value / sigma! ** 2;
  }
  return { value: sum / weight, sigma: 1 / Math.sqrt(weight), unit: "deg" };
}
