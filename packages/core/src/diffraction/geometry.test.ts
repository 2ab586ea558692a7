import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { beamGeometry, fromBeamGeometry } from "./fit2d.ts";
import {
  checkGeometry,
  type DetectorGeometry,
  type Orientation,
  pixelAt,
  polarisation,
  polarOf,
  projection,
  radialOf,
  rotationMatrix,
} from "./geometry.ts";

const base: DetectorGeometry = {
  distanceMetre: 0.208651,
  poni1Metre: 0.0872948,
  poni2Metre: 0.0799601,
  rot1: -0.018442,
  rot2: 0.0041376,
  rot3: 0,
  pixel1Metre: 172e-6,
  pixel2Metre: 200e-6,
  wavelengthMetre: 0.4066e-10,
  orientation: 3,
  shape: [40, 60],
};
const turned: DetectorGeometry = {
  ...base,
  distanceMetre: 1.1941,
  poni1Metre: 0.2129,
  poni2Metre: 0.213,
  rot1: 0.01,
  rot2: -0.02,
  rot3: 0.3,
};

/** Numbers of pyFAI 0.21.3: tth, chi, qFunction, rFunction, cos_incidence³ at pixels (0, 3), (17.25, 480.5), (500.5, 1000); getFit2D. */
const PYFAI = [
  {
    geometry: base,
    twoTheta: [0.5296995506125158, 0.39111119022934665, 0.5040636367741458],
    chi: [-2.3271605882450803, -1.4262346733730393, -0.017157448656318856],
    q: [80.90081190961035, 60.053890981395305, 77.07088651693611],
    r: [0.12107908407556398, 0.08600256309187226, 0.11628886274397235],
    solidAngle: [0.6601385766470106, 0.7911163303914777, 0.6508117444109491],
    fit2d: [208.68827324097404, 419.0423901956474, 512.548058928131, 1.0829132067428568, 12.64610058313902],
  },
  {
    geometry: turned,
    twoTheta: [0.22550129384178047, 0.17614063243078154, 0.08573030295436947],
    chi: [-2.6857307709759453, -2.384342362953893, -1.880118620330184],
    q: [34.77290430180835, 27.18381929921327, 13.243837621627879],
    r: [0.27532488105463304, 0.21343371702359293, 0.1028253295651058],
    solidAngle: [0.9119519005700111, 0.9422531061472429, 0.983169698360556],
    fit2d: [1194.3985792411063, 1005.2930097537234, 1098.9164006672472, 1.2811554951656965, -116.56161329854419],
  },
] as const;
const PIXELS = [
  [0, 3],
  [17.25, 480.5],
  [500.5, 1000],
] as const;

describe("geometry", () => {
  test.each(PYFAI)("angles, q, r and solid angle are pyFAI's", ({ geometry, twoTheta, chi, q, r, solidAngle }) => {
    const radial = radialOf("q_nm^-1", geometry.wavelengthMetre);
    const ray = projection(geometry);
    const t = new Float64Array(3);
    for (const [k, [row, column]] of PIXELS.entries()) {
      const polar = polarOf(geometry, row + 0.5, column + 0.5);
      expect(polar.twoTheta).toBeCloseTo(twoTheta[k]!, 12);
      expect(polar.chi).toBeCloseTo(chi[k]!, 12);
      expect(polar.radiusMetre).toBeCloseTo(r[k]!, 12);
      ray.lab(row + 0.5, column + 0.5, t);
      expect(radial(t)).toBeCloseTo(q[k]!, 9);
      expect(ray.cosIncidence(row + 0.5, column + 0.5) ** 3).toBeCloseTo(solidAngle[k]!, 12);
    }
  });

  test("polarisation is pyFAI's", () => {
    // pixel (3, 7), factor 0.99; pyFAI gives it as float32
    const { twoTheta, chi } = polarOf(base, 3.5, 7.5);
    expect(polarisation(twoTheta, chi, 0.99)).toBeCloseTo(0.881537914276123, 6);
  });

  test.each(PYFAI)("Fit2D's parameters are pyFAI's, and lead back", ({ geometry, fit2d }) => {
    const beam = beamGeometry(geometry);
    expect(beam.beamDistanceMetre * 1e3).toBeCloseTo(fit2d[0], 8);
    expect(beam.centreColumn).toBeCloseTo(fit2d[1], 8);
    expect(beam.centreRow).toBeCloseTo(fit2d[2], 8);
    expect(beam.tiltDegree).toBeCloseTo(fit2d[3], 9);
    expect(beam.tiltPlaneDegree).toBeCloseTo(fit2d[4], 9);
    const back = fromBeamGeometry(beam, geometry);
    for (const [row, column] of PIXELS) {
      expect(polarOf(back, row, column).twoTheta).toBeCloseTo(polarOf(geometry, row, column).twoTheta, 12);
    }
  });

  test("R is a rotation; every orientation finds its pixels again; 2θ belongs to a place, not to its row and column", () => {
    const orientation = fc.constantFrom<Orientation>(1, 2, 3, 4, 5, 6, 7, 8);
    const angle = fc.double({ min: -0.4, max: 0.4, noNaN: true });
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(orientation, angle, angle, angle, part, part, (o, rot1, rot2, rot3, u, v) => {
        const geometry = { ...base, orientation: o, rot1, rot2, rot3 };
        const r = rotationMatrix(geometry);
        for (let i = 0; i < 3; i++) {
          for (let j = 0; j < 3; j++) {
            const dot = r[3 * i]! * r[3 * j]! + r[3 * i + 1]! * r[3 * j + 1]! + r[3 * i + 2]! * r[3 * j + 2]!;
            expect(dot).toBeCloseTo(i === j ? 1 : 0, 12);
          }
        }
        const [row, column] = [u * 40, v * 60];
        const { twoTheta, chi } = polarOf(geometry, row, column);
        const found = pixelAt(geometry, twoTheta, chi)!;
        expect(found.row).toBeCloseTo(row, 6);
        expect(found.column).toBeCloseTo(column, 6);
      }),
    );
  });

  test("orientations 1–4 turn the image as Exif says", () => {
    const at = (orientation: Orientation, row: number, column: number) => polarOf({ ...base, orientation }, row, column).twoTheta;
    expect(at(1, 10, 20)).toBeCloseTo(at(3, 30, 40), 12);
    expect(at(2, 10, 20)).toBeCloseTo(at(3, 30, 20), 12);
    expect(at(4, 10, 20)).toBeCloseTo(at(3, 10, 40), 12);
    // 5–8: the transposed image of square pixels
    const square = { ...base, pixel2Metre: 172e-6 };
    const tall = { ...square, shape: [60, 40] as const };
    expect(polarOf({ ...tall, orientation: 7 }, 20, 10).twoTheta).toBeCloseTo(polarOf(square, 10, 20).twoTheta, 12);
    expect(polarOf({ ...tall, orientation: 5 }, 20, 10).twoTheta).toBeCloseTo(polarOf(square, 30, 40).twoTheta, 12);
  });

  test("impossible geometries are refused by name", () => {
    expect(() => checkGeometry({ ...base, distanceMetre: -1 })).toThrow(/distance = -1 m/);
    expect(() => checkGeometry({ ...base, rot1: Number.NaN })).toThrow(/rot1 = NaN/);
    expect(() => checkGeometry({ ...base, wavelengthMetre: 0.14 })).toThrow(/PONI files state metres/);
    expect(() => checkGeometry({ ...base, shape: [2 ** 31, 2 ** 31] })).toThrow(/shape/);
    expect(() => radialOf("q_nm^-1", null)).toThrow(/needs the wavelength/);
  });
});
