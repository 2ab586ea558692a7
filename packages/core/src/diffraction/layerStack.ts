/**
 * Edges between layers of which one phase has more or less: separator and cathode of one electrolyte, say.
 *
 *   I(z) = L_0 + Σ_k (L_k − L_{k−1}) · share of the beam at z that lies above edge e_k
 *
 * Levels L are means over a layer, edges e lie inside of a step because the beam is as wide as one. Edges are added one after the other where they lower χ² most, as long as each lowers
 * it by more than 25 χ²/ν; all are then refined together, twice: the scatter τ of the levels (grains: an error in proportion to the intensity, χ² = ν) is put into the weights after the
 * first time. Two edges closer than the resolution are one. Positions in µm along the scan; the edges are taken as sharp and straight along the beam (see layers.ts).
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { leastSquares } from "../numerics/leastSquares.ts";
import { weightedLinear } from "../numerics/weightedLinear.ts";
import type { NotComputable, Quantity } from "../units/quantity.ts";
import { type BeamProfile, beamShare, type LayerProfile } from "./layers.ts";

export interface LayerStack {
  /** µm, rising */
  readonly edges: readonly Quantity[];
  /** one more than there are edges, in the unit of the profile */
  readonly levels: readonly { readonly value: number; readonly sigma: number }[];
  /** from edge to edge, µm */
  readonly thicknesses: readonly Quantity[];
  /** what is told apart, µm */
  readonly resolution: Quantity;
  /** τ: scatter of the intensity in proportion to itself */
  readonly scatter: number;
  readonly chi2: number;
  readonly degreesOfFreedom: number;
  readonly notices: readonly Notice[];
}

export interface StackOptions {
  /** edges near the truth, µm: exactly these are refined and none is looked for */
  readonly near?: readonly number[];
  /** at most this many are looked for; default 4 */
  readonly most?: number;
}

const WORTH = 25;
const CANDIDATES = 120;

/** Throws INVALID_INPUT for arrays that do not fit or positions that do not rise. */
export function fitLayerStack(profile: LayerProfile, beam: BeamProfile, options: StackOptions = {}): LayerStack | NotComputable {
  const { z, y, s, resolution } = usable(profile, beam);
  const share = beamShare(beam);
  const above = (x: number, edge: number): number => share(x, edge, Number.MAX_VALUE);
  const sigma = Float64Array.from(s);
  const linear = (edges: readonly number[]): ReturnType<typeof weightedLinear> => {
    const n = edges.length + 1;
    const design = new Float64Array(z.length * n);
    for (let i = 0; i < z.length; i++) {
      design[i * n] = 1;
      for (const [k, e] of edges.entries()) design[i * n + k + 1] = above(z[i]!, e);
    }
    return weightedLinear(design, y, sigma, n);
  };
  const scatterOf = (edges: readonly number[]): number => {
    const model = modelAt(linear(edges)!.parameters, edges, z, above);
    return proportionalScatter(y, s, model, z.length - 2 * edges.length - 1);
  };
  let edges = options.near ? [...options.near].sort((a, b) => a - b) : searched(z, linear, resolution, options.most ?? 4);
  if (edges.length === 0) return { notComputable: "the intensity has no step along the positions: there is no edge to see" };
  if (z.length < 2 * edges.length + 2)
    return { notComputable: `${z.length} positions with an intensity: ${edges.length} edges with errors need ${2 * edges.length + 2}` };
  if (!linear(edges)) return { notComputable: "the positions do not determine the edges" };
  let scatter = 0;
  let fit: ReturnType<typeof leastSquares> | null = null;
  for (let round = 0; round < 3; round++) {
    scatter = scatterOf(edges);
    const model = modelAt(linear(edges)!.parameters, edges, z, above);
    for (let i = 0; i < s.length; i++) sigma[i] = Math.hypot(s[i]!, scatter * model[i]!);
    if (round === 0) edges = nudged(edges, linear, resolution);
    const levels = linear(edges);
    if (!levels) return { notComputable: "the positions do not determine the edges" };
    const n = edges.length;
    const residuals = (p: Float64Array, out: Float64Array): void => {
      const at = modelAt(p.subarray(n), Array.from(p.subarray(0, n)), z, above);
      for (let i = 0; i < z.length; i++) out[i] = (at[i]! - y[i]!) / sigma[i]!;
    };
    const start = [...edges, ...levels.parameters];
    const lower = start.map((v, i) => (i < n ? v - 2 * resolution : Number.NEGATIVE_INFINITY));
    const upper = start.map((v, i) => (i < n ? v + 2 * resolution : Number.POSITIVE_INFINITY));
    fit = leastSquares({ count: z.length, residuals }, { start, lower, upper, absoluteSigma: true });
    edges = Array.from(fit.parameters.subarray(0, n));
  }
  return report(fit!, edges.length, resolution, scatter);
}

function report(fit: ReturnType<typeof leastSquares>, n: number, resolution: number, scatter: number): LayerStack | NotComputable {
  const p = fit.parameters;
  const size = p.length;
  const grow = Math.sqrt(Math.max(1, fit.sumOfSquares / Math.max(1, fit.degreesOfFreedom)));
  const um = (value: number, sigma: number): Quantity => ({ value, sigma, unit: "µm" });
  const edges = Array.from({ length: n }, (_, k) => um(p[k]!, grow * fit.sigma[k]!));
  if (edges.some((e) => !Number.isFinite(e.sigma!))) return { notComputable: "the positions do not determine the edges" };
  let below = p[n]!;
  let variance = fit.covariance[n * size + n]!;
  const levels = [{ value: below, sigma: grow * Math.sqrt(variance) }];
  for (let k = 0; k < n; k++) {
    below += p[n + 1 + k]!;
    variance = 0;
    for (let a = 0; a <= k + 1; a++) for (let b = 0; b <= k + 1; b++) variance += fit.covariance[(n + a) * size + n + b]!;
    levels.push({ value: below, sigma: grow * Math.sqrt(Math.max(0, variance)) });
  }
  const thicknesses = edges.slice(1).map((e, k) => {
    const v = fit.covariance[k * size + k]! + fit.covariance[(k + 1) * size + k + 1]! - 2 * fit.covariance[k * size + k + 1]!;
    return um(e.value - edges[k]!.value, grow * Math.sqrt(Math.max(0, v)));
  });
  const notices: Notice[] = [];
  const thin = thicknesses.filter((t) => t.value < resolution);
  if (thin.length > 0) {
    const message = `${thin.length} layers are thinner than the resolution of ${resolution.toPrecision(3)} µm: their edges are not told apart`;
    notices.push({ code: "layer-thin", message });
  }
  return {
    edges,
    levels,
    thicknesses,
    resolution: { value: resolution, sigma: null, unit: "µm" },
    scatter,
    chi2: fit.sumOfSquares,
    degreesOfFreedom: fit.degreesOfFreedom,
    notices,
  };
}

/** Edges one after the other, each where it lowers χ² most. */
function searched(
  z: Float64Array,
  linear: (edges: readonly number[]) => ReturnType<typeof weightedLinear>,
  resolution: number,
  most: number,
): number[] {
  const [first, last] = [z[0]!, z[z.length - 1]!];
  const count = Math.min(CANDIDATES, 2 * z.length);
  const candidates = Array.from({ length: count }, (_, k) => first + ((k + 0.5) * (last - first)) / count);
  let edges: number[] = [];
  let chi2 = linear([])?.chi2 ?? 0;
  while (edges.length < most && z.length >= 2 * edges.length + 5) {
    let best: { edge: number; chi2: number } | null = null;
    for (const edge of candidates) {
      if (edges.some((e) => Math.abs(e - edge) < resolution)) continue;
      const fit = linear([...edges, edge]);
      if (fit && fit.chi2 < (best?.chi2 ?? Number.POSITIVE_INFINITY)) best = { edge, chi2: fit.chi2 };
    }
    if (!best) break;
    // the candidates are coarse: beside well-counted levels a micrometre off costs more than an edge too few
    const tried = nudged(
      [...edges, best.edge].sort((a, b) => a - b),
      linear,
      resolution,
    );
    best.chi2 = linear(tried)?.chi2 ?? best.chi2;
    const freedom = Math.max(1, z.length - 2 * edges.length - 3);
    if (!(chi2 - best.chi2 > WORTH * Math.max(1, best.chi2 / freedom))) break;
    edges = tried;
    chi2 = best.chi2;
  }
  return edges;
}

function modelAt(
  levels: Float64Array,
  edges: readonly number[],
  z: Float64Array,
  above: (x: number, edge: number) => number,
): Float64Array {
  return z.map((x) => edges.reduce((sum, e, k) => sum + levels[k + 1]! * above(x, e), levels[0]!));
}

/** Every edge in turn to the best place near it: where an edge meets the edge of a beam the sum of squares has kinks, at which a descent may stop. */
function nudged(
  start: readonly number[],
  linear: (edges: readonly number[]) => ReturnType<typeof weightedLinear>,
  resolution: number,
): number[] {
  const edges = [...start];
  for (let pass = 0; pass < 2; pass++) {
    for (const [k, at] of edges.entries()) {
      let best = { at, chi2: linear(edges)?.chi2 ?? Number.POSITIVE_INFINITY };
      for (let step = -20; step <= 20; step++) {
        const tried = at + (step / 20) * 1.5 * resolution;
        const low = k > 0 ? edges[k - 1]! : Number.NEGATIVE_INFINITY;
        const high = edges[k + 1] ?? Number.POSITIVE_INFINITY;
        if (!(tried > low && tried < high)) continue;
        const chi2 = linear(edges.with(k, tried))?.chi2 ?? Number.POSITIVE_INFINITY;
        if (chi2 < best.chi2) best = { at: tried, chi2 };
      }
      edges[k] = best.at;
    }
  }
  return edges;
}

/** τ such that Σ (y − m)²/(σ² + τ² m²) = ν; 0 where the errors explain the scatter. */
function proportionalScatter(y: Float64Array, s: Float64Array, model: Float64Array, freedom: number): number {
  const chi2 = (tau: number): number => y.reduce((sum, v, i) => sum + (v - model[i]!) ** 2 / (s[i]! ** 2 + (tau * model[i]!) ** 2), 0);
  const nu = Math.max(1, freedom);
  if (chi2(0) <= nu) return 0;
  let [low, high] = [0, 1];
  if (chi2(high) > nu) return high;
  for (let k = 0; k < 40; k++) {
    const middle = (low + high) / 2;
    if (chi2(middle) > nu) low = middle;
    else high = middle;
  }
  return high;
}

function usable(
  { positions, intensity, sigma }: LayerProfile,
  beam: BeamProfile,
): { z: Float64Array; y: Float64Array; s: Float64Array; resolution: number } {
  const n = positions.length;
  if (intensity.length !== n || sigma.length !== n)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${n} positions, ${intensity.length} intensities and ${sigma.length} errors do not belong together`,
    );
  for (let i = 1; i < n; i++)
    if (!(positions[i]! > positions[i - 1]!))
      throw new ThioscopeError("INVALID_INPUT", `positions must rise: ${positions[i]} µm follows ${positions[i - 1]} µm`);
  if (!(beam.heightMicrometre > 0 && beam.heightMicrometre < 1e6))
    throw new ThioscopeError("INVALID_INPUT", `a beam of ${beam.heightMicrometre} µm: its height is positive`);
  const use: number[] = [];
  for (let i = 0; i < n; i++) if (Number.isFinite(intensity[i]!) && sigma[i]! > 0 && Number.isFinite(sigma[i]!)) use.push(i);
  const steps = Array.from({ length: Math.max(0, n - 1) }, (_, i) => positions[i + 1]! - positions[i]!).sort((p, q) => p - q);
  return {
    z: Float64Array.from(use, (i) => positions[i]!),
    y: Float64Array.from(use, (i) => intensity[i]!),
    s: Float64Array.from(use, (i) => sigma[i]!),
    resolution: Math.max(beam.heightMicrometre, steps[Math.floor(steps.length / 2)] ?? 0),
  };
}
