/**
 * Starting values for any circuit, from the data alone.
 *
 * In a series of blocks every block can be scaled without changing its shape (R × f, Q / f), and Z is linear in
 * those scales. So only the shapes are drawn at random (time constants over the measured window, exponents), and
 * the scales come from non-negative least squares: the search runs in half the dimensions, and each draw is
 * already the best of its kind. (Variable projection: Golub and Pereyra, SIAM J. Numer. Anal. 10, 1973.)
 */
import type { Random } from "../random.ts";
import type { Circuit } from "./circuit.ts";
import type { Spectrum } from "./spectrum.ts";

const MAX_POINTS = 32;

/**
 * The `keep` best of `draws` random starts, best first.
 * @returns full parameter vectors within the circuit's limits
 */
export function startingValues(circuit: Circuit, spectrum: Spectrum, draw: Random, draws: number, keep: number): Float64Array[] {
  const { frequencyHertz, weight, data } = thin(spectrum);
  const points = frequencyHertz.length;
  const { parameters, blocks } = circuit;
  const fMax = frequencyHertz.reduce((a, b) => Math.max(a, b));
  const fMin = frequencyHertz.reduce((a, b) => Math.min(a, b));
  const longest = Math.log(10 / (2 * Math.PI * fMin));
  const shortest = Math.log(0.1 / (2 * Math.PI * fMax));
  const k = blocks.length;
  const columns = blocks.map(() => new Float64Array(2 * points));
  const normal = new Float64Array(k * k);
  const right = new Float64Array(k);
  const scales = new Float64Array(k);
  const best: { cost: number; p: Float64Array }[] = [];
  for (let d = 0; d < draws; d++) {
    const p = new Float64Array(parameters.length);
    const times = blocks.map(() => shortest + (longest - shortest) * draw.uniform()).sort((a, b) => a - b);
    for (let b = 0; b < k; b++) {
      drawShape(circuit, blocks[b]!, times[b]!, draw, p);
      circuit.evaluateBlock(b, p, frequencyHertz, columns[b]!);
      const column = columns[b]!;
      for (let i = 0; i < column.length; i++) column[i] = column[i]! * weight[i >> 1]!;
    }
    for (let a = 0; a < k; a++) {
      right[a] = dot(columns[a]!, data);
      for (let b = 0; b <= a; b++) {
        const value = dot(columns[a]!, columns[b]!);
        normal[a * k + b] = value;
        normal[b * k + a] = value;
      }
    }
    const gain = nonNegative(normal, right, scales);
    // a block that the data do not want keeps a small share, so that the fit can still grow it
    const reference = Math.sqrt(dot(data, data) / points);
    for (let b = 0; b < k; b++) {
      const size = Math.sqrt(normal[b * k + b]! / points) || 1;
      const f = Math.max(scales[b]!, (1e-3 * reference) / size);
      const [from, to] = blocks[b]!;
      for (let j = from; j < to; j++) {
        const { weight: w, lower, upper } = parameters[j]!;
        p[j] = Math.min(upper, Math.max(lower, p[j]! * f ** w));
      }
    }
    const cost = -gain;
    if (best.length < keep || cost < best.at(-1)!.cost) {
      best.push({ cost, p });
      best.sort((a, b) => a.cost - b.cost);
      if (best.length > keep) best.pop();
    }
  }
  return best.map((start) => start.p);
}

/** A block of about 1 Ω whose time constants lie around e^`time`. */
function drawShape(circuit: Circuit, [from, to]: readonly [number, number], time: number, draw: Random, p: Float64Array): void {
  const { parameters } = circuit;
  for (let j = from; j < to; j++) {
    if (parameters[j]!.role === "exponent") p[j] = 0.45 + 0.55 * draw.uniform();
  }
  for (let j = from; j < to; j++) {
    const { role, weight } = parameters[j]!;
    if (role === "exponent") continue;
    const tau = Math.exp(time + (j - from > 1 ? 2 * draw.normal() : 0));
    // Q = τ^a / R; the exponent follows its Q
    const a = weight < 0 && parameters[j + 1]?.role === "exponent" ? p[j + 1]! : 1;
    if (role === "time") p[j] = tau;
    else if (weight < 0) p[j] = tau ** a;
    else if (parameters[j]!.unit === "H") p[j] = tau;
    else p[j] = j === from ? 1 : Math.exp(draw.normal());
  }
}

/** At most MAX_POINTS frequencies, spread over the list; data weighted by 1/|Z|, interleaved. */
function thin({ frequencyHertz, real, imaginary }: Spectrum): { frequencyHertz: Float64Array; weight: Float64Array; data: Float64Array } {
  const n = frequencyHertz.length;
  const count = Math.min(n, MAX_POINTS);
  const rows = Int32Array.from({ length: count }, (_, i) => Math.round((i * (n - 1)) / Math.max(1, count - 1)));
  const weight = Float64Array.from(rows, (i) => 1 / Math.hypot(real[i]!, imaginary[i]!));
  const data = new Float64Array(2 * count);
  for (const [i, row] of rows.entries()) {
    data[2 * i] = real[row]! * weight[i]!;
    data[2 * i + 1] = imaginary[row]! * weight[i]!;
  }
  return { frequencyHertz: Float64Array.from(rows, (i) => frequencyHertz[i]!), weight, data };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/**
 * min ½ xᵀN x − cᵀx, x ≥ 0, by coordinate descent (N is small and positive semidefinite).
 * @returns 2cᵀx − xᵀN x, by how much the sum of squares falls
 */
function nonNegative(normal: Float64Array, right: Float64Array, x: Float64Array): number {
  const k = right.length;
  x.fill(0);
  for (let sweep = 0; sweep < 40; sweep++) {
    let moved = 0;
    for (let a = 0; a < k; a++) {
      const diagonal = normal[a * k + a]!;
      if (!(diagonal > 0)) continue;
      let sum = right[a]!;
      for (let b = 0; b < k; b++) if (b !== a) sum -= normal[a * k + b]! * x[b]!;
      const next = Math.max(0, sum / diagonal);
      moved = Math.max(moved, Math.abs(next - x[a]!) * Math.sqrt(diagonal));
      x[a] = next;
    }
    if (moved < 1e-4) break;
  }
  let gain = 0;
  for (let a = 0; a < k; a++) {
    let row = 0;
    for (let b = 0; b < k; b++) row += normal[a * k + b]! * x[b]!;
    gain += x[a]! * (2 * right[a]! - row);
  }
  return gain;
}
