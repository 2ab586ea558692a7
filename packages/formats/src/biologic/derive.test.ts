/** Expected values: algebra. That the rules are EC-Lab's own is checked on its exports (tests/golden/biologic.test.ts). */
import { describe, expect, test } from "vitest";
import { deriveCycling, type VendorColumns } from "./deriveCycling.ts";
import { deriveExport } from "./deriveExport.ts";
import { deriveImpedance } from "./deriveImpedance.ts";
import { slugOf, splitHeader } from "./names.ts";

/** charge 1 mA for an hour in two rows, discharge in two, rest */
function cell(): VendorColumns {
  return new Map(
    Object.entries({
      mode: Uint8Array.of(1, 1, 1, 1, 1, 3),
      Ns: Uint16Array.of(1, 1, 1, 2, 2, 0),
      "time/s": Float64Array.of(0, 1800, 3600, 5400, 7200, 9000),
      "dq/mA.h": Float64Array.of(0, 0.5, 0.5, -0.25, -0.5, 0),
      "(Q-Qo)/mA.h": Float64Array.of(0, 0.5, 1, 0.75, 0.25, 0.25),
      "control/V/mA": Float64Array.of(1, 1, 1, -1, -1, -1),
      "Ewe/V": Float64Array.of(3, 4, 4, 3, 2, 2.5),
      "half cycle": Uint32Array.of(0, 0, 0, 1, 1, 1),
      "Q charge/discharge/mA.h": Float64Array.of(0, 0.5, 1, -0.25, -0.75, -0.75),
    }),
  );
}

describe("EC-Lab's computed columns", () => {
  const columns = cell();
  deriveCycling(columns, [], true);
  deriveExport(columns, { initialX: 0.9, massMilligram: 1, molarMass: 26.8015, electrons: 1 });
  const of = (header: string): number[] => [...columns.get(header)!];

  test("current, cycles, capacities", () => {
    expect(of("<I>/mA")).toEqual([0, 1, 1, -0.5, -1, 0]);
    expect(of("cycle number")).toEqual([0, 0, 0, 0, 0, 0]);
    expect(of("Q charge/mA.h")).toEqual([0, 0.5, 1, 0, 0, 0]);
    expect(of("Q discharge/mA.h")).toEqual([0, 0, 0, 0.25, 0.75, 0.75]);
    expect(of("Capacity/mA.h")).toEqual([0, 0.5, 1, 0.25, 0.75, 0.75]);
    expect(of("Efficiency/%")).toEqual([0, 0, 0, 0, 0, 75]);
  });

  test("step time starts again with the half cycle and stands still at rest", () => {
    expect(of("step time/s")).toEqual([0, 1800, 3600, 0, 1800, 0]);
  });

  test("energy, capacitance, control, x", () => {
    // 4 V × 0.5 mA·h twice; 3 V × 0.25 + 2 V × 0.5 mA·h
    expect(of("Energy charge/W.h").map((w) => Math.round(w * 1e6))).toEqual([0, 2000, 4000, 4000, 4000, 4000]);
    expect(of("Energy discharge/W.h").map((w) => Math.round(w * 1e6))).toEqual([0, 0, 0, 750, 1750, 1750]);
    // 0.75 mA·h = 2.7 C from 3 V to 2 V
    expect(of("Capacitance discharge/µF")[4]).toBeCloseTo(2.7e6, 6);
    expect(of("control/mA")).toEqual([1, 1, 1, -1, -1, 0]);
    // 1 mg of 26.8015 g/mol takes 1 mA·h per unit of x
    expect(of("x")[2]).toBeCloseTo(-0.1, 12);
  });

  test("what the file stores is not replaced", () => {
    const stored = cell();
    stored.set("<I>/mA", new Float64Array(6).fill(7));
    deriveCycling(stored, [], true);
    expect(stored.get("<I>/mA")![0]).toBe(7);
  });

  test("a loop starts with no charge passed", () => {
    const loops: VendorColumns = new Map([["(Q-Qo)/mA.h", Float64Array.of(1, 2, 5, 6)]]);
    deriveCycling(loops, [2], true);
    expect([...loops.get("dq/mA.h")!]).toEqual([1, 1, 0, 1]);
  });
});

test("admittance and capacitance of 100 ohm in series with 1 µF at 1/(2π·100 µs)", () => {
  const columns: VendorColumns = new Map([
    ["freq/Hz", Float64Array.of(1e4 / (2 * Math.PI), 0)],
    ["|Z|/Ohm", Float64Array.of(100 * Math.SQRT2, 0)],
    ["Phase(Z)/deg", Float64Array.of(-45, 0)],
  ]);
  deriveImpedance(columns);
  const of = (header: string): number => columns.get(header)![0]!;
  expect(of("Re(Z)/Ohm")).toBeCloseTo(100, 4);
  expect(of("-Im(Z)/Ohm")).toBeCloseTo(100, 4);
  expect(of("Re(Y)/Ohm-1")).toBeCloseTo(0.005, 9);
  expect(of("Im(Y)/Ohm-1")).toBeCloseTo(0.005, 9);
  // C = Y/(iω): 0.005 S / 1e4 s⁻¹ = 500 nF
  expect(of("Re(C)/nF")).toBeCloseTo(500, 3);
  expect(of("Tan(Delta)")).toBeCloseTo(1, 6);
  expect(columns.get("|Y|/Ohm-1")![1]).toBe(0);
});

test("headers: units and slugs", () => {
  const cases: [string, string, string][] = [
    ["Q charge/discharge/mA.h", "mA.h", "q_charge_discharge_ma_h"],
    ["control/V/mA", "V/mA", "control_v_ma"],
    ["ox/red", "", "ox_red"],
    ["|Z|/Ohm", "Ohm", "abs_z_ohm"],
    ["-Im(Z)/Ohm", "Ohm", "minus_im_z_ohm"],
    ["<Ewe>/V", "V", "mean_ewe_v"],
    ["Re(Conductivity)/mS/cm", "mS/cm", "re_conductivity_ms_cm"],
    ["d(Q-Qo)/dE/mA.h/V", "mA.h/V", "d_q_qo_de_ma_h_v"],
    ["x", "", "x"],
  ];
  for (const [header, unit, slug] of cases) {
    expect(splitHeader(header)).toEqual({ header, unit });
    expect(slugOf(header)).toBe(slug);
  }
  expect(splitHeader("Capacitance charge/ï¿½F").header).toBe("Capacitance charge/µF");
  expect(splitHeader("Temperature/\ufffdC").header).toBe("Temperature/°C");
});
