/**
 * χ(k) of one scattering path from the amplitudes and phases of a feffNNNN.dat file.
 *
 *   χ(k) = Im[ N S₀² F(q) e^(−2R Im p − 2p²(σ² − p²C₄/3)) e^{i(2qR + φ(q) + 2p(δR − 2σ²/R − 2p²C₃/3))} / (q (R + δR)²) ]
 *   q² = k² − 0.2625 δE0,   p² = (Re p + i/λ)² + 0.2625 i E_i
 *
 * F, φ, λ and Re p are tabulated on FEFF's own k and taken at q by cubic splines. R, N from the file.
 * Rehr and Albers, Rev. Mod. Phys. 72, 621 (2000); cumulants: Bunker, Nucl. Instrum. Methods 207, 437 (1983).
 */
import { ATOMIC_WEIGHTS } from "../chemistry/elements.ts";
import { type CubicSpline, cubicSpline, evaluateSpline } from "../numerics/cubicSpline.ts";
import { K_PER_EV } from "./autobk.ts";

export interface FeffAtom {
  element: string;
  /** Å; the absorber first */
  position: readonly [number, number, number];
  potential: number;
}

/** What a feffNNNN.dat file says. */
export interface FeffPath {
  label: string;
  /** half of the path's length, Å */
  reff: number;
  degeneracy: number;
  /** number of legs: 2 is single scattering */
  legs: number;
  atoms: readonly FeffAtom[];
  /** Å⁻¹ */
  k: Float64Array;
  /** phase of scattering plus the central atom's, rad */
  phase: Float64Array;
  /** |f| times the reduction factor, Å */
  amplitude: Float64Array;
  /** mean free path, Å */
  lambda: Float64Array;
  /** Re p, Å⁻¹ */
  realP: Float64Array;
}

export const PATH_PARAMETERS = ["s02", "e0", "deltar", "sigma2", "third", "fourth", "ei"] as const;
export type PathParameter = (typeof PATH_PARAMETERS)[number];
/** S₀² (times any factor of N), δE0 eV, δR Å, σ² Å², C₃ Å³, C₄ Å⁴, E_i eV. */
export type PathValues = Readonly<Record<PathParameter, number>>;

export const PLAIN_PATH: PathValues = { s02: 1, e0: 0, deltar: 0, sigma2: 0, third: 0, fourth: 0, ei: 0 };

/** Reduced mass of the atoms along the path, u. */
export function reducedMass({ atoms }: FeffPath): number {
  return 1 / atoms.reduce((sum, { element }) => sum + 1 / (ATOMIC_WEIGHTS[element] ?? 1), 0);
}

/** A path ready for many evaluations on one grid of k. */
export interface PathModel {
  path: FeffPath;
  /**
   * Writes χ(k), and its derivatives where `slopes` has a place for them: ∂/∂s02, deltar, sigma2, third, fourth (the order of
   * {@link ANALYTIC}).
   */
  evaluate(values: PathValues, chi: Float64Array, slopes?: readonly Float64Array[]): void;
}

/** Parameters whose derivatives come with the value; the others move q or p and are differenced. */
export const ANALYTIC = ["s02", "deltar", "sigma2", "third", "fourth"] as const satisfies readonly PathParameter[];

/** FEFF's splines blow up at q = 0; energies nearer to it than this (Å⁻²) are moved to it. */
const SMALL = 1e-6;

/** @param k Å⁻¹, at least 3 points */
export function pathModel(path: FeffPath, k: Float64Array): PathModel {
  const splines = [path.phase, path.amplitude, path.realP, path.lambda].map((y): CubicSpline => cubicSpline(path.k, y));
  const count = k.length;
  const q = new Float64Array(count);
  const [phase, amplitude, realP, lambda] = splines.map(() => new Float64Array(count)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const columns = [phase, amplitude, realP, lambda];
  let shift = Number.NaN;
  const { reff } = path;
  const locate = (e0: number): void => {
    if (e0 === shift) return;
    shift = e0;
    for (let i = 0; i < count; i++) {
      const energy = k[i]! * k[i]! - e0 * K_PER_EV;
      const safe = Math.abs(energy) < 1.5 * SMALL ? SMALL : energy;
      q[i] = Math.sign(safe) * Math.sqrt(Math.abs(safe));
    }
    for (const [j, column] of columns.entries()) evaluateSpline(splines[j]!, q, column);
  };
  return {
    path,
    evaluate({ s02, e0, deltar, sigma2, third, fourth, ei }, chi, slopes) {
      locate(e0);
      const factor = path.degeneracy * s02;
      const distance = reff + deltar;
      for (let i = 0; i < count; i++) {
        const inverse = 1 / lambda[i]!;
        const pr = realP[i]!;
        // p² and p, complex
        const ppRe = pr * pr - inverse * inverse;
        const ppIm = 2 * pr * inverse + ei * K_PER_EV;
        let pRe = pr;
        let pIm = inverse;
        if (ei !== 0) {
          const size = Math.hypot(ppRe, ppIm);
          pRe = Math.sqrt(Math.max(0, (size + ppRe) / 2));
          pIm = Math.sign(ppIm || 1) * Math.sqrt(Math.max(0, (size - ppRe) / 2));
        }
        // exponent = −2R Im p − 2p²(σ² − p²C₄/3) + i(2qR + φ + 2p·u),  u = δR − 2σ²/R − 2p²C₃/3
        const p4Re = ppRe * ppRe - ppIm * ppIm;
        const p4Im = 2 * ppRe * ppIm;
        const uRe = deltar - (2 * sigma2) / reff - (2 * ppRe * third) / 3;
        const uIm = (-2 * ppIm * third) / 3;
        const puRe = pRe * uRe - pIm * uIm;
        const puIm = pRe * uIm + pIm * uRe;
        const real = -2 * reff * pIm - 2 * ppRe * sigma2 + (2 * p4Re * fourth) / 3 - 2 * puIm;
        const angle = -2 * ppIm * sigma2 + (2 * p4Im * fourth) / 3 + 2 * q[i]! * reff + phase[i]! + 2 * puRe;
        const size = (amplitude[i]! * Math.exp(real)) / (q[i]! * distance * distance);
        const re = size * Math.cos(angle);
        const im = size * Math.sin(angle);
        chi[i] = factor * im;
        if (!slopes) continue;
        slopes[0]![i] = path.degeneracy * im;
        // ∂/∂δR: χ (2ip − 2/(R+δR));  ∂/∂σ²: χ (−2p² − 4ip/R);  ∂/∂C₃: χ (−4i p³/3);  ∂/∂C₄: χ 2p⁴/3
        slopes[1]![i] = factor * (re * 2 * pRe + im * (-2 * pIm - 2 / distance));
        slopes[2]![i] = factor * (re * (-2 * ppIm - (4 * pRe) / reff) + im * (-2 * ppRe + (4 * pIm) / reff));
        const p3Re = pRe * ppRe - pIm * ppIm;
        const p3Im = pRe * ppIm + pIm * ppRe;
        slopes[3]![i] = factor * ((-4 / 3) * (re * p3Re - im * p3Im));
        slopes[4]![i] = factor * ((2 / 3) * (re * p4Im + im * p4Re));
      }
      // q = 0 has no χ: the first point goes on from the next two, as FEFF's users are used to
      chi[0] = 2 * chi[1]! - chi[2]!;
      if (slopes) for (const slope of slopes) slope[0] = 2 * slope[1]! - slope[2]!;
    },
  };
}

/** χ(k) of a path. */
export function pathChi(path: FeffPath, values: Partial<PathValues>, k: Float64Array): Float64Array {
  const chi = new Float64Array(k.length);
  pathModel(path, k).evaluate({ ...PLAIN_PATH, ...values }, chi);
  return chi;
}
