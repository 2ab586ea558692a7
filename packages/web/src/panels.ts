/** The page's panels and their keys. */
export const PANELS = [
  { id: "study", name: "Study", key: "1" },
  { id: "cells", name: "Cells", key: "2" },
  { id: "impedance", name: "Impedance", key: "3" },
  { id: "files", name: "Files", key: "4" },
] as const;

export type Panel = (typeof PANELS)[number]["id"];
