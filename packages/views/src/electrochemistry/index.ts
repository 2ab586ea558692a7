/** The views of voltammetry, titration, symmetric cells and composition: which, in reading order, and where each has content. */
import type { StoryFile } from "@thioscope/core/story";
import type { FigureSpec } from "../study/context.ts";
import { COMPOSITION, PRODUCTS } from "./composition.ts";
import { CV } from "./cv.ts";
import { CV_RATES } from "./cvRates.ts";
import { GITT_DIFFUSION, GITT_EQUILIBRIUM, GITT_OVERPOTENTIAL } from "./gitt.ts";
import { PEAK_TEMPERATURES } from "./peakTemperatures.ts";
import { PITT_DECAYS, PITT_TITRATION } from "./pitt.ts";
import { OVERPOTENTIAL, SOFT_SHORTS } from "./symmetric.ts";

interface Offered {
  spec: FigureSpec;
  isShown(file: StoryFile): boolean;
}

/** In reading order. */
export const ELECTROCHEMISTRY: readonly Offered[] = [
  { spec: PEAK_TEMPERATURES, isShown: ({ electrochemistry }) => (electrochemistry?.peakTemperatures?.tracks.length ?? 0) > 0 },
  { spec: CV, isShown: ({ electrochemistry }) => (electrochemistry?.voltammetry?.sweeps.length ?? 0) > 0 },
  { spec: CV_RATES, isShown: ({ electrochemistry }) => (electrochemistry?.voltammetry?.rates?.series.length ?? 0) > 0 },
  ...[GITT_EQUILIBRIUM, GITT_OVERPOTENTIAL, GITT_DIFFUSION].map((spec) => ({
    spec,
    isShown: ({ electrochemistry }: StoryFile) => (electrochemistry?.titration?.pulses.length ?? 0) > 0,
  })),
  ...[PITT_TITRATION, PITT_DECAYS].map((spec) => ({
    spec,
    isShown: ({ electrochemistry }: StoryFile) => (electrochemistry?.potentialSteps?.steps.length ?? 0) > 0,
  })),
  { spec: OVERPOTENTIAL, isShown: ({ electrochemistry }) => (electrochemistry?.symmetric?.halfCycles.length ?? 0) > 0 },
  { spec: SOFT_SHORTS, isShown: ({ electrochemistry }) => (electrochemistry?.symmetric?.softShorts.signs.length ?? 0) > 0 },
  { spec: COMPOSITION, isShown: ({ electrochemistry }) => (electrochemistry?.composition?.halfCycles.length ?? 0) > 0 },
  {
    spec: PRODUCTS,
    isShown: ({ electrochemistry }) => electrochemistry?.composition?.halfCycles.some(({ split }) => split !== null) ?? false,
  },
];
