/** A spectrum of a circuit with noise: for tests. */
import type { Random } from "../random.ts";
import { parseCircuit } from "./circuit.ts";
import type { Spectrum } from "./spectrum.ts";

/** 81 points from 1 MHz to 10 mHz, noise relative to |Z| in both parts. */
export function testSpectrum(circuit: string, truth: readonly number[], draw: Random, noise = 2e-3): Spectrum {
  const frequencyHertz = Float64Array.from({ length: 81 }, (_, i) => 10 ** (6 - i / 10));
  const z = new Float64Array(2 * frequencyHertz.length);
  parseCircuit(circuit).evaluate(Float64Array.from(truth), frequencyHertz, z);
  const part = (k: 0 | 1): Float64Array =>
    Float64Array.from(frequencyHertz, (_, i) => z[2 * i + k]! + noise * Math.hypot(z[2 * i]!, z[2 * i + 1]!) * draw.normal());
  return { frequencyHertz, real: part(0), imaginary: part(1) };
}
