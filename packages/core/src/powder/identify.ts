/**
 * Which of many structures a pattern holds. Each candidate is a pattern of its own (lines with their intensities, as wide as those of the data) whose cell may be
 * stretched as a whole by up to half a per cent; they are taken one after the other, the one first that explains most of what is still unexplained, and all that are taken are fitted anew
 * together, none below zero.
 *
 *   gain of a candidate: Δχ² = (Σ w r p)²/Σ w p²,  r what is unexplained, p its pattern, w 1/σ²
 *
 * A candidate counts where its gain is above {@link GAIN} of the reduced χ² that is left, and where each of its strong lines is there: a pattern without its second
 * strongest line is another phase. Texture changes intensities; lines may then be missed and candidates refused, which says so. What no candidate explains is listed.
 * The background is the lower envelope of the pattern.
 */
import { unitCell } from "../crystal/cell.ts";
import { powderLines } from "../crystal/powder.ts";
import type { Structure } from "../crystal/structure.ts";
import { ThioscopeError } from "../errors.ts";
import { checkCancelled, QUIET, type TaskContext } from "../task.ts";
import { type Quantity, quantity } from "../units/quantity.ts";
import { pseudoVoigt } from "./profile.ts";
import type { PowderData } from "./refine.ts";

export interface IdentifyOptions {
  wavelengthAngstrom: number;
  /** the cell of a candidate may be larger or smaller by this share (default 0.005) */
  stretch?: number;
  /** at most so many phases (default 6) */
  most?: number;
  task?: TaskContext;
}

export interface IdentifiedPhase {
  name: string;
  /** place among the candidates */
  candidate: number;
  /** of the cell's lengths */
  stretch: Quantity;
  /** share of the counts above the background that its lines explain */
  share: Quantity;
}

export interface Identification {
  /** by what they explain */
  phases: readonly IdentifiedPhase[];
  /** candidates that explain much and lack a strong line */
  refused: readonly { name: string; missing: Quantity }[];
  /** peaks that no phase explains: angle and height over its error */
  unexplained: readonly { twoTheta: Quantity; significance: Quantity }[];
}

/** Of the reduced χ²: far above what the best of many candidates reaches by chance. */
const GAIN = 60;
/** A line of this share of the strongest must be there, with at least this share of what is expected. */
const STRONG = 0.3;
const PRESENT = 0.35;
const STEPS = 20;
const REACH = 6;
/** Half the window of the running mean, in widths of a line. */
const WINDOW = 15;
/** Half the window in which a line's width is looked for, degrees. */
const WIDEST = 1.5;
/** A candidate that looks like what is taken already and explains little is what that one's shape has left. */
const ALIKE = 0.3;
const LITTLE = 0.06;
const MOST_LISTED = 40;

interface Candidate {
  structure: Structure;
  d: Float64Array;
  strength: Float64Array;
}

/** @throws INVALID_INPUT for data or candidates that cannot be compared; CANCELLED */
export function identifyPhases(data: PowderData, candidates: readonly Structure[], options: IdentifyOptions): Identification {
  const { twoTheta, intensity } = data;
  const n = twoTheta.length;
  const { wavelengthAngstrom: lambda, stretch = 0.005, most = 6, task = QUIET } = options;
  if (n < 50) throw new ThioscopeError("INVALID_INPUT", `a pattern of ${n} points: at least 50 are needed`);
  if (candidates.length === 0) throw new ThioscopeError("INVALID_INPUT", "there are no candidates");
  const known = candidates.map((structure) => candidateOf(structure, lambda, twoTheta[0]!, twoTheta[n - 1]!));
  const base = lowerEnvelope(twoTheta, intensity);
  const counts = intensity.map((y, i) => y - base[i]!);
  const weights = intensity.map((y, i) => 1 / (data.sigma && data.sigma[i]! > 0 ? data.sigma[i]! ** 2 : Math.max(y, 1)));
  // humps of a glass are no lines: the width is that of the highest peak above what varies over degrees
  const perDegree = (n - 1) / (twoTheta[n - 1]! - twoTheta[0]!);
  const width = widthOf(twoTheta, withoutSlow(counts, Math.max(4, Math.round(WIDEST * perDegree))));
  const shape = { width, eta: 0.5 };
  const window = Math.max(4, Math.round(WINDOW * width * perDegree));
  // a pattern of many weak lines is nearly a background: neither data nor candidates keep what varies slowly
  const net = withoutSlow(counts, window);
  const patternOf = (k: number, by: number): Float64Array => {
    const out = new Float64Array(n);
    const { d, strength } = known[k]!;
    for (let i = 0; i < d.length; i++) addLine(out, twoTheta, angleOf(d[i]! * (1 + by), lambda), strength[i]!, shape);
    return withoutSlow(out, window);
  };
  const taken: { candidate: number; by: number; pattern: Float64Array; scale: number }[] = [];
  const refused: { candidate: number; missing: number }[] = [];
  const passed = new Set<number>();
  let residual = net.slice();
  while (taken.length < most) {
    checkCancelled(task);
    task.progress(taken.length, most, "phases");
    const chi = chiSquare(residual, weights);
    let best: { candidate: number; by: number; pattern: Float64Array; gain: number } | null = null;
    for (const k of known.keys()) {
      if (passed.has(k) || known[k]!.d.length === 0) continue;
      for (let s = -STEPS; s <= STEPS; s++) {
        const by = (stretch * s) / STEPS;
        const pattern = patternOf(k, by);
        const gain = gainOf(pattern, residual, weights);
        if (gain > (best?.gain ?? 0)) best = { candidate: k, by, pattern, gain };
      }
    }
    if (!best || best.gain < GAIN * Math.max(1, chi)) break;
    passed.add(best.candidate);
    const fine = finest(best.by, stretch / STEPS, (by) => gainOf(patternOf(best.candidate, by), residual, weights));
    const pattern = patternOf(best.candidate, fine);
    const all = together([...taken.map((one) => one.pattern), pattern], net, weights);
    const own = all.at(-1)!;
    const rest = net.map((y, i) => taken.reduce((left, one, k) => left - all[k]! * one.pattern[i]!, y));
    const explained = (own * sumOf(pattern)) / Math.max(1e-9, sumOf(net));
    const isLeftover = explained < LITTLE && taken.some((one) => alike(one.pattern, pattern, weights) > ALIKE);
    const missing = missingLine(known[best.candidate]!, fine, lambda, twoTheta, rest, pattern, own, shape);
    if (isLeftover || missing !== null) {
      if (missing !== null) refused.push({ candidate: best.candidate, missing });
      continue;
    }
    taken.push({ candidate: best.candidate, by: fine, pattern, scale: 0 });
    const scales = together(
      taken.map(({ pattern }) => pattern),
      net,
      weights,
    );
    for (const [i, one] of taken.entries()) one.scale = scales[i]!;
    residual = net.map((y, i) => taken.reduce((rest, { pattern, scale }) => rest - scale * pattern[i]!, y));
  }
  // lines that overlap are counted by each of their phases
  const whole = Math.max(
    sumOf(net),
    taken.reduce((sum, { pattern, scale }) => sum + scale * sumOf(pattern), 0),
  );
  const phases = taken
    .filter(({ scale }) => scale > 0)
    .map(({ candidate, by, pattern, scale }) => ({
      name: known[candidate]!.structure.name,
      candidate,
      stretch: quantity(by, "1", stretch / STEPS / 2),
      share: quantity((scale * sumOf(pattern)) / whole, "1"),
    }))
    .sort((a, b) => b.share.value - a.share.value);
  return {
    phases,
    refused: refused.map(({ candidate, missing }) => ({ name: known[candidate]!.structure.name, missing: quantity(missing, "deg") })),
    unexplained: peaksLeft(twoTheta, residual, weights, width),
  };
}

const angleOf = (d: number, lambda: number): number => (lambda < 2 * d ? (360 / Math.PI) * Math.asin(lambda / (2 * d)) : Number.NaN);

function candidateOf(structure: Structure, wavelengthAngstrom: number, from: number, to: number): Candidate {
  unitCell(structure.cell.parameters);
  const { lines } = powderLines(structure, { wavelengthAngstrom, twoThetaMaxDegree: Math.min(179, to + 1) });
  const inside = lines.filter(({ twoTheta, integrated }) => twoTheta.value > from - 1 && "value" in integrated);
  const strengths = inside.map(({ integrated }) => ("value" in integrated ? integrated.value : 0));
  const top = strengths.reduce((a, b) => Math.max(a, b), 0);
  // what is weaker than a thousandth decides nothing and costs most
  const kept = inside.map((line, k) => ({ d: line.d.value, strength: strengths[k]! / top })).filter(({ strength }) => strength > 1e-3);
  return { structure, d: Float64Array.from(kept, ({ d }) => d), strength: Float64Array.from(kept, ({ strength }) => strength) };
}

function addLine(out: Float64Array, x: Float64Array, at: number, strength: number, shape: { width: number; eta: number }): void {
  if (!Number.isFinite(at)) return;
  const step = (x[x.length - 1]! - x[0]!) / (x.length - 1);
  const from = Math.max(0, Math.floor((at - REACH * shape.width - x[0]!) / step));
  const to = Math.min(x.length - 1, Math.ceil((at + REACH * shape.width - x[0]!) / step));
  for (let i = from; i <= to; i++) out[i] = out[i]! + strength * pseudoVoigt(x[i]! - at, shape);
}

function chiSquare(r: Float64Array, w: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < r.length; i++) sum += w[i]! * r[i]! ** 2;
  return sum / r.length;
}

function gainOf(p: Float64Array, r: Float64Array, w: Float64Array): number {
  let along = 0;
  let norm = 0;
  for (let i = 0; i < p.length; i++) {
    const v = p[i]!;
    if (v === 0) continue;
    along += w[i]! * r[i]! * v;
    norm += w[i]! * v * v;
  }
  return along > 0 && norm > 0 ? (along * along) / norm : 0;
}

/** What stands above the slow part. */
const sumOf = (values: Float64Array): number => values.reduce((sum, y) => sum + Math.max(0, y), 0);

/** Less the running mean over ± window points. */
function withoutSlow(values: Float64Array, window: number): Float64Array {
  const n = values.length;
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) sums[i + 1] = sums[i]! + values[i]!;
  return values.map((value, i) => {
    const from = Math.max(0, i - window);
    const to = Math.min(n, i + window + 1);
    return value - (sums[to]! - sums[from]!) / (to - from);
  });
}

/** The best place between two steps of a search, by golden sections. */
function finest(at: number, step: number, gain: (by: number) => number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [at - step, at + step];
  for (let k = 0; k < 12; k++) {
    const [c, d] = [b - golden * (b - a), a + golden * (b - a)];
    if (gain(c) > gain(d)) b = d;
    else a = c;
  }
  return (a + b) / 2;
}

/** Cosine between two patterns. */
function alike(a: Float64Array, b: Float64Array, w: Float64Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += w[i]! * a[i]! * b[i]!;
    aa += w[i]! * a[i]! ** 2;
    bb += w[i]! * b[i]! ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** The angle of a strong line that is not there; null where all are. */
function missingLine(
  { d, strength }: Candidate,
  by: number,
  lambda: number,
  x: Float64Array,
  r: Float64Array,
  pattern: Float64Array,
  scale: number,
  shape: { width: number; eta: number },
): number | null {
  const top = strength.reduce((a, b) => Math.max(a, b), 0);
  for (let k = 0; k < d.length; k++) {
    if (strength[k]! < STRONG * top) continue;
    const at = angleOf(d[k]! * (1 + by), lambda);
    if (!(at > x[0]! + 2 * shape.width && at < x[x.length - 1]! - 2 * shape.width)) continue;
    // sums over the line: what is there against what all of the candidate's lines put there
    let there = 0;
    let expected = 0;
    for (let i = 0; i < x.length; i++) {
      if (Math.abs(x[i]! - at) > 1.2 * shape.width) continue;
      there += r[i]!;
      expected += scale * pattern[i]!;
    }
    if (there < PRESENT * expected) return at;
  }
  return null;
}

/** Scales of patterns together, none below zero: coordinate descent on a handful of columns. */
function together(patterns: readonly Float64Array[], y: Float64Array, w: Float64Array): number[] {
  const m = patterns.length;
  const normal = patterns.map((a) => patterns.map((b) => a.reduce((sum, v, i) => sum + w[i]! * v * b[i]!, 0)));
  const right = patterns.map((a) => a.reduce((sum, v, i) => sum + w[i]! * v * y[i]!, 0));
  const scales = new Array<number>(m).fill(0);
  for (let sweep = 0; sweep < 200; sweep++) {
    for (let a = 0; a < m; a++) {
      let rest = right[a]!;
      for (let b = 0; b < m; b++) if (b !== a) rest -= normal[a]![b]! * scales[b]!;
      scales[a] = Math.max(0, rest / normal[a]![a]!);
    }
  }
  return scales;
}

/** Full width at half height of the highest peak, and no less than two points. */
function widthOf(x: Float64Array, net: Float64Array): number {
  let top = 0;
  for (let i = 1; i < net.length; i++) if (net[i]! > net[top]!) top = i;
  const half = net[top]! / 2;
  let [a, b] = [top, top];
  while (a > 0 && net[a]! > half) a--;
  while (b < net.length - 1 && net[b]! > half) b++;
  const step = (x[x.length - 1]! - x[0]!) / (x.length - 1);
  return Math.max(2 * step, x[b]! - x[a]! - step);
}

/** Low quantiles over windows of some degrees, joined by lines. */
function lowerEnvelope(x: Float64Array, y: Float64Array): Float64Array {
  const n = x.length;
  const count = Math.max(6, Math.min(40, Math.round((x[n - 1]! - x[0]!) / 3)));
  const knots: { at: number; value: number }[] = [];
  for (let k = 0; k < count; k++) {
    const from = Math.floor((k * n) / count);
    const to = Math.floor(((k + 1) * n) / count);
    const sorted = y.slice(from, to).sort();
    knots.push({ at: (x[from]! + x[to - 1]!) / 2, value: sorted[Math.floor(0.3 * sorted.length)]! });
  }
  let k = 0;
  return x.map((at) => {
    while (k < knots.length - 2 && knots[k + 1]!.at < at) k++;
    const [a, b] = [knots[k]!, knots[k + 1]!];
    const share = Math.min(1, Math.max(0, (at - a.at) / (b.at - a.at)));
    return a.value + share * (b.value - a.value);
  });
}

/** Peaks of what is left: sums over a width that stand out by more than eight of their errors. */
function peaksLeft(x: Float64Array, r: Float64Array, w: Float64Array, width: number): Identification["unexplained"] {
  const step = (x[x.length - 1]! - x[0]!) / (x.length - 1);
  const half = Math.max(1, Math.round(width / step / 2));
  const found: { at: number; significance: number }[] = [];
  for (let i = half; i < x.length - half; i++) {
    let sum = 0;
    let variance = 0;
    for (let k = i - half; k <= i + half; k++) {
      sum += r[k]!;
      variance += 1 / w[k]!;
    }
    const significance = sum / Math.sqrt(variance);
    if (significance < 8) continue;
    const last = found.at(-1);
    if (last && x[i]! - last.at < 2 * width) {
      if (significance > last.significance) found[found.length - 1] = { at: x[i]!, significance };
    } else found.push({ at: x[i]!, significance });
  }
  return found
    .sort((a, b) => b.significance - a.significance)
    .slice(0, MOST_LISTED)
    .map(({ at, significance }) => ({ twoTheta: quantity(at, "deg", width / 4), significance: quantity(significance, "1") }));
}
