/** Claims about stability windows and about plating around a defect. */
import type { Answered, Outcome } from "@thioscope/core/audit";
import { parseFormula } from "@thioscope/core/cell";
import {
  DEPOSITION_ELECTROLYTES,
  DEPOSITION_METALS,
  type Defect,
  depositionCase,
  distribute,
  RESOLUTIONS,
} from "@thioscope/core/deposition";
import { isRefused, overSets, phaseDiagram, setsFor, spreadOf, stabilityWindow, systemElements } from "@thioscope/core/thermo";
import { type Check, sampleOf } from "./model.ts";

/** Names of claims → electrolyte and the ion of its metal. */
const ELECTROLYTES: Readonly<Record<string, readonly [formula: string, ion: string]>> = {
  NAS_V: ["Na3SbS4", "Na"],
  NPS_V: ["Na3PS4", "Na"],
  LPS_V: ["Li3PS4", "Li"],
  LGPS_V: ["Li10GeP2S12", "Li"],
};

const windows: Check = {
  kind: "model",
  title: "grand-potential stability windows",
  gives: Object.keys(ELECTROLYTES),
  run({ asked }): Outcome {
    const answers: Record<string, Answered> = {};
    const how: string[] = [];
    for (const name of asked) {
      const electrolyte = ELECTROLYTES[name];
      if (!electrolyte) continue;
      const [formula, ion] = electrolyte;
      const elements = systemElements(formula);
      const over = overSets(setsFor(elements), (set) => stabilityWindow(phaseDiagram(set, elements), parseFormula(formula), ion));
      const answer = over.default?.answer;
      if (!answer || isRefused(answer)) {
        answers[name] = { notComputable: answer ? answer.notComputable : `no set of energies knows ${elements.join("–")}` };
        continue;
      }
      const bounds = answer.window ?? [answer.reduction.voltage, answer.oxidation.voltage];
      answers[name] =
        "value" in bounds[0] && "value" in bounds[1] ? { unit: "V", runs: [[bounds[0], bounds[1]]] } : { notComputable: answer.sentence };
      const spread = (which: "reduction" | "oxidation"): string => {
        const found = spreadOf(over, (w) => ("value" in w[which].voltage ? w[which].voltage.value : Number.NaN), "V");
        return found ? `${found.values[0]!.toFixed(2)} to ${found.values[1]!.toFixed(2)} V` : "–";
      };
      how.push(
        `${formula} by ${over.default!.set.name}: ${answer.window ? "stable between" : `${answer.sentence}; it would be reduced and oxidised beyond`} ${bounds.map((v) => ("value" in v ? v.value.toFixed(2) : "–")).join(" and ")} V against ${ion}`,
        `over ${over.independent} independent sets of energies: reduction ${spread("reduction")}, oxidation ${spread("oxidation")}`,
      );
    }
    return { answers, calibrated: [], how };
  },
};

const MICRO = 1e-6;
/** The paper prints neither size nor shape of the defect: these are tried. µm */
const RADII = [1, 10, 30];
/** A/m² */
const CURRENTS = [0.5, 2.1, 5, 10, 50];
const shapes = (a: number): readonly Defect[] => [
  { kind: "filled", radius: a * MICRO, depth: a * MICRO },
  { kind: "empty", radius: a * MICRO, depth: 0 },
  { kind: "slot", radius: a * MICRO, depth: 2 * a * MICRO },
];

const deposition: Check = {
  kind: "model",
  title: "unevenness of plating near a defect",
  gives: ["inhomogeneity"],
  run(question, context): Outcome {
    const [nps, nas] = DEPOSITION_ELECTROLYTES;
    const { sample, line } = sampleOf(question, {
      i_exc_mA_cm2: DEPOSITION_METALS.Na.exchangeCurrent.value / 10,
      sigma_NPS_mS_cm: nps!.conductivity.value * 10,
      sigma_NAS_mS_cm: nas!.conductivity.value * 10,
    });
    const metal = {
      ...DEPOSITION_METALS.Na,
      exchangeCurrent: { ...DEPOSITION_METALS.Na.exchangeCurrent, value: 10 * sample.i_exc_mA_cm2 },
    };
    const withConductivity = (electrolyte: NonNullable<typeof nps>, milli: number) => ({
      ...electrolyte,
      conductivity: { ...electrolyte.conductivity, value: milli / 10 },
    });
    const pair = [withConductivity(nps!, sample.sigma_NPS_mS_cm), withConductivity(nas!, sample.sigma_NAS_mS_cm)] as const;
    let [more, less, cases] = [0, 0, 0];
    let [smallest, largest] = [Number.POSITIVE_INFINITY, 0];
    const defects = RADII.flatMap(shapes);
    for (const [k, defect] of defects.entries()) {
      for (const current of CURRENTS) {
        const question = { defect, width: 100 * MICRO, height: 100 * MICRO, current, temperature: 298.15, metal };
        const [p, s] = pair.map((electrolyte) => distribute(depositionCase(question, electrolyte, "shift"), RESOLUTIONS.preview));
        cases++;
        // both errors are of the mesh and may have one sign
        const room = (p!.hotSpot.sigma ?? 0) + (s!.hotSpot.sigma ?? 0);
        if (p!.hotSpot.value - s!.hotSpot.value > room && p!.variation.value > s!.variation.value) more++;
        if (s!.hotSpot.value - p!.hotSpot.value > room && s!.variation.value > p!.variation.value) less++;
        const ratio = p!.hotSpot.value / s!.hotSpot.value;
        [smallest, largest] = [Math.min(smallest, ratio), Math.max(largest, ratio)];
      }
      context.progress(k + 1, defects.length, "defects");
    }
    const said =
      more === cases
        ? "NPS than NAS at every current"
        : less === cases
          ? "NAS than NPS at every current"
          : `NPS than NAS in ${more} of ${cases} cases, NAS than NPS in ${less}`;
    return {
      answers: { inhomogeneity: { facts: { "less even": said } } },
      calibrated: [],
      how: [
        line,
        `model of plating around filled pores, empty pores and slots of ${RADII.join(", ")} µm, which the paper does not print, at ${CURRENTS.map((i) => Number((i / 10).toFixed(3))).join(", ")} mA/cm²: the largest current density is ${smallest.toFixed(2)} to ${largest.toFixed(2)} times as high over the mean in NPS as in NAS`,
      ],
    };
  },
};

export const MATERIALS_CHECKS: readonly Check[] = [windows, deposition];
