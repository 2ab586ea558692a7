/** Spectra of photoelectrons, Raman, and thermobalances against what their makers' exports and other programs give. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { ThioscopeError } from "@thioscope/core";
import { calibrateRaman, fitRaman, RAMAN_REFERENCES, ramanSpectrum } from "@thioscope/core/raman";
import { massSteps } from "@thioscope/core/thermal";
import { fitXps, xpsSpectrum } from "@thioscope/core/xps";
import { kindOfSpectra, readSpectra, readThermal } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataFile, dataSource, describeData } from "../data.ts";

const FOLDERS = ["xps", "raman", "wdf", "spc", "tga"];

describeData("spectra", () => {
  const all = FOLDERS.flatMap((folder) => {
    const path = dataFile(`spectra/${folder}`);
    return existsSync(path) ? readdirSync(path).map((file) => `${folder}/${file}`) : [];
  });

  test.each(all)("%s is read or refused with a reason", async (file) => {
    const source = dataSource(`spectra/${file}`);
    const found = await kindOfSpectra(source);
    expect(found).not.toBeNull();
    try {
      if (found!.kind === "thermal") {
        const run = await readThermal(source);
        expect(run.temperatureCelsius.length).toBeGreaterThan(100);
      } else {
        const { spectra } = await readSpectra(source);
        expect(spectra.length).toBeGreaterThan(0);
        for (const { x, y } of spectra) {
          expect(x.length).toBe(y.length);
          expect(x.every(Number.isFinite) && y.every(Number.isFinite)).toBe(true);
        }
        expect(new Set(spectra.map((s) => s.name)).size).toBe(spectra.length);
      }
    } catch (error) {
      expect(error).toBeInstanceOf(ThioscopeError);
      expect((error as ThioscopeError).message.length).toBeGreaterThan(20);
    }
  });

  const columns = (file: string): number[][] =>
    readFileSync(dataFile(`spectra/${file}`), "latin1")
      .split(/\r?\n/)
      .map((line) =>
        line
          .trim()
          .split(/[\s,]+/)
          .map(Number),
      )
      .filter((row) => row.length >= 2 && row.every(Number.isFinite));

  test.each([
    ["C 1s", "xps/0-150W_NiWC1s_C1s.txt"],
    ["O 1s", "xps/0-150W_NiWO1s_O1s.txt"],
    ["W 4f", "xps/0-150W_NiWW4f_W4f.txt"],
  ])("VAMAS block %s has the binding energies and counts of the CasaXPS export", async (name, file) => {
    const { spectra } = await readSpectra(dataSource("spectra/xps/0-150W.vms"));
    const block = spectra.find((s) => s.name === name)!;
    const { energy, intensity } = xpsSpectrum({ ...block, axis: "kineticEnergy" });
    const exported = columns(file).toReversed();
    expect(energy.length).toBe(exported.length);
    for (const [i, [binding, counts]] of exported.entries()) {
      expect(energy[i]).toBeCloseTo(binding!, 6);
      expect(intensity[i]).toBeCloseTo(counts!, 6);
    }
    // the work function that the file states would move them by 4.5 eV
    expect(block.workFunctionElectronvolt).toBe(-4.5);
  });

  test("regular and irregular VAMAS scans are the binding energies of the analyser's own export", async () => {
    const survey = (await readSpectra(dataSource("spectra/xps/MgFe2O4_small.xy"))).spectra[0]!;
    for (const [file, dwell] of [
      ["regular.vms", 0.1],
      ["irregular.vms", 1],
    ] as const) {
      const { spectra } = await readSpectra(dataSource(`spectra/xps/${file}`));
      const { energy, intensity } = xpsSpectrum({ ...spectra[0]!, axis: "kineticEnergy" });
      const truth = xpsSpectrum({ ...survey, axis: "bindingEnergy" });
      expect(energy.length).toBe(truth.energy.length);
      for (let i = 0; i < energy.length; i++) {
        expect(energy[i]).toBeCloseTo(truth.energy[i]!, 6);
        expect(Math.abs(intensity[i]! / (dwell * truth.intensity[i]!) - 1)).toBeLessThan(1e-3);
      }
    }
  });

  test("PHI, SPECS and Scienta: energies, counts and settings as their headers state them", async () => {
    const phi = (await readSpectra(dataSource("spectra/xps/SnO2_10nm.spe"))).spectra[0]!;
    expect([phi.x.length, phi.x[0], phi.x[1750], phi.excitationElectronvolt]).toEqual([1751, 1400, 0, 1486.6]);
    // 0.12 s per step: whole counts
    expect(phi.y[0]! * phi.countsPerUnit!).toBeCloseTo(6584, 2);
    const specs = await readSpectra(dataSource("spectra/xps/In-situ_PBTTT_XPS_SPECS.xml"));
    expect(specs.spectra.map((s) => [s.name, s.x.length, s.excitationElectronvolt])).toEqual([
      ["Survey", 1403, 1253.6],
      ["C1s", 201, 1253.6],
    ]);
    const silver = (await readSpectra(dataSource("spectra/xps/Ag_0001.txt"))).spectra[0]!;
    expect([silver.name, silver.x.length, silver.x[0], silver.x[360]]).toEqual(["Ag3d", 361, 382, 364]);
  });

  test("C 1s of PET: Shirley area, centres, widths and shares of another program's fit with Poisson weights", async () => {
    const { spectra } = await readSpectra(dataSource("spectra/xps/PET_C1s.csv"));
    const spectrum = xpsSpectrum({ ...spectra[0]!, axis: "bindingEnergy", countsPerUnit: 1 });
    const fit = fitXps(spectrum, {
      window: [282.5, 291.5],
      shape: "pseudoVoigt",
      asymmetry: 0,
      components: [
        { name: "C–C", centre: 284.6 },
        { name: "C–O", centre: 286.1 },
        { name: "O–C=O", centre: 288.6 },
      ],
    });
    expect(fit.areaAbove.value).toBeCloseTo(6164.3, 0);
    const [cc, co, ester] = fit.components;
    for (const [component, centre, width, share] of [
      [cc!, 284.608, 1.02, 0.639],
      [co!, 286.141, 0.96, 0.193],
      [ester!, 288.569, 0.76, 0.168],
    ] as const) {
      expect(Math.abs(component.centre!.value - centre)).toBeLessThan(0.005);
      // the other program holds the background; here its ends are fitted along, which moves widths and shares within their errors
      expect(Math.abs(component.width!.value - width)).toBeLessThan(component.width!.sigma!);
      expect(Math.abs(component.share!.value - share)).toBeLessThan(component.share!.sigma!);
    }
    // chemistry says 3 : 1 : 1; C–O and O–C=O agree within their errors
    expect(Math.abs(co!.share!.value - ester!.share!.value)).toBeLessThan(4 * Math.hypot(co!.share!.sigma!, ester!.share!.sigma!));
  });

  test("a component that is not in PET is an upper limit", async () => {
    const { spectra } = await readSpectra(dataSource("spectra/xps/PET_C1s.csv"));
    const names = [284.6, 286.1, 288.6, 290.6].map((centre) => ({ name: `${centre} eV`, centre, within: 0.3 }));
    const fit = fitXps(xpsSpectrum({ ...spectra[0]!, axis: "bindingEnergy" }), { window: [282.5, 292.5], components: names });
    const last = fit.components[3]!;
    if (!last.found) {
      expect(last.area).toBeNull();
      expect(last.areaLimit!.value).toBeGreaterThan(0);
      expect(last.areaLimit!.value).toBeLessThan(0.05 * fit.areaAbove.value);
    } else expect(last.area!.value).toBeLessThan(0.05 * fit.areaAbove.value);
  });

  test("silicon: Voigt centre 527.385 ± 0.041 cm⁻¹, width 10.3, so the axis is wrong by about −7", async () => {
    const { spectra } = await readSpectra(dataSource("spectra/raman/Si-wafer-Raman-Spectrum-1.txt"));
    const spectrum = ramanSpectrum({ ...spectra[0]!, axis: "wavelength", laserNanometre: 532.1 });
    const { found, width, offset } = calibrateRaman(spectrum, { name: "Si", ...RAMAN_REFERENCES["Si"]! });
    expect(Math.abs(found.value - 527.385)).toBeLessThan(0.041);
    expect(Math.abs(width.value - 10.3)).toBeLessThan(0.3);
    expect(Math.abs(offset.value + 6.9)).toBeLessThan(0.1);
  });

  test("K-cymrite of the Raman Open Database: its strongest line at 380 cm⁻¹, no sulfur", async () => {
    const { spectra } = await readSpectra(dataSource("spectra/raman/rod_file_1000679.rod"));
    const fit = fitRaman(ramanSpectrum({ ...spectra[0]!, axis: "ramanShift" }, { range: [300, 560] }), { species: ["S8"], most: 6 });
    const strongest = fit.peaks.reduce((a, b) => (b.height.value > a.height.value ? b : a));
    expect(strongest.centre.value).toBeCloseTo(380.2, 0);
    const stretching = fit.limits.find((l) => l.band.position === 473)!;
    expect(stretching.limit!.value).toBeLessThan(0.08 * strongest.area.value);
  });

  test("Renishaw: axis and counts of single, line and time scans", async () => {
    const read = async (name: string) => (await readSpectra(dataSource(`spectra/wdf/renishaw_test_${name}.wdf`))).spectra;
    const [single] = await read("spectrum");
    const [x, y] = [single!.x.toReversed(), single!.y.toReversed()];
    for (const [i, v] of [326.01633, 326.101, 326.18573, 326.27042].entries()) expect(x[i]).toBeCloseTo(v, 4);
    for (const [i, v] of [65.36617, 67.51018, 60.00703, 62.75381, 64.59786, 61.309525].entries()) expect(y[i]).toBeCloseTo(v, 4);
    for (const [i, v] of [63.337173, 64.90067, 61.871353, 59.75822, 67.45442, 68.10285].entries()) expect(y[30 + i]).toBeCloseTo(v, 4);
    const line = await read("linescan");
    expect(line.map((s) => s.x.length)).toEqual([40, 40, 40, 40, 40]);
    const places = line.map((s) => Math.hypot(...s.positionMicrometre!.map((v, k) => v - line[0]!.positionMicrometre![k]!)));
    for (const [k, distance] of places.entries()) expect(distance).toBeCloseTo(30 * k, 3);
    expect(Array.from(line[0]!.y.toReversed().slice(0, 4), (v) => Number(v.toFixed(5)))).toEqual([0, 1.10294, 1.10342, 0]);
    expect((await read("timeseries")).map((s) => s.timeSecond! >= 0)).toEqual([true, true, true]);
  });

  // m_xyxy is left out: its text was made with the masses taken for integers; its header's first and last mass are those read here
  test.each(["Ft-ir.spc", "HENE25.SPC", "RAMAN.SPC", "nir.spc", "s_evenx.spc", "s_xy.spc"])("%s is its text", async (file) => {
    const { spectra } = await readSpectra(dataSource(`spectra/spc/${file}`));
    const truth = columns(`spc/${file}.txt`);
    expect(spectra[0]!.x.length).toBe(truth.length);
    for (const [i, [x, ...values]] of truth.entries()) {
      expect(Math.abs(spectra[0]!.x[i]! - x!)).toBeLessThan(1e-5 * Math.abs(x!) + 1e-6);
      for (const [k, y] of values.slice(0, spectra.length).entries())
        expect(Math.abs(spectra[k]!.y[i]! - y)).toBeLessThan(1e-5 * Math.abs(y) + 1e-9);
    }
  });

  test("masses of an XYXYXY file run between the ends that its header states", async () => {
    const { spectra } = await readSpectra(dataSource("spectra/spc/m_xyxy.spc"));
    expect(spectra).toHaveLength(512);
    expect(spectra[0]!.x[0]).toBeCloseTo(43.9, 4);
    expect(spectra[0]!.x[7]).toBeCloseTo(25.85, 4);
  });

  test("NETZSCH: the stated masses; PVC loses HCl near 280 °C and the rest near 440 °C", async () => {
    const run = await readThermal(dataSource("spectra/tga/netzsch_example_file.txt"));
    const massAt = (t: number): number => run.massPercent![run.temperatureCelsius.findIndex((v) => v >= t)]!;
    expect(massAt(27.1)).toBeCloseTo(99.989, 3);
    expect(massAt(202.1)).toBeCloseTo(91.566, 3);
    expect(massAt(402.1)).toBeCloseTo(87.322, 3);
    const pvc = await readThermal(dataSource("spectra/tga/PVC.txt"));
    const { first, last } = pvc.segments[3]!;
    const found = massSteps({
      temperature: pvc.temperatureCelsius.slice(first, last + 1),
      mass: pvc.massPercent!.slice(first, last + 1),
      resolution: 0.02,
    });
    expect(found.steps).toHaveLength(2);
    // HCl is 58.3 wt% of the repeat unit; benzene and char go with it, so that the first step is a little larger
    expect(found.steps[0]!.loss.value).toBeGreaterThan(58.3);
    expect(found.steps[0]!.loss.value).toBeLessThan(66);
    expect(found.steps[1]!.inflection.value).toBeGreaterThan(420);
  });
});
