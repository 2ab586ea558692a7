/**
 * What one campaign on TaCl5–xNa2S draws before it measures: the material's numbers around those that the paper prints (by some per cent, so that every
 * seed is another material), and those that it does not print, which are assumed and only serve as known truth.
 */
import { random } from "@thioscope/core";

interface Pellet {
  /** x in TaCl5–xNa2S */
  x: number;
  /** S/cm at 25 °C */
  conductivity25: number;
  activationElectronvolt: number;
  /** cm, as it truly is; the study declares 0.62 ± 0.006 mm for all */
  thickness: number;
}

export interface NtscModel {
  seed: number;
  pellets: readonly Pellet[];
  /** °C */
  glassTransition: number;
  /** mass fraction of NaCl in what is crystalline, for x = 0.75 and 1.0; the rest is Na2S */
  saltShare: readonly [number, number];
  /** Å: nearest and bridging Ta–Cl and Ta–Ta of TaCl5; Ta–Cl of NaTaCl6; Ta–Cl/S and Ta–Ta of the glass */
  pairs: { TaCl5: readonly [number, number, number]; NaTaCl6: readonly [number]; NTSC: readonly [number, number] };
  /** Å, first shells in |χ(R)| without phase correction */
  shells: { TaCl5: number; NTSC: number };
  /** eV between the two parts of the white line of Ta L3 */
  splitting: { TaCl5: number; NTSC: number };
  /** cm⁻¹, the strongest bands of TaCl5 and of the glass */
  bands: { TaCl5: number; NTSC: number };
  /** eV, features of the glass at the S K-edge */
  sulfur: readonly [number, number, number, number];
  /** eV, Ta 4f7/2 next to sulfur, and its share of the tantalum */
  bridged: { energy: number; share: number };
  /** diffusion of Na in the glass: cm²/s at 1000 K and eV */
  diffusion: { at1000: number; activationElectronvolt: number };
  /** Å: distance of a hop in the glass, and in NaTaCl6 */
  hop: { NTSC: number; NaTaCl6: number };
  /** Å, spacing of Na in the relaxed glass, and edge of the framework's squares */
  spacing: { low: number; high: number; NaTaCl6: number };
  square: { NTSC: number; NaTaCl6: number };
  /** mAh/g: first discharge at 0.1 C, then 0.2, 0.5, 1 C; share */
  capacities: readonly [number, number, number, number];
  firstEfficiency: number;
  retention: number;
}

/** Printed: x = 0.5 (2.9 mS/cm, 0.276 eV). The others are assumed. */
const SERIES = [
  { x: 0.25, milli: 1.1, activation: 0.305 },
  { x: 0.5, milli: 2.9, activation: 0.276 },
  { x: 0.75, milli: 1.5, activation: 0.298 },
  { x: 1, milli: 0.62, activation: 0.327 },
] as const;

export function drawModel(seed: number): NtscModel {
  const draw = random(`ntsc-electrolyte ${seed}`);
  const about = (value: number, share: number): number => value * (1 + share * Math.max(-2.5, Math.min(2.5, draw.normal())));
  const near = (value: number, by: number): number => value + by * (2 * draw.uniform() - 1);
  return {
    seed,
    pellets: SERIES.map(({ x, milli, activation }) => ({
      x,
      conductivity25: about(1e-3 * milli, 0.05),
      activationElectronvolt: about(activation, 0.02),
      thickness: 0.062 + 0.0006 * draw.normal(),
    })),
    glassTransition: near(193, 4),
    saltShare: [near(0.72, 0.06), near(0.6, 0.06)],
    pairs: {
      TaCl5: [near(2.23, 0.015), near(2.58, 0.015), near(3.85, 0.02)],
      NaTaCl6: [near(2.3, 0.015)],
      NTSC: [near(2.32, 0.015), near(3.69, 0.02)],
    },
    shells: { TaCl5: near(1.89, 0.02), NTSC: near(1.96, 0.02) },
    splitting: { TaCl5: near(2.8, 0.15), NTSC: near(3.2, 0.15) },
    bands: { TaCl5: near(409, 1.5), NTSC: near(398, 5) },
    sulfur: [near(2469, 0.08), near(2471.1, 0.08), near(2472.2, 0.05), near(2473.4, 0.05)],
    bridged: { energy: near(27, 0.1), share: near(0.4, 0.06) },
    diffusion: { at1000: about(3.3e-5, 0.08), activationElectronvolt: about(0.13, 0.06) },
    hop: { NTSC: near(4.68, 0.12), NaTaCl6: near(5.13, 0.05) },
    spacing: { low: near(4.46, 0.04), high: near(4.91, 0.04), NaTaCl6: near(5.13, 0.04) },
    square: { NTSC: near(3.62, 0.05), NaTaCl6: near(2.97, 0.04) },
    capacities: [about(111.95, 0.01), about(93.48, 0.01), about(51.25, 0.01), about(21.78, 0.01)],
    firstEfficiency: near(0.926, 0.01),
    retention: near(0.769, 0.02),
  };
}
