import { expect, test } from "vitest";
import { random } from "../random.ts";
import { parseCircuit } from "./circuit.ts";

const FREQUENCIES = Float64Array.from({ length: 25 }, (_, i) => 10 ** (6 - i / 3));

test("a resistor and a capacitor in parallel are the textbook's arc", () => {
  const circuit = parseCircuit("R0 - p(R1, C1)");
  expect(circuit.parameters.map((p) => p.name)).toEqual(["R0", "R1", "C1"]);
  expect(circuit.blocks).toEqual([
    [0, 1],
    [1, 3],
  ]);
  const z = new Float64Array(2);
  const [r0, r1, c] = [10, 100, 1e-6];
  const f = 1 / (2 * Math.PI * r1 * c);
  circuit.evaluate(Float64Array.of(r0, r1, c), Float64Array.of(f), z);
  // at ωRC = 1 the arc is at its top: R0 + R1/2 − j R1/2
  expect(z[0]).toBeCloseTo(60, 10);
  expect(z[1]).toBeCloseTo(-50, 10);
});

test.each(["R0-p(R1,CPE1)-p(R2,Q2)-W1", "L0-R0-p(R1-Wo1,CPE1)", "p(R1-Ws1,C1)-G1", "R0-T1", "p(R0-Tr1,C1)-L1"])(
  "all derivatives of %s equal central differences",
  (text) => {
    const circuit = parseCircuit(text);
    const n = circuit.parameters.length;
    const draw = random(text);
    const z = new Float64Array(2 * FREQUENCIES.length);
    const up = new Float64Array(z.length);
    const down = new Float64Array(z.length);
    const jacobian = new Float64Array(z.length * n);
    for (let k = 0; k < 20; k++) {
      const p = Float64Array.from(circuit.parameters, ({ role, weight }) =>
        role === "exponent"
          ? 0.4 + 0.6 * draw.uniform()
          : role === "time"
            ? 10 ** (4 * draw.uniform() - 3)
            : 10 ** ((weight > 0 ? 1 : -5) + 2 * draw.uniform()),
      );
      circuit.evaluate(p, FREQUENCIES, z, jacobian);
      for (let j = 0; j < n; j++) {
        const h = 1e-5 * p[j]!;
        const at = (value: number): Float64Array => p.with(j, value);
        circuit.evaluate(at(p[j]! + h), FREQUENCIES, up);
        circuit.evaluate(at(p[j]! - h), FREQUENCIES, down);
        for (let f = 0; f < FREQUENCIES.length; f++) {
          const size = Math.hypot(z[2 * f]!, z[2 * f + 1]!) / p[j]!;
          for (const part of [0, 1]) {
            const numeric = (up[2 * f + part]! - down[2 * f + part]!) / (2 * h);
            expect(Math.abs(jacobian[2 * (f * n + j) + part]! - numeric) / size).toBeLessThan(2e-8);
          }
        }
      }
    }
  },
);

test("finite diffusion meets its limits", () => {
  const z = new Float64Array(2);
  // short circuit: at low frequency Ws is its resistance; open circuit: Wo is a resistance R/3 and a capacitor τ/R
  parseCircuit("Ws1").evaluate(Float64Array.of(50, 1), Float64Array.of(1e-6), z);
  expect(z[0]).toBeCloseTo(50, 6);
  parseCircuit("Wo1").evaluate(Float64Array.of(50, 1), Float64Array.of(1e-6), z);
  expect(z[0]).toBeCloseTo(50 / 3, 4);
  expect(z[1]! * 2 * Math.PI * 1e-6).toBeCloseTo(-50, 6);
});

test.each([
  ["R0-X1", /"X" is no element/],
  ["R0-R0", /used twice/],
  ["R0-p(R1)", /two branches/],
  ["R0-p(R1,C1", /"," or "\)" is expected/],
  ["R0+R1", /"-" or the end/],
  ["", /1 to 400/],
])("%s is refused with the reason", (text, reason) => {
  expect(() => parseCircuit(text)).toThrow(reason);
});
