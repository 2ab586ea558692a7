/**
 * Spectra and heat flow of the glass and of what it is made of: Raman, Ta 4f, S K-edge, Ta L3-edge with its fine structure, calorimetry.
 *
 * Effects: those of the virtual spectrometers (spectroscopy.ts, fineStructure.ts), and: the S K-edge of the glass was measured after the monochromator
 * had moved by some hundredths of an eV, cosmic rays in every Raman spectrum, a charged sample in XPS, whose carbon line tells by how much.
 */
import { random } from "@thioscope/core";
import { type VirtualShell, virtualExafs, virtualXanes } from "../../fineStructure.ts";
import { virtualCalorimeter, virtualRaman, virtualXps } from "../../spectroscopy.ts";
import { writeHeatFlow, writeRamanText, writeVamas } from "../../spectroscopyFiles.ts";
import type { LabFile, LabTruth } from "../campaign.ts";
import type { NtscModel } from "./model.ts";

const text = (path: string, make: () => string): LabFile => ({ path, bytes: () => new TextEncoder().encode(make()) });

/** Shift, full width, height; crystals sharp, the glass broad. Positions of the crystals are assumed, the glass as the paper describes it. */
const BANDS = {
  TaCl5: [
    [143, 6, 1800],
    [181, 6, 2600],
    [222, 7, 1500],
    [324, 8, 700],
    [372, 8, 900],
    [389, 8, 1600],
    // its strongest, and that of the glass, are drawn anew by each campaign
    [0, 7, 6000],
  ],
  Na2S: [[187, 12, 2800]],
  NTSC: [
    [190, 70, 700],
    [262, 80, 420],
    [345, 55, 800],
    [0, 38, 1700],
  ],
} as const;

export function ramanFiles({ bands: drawn, seed }: NtscModel): LabFile[] {
  return (["TaCl5", "Na2S", "NTSC"] as const).map((name, k) =>
    text(`raw/raman/${k + 1}_${name}.txt`, () => {
      const strongest = name === "Na2S" ? 0 : drawn[name];
      const bands = BANDS[name].map(([at, width, height]) => [at === 0 ? strongest : at, width, height] as const);
      const { x, y } = virtualRaman({ seed: `${seed} ${name}`, bands, range: [100, 600], points: 1000, cosmicRays: 3 });
      return writeRamanText(name, x, y);
    }),
  );
}

/** eV, Ta 4f7/2 next to chlorine alone; the doublet's distance and the share of its weaker line */
const CHLORIDE = 28.5;
const DOUBLET = { apart: 1.91, share: 0.75 };

export function xpsFiles({ bridged, seed }: NtscModel): LabFile[] {
  const charging = 0.3 * random(`charging ${seed}`).uniform();
  const photon = 1486.6;
  const lines = [
    [CHLORIDE, 1 - bridged.share, 1.15],
    [bridged.energy, bridged.share, 1.2],
  ].flatMap(([at, share, width]) => [
    [at!, width!, 24_000 * share!] as const,
    [at! + DOUBLET.apart, width!, 24_000 * share! * DOUBLET.share] as const,
  ]);
  return [
    text("raw/xps/NTSC.vms", () => {
      const tantalum = virtualXps({ seed: `${seed} Ta 4f`, lines, range: [20, 38], charging, photon });
      const carbon = virtualXps({ seed: `${seed} C 1s`, lines: [[284.8, 1.3, 9000]], range: [278, 294], charging, photon });
      return writeVamas([
        { name: "Ta 4f", x: tantalum.x, counts: tantalum.y, photon },
        { name: "C 1s", x: carbon.x, counts: carbon.y, photon },
      ]);
    }),
  ];
}

/** XDI of a scan in transmission: energies with the coefficient that the beamline made of its chambers. */
function xdi(element: string, edge: string, name: string, energy: Float64Array, mu: Float64Array): string {
  const head = [
    "# XDI/1.0 Thioscope",
    "# Column.1: energy eV",
    "# Column.2: mutrans",
    `# Element.symbol: ${element}`,
    `# Element.edge: ${edge}`,
    `# Sample.name: ${name}`,
    "# ///",
    "#-----",
    "# energy mutrans",
  ];
  return `${[...head, ...Array.from(energy, (e, i) => `  ${e.toFixed(3)}  ${mu[i]!.toFixed(6)}`)].join("\n")}\n`;
}

export function sulfurFiles({ sulfur, seed }: NtscModel): LabFile[] {
  const [a, b, c, d] = sulfur;
  const moved = 0.03 * random(`monochromator ${seed}`).normal();
  const samples = {
    Na2S: {
      edge: 2474.2,
      lines: [
        { at: b, area: 0.7, width: 0.3 },
        { at: d, area: 2.6, width: 0.5 },
        { at: 2481.6, area: 1.5, width: 2 },
      ],
    },
    NTSC: {
      edge: 2473.9 + moved,
      lines: [
        { at: a + moved, area: 0.55, width: 0.32 },
        { at: b + moved, area: 0.75, width: 0.3 },
        { at: c + moved, area: 0.9, width: 0.25 },
        { at: d + moved, area: 1.5, width: 0.35 },
        { at: 2481.2 + moved, area: 1.3, width: 2.2 },
      ],
    },
  };
  return Object.entries(samples).map(([name, sample], k) =>
    text(`raw/xanes-s/${k + 1}_${name}.xdi`, () => {
      const { energy, mu } = virtualXanes({ name, coreHole: 0.59, ...sample }, 0.1, 0.002, 0.25, `${seed}`);
      return xdi("S", "K", name, energy, mu);
    }),
  );
}

/** eV; the white line has two parts of its doublet of d states. */
const TANTALUM = { edge: 9881, line: 9882.5 };

export function tantalumFiles({ splitting, shells, seed }: NtscModel): LabFile[] {
  const heights = { TaCl5: 5, NTSC: 4.5 };
  const fine: Record<string, VirtualShell[]> = {
    TaCl5: [
      { apparent: shells.TaCl5, count: 6, sigma2: 0.004, amplitudeAt: 6 },
      { apparent: 3.45, count: 2, sigma2: 0.006, amplitudeAt: 9 },
    ],
    NTSC: [
      { apparent: shells.NTSC, count: 6, sigma2: 0.009, amplitudeAt: 5.5 },
      { apparent: 3.38, count: 1.5, sigma2: 0.008, amplitudeAt: 9 },
    ],
  };
  return (["TaCl5", "NTSC"] as const).flatMap((name, k) => [
    text(`raw/xanes-ta/${k + 1}_${name}.xdi`, () => {
      const lines = [-0.5, 0.5].map((side) => ({
        at: TANTALUM.line + side * splitting[name],
        area: heights[name] + 0.6 * side,
        width: 0.3,
      }));
      const { energy, mu } = virtualXanes({ name, edge: TANTALUM.edge, coreHole: 1.5, lines }, 0.25, 0.004, 0.5, `${seed}`);
      return xdi("Ta", "L3", name, energy, mu);
    }),
    text(`raw/exafs/${k + 1}_${name}.xdi`, () => {
      const { energy, mu } = virtualExafs(name, TANTALUM.edge, fine[name]!, 13, 0.0008, `${seed}`);
      return xdi("Ta", "L3", name, energy, mu);
    }),
  ]);
}

export function heatFlowFiles({ glassTransition, seed }: NtscModel): LabFile[] {
  return [
    text("raw/dsc/NTSC.txt", () => {
      const { temperature, heatFlow } = virtualCalorimeter({ seed, glass: { at: glassTransition, width: 5, heatCapacity: 0.15 } });
      return writeHeatFlow(10, 10, temperature, heatFlow);
    }),
  ];
}

export function spectraTruth({ bands, sulfur, splitting, shells, bridged, glassTransition }: NtscModel): LabTruth[] {
  return [
    { key: "raman-TaCl5", what: "strongest band of TaCl5", value: bands.TaCl5, unit: "1/cm" },
    { key: "raman-NTSC", what: "strongest band of the glass", value: bands.NTSC, unit: "1/cm" },
    { key: "bridged-energy", what: "Ta 4f7/2 of tantalum next to sulfur", value: bridged.energy, unit: "eV" },
    { key: "bridged-share", what: "share of tantalum that is next to sulfur, by Ta 4f", value: bridged.share, unit: "" },
    { key: "sulfur-pre-edge", what: "first feature of the glass at the S K-edge", value: sulfur[0], unit: "eV" },
    { key: "splitting-TaCl5", what: "distance of the two minima of μ″ at Ta L3, TaCl5", value: splitting.TaCl5, unit: "eV" },
    { key: "splitting-NTSC", what: "distance of the two minima of μ″ at Ta L3, the glass", value: splitting.NTSC, unit: "eV" },
    { key: "shell-TaCl5", what: "first shell of TaCl5 in |χ(R)|, without phase correction", value: shells.TaCl5, unit: "Å" },
    { key: "shell-NTSC", what: "first shell of the glass in |χ(R)|, without phase correction", value: shells.NTSC, unit: "Å" },
    { key: "glass-transition", what: "glass transition, middle of the step", value: glassTransition, unit: "°C" },
  ];
}
