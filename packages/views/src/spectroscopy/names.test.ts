import { expect, test } from "vitest";
import { shortNames } from "./names.ts";

const shown = (names: string[]): string[] => shortNames(names).map((name) => name.replaceAll("\u00a0", " "));

test("what all names share is left away, whole words alone, and the number that keeps them in order", () => {
  expect(shown(["cathode_1_DoD_1.0V.txt", "cathode_2_SoC_2.6V.txt"])).toEqual(["DoD 1.0 V", "SoC 2.6 V"]);
  expect(shown(["plain_0_pristine", "plain_SOC"])).toEqual(["pristine", "SOC"]);
  expect(shown(["1_S8.xy", "2_S@C.xy"])).toEqual(["S8", "S@C"]);
  expect(shown(["1_a", "2_a"])).toEqual(["1 a", "2 a"]);
  expect(shown(["a.txt"])).toEqual(["a"]);
  expect(shown(["x", "x_1"])).toEqual(["x", "x 1"]);
});

test("numbers and units are written as they are read", () => {
  expect(shown(["discharge_1p95V", "discharge_1p90V"])).toEqual(["1.95 V", "1.90 V"]);
  expect(shown(["charge_1p60V.xdi", "discharge_0p50V.xdi"])).toEqual(["charge 1.60 V", "discharge 0.50 V"]);
  expect(shown(["LiI_-0.2V.txt", "LiI_DOD.txt"])).toEqual(["−0.2 V", "DOD"]);
  expect(shown(["lii_2_500mAh", "lii_4_DOD"])).toEqual(["500 mAh", "DOD"]);
  expect(shown(["1_x1.00.xye", "2_x0.75.xye"])).toEqual(["x = 1.00", "x = 0.75"]);
});
