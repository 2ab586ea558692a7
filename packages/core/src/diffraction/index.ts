// Geometry of a flat detector
export { type BeamGeometry, beamGeometry, fromBeamGeometry } from "./fit2d.ts";
export {
  checkGeometry,
  type DetectorGeometry,
  type Orientation,
  type PixelFrame,
  type Projection,
  pixelAt,
  pixelFrame,
  polarisation,
  polarOf,
  projection,
  RADIAL_LABELS,
  RADIAL_UNITS,
  type RadialUnit,
  radialOf,
  rotationMatrix,
  twoThetaOf,
} from "./geometry.ts";
