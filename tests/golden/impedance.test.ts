/**
 * Spectra of real instruments. Expected values: the folder's README (points that the vendors' own exports and the
 * tests of impedance.py and pyimpspec print), and the files themselves: one spectrum in 13 formats.
 */
import { readdirSync } from "node:fs";
import { ThioscopeError } from "@thioscope/core";
import { type ImpedanceFile, readImpedance } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataFile, dataSource, describeData } from "../data.ts";

const read = (name: string, salvage = false): Promise<ImpedanceFile> => readImpedance(dataSource(`eis/${name}`), { salvage });

/** What lies in the folder and is no spectrum. */
const OTHERS = /sample_info|gamma_data|DRT-RR|CP_SSB|MissingFreq/;

describeData("one spectrum in many formats", () => {
  const same = [
    "data.dfr",
    "data.i2b",
    "data.idf",
    "data.mpt",
    "data.P00",
    "data.pssession",
    "data.z",
    "data.xlsx",
    "data-comma.csv",
    "data-comma-decimal-separator.csv",
    "data-semicolon.csv",
    "data-space.csv",
    "data-tab.csv",
    "case-negative-real-imaginary.csv",
    "case-multiple-spectra.csv",
    "case-multiple-spectra.mpt",
  ];
  test.each(same)("%s equals data.dta to 4e-4", async (name) => {
    const [truth] = (await read("data.dta")).spectra;
    // Z(10 kHz) = 109.009 − 26.5557j ohm
    expect(truth!.real[0]).toBeCloseTo(109.009, 3);
    expect(truth!.imaginary[0]).toBeCloseTo(-26.5557, 4);
    for (const spectrum of (await read(name)).spectra) {
      expect(spectrum.frequencyHertz).toHaveLength(29);
      for (let i = 0; i < 29; i++) {
        const size = Math.hypot(truth!.real[i]!, truth!.imaginary[i]!);
        expect(Math.abs(spectrum.frequencyHertz[i]! / truth!.frequencyHertz[i]! - 1)).toBeLessThan(4e-4);
        expect(Math.hypot(spectrum.real[i]! - truth!.real[i]!, spectrum.imaginary[i]! - truth!.imaginary[i]!) / size).toBeLessThan(4e-4);
      }
    }
  });
});

describeData("spectra of instruments", () => {
  /** name → [spectra, points of the first, Re and Im of its first point] */
  const points: readonly (readonly [name: string, spectra: number, points: number, real: number, imaginary: number])[] = [
    ["PEIS_SSB.mpr", 1, 89, 49.00869, -16.16077],
    ["PEIS_LPSCl_IonBlocking_-25C.mpr", 1, 79, 359.24146, -290.92038],
    ["vsp_peis_with.mpr", 32, 70, 10.578955, 17.952957],
    ["peis.mpr", 1, 32, 10.512296, -0.7304766],
    ["peis.mpt", 1, 32, 10.512296, -0.7304766],
    ["peis.issue_149.mpr", 4, 21, 12.753284, -0.96167845],
    ["geis.mpr", 61, 41, -42.986954, -80.752533],
    ["zir.mpr", 1, 1, 104070.59, -93853.563],
    ["BatteryCurve.pssession", 1, 50, 0.825207, -0.129783],
    ["exampleDataGamry.DTA", 1, 72, 825.8584, -1367.239],
    ["exampleDataGamryABORT.DTA", 1, 72, 825.8584, -1367.239],
    ["EISGALV_EISTest3.DTA", 1, 71, 0.04711733, 0.1695821],
    ["drift-corrected-data.dta", 2, 55, 691.6887, -148.9397],
    ["exampleDataAutolab.txt", 1, 41, 0.013785864, 0.0071919463],
    ["exampleDataCHInstruments.txt", 1, 73, 98.91, -2.748],
    ["exampleDataParstat.txt", 1, 31, -0.00049816288, 0.0175143479976367],
    ["exampleDataVersaStudio.par", 1, 61, 55.31571, 4.575431],
    ["exampleDataZPlot.z", 1, 21, 147.77, -11.335],
    ["Circuit1_EIS_1.z", 1, 48, 29.036, 0.63662],
    ["exampleData.csv", 1, 66, 0.04949989776, -0.02043869854],
    ["1ZARC.csv", 1, 81, 59.20397431908595, 0.5913301898954791],
    ["case-multiple-spectra.mpt", 3, 29, 109.00918, -26.55568],
    ["data.xlsx", 4, 29, 109.00918, -26.55568],
  ];
  test.each(points)("%s", async (name, spectra, count, real, imaginary) => {
    const file = await read(name);
    expect(file.spectra).toHaveLength(spectra);
    expect(new Set(file.spectra.map((s) => s.name)).size).toBe(spectra);
    const first = file.spectra[0]!;
    expect(first.frequencyHertz).toHaveLength(count);
    expect(first.real[0]! / real).toBeCloseTo(1, 6);
    expect(first.imaginary[0]! / imaginary).toBeCloseTo(1, 6);
  });

  test("every file of the folder gives spectra, or says why it holds none", async () => {
    for (const name of readdirSync(dataFile("eis")).filter((file) => file !== "README.md")) {
      const answer = await read(name).then(
        (file) => file.spectra.length > 0,
        (error: unknown) => (error instanceof ThioscopeError ? error.code : String(error)),
      );
      if (OTHERS.test(name)) expect(["COLUMN_MISSING", "FILE_FOREIGN"], name).toContain(answer);
      else expect(answer, name).toBe(true);
    }
  });

  test("rows of frequency 0 are kept out of the spectra and counted", async () => {
    const file = await read("geis.mpr");
    const kept = file.spectra.reduce((sum, s) => sum + s.frequencyHertz.length, 0);
    const out = file.notices.find((n) => n.code === "rows-without-frequency");
    expect(out?.message).toContain(`${2528 - kept} rows`);
    expect(file.spectra.every((s) => s.frequencyHertz.every((f) => f > 0))).toBe(true);
    expect(file.spectra.map((s) => s.cycle)).toEqual(Array.from({ length: 61 }, (_, i) => i + 1));
  });

  test("the same 79 points through RelaxIS, from low to high frequency", async () => {
    const [a] = (await read("PEIS_LPSCl_IonBlocking_-25C.mpr")).spectra;
    const [b] = (await read("PEIS_LPSCl_IonBlocking_-25C_RelaxIS.txt")).spectra;
    for (let i = 0; i < 79; i++) {
      expect(b!.real[78 - i]! / a!.real[i]!).toBeCloseTo(1, 6);
      expect(b!.imaginary[78 - i]! / a!.imaginary[i]!).toBeCloseTo(1, 6);
    }
  });

  test("three channels, four scans, five frequencies", async () => {
    const { spectra } = await read("eis_3ch_4scan_5freq.pssession");
    expect(spectra.map((s) => s.frequencyHertz.length)).toEqual(Array(12).fill(5));
    expect(spectra.some((s) => Math.abs(s.real[0]! - 563.351) < 1e-3)).toBe(true);
  });

  test("a missing frequency column is said", async () => {
    await expect(read("exampleDataBioLogic_MissingFreq.mpt")).rejects.toMatchObject({
      code: "COLUMN_MISSING",
      message: expect.stringContaining("frequency column is missing"),
    });
    const [inferred] = (await read("exampleDataBioLogic_MissingFreq.mpt", true)).spectra;
    const [whole] = (await read("exampleDataBioLogic.mpt")).spectra;
    expect(inferred!.frequencyHertz).toEqual(whole!.frequencyHertz);
  });

  test("temperature and potential of the sweep", async () => {
    const [first] = (await read("vsp_peis_with.mpr")).spectra;
    expect(first!.temperatureCelsius).toBeCloseTo(28.8, 0);
    expect((await read("PEIS_SSB.mpr")).spectra[0]!.potentialVolt).toBeCloseTo(2.967, 3);
  });
});
