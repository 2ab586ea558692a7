/**
 * Virtual absorption beyond sulfur's chains: XANES of any lines and an edge, and EXAFS scans of shells, with the truth.
 *
 *   μ(E) = background + step · edge(E) (1 + χ(k)),   χ = Σ N f(k)/(k R²) e^(−2k²σ² − 2R/λ) sin(2kR + φ(k)),   k = √(0.2625 (E − E0)) Å⁻¹
 *
 * The phase φ = −2 Δ k + φ₀ + c/k shortens the apparent distance by about Δ. Lines are Lorentzians of core-hole width, edges arctans, the whole
 * broadened by the monochromator's Gaussian.
 *
 * Effects that the analysis does not model: the bend of φ at low k, a background that is no spline (a slow wave and a curved slope), noise that
 * grows with the square root of the counts lost to absorption. It shares no code with the analysis.
 */
import { random } from "@thioscope/core";
import { voigt } from "./voigt.ts";

export interface VirtualXanes {
  name: string;
  /** eV */
  edge: number;
  /** full width of the core hole, eV */
  coreHole: number;
  /** Lorentzians on the edge: eV, area in eV, extra Gaussian standard deviation in eV */
  lines: readonly { at: number; area: number; width: number }[];
}

export interface VirtualXanesScan {
  energy: Float64Array;
  /** normalised, with noise */
  mu: Float64Array;
}

/** A scan from −40 to +80 eV about the edge. @param step eV in the edge region @param noise in edge steps @param resolution eV, standard deviation */
export function virtualXanes(what: VirtualXanes, step: number, noise: number, resolution: number, seed: string): VirtualXanesScan {
  const draw = random(`${what.name}/${seed}`);
  const energy: number[] = [];
  for (let e = -40; e < 80; e += e < -12 ? 1 : e < 30 ? step : 0.5) energy.push(what.edge + e);
  const mu = energy.map((e) => xanesAt(what, e, resolution) + noise * draw.normal());
  return { energy: Float64Array.from(energy), mu: Float64Array.from(mu) };
}

/** The noiseless normalised spectrum at an energy. */
export function xanesAt({ edge, coreHole, lines }: VirtualXanes, energy: number, resolution: number): number {
  // the arctan under the Gaussian: an arctan of the folded width, to a few per mille
  const wide = coreHole + 2 * resolution;
  let y = 0.5 + Math.atan((2 * (energy - edge)) / wide) / Math.PI;
  for (const { at, area, width } of lines) y += area * voigt(energy - at, Math.hypot(width, resolution), coreHole);
  return y;
}

export interface VirtualShell {
  /** Å, where it appears in χ(R) without phase correction */
  apparent: number;
  count: number;
  /** Å² */
  sigma2: number;
  /** k of the scatterer's strongest amplitude, Å⁻¹: 4 for light atoms, 8 for heavy ones */
  amplitudeAt: number;
}

/** Δ of the phase, Å. */
const PHASE_SLOPE = 0.45;

/** An EXAFS scan to `kMax`; the noise is one standard deviation in edge steps. */
export function virtualExafs(
  name: string,
  e0: number,
  shells: readonly VirtualShell[],
  kMax: number,
  noise: number,
  seed: string,
): { energy: Float64Array; mu: Float64Array } {
  const draw = random(`${name}/${seed}`);
  const energy: number[] = [];
  for (let e = e0 - 200; e < e0 - 20; e += 8) energy.push(e);
  for (let e = e0 - 20; e < e0 + 30; e += 0.5) energy.push(e);
  for (let k = Math.sqrt(0.2625 * 30); k <= kMax + 0.3; k += 0.05) energy.push(e0 + (k * k) / 0.2625);
  const mu = energy.map((e) => {
    const t = (e - e0) / 1000;
    const background = 0.4 - 0.5 * t + 0.1 * t * t;
    if (e < e0 - 20) return background + noise * draw.normal();
    const k = Math.sqrt(0.2625 * Math.max(0, e - e0));
    let chi = 0;
    for (const { apparent, count, sigma2, amplitudeAt } of shells) {
      const r = apparent + PHASE_SLOPE;
      const f = 0.5 * Math.exp(-(((k - amplitudeAt) / 5) ** 2)) * Math.min(1, k / 2);
      chi +=
        ((count * f) / (Math.max(k, 0.5) * r * r)) *
        Math.exp(-2 * k * k * sigma2 - (2 * r) / 8) *
        Math.sin(2 * k * r - 2 * PHASE_SLOPE * k + 1 + 0.2 / Math.max(k, 1));
    }
    const step = 0.5 + Math.atan((e - e0) / 2.5) / Math.PI;
    const atom = step * (1 - 0.12 * t + 0.02 * t * t) * (1 + 0.003 * Math.sin(t * 9)) + 0.25 * Math.exp(-(((e - e0 - 3) / 4) ** 2));
    return background + atom * (1 + (e > e0 ? chi : 0)) + noise * Math.exp(0.3 * t) * draw.normal();
  });
  return { energy: Float64Array.from(energy), mu: Float64Array.from(mu) };
}

/** A feffNNNN.dat of single scattering with smooth amplitude and phase: what FEFF would have written, in its form. */
export function writeVirtualFeff(element: string, number: number, reff: number, degeneracy: number): string {
  const head = [
    " virtual                                                          Feff XX 6.10",
    ` Abs   Z=${number} Rmt= 1.289 Rnm= 1.424 K shell`,
    ` Pot 1 Z=${number} Rmt= 1.272 Rnm= 1.392`,
    " Gam_ch=1.761E+00 H-L exch",
    " Mu=-5.535E+00 kf=1.806E+00 Vint=-1.796E+01 Rs_int= 2.008",
    " Path    1      icalc       2",
    ` ${"-".repeat(71)}`,
    `   2  ${degeneracy.toFixed(3)}   ${reff.toFixed(4)}    2.6300   -5.53502 nleg, deg, reff, rnrmav(bohr), edge`,
    "        x         y         z   pot at#",
    `      .0000     .0000     .0000  0  ${number} ${element}       absorbing atom`,
    `      .0000     .0000    ${reff.toFixed(4)}  1  ${number} ${element}`,
    "    k   real[2*phc]   mag[feff]  phase[feff] red factor   lambda     real[p]@#",
  ];
  const rows = Array.from({ length: 61 }, (_, i) => {
    const k = i / 3;
    const amplitude = 0.9 * Math.exp(-(((k - 6) / 6) ** 2)) * Math.min(1, k / 1.5);
    const columns = [k, 6 - 0.5 * k, amplitude, -5 - 0.4 * k, 0.95, 8 + 0.8 * k, Math.hypot(k, 1.8)];
    return columns.map((value, j) => (j === 0 ? value.toFixed(3).padStart(7) : value.toExponential(4).toUpperCase())).join("  ");
  });
  return `${[...head, ...rows].join("\n")}\n`;
}
