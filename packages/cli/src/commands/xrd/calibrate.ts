/** thioscope xrd calibrate: the geometry of a detector from one frame of a calibrant. */
import { basename } from "node:path";
import { formatQuantity, isComputable, type Quantity, quantity, ThioscopeError } from "@thioscope/core";
import type { Calibrant } from "@thioscope/core/crystal";
import {
  type Calibration,
  calibrate,
  type DetectorGeometry,
  type FoundOrientation,
  findOrientation,
  wavelengthOfEnergy,
} from "@thioscope/core/diffraction";
import { type DetectorImage, writePoni } from "@thioscope/formats";
import { writeAtomic } from "@thioscope/study/files";
import type { Action } from "../../actions.ts";
import { oneWord, textTable, warningLines } from "../../inputs.ts";
import {
  calibrantOf,
  geometryFile,
  geometryOf,
  layoutOf,
  maskOf,
  numberOf,
  orientationOf,
  pixelOf,
  STACK_OPTIONS,
  withStack,
} from "./inputs.ts";

const USAGE = "thioscope xrd calibrate FRAME --calibrant LaB6 --energy-kev E [--pixel-um P] [-o OUT.poni]";
const positive = (x: number): boolean => x > 0 && x < Number.POSITIVE_INFINITY;

export const calibrateAction: Action = {
  usage: USAGE,
  about: `centre, distance and tilt of the detector from the rings of one frame, without clicks; residuals of every ring. Energy or
distance must be known: rings below 2θ = 8° tell only their product. With --poni the geometry of another program is the start, and
the orientation in which the image fits it is found among the eight. -o writes a PONI file (version 2.1).`,
  options: {
    calibrant: { type: "string", value: "NAME|FILE", help: "LaB6, CeO2, Si, Al2O3, AgBehenate, …, or a file of d-spacings in Å" },
    "energy-kev": { type: "string", value: "E", help: "photon energy" },
    "distance-mm": { type: "string", value: "L", help: "distance along the beam, where it is known and the energy is not (or both)" },
    "pixel-um": { type: "string", value: "P", help: "pixel, or height x width, where the image does not state it" },
    poni: { type: "string", value: "FILE", help: "geometry near the truth, of this or another program" },
    orientation: { type: "string", value: "1…8", help: "way round of the image (default 3, as pyFAI; found with --poni)" },
    frame: { type: "string", value: "N", help: "which frame of a stack, from 0" },
    mask: { type: "string", value: "FILE", help: "pixels to leave out (EDF, NPY, PNG, TIFF; not 0 = left out)" },
    ...STACK_OPTIONS,
    out: { type: "string", short: "o", value: "FILE", help: "PONI file to write" },
  },
  examples: ["thioscope xrd calibrate LaB6.tif --calibrant LaB6 --energy-kev 87.1 --pixel-um 200 -o geometry.poni"],
  async run(words, options, io) {
    const path = oneWord(words, USAGE);
    const energy = numberOf("energy-kev", options["energy-kev"], (x) => x >= 0.1 && x <= 1000, "0.1 to 1000 keV");
    const distance = numberOf("distance-mm", options["distance-mm"], positive, "a length in mm");
    const index = numberOf("frame", options["frame"], (x) => Number.isInteger(x) && x >= 0, "a number from 0") ?? 0;
    const wavelength = energy === undefined ? undefined : wavelengthOfEnergy(energy);
    io.task.progress(0, 0, "rings");
    const { image, start, pixel, mask } = await withStack(
      path,
      async (stack) => {
        const shape = [stack.height, stack.width] as const;
        const file = typeof options["poni"] === "string" ? await geometryFile(options["poni"]) : null;
        const own = pixelOf(options["pixel-um"], stack);
        const near = file && geometryOf(file, shape, own, orientationOf(options["orientation"]));
        const pixels = near ? ([near.pixel1Metre, near.pixel2Metre] as const) : own;
        if (!pixels) throw new ThioscopeError("USAGE", "the image does not state the size of its pixels: --pixel-um is needed");
        const given = await maskOf(options["mask"], shape);
        return { image: await stack.frame(index), start: near, pixel: pixels, mask: given ?? (await stack.mask())?.masked ?? null };
      },
      layoutOf(options),
    );
    const known = await calibrantOf(options["calibrant"], smallestSpacing(wavelength ?? start?.wavelengthMetre ?? null));
    const found = start
      ? orientation(image, { ...start, wavelengthMetre: wavelength ?? start.wavelengthMetre }, known, mask, options["orientation"])
      : null;
    const result = calibrate(image.values, {
      calibrant: known,
      shape: [image.height, image.width],
      pixel1Metre: pixel[0],
      pixel2Metre: pixel[1],
      orientation: orientationOf(options["orientation"]) ?? 3,
      mask,
      ...(wavelength === undefined ? {} : { wavelengthMetre: wavelength }),
      ...(distance === undefined ? {} : { distanceMetre: distance * 1e-3 }),
      ...(found ? { start: found.geometry } : {}),
    });
    const out = typeof options["out"] === "string" ? options["out"] : null;
    if (out) await writeAtomic(out, writePoni(result.geometry, `${known.name} in ${basename(path)}`));
    io.say(describe(result, known, found?.orientation ?? null));
    if (out) io.say(`\nwritten: ${out}`);
    for (const line of warningLines(result.notices)) io.hint(`warning: ${line}`);
    io.result(json(path, result, known, found?.orientation ?? null, out));
  },
};

/** Lines down to 2θ = 50°, which no flat detector on the beam exceeds by much. */
function smallestSpacing(wavelengthMetre: number | null): number {
  return wavelengthMetre === null ? 0.4 : Math.max(0.15, (wavelengthMetre * 1e10) / (2 * Math.sin((25 * Math.PI) / 180)));
}

/** The start, turned to where the image fits it, unless the user has said how it lies. */
function orientation(
  image: DetectorImage,
  start: DetectorGeometry,
  known: Calibrant,
  mask: Uint8Array | null,
  said: string | boolean | undefined,
): { geometry: DetectorGeometry; orientation: FoundOrientation | null } {
  if (said !== undefined) return { geometry: start, orientation: null };
  const found = findOrientation(image.values, start, known, { mask });
  // among equals the one that the file has
  const keep = found.alike.includes(start.orientation) ? start.orientation : found.orientation;
  return { geometry: { ...start, orientation: keep }, orientation: found };
}

function describe(result: Calibration, known: Calibrant, found: FoundOrientation | null): string {
  const lines = [
    `${known.name}: ${result.rings.length} rings, ${result.points.used} of ${result.points.all} points, scatter ${result.rms.degree.toFixed(5)}° = ${result.rms.pixel.toFixed(3)} px`,
  ];
  if (found) {
    const [best, second] = found.contrasts;
    lines.push(
      found.alike.length > 0
        ? `orientation: ${[found.orientation, ...found.alike].join(", ")} fit alike`
        : `orientation: ${found.orientation} (contrast of the rings ${best!.contrast.toFixed(2)}, next ${second!.orientation} with ${second!.contrast.toFixed(2)})`,
    );
  }
  lines.push("", ...result.parameters.map((p) => `  ${p.name.padEnd(14)}${formatQuantity(p)}${p.held ? "  (held)" : ""}`), "");
  const { product, correlation, millimetrePerTenthKeV } = result.wavelengthAndDistance;
  const correlated = isComputable(correlation) ? `; fitted together they correlate by ${correlation.value.toFixed(5)}` : "";
  lines.push(
    `wavelength × distance = ${formatQuantity(product)}: 0.1 keV stands for ${millimetrePerTenthKeV.toFixed(2)} mm${correlated}`,
    "",
  );
  const rows = result.rings.map((ring) => [
    ring.hkl?.join(" ") ?? "",
    ring.spacing.value.toFixed(4),
    ring.twoThetaDegree.toFixed(4),
    ring.mean.value.toFixed(5),
    ring.scatterDegree.toFixed(5),
    String(ring.sectors),
  ]);
  return `${lines.join("\n")}\n${textTable(["hkl", "d / Å", "2θ / deg", "off / deg", "scatter", "sectors"], rows)}`;
}

function json(path: string, result: Calibration, known: Calibrant, found: FoundOrientation | null, out: string | null): unknown {
  const degrees = (value: number): Quantity => quantity(value, "deg");
  return {
    file: basename(path),
    calibrant: { name: known.name, source: known.source },
    orientation: result.geometry.orientation,
    orientations: found?.contrasts.map(({ orientation: o, contrast }) => ({ orientation: o, contrast: quantity(contrast, "1") })) ?? null,
    orientationsAlike: found?.alike ?? null,
    parameters: result.parameters.map(({ name, value, sigma, unit }) => ({ name, value, sigma, unit })),
    held: result.parameters.filter(({ held }) => held).map(({ name }) => name),
    scatter: { angle: degrees(result.rms.degree), pixels: quantity(result.rms.pixel, "px") },
    points: result.points,
    wavelengthAndDistance: {
      product: result.wavelengthAndDistance.product,
      correlation: result.wavelengthAndDistance.correlation,
      distancePerTenthKeV: quantity(result.wavelengthAndDistance.millimetrePerTenthKeV, "mm"),
    },
    rings: result.rings.map((ring) => ({
      hkl: ring.hkl,
      spacing: ring.spacing,
      twoTheta: degrees(ring.twoThetaDegree),
      off: ring.mean,
      scatter: degrees(ring.scatterDegree),
      sectors: ring.sectors,
    })),
    written: out,
    warnings: result.notices,
  };
}
