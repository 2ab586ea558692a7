/** Claims about impedance, recovered from files of the virtual potentiostat: conductivity, activation energy, an arc that grows. */
import { random } from "@thioscope/core";
import type { Found, Outcome, Question } from "@thioscope/core/audit";
import { findNewArc, fitCircuit, fitGrowth, parseCircuit, pelletConductivity } from "@thioscope/core/impedance";
import { type ArrheniusPoint, arrhenius } from "@thioscope/core/transport";
import { readImpedance } from "@thioscope/formats";
import {
  USUAL_IMPEDANCE_EFFECTS,
  type VirtualImpedanceCell,
  type VirtualImpedanceFormat,
  type VirtualImpedanceRun,
  virtualImpedance,
  virtualPellet,
  writeVirtualImpedance,
} from "@thioscope/virtual";
import { type Check, fileOf, found, overSeeds, sampleOf } from "./model.ts";

const SEEDS = 20;
const EFFECTS = "the virtual potentiostat adds noise, drift, the inductance of cables, steps between its ranges";
const CIRCUIT = "L0-R1-p(R2,CPE2)-CPE3";

const read = async (run: VirtualImpedanceRun, format: VirtualImpedanceFormat) =>
  (await readImpedance(fileOf(`virtual.${format === "csv" ? "csv" : "mpt"}`, writeVirtualImpedance(run, format)))).spectra;

/** The pellet of the claim. Its thickness is not printed. */
function pelletOf(question: Question) {
  const { sample, line } = sampleOf(question, { sigma_mS_cm: 2.9, Ea_eV: 0.276, thickness_mm: 0.62, die_mm: 10 });
  const area = (Math.PI * (sample.die_mm / 10) ** 2) / 4;
  const range = question.given["f_Hz"];
  const [lowest, highest] = Array.isArray(range) && range.length === 2 ? range.map(Number) : [10, 7e6];
  return {
    line,
    sweep: { highestHertz: highest!, lowestHertz: lowest!, perDecade: 10 },
    at: (celsius: number) =>
      virtualPellet({
        conductivity25: sample.sigma_mS_cm / 1000,
        activationElectronvolt: sample.Ea_eV,
        thickness: sample.thickness_mm / 10,
        area,
        arcShare: 0.4,
        temperatureCelsius: celsius,
      }),
    geometry: {
      thickness: { value: sample.thickness_mm, sigma: 0.003, unit: "mm" },
      area: { value: area, sigma: null, unit: "cm2" },
    },
  };
}

const conductivity: Check = {
  kind: "recover",
  title: "conductivity of a pellet from its impedance",
  gives: ["sigma_mS_cm"],
  async run(question, context): Promise<Outcome> {
    const { at, geometry, sweep, line } = pelletOf(question);
    const counted = new Set<string>();
    const runs = await overSeeds(SEEDS, context, async (seed) => {
      const run = virtualImpedance(at(25), [0], sweep, USUAL_IMPEDANCE_EFFECTS, `${seed}`);
      const [spectrum] = await read(run, seed % 2 ? "csv" : "biologic-mpt");
      const answer = pelletConductivity(fitCircuit(parseCircuit(CIRCUIT), spectrum!), geometry);
      counted.add(answer.counted.join(" + "));
      // S/cm
      return [found(answer.conductivity, 1000)];
    });
    return {
      answers: { sigma_mS_cm: { unit: "mS/cm", runs } },
      calibrated: [],
      how: [
        `${line}; ${EFFECTS}`,
        `analysis: ${CIRCUIT} fitted; the conductivity is that of ${[...counted].join(" or ")} over the pellet${question.given["thickness_mm"] === undefined ? ", whose thickness is not given" : ""}`,
      ],
    };
  },
};

const activation: Check = {
  kind: "recover",
  title: "activation energy of the conductivity",
  gives: ["Ea_eV"],
  async run(question, context): Promise<Outcome> {
    const { at, geometry, sweep, line } = pelletOf(question);
    const apart: number[] = [];
    const runs = await overSeeds(SEEDS, context, async (seed): Promise<readonly Found[]> => {
      const draw = random(`thermometer ${seed}`);
      const points: ArrheniusPoint[] = [];
      let start: Float64Array | undefined;
      for (let celsius = 25; celsius <= 70; celsius += 5) {
        // the pellet is not exactly as warm as the chamber
        const run = virtualImpedance(at(celsius + 0.15 * draw.normal()), [0], sweep, USUAL_IMPEDANCE_EFFECTS, `${seed}/${celsius}`);
        const [spectrum] = await read(run, "csv");
        const fit = fitCircuit(parseCircuit(CIRCUIT), spectrum!, start ? { start } : {});
        start = fit.values;
        const answer = pelletConductivity(fit, geometry, ["R1", "R2"]).conductivity;
        if (!("value" in answer)) return [null];
        points.push({ temperatureKelvin: celsius + 273.15, value: answer.value });
      }
      const plain = arrhenius(points, "X", "S/cm").activationEnergy;
      apart.push(arrhenius(points, "XT", "S/cm").activationEnergy.value - plain.value);
      return [found(plain)];
    });
    const mean = apart.reduce((sum, x) => sum + x, 0) / apart.length;
    return {
      answers: { Ea_eV: { unit: "eV", runs } },
      calibrated: [],
      how: [
        `${line}; ten temperatures from 25 to 70 °C, each 0.15 K off; ${EFFECTS}`,
        `analysis: slope of ln σ over 1/T. That of ln σT is ${mean.toFixed(4)} eV larger, more than the paper's tolerance, and the paper does not say which it fitted`,
      ],
    };
  },
};

/** A symmetric cell whose electrolyte forms a layer on the metal. */
const layer = (fromHour: number, toHour: number): VirtualImpedanceCell => ({
  title: "Na-Sn|NAS|Na-Sn",
  seriesOhm: 60,
  arcs: [{ ohm: 45, tauSecond: 2e-5, exponent: 0.88 }],
  warburg: 2,
  growth: { arc: { ohm: 90, tauSecond: 0.02, exponent: 0.9 }, fromSecond: 3600 * fromHour, toSecond: 3600 * toHour, exponent: 0.5 },
  temperatureCelsius: 25,
  potentialVolt: 0,
});
const QUARTER_HOURS = Array.from({ length: 97 }, (_, k) => 900 * k);

const growth: Check = {
  kind: "recover",
  title: "an arc that begins and is complete",
  gives: ["new_semicircle_after_h", "complete_after_h"],
  async run(question, context): Promise<Outcome> {
    const { sample, line } = sampleOf(question, { new_semicircle_after_h: 1, complete_after_h: 15 });
    const cell = layer(sample.new_semicircle_after_h, sample.complete_after_h);
    const sweep = { highestHertz: 1e6, lowestHertz: 0.1, perDecade: 6 };
    const runs = await overSeeds(SEEDS, context, async (seed) => {
      const spectra = await read(
        virtualImpedance(cell, QUARTER_HOURS, sweep, USUAL_IMPEDANCE_EFFECTS, `${seed}`),
        seed % 2 ? "biologic-mpt" : "csv",
      );
      const { first, arcs } = findNewArc("R0-p(R1,CPE1)-W1", spectra);
      if (first === null) return [null, null];
      const points = spectra
        .slice(first)
        .map(({ timeSecond }, k) => ({ timeSecond: timeSecond!, resistance: arcs[first + k]!.resistance }));
      const { onset, complete } = fitGrowth(points);
      return [found(onset, 1 / 3600), found(complete, 1 / 3600)];
    });
    return {
      answers: {
        new_semicircle_after_h: { unit: "h", runs: runs.map(([onset]) => [onset!]) },
        complete_after_h: { unit: "h", runs: runs.map(([, complete]) => [complete!]) },
      },
      calibrated: [],
      how: [
        `${line}; a spectrum every quarter of an hour for a day; ${EFFECTS}`,
        "analysis: the first spectrum that needs one more arc, then the course of its resistance",
      ],
    };
  },
};

export const IMPEDANCE_CHECKS: readonly Check[] = [conductivity, activation, growth];
