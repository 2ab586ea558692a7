/**
 * Soft shorts in real files. Cells that cycle regularly to their last cycle (a commercial 21700 cell; a cell with a steady efficiency
 * over five cycles; a graphite half cell) must be silent: their charge returns, so no current by-passed them. So must
 * test_2.ndax, whose clock skips 0.2 s now and then in steep discharges, which looks like a fall that stays; and
 * nw4-120-1-6-53.ndax, whose slow discharges rise by up to 70 mV between falls of the same size: scatter to both sides of the
 * curve, in nearly all of them, and none of it a fall that comes back to the curve.
 */
import { halfCycles } from "@thioscope/core/cycling";
import { softShorts } from "@thioscope/core/symmetric";
import { readCycling } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataSource, describeData } from "../data.ts";

describeData("soft shorts in real files", () => {
  test.each([
    "TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation.ndax",
    "jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr",
    "TestFile.nda",
    "SINTEF__LiGrR2032__2024-04-30__25degC__Landt.csv",
    "test_2.ndax",
    "nw4-120-1-6-53.ndax",
    "BTS85-36-6-5-110-20240424.ndax",
  ])("%s: no sign in the potential", async (name) => {
    const { signs, halfCyclesJudged } = softShorts(halfCycles(await readCycling(dataSource(`echem/${name}`))));
    expect(halfCyclesJudged).toBeGreaterThan(0);
    expect(signs.filter((s) => s.kind !== "charge exceeds discharge")).toEqual([]);
  });
});
