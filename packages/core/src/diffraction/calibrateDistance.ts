/**
 * The distance, from the radii of the rings about a known centre.
 *
 * Line i of the calibrant lies at R_i = L tan 2θ_i, sin θ_i = λ/(2 d_i). Each pair of an observed ring with a line proposes an L; a proposal is judged by how much of what is
 * observed it explains and how many of the lines it predicts are there, less what rings at random radii would reach. A wrong L that explains half of
 * the rings of a cubic crystal (√2 off) predicts or explains only every other one.
 */
import type { CountImage, FoundCentre } from "./calibrateCentre.ts";

/** A maximum of the mean count over radius. */
export interface RadialPeak {
  /** pixels */
  readonly radius: number;
  /** above the background, in units of the noise */
  readonly height: number;
}

/** Half the width of what counts as a peak and not as background, pixels. */
const HALF_WIDTH = 16;

/**
 * Rings seen about a centre, by rising radius.
 *
 * @param aspect height of a pixel over its width: radii are in widths
 */
export function radialPeaks(image: CountImage, centre: FoundCentre, aspect: number): RadialPeak[] {
  const { rows, columns, values, usable } = image;
  const reach = Math.hypot(Math.max(centre.row, rows - centre.row) * aspect, Math.max(centre.column, columns - centre.column));
  const bins = Math.ceil(reach) + 1;
  const sum = new Float64Array(bins);
  const count = new Float64Array(bins);
  for (let i = 0; i < rows; i++) {
    const dy = (i + 0.5 - centre.row) * aspect;
    for (let j = 0; j < columns; j++) {
      const p = i * columns + j;
      if (!usable[p]) continue;
      const dx = j + 0.5 - centre.column;
      const b = Math.floor(Math.sqrt(dy * dy + dx * dx));
      sum[b] = sum[b]! + values[p]!;
      count[b] = count[b]! + 1;
    }
  }
  const first = count.findIndex((n) => n > 0);
  const level = new Float64Array(bins);
  for (let b = 0; b < bins; b++) level[b] = count[b]! >= 12 ? Math.sqrt(Math.max(0, sum[b]! / count[b]!)) : (level[b - 1] ?? 0);
  level.fill(level[first + 1] ?? 0, 0, first + 1);
  const net = aboveBackground(level);
  const noise = noiseOf(net) || 1e-12;
  const strongest = net.reduce((most, v) => Math.max(most, v), 0);
  const peaks: RadialPeak[] = [];
  for (let b = 3; b < bins - 3; b++) {
    if (!(net[b]! > 6 * noise && net[b]! > 0.01 * strongest && count[b]! >= 12)) continue;
    let isPeak = true;
    for (let k = -3; k <= 3; k++) if (net[b + k]! > net[b]! || (k < 0 && net[b + k] === net[b])) isPeak = false;
    if (!isPeak) continue;
    let [weight, moment] = [0, 0];
    for (let k = -3; k <= 3; k++) {
      const w = Math.max(0, net[b + k]! - 0.3 * net[b]!);
      weight += w;
      moment += w * (b + k + 0.5);
    }
    peaks.push({ radius: moment / weight, height: net[b]! / noise });
  }
  return peaks;
}

/** The profile less a background that no narrow peak can lift (SNIP: Ryan et al., Nucl. Instrum. Methods B 34, 396, 1988). */
function aboveBackground(level: Float64Array): Float64Array {
  let under = Float64Array.from(level);
  for (let p = HALF_WIDTH; p >= 1; p--) {
    const next = Float64Array.from(under);
    for (let b = p; b < level.length - p; b++) next[b] = Math.min(under[b]!, (under[b - p]! + under[b + p]!) / 2);
    under = next;
  }
  return level.map((v, b) => v - under[b]!);
}

/** From differences of second order: rings are broader than a pixel, noise is not. */
function noiseOf(net: Float64Array): number {
  const steps: number[] = [];
  for (let b = 1; b < net.length - 1; b++) {
    const step = Math.abs(net[b]! - (net[b - 1]! + net[b + 1]!) / 2);
    if (step > 0) steps.push(step);
  }
  steps.sort((a, b) => a - b);
  return (1.4826 * (steps[steps.length >> 2] ?? 0) * 2) / Math.sqrt(1.5);
}

export interface ScaleProposal {
  /** distance in pixels, or wavelength in Å: what was not known */
  readonly scale: number;
  /** 0: no better than chance; 1: every ring explained, every line there */
  readonly score: number;
  /** lines found */
  readonly matched: number;
}

/** How the radius of line i depends on what is not known. */
export interface RingScale {
  readonly lines: number;
  /** pixels; NaN where the line cannot be seen */
  radius(line: number, scale: number): number;
  scale(line: number, radius: number): number;
}

/** Most lines and rings that are looked at. */
const MOST = 60;

/** Distance unknown: R = L tan 2θ. @param spacings d of the lines in Å, falling */
export function distanceScale(spacings: readonly number[], wavelengthAngstrom: number): RingScale {
  const tangents = spacings
    .slice(0, MOST)
    .map((d) => 2 * Math.asin(wavelengthAngstrom / (2 * d)))
    .filter((angle) => angle < 1.4)
    .map(Math.tan);
  return { lines: tangents.length, radius: (i, L) => L * tangents[i]!, scale: (i, r) => r / tangents[i]! };
}

/** Wavelength unknown, distance in pixels known. */
export function wavelengthScale(spacings: readonly number[], distance: number): RingScale {
  const d = spacings.slice(0, MOST);
  return {
    lines: d.length,
    radius: (i, wavelength) => distance * Math.tan(2 * Math.asin(Math.min(0.7, wavelength / (2 * d[i]!)))),
    scale: (i, r) => 2 * d[i]! * Math.sin(Math.atan(r / distance) / 2),
  };
}

/** Scales that explain the rings, the best first, none alike. */
export function proposeScales(peaks: readonly RadialPeak[], law: RingScale): ScaleProposal[] {
  if (peaks.length === 0 || law.lines === 0) return [];
  const strongest = peaks.toSorted((a, b) => b.height - a.height).slice(0, MOST);
  const rings = strongest.toSorted((a, b) => a.radius - b.radius);
  const seeds = new Set([...rings.slice(0, 10), ...strongest.slice(0, 8)]);
  const proposals: ScaleProposal[] = [];
  for (const ring of seeds) {
    for (let i = 0; i < Math.min(20, law.lines); i++) {
      const proposal = judge(rings, law, law.scale(i, ring.radius));
      if (proposal.score > 0.05) proposals.push(proposal);
    }
  }
  proposals.sort((a, b) => b.score - a.score);
  const out: ScaleProposal[] = [];
  for (const proposal of proposals) {
    if (out.length < 5 && !out.some((o) => Math.abs(o.scale / proposal.scale - 1) < 0.01)) out.push(proposal);
  }
  return out;
}

function judge(rings: readonly RadialPeak[], law: RingScale, start: number): ScaleProposal {
  let scale = start;
  let score = 0;
  let matched = 0;
  const [first, last] = [rings[0]!.radius, rings.at(-1)!.radius];
  // the second round with the mean scale of all rings that the first one matched
  for (let round = 0; round < 2; round++) {
    const radii = Array.from({ length: law.lines }, (_, i) => law.radius(i, scale));
    let [explained, total, ratio, covered, there, expected] = [0, 0, 0, 0, 0, 0];
    const seen = new Set<number>();
    for (const { radius, height } of rings) {
      const weight = Math.log1p(height);
      total += weight;
      const i = nearestOf(radii, radius);
      if (!(Math.abs(radii[i]! - radius) <= tolerance(radius))) continue;
      explained += weight;
      seen.add(i);
      ratio += weight * (radius / radii[i]!);
    }
    for (const [i, radius] of radii.entries()) {
      if (!(radius >= first - tolerance(first) && radius <= last + tolerance(last))) continue;
      expected++;
      covered += 2 * tolerance(radius);
      if (seen.has(i)) there++;
    }
    const chance = Math.min(0.95, covered / Math.max(1, last - first));
    matched = seen.size;
    score = expected === 0 ? 0 : Math.max(0, (explained / total - chance) / (1 - chance)) * (there / expected);
    if (explained > 0) scale *= ratio / explained;
  }
  return { scale, score, matched };
}

/** Share of what is seen that rings of these radii explain, by the logarithm of the peaks' heights. */
export function explainedShare(peaks: readonly RadialPeak[], radii: readonly number[]): number {
  let [explained, total] = [0, 0];
  for (const { radius, height } of peaks) {
    const weight = Math.log1p(height);
    total += weight;
    if (Math.abs(radii[nearestOf(radii, radius)]! - radius) <= tolerance(radius)) explained += weight;
  }
  return total > 0 ? explained / total : 0;
}

/** How far a ring may lie from its line: a pixel of noise, and what a tilt of a degree or two does. */
function tolerance(radius: number): number {
  return 1.5 + 0.004 * radius;
}

function nearestOf(radii: readonly number[], radius: number): number {
  let best = 0;
  for (let i = 1; i < radii.length; i++) if (Math.abs(radii[i]! - radius) < Math.abs(radii[best]! - radius)) best = i;
  return best;
}
