import { describe, expect, it } from "vitest";
import { claimText } from "./words.ts";

describe("quantities of claims", () => {
  it.each([
    ["cathode_mg_cm2 6.36; s_mg 1.65", "cathode 6.36 mg/cm²; s 1.65 mg"],
    ["mAh_g_at_50mA_g 1375.81 mAh/g", "at 50 mA/g 1375.81 mAh/g"],
    ["discharge_Na2S2_to_Na2S_V 1.17", "discharge Na2S2 to Na2S 1.17 V"],
    ["deviatoric_NPS_MPa 280.04 ± 0.22 MPa", "deviatoric NPS 280.04 ± 0.22 MPa"],
    ["LiI_100DOD 10.2+-1.5 %; D 4.83e-13 cm²/s", "LiI 100DOD 10.2 ± 1.5 %; D 4.83 × 10⁻¹³ cm²/s"],
    ["angstrom 0.1423", "0.1423 Å"],
    ["dV_that_the_print_needs_A3 -3.649", "dV that the print needs −3.649 Å³"],
    ["x_in_Na2Sx 1.34, 1.21", "x in Na2Sx 1.34, 1.21"],
    ["dqdv polarisation grows and neighbouring peaks merge", "dqdv polarisation grows and neighbouring peaks merge"],
  ])("%s reads %s", (written, read) => expect(claimText(written)).toBe(read));
});
