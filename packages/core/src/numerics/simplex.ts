/**
 * Minimum of a function without derivatives: the simplex of Nelder and Mead (Comput. J. 7, 1965) with coefficients
 * that depend on the dimension (Gao and Han, Comput. Optim. Appl. 51, 2012) and restarts, each with a fresh simplex
 * around the best point, until a restart gains nothing. Bounds by reflection into the box.
 *
 * It finds the bottom of the valley it starts in, slowly; `leastSquares` does the same faster where derivatives exist.
 */

export interface SimplexOptions {
  start: ArrayLike<number>;
  lower?: ArrayLike<number>;
  upper?: ArrayLike<number>;
  /** edge of the first simplex, per parameter (default 0.1 of the value, at least 0.1) */
  step?: ArrayLike<number>;
  maxEvaluations?: number;
  /** relative spread of the function over the simplex at which it has converged */
  tolerance?: number;
}

export interface SimplexResult {
  parameters: Float64Array;
  value: number;
  evaluations: number;
  converged: boolean;
}

/** @param cost may return NaN or Infinity outside its domain: never taken */
export function simplex(cost: (p: Float64Array) => number, options: SimplexOptions): SimplexResult {
  const { start, maxEvaluations = 20_000, tolerance = 1e-10 } = options;
  const n = start.length;
  let evaluations = 0;
  const inside = (p: Float64Array): Float64Array => {
    for (let j = 0; j < n; j++)
      p[j] = reflect(p[j]!, options.lower?.[j] ?? Number.NEGATIVE_INFINITY, options.upper?.[j] ?? Number.POSITIVE_INFINITY);
    return p;
  };
  const at = (p: Float64Array): Vertex => {
    evaluations++;
    const value = cost(inside(p));
    return { p, value: Number.isNaN(value) ? Number.POSITIVE_INFINITY : value };
  };
  let best = at(Float64Array.from(start));
  let converged = false;
  for (let restart = 0; restart < 20 && evaluations < maxEvaluations; restart++) {
    const vertices = [best];
    for (let j = 0; j < n; j++) {
      const edge = (options.step?.[j] ?? 0.1 * Math.max(1, Math.abs(best.p[j]!))) * (restart % 2 === 0 ? 1 : -0.5);
      vertices.push(at(best.p.with(j, best.p[j]! + edge)));
    }
    const before = best.value;
    converged = descend(vertices, at, tolerance, () => evaluations < maxEvaluations);
    best = vertices[0]!;
    if (converged && before - best.value <= 10 * tolerance * Math.abs(before)) break;
  }
  return { parameters: best.p, value: best.value, evaluations, converged };
}

interface Vertex {
  p: Float64Array;
  value: number;
}

function reflect(x: number, low: number, high: number): number {
  if (x < low) return Math.min(high, 2 * low - x);
  return x > high ? Math.max(low, 2 * high - x) : x;
}

/** Moves the simplex until its values agree; best vertex first. */
function descend(vertices: Vertex[], at: (p: Float64Array) => Vertex, tolerance: number, goesOn: () => boolean): boolean {
  const n = vertices.length - 1;
  const expansion = 1 + 2 / n;
  const contraction = 0.75 - 1 / (2 * n);
  const shrinkage = 1 - 1 / n;
  const byValue = (a: Vertex, b: Vertex): number => a.value - b.value;
  vertices.sort(byValue);
  while (goesOn()) {
    const first = vertices[0]!;
    const last = vertices[n]!;
    if (last.value - first.value <= tolerance * (Math.abs(first.value) + Number.MIN_VALUE)) return true;
    const centre = new Float64Array(n);
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) centre[j] = centre[j]! + vertices[k]!.p[j]! / n;
    const along = (t: number): Vertex => at(centre.map((c, j) => c + t * (c - last.p[j]!)));
    const reflected = along(1);
    let next = reflected;
    if (reflected.value < first.value) {
      const expanded = along(expansion);
      if (expanded.value < reflected.value) next = expanded;
    } else if (reflected.value >= vertices[n - 1]!.value) next = along(reflected.value < last.value ? contraction : -contraction);
    if (next.value < last.value) vertices[n] = next;
    else for (let k = 1; k <= n; k++) vertices[k] = at(vertices[k]!.p.map((x, j) => first.p[j]! + shrinkage * (x - first.p[j]!)));
    vertices.sort(byValue);
  }
  return false;
}
