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

const shapes: [string, Defect][] = [1, 10, 30].flatMap((a): [string, Defect][] => [
  [`filled pore of ${a} µm`, { kind: "filled", radius: a * UM, depth: a * UM }],
  [`empty pore of ${a} µm`, { kind: "empty", radius: a * UM, depth: 0 }],
  [`slot of ${a} µm`, { kind: "slot", radius: a * UM, depth: 2 * a * UM }],
]);

test.each(shapes)("NAS-deposition: %s, 0.05 to 5 mA/cm²: hot spot and variation are larger in Na3PS4", (_, defect) => {
  for (const current of [0.5, 2.1, 5, 10, 50]) {
    const question = { defect, width: 100 * UM, height: 100 * UM, current, temperature: 298.15, metal: DEPOSITION_METALS.Na };
    const [p, s] = [nps!, nas!].map((e) => distribute(depositionCase(question, e, "shift"), RESOLUTIONS.preview));
    expect(p!.hotSpot.value - p!.hotSpot.sigma!).toBeGreaterThan(s!.hotSpot.value + s!.hotSpot.sigma!);
    expect(p!.variation.value).toBeGreaterThan(s!.variation.value);
  }
});

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
