/** EC-Lab's techniques: the id in the settings module, the short name, and the title on the text export. */
export interface Technique {
  code: string;
  title: string;
}

export const TECHNIQUES: Readonly<Record<number, Technique>> = {
  4: { code: "GCPL", title: "Galvanostatic Cycling with Potential Limitation" },
  6: { code: "CV", title: "Cyclic Voltammetry" },
  11: { code: "OCV", title: "Open Circuit Voltage" },
  24: { code: "CA", title: "Chronoamperometry / Chronocoulometry" },
  25: { code: "CP", title: "Chronopotentiometry" },
  28: { code: "WAIT", title: "Wait" },
  29: { code: "PEIS", title: "Potentio Electrochemical Impedance Spectroscopy" },
  30: { code: "GEIS", title: "Galvano Electrochemical Impedance Spectroscopy" },
  48: { code: "CV", title: "Cyclic Voltammetry" },
  50: { code: "ZIR", title: "IR compensation (PEIS)" },
  51: { code: "CVA", title: "Cyclic Voltammetry Advanced" },
  108: { code: "LSV", title: "Linear Sweep Voltammetry" },
  119: { code: "GCPL", title: "Galvanostatic Cycling with Potential Limitation" },
  127: { code: "MB", title: "Modulo Bat" },
};

/** Titles of text exports whose id was not seen in a binary file. */
const FURTHER_TITLES: readonly Technique[] = [
  { code: "GCPL2", title: "Galvanostatic Cycling with Potential Limitation 2" },
  { code: "GCPL3", title: "Galvanostatic Cycling with Potential Limitation 3" },
  { code: "GCPL4", title: "Galvanostatic Cycling with Potential Limitation 4" },
  { code: "GCPL5", title: "Galvanostatic Cycling with Potential Limitation 5" },
  { code: "GCPL6", title: "Galvanostatic Cycling with Potential Limitation 6" },
  { code: "GCPL7", title: "Galvanostatic Cycling with Potential Limitation 7" },
  { code: "SGCPL", title: "Special Galvanostatic Cycling with Potential Limitation" },
  { code: "PCGA", title: "Potentiodynamic Cycling with Galvanostatic Acceleration" },
  { code: "GPI", title: "Galvano Profile Importation" },
  { code: "PEIS", title: "Staircase Potentio Electrochemical Impedance Spectroscopy" },
  { code: "GEIS", title: "Staircase Galvano Electrochemical Impedance Spectroscopy" },
];

const byTitle = new Map([...Object.values(TECHNIQUES), ...FURTHER_TITLES].map(({ code, title }) => [title.toLowerCase(), code]));

/** The short name for a title, or the title itself. */
export function techniqueOfTitle(title: string): string {
  return byTitle.get(title.trim().toLowerCase()) ?? title.trim();
}
