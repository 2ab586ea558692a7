/**
 * Is a spectrum one that a linear, causal, stable system can have? A series of RC elements with fixed time constants,
 * a resistance, an inductance, a capacitance and a Warburg term obeys the Kramers–Kronig relations whatever its sizes
 * are; what it cannot follow beyond the noise is a violation. (Boukamp, J. Electrochem. Soc. 142, 1995; Schönleber,
 * Klotz and Ivers-Tiffée, Electrochim. Acta 131, 2014.)
 *
 * The sizes are kept non-negative. That lets the time constants be dense and reach beyond the window without fitting
 * drift away, so no number of elements has to be chosen. Where signed sizes would remove a violation, the reason says
 * so: an inductive loop is consistent too. The noise is estimated from second differences of the residuals, which
 * smooth violations do not change. The verdict is given per decade.
 */
import { ThioscopeError } from "../errors.ts";
import { nonNegativeQuadratic } from "../numerics/nonNegative.ts";
import { checkSpectrum, type Spectrum } from "./spectrum.ts";

export interface KramersKronigRange {
  fromHertz: number;
  toHertz: number;
  points: number;
  /** rms of the residuals relative to |Z| */
  residual: number;
  /** residual over noise, squared; about 1 where consistent */
  ratio: number;
  consistent: boolean;
  reason: string | null;
}

export interface KramersKronig {
  /** number of RC elements */
  elements: number;
  /** (Z − Ẑ)/|Z|, per point */
  residualReal: Float64Array;
  residualImaginary: Float64Array;
  /** one standard deviation of the noise relative to |Z|, per real or imaginary part */
  noise: number;
  ranges: readonly KramersKronigRange[];
  consistent: boolean;
  verdict: string;
}

/** Time constants per decade, and how far beyond the slowest frequency they reach. */
const PER_DECADE = 5;
const EXTEND = 10;
/** Rounds in which the time constants in use get neighbours, each four times nearer. */
const REFINE = 2;
const MOST = 90;
/** Residuals (rms, of |Z|) that the best range of a potentiostat has on a dummy cell: no violation, however low the noise. */
export const ACCURACY = 2e-3;

/** Tests a spectrum; INVALID_INPUT for fewer than 8 points. */
export function kramersKronig(spectrum: Spectrum): KramersKronig {
  checkSpectrum(spectrum);
  if (spectrum.real.length < 8) {
    throw new ThioscopeError("INVALID_INPUT", `${spectrum.real.length} points cannot tell noise from violation; at least 8 are needed`);
  }
  const order = Int32Array.from(spectrum.frequencyHertz.keys()).sort((a, b) => spectrum.frequencyHertz[b]! - spectrum.frequencyHertz[a]!);
  const pick = (column: Float64Array): Float64Array => Float64Array.from(order, (i) => column[i]!);
  const sorted: Spectrum = {
    frequencyHertz: pick(spectrum.frequencyHertz),
    real: pick(spectrum.real),
    imaginary: pick(spectrum.imaginary),
  };
  const n = order.length;
  const decades = Math.log10(sorted.frequencyHertz[0]! / sorted.frequencyHertz[n - 1]!);
  const count = Math.round(Math.min(80, Math.max(4, PER_DECADE * (decades + 1))));
  let taus = timeConstants(sorted, count);
  let { residual, sizes } = fitElements(sorted, taus, true);
  let noise = noiseOf(residual);
  let ranges = judge(sorted, residual, noise);
  // a process with one time constant (a resistor beside a capacitor) lies between two of a fixed grid
  for (let round = 1; round <= REFINE && ranges.some((range) => !range.consistent); round++) {
    taus = refined(taus, sizes, ((decades + 1) * Math.LN10) / count / 4 ** round);
    ({ residual, sizes } = fitElements(sorted, taus, true));
    noise = noiseOf(residual);
    ranges = judge(sorted, residual, noise);
  }
  const elements = taus.length;
  const residualReal = new Float64Array(n);
  const residualImaginary = new Float64Array(n);
  for (const [k, i] of order.entries()) {
    residualReal[i] = residual[2 * k]!;
    residualImaginary[i] = residual[2 * k + 1]!;
  }
  explainLoops(sorted, ranges, noise);
  const bad = ranges.filter((range) => !range.consistent);
  const span = (r: KramersKronigRange): string => `${hertz(r.fromHertz)} to ${hertz(r.toHertz)}`;
  const verdict =
    bad.length === 0
      ? `consistent within the noise of ${(100 * noise).toPrecision(2)} %`
      : bad.map((r) => `${span(r)}: residuals ${Math.sqrt(r.ratio).toPrecision(2)} × the noise, ${r.reason}`).join("; ");
  return { elements, residualReal, residualImaginary, noise, ranges, consistent: bad.length === 0, verdict };
}

function hertz(f: number): string {
  const [unit, size] = f >= 1e6 ? ["MHz", 1e6] : f >= 1e3 ? ["kHz", 1e3] : f >= 1 ? ["Hz", 1] : ["mHz", 1e-3];
  return `${Number((f / Number(size)).toPrecision(3))} ${unit}`;
}

/** A grid over the window, and beyond its slow end: diffusion goes on there, and so do the time constants. */
function timeConstants({ frequencyHertz }: Spectrum, m: number): Float64Array {
  const first = 1 / (2 * Math.PI * frequencyHertz[0]!);
  const last = EXTEND / (2 * Math.PI * frequencyHertz.at(-1)!);
  return Float64Array.from({ length: m }, (_, j) => first * (last / first) ** (m > 1 ? j / (m - 1) : 0.5));
}

/** The time constants in use, each with two neighbours on either side, `step` apart in ln τ. */
function refined(taus: Float64Array, sizes: Float64Array, step: number): Float64Array {
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0);
  const used = taus.filter((_, j) => sizes[j]! > 1e-9 * largest);
  const wanted = Array.from(used, (tau) => [-2, -1, 0, 1, 2].map((k) => tau * Math.exp(k * step))).flat();
  const sorted = Float64Array.from(wanted).sort();
  const apart = sorted.filter((tau, j) => j === 0 || Math.log(tau / sorted[j - 1]!) > 0.3 * step);
  return apart.length > MOST ? taus : apart;
}

/** Linear least squares for given time constants; residuals relative to |Z|, interleaved. */
function fitElements(
  { frequencyHertz, real, imaginary }: Spectrum,
  taus: Float64Array,
  positive: boolean,
): { residual: Float64Array; sizes: Float64Array } {
  const n = frequencyHertz.length;
  const m = taus.length;
  const k = m + 4;
  const a = new Float64Array(2 * n * k);
  const b = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const w = 1 / Math.hypot(real[i]!, imaginary[i]!);
    const omega = 2 * Math.PI * frequencyHertz[i]!;
    const re = 2 * i * k;
    const im = re + k;
    a[re] = w;
    a[im + 1] = w * omega;
    a[im + 2] = -w / omega;
    a[re + 3] = w / Math.sqrt(omega);
    a[im + 3] = -w / Math.sqrt(omega);
    for (let j = 0; j < m; j++) {
      const x = omega * taus[j]!;
      a[re + 4 + j] = w / (1 + x * x);
      a[im + 4 + j] = (-w * x) / (1 + x * x);
    }
    b[2 * i] = real[i]! * w;
    b[2 * i + 1] = imaginary[i]! * w;
  }
  const x = solve(a, b, 2 * n, k, positive);
  const residual = new Float64Array(2 * n);
  for (let i = 0; i < 2 * n; i++) {
    let sum = b[i]!;
    for (let j = 0; j < k; j++) sum -= a[i * k + j]! * x[j]!;
    residual[i] = sum;
  }
  return { residual, sizes: x.subarray(4) };
}

/** Least squares by normal equations: resistances, capacitance and diffusion not negative; R0 and L free. */
function solve(a: Float64Array, b: Float64Array, rows: number, k: number, positive: boolean): Float64Array {
  const normal = new Float64Array(k * k);
  const right = new Float64Array(k);
  for (let i = 0; i < rows; i++) {
    const row = i * k;
    for (let j = 0; j < k; j++) {
      const v = a[row + j]!;
      if (v === 0) continue;
      right[j] = right[j]! + v * b[i]!;
      for (let l = 0; l <= j; l++) normal[j * k + l] = normal[j * k + l]! + v * a[row + l]!;
    }
  }
  for (let j = 0; j < k; j++) for (let l = 0; l < j; l++) normal[l * k + j] = normal[j * k + l]!;
  return nonNegativeQuadratic(
    normal,
    right,
    Uint8Array.from({ length: k }, (_, j) => (positive && j > 1 ? 1 : 0)),
  );
}

/** Robust σ from second differences along frequency: smooth misfit cancels, noise does not. */
function noiseOf(residual: Float64Array): number {
  const differences: number[] = [];
  for (let i = 4; i < residual.length; i++)
    differences.push(Math.abs(residual[i]! - 2 * residual[i - 2]! + residual[i - 4]!) / Math.sqrt(6));
  differences.sort((x, y) => x - y);
  const median = differences[differences.length >> 1] ?? 0;
  return Math.max(median * 1.4826, 1e-9);
}

/** Ranges of a decade; one is violated if its residuals exceed what noise does once in ten thousand ranges, and what an instrument's accuracy allows. */
function judge({ frequencyHertz }: Spectrum, residual: Float64Array, noise: number): KramersKronigRange[] {
  const n = frequencyHertz.length;
  const ranges: KramersKronigRange[] = [];
  for (let from = 0; from < n; ) {
    let to = from;
    while (to < n && frequencyHertz[to]! > frequencyHertz[from]! / 9.99) to++;
    // a rest of fewer than four points belongs to its neighbour
    if (n - to < 4) to = n;
    let sum = 0;
    let sumReal = 0;
    let sumImaginary = 0;
    let largest = 0;
    for (let i = from; i < to; i++) {
      sum += residual[2 * i]! ** 2 + residual[2 * i + 1]! ** 2;
      sumReal += residual[2 * i]!;
      sumImaginary += residual[2 * i + 1]!;
      largest = Math.max(largest, Math.hypot(residual[2 * i]!, residual[2 * i + 1]!));
    }
    const count = to - from;
    const ratio = sum / (2 * count) / (noise * noise);
    const spread = Math.sqrt(1 / count);
    const bias = Math.max(Math.abs(sumReal), Math.abs(sumImaginary)) / Math.sqrt(count) / noise;
    const likely = ratio < 1.1 + 4.5 * spread && bias < 4.5 && largest < 5.5 * noise;
    const consistent = likely || (sum / (2 * count) < ACCURACY ** 2 && largest < 4 * ACCURACY);
    ranges.push({
      fromHertz: frequencyHertz[from]!,
      toHertz: frequencyHertz[to - 1]!,
      points: count,
      residual: Math.sqrt(sum / (2 * count)),
      ratio,
      consistent,
      reason: consistent ? null : reasonFor(from === 0, to === n),
    });
    from = to;
  }
  return ranges;
}

/**
 * Violations that vanish when resistances may be negative are marked: an inductive loop needs them. Few time
 * constants, or signed sizes would follow anything.
 */
function explainLoops(spectrum: Spectrum, ranges: KramersKronigRange[], noise: number): void {
  if (ranges.every((range) => range.consistent)) return;
  const { real, imaginary } = spectrum;
  // a loop: the imaginary part is positive beyond doubt in the slower half of the sweep
  const isInductive = imaginary.some((im, i) => i > imaginary.length / 2 && im > 5 * noise * Math.hypot(real[i]!, im));
  if (!isInductive) return;
  const { residual } = fitElements(spectrum, timeConstants(spectrum, Math.max(4, Math.round(spectrum.imaginary.length / 4))), false);
  const signed = judge(spectrum, residual, noiseOf(residual));
  for (const [i, range] of ranges.entries()) {
    if (!range.consistent && signed[i]?.consistent) range.reason = "an inductive loop: consistent if resistances may be negative";
  }
}

function reasonFor(highest: boolean, lowest: boolean): string {
  if (lowest) return "the low-frequency end: the cell changed while it was measured, or was not at rest";
  if (highest) return "the high-frequency end: cables, stray capacitance or the instrument's limit";
  return "the cell or the current range changed within the sweep, or single points are disturbed";
}
