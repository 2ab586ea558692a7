/**
 * The geometry of a detector from one frame of a calibrant, without clicks.
 *
 *   centre by voting (calibrateCentre) → radii of the rings → distance by the pattern of radii (calibrateDistance) → positions of each ring in each sector, first as
 *   the highest place in a window, from the inner rings outwards, then by a fit to the pixels (calibratePoints) → least squares (calibrateFit), three times
 *
 * Several centres and distances are followed to the end; the one that finds most of the calibrant's lines with the least scatter is kept. The work is bounded, whatever the frame
 * shows. What rings of one frame do not tell is not made up:
 *
 * - Flips. The mirror image of a frame has the mirrored geometry, ring for ring: the orientation is a convention (3), unless a geometry from elsewhere
 *   is to be kept (orientation.ts).
 * - rot3. Rings do not change when the detector turns about the beam: it is 0.
 * - Wavelength and distance. q ∝ sin(θ)/λ and r = L tan 2θ: where tan 2θ ≈ 2 sin θ only λ·L is determined. The correlation of the two is part of the result; both can be had from
 *   two frames at distances whose difference is known (wavelengthFromTwoDistances).
 */
import type { Calibrant } from "../crystal/calibrants.ts";
import { type Notice, ThioscopeError } from "../errors.ts";
import { CONSTANTS } from "../units/constants.ts";
import { type Answer, type Quantity, quantity } from "../units/quantity.ts";
import { type CountImage, countImage, type FoundCentre, findCentres } from "./calibrateCentre.ts";
import { distanceScale, explainedShare, proposeScales, type RadialPeak, radialPeaks, wavelengthScale } from "./calibrateDistance.ts";
import { type FreeParameters, fitGeometry, type GeometryFit } from "./calibrateFit.ts";
import { type Refined, refineOnRings } from "./calibrateRefine.ts";
import { describeFit, type RingResidual } from "./calibrateResult.ts";
import { beamGeometry, fromBeamGeometry } from "./fit2d.ts";
import { checkGeometry, type DetectorGeometry, type Orientation } from "./geometry.ts";
import type { FramePixels, ValidCounts } from "./integrateSums.ts";
import { validCounts } from "./integrateSums.ts";

export interface CalibrationOptions {
  readonly calibrant: Calibrant;
  readonly shape: readonly [rows: number, columns: number];
  readonly pixel1Metre: number;
  readonly pixel2Metre: number;
  /** what is known: one of the two, or both, and then neither is fitted */
  readonly wavelengthMetre?: number;
  /** along the beam */
  readonly distanceMetre?: number;
  readonly orientation?: Orientation;
  /** 1 = left out */
  readonly mask?: Uint8Array | null;
  readonly valid?: ValidCounts;
  /** a geometry near the truth: nothing is searched for, its wavelength and orientation hold */
  readonly start?: DetectorGeometry;
}

export interface Calibration {
  readonly geometry: DetectorGeometry;
  /** distance along the beam (mm), centre row and column (px, edges), tilt and its plane (deg), PONI (mm), rot1, rot2 (rad), wavelength (Å) */
  readonly parameters: readonly (Quantity & { name: string; held: boolean })[];
  readonly rings: readonly RingResidual[];
  readonly rms: { readonly degree: number; readonly pixel: number };
  readonly points: { readonly used: number; readonly all: number };
  /** what one frame says of wavelength and distance together */
  readonly wavelengthAndDistance: WavelengthAndDistance;
  readonly notices: readonly Notice[];
}

export interface WavelengthAndDistance {
  /** Å·m */
  readonly product: Quantity;
  /** of wavelength and distance if both were fitted */
  readonly correlation: Answer;
  /** relative error of the wavelength if both were fitted */
  readonly relativeSigma: Answer;
  /** how many mm of distance stand for 0.1 keV */
  readonly millimetrePerTenthKeV: number;
}

/** Candidates of each kind that are followed. */
const MOST_CENTRES = 2;
const MOST_SCALES = 3;

/**
 * Throws NOT_COMPUTABLE with what is missing: too few usable pixels, no rings, rings that the calibrant does not explain; INVALID_INPUT for
 * options that cannot be.
 */
export function calibrate(frame: FramePixels, options: CalibrationOptions): Calibration {
  const image = usableImage(frame, options);
  const spacings = spacingsOf(options.calibrant);
  const free: FreeParameters = {
    distance: options.distanceMetre === undefined,
    tilt: true,
    wavelength: options.wavelengthMetre === undefined && options.start === undefined,
  };
  const refined: (Refined & { explained?: number }) | null = options.start
    ? refineOnRings(image, checkGeometry(options.start), spacings, free, false)
    : searched(image, options, spacings, free);
  if (!refined) throw new ThioscopeError("NOT_COMPUTABLE", "the rings of the calibrant are not where the given geometry expects them");
  return describeFit(refined, options.calibrant, free, bothFree(refined), refined.explained ?? 1);
}

function usableImage(frame: FramePixels, options: CalibrationOptions): CountImage {
  const [rows, columns] = options.shape;
  checkGeometry({ ...place(options, 0, 0, 1), wavelengthMetre: options.wavelengthMetre ?? null });
  if (frame.length !== rows * columns) {
    throw new ThioscopeError("INVALID_INPUT", `a frame of ${frame.length} pixels; ${rows} × ${columns} = ${rows * columns} were said`);
  }
  if (options.start === undefined && options.wavelengthMetre === undefined && options.distanceMetre === undefined) {
    throw new ThioscopeError("INVALID_INPUT", "the energy or the distance must be known: one frame does not tell both");
  }
  const image = countImage(frame, options.shape, options.valid ?? validCounts(frame), options.mask ?? null);
  if (image.usableCount < 1000) {
    throw new ThioscopeError("NOT_COMPUTABLE", `${image.usableCount} of ${frame.length} pixels hold counts: no rings can be found in them`);
  }
  return image;
}

function spacingsOf({ name, lines }: Calibrant): number[] {
  const spacings = [...new Set(lines.map(({ d }) => d.value))].filter((d) => d > 0).sort((a, b) => b - a);
  if (spacings.length === 0) throw new ThioscopeError("INVALID_INPUT", `the calibrant ${name} has no d-spacings`);
  return spacings;
}

/** A geometry without tilt. */
function place(
  options: CalibrationOptions,
  row: number,
  column: number,
  distanceMetre: number,
  wavelengthMetre?: number,
): DetectorGeometry {
  return fromBeamGeometry(
    { beamDistanceMetre: distanceMetre, centreRow: row, centreColumn: column, tiltDegree: 0, tiltPlaneDegree: 0 },
    {
      pixel1Metre: options.pixel1Metre,
      pixel2Metre: options.pixel2Metre,
      wavelengthMetre: wavelengthMetre ?? options.wavelengthMetre ?? null,
      orientation: options.orientation ?? 3,
      shape: options.shape,
    },
  );
}

function searched(
  image: CountImage,
  options: CalibrationOptions,
  spacings: readonly number[],
  free: FreeParameters,
): Refined & { explained: number } {
  const centres = findCentres(image);
  if (centres.length === 0) throw new ThioscopeError("NOT_COMPUTABLE", "the frame is even: nothing in it shows where rings might be");
  let best: (Refined & { explained: number }) | null = null;
  const tried: { centre: FoundCentre; peaks: readonly RadialPeak[] }[] = [];
  // a solution that leaves half of what is seen unexplained may be right (a calibrant in something else), but one that explains it is better
  const rank = ({ merit, explained }: { merit: number; explained: number }): number => merit * (0.4 + 0.6 * explained);
  for (const centre of centres.slice(0, MOST_CENTRES)) {
    const peaks = radialPeaks(image, centre, options.pixel1Metre / options.pixel2Metre);
    tried.push({ centre, peaks });
    for (const { distance, wavelength } of starts(options, spacings, peaks).slice(0, MOST_SCALES)) {
      const refined = refineOnRings(image, place(options, centre.row, centre.column, distance, wavelength), spacings, free, true);
      // which line a lone ring is cannot be told
      if (!refined || new Set(refined.lines).size < 2) continue;
      const explained = explainedShare(peaks, ringRadii(refined, options.pixel2Metre));
      if (!best || rank({ ...refined, explained }) > rank(best)) best = { ...refined, explained };
      // nothing can be much better
      if (best.merit > 0.85 && best.explained > 0.85) return best;
    }
  }
  if (best && best.merit > LEAST_MERIT) return best;
  throw new ThioscopeError("NOT_COMPUTABLE", whyNot(options.calibrant, tried, best));
}

/** Radii of the calibrant's rings without tilt, pixels. */
function ringRadii({ fit, spacings }: Refined, pixelMetre: number): number[] {
  const wavelength = fit.geometry.wavelengthMetre! * 1e10;
  const distance = beamGeometry(fit.geometry).beamDistanceMetre / pixelMetre;
  return spacings.filter((d) => wavelength < 1.4 * d).map((d) => distance * Math.tan(2 * Math.asin(wavelength / (2 * d))));
}

/** Below this share of the lines that ought to be seen a solution is chance. */
const LEAST_MERIT = 0.25;

function starts(
  options: CalibrationOptions,
  spacings: readonly number[],
  peaks: readonly RadialPeak[],
): { distance: number; wavelength: number; score: number }[] {
  const { wavelengthMetre, distanceMetre, pixel2Metre } = options;
  if (wavelengthMetre !== undefined && distanceMetre !== undefined)
    return [{ distance: distanceMetre, wavelength: wavelengthMetre, score: 1 }];
  if (wavelengthMetre !== undefined) {
    return proposeScales(peaks, distanceScale(spacings, wavelengthMetre * 1e10)).map(({ scale, score }) => ({
      distance: scale * pixel2Metre,
      wavelength: wavelengthMetre,
      score,
    }));
  }
  return proposeScales(peaks, wavelengthScale(spacings, distanceMetre! / pixel2Metre)).map(({ scale, score }) => ({
    distance: distanceMetre!,
    wavelength: scale * 1e-10,
    score,
  }));
}

function whyNot(
  calibrant: Calibrant,
  tried: readonly { centre: FoundCentre; peaks: readonly RadialPeak[] }[],
  best: Refined | null,
): string {
  const most = tried.toSorted((a, b) => b.peaks.length - a.peaks.length)[0]!;
  const { centre, peaks } = most;
  const where = `about row ${centre.row.toFixed(0)}, column ${centre.column.toFixed(0)}`;
  if (peaks.length < 2) {
    return `${peaks.length === 0 ? "no rings" : "one ring only"} ${where}, where a centre seems likeliest: is this a frame of a calibrant, and its background low enough?`;
  }
  const radii = peaks.slice(0, 8).map(({ radius }) => radius.toFixed(0));
  const seen = `${peaks.length} rings ${where} with radii ${radii.join(", ")}${peaks.length > 8 ? ", …" : ""} px`;
  const share = best ? `; at the best distance ${(best.merit * 100).toFixed(0)} % of its lines are found` : "";
  return `${seen} are not those of ${calibrant.name} at any distance${share}. Is it the calibrant, and is the energy right?`;
}

/** The same points with wavelength and distance both free, for their covariance alone. */
function bothFree(refined: Refined): GeometryFit | null {
  try {
    return fitGeometry(refined.fitPoints, refined.fit.geometry, { distance: true, tilt: true, wavelength: true });
  } catch {
    return null;
  }
}

/**
 * The wavelength from two calibrations with the same (nominal) wavelength, at distances whose difference is known.
 *
 * At small angles a calibration determines λ·L: with the nominal λ0 it gives L' = L λ/λ0, so λ = λ0 (L'₂ − L'₁)/Δ. Larger angles make that the start of an
 * iteration, which the caller does by calibrating again with the new wavelength.
 *
 * @param shiftMetre distance of the second frame less that of the first
 */
export function wavelengthFromTwoDistances(first: Calibration, second: Calibration, shift: Quantity & { unit: "m" }): Quantity {
  const [a, b] = [distanceOf(first), distanceOf(second)];
  const wavelength = first.geometry.wavelengthMetre;
  if (wavelength === null || wavelength !== second.geometry.wavelengthMetre) {
    throw new ThioscopeError("INVALID_INPUT", "both calibrations must have been made with the same nominal wavelength");
  }
  if (!(Math.abs(shift.value) > 0))
    throw new ThioscopeError("INVALID_INPUT", `a shift of ${shift.value} m tells nothing of the wavelength`);
  const ratio = (b.value - a.value) / shift.value;
  if (!(ratio > 0.5 && ratio < 2)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `distances ${a.value.toFixed(4)} and ${b.value.toFixed(4)} m do not lie ${shift.value} m apart: is the sign right?`,
    );
  }
  const relative = Math.hypot((a.sigma ?? 0) / (b.value - a.value), (b.sigma ?? 0) / (b.value - a.value), (shift.sigma ?? 0) / shift.value);
  return quantity(wavelength * ratio * 1e10, "Å", wavelength * ratio * 1e10 * relative);
}

function distanceOf(calibration: Calibration): Quantity {
  const found = calibration.parameters.find(({ name }) => name === "distance")!;
  return quantity(found.value * 1e-3, "m", found.sigma === null ? null : found.sigma * 1e-3);
}

/** λ in metres of photons of this energy. */
export function wavelengthOfEnergy(energyKeV: number): number {
  if (!(energyKeV >= 0.1 && energyKeV <= 1000)) {
    throw new ThioscopeError("INVALID_INPUT", `energy ${energyKeV} keV: 0.1 to 1000 keV are possible`);
  }
  return (CONSTANTS.planck * CONSTANTS.lightSpeed) / (energyKeV * 1e3 * CONSTANTS.elementaryCharge);
}
