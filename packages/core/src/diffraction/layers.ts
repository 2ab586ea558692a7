/**
 * The edges of a layer from intensities measured step by step with a beam that is not much thinner than the layer.
 *
 *   I(z) = background + A · share of the beam at z that lies between the edges a and b
 *
 * The share is the overlap of [a, b] with the beam: top hat of height h, or Gaussian of that full width at half maximum. Weighted least squares
 * over all positions; where they scatter more than their errors say (grains), errors grow by √(χ²/ν). A threshold on the map would give multiples of the
 * step; the model gives the edge inside of one step, because the intensity there is a fraction of A.
 *
 * *Resolution* R is max(h, step). Without A, a free edge is only known if some position lies wholly inside of the layer for certain: the positions
 * that show it must span 2R (R where one edge is given). A thinner layer has no edges and no thickness, only A · thickness, unless A is given (from a time at
 * which the layer is thick, or complete). The edge of a reaction front is that of a layer whose other edge, where the reaction began, is fixed.
 *
 * Positions and lengths in µm, along the scan. Edges are taken as sharp and straight along the beam: a tilted or rough interface looks like a wider beam.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { type LeastSquaresResult, leastSquares } from "../numerics/leastSquares.ts";
import { PEAK_SHAPES } from "../peaks/shapes.ts";
import type { Answer, NotComputable, Quantity } from "../units/quantity.ts";
import { MAP_UNIT } from "./phaseMap.ts";

export interface BeamProfile {
  /** full height, or full width at half maximum, µm */
  readonly heightMicrometre: number;
  readonly shape: "tophat" | "gaussian";
}

/** Intensity of a layer's phase over one scan. */
export interface LayerProfile {
  /** µm, rising */
  readonly positions: Float64Array;
  /** NaN where nothing was measured */
  readonly intensity: Float64Array;
  readonly sigma: Float64Array;
}

export interface LayerOptions {
  /** µm: edges that are known, such as the separator's side of a reaction that begins there */
  readonly lowerEdge?: number;
  readonly upperEdge?: number;
  /** intensity of a position that lies inside the layer */
  readonly amplitude?: number;
  /** intensity outside; fitted where absent */
  readonly background?: number;
}

export interface LayerFit {
  /** µm; an edge that was given has sigma 0 */
  readonly lower: Answer;
  readonly upper: Answer;
  readonly thickness: Answer;
  readonly amplitude: Quantity;
  readonly background: Quantity;
  /** what is told apart, µm */
  readonly resolution: Quantity;
  readonly chi2: number;
  readonly degreesOfFreedom: number;
  readonly notices: readonly Notice[];
}

const MOST_POSITIONS = 100_000;

/** Throws INVALID_INPUT for arrays that do not fit, a beam without height, or edges in the wrong order. */
export function fitLayer(profile: LayerProfile, beam: BeamProfile, options: LayerOptions = {}): LayerFit | NotComputable {
  const points = checked(profile, beam, options);
  const { z, y, s, resolution } = points;
  const free = [options.lowerEdge, options.upperEdge, options.amplitude, options.background].filter((v) => v === undefined).length;
  if (z.length <= free) return { notComputable: `${z.length} positions with an intensity: ${free} unknowns and an error need more` };
  const low = Math.min(...y);
  const top = Math.max(...y) - low;
  const strongest = y.reduce((best, v, i) => Math.max(best, (v - (options.background ?? low)) / s[i]!), 0);
  if (!(strongest > 3))
    return { notComputable: "no position stands above the background by three of its errors: there is no layer to see" };
  const share = beamShare(beam);
  // a, thickness, A, background; what is given is held by equal bounds
  const unpack = (p: Float64Array): [number, number, number, number] => {
    const upper = options.upperEdge;
    return upper !== undefined && options.lowerEdge === undefined
      ? [upper - p[1]!, upper, p[2]!, p[3]!]
      : [p[0]!, p[0]! + p[1]!, p[2]!, p[3]!];
  };
  const residuals = (p: Float64Array, out: Float64Array): void => {
    const [a, b, amplitude, background] = unpack(p);
    for (let i = 0; i < z.length; i++) out[i] = (background + amplitude * share(z[i]!, a, b) - y[i]!) / s[i]!;
  };
  const [first, last] = [z[0]! - resolution, z[z.length - 1]! + resolution];
  const both = options.lowerEdge !== undefined && options.upperEdge !== undefined;
  const lower = Float64Array.of(
    options.lowerEdge ?? first,
    both ? options.upperEdge! - options.lowerEdge! : 0,
    options.amplitude ?? 0,
    options.background ?? low - 2 * top,
  );
  const upper = Float64Array.of(
    options.lowerEdge ?? (options.upperEdge === undefined ? last : first),
    both ? lower[1]! : (options.upperEdge ?? last) - (options.lowerEdge ?? first),
    options.amplitude ?? 100 * top,
    options.background ?? low + top,
  );
  let best: LeastSquaresResult | null = null;
  for (const start of starts(points, options, low, top)) {
    const fit = leastSquares({ count: z.length, residuals }, { start, lower, upper, absoluteSigma: true });
    if (!best || fit.sumOfSquares < best.sumOfSquares) best = fit;
  }
  const background = unpack(best!.parameters)[3];
  const shown = Array.from(z).filter((_, i) => y[i]! - background > 3 * s[i]!);
  const span = shown.length > 0 ? shown.at(-1)! - shown[0]! : 0;
  return report(best!, unpack, options, resolution, span, z.length - free);
}

function report(
  fit: LeastSquaresResult,
  unpack: (p: Float64Array) => readonly [number, number, number, number],
  options: LayerOptions,
  resolution: number,
  span: number,
  degreesOfFreedom: number,
): LayerFit | NotComputable {
  // a minimum in a kink, where an edge meets the edge of a beam, ends by damping
  if (fit.reason === "iterations" && fit.sumOfSquares > 1e-9 * degreesOfFreedom)
    return { notComputable: "the fit of the layer did not converge" };
  const [a, b, amplitude, background] = unpack(fit.parameters);
  const scatter = Math.sqrt(Math.max(1, fit.sumOfSquares / degreesOfFreedom));
  const variance = (i: number, j: number): number => scatter ** 2 * fit.covariance[4 * i + j]!;
  const root = (v: number): number | null => (Number.isFinite(v) && v >= 0 ? Math.sqrt(v) : null);
  const um = (value: number, sigma: number | null): Quantity => ({ value, sigma, unit: "µm" });
  const fixedLower = options.lowerEdge !== undefined;
  const fixedUpper = options.upperEdge !== undefined;
  const sigmaWidth = root(variance(1, 1));
  const ofLower = fixedLower ? 0 : fixedUpper ? sigmaWidth : root(variance(0, 0));
  const ofUpper = fixedUpper ? 0 : fixedLower ? sigmaWidth : root(variance(0, 0) + 2 * variance(0, 1) + variance(1, 1));
  const freeEdges = (fixedLower ? 0 : 1) + (fixedUpper ? 0 : 1);
  const seen = options.amplitude !== undefined || span >= freeEdges * resolution * (1 - 1e-9);
  if (freeEdges > 0 && seen && sigmaWidth !== null && b - a < 3 * sigmaWidth)
    return { notComputable: `no layer thicker than three of its errors (${(3 * sigmaWidth).toPrecision(2)} µm) is seen` };
  const notices: Notice[] = [];
  if (scatter > 2) {
    const message = `the positions scatter ${scatter.toFixed(1)} times more than their errors: grains, or a layer that is not even`;
    notices.push({ code: "layer-uneven", message });
  }
  const answer = (value: number, sigma: number | null): Answer =>
    !seen && sigma !== 0
      ? {
          notComputable: `no position lies wholly inside for certain: at a resolution of ${resolution.toPrecision(3)} µm only intensity times thickness is determined`,
        }
      : sigma === null
        ? { notComputable: "the positions do not determine it: none, or too few, lie beside the layer" }
        : um(value, sigma);
  return {
    lower: answer(a, ofLower),
    upper: answer(b, ofUpper),
    thickness: answer(b - a, freeEdges === 0 ? 0 : sigmaWidth),
    amplitude: { value: amplitude, sigma: options.amplitude !== undefined ? 0 : root(variance(2, 2)), unit: MAP_UNIT },
    background: { value: background, sigma: options.background !== undefined ? 0 : root(variance(3, 3)), unit: MAP_UNIT },
    resolution: um(resolution, null),
    chi2: fit.sumOfSquares,
    degreesOfFreedom,
    notices,
  };
}

interface Points {
  readonly z: Float64Array;
  readonly y: Float64Array;
  readonly s: Float64Array;
  readonly resolution: number;
}

function checked(
  { positions, intensity, sigma }: LayerProfile,
  beam: BeamProfile,
  { lowerEdge, upperEdge, amplitude }: LayerOptions,
): Points {
  const n = positions.length;
  const refuse = (message: string): never => {
    throw new ThioscopeError("INVALID_INPUT", message);
  };
  if (n < 2 || n > MOST_POSITIONS || intensity.length !== n || sigma.length !== n)
    refuse(
      `${n} positions, ${intensity.length} intensities and ${sigma.length} errors: equal numbers, 2 to ${MOST_POSITIONS}, make a profile`,
    );
  for (let i = 1; i < n; i++)
    if (!(positions[i]! > positions[i - 1]!)) refuse(`positions must rise: ${positions[i]} µm follows ${positions[i - 1]} µm`);
  if (!(beam.heightMicrometre > 0 && beam.heightMicrometre < 1e6)) refuse(`a beam of ${beam.heightMicrometre} µm: its height is positive`);
  if (lowerEdge !== undefined && upperEdge !== undefined && !(upperEdge > lowerEdge))
    refuse(`edges at ${lowerEdge} and ${upperEdge} µm: the upper one lies above`);
  if ((lowerEdge ?? Number.NEGATIVE_INFINITY) >= positions[n - 1]! || (upperEdge ?? Number.POSITIVE_INFINITY) <= positions[0]!)
    refuse(
      `a layer from ${lowerEdge ?? "?"} to ${upperEdge ?? "?"} µm lies outside of the positions ${positions[0]} to ${positions[n - 1]} µm`,
    );
  if (amplitude !== undefined && !(amplitude > 0)) refuse(`an amplitude of ${amplitude}: it is positive`);
  const use: number[] = [];
  for (let i = 0; i < n; i++) if (Number.isFinite(intensity[i]!) && sigma[i]! > 0 && sigma[i]! < Number.POSITIVE_INFINITY) use.push(i);
  const steps = Array.from({ length: n - 1 }, (_, i) => positions[i + 1]! - positions[i]!).sort((p, q) => p - q);
  return {
    z: Float64Array.from(use, (i) => positions[i]!),
    y: Float64Array.from(use, (i) => intensity[i]!),
    s: Float64Array.from(use, (i) => sigma[i]!),
    resolution: Math.max(beam.heightMicrometre, steps[Math.floor(steps.length / 2)]!),
  };
}

/** Share of the beam centred at z between a and b. */
export function beamShare({ heightMicrometre: h, shape }: BeamProfile): (z: number, a: number, b: number) => number {
  if (shape === "tophat") return (z, a, b) => Math.max(0, Math.min(b, z + h / 2) - Math.max(a, z - h / 2)) / h;
  const out = new Float64Array(3);
  const below = (u: number): number => {
    PEAK_SHAPES.gaussian.integral(u, 0, out);
    return out[0]!;
  };
  return (z, a, b) => below((b - z) / h) - below((a - z) / h);
}

/** Half-height crossings, and both edges moved in and out: the sum of squares has kinks where an edge meets the edge of a beam. */
function starts({ z, y, resolution }: Points, options: LayerOptions, low: number, top: number): Float64Array[] {
  const half = low + top / 2;
  const inside = y.findIndex((v) => v > half);
  let outside = inside;
  while (outside < y.length && y[outside]! > half) outside++;
  const from = options.lowerEdge ?? z[inside]! - resolution / 2;
  const to = options.upperEdge ?? z[outside - 1]! + resolution / 2;
  const move = [0, 0.3, -0.3].map((m) => m * resolution);
  return move.flatMap((left) =>
    move.map((right) => {
      const a = options.lowerEdge ?? from + left;
      const b = options.upperEdge ?? to + right;
      return Float64Array.of(a, Math.max(b - a, 0.1 * resolution), options.amplitude ?? top, options.background ?? low);
    }),
  );
}
