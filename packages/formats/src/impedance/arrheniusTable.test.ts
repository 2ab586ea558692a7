import { expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import { readTemperatureTable, type TemperatureTable } from "./arrheniusTable.ts";

const read = (text: string): Promise<TemperatureTable> => readTemperatureTable(sourceOfBytes("t.csv", new TextEncoder().encode(text)));

test.each([
  ["Temperature (°C),conductivity (mS/cm),conductivity error (mS/cm)\n25,2.9,0.1\n50,5,0.2\n", 2.9e-3, 1e-4],
  ["temperature,conductivity,conductivity_sigma\n°C,S/cm,S/cm\n25,0.0029,0.0001\n50,0.005,0.0002\n", 2.9e-3, 1e-4],
  ["T/K;sigma / S/m\n298,15;0,29\n323,15;0,5\n", 2.9e-3, null],
  ["T (K)\tσ (S/cm)\n298.15\t2.9e-3\n323.15\t5e-3\n", 2.9e-3, null],
])("%j", async (text, value, sigma) => {
  const { quantity, unit, points } = await read(text);
  expect([quantity, unit]).toEqual(["conductivity", "S/cm"]);
  expect(points).toHaveLength(2);
  expect(points[0]!.temperatureKelvin).toBeCloseTo(298.15, 9);
  expect(points[0]!.value / value).toBeCloseTo(1, 9);
  if (sigma === null) expect(points[0]!.sigma).toBeNull();
  else expect(points[0]!.sigma! / sigma).toBeCloseTo(1, 9);
});

test("diffusivities in any unit of area by time", async () => {
  const { quantity, unit, points } = await read("temperature (K),D (m2/s)\n600,1.34e-9\n800,2.53e-9\n");
  expect([quantity, unit]).toEqual(["diffusivity", "cm2/s"]);
  expect(points[0]!.value).toBeCloseTo(1.34e-5, 12);
});

test.each([
  ["a,b\n1,2\n3,4\n", "COLUMN_MISSING", /temperature/],
  ["temperature (K),sigma\n300,1\n400,2\n", "COLUMN_MISSING", /conductivity .* with its unit/],
  ["hello\n", "FILE_FOREIGN", /no table/],
])("%j is refused", async (text, code, message) => {
  await expect(read(text)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});
