/**
 * PONI files of pyFAI and Dioptas, versions 1 to 2.1 (pyFAI documentation, "The PONI file format"): "Key: value" lines, lengths in metres, angles in
 * radians. Calibrating again appends to a file of version 1: the last entry counts. Orientation came with version 2.1; before, pyFAI took 3 for granted, while
 * Dioptas turns images upside down before it uses its files, which is 2.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { DetectorGeometry, Orientation } from "@thioscope/core/diffraction";
import { namedDetector } from "./detectors.ts";
import { checkStated, type GeometryFile, type StatedGeometry } from "./model.ts";

/** One entry: keys in lower case. */
type Entry = ReadonlyMap<string, { value: string; line: number }>;

/** Says what a file of version 2 has no key for. */
const UPRIGHT = "# The image is stored in orientation 3";
const NEEDED = ["distance", "poni1", "poni2", "rot1", "rot2", "rot3"] as const;

export function looksLikePoni(text: string): boolean {
  return /^[ \t]*poni1[ \t]*:/im.test(text) && /^[ \t]*(distance|dist|poni2)[ \t]*:/im.test(text);
}

/** @throws FILE_CUT where a key is missing, FILE_DAMAGED for values that cannot be, FORMAT_VERSION beyond 2.1 or for distorted detectors */
export function readPoni(text: string, name: string): GeometryFile {
  const { entry, entries } = lastEntry(text);
  const notices: Notice[] = [];
  if (entries > 1) notices.push({ code: "several-entries", message: `the file holds ${entries} calibrations: the last one is used` });
  const at = (key: string): { file: string; line?: number } => ({ file: name, ...(entry.get(key) ? { line: entry.get(key)!.line } : {}) });
  const version = Number(entry.get("poni_version")?.value ?? 1);
  if (!(version >= 1 && version < 2.2)) {
    throw new ThioscopeError(
      "FORMAT_VERSION",
      `poni_version ${entry.get("poni_version")?.value}; read are 1, 2 and 2.1`,
      at("poni_version"),
    );
  }
  const number = (key: string): number => {
    const found = entry.get(key) ?? (key === "distance" ? entry.get("dist") : undefined);
    if (!found) throw new ThioscopeError("FILE_CUT", `the file states no ${key}; needed are ${NEEDED.join(", ")}`, { file: name });
    const value = found.value === "" ? Number.NaN : Number(found.value);
    if (!Number.isFinite(value))
      throw new ThioscopeError("FILE_DAMAGED", `${key} is "${found.value}", not a number`, { file: name, line: found.line });
    return value;
  };
  const wavelength = entry.get("wavelength")?.value.toLowerCase() ?? "none";
  const detector = detectorOf(entry, version, name, notices);
  const geometry: StatedGeometry = {
    distanceMetre: number("distance"),
    poni1Metre: number("poni1"),
    poni2Metre: number("poni2"),
    rot1: number("rot1"),
    rot2: number("rot2"),
    rot3: number("rot3"),
    wavelengthMetre: wavelength === "none" || wavelength === "" ? null : number("wavelength"),
    pixel1Metre: detector.pixel1Metre,
    pixel2Metre: detector.pixel2Metre,
    shape: detector.shape,
    orientation: detector.orientation ?? 3,
  };
  if (detector.orientation === null) {
    const message = "the file states no orientation: 3 is taken, as pyFAI does; a file of Dioptas needs 2 (the image turned upside down)";
    notices.push({ code: "orientation-assumed", message });
  }
  return {
    format: "poni",
    geometry: checkStated(geometry, name),
    orientationStated: detector.orientation !== null,
    detector: detector.name,
    meta: { version, ...(entry.get("#")?.value ? { calibrated: entry.get("#")!.value } : {}) },
    notices,
  };
}

/** An entry begins where a key comes a second time. */
function lastEntry(text: string): { entry: Entry; entries: number } {
  let entry = new Map<string, { value: string; line: number }>();
  let entries = 1;
  let comment = "";
  let isUpright = false;
  text.split(/\r?\n/).forEach((line, i) => {
    const done = /^#\s*Calibration done (?:at|on)\s+(.*)$/i.exec(line);
    if (done) comment = done[1]!.trim();
    if (line.trim() === UPRIGHT) isUpright = true;
    const match = /^\s*([A-Za-z_]\w*)\s*:(.*)$/.exec(line);
    if (!match) return;
    const key = match[1]!.toLowerCase();
    if (entry.has(key)) {
      entry = new Map();
      entries++;
    }
    if (comment !== "") entry.set("#", { value: comment, line: i });
    if (isUpright) entry.set("# orientation 3", { value: "", line: i });
    entry.set(key, { value: match[2]!.trim(), line: i + 1 });
  });
  return { entry, entries };
}

interface StatedDetector {
  name: string;
  pixel1Metre: number | null;
  pixel2Metre: number | null;
  shape: readonly [number, number] | null;
  orientation: Orientation | null;
}

function detectorOf(entry: Entry, version: number, file: string, notices: Notice[]): StatedDetector {
  const damaged = (key: string, what: string): ThioscopeError =>
    new ThioscopeError("FILE_DAMAGED", what, { file, ...(entry.get(key) ? { line: entry.get(key)!.line } : {}) });
  const name = entry.get("detector")?.value ?? "";
  const spline = entry.get("splinefile")?.value ?? "none";
  let config: Record<string, unknown> = {};
  if (version >= 2) {
    const text = entry.get("detector_config")?.value ?? "{}";
    try {
      config = JSON.parse(text) as Record<string, unknown>;
    } catch (error) {
      throw damaged("detector_config", `Detector_config is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (config === null || typeof config !== "object" || Array.isArray(config))
      throw damaged("detector_config", "Detector_config is no object");
  }
  if (!/^(none|)$/i.test(spline) || config["splineFile"] || config["filename"]) {
    const what = config["filename"] ?? config["splineFile"] ?? spline;
    throw new ThioscopeError(
      "FORMAT_VERSION",
      `the detector is described by another file, ${String(what)}; flat detectors without distortion are read`,
      { file },
    );
  }
  const known = /^(detector|)$/i.test(name) ? undefined : namedDetector(name);
  if (name !== "" && !known && !/^detector$/i.test(name))
    notices.push({ code: "detector-unknown", message: `the detector "${name}" is not known here: its shape comes from the image` });
  const size = (key: string, old: string): number | null => {
    const value = config[key] ?? (entry.has(old) ? Number(entry.get(old)!.value) : null);
    if (value === null || value === undefined) return null;
    if (typeof value !== "number" || !(value > 0))
      throw damaged(version >= 2 ? "detector_config" : old, `${key} is ${String(value)}, not a length in metres`);
    return value;
  };
  const pixel1 = size("pixel1", "pixelsize1");
  const pixel2 = size("pixel2", "pixelsize2");
  const shape = shapeOf(config["max_shape"]);
  if (shape === undefined)
    throw damaged("detector_config", `max_shape is ${JSON.stringify(config["max_shape"])}; two whole numbers are needed, rows and columns`);
  const orientation = config["orientation"] ?? (entry.has("# orientation 3") ? 3 : null);
  if (orientation !== null && !(Number.isInteger(orientation) && (orientation as number) >= 1 && (orientation as number) <= 8)) {
    // pyFAI writes 0 for "unspecified"
    if (orientation !== 0) throw damaged("detector_config", `orientation is ${String(orientation)}; allowed are 1 to 8`);
  }
  const own = known ? [known.pixelMicrometre[0] * 1e-6, known.pixelMicrometre[1] * 1e-6] : [null, null];
  return {
    name: known?.name ?? name,
    pixel1Metre: pixel1 ?? own[0]!,
    pixel2Metre: pixel2 ?? own[1]!,
    shape: shape ?? (known ? binned(known.shape, own as [number, number], [pixel1, pixel2]) : null),
    orientation: orientation === 0 ? null : (orientation as Orientation | null),
  };
}

/** null = not stated, undefined = not a shape. */
function shapeOf(value: unknown): readonly [number, number] | null | undefined {
  if (value === null || value === undefined) return null;
  if (!Array.isArray(value) || value.length !== 2 || !value.every((n) => Number.isInteger(n) && n > 0)) return undefined;
  return [value[0] as number, value[1] as number];
}

/** A detector with larger or smaller pixels than its usual ones has fewer or more of them. */
function binned(
  shape: readonly [number, number],
  usual: readonly [number, number],
  stated: readonly (number | null)[],
): readonly [number, number] {
  const side = (i: 0 | 1): number => Math.round((shape[i] * usual[i]) / (stated[i] ?? usual[i]));
  return [side(0), side(1)];
}

/**
 * A PONI file. Numbers are written so that reading gives the same ones. Its version is 2.1 where the image is not stored as pyFAI expects it (orientation 3):
 * pyFAI before 2023 knows no orientation and refuses that version.
 *
 * @param calibrated what stands in the head, e.g. a date
 */
export function writePoni(geometry: DetectorGeometry, calibrated = ""): string {
  const { pixel1Metre, pixel2Metre, shape, orientation, wavelengthMetre } = geometry;
  const isUpright = orientation === 3;
  const config = { pixel1: pixel1Metre, pixel2: pixel2Metre, max_shape: shape, ...(isUpright ? {} : { orientation }) };
  const lines = [
    "# Nota: C-Order, 1 refers to the Y axis, 2 to the X axis",
    ...(calibrated === "" ? [] : [`# Calibration done on ${calibrated.replace(/\s+/g, " ")}`]),
    ...(isUpright ? [UPRIGHT] : []),
    `poni_version: ${isUpright ? "2" : "2.1"}`,
    "Detector: Detector",
    `Detector_config: ${JSON.stringify(config).replaceAll(":", ": ").replaceAll(",", ", ")}`,
    `Distance: ${geometry.distanceMetre}`,
    `Poni1: ${geometry.poni1Metre}`,
    `Poni2: ${geometry.poni2Metre}`,
    `Rot1: ${geometry.rot1}`,
    `Rot2: ${geometry.rot2}`,
    `Rot3: ${geometry.rot3}`,
    ...(wavelengthMetre === null ? [] : [`Wavelength: ${wavelengthMetre}`]),
  ];
  return `${lines.join("\n")}\n`;
}
