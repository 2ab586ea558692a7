/**
 * Colours by meaning. The frame is grey; colour belongs to the data: viridis for the order of cycles, one fixed colour for each sulfur species,
 * blue and green of Okabe & Ito (2008) where two quantities share a plot, always told apart by symbol or dash as well.
 */
import { mixed } from "./colours.ts";
import type { Tone } from "./model.ts";

export interface Palette {
  ink: string;
  quiet: string;
  line: string;
  grid: string;
  surface: string;
  accent: string;
  first: string;
  second: string;
  third: string;
  /** part of the ramp that stands out from the surface */
  ramp: readonly [from: number, to: number];
}

export function colourOf(tone: Tone, palette: Palette): string {
  if (typeof tone === "string") return palette[tone];
  if ("species" in tone) return `rgb(${mixed("species", tone.species).join(",")})`;
  const [from, to] = palette.ramp;
  return `rgb(${mixed("viridis", from + tone.ramp * (to - from)).join(",")})`;
}

/** On white paper: what exported figures use whatever the page's theme is. */
export const PAPER: Palette = {
  ink: "#111111",
  quiet: "#555555",
  line: "#222222",
  grid: "#e6e6e6",
  surface: "#ffffff",
  accent: "#b83a14",
  first: "#0a66a8",
  second: "#00805e",
  third: "#6b6b6b",
  ramp: [0.02, 0.84],
};

/** The palette of the theme that applies to `element`, from its custom properties. */
export function paletteOf(element: Element): Palette {
  // what is not on the page yet has no styles of its own
  const style = getComputedStyle(element.isConnected ? element : document.documentElement);
  const read = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  const number = (name: string, otherwise: number): number => Number(read(name, String(otherwise)));
  return {
    ink: read("--ink", PAPER.ink),
    quiet: read("--ink-2", PAPER.quiet),
    line: read("--axis", PAPER.line),
    grid: read("--grid", PAPER.grid),
    surface: read("--surface", PAPER.surface),
    accent: read("--accent", PAPER.accent),
    first: read("--first", PAPER.first),
    second: read("--second", PAPER.second),
    third: read("--third", PAPER.third),
    ramp: [number("--ramp-from", PAPER.ramp[0]), number("--ramp-to", PAPER.ramp[1])],
  };
}
