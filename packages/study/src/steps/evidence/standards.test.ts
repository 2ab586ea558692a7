import { expect, test } from "vitest";
import { asObservations } from "./standards.ts";

test("a standard that its source names as the electrolyte is no species, whatever it is called; its weights of all spectra say no more than one", () => {
  const stream = {
    name: "LGPS",
    probe: "XAS",
    unit: "1",
    at: Float64Array.of(0, 0.3, 0.6, 0.9),
    atSigma: 0,
    values: Float64Array.of(0.4, 0.41, 0.42, 0.4),
    sigma: new Float64Array(4).fill(0.03),
  };
  const places = { system: "Li-S", half: 1, spectra: "auto", spectraRun: "", standards: "auto", scales: "auto" } as const;
  const beside = (electrolytes: readonly string[]) => ({
    bounded: new Set<number>(),
    otherCell: false,
    electrolytes: new Set(electrolytes),
  });
  expect(asObservations(stream, places, beside([]))).toEqual([]);
  const found = asObservations(stream, places, beside(["LGPS"]));
  expect(found.map(({ kind, value }) => [kind, value])).toEqual([0.4, 0.41, 0.42, 0.4].map((value) => ["electrolyte", value]));
  // 1/Σ(1/σ²) is that of one
  expect(1 / Math.sqrt(found.reduce((sum, { sigma }) => sum + 1 / sigma ** 2, 0))).toBeCloseTo(0.03, 12);
});
