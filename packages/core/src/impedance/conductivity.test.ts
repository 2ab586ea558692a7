import { expect, test } from "vitest";
import { parseCircuit } from "./circuit.ts";
import { pelletConductivity } from "./conductivity.ts";
import { fitCircuit } from "./fit.ts";

const f = Float64Array.from({ length: 71 }, (_, i) => 10 ** (7 - i / 10));

function fitOf(text: string, truth: readonly number[]) {
  const circuit = parseCircuit(text);
  const z = new Float64Array(2 * f.length);
  circuit.evaluate(Float64Array.from(truth), f, z);
  const part = (k: 0 | 1): Float64Array => Float64Array.from(f, (_, i) => z[2 * i + k]!);
  return fitCircuit(circuit, { frequencyHertz: f, real: part(0), imaginary: part(1) }, { start: truth });
}

const PELLET = { thickness: { value: 0.6, sigma: 0.006, unit: "mm" }, area: { value: 0.7854, sigma: null, unit: "cm2" } };

test("σ = L/(R A), with the thickness's error carried", () => {
  const { conductivity } = pelletConductivity(fitOf("R1-CPE1", [26.3, 1e-5, 0.9]), PELLET);
  expect(conductivity).toMatchObject({ unit: "S/cm" });
  if (!("value" in conductivity)) throw new Error("not computed");
  // 0.06 cm / (26.3 Ω · 0.7854 cm²) = 2.905 mS/cm
  expect(conductivity.value).toBeCloseTo(2.905e-3, 6);
  expect(conductivity.sigma! / conductivity.value).toBeCloseTo(0.01, 4);
});

test("an arc of 8e-10 F is a grain boundary, one of 2e-11 F bulk, one of a microfarad neither", () => {
  const kinds = (c: number): string | null => pelletConductivity(fitOf("R0-p(R1,C1)", [10, 1e4, c]), PELLET).arcs[0]!.kind;
  expect(kinds(2e-11)).toBe("bulk");
  expect(kinds(8e-10)).toBe("grain boundary");
  expect(kinds(1e-6)).toBe("interface or electrode");
});

test("a missing thickness is asked for", () => {
  const { conductivity } = pelletConductivity(fitOf("R1-CPE1", [26.3, 1e-5, 0.9]), { ...PELLET, thickness: null });
  expect(conductivity).toEqual({ notComputable: expect.stringMatching(/thickness .* missing/) });
});

test("arcs that overlap: the error of their sum carries the covariance", () => {
  const fit = fitOf("R0-p(R1,CPE1)-p(R2,CPE2)-CPE3", [5, 400, 2e-11, 1, 300, 1e-9, 0.9, 1e-6, 0.9]);
  const { counted, resistance } = pelletConductivity(fit, PELLET);
  expect(counted).toEqual(["R0", "R1", "R2"]);
  if (!("value" in resistance)) throw new Error("not computed");
  expect(resistance.value).toBeCloseTo(705, 2);
});

test("without the geometry no arc is counted silently; resistances that are named are", () => {
  const fit = fitOf("R0-p(R1,C1)", [10, 1e4, 2e-11]);
  expect(pelletConductivity(fit, { thickness: null, area: null }).resistance).toEqual({
    notComputable: expect.stringMatching(/thickness .* and the electrode's diameter or area are missing/),
  });
  expect(pelletConductivity(fit, { thickness: null, area: null }, ["R0", "R1"]).resistance).toMatchObject({ unit: "ohm" });
});
