/**
 * Image controls of GSAS-II (.imctrl): "key:value" lines, distance and centre in mm, tilt and rotation in degrees, wavelength in Å.
 *
 * GSAS-II (Toby and Von Dreele, J. Appl. Cryst. 46, 544, 2013; GSASIIimage.GetTthAzmDsp2) gives a pixel at (x, y) from the centre the coordinates along the beam
 *
 *   z = L/cos(tilt) + sin(tilt) (y cos(rotation) − x sin(rotation)),
 *
 * with L the distance along the normal and the centre where the beam meets the detector. In the words of core's Fit2D geometry that is a tilt in the
 * plane at rotation + 90°. x runs along axis 2, y along axis 1. Azimuths gain azmthOff, which is −rot3.
 *
 * Pixels and orientation are not in the file: both come with the image. GSAS-II turns mar345 images upside down on reading, so orientation 2 is taken.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { beamGeometry, type DetectorGeometry, pixelFrame } from "@thioscope/core/diffraction";
import { numbersOf } from "../images/facts.ts";
import { checkStated, type GeometryFile } from "./model.ts";

const DEGREE = Math.PI / 180;

export function looksLikeImctrl(text: string): boolean {
  return /^distance:/m.test(text) && /^center:/m.test(text) && /^tilt:/m.test(text) && /^wavelength:/m.test(text);
}

/** @throws FILE_CUT where a key is missing, FILE_DAMAGED for values that cannot be, FORMAT_VERSION for a detector on an arm */
export function readImctrl(text: string, name: string): GeometryFile {
  const lines = new Map<string, { value: string; line: number }>();
  text.split(/\r?\n/).forEach((line, i) => {
    const at = line.indexOf(":");
    if (at > 0) lines.set(line.slice(0, at).trim(), { value: line.slice(at + 1).trim(), line: i + 1 });
  });
  const numbers = (key: string, count: number): number[] => {
    const found = lines.get(key);
    if (!found)
      throw new ThioscopeError("FILE_CUT", `the file states no ${key}; needed are wavelength, distance, center, tilt, rotation`, {
        file: name,
      });
    // newer versions write "np.float64(168.59)"
    const values = numbersOf(found.value.replace(/np\.float\d+/g, ""));
    if (values.length < count || !values.every(Number.isFinite)) {
      throw new ThioscopeError(
        "FILE_DAMAGED",
        `${key} is "${found.value}"; ${count === 1 ? "a number is" : `${count} numbers are`} needed`,
        { file: name, line: found.line },
      );
    }
    return values;
  };
  const one = (key: string, otherwise?: number): number => (otherwise !== undefined && !lines.has(key) ? otherwise : numbers(key, 1)[0]!);
  const arm = one("det2theta", 0);
  if (arm !== 0)
    throw new ThioscopeError("FORMAT_VERSION", `the detector stands on an arm at ${arm}°; read are detectors around the beam`, {
      file: name,
    });
  const [centreX, centreY] = numbers("center", 2) as [number, number];
  const tilt = one("tilt") * DEGREE;
  const plane = (one("rotation") + 90) * DEGREE;
  const distanceMetre = one("distance") * 1e-3;
  const alongBeam = distanceMetre / Math.cos(tilt);
  const up = Math.sin(tilt) * Math.sin(plane);
  const across = Math.sin(tilt) * Math.cos(plane);
  const notices: Notice[] = [
    {
      code: "orientation-assumed",
      message: "the file states no orientation: 2 is taken, which GSAS-II gives to mar345 images by turning them upside down",
    },
  ];
  const depth = one("DetDepth", 0);
  if (depth !== 0) notices.push({ code: "depth-ignored", message: `the penetration depth of the detector, ${depth}, is not used` });
  const pixels = lines.has("pixelSize") ? numbers("pixelSize", 2) : null;
  const size = lines.has("size") ? numbers("size", 2) : null;
  const geometry = {
    distanceMetre,
    poni1Metre: centreY * 1e-3 - alongBeam * up,
    poni2Metre: centreX * 1e-3 - alongBeam * across,
    rot1: Math.atan2(-across, Math.cos(tilt)),
    rot2: Math.asin(up),
    rot3: -one("azmthOff", 0) * DEGREE,
    wavelengthMetre: one("wavelength") * 1e-10,
    pixel1Metre: pixels ? pixels[1]! * 1e-6 : null,
    pixel2Metre: pixels ? pixels[0]! * 1e-6 : null,
    orientation: 2,
    shape: size ? ([size[1]!, size[0]!] as const) : null,
  } as const;
  const meta = Object.fromEntries(
    ["type", "calibrant", "binType"].flatMap((key) => (lines.has(key) ? [[key, lines.get(key)!.value]] : [])),
  );
  return { format: "imctrl", geometry: checkStated(geometry, name), orientationStated: false, detector: "", meta, notices };
}

/**
 * Image controls with the geometry, to be loaded over those of an image in GSAS-II; what else they hold keeps the program's defaults.
 *
 * @throws INVALID_INPUT without a wavelength, or where the beam does not meet the detector
 */
export function writeImctrl(geometry: DetectorGeometry): string {
  if (geometry.wavelengthMetre === null) throw new ThioscopeError("INVALID_INPUT", "GSAS-II needs a wavelength, the geometry states none");
  const beam = beamGeometry(geometry);
  const { origin, perRow, perColumn } = pixelFrame(geometry);
  const centre = (axis: 0 | 1): number => 1e3 * (origin[axis] + beam.centreRow * perRow[axis] + beam.centreColumn * perColumn[axis]);
  const { pixel1Metre, pixel2Metre, shape, wavelengthMetre, distanceMetre, rot3 } = geometry;
  const lines: [string, string | number][] = [
    ["type", "PWDR"],
    ["wavelength", wavelengthMetre * 1e10],
    ["distance", distanceMetre * 1e3],
    ["center", `[${centre(1)}, ${centre(0)}]`],
    ["tilt", beam.tiltDegree],
    ["rotation", beam.tiltPlaneDegree - 90],
    ["azmthOff", -rot3 / DEGREE],
    ["DetDepth", 0],
    ["pixelSize", `[${pixel2Metre * 1e6}, ${pixel1Metre * 1e6}]`],
    ["size", `[${shape[1]}, ${shape[0]}]`],
    ["binType", "2-theta"],
  ];
  return `${lines.map(([key, value]) => `${key}:${value}`).join("\n")}\n`;
}
