/**
 * Cycling on real files against three kinds of truth: the vendor's own cycle capacities (Neware BTSDA exports), a
 * peer's summary (navani's, as asserted by its tests) and an independent implementation (numpy 2.4, scipy 1.17:
 * `numpy.histogram` of each interval cut into 400 parts, charge from the file's own (Q−Qo) column).
 */
import { existsSync, readFileSync } from "node:fs";
import { type Answer, asFloat64, getColumn, isComputable } from "@thioscope/core";
import { differentialCapacity, halfCycles, integrate, smoothedCapacity, summariseCycling, vendorCycles } from "@thioscope/core/cycling";
import { type StoryFile, storyFile } from "@thioscope/core/story";
import { readCycling } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataFile, dataSource, describeData } from "../data.ts";

const JDB11 = "echem/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr";
const BS542 = "echem/bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx";
const read = (path: string) => readCycling(dataSource(path));

function value(answer: Answer): number {
  if (!isComputable(answer)) throw new Error(answer.notComputable);
  return answer.value;
}

const largestOf = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describeData("jdb11, 46,102 rows", () => {
  test("rest, then 13 half cycles in 7 cycles; capacities are navani's", async () => {
    const summary = summariseCycling(await read(JDB11));
    expect(summary.rests).toHaveLength(1);
    expect(summary.cycles.map((c) => c.first)).toEqual(new Array(7).fill("discharge"));
    expect(summary.measures.flatMap((c) => [c.charge, c.discharge]).filter((h) => h)).toHaveLength(13);
    // navani, cycle: discharge, charge in mAh, printed to 1e-6
    const truth: Record<number, [number, number]> = {
      2: [0.852855, 0.93709],
      3: [0.87633, 0.94194],
      4: [0.874678, 0.947933],
      5: [0.876656, 0.951689],
      6: [0.878613, 0.955886],
    };
    for (const c of summary.cycles) {
      const known = truth[c.cycle];
      if (!known) continue;
      expect(Math.abs(value(c.dischargeCapacity) - known[0])).toBeLessThan(3e-6);
      expect(Math.abs(value(c.chargeCapacity) - known[1])).toBeLessThan(1e-6);
    }
    const charges = summary.cycles.filter((c) => isComputable(c.chargeCapacity));
    expect(mean(summary.cycles.map((c) => value(c.dischargeCapacity)))).toBeCloseTo(0.7778788, 5);
    expect(mean(charges.map((c) => value(c.chargeCapacity)))).toBeCloseTo(0.9535533, 6);
    expect(mean(charges.map((c) => value(c.meanChargeVoltage)))).toBeCloseTo(2.97389223, 3);
    expect(mean(summary.cycles.map((c) => value(c.meanDischargeVoltage)))).toBeCloseTo(2.7871832, 3);
    // the first discharge began at the rest potential: it is no reference for retention
    expect(summary.reference).toBe(2);
    expect(summary.rates).toHaveLength(1);
  });

  test("dQ/dV by counting equals the histogram of an independent implementation", async () => {
    const halves = halfCycles(await read(JDB11));
    // bins of 5 mV: number of the first, six contents in mAh/V, the highest and where
    const truth = [
      {
        half: 1,
        first: 401,
        count: 360,
        at: [50, 100, 150, 200, 250, 300],
        dqdv: [
          0.0015988400672130982, 0.23956444534510846, 0.15296669507794958, 0.8245412365520233, 1.9972032816907515, 0.08573524670236754,
        ],
        top: [331, 5.768164915047946],
      },
      {
        half: 2,
        first: 399,
        count: 361,
        at: [50, 100, 150, 200, 250, 300],
        dqdv: [
          -0.2966556718643043, -0.24388653494770152, -0.0891462060908843, -0.6296775335688176, -1.8910082309837817, -0.03963059308818018,
        ],
        top: [108, -5.240205870534015],
      },
    ] as const;
    for (const { half, first, count, at, dqdv, top } of truth) {
      const { bins, value: curve } = differentialCapacity(halves[half]!, 0.005);
      expect([bins.first, bins.count]).toEqual([first, count]);
      for (const [k, b] of at.entries()) expect(Math.abs(curve.values[b]! / dqdv[k]! - 1)).toBeLessThan(3e-3);
      expect(Math.abs(curve.values[top[0]]! / top[1] - 1)).toBeLessThan(1e-3);
      const spline = smoothedCapacity(halves[half]!, 0.005);
      if (!("value" in spline)) throw new Error(spline.notComputable);
      for (const b of at) {
        expect(Math.abs(spline.value.values[b]! - curve.values[b]!)).toBeLessThan(3 * (spline.value.sigma as Float64Array)[b]!);
      }
      const sum = curve.values.reduce((s, x) => s + x * bins.width, 0);
      expect(Math.abs(sum)).toBeCloseTo(integrate(halves[half]!).charge.value / 3.6, 9);
    }
  });
});

describeData("bs542 (Arbin)", () => {
  test("two cycles, the last charge a fragment; mean capacities are navani's", async () => {
    const { cycles } = summariseCycling(await read(BS542));
    expect(cycles).toHaveLength(2);
    expect(Math.abs(mean(cycles.map((c) => value(c.dischargeCapacity))) - 5.52742)).toBeLessThan(1e-4);
    // the tester's own counter; rows of the charge are so far apart that its capacity is known to 0.002 mAh only
    expect(Math.abs(mean(cycles.map((c) => value(c.chargeCapacity))) - 2.85135)).toBeLessThan(3e-4);
  });
});

/**
 * The vendor's counters run on the tester's own samples, which the rows do not show: they may differ by the current that flowed in
 * `second`, by the share `relative` (its counter against the current it prints), and where a constant-voltage decay is recorded in
 * few or interpolated rows by `decay` of the charge.
 */
const TOLERANCE: Record<string, { second: number; relative: number; decay?: number }> = {
  "test_2.ndax": { second: 0.35, relative: 3e-5 },
  "nw4-120-1-6-53.ndax": { second: 0.35, relative: 2e-5, decay: 6e-3 },
  "TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation.ndax": { second: 0.01, relative: 1e-6, decay: 2e-5 },
  "46_1_5_60_bts16.ndax": { second: 0.01, relative: 2e-5 },
  "TestFile.nda": { second: 0.02, relative: 1e-5, decay: 3e-5 },
  // its counter follows 10.41 mA where its rows print 10.47 mA
  "nda_v22.nda": { second: 0, relative: 6e-3 },
  "nda_v23.nda": { second: 0.5, relative: 1e-5 },
  "nda_v8.nda": { second: 0.1, relative: 1e-4 },
  "new_nda_file.nda": { second: 0.05, relative: 7e-3 },
};

describeData("charge per vendor's cycle", () => {
  const path = dataFile("echem/btsda-truth.json");
  const truth: Record<string, { capacity_mAh_by_cycle_first5?: Known[]; capacity_mAh_last_cycle?: Known | null }> = existsSync(path)
    ? JSON.parse(readFileSync(path, "utf8"))
    : {};
  test.each(Object.keys(TOLERANCE))("%s", async (file) => {
    const { second, relative, decay = 0 } = TOLERANCE[file]!;
    const known = truth[file.replace(/\.ndax?$/, "")]!;
    const table = await read(`echem/${file}`);
    const found = vendorCycles(table);
    const current = asFloat64(getColumn(table, "current_ampere"));
    let compared = 0;
    for (const { cycle, charge, discharge } of [...known.capacity_mAh_by_cycle_first5!, known.capacity_mAh_last_cycle!]) {
      const own = found.find((c) => c.cycle === cycle)!;
      const milliampere = 1000 * largestOf(current.subarray(own.rows[0], own.rows[1] + 1));
      for (const [answer, expected, share] of [
        [own.chargeCapacity, charge, relative + decay],
        [own.dischargeCapacity, discharge, relative],
      ] as const) {
        const allowed = share * expected + (second / 3600) * milliampere + 1e-6;
        expect(Math.abs(value(answer) - expected), `cycle ${cycle}: ${value(answer)} against ${expected}`).toBeLessThan(allowed);
        compared++;
      }
    }
    expect(compared).toBeGreaterThanOrEqual(4);
  });
});

interface Known {
  cycle: number;
  charge: number;
  discharge: number;
}

describeData("stories of techniques that are not cycling", () => {
  const story = async (name: string): Promise<StoryFile> => {
    const file = await read(`echem/${name}`);
    return storyFile({ ...file, name, hash: null }, {}, { progress() {} });
  };

  test.each([
    ["cv.mpr", 2],
    ["cv_3scan.pssession", 3],
    ["CV example.pssession", 3],
  ])("%s: %d scans, no half cycles", async (name, scans) => {
    const file = await story(name);
    expect([file.cycles, file.cyclesByCurrent, file.cycleTable.length, file.halfCycles.length]).toEqual([scans, 0, scans, 0]);
    expect(file.notices.map((n) => n.code)).toContain("no-half-cycles");
    expect(file.cycleTable[0]!.coulombicEfficiency).toMatchObject({ notComputable: expect.stringContaining("sweep") });
  });

  test("ocv.mpr: no current, no cycles, the run is there", async () => {
    const file = await story("ocv.mpr");
    expect([file.cyclesByCurrent, file.halfCycles.length, file.rateTable.length]).toEqual([0, 0, 0]);
    expect(file.notices.map((n) => n.code)).toContain("cycles-not-computable");
    expect(file.trace.voltageVolt.length).toBeGreaterThan(100);
    expect(file.trace.currentMilliampere.length).toBe(0);
  });

  test("wait.mpr: no rows, said so", async () => {
    const file = await story("wait.mpr");
    expect([file.rows, file.trace.row.length]).toEqual([0, 0]);
    expect(file.notices.map((n) => n.code)).toContain("no-rows");
  });
});
