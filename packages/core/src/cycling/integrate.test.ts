/** Expected values follow from algebra: constant currents, exponentials, and the definition of a standard deviation. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { galvanostatic, rest, runOf, type Segment } from "../../../../tests/synthetic.ts";
import { random } from "../random.ts";
import { makeTable, type Table } from "../table.ts";
import { sigmaOf } from "../units/measured.ts";
import { cycles, measureCycles, percent } from "./cycles.ts";
import { flowOf } from "./flow.ts";
import { halfCycles } from "./halfCycles.ts";
import { integrate } from "./integrate.ts";
import { measureHalfCycle } from "./measures.ts";
import { cyclingSeries } from "./series.ts";

const table = (t: readonly number[], i: readonly number[], v: readonly number[] = t.map(() => 1)): Table =>
  makeTable([
    { name: "test_time_second", unit: "s", values: Float64Array.from(t) },
    { name: "voltage_volt", unit: "V", values: Float64Array.from(v) },
    { name: "current_ampere", unit: "A", values: Float64Array.from(i) },
  ]);

describe("integrate", () => {
  test("constant current: Q = I t, E = I ∫V dt, mean potential", () => {
    const half = halfCycles(runOf([galvanostatic(2, -4, [3, 1])]))[0]!;
    const { charge, energy, meanVoltage, flowSecond } = integrate(half);
    expect(charge.value).toBeCloseTo(7.2, 10);
    expect(energy.value).toBeCloseTo(14.4, 9);
    expect(meanVoltage.value).toBeCloseTo(2, 10);
    expect(flowSecond).toBeCloseTo(1800, 9);
  });

  test("E is exact for V and I both linear between rows", () => {
    // ∫₀¹ (1 + t)(2 − t) dt = 13/6
    const { energy } = integrate(halfCycles(table([0, 1], [1, 2], [2, 1]))[0]!);
    expect(energy.value).toBeCloseTo(13 / 6, 12);
  });

  test("the error says how far the trapezoid rule is off on a coarse exponential", () => {
    const tau = 500;
    const taper: Segment = { ampere: (s) => 1e-3 * Math.exp(-s / tau), second: 2001.7, volt: [3, 3], every: 200 };
    const { charge } = integrate(halfCycles(runOf([taper]))[0]!);
    const truth = 1e-3 * tau * (1 - Math.exp(-2001.7 / tau));
    const off = Math.abs(charge.value - truth);
    expect(off).toBeGreaterThan(0.01 * truth);
    expect(sigmaOf(charge)).toBeGreaterThan(0.5 * off);
    expect(sigmaOf(charge)).toBeLessThan(2 * off);
  });

  test("a current written in one digit carries the error of that digit", () => {
    const { charge } = integrate(halfCycles(runOf([galvanostatic(1.0003, -0.2)]))[0]!);
    expect(sigmaOf(charge) / charge.value).toBeCloseTo(0.1 / 0.2 / Math.sqrt(12), 6);
  });

  test("switched currents: no charge between a rest's last row and the first row of the step", () => {
    const half = halfCycles(table([0, 60, 120, 130, 140, 200], [0, 0, 0.0011, 0.0012, 0.0011, 0]))[0]!;
    expect(integrate(half).charge.value).toBeCloseTo(0.023, 12);
  });

  test("a step time tells when the current was switched", () => {
    const rows = table([0, 60, 120, 130, 200], [0, 0, 0.001, 0.001, 0]);
    const stepTime = { name: "step_time_second", unit: "s", values: Float64Array.of(0, 60, 20, 30, 50) };
    const half = halfCycles(makeTable([...rows.columns, stepTime]))[0]!;
    // on at 100 s, off at 150 s
    expect(integrate(half).charge.value).toBeCloseTo(0.05, 12);
  });

  test("half cycles add up to the integral of the current, whatever its signs", () => {
    const currents = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 120 });
    const steps = fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 120, maxLength: 120 });
    fc.assert(
      fc.property(currents, steps, (values, dts) => {
        // every row carries current; a trapezoid sum of its own as truth
        const current = values.map((x) => (Math.abs(x) < 0.05 ? 0.05 : x));
        const time: number[] = [0];
        for (let k = 1; k < current.length; k++) time.push(time[k - 1]! + dts[k]!);
        let truth = 0;
        for (let k = 1; k < current.length; k++) truth += 0.5 * (current[k]! + current[k - 1]!) * (time[k]! - time[k - 1]!);
        const flow = flowOf(cyclingSeries(table(time, current)), 0);
        const sum = halfCycles(flow).reduce((q, h) => q + integrate(h).charge.value * (h.direction === "charge" ? 1 : -1), 0);
        expect(sum).toBeCloseTo(truth, 9);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  test("scaling the current scales charge and energy; shifting the clock changes nothing", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e3, noNaN: true }), fc.double({ min: -1e6, max: 1e6, noNaN: true }), (factor, shift) => {
        const base = runOf([rest(600), galvanostatic(1, -1), rest(60), galvanostatic(0.9, 0.5)], {
          random: random(11),
          ampere: 1e-6,
          volt: 1e-4,
        });
        const [t, v, i] = base.columns.map((c) => c.values as Float64Array) as [Float64Array, Float64Array, Float64Array];
        const other = table(
          [...t].map((x) => x + shift),
          [...i].map((x) => x * factor),
          [...v],
        );
        const [a, b] = [base, other].map((x) => halfCycles(x).map((h) => measureHalfCycle(h)));
        expect(b!.length).toBe(a!.length);
        for (const [k, m] of a!.entries()) {
          expect(b![k]!.charge.value / (m.charge.value * factor)).toBeCloseTo(1, 6);
          expect(b![k]!.energy.value / (m.energy.value * factor)).toBeCloseTo(1, 6);
          expect(b![k]!.meanVoltage.value).toBeCloseTo(m.meanVoltage.value, 6);
        }
      }),
      { seed: 9, numRuns: 60 },
    );
  });

  test("the stated error of capacity, energy and mean potential covers the truth as often as it should", () => {
    // 400 noisy half cycles: 1σ must hold the truth in 60–76 % of them, 2σ in 92–98 %
    const source = random("coverage");
    let [q1, q2, e1, v1] = [0, 0, 0, 0];
    const runs = 400;
    for (let run = 0; run < runs; run++) {
      const sigmaI = 1e-6 * 10 ** (2 * source.uniform());
      const every = 5 + 20 * source.uniform();
      const volt: readonly [number, number] = [3, 1 + source.uniform()];
      const half = halfCycles(runOf([galvanostatic(1, -1, volt, every)], { random: source, ampere: sigmaI, volt: 2e-4 }))[0]!;
      const { charge, energy, meanVoltage } = integrate(half);
      const mean = (volt[0] + volt[1]) / 2;
      const off = Math.abs(charge.value - 3.6);
      if (off < sigmaOf(charge)) q1++;
      if (off < 2 * sigmaOf(charge)) q2++;
      if (Math.abs(energy.value - 3.6 * mean) < sigmaOf(energy)) e1++;
      if (Math.abs(meanVoltage.value - mean) < sigmaOf(meanVoltage)) v1++;
    }
    for (const hits of [q1, e1, v1]) {
      expect(hits / runs).toBeGreaterThan(0.6);
      expect(hits / runs).toBeLessThan(0.76);
    }
    expect(q2 / runs).toBeGreaterThan(0.92);
    expect(q2 / runs).toBeLessThan(0.98);
  });
});

describe("cycles", () => {
  test("the instrument's gain cancels in the coulombic efficiency", () => {
    const run = runOf([galvanostatic(1, 1, [1, 3], 10.1), rest(60), galvanostatic(0.9, -1, [3, 1], 10.1)], {
      random: random(2),
      ampere: 1e-7,
    });
    const [cycle] = cycles(run, { accuracy: { currentRelative: 0.01 } });
    const [capacity, efficiency] = [cycle!.chargeCapacity, cycle!.coulombicEfficiency];
    expect("value" in capacity && capacity.sigma! / capacity.value).toBeCloseTo(0.01, 4);
    expect("value" in efficiency && [Math.round(efficiency.value * 100) / 100, efficiency.sigma! < 0.01]).toEqual([90, true]);
  });

  test("an offset of the current does not cancel: it adds to the charge and takes from the discharge", () => {
    const run = runOf([galvanostatic(1, 1, [1, 3], 10.1), galvanostatic(1, -1, [3, 1], 10.1)], { random: random(2), ampere: 1e-7 });
    const [cycle] = measureCycles(run, { currentOffsetAmpere: 1e-6 });
    const ratio = percent(cycle!.discharge!.charge, cycle!.charge!.charge);
    expect("value" in ratio && ratio.sigma).toBeCloseTo(0.2, 2);
  });

  test("polarisation, efficiencies and retention of a cell with known numbers", () => {
    const run = runOf([
      galvanostatic(1, 1, [2.2, 3.2]),
      galvanostatic(0.8, -1, [2.8, 1.8]),
      galvanostatic(0.8, 1, [2.2, 3.2]),
      galvanostatic(0.6, -1, [2.8, 1.8]),
      galvanostatic(0.7, 1, [2.2, 3.2]),
    ]);
    const all = cycles(run);
    expect(all.map((c) => c.first)).toEqual(["charge", "charge", "charge"]);
    const [one, two, three] = all;
    expect(one).toMatchObject({ coulombicEfficiency: { value: expect.closeTo(80, 6) }, chargeRecovery: { value: expect.closeTo(125, 6) } });
    expect(one).toMatchObject({
      energyEfficiency: { value: expect.closeTo((100 * 0.8 * 2.3) / 2.7, 6) },
      polarisation: { value: expect.closeTo(0.4, 6) },
    });
    expect(two).toMatchObject({
      retention: { value: expect.closeTo(75, 6) },
      dischargeEnergy: { value: expect.closeTo(0.6 * 2.3, 6), unit: "mWh" },
    });
    expect(three).toMatchObject({
      dischargeCapacity: { notComputable: "the cycle has no discharge" },
      chargeCurrent: { value: expect.closeTo(1, 9), unit: "mA" },
    });
  });
});
