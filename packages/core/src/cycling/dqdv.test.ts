import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import { makeTable } from "../table.ts";
import { differentialCapacity, differentialVoltage } from "./dqdv.ts";
import { flowOf } from "./flow.ts";
import { type HalfCycle, halfCycles } from "./halfCycles.ts";
import { integrate } from "./integrate.ts";
import { cyclingSeries } from "./series.ts";
import { smoothedCapacity } from "./smoothed.ts";

const I = 1e-3;
const DT = 10;

/** A charge at 1 mA whose cumulative charge follows Q(V) in mAh from 2 to 3 V: V is found on a fine grid. */
function chargeAlong(q: (volt: number) => number, noise: number, seed: string): HalfCycle {
  const source = random(seed);
  const total = q(3) - q(2);
  const rows = Math.round((total * 3.6) / I / DT);
  const time = new Float64Array(rows + 1);
  const voltage = new Float64Array(rows + 1);
  let v = 2;
  for (let k = 0; k <= rows; k++) {
    const target = q(2) + (total * k) / rows;
    while (q(v) < target && v < 3) v += 2e-6;
    time[k] = (k * total * 3.6) / I / rows;
    voltage[k] = v + noise * source.normal();
  }
  const current = new Float64Array(rows + 1).fill(I);
  const table = makeTable([
    { name: "test_time_second", unit: "s", values: time },
    { name: "voltage_volt", unit: "V", values: voltage },
    { name: "current_ampere", unit: "A", values: current },
  ]);
  return halfCycles(flowOf(cyclingSeries(table), 0))[0]!;
}

/** Two plateaus on a slope: dQ/dV in mAh/V is 2 + Σ aᵢ/w·sech²/4 … as the derivative of logistic steps. */
const plateaus = (v: number): number => 2 * v + 1.5 / (1 + Math.exp((2.3 - v) / 0.02)) + 1 / (1 + Math.exp((2.7 - v) / 0.03));

describe("dQ/dV by counting", () => {
  test("Σ dQ/dV·ΔV is the charge for any wandering potential, and Σ dV/dQ·ΔQ the change of potential", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 200 }),
        fc.double({ min: 1e-3, max: 1, noNaN: true }),
        fc.constantFrom(1, -1),
        (volts, width, sign) => {
          const table = makeTable([
            { name: "test_time_second", unit: "s", values: Float64Array.from(volts, (_, k) => k * 7.5) },
            { name: "voltage_volt", unit: "V", values: Float64Array.from(volts) },
            { name: "current_ampere", unit: "A", values: Float64Array.from(volts, (_, k) => sign * (1 + 0.3 * Math.sin(k))) },
          ]);
          const half = halfCycles(flowOf(cyclingSeries(table), 0))[0]!;
          const charge = (integrate(half).charge.value / 3.6) * sign;
          const { value, binWidthVolt } = differentialCapacity(half, width);
          expect(value.values.reduce((sum, x) => sum + x * binWidthVolt, 0)).toBeCloseTo(charge, 9);
          const inverse = differentialVoltage(half, 1 + Math.floor(width * 30));
          expect(inverse.value.values.reduce((sum, x) => sum + x * inverse.binWidthMilliampereHour, 0)).toBeCloseTo(
            volts.at(-1)! - volts[0]!,
            8,
          );
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });

  test("the curve is the true one within its errors, though the potential is not monotonic", () => {
    let inside = 0;
    let all = 0;
    for (const [k, noise] of [1e-4, 5e-4, 2e-3, 4e-3].entries()) {
      for (let run = 0; run < 12; run++) {
        const half = chargeAlong(plateaus, noise, `dqdv ${k} ${run}`);
        const { value, bins, voltageNoiseVolt } = differentialCapacity(half, Math.max(0.005, 4 * noise));
        expect(voltageNoiseVolt / noise).toBeGreaterThan(0.85);
        expect(voltageNoiseVolt / noise).toBeLessThan(1.15);
        for (let b = 3; b < bins.count - 3; b++) {
          const low = (bins.first + b) * bins.width;
          // noise widens features: the expectation is the true curve averaged over the bin and the noise
          let truth = 0;
          for (let z = -3; z <= 3; z += 0.25) {
            const weight = (0.25 * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI);
            truth += weight * (plateaus(low + bins.width + z * noise) - plateaus(low + z * noise));
          }
          all++;
          if (Math.abs(value.values[b]! - truth / bins.width) < (value.sigma as Float64Array)[b]!) inside++;
        }
      }
    }
    // 1σ should hold 68 %; the model of the error is good to about a tenth
    expect(inside / all).toBeGreaterThan(0.6);
    expect(inside / all).toBeLessThan(0.8);
  });

  test("a plateau is found where it is, with its charge, negative on discharge", () => {
    const half = chargeAlong(plateaus, 3e-4, "peak");
    const { voltageVolt, value, binWidthHow } = differentialCapacity(half);
    const top = value.values.indexOf(Math.max(...value.values));
    expect(Math.abs(voltageVolt[top]! - 2.3)).toBeLessThan(0.01);
    expect(value.values[top]! / (2 + 1.5 / 0.02 / 4)).toBeCloseTo(1, 1);
    expect(binWidthHow).toMatch(/mV: /);
  });

  test("senseless bins are refused with the value", () => {
    const half = chargeAlong(plateaus, 0, "bad");
    for (const width of [0, -1, 1e-9, Number.NaN]) expect(() => differentialCapacity(half, width)).toThrow(/bin width/);
    expect(() => differentialVoltage(half, 0.5)).toThrow(/whole number/);
  });
});

describe("dQ/dV by smoothing spline", () => {
  test("it is nearer to the truth than counting where noise dominates", () => {
    const slope = (v: number): number => (plateaus(v + 1e-5) - plateaus(v - 1e-5)) / 2e-5;
    let counted = 0;
    let smoothed = 0;
    for (let run = 0; run < 8; run++) {
      const half = chargeAlong(plateaus, 3e-3, `spline ${run}`);
      const width = 0.005;
      const a = differentialCapacity(half, width);
      const b = smoothedCapacity(half, width);
      if (!("value" in b)) throw new Error("the spline must be computable");
      for (let k = 10; k < a.bins.count - 10; k++) {
        const truth = slope(a.voltageVolt[k]!);
        counted += (a.value.values[k]! - truth) ** 2;
        smoothed += (b.value.values[k]! - truth) ** 2;
      }
    }
    expect(smoothed).toBeLessThan(0.7 * counted);
  });

  test("too few bins are refused with the reason", () => {
    const half = chargeAlong(plateaus, 0, "few");
    expect(smoothedCapacity(half, 0.5)).toMatchObject({ notComputable: expect.stringContaining("a spline needs 5") });
  });
});
