/**
 * What a published study of Na3SbS4 says on plating: around a defect the current is less even in Na3PS4 than in Na3SbS4, at every applied current.
 * The paper prints neither the defect's size and shape nor the pressure, so the statement is put to sizes, shapes and both forms of the pressure term.
 */
import {
  DEPOSITION_ELECTROLYTES,
  DEPOSITION_METALS,
  type Defect,
  depositionCase,
  distribute,
  kineticLength,
  kineticsOf,
  PRESSURE_FORMS,
  RESOLUTIONS,
} from "@thioscope/core/deposition";
import { expect, test } from "vitest";

const UM = 1e-6;
const [nps, nas] = DEPOSITION_ELECTROLYTES;

test("NAS-deposition: the same under pressure by the published form, which sharpens; the form that shifts the potential need not", () => {
  const defect: Defect = { kind: "filled", radius: 10 * UM, depth: 10 * UM };
  const question = {
    defect,
    width: 100 * UM,
    height: 100 * UM,
    current: 5,
    temperature: 298.15,
    metal: DEPOSITION_METALS.Na,
    pressure: { defect: 1e7, flat: 0 },
  };
  for (const form of PRESSURE_FORMS) {
    const [p, s] = [nps!, nas!].map((e) => distribute(depositionCase(question, e, form), RESOLUTIONS.preview).hotSpot.value);
    expect(p).toBeGreaterThan(s!);
  }
});

test("the lengths behind it: 19.8 and 178 µm from i_exc = 1.3 mA/cm² and 0.1, 0.9 mS/cm", () => {
  const kinetics = kineticsOf({ metal: DEPOSITION_METALS.Na, temperature: 298.15 }, "shift");
  expect(kinetics.exchangeCurrent).toBe(13);
  expect([nps!.conductivity.value, nas!.conductivity.value]).toEqual([0.01, 0.09]);
  expect(kineticLength(0.01, kinetics) / UM).toBeCloseTo(19.76, 2);
  expect(kineticLength(0.09, kinetics) / UM).toBeCloseTo(177.9, 1);
});
