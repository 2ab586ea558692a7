import fc from "fast-check";
import { expect, test } from "vitest";
import { looksLikeObservations, readObservations } from "./readObservations.ts";

const TABLE = `# joined by hand
probe, kind, species, at, at_sigma, value, sigma
XRD, scale, Na2S, , , 120, 4
XRD, scale, S8, , , ,
XRD, crystalline, Na2S, 1.20, 0.01, 14.2, 1.1
XAS, weight, Na2S5 + Na2S4, 0.42, 0.02, 0.31, 0.02
XAS, electrolyte, , 0.42, 0.02, 0.6, 0.02
`;

test("observations and scales, with the line that each comes from", () => {
  const { observations, scales } = readObservations(TABLE, "own.csv");
  expect(looksLikeObservations(TABLE)).toBe(true);
  expect(scales).toEqual([
    { probe: "XRD", species: "Na2S", scale: { value: 120, sigma: 4 } },
    { probe: "XRD", species: "S8", scale: null },
  ]);
  expect(observations.map(({ kind }) => kind)).toEqual(["crystalline", "weight", "electrolyte"]);
  expect(observations[1]).toEqual({
    probe: "XAS",
    kind: "weight",
    species: ["Na2S5", "Na2S4"],
    at: { value: 0.42, sigma: 0.02, unit: "1" },
    value: 0.31,
    sigma: 0.02,
    source: "own.csv, line 6",
  });
});

test("capacity per gram of sulfur, semicolons", () => {
  const { observations } = readObservations(
    "probe;kind;species;at_mah_g;at_sigma;value;sigma\nXRD;crystalline;Na2S;835.8;8.358;1;0.1\n",
    "g.csv",
  );
  expect(observations[0]!.at.value).toBeCloseTo(1, 3);
  expect(observations[0]!.at.sigma).toBeCloseTo(0.01, 4);
});

test("places by time and potential keep their units", () => {
  const { observations } = readObservations(
    "probe,kind,species,at_second,at_volt,at_sigma,value,sigma\nXRD,crystalline,Na2S,7200,,30,1,0.1\nXAS,weight,Na2S,,1.1,0.002,1,0.1\n",
    "p.csv",
  );
  expect(observations.map(({ at }) => at)).toEqual([
    { value: 7200, sigma: 30, unit: "s" },
    { value: 1.1, sigma: 0.002, unit: "V" },
  ]);
});

test("mistakes name the line and what is allowed", () => {
  const head = "probe,kind,species,at,at_sigma,value,sigma\n";
  const read = (line: string) => () => readObservations(head + line, "bad.csv");
  expect(read("XRD,crystal,Na2S,1,0,1,1")).toThrow(/"crystal" is no kind.*crystalline, hidden, weight/);
  expect(read("XRD,crystalline,Na2S,1,0,much,1")).toThrow(/value is "much"/);
  expect(read(",crystalline,Na2S,1,0,1,1")).toThrow(/no probe/);
  expect(() => readObservations("probe,kind,species,value,sigma\n", "bad.csv")).toThrow(/one of at, at_mah_g, at_second, at_volt/);
  expect(read("XRD,crystalline,Na2S,,,1,1")).toThrow(/says nowhere/);
  expect(() => readObservations("", "bad.csv")).toThrow(/empty/);
});

test("any text is read or refused with a code", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (noise) => {
      for (const text of [noise, `probe,kind,species,at,value,sigma\n${noise}`]) {
        try {
          readObservations(text, "x.csv");
        } catch (error) {
          expect(error).toHaveProperty("code");
        }
      }
    }),
    { seed: 3 },
  );
});
