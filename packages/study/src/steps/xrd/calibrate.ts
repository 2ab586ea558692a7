/** The detector's geometry from the calibrant frame of the source, or as its geometry file states it. */
import { type Notice, type Quantity, ThioscopeError, wavelengthAngstrom } from "@thioscope/core";
import { type Calibrant, calibrant } from "@thioscope/core/crystal";
import {
  type Calibration,
  cakeOf,
  calibrate,
  type DetectorGeometry,
  fitHarmonics,
  fitRing,
  integrateFrame,
  integrationPlan,
  pixelAt,
  type StrainHarmonics,
  tiltBound,
} from "@thioscope/core/diffraction";
import type { DiffractionContent, Part } from "@thioscope/core/story";
import { completeGeometry, type DetectorImage, type ImageStack, readGeometry, writePoni } from "@thioscope/formats";
import type { SourceInputs } from "../../lines.ts";
import { basename } from "../../names.ts";
import type { FileInput, StepFunction, StepIo, StepOutput } from "../../stepModules.ts";
import { jsonBytes } from "../facts.ts";
import { diffractionPart, reducedImage } from "./part.ts";
import { corrections, pixelDegree, quantitySetting, type StoredCalibration, withStack } from "./source.ts";

export const calibrateStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const { geometry, calibrant: frame } = inputs.settingFiles;
  if (geometry) return stated(inputs, geometry, io);
  if (!frame)
    throw new ThioscopeError("INVALID_INPUT", "the source has neither a calibrant frame nor a geometry file: set calibrant or geometry");
  return fitted(inputs, frame, String(parameters.calibrant), io);
};

/** Energy and pixel of the settings, else of the headers. */
function facts(
  settings: Readonly<Record<string, unknown>>,
  stack: ImageStack,
): { pixel: readonly [number, number] | null; wavelength: number | null } {
  const energy = quantitySetting(settings, "energy", "eV");
  const side = quantitySetting(settings, "pixel", "m")?.value;
  const { pixel1Metre, pixel2Metre, wavelengthMetre } = stack.facts;
  return {
    pixel: side !== undefined ? [side, side] : pixel1Metre !== undefined && pixel2Metre !== undefined ? [pixel1Metre, pixel2Metre] : null,
    wavelength: energy ? wavelengthAngstrom(energy.value / 1000) * 1e-10 : (wavelengthMetre ?? null),
  };
}

async function stated(inputs: SourceInputs, file: FileInput, io: StepIo): Promise<StepOutput> {
  const source = await io.open(file);
  const read = await readGeometry(source);
  await source.close();
  const geometry = await withStack(io, inputs.files[0]!, async (stack) => {
    const { pixel, wavelength } = facts(inputs.settings, stack);
    const complete = completeGeometry(read, { shape: [stack.height, stack.width], pixel1Metre: pixel?.[0], pixel2Metre: pixel?.[1] });
    return wavelength !== null && quantitySetting(inputs.settings, "energy", "eV")
      ? { ...complete, wavelengthMetre: wavelength }
      : complete;
  });
  const notices: Notice[] = [
    {
      code: "geometry-stated",
      message: `geometry as ${basename(file.file)} states it: no calibrant frame tests it, and nothing bounds what tilt leaves`,
    },
  ];
  const stored: StoredCalibration = { geometry, geometryBound: null };
  const part = diffractionPart("xrd.calibrate", inputs, {
    title: "Geometry of the detector",
    notices,
    command: `xrd calibrate FRAME --poni ${file.file}`,
    sentences: [{ parts: [`The geometry is taken from ${basename(file.file)}.`] }],
  });
  return {
    files: {
      "geometry.poni": new TextEncoder().encode(writePoni(geometry, `as stated by ${basename(file.file)}`)),
      "calibration.json": jsonBytes({ ...stored, parameters: null, rings: null }),
      "part.json": jsonBytes(part),
    },
    notices,
    summary: { rings: 0 },
  };
}

async function fitted(inputs: SourceInputs, frame: FileInput, name: string, io: StepIo): Promise<StepOutput> {
  const { settings } = inputs;
  const { image, pixel, wavelength } = await withStack(io, frame, async (stack) => ({
    image: await stack.frame(0),
    ...facts(settings, stack),
  }));
  if (!pixel)
    throw new ThioscopeError("INVALID_INPUT", 'the calibrant frame does not state its pixels: set pixel, such as "200 µm"', {
      file: frame.file,
    });
  const distance = quantitySetting(settings, "distance", "m")?.value;
  if (wavelength === null && distance === undefined)
    throw new ThioscopeError("INVALID_INPUT", 'neither energy nor distance is known: set energy, such as "87.1 keV"', { file: frame.file });
  const smallest = wavelength === null ? 0.4 : Math.max(0.15, (wavelength * 1e10) / (2 * Math.sin((25 * Math.PI) / 180)));
  const known = calibrant(name, smallest);
  const { mask } = await corrections(inputs, [image.height, image.width], io);
  io.context.progress(0, 1, "rings of the calibrant");
  const result = calibrate(image.values, {
    calibrant: known,
    shape: [image.height, image.width],
    pixel1Metre: pixel[0],
    pixel2Metre: pixel[1],
    mask,
    ...(wavelength === null ? {} : { wavelengthMetre: wavelength }),
    ...(distance === undefined ? {} : { distanceMetre: distance }),
  });
  const harmonics = freeRings(image, mask, result, known);
  const bound = tiltBound(harmonics);
  const geometryBound = "notComputable" in bound ? null : bound;
  const notices = [...result.notices];
  if (!geometryBound)
    notices.push({
      code: "tilt-unbounded",
      message: "no ring of the calibrant is good enough to bound what tilt leaves of the second harmonic",
    });
  const poni = writePoni(result.geometry, `${known.name} in ${basename(frame.file)}`);
  const parameter = (wanted: string): Quantity => result.parameters.find((p) => p.name === wanted)!;
  const part = diffractionPart("xrd.calibrate", inputs, {
    title: "Geometry of the detector",
    files: [{ name: basename(frame.file), hash: frame.sha256 }],
    notices,
    command: `xrd calibrate ${frame.file} --calibrant ${name}`,
    sentences: [
      {
        parts: [
          `${result.rings.length} rings of ${known.name} give the distance `,
          { quantity: parameter("distance") },
          " and a tilt of ",
          { quantity: parameter("tilt") },
          ".",
        ],
      },
      ...(geometryBound
        ? [{ parts: ["On rings without stress geometry leaves ", { quantity: geometryBound }, " of the second harmonic of strain."] }]
        : []),
    ],
    content: {
      calibration: calibrationView(result, known, poni),
      images: [imageView(image, mask, result.geometry, known, basename(frame.file))],
    },
  });
  const stored: StoredCalibration & Record<string, unknown> = {
    geometry: result.geometry,
    geometryBound,
    calibrant: { name: known.name, source: known.source },
    parameters: result.parameters,
    rings: result.rings,
    scatter: result.rms,
    wavelengthAndDistance: result.wavelengthAndDistance,
  };
  return {
    files: {
      "geometry.poni": new TextEncoder().encode(poni),
      "calibration.json": jsonBytes(stored),
      "part.json": jsonBytes(part satisfies Part),
    },
    notices,
    summary: { rings: result.rings.length, scatter_px: result.rms.pixel },
  };
}

/** The calibrant's rings in sectors: what they show of a second harmonic is geometry. */
function freeRings(image: DetectorImage, mask: Uint8Array | null, { geometry, rings }: Calibration, known: Calibrant): StrainHarmonics[] {
  const width = Math.max(0.1, 5 * pixelDegree(geometry));
  const used = rings.filter((r) => r.sectors >= 60 && r.twoThetaDegree > 3 * width).slice(0, 5);
  if (used.length === 0) return [];
  const range = [used[0]!.twoThetaDegree - 2 * width, used.at(-1)!.twoThetaDegree + 2 * width] as const;
  const bins = Math.min(4000, Math.max(50, Math.ceil((range[1] - range[0]) / (0.7 * pixelDegree(geometry)))));
  const plan = integrationPlan(geometry, { unit: "2th_deg", bins, sectors: 36, range, splitting: "none", mask });
  const cake = cakeOf(plan, integrateFrame(plan, image.values));
  return used.flatMap((ring) => {
    const label = `${known.name} ${ring.hkl?.join(" ") ?? ring.spacing.value.toFixed(4)}`;
    const found = fitHarmonics(fitRing(cake, { label, hkl: ring.hkl, twoThetaDegree: ring.twoThetaDegree, halfWindowDegree: width }));
    return "notComputable" in found ? [] : [found];
  });
}

function calibrationView(result: Calibration, known: Calibrant, poni: string): DiffractionContent["calibration"] {
  return {
    poni,
    calibrant: known.name,
    image: 0,
    parameters: result.parameters.map(({ name, value, sigma, unit, held }) => ({ name, quantity: { value, sigma, unit }, held })),
    rings: result.rings.map((ring) => ({
      label: ring.hkl?.join(" ") ?? `d ${ring.spacing.value.toFixed(4)} Å`,
      twoThetaDegree: ring.twoThetaDegree,
      off: ring.mean,
      scatterDegree: ring.scatterDegree,
      sectors: ring.sectors,
    })),
  };
}

function imageView(
  image: DetectorImage,
  mask: Uint8Array | null,
  geometry: DetectorGeometry,
  known: Calibrant,
  title: string,
): DiffractionContent["images"][number] {
  const wavelength = (geometry.wavelengthMetre ?? 0) * 1e10;
  const rings = known.lines.flatMap(({ d, hkl }) => {
    const sine = wavelength / (2 * d.value);
    if (!(sine > 0 && sine < 0.7)) return [];
    const points = Array.from({ length: 181 }, (_, k) => pixelAt(geometry, 2 * Math.asin(sine), (k / 90) * Math.PI - Math.PI));
    const inside = (p: { row: number; column: number } | null): boolean =>
      p !== null && p.row >= 0 && p.row <= image.height && p.column >= 0 && p.column <= image.width;
    if (!points.some(inside)) return [];
    return [
      {
        label: hkl?.join(" ") ?? d.value.toFixed(4),
        phase: known.name,
        column: points.map((p) => (inside(p) ? p!.column : Number.NaN)),
        row: points.map((p) => (inside(p) ? p!.row : Number.NaN)),
      },
    ];
  });
  return { ...reducedImage(image, mask, title), file: 0, frame: 0, rings, centre: pixelAt(geometry, 0, 0) };
}
