/**
 * Virtual S K-edge spectrometer: scans of chains, S8, sulfide, electrolyte and oxidised sulfur as a beamline would have written them, with the truth.
 *
 * Each kind of sulfur atom has an edge and lines; lines are Voigt profiles (core hole 0.59 eV, the monochromator's Gaussian). Energies are
 * relative to the white line of S8. Counts: I0 with drift of the ring's current and dips, fluorescence on a curved background.
 *
 * Effects that the analysis does not model: edges of the two kinds of chain atoms at distances from their lines that differ and scatter, broad resonances
 * behind each at its own place, ripples of neighbouring shells, line widths and the separation that vary from sample to sample, a monochromator that is 1e-3 of an eV
 * coarse in its steps, dips of I0. It shares no code with the analysis.
 */
import { type Random, random } from "@thioscope/core";
import { voigt } from "./voigt.ts";

export interface VirtualSulfur {
  /** shares of the S atoms; they are made to sum to 1 */
  chain?: { x: number; share: number };
  s8?: number;
  sulfide?: number;
  /** PS4³⁻ of a sulfide electrolyte */
  electrolyte?: number;
  sulfate?: number;
}

export interface VirtualAbsorptionBeamline {
  /** white line of S8 at this beamline, eV */
  s8WhiteLine: number;
  /** added to the true energy by a wrong zero, eV */
  shift: number;
  /** growth of the shift, eV per hour */
  driftPerHour: number;
  /** standard deviation of a point in units of the edge step */
  noise: number;
  /** a of y (1 + a)/(1 + a y); 0 is a thin sample */
  overAbsorption: number;
  /** number of glitches in a scan */
  glitches: number;
  /** eV, standard deviation of the monochromator's resolution */
  resolution: number;
  /** eV between points in the edge region */
  step: number;
}

export const USUAL_SULFUR_BEAMLINE: VirtualAbsorptionBeamline = {
  s8WhiteLine: 2471.5,
  shift: 0,
  driftPerHour: 0,
  noise: 0.005,
  overAbsorption: 0,
  glitches: 0,
  resolution: 0.35,
  step: 0.1,
};

export interface VirtualAbsorptionScan {
  name: string;
  startSecond: number;
  energy: Float64Array;
  i0: Float64Array;
  fluorescence: Float64Array;
  truth: {
    seed: string;
    sulfur: VirtualSulfur;
    beamline: VirtualAbsorptionBeamline;
    /** eV that must be added to the scan's energies */
    correction: number;
    /** energies of the glitches as written, eV */
    glitches: readonly number[];
    /** the normalised spectrum without noise, thin, on the scan's points */
    normalized: Float64Array;
  };
}

interface Line {
  at: number;
  area: number;
  /** extra Gaussian width beside the beamline's, eV */
  width: number;
}

interface Species {
  /** edge relative to S8's white line, eV */
  edge: number;
  lines: readonly Line[];
}

/** ρ that the virtual chains have: internal over terminal strength per atom. */
export const VIRTUAL_RHO = 1.12;
/** strength per terminal atom, eV */
export const VIRTUAL_STRENGTH = 2.6;

const CORE_HOLE = 0.59;

const SPECIES: Readonly<Record<string, Species>> = {
  s8: {
    edge: 2.1,
    lines: [
      { at: 0, area: 3.1, width: 0.42 },
      { at: 1.1, area: 0.35, width: 0.6 },
      { at: 6.9, area: 1.2, width: 2.0 },
    ],
  },
  sulfide: {
    edge: 2.6,
    lines: [
      { at: 1.7, area: 1.1, width: 0.5 },
      { at: 4.4, area: 2.2, width: 0.8 },
      { at: 11.6, area: 1.4, width: 2.2 },
    ],
  },
  electrolyte: {
    edge: 3.0,
    lines: [
      { at: 0.55, area: 1.5, width: 0.45 },
      { at: 3.4, area: 1.1, width: 0.9 },
      { at: 8.5, area: 1.2, width: 2.0 },
    ],
  },
  sulfate: {
    edge: 11.5,
    lines: [
      { at: 10.0, area: 8.5, width: 0.55 },
      { at: 15.5, area: 1.5, width: 1.8 },
    ],
  },
};

/** The two kinds of atoms of a chain; samples differ a little. */
function chainSpecies(draw: Random): { terminal: Species; internal: Species } {
  const separation = 2.0 + 0.04 * draw.normal();
  const width = 0.4 * (1 + 0.05 * draw.normal());
  const internalWidth = width * (1 + 0.05 * draw.normal());
  return {
    terminal: {
      edge: -separation + 2 + 0.1 * draw.normal(),
      lines: [
        { at: -separation, area: VIRTUAL_STRENGTH, width },
        { at: 7.2, area: 0.9, width: 2.4 },
      ],
    },
    internal: {
      edge: 1.85,
      lines: [
        { at: 0, area: VIRTUAL_RHO * VIRTUAL_STRENGTH, width: internalWidth },
        { at: 7.5, area: 0.9, width: 2.4 },
      ],
    },
  };
}

function speciesAt({ edge, lines }: Species, e: number, resolution: number): number {
  const beyond = e - edge;
  let y = 0.5 + Math.atan((2 * beyond) / (CORE_HOLE + resolution)) / Math.PI;
  for (const { at, area, width } of lines) y += area * voigt(e - at, Math.hypot(width, resolution), CORE_HOLE);
  // shells of neighbours: a ripple that dies out
  if (beyond > 8)
    y += 0.05 * Math.sin(2 * 2.0 * Math.sqrt(0.2625 * beyond) + 1) * Math.exp(-beyond / 60) * (1 - Math.exp(-(beyond - 8) / 6));
  return y;
}

/** Records one scan. @param startSecond since the run began */
export function virtualSulfurScan(
  name: string,
  sulfur: VirtualSulfur,
  beamline: VirtualAbsorptionBeamline = USUAL_SULFUR_BEAMLINE,
  seed = "1",
  startSecond = 0,
): VirtualAbsorptionScan {
  const draw = random(`${name}/${seed}`);
  const { terminal, internal } = chainSpecies(draw.fork("sample"));
  const parts: [Species, number][] = [];
  if (sulfur.chain) {
    const { x, share } = sulfur.chain;
    parts.push([terminal, share * (2 / x)], [internal, share * (1 - 2 / x)]);
  }
  for (const kind of ["s8", "sulfide", "electrolyte", "sulfate"] as const) if (sulfur[kind]) parts.push([SPECIES[kind]!, sulfur[kind]!]);
  const total = parts.reduce((sum, [, share]) => sum + share, 0);
  const offset = beamline.shift + (beamline.driftPerHour * startSecond) / 3600;
  const truth = (e: number): number =>
    parts.reduce((sum, [species, share]) => sum + (share / total) * speciesAt(species, e, beamline.resolution), 0);
  const energy = energies(beamline, draw);
  const n = energy.length;
  const i0 = new Float64Array(n);
  const fluorescence = new Float64Array(n);
  const normalized = new Float64Array(n);
  const a = beamline.overAbsorption;
  const dip = energy[0]! + draw.uniform() * (energy[n - 1]! - energy[0]!);
  for (let i = 0; i < n; i++) {
    const relative = energy[i]! - offset - beamline.s8WhiteLine;
    const y = truth(relative);
    normalized[i] = y;
    const seen = (y * (1 + a)) / (1 + a * y) + beamline.noise * draw.normal();
    const current = 2.3e5 * (1 - 0.06 * (i / n)) * (1 - 0.08 * Math.exp(-(((energy[i]! - dip) / 1.5) ** 2)));
    const background = 0.03 + 2e-5 * (relative + 20) + 2e-7 * (relative + 20) ** 2;
    i0[i] = current;
    fluorescence[i] = current * (background + 0.085 * seen);
  }
  const glitches: number[] = [];
  for (let k = 0; k < beamline.glitches; k++) {
    const at = 20 + draw.integer(n - 40);
    fluorescence[at] = fluorescence[at]! * (1 + (draw.uniform() < 0.5 ? -1 : 1) * (0.25 + 0.2 * draw.uniform()));
    glitches.push(energy[at]!);
  }
  return { name, startSecond, energy, i0, fluorescence, truth: { seed, sulfur, beamline, correction: -offset, glitches, normalized } };
}

/** Coarse below and above, fine over the edge: −30 … −6, … +14, … +55 eV. */
function energies({ s8WhiteLine, step }: VirtualAbsorptionBeamline, draw: Random): Float64Array {
  const out: number[] = [];
  for (let e = -30; e < -6; e += 1) out.push(e);
  for (let k = 0; -6 + k * step < 14; k++) out.push(-6 + k * step);
  for (let e = 14; e <= 55; e += 0.5) out.push(e);
  return Float64Array.from(out, (e) => Math.round((s8WhiteLine + e + 0.0006 * draw.normal()) * 1000) / 1000);
}

/** The scan as an XDI file. */
export function writeVirtualXdi({ name, startSecond, energy, i0, fluorescence }: Omit<VirtualAbsorptionScan, "truth">): string {
  const time = new Date(Date.UTC(2026, 0, 15, 8, 0, 0) + 1000 * startSecond).toISOString().replace("T", " ").slice(0, 19);
  const head = [
    "# XDI/1.0 Thioscope",
    "# Column.1: energy eV",
    "# Column.2: ifluor",
    "# Column.3: i0",
    "# Element.symbol: S",
    "# Element.edge: K",
    "# Mono.d_spacing: 3.13477",
    `# Sample.name: ${name}`,
    `# Scan.start_time: ${time}`,
    "# ///",
    "#-----",
    "# energy ifluor i0",
  ];
  const rows = Array.from(energy, (e, i) => `  ${e.toFixed(3)}  ${fluorescence[i]!.toFixed(4)}  ${i0[i]!.toFixed(2)}`);
  return `${[...head, ...rows].join("\n")}\n`;
}
