/** Virtual voltammograms with known truth → sweeps, peaks, b-values and diffusion coefficients. */
import { isComputable, makeTable, parseQuantity, quantity, type Table, ThioscopeError } from "@thioscope/core";
import { bValue, compareSeparations, type RatedPeak, randlesSevcik, type Voltammogram, voltammetry } from "@thioscope/core/voltammetry";
import { type SweptRow, type VirtualCouple, virtualVoltammogram } from "@thioscope/virtual";
import { describe, expect, test } from "vitest";

const couple: VirtualCouple = {
  kind: "diffusion",
  electrons: 1,
  formalVolt: 0.2,
  areaSquareMetre: 1e-5,
  temperatureKelvin: 298.15,
  diffusivity: 7e-10,
  concentration: 2,
  coverage: 2e-6,
};
const RATES = [0.01, 0.02, 0.05, 0.1, 0.2];

function tableOf(rows: readonly SweptRow[]): Table {
  return makeTable([
    { name: "test_time_second", unit: "s", values: Float64Array.from(rows, (r) => r.timeSecond) },
    { name: "voltage_volt", unit: "V", values: Float64Array.from(rows, (r) => r.voltageVolt) },
    { name: "current_ampere", unit: "A", values: Float64Array.from(rows, (r) => r.currentAmpere) },
  ]);
}

const measure = (c: VirtualCouple, rate: number, seed: string): Voltammogram =>
  voltammetry(tableOf(virtualVoltammogram(c, rate, seed).rows));

function firstPeaks(c: VirtualCouple, seed: string): RatedPeak[] {
  return RATES.map((rate) => {
    const { scanRate, peaks } = measure(c, rate, `${seed} ${rate}`).sweeps[0]!;
    expect(peaks).toHaveLength(1);
    return { scanRate, current: peaks[0]!.current, potential: peaks[0]!.potential };
  });
}

describe("a reversible couple that diffuses", () => {
  test("sweeps: scan rate within three of its errors, vertices, charges of the right sign", () => {
    const { rows, truth } = virtualVoltammogram(couple, 0.05, "rate");
    const { sweeps } = voltammetry(tableOf(rows));
    expect(sweeps.map((s) => s.direction)).toEqual(["anodic", "cathodic"]);
    for (const s of sweeps) {
      expect(Math.abs(s.scanRate.value / 1000 - truth.scanRateVoltPerSecond)).toBeLessThan((3 * s.scanRate.sigma!) / 1000);
    }
    expect(sweeps[0]!.endPotential.value).toBeCloseTo(couple.formalVolt + 0.35, 2);
    expect(sweeps[0]!.anodicCharge.value).toBeGreaterThan(0);
    expect(sweeps[1]!.cathodicCharge.value).toBeLessThan(0);
  });

  // Nicholson and Shain, Anal. Chem. 36, 706 (1964): E_pa = E° + 28.5 mV, separation 57–59 mV, |E_p − E_p/2| = 56.5 mV at 25 °C
  test("peak potentials and separation are those of theory", () => {
    const { pairs, sweeps } = measure(couple, 0.1, "separation");
    const [pair] = pairs;
    if (!pair || !isComputable(pair.separation) || !isComputable(pair.midpoint)) throw new Error("no pair");
    expect(pair.anodicPotential.value).toBeCloseTo(couple.formalVolt + 0.0285, 2);
    expect(Math.abs(pair.separation.value - 58)).toBeLessThan(3);
    expect(pair.midpoint.value).toBeCloseTo(couple.formalVolt, 2);
    const peak = sweeps[0]!.peaks[0]!;
    if (!isComputable(peak.halfPeakPotential)) throw new Error("no half peak");
    expect(Math.abs(1000 * (peak.potential.value - peak.halfPeakPotential.value) - 56.5)).toBeLessThan(3);
  });

  test("b is ½ and D is the truth's within 5 %, over 20 seeds", () => {
    let inside = 0;
    for (let seed = 0; seed < 20; seed++) {
      const peaks = firstPeaks(couple, `D ${seed}`);
      const exponent = bValue(peaks);
      if ("notComputable" in exponent) throw new Error(exponent.notComputable);
      expect(Math.abs(exponent.b.value - 0.5)).toBeLessThan(0.02);
      const d = randlesSevcik(peaks, {
        electrons: 1,
        area: quantity(couple.areaSquareMetre * 1e4, "cm2"),
        concentration: quantity(2, "mmol/L"),
        temperature: quantity(298.15, "K"),
      });
      if (!isComputable(d)) throw new Error(d.notComputable);
      if (Math.abs(d.value / (couple.diffusivity * 1e4) - 1) < 0.05) inside++;
    }
    expect(inside).toBe(20);
  });
});

test("a couple on the surface: b is 1, and D is refused", () => {
  const peaks = firstPeaks({ ...couple, kind: "surface" }, "surface");
  const exponent = bValue(peaks);
  if ("notComputable" in exponent) throw new Error(exponent.notComputable);
  expect(Math.abs(exponent.b.value - 1)).toBeLessThan(0.02);
  expect(exponent.reading).toMatch(/surface/);
  const d = randlesSevcik(peaks, {
    electrons: 1,
    area: quantity(0.1, "cm2"),
    concentration: quantity(2, "mmol/L"),
    temperature: quantity(298.15, "K"),
  });
  expect(d).toEqual({ notComputable: expect.stringMatching(/not limited by diffusion/) });
});

test("the charge of a surface peak is n F A Γ", () => {
  const { sweeps } = measure({ ...couple, kind: "surface" }, 0.05, "charge");
  const truth = 96485.33 * couple.areaSquareMetre * couple.coverage * 1000;
  const { charge, baseline } = sweeps[0]!.peaks[0]!;
  expect(Math.abs(charge.value / truth - 1)).toBeLessThan(0.03);
  expect(baseline.until).not.toBe("end of the sweep");
});

test("two scan rates give no b-value", () => {
  const peaks = firstPeaks(couple, "few").slice(0, 2);
  expect(bValue(peaks)).toEqual({ notComputable: expect.stringMatching(/three different scan rates, there are 2/) });
});

describe("claim NaS-cv-rates", () => {
  const at = (label: string, rate: string, separation: number) => ({
    label,
    scanRate: parseQuantity(rate, "V/s"),
    separation: quantity(separation, "mV", 5),
  });

  test("peak separations at 25 µV/s and 10 mV/s are not compared: the rates differ by 400", () => {
    const [change] = compareSeparations([at("30 °C", "25 µV/s", 900), at("80 °C", "10 mV/s", 700)]);
    expect(change?.change).toEqual({ notComputable: expect.stringMatching(/25 µV\/s and 10 mV\/s differ by a factor of 400/) });
  });

  test("at equal rate they are, with the error of both", () => {
    const [change] = compareSeparations([at("30 °C", "25 µV/s", 900), at("80 °C", "0.025 mV/s", 700)]);
    expect(change?.change).toMatchObject({ value: -200, unit: "mV", sigma: Math.hypot(5, 5) });
  });

  test("a current printed in mAh/g is no current", () => {
    expect(() => parseQuantity("50 mAh/g", "mA/g")).toThrow(ThioscopeError);
    try {
      parseQuantity("50 mAh/g", "mA/g");
    } catch (error) {
      expect(error).toMatchObject({ code: "UNIT_MISMATCH" });
    }
  });
});
