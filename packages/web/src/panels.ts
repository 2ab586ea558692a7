/** The page's panels and their keys. */
import type { PartPanel } from "@thioscope/views";

/** In the order of the header; a panel of parts is there where the story has any. */
export const PANELS = [
  { id: "study", name: "Study", key: "1" },
  { id: "cells", name: "Cells", key: "2" },
  { id: "impedance", name: "Impedance", key: "3" },
  { id: "diffraction", name: "Diffraction", key: "5", ofParts: true },
  { id: "spectra", name: "Spectra", key: "6", ofParts: true },
  { id: "images", name: "Images", key: "7", ofParts: true },
  { id: "atoms", name: "Atoms", key: "8", ofParts: true },
  { id: "models", name: "Models", key: "9", ofParts: true },
  { id: "evidence", name: "Evidence", key: "0", ofParts: true },
  { id: "paper", name: "Paper", key: "f", ofParts: true },
  { id: "adjust", name: "Adjust", key: "a" },
  { id: "commands", name: "Commands", key: "c" },
  { id: "files", name: "Files", key: "4" },
] as const satisfies readonly ({ id: PartPanel; name: string; key: string; ofParts: true } | { id: string; name: string; key: string })[];

export type Panel = (typeof PANELS)[number]["id"];

export function isPartPanel(panel: Panel): panel is PartPanel {
  return PANELS.some((known) => known.id === panel && "ofParts" in known);
}
