import { expect, test } from "vitest";
import { random } from "../random.ts";
import { parseCircuit } from "./circuit.ts";
import { kramersKronig } from "./kramersKronig.ts";
import type { Spectrum } from "./spectrum.ts";

const FREQUENCIES = Float64Array.from({ length: 81 }, (_, i) => 10 ** (6 - i / 10));
const circuit = parseCircuit("R0-p(R1,CPE1)-p(R2,CPE2)-W1");

/** A random cell whose impedance grows by `drift` over the sweep (time per point ∝ 1/f), with noise (0.2 %). */
function drifting(drift: number, draw: ReturnType<typeof random>, level = 0.002): Spectrum {
  const decades = (a: number, b: number): number => 10 ** (a + (b - a) * draw.uniform());
  const a = (): number => 0.5 + 0.5 * draw.uniform();
  const truth = Float64Array.of(decades(0, 3), decades(0, 3), decades(-8, -3), a(), decades(0, 3), decades(-8, -3), a(), decades(0, 3));
  const z = new Float64Array(2 * FREQUENCIES.length);
  circuit.evaluate(truth, FREQUENCIES, z);
  const total = FREQUENCIES.reduce((sum, f) => sum + 1 / f, 0);
  let passed = 0;
  const real = new Float64Array(FREQUENCIES.length);
  const imaginary = new Float64Array(FREQUENCIES.length);
  for (const [i, f] of FREQUENCIES.entries()) {
    passed += 1 / f;
    const grown = 1 + (drift * passed) / total;
    const noise = level * Math.hypot(z[2 * i]!, z[2 * i + 1]!);
    real[i] = grown * z[2 * i]! + noise * draw.normal();
    imaginary[i] = grown * z[2 * i + 1]! + noise * draw.normal();
  }
  return { frequencyHertz: FREQUENCIES, real, imaginary };
}

test("silent without drift; from 5 % on, the low-frequency end is named", () => {
  const draw = random("drift");
  const named = (drift: number): number => {
    let count = 0;
    for (let k = 0; k < 200; k++) {
      const result = kramersKronig(drifting(drift, draw));
      if (drift === 0 ? !result.consistent : result.ranges.at(-1)!.reason?.startsWith("the low-frequency end")) count++;
    }
    return count / 200;
  };
  expect(named(0)).toBeLessThan(0.03);
  expect(named(0.05)).toBeGreaterThan(0.95);
  expect(named(0.1)).toBe(1);
});

test("a resistor beside a capacitor is consistent however low the noise; drift of 5 % still is not", () => {
  const draw = random("sharp");
  const rc = parseCircuit("L0-R0-p(R1,C1)");
  const z = new Float64Array(2 * FREQUENCIES.length);
  for (const c of [1e-6, 1.3e-6, 1.7e-6, 2.2e-6]) {
    rc.evaluate(Float64Array.of(1e-6, 30, 50, c), FREQUENCIES, z);
    const part = (k: 0 | 1): Float64Array => Float64Array.from(FREQUENCIES, (_, i) => z[2 * i + k]! * (1 + 1e-4 * draw.normal()));
    expect(kramersKronig({ frequencyHertz: FREQUENCIES, real: part(0), imaginary: part(1) }).consistent).toBe(true);
  }
  let named = 0;
  for (let k = 0; k < 40; k++) if (!kramersKronig(drifting(0.05, draw, 2e-4)).consistent) named++;
  expect(named).toBeGreaterThan(36);
});

test("the order of the points does not matter, and residuals come back in it", () => {
  const spectrum = drifting(0, random("order"));
  const reversed: Spectrum = {
    frequencyHertz: spectrum.frequencyHertz.toReversed(),
    real: spectrum.real.toReversed(),
    imaginary: spectrum.imaginary.toReversed(),
  };
  expect(kramersKronig(reversed).residualReal.toReversed()).toEqual(kramersKronig(spectrum).residualReal);
});

test("a few points are refused, not judged", () => {
  const spectrum = { frequencyHertz: Float64Array.of(1, 2), real: Float64Array.of(1, 1), imaginary: Float64Array.of(-1, -1) };
  expect(() => kramersKronig(spectrum)).toThrow(/at least 8/);
});
