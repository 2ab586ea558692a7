/** Claims about diffraction, recovered from virtual frames and patterns: geometry, deviatoric stress, hidden share by balance of sulfur, pair distances. */
import { CONSTANTS, type Quantity, type Random, random } from "@thioscope/core";
import type { Answered, Found, Outcome } from "@thioscope/core/audit";
import { calibrant, evaluateFormFactor, formFactorOf, phaseStructure, powderLines } from "@thioscope/core/crystal";
import {
  type Cake,
  COMPOSITE_REFUSAL,
  calibrate,
  fitHarmonics,
  fitRing,
  phaseStress,
  type StressRing,
  wavelengthOfEnergy,
} from "@thioscope/core/diffraction";
import { fitPdfPeaks, pairDistribution } from "@thioscope/core/pdf";
import { massRatios, refinePattern, sulfurBalance } from "@thioscope/core/powder";
import {
  OPERANDO_RINGS,
  type VirtualCake,
  type VirtualPair,
  type VirtualRingPhase,
  virtualCake,
  virtualPoisson,
  virtualPowder,
  virtualPowderFrame,
  virtualScattering,
} from "@thioscope/virtual";
import { agreed, type Check, found, overSeeds, sampleOf } from "./model.ts";

const GEOMETRY_SEEDS = 2;
const MILLI = 1e-3;

const geometry: Check = {
  kind: "recover",
  title: "distance from a frame of LaB6",
  gives: ["distance_mm"],
  async run(question, context): Promise<Outcome> {
    const { sample, line } = sampleOf(question, { distance_mm: 1481, keV: 87.1, detector_px: 2048, pixel_mm: 0.2 });
    const side = Math.round(sample.detector_px);
    const wavelengthMetre = wavelengthOfEnergy(sample.keV);
    const lab6 = calibrant("LaB6", 0.4);
    const rings = calibrant("LaB6", 0.6).lines.map(({ d, multiplicity }) => ({
      spacingAngstrom: d.value,
      counts: 600 * Math.sqrt(multiplicity ?? 1),
    }));
    let tradeOff = 0;
    const runs = await overSeeds(GEOMETRY_SEEDS, context, (seed) => {
      const draw = random(`geometry ${seed}`);
      const pixel = sample.pixel_mm * MILLI;
      const frame = virtualPowderFrame({
        rows: side,
        columns: side,
        pixelMetre: pixel,
        wavelengthAngstrom: wavelengthMetre * 1e10,
        rings,
        widthDegree: 0.012,
        distanceMetre: sample.distance_mm * MILLI,
        beamRow: side / 2 + 5 + 20 * draw.uniform(),
        beamColumn: side / 2 - 5 - 20 * draw.uniform(),
        tiltDegree: draw.uniform(),
        seed: `geometry ${seed}`,
      });
      const setting = { calibrant: lab6, shape: [side, side] as const, pixel1Metre: pixel, pixel2Metre: pixel, wavelengthMetre };
      const answer = calibrate(frame, setting);
      tradeOff = answer.wavelengthAndDistance.millimetrePerTenthKeV;
      const { value, sigma } = answer.parameters.find(({ name }) => name === "distance")!;
      return [{ value, sigma }];
    });
    return {
      answers: { distance_mm: { unit: "mm", runs } },
      calibrated: [],
      how: [
        `${line}; beam up to 25 pixels off the middle, tilt up to 1°, noise, 2 % dead pixels that no mask states`,
        `analysis: rings found without a click, geometry refined at fixed energy; an energy that is 0.1 keV off moves the distance by ${tradeOff.toFixed(2)} mm`,
      ],
    };
  },
};

/** Elastic constants from Young's modulus in GPa, 1/TPa. */
export const isotropic = (young: number, poisson: number): { s1: number; halfS2: number } => ({
  s1: (-1000 * poisson) / young,
  halfS2: (1000 * (1 + poisson)) / young,
});
const RANGE: readonly [number, number] = [1.5, 3.75];
const STRESS_SEEDS = 60;

/** Counts of every bin, with their errors. */
export function countedCake(truth: VirtualCake, draw: Random): Cake {
  const values = new Float64Array(truth.expected.length);
  const sigma = new Float64Array(truth.expected.length);
  for (let c = 0; c < values.length; c++) {
    const pixels = truth.pixels[c]!;
    const counts = virtualPoisson(truth.expected[c]! * pixels, draw);
    values[c] = counts / pixels;
    sigma[c] = Math.sqrt(Math.max(1, counts)) / pixels;
  }
  return { ...truth, values, sigma };
}

/** Rings of a phase under a difference of axial and radial stress, MPa, beside a pressure of 50 MPa. */
export const ringPhase = (
  name: string,
  elastic: { s1: number; halfS2: number },
  ds: readonly number[],
  difference: number,
): VirtualRingPhase => ({
  name,
  lines: ds.map((d, i) => ({ d, intensity: 260 / (1 + 0.3 * i), ...elastic })),
  // tension along the vertical axis; across the beam and along it the same
  stress: [-50, difference - 50, -50, 0],
  fwhmDegree: 0.032,
  mix: 0.4,
  texture: 0.2,
});

const stress: Check = {
  kind: "recover",
  title: "deviatoric stress of two phases with d₀ unknown",
  gives: ["deviatoric_NPS_MPa", "deviatoric_Na2S_MPa", "mean_axial_MPa"],
  async run(question, context): Promise<Outcome> {
    const { sample, line } = sampleOf(question, { deviatoric_NPS_MPa: 280, deviatoric_Na2S_MPa: 180 });
    const [electrolyte, product] = [
      ringPhase("Na3PS4", isotropic(20, 0.3), [4.93, 2.846], sample.deviatoric_NPS_MPa),
      ringPhase("Na2S", isotropic(46.9, 0.22), [3.775, 2.3115], sample.deviatoric_Na2S_MPa),
    ];
    const truth = virtualCake(OPERANDO_RINGS, [electrolyte, product], [...RANGE], 290, 36);
    const exact = (value: number): Quantity => ({ value, sigma: 0, unit: "1/TPa" });
    const runs = await overSeeds(STRESS_SEEDS, context, (seed) => {
      const cake = countedCake(truth, random(`stress ${seed}`));
      return [electrolyte, product].map(({ name, lines }): Found => {
        const rings: StressRing[] = [];
        for (const { d, s1, halfS2 } of lines) {
          // nominal positions one part in a thousand off
          const twoThetaDegree = (2 * Math.asin(OPERANDO_RINGS.wavelengthAngstrom / (2 * d * 1.001)) * 180) / Math.PI;
          const harmonics = fitHarmonics(fitRing(cake, { label: `${name} ${d}`, hkl: null, twoThetaDegree, halfWindowDegree: 0.1 }), {
            tilt: null,
          });
          if ("notComputable" in harmonics) return null;
          rings.push({ harmonics, s1: exact(s1), halfS2: exact(halfS2) });
        }
        const answer = phaseStress(rings);
        return "notComputable" in answer ? null : found(answer.difference);
      });
    });
    return {
      answers: {
        deviatoric_NPS_MPa: { unit: "MPa", runs: runs.map(([nps]) => [nps!]) },
        deviatoric_Na2S_MPa: { unit: "MPa", runs: runs.map(([, sulfide]) => [sulfide!]) },
        mean_axial_MPa: { notComputable: COMPOSITE_REFUSAL },
      },
      calibrated: [],
      how: [
        `${line}: rings of two reflections each, axial tension, texture, counting noise; ${STRESS_SEEDS} frames`,
        "analysis: ellipticity of the rings with d₀ unknown and elastic constants taken as known; the numbers are differences σ_axial − σ_radial, as a component s_axial they are two thirds of that",
      ],
    };
  },
};

const COPPER = 1.5406;
/** formula units in a cell times their mass, g/mol */
const CELL_MASS: Readonly<Record<string, number>> = { Na2S: 4 * 78.045, Na2S2: 3 * 110.11, Na3PS4: 2 * 228.2 };
const NAMES = ["Na2S", "Na2S2", "Na3PS4"] as const;
/** counts × degrees of a unit of mass: one instrument */
const COUNTS = 100;

function patternOf(masses: Readonly<Record<string, number>>, seed: string) {
  const lines = Object.entries(masses).flatMap(([name, mass]) => {
    const structure = phaseStructure(name);
    const scale = (COUNTS * mass) / (CELL_MASS[name]! * structure.cell.volume);
    return powderLines(structure, { wavelengthAngstrom: COPPER }).lines.map(({ d, integrated }) => ({
      twoTheta: (360 / Math.PI) * Math.asin(COPPER / (2 * d.value)),
      area: scale * ("value" in integrated ? integrated.value : 0),
    }));
  });
  const { twoTheta, counts } = virtualPowder({ lines, range: [12, 85], step: 0.03, gauss: 0.04, lorentz: 0.03, background: 60, seed });
  return { twoTheta, intensity: Float64Array.from(counts), sigma: null };
}

const AMORPHOUS_SEEDS = 16;

/** Two virtual patterns of a charge in which a share of the new disulfide stays amorphous, refined, and the balance. @param own the share; drawn between 0.15 and 0.20 where null */
export function balanceOnCharge(seed: string, own: number | null = null) {
  const draw = random(seed);
  const hidden = own ?? 0.15 + 0.05 * draw.uniform();
  // g per g of the electrolyte; 2 Na2S → Na2S2
  const [before, lost] = [{ Na2S: 0.5, Na2S2: 0.1 }, 0.3 + 0.1 * draw.uniform()];
  const after = { Na2S: before.Na2S - lost, Na2S2: before.Na2S2 + (lost / 78.045) * 0.5 * (1 - hidden) * 110.11 };
  const state = (masses: typeof before, name: string) => {
    const fit = refinePattern(
      patternOf({ ...masses, Na3PS4: 1 }, name),
      NAMES.map((phase) => phaseStructure(phase)),
      { wavelengthAngstrom: COPPER, method: "rietveld", free: ["zero", "w", "x", "y"], background: 8 },
    );
    const { phases, covariance } = massRatios(fit, "Na3PS4");
    return { sulfide: phases[0]!.ratio as Quantity, disulfide: phases[1]!.ratio as Quantity, covariance: covariance[1]! };
  };
  // an electron for each Na2S, C per g of the electrolyte
  const passed = { value: (lost / 78.045) * CONSTANTS.faraday, sigma: 1, unit: "C/g" };
  return { hidden, found: sulfurBalance(state(before, `ante ${seed}`), state(after, `post ${seed}`), passed) };
}

const amorphous: Check = {
  kind: "recover",
  title: "amorphous disulfide from the balance of sulfur on charge",
  gives: ["amorphous_Na2S2_fraction"],
  async run(question, context): Promise<Outcome> {
    const said = question.given["amorphous_Na2S2_fraction"];
    const own = typeof said === "number" ? said : null;
    const runs = await overSeeds(AMORPHOUS_SEEDS, context, (seed) => [found(balanceOnCharge(`balance ${seed}`, own).found.amorphous)]);
    const counts = (value: number): Quantity => ({ value, sigma: 1, unit: "counts" });
    const unscaled = sulfurBalance(
      { sulfide: counts(100), disulfide: counts(10) },
      { sulfide: counts(20), disulfide: counts(60) },
    ).amorphous;
    const refused = "notComputable" in unscaled ? unscaled.notComputable : "it is not";
    return {
      answers: { amorphous_Na2S2_fraction: { unit: "", runs } },
      calibrated: [],
      how: [
        `virtual sample: ${own === null ? "0.15 to 0.20" : own} of the Na2S2 that forms on charge is amorphous; patterns before and after, with Na3PS4 that stays; counting noise`,
        "analysis: Rietveld refinement of both, sulfide lost against disulfide gained, cross-checked with the charge",
        `from intensities in counts without a scale per phase the answer is refused: ${refused}`,
      ],
    };
  },
};

export interface Melt {
  formula: string;
  composition: Readonly<Record<string, number>>;
  pairs: readonly VirtualPair[];
  range: readonly [number, number];
  starts: readonly number[];
  /** which of the pairs the paper names */
  claimed: readonly number[];
}

const pair = (distance: number, width: number, i: string, j: string, neighbours: number): VirtualPair => ({
  distance,
  width,
  elements: [i, j],
  neighbours,
});

/** Pairs as the paper reads its own curves; widths and neighbours are of edge-sharing Ta2Cl10 and of isolated TaCl6. */
export const MELTS: Readonly<Record<string, Melt>> = {
  TaCl5_A: {
    formula: "TaCl5",
    composition: { Ta: 1, Cl: 5 },
    pairs: [
      pair(2.23, 0.05, "Ta", "Cl", 4),
      pair(2.58, 0.06, "Ta", "Cl", 2),
      pair(3.2, 0.15, "Cl", "Cl", 6),
      pair(3.85, 0.09, "Ta", "Ta", 1),
    ],
    range: [1.8, 4.3],
    starts: [2.2, 2.6, 3.2, 3.9],
    claimed: [0, 1, 3],
  },
  NTC_A: {
    formula: "NaTaCl6",
    composition: { Na: 1, Ta: 1, Cl: 6 },
    pairs: [pair(2.3, 0.06, "Ta", "Cl", 6), pair(3.28, 0.16, "Cl", "Cl", 6)],
    range: [1.8, 3.9],
    starts: [2.3, 3.3],
    claimed: [0],
  },
  NTSC_A: {
    formula: "NaTaSCl4",
    composition: { Na: 1, Ta: 1, S: 1, Cl: 4 },
    pairs: [pair(2.32, 0.08, "Ta", "Cl", 4), pair(3.25, 0.17, "Cl", "Cl", 4), pair(3.69, 0.11, "Ta", "Ta", 1.5)],
    range: [1.8, 4.2],
    starts: [2.3, 3.2, 3.7],
    claimed: [0, 2],
  },
};
const PDF_SEEDS = 20;

const formFactor = (element: string, q: number): number =>
  evaluateFormFactor(formFactorOf(element)!.coefficients, (q / (4 * Math.PI)) ** 2);

const distances: Check = {
  kind: "recover",
  title: "pair distances from total scattering",
  gives: ["TaCl5_A", "NTC_A", "NTSC_A"],
  by: /\bPDF\b|pair distribution|total scattering/i,
  async run({ asked }, context): Promise<Outcome> {
    const answers: Record<string, Answered> = {};
    const settled: string[] = [];
    for (const name of asked) {
      const melt = MELTS[name];
      if (!melt) continue;
      const { formula, composition, pairs, range, starts, claimed } = melt;
      answers[name] = {
        unit: "Å",
        runs: await overSeeds(PDF_SEEDS, context, (seed) => {
          const run = virtualScattering(
            {
              composition: { ...composition },
              pairs: [...pairs],
              counts: 3e5,
              qRange: [0.7, 24],
              points: 4000,
              seed: `${formula} ${seed}`,
            },
            formFactor,
          );
          const { r, g, covariance } = pairDistribution(
            { q: run.q, intensity: run.sample, sigma: run.sampleSigma },
            { q: run.q, intensity: run.container, sigma: run.containerSigma },
            { composition: formula, qMin: 0.8, qMax: 22, rPoly: 1.3, rMax: 8 },
          );
          const { peaks, converged } = fitPdfPeaks(r, g, { from: range[0], to: range[1], peaks: starts, qMax: 22, covariance });
          settled.push(converged ? "converged" : "not converged");
          return claimed.map((k) => found(peaks[k]?.distance));
        }),
      };
    }
    return {
      answers,
      calibrated: [],
      how: [
        "virtual samples: pairs of TaCl5, NaTaCl6 and NTSC as printed, in a container, with Compton and multiple scattering, noise, a q that is 0.03 % too small",
        `analysis: container taken off, ad-hoc correction, sine transform to 22 Å⁻¹, peaks fitted with the covariance of G(r) (${agreed(settled)})`,
      ],
    };
  },
};

export const SCATTERING_CHECKS: readonly Check[] = [geometry, stress, amorphous, distances];
