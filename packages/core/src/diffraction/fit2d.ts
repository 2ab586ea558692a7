/**
 * The same geometry in the words of Fit2D (Hammersley et al., High Pressure Research 14, 235, 1996): where the direct beam meets the detector, how
 * far that is, and how the detector is tilted.
 *
 * The direct beam runs along Rᵀ(0, 0, 1) in the detector's axes, so with D the distance along the beam and the rotations of geometry.ts
 *
 *   cos(tilt) = cos(rot1) cos(rot2),   D = distance / cos(tilt),
 *   centre1 = poni1 + D sin(rot2),   centre2 = poni2 − D cos(rot2) sin(rot1),
 *   plane = atan2(sin(rot2), −cos(rot2) sin(rot1)).
 *
 * Fit2D has no third rotation: going there loses rot3, coming back sets it to 0. 2θ does not depend on it, χ turns with it.
 */
import { ThioscopeError } from "../errors.ts";
import { type DetectorGeometry, pixelAt, pixelFrame } from "./geometry.ts";

export interface BeamGeometry {
  /** sample to where the beam meets the detector, m */
  readonly beamDistanceMetre: number;
  /** the beam's row and column in the stored image, as edges: the centre of pixel 0 is 0.5 */
  readonly centreRow: number;
  readonly centreColumn: number;
  /** between detector normal and beam, degrees */
  readonly tiltDegree: number;
  /** of the plane that holds both, from axis 2 towards axis 1, degrees; any number where there is no tilt */
  readonly tiltPlaneDegree: number;
}

const DEGREE = 180 / Math.PI;

/** Throws INVALID_INPUT where the beam does not meet the detector plane from its front. */
export function beamGeometry(geometry: DetectorGeometry): BeamGeometry {
  const cosTilt = Math.cos(geometry.rot1) * Math.cos(geometry.rot2);
  const centre = pixelAt(geometry, 0, 0);
  if (!centre) throw new ThioscopeError("INVALID_INPUT", "the detector is tilted by 90° or more: the direct beam does not meet it");
  const up = Math.sin(geometry.rot2);
  const across = -Math.cos(geometry.rot2) * Math.sin(geometry.rot1);
  return {
    beamDistanceMetre: geometry.distanceMetre / cosTilt,
    centreRow: centre.row,
    centreColumn: centre.column,
    // by the sine: the cosine of a small angle loses half its digits
    tiltDegree: Math.atan2(Math.sqrt(up * up + across * across), cosTilt) * DEGREE,
    tiltPlaneDegree: Math.atan2(up, across) * DEGREE,
  };
}

/** The geometry that has this beam; pixels, wavelength, orientation and shape as given. */
export function fromBeamGeometry(
  beam: BeamGeometry,
  detector: Pick<DetectorGeometry, "pixel1Metre" | "pixel2Metre" | "wavelengthMetre" | "orientation" | "shape">,
): DetectorGeometry {
  const tilt = beam.tiltDegree / DEGREE;
  const plane = beam.tiltPlaneDegree / DEGREE;
  const [up, across] = [Math.sin(tilt) * Math.sin(plane), Math.sin(tilt) * Math.cos(plane)];
  const { origin, perRow, perColumn } = pixelFrame(detector);
  const centre1 = origin[0] + beam.centreRow * perRow[0] + beam.centreColumn * perColumn[0];
  const centre2 = origin[1] + beam.centreRow * perRow[1] + beam.centreColumn * perColumn[1];
  return {
    distanceMetre: beam.beamDistanceMetre * Math.cos(tilt),
    poni1Metre: centre1 - beam.beamDistanceMetre * up,
    poni2Metre: centre2 - beam.beamDistanceMetre * across,
    rot1: Math.atan2(-across, Math.cos(tilt)),
    rot2: Math.asin(up),
    rot3: 0,
    pixel1Metre: detector.pixel1Metre,
    pixel2Metre: detector.pixel2Metre,
    wavelengthMetre: detector.wavelengthMetre,
    orientation: detector.orientation,
    shape: detector.shape,
  };
}
