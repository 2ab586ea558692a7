/**
 * Sweeps of real files. Truth: scan rates and vertices as EC-Lab's settings state them (dE/dt, control/V), charges as the
 * instruments integrated them. The CV example is the ferri-/ferrocyanide couple on a screen-printed carbon electrode.
 */
import { findColumn, isComputable } from "@thioscope/core";
import { voltammetry } from "@thioscope/core/voltammetry";
import { readCycling } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataSource, describeData } from "../data.ts";

const read = (name: string) => readCycling(dataSource(`echem/${name}`));

describeData("sweeps of real files", () => {
  test.each([
    ["cv.mpr", 0.1, ["cathodic", "anodic", "cathodic", "anodic"]],
    ["cv.issue_149.mpr", 50, ["anodic", "cathodic", "anodic", "cathodic", "anodic", "cathodic", "anodic"]],
    ["lsv.mpr", 20, ["cathodic"]],
    ["cva.issue_202.mpr", 50_000, ["cathodic"]],
  ])("%s: %d mV/s, vertices as set", async (name, rate, directions) => {
    const file = await read(name);
    const { sweeps } = voltammetry(file);
    expect(sweeps.map((s) => s.direction)).toEqual(directions);
    const set = findColumn(file, "control_v")!.values;
    for (const s of sweeps) {
      expect(Math.abs(s.scanRate.value / rate - 1)).toBeLessThan(5e-4);
      expect(Math.abs(s.endPotential.value - set[s.rows[1]]!)).toBeLessThan(8e-3);
    }
  });

  test("charges of whole sweeps are the instrument's", async () => {
    for (const [name, sweep] of [
      ["cv.mpr", 1],
      ["cv.issue_149.mpr", 1],
      ["lsv.mpr", 1],
    ] as const) {
      const file = await read(name);
      const { rows, anodicCharge, cathodicCharge } = voltammetry(file).sweeps[sweep - 1]!;
      const counter = findColumn(file, "net_capacity_ah")!.values;
      const truth = (counter[rows[1]]! - counter[rows[0]]!) * 3.6e6;
      expect(Math.abs((anodicCharge.value + cathodicCharge.value) / truth - 1)).toBeLessThan(2e-3);
    }
  });

  test("CV example: three scans, one pair of peaks each, the same within their errors", async () => {
    const file = await read("CV example.pssession");
    const { sweeps, pairs, unpaired } = voltammetry(file);
    expect(sweeps.map((s) => s.scan)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(unpaired).toEqual([]);
    expect(pairs.map((p) => p.scan)).toEqual([1, 2, 3]);
    for (const { separation, midpoint } of pairs) {
      if (!isComputable(separation) || !isComputable(midpoint)) throw new Error("no pair");
      // read off the vendor's curve: maxima at +0.288 V and −0.035 V, to half a step of 5 mV
      expect(Math.abs(separation.value - 322)).toBeLessThan(8);
      expect(Math.abs(midpoint.value - 0.127)).toBeLessThan(0.004);
    }
    const counter = findColumn(file, "charge")!.values;
    const { rows, anodicCharge, cathodicCharge } = sweeps[0]!;
    // µC; the vendor sums rectangles of one step
    expect(Math.abs((1000 * (anodicCharge.value + cathodicCharge.value)) / (counter[rows[1]]! - counter[rows[0]]!) - 1)).toBeLessThan(0.01);
  });

  test("cv_3scan: three scans of a resistor have no peaks", async () => {
    const { sweeps, unpaired, pairs } = voltammetry(await read("cv_3scan.pssession"));
    expect(new Set(sweeps.map((s) => s.scan))).toEqual(new Set([1, 2, 3]));
    expect(sweeps.flatMap((s) => s.peaks)).toEqual([]);
    expect([pairs, unpaired]).toEqual([[], []]);
  });

  test.each(["jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr", "ca.mpr", "gcpl.issue_211.mpr", "test.ndax"])(
    "%s holds no sweep",
    async (name) => {
      const file = await read(name);
      expect(() => voltammetry(file)).toThrow(expect.objectContaining({ code: "NOT_COMPUTABLE" }));
    },
  );
});
