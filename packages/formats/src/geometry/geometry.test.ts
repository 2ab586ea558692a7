/** Geometry files: what they state, what they leave open, and that writing and reading gives the same place of every pixel. */
import { ThioscopeError } from "@thioscope/core";
import { type DetectorGeometry, polarOf } from "@thioscope/core/diffraction";
import { describe, expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import { writeNexus } from "../images/write/writeNexus.ts";
import { writeImctrl } from "./imctrl.ts";
import { completeGeometry } from "./model.ts";
import { writePoni } from "./poni.ts";
import { readGeometry } from "./readGeometry.ts";

const bytesOf = (content: string | Uint8Array): Uint8Array => (typeof content === "string" ? new TextEncoder().encode(content) : content);
const read = (content: string | Uint8Array) => readGeometry(sourceOfBytes("geometry", bytesOf(content)));

const GEOMETRY: DetectorGeometry = {
  distanceMetre: 1.481,
  poni1Metre: 0.2,
  poni2Metre: 0.19,
  rot1: 0.01,
  rot2: -0.02,
  rot3: 0.3,
  pixel1Metre: 2e-4,
  pixel2Metre: 1.5e-4,
  wavelengthMetre: 1.4235e-11,
  orientation: 3,
  shape: [23, 37],
};
const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

async function codeOf(content: string | Uint8Array): Promise<string> {
  try {
    await read(content);
    return "ok";
  } catch (error) {
    return error instanceof ThioscopeError ? error.code : String(error);
  }
}

describe("PONI", () => {
  const V1 =
    "PixelSize1: 7.9e-05\nPixelSize2: 8e-05\nDistance: 0.1\nPoni1: 0.08\nPoni2: 0.081\nRot1: 0.001\nRot2: -0.002\nRot3: 0\nSplineFile: None\nWavelength: 3.1e-11\n";

  test("of two entries the last one counts", async () => {
    const file = await read(
      `# Calibration done at Monday\n${V1}# Calibration done at Tuesday\n${V1.replace("Distance: 0.1", "Distance: 0.2")}`,
    );
    expect(file.geometry).toMatchObject({
      distanceMetre: 0.2,
      pixel1Metre: 7.9e-5,
      pixel2Metre: 8e-5,
      shape: null,
      wavelengthMetre: 3.1e-11,
    });
    expect(file.meta).toMatchObject({ version: 1, calibrated: "Tuesday" });
    expect(file.notices.map((n) => n.code)).toEqual(["several-entries", "orientation-assumed"]);
  });

  test("a detector by its name; other pixels than usual are binning", async () => {
    const v2 = (name: string, config: string): string =>
      `${V1.replace(/^Pixel.*\n/gm, "")}poni_version: 2\nDetector: ${name}\nDetector_config: ${config}\n`;
    expect((await read(v2("Pilatus1M", "{}"))).geometry).toMatchObject({ pixel1Metre: expect.closeTo(172e-6, 12), shape: [1043, 981] });
    expect((await read(v2("eiger_4m", "{}"))).geometry).toMatchObject({ pixel1Metre: expect.closeTo(75e-6, 12), shape: [2167, 2070] });
    expect((await read(v2("Perkin", '{"pixel1": 1e-4, "pixel2": 1e-4}'))).geometry.shape).toEqual([4096, 4096]);
    const unknown = await read(v2("Wonder9M", "{}"));
    expect([unknown.geometry.pixel1Metre, unknown.notices.map((n) => n.code)]).toEqual([null, ["detector-unknown", "orientation-assumed"]]);
  });

  test("the image completes it; Dioptas's files are turned", async () => {
    const file = await read(V1);
    const geometry = completeGeometry(file, { shape: [2048, 2048], orientation: 2 });
    expect([geometry.orientation, geometry.shape]).toEqual([2, [2048, 2048]]);
    expect(completeGeometry(file, { shape: [10, 10] }).orientation).toBe(3);
    const whole = await read(writePoni(GEOMETRY));
    expect(() => completeGeometry(whole, { shape: [37, 23] })).toThrow(/23 × 37 pixels, the image has 37 × 23/);
    // a stated orientation is not overruled
    expect(completeGeometry(whole, { shape: [23, 37], orientation: 2 }).orientation).toBe(3);
  });

  test("no wavelength stays unknown, pixels that nobody states are asked for", async () => {
    const file = await read(V1.replace(/^(Wavelength|Pixel).*\n/gm, ""));
    expect(file.geometry.wavelengthMetre).toBeNull();
    expect(() => completeGeometry(file, { shape: [9, 9] })).toThrow(/height of a pixel/);
    expect(completeGeometry(file, { shape: [9, 9], pixel1Metre: 1e-4, pixel2Metre: 1e-4 }).pixel1Metre).toBe(1e-4);
  });

  test.each(ORIENTATIONS)("written and read with orientation %i: the same numbers", async (orientation) => {
    const geometry = { ...GEOMETRY, orientation };
    expect(completeGeometry(await read(writePoni(geometry, "today")), { shape: [23, 37] })).toEqual(geometry);
  });

  test.each([
    ["no Rot2", V1.replace(/Rot2.*\n/, ""), "FILE_CUT"],
    ["a word for a number", V1.replace("Poni1: 0.08", "Poni1: much"), "FILE_DAMAGED"],
    ["a decimal comma", V1.replace("Distance: 0.1", "Distance: 0,1"), "FILE_DAMAGED"],
    ["a distance of 0", V1.replace("Distance: 0.1", "Distance: 0"), "FILE_DAMAGED"],
    ["a wavelength in Å", V1.replace("3.1e-11", "0.31"), "FILE_DAMAGED"],
    ["version 3", `${V1}poni_version: 3\n`, "FORMAT_VERSION"],
    ["a spline", V1.replace("SplineFile: None", "SplineFile: frelon.spline"), "FORMAT_VERSION"],
    ["no JSON", `${V1}poni_version: 2\nDetector_config: {pixel\n`, "FILE_DAMAGED"],
    ["orientation 9", `${V1}poni_version: 2.1\nDetector_config: {"orientation": 9}\n`, "FILE_DAMAGED"],
    ["a shape of one side", `${V1}poni_version: 2\nDetector_config: {"max_shape": [7]}\n`, "FILE_DAMAGED"],
    ["something else", "once upon a time\n", "FILE_FOREIGN"],
    ["nothing", "", "FILE_EMPTY"],
  ])("%s", async (_, text, code) => {
    expect(await codeOf(text)).toBe(code);
  });
});

describe("GSAS-II image controls", () => {
  const CONTROLS = { wavelength: 0.12398, distance: 1118.8555, tilt: 1.268, rotation: 94.8, centre: [168.595, 173.457] as const };
  const text = [
    "type:PWDR",
    `wavelength:${CONTROLS.wavelength}`,
    `distance:${CONTROLS.distance}`,
    `center:[np.float64(${CONTROLS.centre[0]}), np.float64(${CONTROLS.centre[1]})]`,
    `tilt:${CONTROLS.tilt}`,
    `rotation:${CONTROLS.rotation}`,
    "azmthOff:0.0",
    "invert_y:True",
  ].join("\n");
  const image = { shape: [2300, 2300] as const, pixel1Metre: 1.5e-4, pixel2Metre: 1.5e-4 };

  test.each([
    [10, 20],
    [300, 40],
    [168, 345],
    [1, 173],
  ])("2θ at x = %d, y = %d mm as GSAS-II's equation gives it", async (x, y) => {
    // GSASIIimage.GetTthAzmDsp2: 2θ = atan2(√(dx² + dy² − Z²), L/cos t − Z), Z = sin t (dx sin φ − dy cos φ)
    const radian = Math.PI / 180;
    const [dx, dy] = [x - CONTROLS.centre[0], y - CONTROLS.centre[1]];
    const z = Math.sin(CONTROLS.tilt * radian) * (dx * Math.sin(CONTROLS.rotation * radian) - dy * Math.cos(CONTROLS.rotation * radian));
    const expected = Math.atan2(Math.sqrt(dx * dx + dy * dy - z * z), CONTROLS.distance / Math.cos(CONTROLS.tilt * radian) - z);
    const geometry = completeGeometry(await read(text), image);
    // y is counted from the last row of the stored image
    const { twoTheta, chi } = polarOf(geometry, 2300 - y / 0.15, x / 0.15);
    expect(twoTheta).toBeCloseTo(expected, 13);
    // GSAS-II takes the azimuth on the tilted detector
    expect(chi).toBeCloseTo(Math.atan2(dy, dx), 3);
  });

  test("written and read: the same place of pixels", async () => {
    const geometry = { ...GEOMETRY, orientation: 2 as const };
    const back = completeGeometry(await read(writeImctrl(geometry)), { shape: [23, 37] });
    for (const [row, column] of [
      [0, 0],
      [23, 37],
      [11, 3],
    ] as const) {
      const [a, b] = [polarOf(geometry, row, column), polarOf(back, row, column)];
      expect(b.twoTheta).toBeCloseTo(a.twoTheta, 12);
      expect(b.chi).toBeCloseTo(a.chi, 12);
    }
    expect(back.wavelengthMetre).toBeCloseTo(1.4235e-11, 24);
  });

  test("what is missing or cannot be", async () => {
    expect(await codeOf(text.replace(/rotation.*\n/, ""))).toBe("FILE_CUT");
    expect(await codeOf(text.replace("1118.8555", "far"))).toBe("FILE_DAMAGED");
    expect(await codeOf(`${text}\ndet2theta:30.0`)).toBe("FORMAT_VERSION");
    expect(() => writeImctrl({ ...GEOMETRY, wavelengthMetre: null })).toThrow(/wavelength/);
  });
});

describe("NeXus", () => {
  const frame = { width: 37, height: 23, values: new Uint16Array(23 * 37) };

  test.each(ORIENTATIONS)("written and read with orientation %i: the same numbers", async (orientation) => {
    const geometry = { ...GEOMETRY, orientation };
    const file = await read(await writeNexus([frame], { geometry }));
    expect(file.orientationStated).toBe(true);
    const back = completeGeometry(file, { shape: [23, 37] });
    for (const [key, value] of Object.entries(geometry)) {
      if (typeof value === "number") expect(back[key as keyof DetectorGeometry], key).toBeCloseTo(value, 13);
    }
    expect([back.orientation, back.shape]).toEqual([orientation, [23, 37]]);
  });

  test("a file without distance or directions states no geometry", async () => {
    expect(await codeOf(await writeNexus([frame]))).toBe("FILE_FOREIGN");
  });
});
