/**
 * Calibration and integration of real frames, beside what peers made of them.
 *
 * Truth: Dioptas's own PONI and pattern of its CeO2 frame; the image controls that GSAS-II's tutorial fitted to CeO2 of the same beam time; the cake of 36 sectors
 * that the LightForm group published with its Ti-6Al-4V frames.
 */
import { readFileSync } from "node:fs";
import { calibrant } from "@thioscope/core/crystal";
import { calibrate, type DetectorGeometry, findOrientation, integrateFrame, integrationPlan } from "@thioscope/core/diffraction";
import { completeGeometry, type DetectorImage, readGeometry, readImageStack } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataFile, dataSource, describeData } from "../data.ts";

async function image(path: string): Promise<DetectorImage> {
  return (await readImageStack(dataSource(path))).frame(0);
}

async function geometry(path: string, { width, height }: DetectorImage, pixelMetre: number): Promise<DetectorGeometry> {
  const file = await readGeometry(dataSource(path));
  return completeGeometry(file, { shape: [height, width], pixel1Metre: pixelMetre, pixel2Metre: pixelMetre });
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]): number => x.reduce((s, v) => s + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Rows of numbers of a text file; lines that begin with # are left out. */
function numbers(path: string): number[][] {
  return readFileSync(dataFile(path), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => line.trim().split(/\s+/).map(Number));
}

const CEO2 = calibrant("CeO2", 0.5);

describeData("Dioptas's CeO2 frame", () => {
  const folder = "xrd/dioptas-ceo2";
  const PIXEL = 172e-6;

  test("blind: every ring within 0.005°, geometry as Dioptas found it, but for the flip that no ring shows", async () => {
    const { values, width, height } = await image(`${folder}/CeO2_Pilatus1M.tif`);
    const found = calibrate(values, {
      calibrant: CEO2,
      shape: [height, width],
      pixel1Metre: PIXEL,
      pixel2Metre: PIXEL,
      wavelengthMetre: 0.4066e-10,
    });
    expect(found.rings.length).toBeGreaterThan(12);
    for (const { mean } of found.rings) expect(Math.abs(mean.value)).toBeLessThan(0.005);
    const parameter = (name: string): number => found.parameters.find((p) => p.name === name)!.value;
    expect(Math.abs(parameter("distance") - 208.689)).toBeLessThan(0.05);
    expect(Math.abs(parameter("centreColumn") - 487.259)).toBeLessThan(0.3);
    expect(Math.abs(height - parameter("centreRow") - 512.548)).toBeLessThan(0.3);
    expect(Math.abs(parameter("tilt") - 1.083)).toBeLessThan(0.05);
  });

  test("its PONI needs the image turned upside down: found; the pattern is Dioptas's", async () => {
    const frame = await image(`${folder}/CeO2_Pilatus1M.tif`);
    const stated = await geometry(`${folder}/CeO2_Pilatus1M.poni`, frame, PIXEL);
    const found = findOrientation(frame.values, stated, CEO2);
    expect(found.orientation).toBe(2);
    expect(found.alike).toEqual([]);
    expect(found.contrasts[0]!.contrast).toBeGreaterThan(3 * found.contrasts[1]!.contrast);

    const rows = numbers(`${folder}/CeO2_Pilatus1M.xy`);
    const step = rows[1]![0]! - rows[0]![0]!;
    const range = [rows[0]![0]! - step / 2, rows.at(-1)![0]! + step / 2] as const;
    const plan = integrationPlan({ ...stated, orientation: 2 }, { unit: "2th_deg", bins: rows.length, range, splitting: "box" });
    const alike = (least: number): number => {
      const { pattern } = integrateFrame(plan, frame.values, { valid: { least, most: 2 ** 31 - 1 } });
      const both = rows.map(([, y], b) => [y!, pattern.values[b]!] as const).filter(([y, ours]) => y > 0 && !Number.isNaN(ours));
      expect(both.length).toBeGreaterThan(1500);
      return correlation(
        both.map(([y]) => y),
        both.map(([, ours]) => ours),
      );
    };
    expect(alike(0)).toBeGreaterThan(0.998);
    // the published pattern counts the gaps between modules, which the detector marks by -1 and -2, as if they were counts
    expect(alike(-10)).toBeGreaterThan(0.9995);
  });
});

describeData("GSAS-II's steel frame with CeO2 dust", () => {
  test("the weak rings of the dust are found among those of the steel, without a start", async () => {
    const { values, width, height } = await image("xrd/gsas-2dstrain/nx09_strain_001.mar2300");
    const found = calibrate(values, {
      calibrant: CEO2,
      shape: [height, width],
      pixel1Metre: 150e-6,
      pixel2Metre: 150e-6,
      wavelengthMetre: 0.12398e-10,
    });
    const parameter = (name: string): number => found.parameters.find((p) => p.name === name)!.value;
    // nx09_strain_011.imctrl: 1118.856 mm, centre 168.595, 173.457 mm with the image inverted in y, tilt 1.27°; an image plate whose rings are smooth to a third of a pixel
    expect(Math.abs(parameter("distance") - 1118.856)).toBeLessThan(0.5);
    expect(Math.abs(parameter("centreColumn") * 0.15 - 168.595)).toBeLessThan(0.1);
    expect(Math.abs((height - parameter("centreRow")) * 0.15 - 173.457)).toBeLessThan(0.1);
    expect(Math.abs(parameter("tilt") - 1.27)).toBeLessThan(0.25);
    expect(found.notices.map(({ code }) => code)).not.toContain("undetermined");
  }, 60_000);
});

describeData("LightForm's Ti-6Al-4V cake", () => {
  test("36 sectors as published: correlation 0.97 over 3.14–3.74°", async () => {
    const folder = "xrd/lightform-ti64";
    const frame = await image(`${folder}/pixium_03150.tif`);
    const stated = await geometry(`${folder}/DLS_CeO2_1200mm_pyFAI.poni`, frame, 296e-6);
    const published = numbers(`${folder}/pixium_03150.dat`);
    const step = published[1]![0]! - published[0]![0]!;
    const range = [published[0]![0]! - step / 2, published.at(-1)![0]! + step / 2] as const;
    const plan = integrationPlan(stated, { unit: "2th_deg", bins: published.length, sectors: 36, range, polarisation: { factor: 0.99 } });
    const { cake } = integrateFrame(plan, frame.values, { errors: "none" });
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (const [b, row] of published.entries()) {
      if (row[0]! < 3.14 || row[0]! > 3.74) continue;
      for (let s = 0; s < 36; s++) {
        const value = cake.values[s * published.length + b]!;
        if (Number.isNaN(value)) continue;
        ours.push(value);
        theirs.push(row[s + 1]!);
      }
    }
    expect(ours.length).toBeGreaterThan(15_000);
    expect(correlation(ours, theirs)).toBeGreaterThanOrEqual(0.97);
  });
});
