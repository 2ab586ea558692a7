/**
 * The cells of the four papers as a cycler would see them: plateaus, polarisation and a capacity per cycle.
 *
 * Numbers flagged "print" stand in the paper; "assumed" ones were chosen so that the curve looks like the
 * paper's and serve only as known truth for the analysis. Nothing here is a model of the chemistry: that is
 * the cell model's work.
 */

/** A plateau: `capacity` is spread over about 4 × `width` around `potential` (logistic step). */
export interface VirtualPlateau {
  potentialVolt: number;
  /** share of the half cycle's capacity, relative to the other plateaus */
  share: number;
  widthVolt: number;
}

/** A run of cycles at one current. */
export interface VirtualRates {
  cycles: number;
  currentMilliamperePerGram: number;
  /** capacity of the first and the last of these cycles; linear in between */
  dischargeMilliampereHourPerGram: readonly [first: number, last: number];
  /** charge capacity over discharge capacity */
  chargeRecovery: readonly [first: number, last: number];
}

export interface VirtualCell {
  id: string;
  title: string;
  paper: string;
  activeMassGram: number;
  areaSquareCentimetre: number;
  /** which half cycle comes first */
  first: "discharge" | "charge";
  lowerVolt: number;
  upperVolt: number;
  discharge: readonly VirtualPlateau[];
  charge: readonly VirtualPlateau[];
  /** ohmic and charge-transfer resistance, assumed constant */
  resistanceOhm: number;
  protocol: readonly VirtualRates[];
  temperatureCelsius: number;
  flags: Readonly<Record<string, "print" | "assumed">>;
}

export const VIRTUAL_CELLS = {
  /** S|Na₃PS₄|Na₁₅Sn₄, 10 mm, 80 °C. Print: masses, 100 mA/g, 1249 mAh/g, features at 1.17 V and 1.84 V. */
  "na-s-nps": {
    id: "na-s-nps",
    title: "S|NPS at 80 °C",
    paper: "Revealing the hidden polysulfides in solid-state Na–S batteries",
    activeMassGram: 1.65e-3,
    areaSquareCentimetre: 0.7854,
    first: "discharge",
    lowerVolt: 0.5,
    upperVolt: 2.8,
    discharge: [
      { potentialVolt: 1.92, share: 0.09, widthVolt: 0.035 },
      { potentialVolt: 1.66, share: 0.17, widthVolt: 0.045 },
      { potentialVolt: 1.44, share: 0.24, widthVolt: 0.04 },
      { potentialVolt: 1.17, share: 0.5, widthVolt: 0.035 },
    ],
    charge: [
      { potentialVolt: 1.74, share: 0.3, widthVolt: 0.035 },
      { potentialVolt: 1.84, share: 0.34, widthVolt: 0.03 },
      { potentialVolt: 2.03, share: 0.2, widthVolt: 0.05 },
      { potentialVolt: 2.27, share: 0.16, widthVolt: 0.06 },
    ],
    resistanceOhm: 180,
    protocol: [
      {
        cycles: 5,
        currentMilliamperePerGram: 100,
        dischargeMilliampereHourPerGram: [1249, 1187],
        chargeRecovery: [0.962, 0.995],
      },
    ],
    temperatureCelsius: 80,
    flags: { activeMassGram: "print", "discharge[3].potentialVolt": "print", "charge[1].potentialVolt": "print", protocol: "assumed" },
  },
  /** S@C–Na₃SbS₄, 60 °C and 25 °C cells of the paper; here 25 °C, 0.5 C. Print: 1976 → 1295 mAh/g over 140 cycles, dQ/dV features. */
  nas: {
    id: "nas",
    title: "S@C–NAS at 25 °C",
    paper: "Self-sacrifice of sulfide electrolytes",
    activeMassGram: 0.384e-3,
    areaSquareCentimetre: 0.7854,
    first: "discharge",
    lowerVolt: 0.7,
    upperVolt: 2.8,
    discharge: [
      { potentialVolt: 1.75, share: 0.22, widthVolt: 0.045 },
      { potentialVolt: 1.25, share: 0.2, widthVolt: 0.04 },
      { potentialVolt: 1.05, share: 0.46, widthVolt: 0.035 },
      { potentialVolt: 0.7, share: 0.12, widthVolt: 0.03 },
    ],
    charge: [
      { potentialVolt: 1.85, share: 0.62, widthVolt: 0.04 },
      { potentialVolt: 2.15, share: 0.38, widthVolt: 0.05 },
    ],
    resistanceOhm: 240,
    protocol: [
      {
        cycles: 140,
        currentMilliamperePerGram: 836,
        dischargeMilliampereHourPerGram: [1976, 1295],
        chargeRecovery: [0.94, 0.998],
      },
    ],
    temperatureCelsius: 25,
    flags: { activeMassGram: "assumed", discharge: "print", charge: "print", protocol: "print" },
  },
  /** NAS–C|Na₃SbS₄: the electrolyte alone as active material, 25 °C. Print: 0.26 mAh/cm², dQ/dV features; mass of NAS as in the composite. */
  "nas-c": {
    id: "nas-c",
    title: "NAS–C at 25 °C",
    paper: "Self-sacrifice of sulfide electrolytes",
    activeMassGram: 2.56e-3,
    areaSquareCentimetre: 0.7854,
    first: "discharge",
    lowerVolt: 0.7,
    upperVolt: 2.8,
    discharge: [
      { potentialVolt: 1.6, share: 0.55, widthVolt: 0.045 },
      { potentialVolt: 1.25, share: 0.45, widthVolt: 0.04 },
    ],
    charge: [
      { potentialVolt: 2.15, share: 0.6, widthVolt: 0.04 },
      { potentialVolt: 2.3, share: 0.4, widthVolt: 0.035 },
    ],
    resistanceOhm: 240,
    protocol: [
      {
        cycles: 20,
        currentMilliamperePerGram: 125.8,
        dischargeMilliampereHourPerGram: [79.77, 71],
        chargeRecovery: [0.95, 0.995],
      },
    ],
    temperatureCelsius: 25,
    flags: { activeMassGram: "print", discharge: "print", charge: "print", "protocol[0].dischargeMilliampereHourPerGram[0]": "print" },
  },
  /** S|LGPS-type with LiI|Li–In, potentials against Li–In. Print: the rate table and its return to 0.2 A/g. */
  "li-s": {
    id: "li-s",
    title: "Li–S with LiI, rate test",
    paper: "Manipulating Li₂S₂/Li₂S mixed discharge products",
    activeMassGram: 0.51e-3,
    areaSquareCentimetre: 0.7854,
    first: "discharge",
    lowerVolt: 0.6,
    upperVolt: 2.4,
    discharge: [
      { potentialVolt: 1.4, share: 0.45, widthVolt: 0.05 },
      { potentialVolt: 1.27, share: 0.55, widthVolt: 0.06 },
    ],
    charge: [
      { potentialVolt: 1.75, share: 0.6, widthVolt: 0.05 },
      { potentialVolt: 1.95, share: 0.4, widthVolt: 0.07 },
    ],
    resistanceOhm: 110,
    protocol: [
      [0.2, 933],
      [0.4, 1027.4],
      [0.6, 996.4],
      [0.8, 978.9],
      [1, 938.2],
      [2, 760.8],
      [4, 467.8],
      [6, 303.7],
      [0.2, 1222.4],
    ].map(([rate, capacity]) => ({
      cycles: 5,
      currentMilliamperePerGram: (rate ?? 0) * 1000,
      dischargeMilliampereHourPerGram: [capacity ?? 0, capacity ?? 0] as const,
      chargeRecovery: [0.99, 0.999] as const,
    })),
    temperatureCelsius: 25,
    flags: { activeMassGram: "assumed", protocol: "print", discharge: "assumed", charge: "assumed" },
  },
  /** NaCrO₂ with NTSC|Na₃PS₄|Na₁₅Sn₄. Print: 111.95 mAh/g at 0.1 C and 92.6 % in the first cycle, 2.4–3.4 V. */
  ntsc: {
    id: "ntsc",
    title: "NaCrO₂ with NTSC",
    paper: "Sulfur-induced lattice disordering in halide electrolytes",
    activeMassGram: 4.2e-3,
    areaSquareCentimetre: 0.7854,
    first: "charge",
    lowerVolt: 2.4,
    upperVolt: 3.4,
    discharge: [
      { potentialVolt: 3.12, share: 0.35, widthVolt: 0.03 },
      { potentialVolt: 2.9, share: 0.65, widthVolt: 0.025 },
    ],
    charge: [
      { potentialVolt: 2.96, share: 0.62, widthVolt: 0.025 },
      { potentialVolt: 3.18, share: 0.38, widthVolt: 0.03 },
    ],
    resistanceOhm: 60,
    protocol: [
      {
        cycles: 1,
        currentMilliamperePerGram: 12,
        dischargeMilliampereHourPerGram: [111.95, 111.95],
        chargeRecovery: [1 / 0.926, 1 / 0.926],
      },
      {
        cycles: 20,
        currentMilliamperePerGram: 60,
        dischargeMilliampereHourPerGram: [103.2, 101.1],
        chargeRecovery: [1.004, 1.001],
      },
    ],
    temperatureCelsius: 25,
    flags: { activeMassGram: "assumed", "protocol[0]": "print", "protocol[1]": "assumed" },
  },
} as const satisfies Record<string, VirtualCell>;

export type VirtualCellId = keyof typeof VIRTUAL_CELLS;
