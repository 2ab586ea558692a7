/**
 * Debye–Scherrer rings of phases under a known stress: detector frames and cakes with their truth.
 *
 * Strain of the planes with normal n = (cosθ cosη, cosθ sinη, −sinθ) by Hooke's law from the full stress tensor, evaluated pixel by pixel (or sub-cell by
 * sub-cell) with the spacing that results: d = d₀ exp(½S2 n·σ·n + S1 tr σ), exact sine law, no harmonics. Beam +z, x to the right, y upwards; row 0 is on top.
 *
 * Effects that an analysis with symmetric peaks does not model: spacing spread over the width of sectors and pixels, polarisation of the beam, a curved
 * amorphous hump under the peaks, texture (optional), dead pixels, tilt and a shifted centre.
 */
import { type Random, ThioscopeError } from "@thioscope/core";

export interface VirtualRingPhase {
  readonly name: string;
  /** Å, relative height, S1 and ½S2 in 1/TPa */
  readonly lines: readonly { readonly d: number; readonly intensity: number; readonly s1: number; readonly halfS2: number }[];
  /** σ_xx, σ_yy, σ_zz, σ_xy, MPa */
  readonly stress: readonly [number, number, number, number];
  /** full width at half maximum, degrees in 2θ, and share of Lorentzian */
  readonly fwhmDegree: number;
  readonly mix: number;
  /** intensity (1 + texture cos 2η) */
  readonly texture: number;
}

export interface VirtualRingSetup {
  readonly wavelengthAngstrom: number;
  readonly distanceMetre: number;
  readonly pixelMetre: number;
  /** pixels a side */
  readonly size: number;
  /** where the beam meets the detector, pixels from the lower left corner */
  readonly centre: readonly [right: number, up: number];
  /** tilt about the horizontal axis, degrees: upper edge away from the sample */
  readonly tiltDegree: number;
  /** counts per pixel: flat, and height of a hump at `humpDegree` */
  readonly background: number;
  readonly hump: number;
  readonly humpDegree: number;
  /** (I_h − I_v)/(I_h + I_v) */
  readonly polarisation: number;
  readonly deadShare: number;
}

/** The set-up of the operando beam line: 87.1 keV, 1481 mm, 2048² pixels of 0.2 mm. */
export const OPERANDO_RINGS: VirtualRingSetup = {
  wavelengthAngstrom: 0.142347,
  distanceMetre: 1.481,
  pixelMetre: 2e-4,
  size: 2048,
  centre: [1024, 1024],
  tiltDegree: 0,
  background: 60,
  hump: 80,
  humpDegree: 1.9,
  polarisation: 0,
  deadShare: 0,
};

/** Expected counts of one pixel at 2θ (radians) and η (radians). */
export function virtualIntensity(setup: VirtualRingSetup, phases: readonly VirtualRingPhase[]): (twoTheta: number, eta: number) => number {
  if (!(setup.wavelengthAngstrom > 0 && setup.distanceMetre > 0 && setup.pixelMetre > 0))
    throw new ThioscopeError("INVALID_INPUT", "virtual rings: wavelength, distance and pixel are positive");
  const rings = phases.flatMap((phase) => phase.lines.map((line) => ({ phase, line })));
  const degree = Math.PI / 180;
  return (twoTheta, eta) => {
    const hump = (twoTheta / degree - setup.humpDegree) / 0.9;
    let counts = setup.background + setup.hump * Math.exp(-hump * hump);
    const [c, s] = [Math.cos(eta), Math.sin(eta)];
    for (const { phase, line } of rings) {
      const nearly = Math.asin(setup.wavelengthAngstrom / (2 * line.d));
      if (Math.abs(twoTheta - 2 * nearly) > 40 * phase.fwhmDegree * degree) continue;
      const [xx, yy, zz, xy] = phase.stress;
      const cos2 = Math.cos(nearly) ** 2;
      const along = cos2 * (c * c * xx + s * s * yy + 2 * c * s * xy) + (1 - cos2) * zz;
      const strain = 1e-6 * (line.halfS2 * along + line.s1 * (xx + yy + zz));
      const centre = 2 * Math.asin(setup.wavelengthAngstrom / (2 * line.d * Math.exp(strain)));
      const u = (twoTheta - centre) / (phase.fwhmDegree * degree);
      const shape = phase.mix / (1 + 4 * u * u) + (1 - phase.mix) * Math.exp(-4 * Math.LN2 * u * u);
      counts += line.intensity * shape * (1 + phase.texture * (c * c - s * s));
    }
    const cosine = Math.cos(twoTheta) ** 2;
    return (counts * (1 + cosine - setup.polarisation * (c * c - s * s) * (1 - cosine))) / 2;
  };
}

/** A frame of uint16, row 0 on top; dead pixels hold 65535. */
export function virtualRingFrame(setup: VirtualRingSetup, phases: readonly VirtualRingPhase[], random: Random): Uint16Array {
  const { size, centre, distanceMetre: distance, pixelMetre: pixel } = setup;
  if (!(Number.isInteger(size) && size >= 1 && size <= 8192))
    throw new ThioscopeError("INVALID_INPUT", `virtual rings: a detector of ${size} pixels a side; 1 to 8192 are offered`);
  const intensity = virtualIntensity(setup, phases);
  const tilt = (setup.tiltDegree * Math.PI) / 180;
  const frame = new Uint16Array(size * size);
  for (let row = 0; row < size; row++) {
    const up = (size - row - 0.5 - centre[1]) * pixel;
    const y = up * Math.cos(tilt);
    const z = distance + up * Math.sin(tilt);
    for (let column = 0; column < size; column++) {
      const x = (column + 0.5 - centre[0]) * pixel;
      const expected = intensity(Math.atan2(Math.hypot(x, y), z), Math.atan2(y, x));
      frame[row * size + column] = random.uniform() < setup.deadShare ? 65_535 : Math.min(65_534, virtualPoisson(expected, random));
    }
  }
  return frame;
}

export interface VirtualCake {
  readonly twoThetaDegree: Float64Array;
  readonly azimuthDegree: Float64Array;
  readonly sectorWidthDegree: number;
  /** mean counts of a pixel in each cell, without noise */
  readonly expected: Float64Array;
  /** pixels of each cell */
  readonly pixels: Float64Array;
}

/** The noise-free cake between two angles: mean over 5 azimuths × 3 angles in each cell. */
export function virtualCake(
  setup: VirtualRingSetup,
  phases: readonly VirtualRingPhase[],
  range: readonly [number, number],
  bins: number,
  sectors: number,
): VirtualCake {
  const intensity = virtualIntensity(setup, phases);
  const degree = Math.PI / 180;
  const step = (range[1] - range[0]) / bins;
  const width = 360 / sectors;
  const expected = new Float64Array(bins * sectors);
  const pixels = new Float64Array(bins * sectors);
  for (let s = 0; s < sectors; s++) {
    for (let b = 0; b < bins; b++) {
      let sum = 0;
      for (let i = 0; i < 5; i++)
        for (let k = 0; k < 3; k++)
          sum += intensity((range[0] + (b + (k + 0.5) / 3) * step) * degree, (-180 + (s + (i + 0.5) / 5) * width) * degree);
      expected[s * bins + b] = sum / 15;
      const angle = (range[0] + (b + 0.5) * step) * degree;
      const radius = (setup.distanceMetre * Math.tan(angle)) / setup.pixelMetre;
      pixels[s * bins + b] = ((radius * step * degree * setup.distanceMetre) / setup.pixelMetre / Math.cos(angle) ** 2) * width * degree;
    }
  }
  return {
    twoThetaDegree: Float64Array.from({ length: bins }, (_, b) => range[0] + (b + 0.5) * step),
    azimuthDegree: Float64Array.from({ length: sectors }, (_, s) => -180 + (s + 0.5) * width),
    sectorWidthDegree: width,
    expected,
    pixels,
  };
}

/** Counts with mean `mean`: by inversion below 30, above by the rounded normal, whose skewness is then below 0.2. */
export function virtualPoisson(mean: number, random: Random): number {
  if (!(mean > 0)) return 0;
  if (mean >= 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const least = Math.exp(-mean);
  let count = 0;
  for (let product = random.uniform(); product > least; product *= random.uniform()) count++;
  return count;
}
