import { describe, expect, it } from "vitest";
import { inOrderOfStates } from "./fileOrder.ts";

describe("the order of a source's files", () => {
  it("is that of the states that their names tell: down the discharge, then up the charge", () => {
    expect(
      inOrderOfStates(["xas/charge/charge_2p10V.xdi", "xas/charge/charge_1p60V.xdi", "xas/dis/dis_0p50V.xdi", "xas/dis/dis_1p90V.xdi"]),
    ).toEqual(["xas/dis/dis_1p90V.xdi", "xas/dis/dis_0p50V.xdi", "xas/charge/charge_1p60V.xdi", "xas/charge/charge_2p10V.xdi"]);
  });
  it("is that of their numbers where a name tells no state", () => {
    expect(inOrderOfStates(["scan_10.h5", "scan_2.h5", "discharge_1p8V.h5"])).toEqual(["discharge_1p8V.h5", "scan_2.h5", "scan_10.h5"]);
    expect(inOrderOfStates(["nps_0C", "nps_-10C", "nps_60C", "nps_25C"])).toEqual(["nps_-10C", "nps_0C", "nps_25C", "nps_60C"]);
    expect(inOrderOfStates(["b/1.txt", "a/02.txt", "a/2.txt"])).toEqual(["a/02.txt", "a/2.txt", "b/1.txt"]);
  });
});
