/**
 * A virtual potentiostat: cyclic voltammograms of a couple with known truth.
 *
 * "diffusion": a reversible couple in solution before a planar electrode, D equal for both forms,
 *   ∂u/∂t = D ∂²u/∂x²,  u(0) = 1/(1 + exp(nF(E − E°)/RT)),  i = n F A c D ∂u/∂x(0)
 * in implicit finite differences on a grid that widens away from the electrode.
 * "surface": a reversible couple bound to the electrode, Γ mol/m²,
 *   i = n² F² v A Γ / (4 R T cosh²(nF(E − E°)/2RT)).
 *
 * Effects that the analysis does not model: a double layer that is charged with the time constant of the cell, a current that
 * leaks in proportion to the potential, noise of both readings, a staircase instead of a ramp, and a scan rate that is off.
 */
import { CONSTANTS, random } from "@thioscope/core";

export interface VirtualCouple {
  kind: "diffusion" | "surface";
  electrons: number;
  formalVolt: number;
  areaSquareMetre: number;
  temperatureKelvin: number;
  /** m²/s and mol/m³ ("diffusion") */
  diffusivity: number;
  concentration: number;
  /** mol/m² ("surface") */
  coverage: number;
}

export interface PotentiostatEffects {
  /** F */
  doubleLayerFarad: number;
  /** Ω; Infinity for none */
  leakOhm: number;
  currentNoiseAmpere: number;
  voltageNoiseVolt: number;
  /** one standard deviation of the drawn error of the scan rate, relative */
  rateRelative: number;
}

export const USUAL_POTENTIOSTAT: PotentiostatEffects = {
  doubleLayerFarad: 1e-7,
  leakOhm: 1e8,
  currentNoiseAmpere: 2e-9,
  voltageNoiseVolt: 5e-5,
  rateRelative: 1e-3,
};

export interface SweptRow {
  timeSecond: number;
  voltageVolt: number;
  currentAmpere: number;
}

export interface VirtualVoltammogram {
  rows: readonly SweptRow[];
  truth: { seed: string; couple: VirtualCouple; scanRateVoltPerSecond: number; effects: PotentiostatEffects };
}

const STAIR_VOLT = 1e-3;
const SUBSTEPS = 4;

/** Sweeps from `fromVolt` to `toVolt` and back, `scans` times, starting with the reduced form alone. */
export function virtualVoltammogram(
  couple: VirtualCouple,
  scanRateVoltPerSecond: number,
  seed: string,
  options: { fromVolt?: number; toVolt?: number; scans?: number; effects?: PotentiostatEffects } = {},
): VirtualVoltammogram {
  const effects = options.effects ?? USUAL_POTENTIOSTAT;
  const from = options.fromVolt ?? couple.formalVolt - 0.35;
  const to = options.toVolt ?? couple.formalVolt + 0.35;
  const noise = random(`potentiostat/${seed}`);
  const rate = scanRateVoltPerSecond * (1 + effects.rateRelative * noise.normal());
  const perSweep = Math.round((to - from) / STAIR_VOLT);
  const stairSecond = STAIR_VOLT / rate;
  const faradaic =
    couple.kind === "diffusion"
      ? diffusionCurrent(couple, stairSecond / SUBSTEPS, perSweep * 2 * (options.scans ?? 1) * stairSecond)
      : surfaceCurrent(couple);
  const rows: SweptRow[] = [];
  let step = 0;
  for (let scan = 0; scan < (options.scans ?? 1); scan++) {
    for (const sign of [1, -1]) {
      const start = sign > 0 ? from : to;
      for (let k = 0; k < perSweep; k++) {
        let current = 0;
        for (let s = 1; s <= SUBSTEPS; s++) current = faradaic(start + sign * STAIR_VOLT * (k + s / SUBSTEPS), sign * rate);
        const volt = start + sign * STAIR_VOLT * (k + 1);
        const charging = effects.doubleLayerFarad * rate * sign * (1 - 2 * Math.exp(-(k + 1) / 8) * (step < perSweep ? 0.5 : 1));
        step++;
        rows.push({
          timeSecond: step * stairSecond,
          voltageVolt: volt + effects.voltageNoiseVolt * noise.normal(),
          currentAmpere: current + charging + volt / effects.leakOhm + effects.currentNoiseAmpere * noise.normal(),
        });
      }
    }
  }
  return { rows, truth: { seed, couple, scanRateVoltPerSecond: rate, effects } };
}

function surfaceCurrent(c: VirtualCouple): (volt: number, rate: number) => number {
  const f = (c.electrons * CONSTANTS.faraday) / (CONSTANTS.gas * c.temperatureKelvin);
  return (volt, rate) =>
    (c.electrons * CONSTANTS.faraday * f * rate * c.areaSquareMetre * c.coverage) / (4 * Math.cosh((f * (volt - c.formalVolt)) / 2) ** 2);
}

/** Advances the concentration profile by `dt` per call. */
function diffusionCurrent(c: VirtualCouple, dt: number, duration: number): (volt: number) => number {
  const f = (c.electrons * CONSTANTS.faraday) / (CONSTANTS.gas * c.temperatureKelvin);
  const first = 0.3 * Math.sqrt(c.diffusivity * dt);
  const depth = 6 * Math.sqrt(c.diffusivity * duration);
  const x = [0];
  for (let h = first; x.at(-1)! < depth; h *= 1.06) x.push(x.at(-1)! + h);
  const n = x.length;
  const u = new Float64Array(n).fill(1);
  const [lower, diagonal, upper] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  for (let i = 1; i < n - 1; i++) {
    const [left, right] = [x[i]! - x[i - 1]!, x[i + 1]! - x[i]!];
    lower[i] = (-2 * c.diffusivity * dt) / (left * (left + right));
    upper[i] = (-2 * c.diffusivity * dt) / (right * (left + right));
    diagonal[i] = 1 - lower[i]! - upper[i]!;
  }
  const factor = new Float64Array(n);
  const scale = c.electrons * CONSTANTS.faraday * c.areaSquareMetre * c.concentration * c.diffusivity;
  return (volt) => {
    u[0] = 1 / (1 + Math.exp(f * (volt - c.formalVolt)));
    for (let i = 1; i < n - 1; i++) {
      const pivot = diagonal[i]! - lower[i]! * (i > 1 ? factor[i - 1]! : 0);
      factor[i] = upper[i]! / pivot;
      u[i] = (u[i]! - lower[i]! * u[i - 1]!) / pivot;
    }
    for (let i = n - 2; i >= 1; i--) u[i] = u[i]! - factor[i]! * u[i + 1]!;
    const [a, b] = [x[1]!, x[2]!];
    return scale * ((-u[0]! * (a + b)) / (a * b) + (u[1]! * b) / (a * (b - a)) - (u[2]! * a) / (b * (b - a)));
  };
}
