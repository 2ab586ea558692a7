/**
 * What a published operando diffraction study of a solid-state Na–S cell prints, against units and symmetry. Each test is
 * named by the claim.
 */
import { wavelengthAngstrom } from "@thioscope/core";
import { extinctionRule, phaseStructure, spaceGroup } from "@thioscope/core/crystal";
import { auditAxialStress } from "@thioscope/core/diffraction";
import { expect, test } from "vitest";

test("NaS-wavelength: 87.1 keV is 0.142347 Å", () => {
  expect(Math.abs(wavelengthAngstrom(87.1) - 0.142347)).toBeLessThan(0.000002);
});

test("NaS-forbidden-reflection: 100 of Na2S does not exist, its phase maps use 111, 220 and 422; Na2S2 is hexagonal", () => {
  const sulfide = phaseStructure("Na2S");
  expect(sulfide.group.symbol).toBe("F m -3 m");
  expect(extinctionRule(sulfide.group, [1, 0, 0])).toMatchObject({ kind: "centring", condition: "h k l: h, k, l all even or all odd" });
  for (const hkl of [
    [1, 1, 1],
    [2, 2, 0],
    [4, 2, 2],
  ] as const) {
    expect(extinctionRule(sulfide.group, hkl)).toBeNull();
  }
  // the other reflection that the stress was read from is there
  expect(extinctionRule(phaseStructure("Na3PS4").group, [1, 0, 1])).toBeNull();
  // printed as rhombohedral: the group has no threefold centring and its cell is primitive hexagonal
  const disulfide = spaceGroup("P -6 2 m");
  expect([disulfide.number, disulfide.system]).toEqual([189, "hexagonal"]);
  expect(phaseStructure("Na2S2").group.symbol).toBe(disulfide.symbol);
});

test("NaS-stress-balance: 300 MPa of mean axial tension against 50 MPa on the stack, 900 MPa needed, 200 MPa of precedent", () => {
  const audit = auditAxialStress({ meanAxialMPa: 300, stackPressureMPa: 50, neededPressureMPa: 900, precedentPressureMPa: 200 });
  expect(audit.equilibrium.value).toBe(-50);
  expect(audit.excess.value).toBe(350);
  expect(audit.shareOfNeed).toBeCloseTo(1 / 3, 12);
  expect(audit.notices.map((n) => n.code)).toEqual([
    "axial-stress-unbalanced",
    "tension-as-pressure",
    "pressure-short",
    "pressure-precedent",
  ]);
});
