/**
 * The cells of the study as the paper describes them: cathodes of S@C with Na3SbS4 (NAS) or Na3PS4 (NPS), and of an electrolyte with carbon alone, before
 * Na15Sn4. Potentials are those of the cell. "Print" stands in the paper; shares and widths of the steps were chosen so that curves look like the printed ones.
 */
import type { VirtualCell, VirtualPlateau, VirtualRates } from "../../cells.ts";

const PAPER = "Self-sacrifice of sulfide electrolytes";
/** A die of 10 mm. */
export const AREA = Math.PI / 4;

export interface Composite {
  discharge: readonly VirtualPlateau[];
  charge: readonly VirtualPlateau[];
  resistanceOhm: number;
}

/** Print: all potentials. */
export const NAS_COMPOSITE: Composite = {
  discharge: [
    { potentialVolt: 1.75, share: 0.24, widthVolt: 0.045 },
    { potentialVolt: 1.25, share: 0.2, widthVolt: 0.04 },
    { potentialVolt: 1.05, share: 0.46, widthVolt: 0.032 },
    { potentialVolt: 0.7, share: 0.12, widthVolt: 0.03 },
  ],
  charge: [
    { potentialVolt: 1.85, share: 0.62, widthVolt: 0.04 },
    { potentialVolt: 2.15, share: 0.38, widthVolt: 0.05 },
  ],
  resistanceOhm: 240,
};

/** Print: all potentials. */
export const NPS_COMPOSITE: Composite = {
  discharge: [
    { potentialVolt: 1.7, share: 0.14, widthVolt: 0.05 },
    { potentialVolt: 1.0, share: 0.86, widthVolt: 0.045 },
  ],
  charge: [
    { potentialVolt: 1.8, share: 0.84, widthVolt: 0.045 },
    { potentialVolt: 2.25, share: 0.16, widthVolt: 0.05 },
  ],
  resistanceOhm: 420,
};

/** Print: all potentials. */
export const NAS_ALONE: Composite = {
  discharge: [
    { potentialVolt: 1.6, share: 0.55, widthVolt: 0.045 },
    { potentialVolt: 1.25, share: 0.45, widthVolt: 0.04 },
  ],
  charge: [
    { potentialVolt: 2.15, share: 0.6, widthVolt: 0.035 },
    { potentialVolt: 2.3, share: 0.4, widthVolt: 0.03 },
  ],
  resistanceOhm: 240,
};

/** Print: that its steps lie elsewhere than those of the composite, and that there is little of them. */
export const NPS_ALONE: Composite = {
  discharge: [{ potentialVolt: 1.35, share: 1, widthVolt: 0.06 }],
  charge: [{ potentialVolt: 2.45, share: 1, widthVolt: 0.05 }],
  resistanceOhm: 420,
};

/** At 60 °C a third step between 0.8 and 0.7 V (print). */
export const NAS_WARM: Composite = {
  discharge: [
    { potentialVolt: 1.78, share: 0.22, widthVolt: 0.045 },
    { potentialVolt: 1.28, share: 0.18, widthVolt: 0.04 },
    { potentialVolt: 1.09, share: 0.36, widthVolt: 0.032 },
    { potentialVolt: 0.76, share: 0.26, widthVolt: 0.02 },
  ],
  charge: [
    { potentialVolt: 1.82, share: 0.64, widthVolt: 0.04 },
    { potentialVolt: 2.12, share: 0.36, widthVolt: 0.05 },
  ],
  resistanceOhm: 90,
};

/** mA/cm² to mA per gram of what counts as active. */
export const specific = (milliamperePerSquareCentimetre: number, gram: number): number => (milliamperePerSquareCentimetre * AREA) / gram;

export function cellOf(
  id: string,
  title: string,
  composite: Composite,
  gram: number,
  protocol: readonly VirtualRates[],
  celsius = 25,
): VirtualCell {
  return {
    id,
    title,
    paper: PAPER,
    activeMassGram: gram,
    areaSquareCentimetre: AREA,
    first: "discharge",
    lowerVolt: 0.7,
    upperVolt: 2.8,
    ...composite,
    protocol,
    temperatureCelsius: celsius,
    flags: {},
  };
}

/** Every step moved: on discharge down, on charge up. */
export function polarised(composite: Composite, volt: number): Composite {
  const moved = (steps: readonly VirtualPlateau[], by: number): VirtualPlateau[] =>
    steps.map((step) => ({ ...step, potentialVolt: step.potentialVolt + by }));
  return { ...composite, discharge: moved(composite.discharge, -volt), charge: moved(composite.charge, volt) };
}
