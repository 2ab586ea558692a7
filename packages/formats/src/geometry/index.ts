// Detector geometry in files
export { writeImctrl } from "./imctrl.ts";
export { completeGeometry, type GeometryFile, type ImageFrame, type StatedGeometry } from "./model.ts";
export { writePoni } from "./poni.ts";
export { looksLikeGeometry, readGeometry } from "./readGeometry.ts";
