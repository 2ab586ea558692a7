/** Cycling data and spectra told apart by content. */
import { expect, test } from "vitest";
import { sourceOfBytes } from "./bytes/source.ts";
import { readRaw } from "./readRaw.ts";

const text = (name: string, content: string) => sourceOfBytes(name, new TextEncoder().encode(content));
const frequencies = [1e5, 1e4, 1e3, 100, 10, 1, 0.1];
// a resistor of 10 ohm and a capacitor of 1 mF in series
const sweep = (f: number) => `${f},10,${-1 / (2 * Math.PI * f * 1e-3)}`;

test("columns that name a frequency and an impedance are spectra", async () => {
  const raw = await readRaw(text("eis.csv", `frequency_hertz,real_ohm,imaginary_ohm\n${frequencies.map(sweep).join("\n")}\n`));
  expect([raw.isCycling, raw.impedance?.spectra[0]?.real.length]).toEqual([false, 7]);
  expect(raw.impedance!.spectra[0]!.imaginary[5]).toBeCloseTo(-159.155, 3);
});

test("three columns without names are a sweep if nothing better is known", async () => {
  const raw = await readRaw(text("eis.txt", `${frequencies.map(sweep).join("\n")}\n`));
  expect(raw).toMatchObject({ isCycling: false, table: null });
  expect(raw.impedance?.notices[0]?.code).toBe("columns-unnamed");
});

test("cycling data stay cycling data", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => `${i * 10},${3 - i * 0.01},-0.001`);
  const raw = await readRaw(text("c.csv", `Test Time / s,Voltage / V,Current / A\n${rows.join("\n")}\n`));
  expect([raw.isCycling, raw.impedance, raw.table?.rows]).toEqual([true, null, 20]);
});

test("a table of both gives both", async () => {
  const rest = Array.from({ length: 40 }, (_, i) => `${i},3.1,0,0,0,0`);
  const points = frequencies.map((f, i) => `${40 + i},3.1,0,${sweep(f)}`);
  const raw = await readRaw(
    text(
      "both.csv",
      `Elapsed Time (s),Potential (V),Current (A),Frequency (Hz),Zre (ohms),Zim (ohms)\n${[...rest, ...points].join("\n")}\n`,
    ),
  );
  expect([raw.isCycling, raw.table?.rows, raw.impedance?.spectra.map(({ rows }) => rows)]).toEqual([true, 47, [[40, 46]]]);
});

test("what is neither is refused by the reader that is surer of it", async () => {
  await expect(readRaw(text("notes.txt", "bought milk\n"))).rejects.toMatchObject({ code: "FILE_FOREIGN" });
  await expect(readRaw(text("other.csv", "tau,gamma\n1,2\n2,3\n3,4\n"))).rejects.toMatchObject({ code: "MAPPING_NEEDED" });
  await expect(readRaw(text("empty.csv", ""))).rejects.toMatchObject({ code: "FILE_EMPTY" });
});
