import { expect, test } from "vitest";
import { shortNames } from "./names.ts";

test("what all names share is left away, whole words alone", () => {
  expect(shortNames(["cathode_1_DoD_1.0V.txt", "cathode_2_SoC_2.6V.txt"])).toEqual(["1_DoD_1.0V", "2_SoC_2.6V"]);
  expect(shortNames(["plain_0_pristine", "plain_SOC"])).toEqual(["0_pristine", "SOC"]);
  expect(shortNames(["1_S8.xy", "2_S@C.xy"])).toEqual(["1_S8", "2_S@C"]);
  expect(shortNames(["discharge_1p95V", "discharge_1p90V"])).toEqual(["1p95V", "1p90V"]);
  expect(shortNames(["a.txt"])).toEqual(["a.txt"]);
  expect(shortNames(["x", "x_1"])).toEqual(["x", "x_1"]);
});
