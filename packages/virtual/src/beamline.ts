/**
 * A virtual beamline: powder rings on a flat area detector, as counts, with everything known that made them.
 *
 * Geometry by vectors, apart from the one used in analysis: the beam meets the detector plane at B, a distance D from the sample. In the plane, u is the direction in which the
 * detector leans away downstream, v is square to it. A point a along u and b along v from B lies at
 *
 *   across the beam (a cos τ, b),   along it D + a sin τ,   tan 2θ = √((a cos τ)² + b²)/(D + a sin τ).
 *
 * In the counts, and not in the analysis: pseudo-Voigt rings (analysis fits Gaussians), a point spread of the detector, means over the area of a pixel (analysis takes its
 * centre), an amorphous hump and air scattering under the rings (analysis: a straight line), polarisation along the rows, grains (each sector of a ring of its own
 * brightness), Poisson noise, dead pixels (0 counts) and hot ones that no mask states.
 */
import { random, ThioscopeError } from "@thioscope/core";

export interface VirtualRing {
  readonly spacingAngstrom: number;
  /** counts at its crest */
  readonly counts: number;
}

export interface VirtualFrame {
  readonly rows: number;
  readonly columns: number;
  /** side of the square pixels */
  readonly pixelMetre: number;
  readonly wavelengthAngstrom: number;
  /** sample to B */
  readonly distanceMetre: number;
  /** of B, in rows and columns counted as edges (the centre of the first pixel is 0.5, 0.5) */
  readonly beamRow: number;
  readonly beamColumn: number;
  readonly tiltDegree?: number;
  /** direction of u, from rising columns towards rising rows */
  readonly tiltPlaneDegree?: number;
  readonly rings: readonly VirtualRing[];
  /** full width at half maximum of a ring, degrees of 2θ; default 0.012 */
  readonly widthDegree?: number;
  /** Lorentzian share of the profile, default 0.3 */
  readonly lorentzian?: number;
  /** standard deviation of the point spread, pixels, default 0.4 */
  readonly spreadPixel?: number;
  /** counts far from the beam; air adds as much again near it, a hump a third at 4 Å; default 200 */
  readonly background?: number;
  /** (I_rows − I_columns)/(sum), default 0.98 along the columns' direction */
  readonly polarisation?: number;
  /** relative standard deviation of a ring's brightness from 5° to 5°, default 0.05 */
  readonly graininess?: number;
  /** shares of pixels that are dead or hot; default 0.02 and 0.0001 */
  readonly dead?: number;
  readonly hot?: number;
  readonly seed: number | string;
}

/** Steps of the brightness table, of the size of a pixel seen from the sample. */
const STEP = 0.02;
/** Points a side in a pixel. */
const SUB = 3;
const ARC = 72;
const LARGEST = 2 ** 26;

/** Counts row by row, saturated at 65,535. Throws INVALID_INPUT for a frame that is too large. */
export function virtualPowderFrame(frame: VirtualFrame): Uint16Array {
  const { rows, columns } = frame;
  if (!(rows > 0 && columns > 0 && rows * columns <= LARGEST)) {
    throw new ThioscopeError("INVALID_INPUT", `a virtual frame of ${rows} × ${columns} pixels; at most ${LARGEST} are rendered`);
  }
  const rng = random(frame.seed);
  const tilt = ((frame.tiltDegree ?? 0) * Math.PI) / 180;
  const plane = ((frame.tiltPlaneDegree ?? 0) * Math.PI) / 180;
  const [ct, st] = [Math.cos(tilt), Math.sin(tilt)];
  const [cp, sp] = [Math.cos(plane), Math.sin(plane)];
  const D = frame.distanceMetre / frame.pixelMetre;
  const table = brightness(frame, D, Math.hypot(rows, columns) * 1.5);
  const grain = rng.fork("grain");
  const arcs = Float64Array.from({ length: ARC }, () => Math.max(0.2, 1 + (frame.graininess ?? 0.05) * grain.normal()));
  const polarised = frame.polarisation ?? 0.98;
  const noise = rng.fork("noise");
  const out = new Uint16Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let [sharp, even] = [0, 0];
      for (let k = 0; k < SUB; k++) {
        for (let l = 0; l < SUB; l++) {
          const y = i + (k + 0.5) / SUB - frame.beamRow;
          const x = j + (l + 0.5) / SUB - frame.beamColumn;
          const a = (x * cp + y * sp) * ct;
          const b = -x * sp + y * cp;
          const tangent = (Math.sqrt(a * a + b * b) / (D + (x * cp + y * sp) * st)) * (D / STEP);
          const n = Math.min(table.rings.length - 2, Math.floor(tangent));
          const f = tangent - n;
          sharp += table.rings[n]! * (1 - f) + table.rings[n + 1]! * f;
          even += table.smooth[n]! * (1 - f) + table.smooth[n + 1]! * f;
        }
      }
      const y = i + 0.5 - frame.beamRow;
      const x = j + 0.5 - frame.beamColumn;
      const turn = ((Math.atan2(y, x) + Math.PI) / (2 * Math.PI)) * ARC;
      const s = Math.min(ARC - 1, Math.floor(turn));
      const brightnessHere = arcs[s]! + (arcs[(s + 1) % ARC]! - arcs[s]!) * (turn - s);
      const sin2 = (x * x + y * y) / (x * x + y * y + D * D);
      const cos2Azimuth = (x * x - y * y) / Math.max(1e-12, x * x + y * y);
      const p = 1 - 0.5 * sin2 * (1 + polarised * cos2Azimuth);
      out[i * columns + j] = Math.min(65_535, poisson((p * (sharp * brightnessHere + even)) / SUB ** 2, noise));
    }
  }
  const bad = rng.fork("bad pixels");
  const kill = (share: number, value: (p: number) => number): void => {
    for (let n = Math.round(share * out.length); n > 0; n--) {
      const p = bad.integer(out.length);
      out[p] = value(p);
    }
  };
  kill(frame.dead ?? 0.02, () => 0);
  kill(frame.hot ?? 1e-4, (p) => Math.min(65_000, 20 * out[p]! + 5000));
  return out;
}

/** Counts over tan 2θ · D in steps of STEP pixels: rings, blurred by the detector, and what lies under them. */
function brightness(frame: VirtualFrame, D: number, reach: number): { rings: Float64Array; smooth: Float64Array } {
  const count = Math.ceil(reach / STEP);
  const rings = new Float64Array(count);
  const smooth = new Float64Array(count);
  const width = ((frame.widthDegree ?? 0.012) * Math.PI) / 180;
  const mix = frame.lorentzian ?? 0.3;
  const angle = (n: number): number => Math.atan((n * STEP) / D);
  const profile = (x: number): number => {
    const z = (2 * x) / width;
    return mix / (1 + z * z) + (1 - mix) * Math.exp(-Math.LN2 * z * z);
  };
  for (const { spacingAngstrom, counts } of frame.rings) {
    const sine = frame.wavelengthAngstrom / (2 * spacingAngstrom);
    if (!(sine < 0.7)) continue;
    const centre = 2 * Math.asin(sine);
    const half = (40 * width * D) / (Math.cos(centre) ** 2 * STEP);
    const middle = (Math.tan(centre) * D) / STEP;
    for (let n = Math.max(0, Math.floor(middle - half)); n < Math.min(count, middle + half); n++)
      rings[n] = rings[n]! + counts * profile(angle(n) - centre);
  }
  const background = frame.background ?? 200;
  for (let n = 0; n < count; n++) {
    const twoTheta = angle(n);
    const inverse = (2 * Math.sin(twoTheta / 2)) / frame.wavelengthAngstrom;
    const hump = Math.exp(-(((inverse - 0.25) / 0.06) ** 2)) / 3;
    smooth[n] = background * (1 + hump + Math.exp(-twoTheta / 0.01));
  }
  return { rings: blur(rings, (frame.spreadPixel ?? 0.4) / STEP), smooth };
}

function blur(values: Float64Array, sigma: number): Float64Array {
  if (!(sigma > 0)) return values;
  const reach = Math.ceil(4 * sigma);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-0.5 * ((k - reach) / sigma) ** 2));
  const total = kernel.reduce((sum, w) => sum + w, 0);
  const out = new Float64Array(values.length);
  for (let n = 0; n < values.length; n++) {
    const value = values[n]!;
    if (value === 0) continue;
    for (let k = Math.max(0, reach - n); k <= 2 * reach && n + k - reach < values.length; k++) {
      out[n + k - reach] = out[n + k - reach]! + (value * kernel[k]!) / total;
    }
  }
  return out;
}

/** Knuth's product for few counts, the normal law beyond. */
function poisson(mean: number, rng: { uniform(): number; normal(): number }): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * rng.normal()));
  const limit = Math.exp(-mean);
  let n = 0;
  for (let product = rng.uniform(); product > limit; product *= rng.uniform()) n++;
  return n;
}
