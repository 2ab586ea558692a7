/** Damaged files of spectra: cut and overwritten at random; a reader answers with spectra or a coded error, soon. */
import { readFileSync } from "node:fs";
import { random, ThioscopeError } from "@thioscope/core";
import { readImpedance, sourceOfBytes } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

const ONE_OF_EACH = [
  "data.dta",
  "data.dfr",
  "data.i2b",
  "data.idf",
  "data.P00",
  "data.z",
  "data.xlsx",
  "data.mpt",
  "peis.mpr",
  "data-semicolon.csv",
  "exampleDataAutolab.txt",
  "exampleDataCHInstruments.txt",
  "exampleDataVersaStudio.par",
  "PEIS_LPSCl_IonBlocking_-25C_RelaxIS.txt",
  "BatteryCurve.pssession",
];

describeData("damaged spectra", () => {
  const rounds = process.env.THIOSCOPE_LONG === "1" ? 2000 : 30;
  test.each(ONE_OF_EACH)("%s", async (name) => {
    const bytes = new Uint8Array(readFileSync(dataFile(`eis/${name}`)));
    const draw = random(name);
    for (let n = 0; n < rounds; n++) {
      const cut = n % 2 === 0;
      const at = draw.integer(bytes.length);
      const damaged = cut ? bytes.subarray(0, at) : bytes.slice();
      if (!cut) for (let i = at; i < Math.min(bytes.length, at + 1 + draw.integer(32)); i++) damaged[i] = draw.integer(256);
      const what = `${name} ${cut ? "cut" : "overwritten"} at ${at}`;
      const began = performance.now();
      try {
        const { spectra } = await readImpedance(sourceOfBytes(name, damaged), { salvage: n % 4 < 2 });
        for (const { frequencyHertz, real, imaginary } of spectra) {
          expect([real.length, imaginary.length], what).toEqual([frequencyHertz.length, frequencyHertz.length]);
          expect(
            frequencyHertz.every((f) => f > 0),
            what,
          ).toBe(true);
        }
      } catch (error) {
        if (!(error instanceof ThioscopeError)) throw new Error(`${what}: ${String(error)}`, { cause: error });
        expect(error.place.file, what).toBe(name);
      }
      expect(performance.now() - began, `${what} took too long`).toBeLessThan(3000);
    }
  });
});
