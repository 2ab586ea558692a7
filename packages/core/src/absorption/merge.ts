/**
 * Scans of one sample to one spectrum, and glitches out of a scan.
 *
 * Merge: on the first scan's energies (cubic splines), weights 1/σ² of each scan's own noise;
 *   μ = Σ w_k μ_k / Σ w_k,   σ² = max(1/Σ w_k, scatter²/(n − 1)): where scans differ by more than their noise, their scatter counts.
 *
 * A glitch is a point, or two beside one another, that its neighbours do not expect: its leave-one-out residual is above `threshold` times
 * the scan's noise and above four times what its surroundings show, so that a sharp white line on a coarse grid is none.
 */
import { ThioscopeError } from "../errors.ts";
import { cubicSpline, evaluateSpline } from "../numerics/cubicSpline.ts";
import { leaveOneOut, noiseOf } from "./noise.ts";
import { type AbsorptionSpectrum, checkAbsorption } from "./spectrum.ts";

/** The mean of scans. Throws INVALID_INPUT for none, or where they do not overlap. */
export function mergeSpectra(scans: readonly AbsorptionSpectrum[], name: string): AbsorptionSpectrum {
  const [first] = scans;
  if (!first) throw new ThioscopeError("INVALID_INPUT", "a merge of no scans");
  for (const scan of scans) checkAbsorption(scan);
  const low = Math.max(...scans.map(({ energy }) => energy[0]!));
  const high = Math.min(...scans.map(({ energy }) => energy[energy.length - 1]!));
  // half a step beyond a scan's end still counts as its end
  const slack = (first.energy[first.energy.length - 1]! - first.energy[0]!) / first.energy.length;
  const energy = first.energy.filter((e) => e >= low - slack && e <= high + slack);
  if (energy.length < 8) throw new ThioscopeError("INVALID_INPUT", `the scans overlap in ${energy.length} points`);
  const n = energy.length;
  const noises = scans.map((scan) => noiseOf(scan));
  const typical = noises.filter((s) => s > 0).sort((a, b) => a - b)[0] ?? 1;
  const weights = noises.map((s) => 1 / (s || typical) ** 2);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const rows = scans.map((scan) => {
    const out = new Float64Array(n);
    evaluateSpline(cubicSpline(scan.energy, scan.mu), energy, out);
    return out;
  });
  const mu = new Float64Array(n);
  const sigma = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let mean = 0;
    for (const [k, row] of rows.entries()) mean += (weights[k]! * row[i]!) / total;
    let scatter = 0;
    for (const [k, row] of rows.entries()) scatter += (weights[k]! * (row[i]! - mean) ** 2) / total;
    mu[i] = mean;
    sigma[i] = Math.sqrt(Math.max(1 / total, rows.length > 1 ? scatter / (rows.length - 1) : 0));
  }
  return { name, energy, mu, sigma };
}

export interface Deglitched {
  spectrum: AbsorptionSpectrum;
  /** energies of the points that were taken out, eV */
  removed: readonly number[];
}

/** Takes glitches out. @param threshold in units of the noise; 8 where absent */
export function deglitch(spectrum: AbsorptionSpectrum, threshold = 8): Deglitched {
  checkAbsorption(spectrum);
  let current = spectrum;
  const removed: number[] = [];
  // a pair hides each member from the other: one is taken, then the scan is looked at again
  for (let round = 0; round < 40; round++) {
    const at = worstGlitch(current, threshold);
    if (at < 0) break;
    removed.push(current.energy[at]!);
    const keep = (column: Float64Array): Float64Array => column.filter((_, i) => i !== at);
    current = { ...current, energy: keep(current.energy), mu: keep(current.mu), sigma: current.sigma ? keep(current.sigma) : null };
    if (current.energy.length < 16) break;
  }
  return { spectrum: current, removed: removed.sort((a, b) => a - b) };
}

/** Points on either side whose residuals tell what is usual there; the two beside the point see it and do not count. */
const AROUND = 7;

function worstGlitch(spectrum: AbsorptionSpectrum, threshold: number): number {
  const residual = leaveOneOut(spectrum.energy, spectrum.mu);
  const noise = noiseOf(spectrum);
  if (!(noise > 0)) return -1;
  let worst = -1;
  for (let i = 2; i < residual.length - 2; i++) {
    const own = Math.abs(residual[i]!);
    if (!(own > threshold * noise) || own < Math.abs(residual[i - 1]!) || own < Math.abs(residual[i + 1]!)) continue;
    const others: number[] = [];
    for (let k = i - AROUND; k <= i + AROUND; k++) {
      const r = residual[k];
      if (Math.abs(k - i) > 2 && r !== undefined && !Number.isNaN(r)) others.push(Math.abs(r));
    }
    others.sort((a, b) => a - b);
    const usual = others[Math.floor(0.75 * others.length)] ?? noise;
    if (!(own > 4 * Math.max(usual, noise)) || (worst >= 0 && own <= Math.abs(residual[worst]!))) continue;
    if (isAlone(spectrum, i, own)) worst = i;
  }
  return worst;
}

/** Without a glitch its neighbours are as expected; without a point of a sharp peak they are not. */
function isAlone({ energy, mu }: AbsorptionSpectrum, at: number, own: number): boolean {
  const from = Math.max(0, at - 6);
  const to = Math.min(energy.length, at + 7);
  const keep = Array.from({ length: to - from }, (_, k) => from + k).filter((k) => k !== at);
  const left = leaveOneOut(
    Float64Array.from(keep, (k) => energy[k]!),
    Float64Array.from(keep, (k) => mu[k]!),
  );
  return left.every((r) => Number.isNaN(r) || Math.abs(r) < 0.3 * own);
}
