/** A titration in one file, by current pulses or potential steps: a row per pulse or step for the database, all of it for the story. */
import { type Answer, isComputable, makeTable, parseQuantity, type Table, textColumn } from "@thioscope/core";
import { type PotentialStepsStory, type TitrationPulseStory, titrationOf } from "@thioscope/core/story";
import type { DiffusionLength } from "@thioscope/core/titration";
import { tableToParquet } from "../parquet.ts";
import type { ResultInput, StepFunction } from "../stepModules.ts";
import { answers, integers, whereItApplies } from "./applies.ts";
import { jsonBytes, loadFile, METHOD_COLUMNS } from "./facts.ts";

export const gittStep: StepFunction = async (inputs, parameters, io) => {
  const length = lengthOf(parameters);
  const file = await loadFile(io, inputs.read as ResultInput, METHOD_COLUMNS);
  const found = whereItApplies("no-titration", () => titrationOf(file, length));
  if (found.value === null) {
    return { files: { "gitt.json": jsonBytes({ notComputable: found.reason }) }, notices: found.notices, summary: { pulses: 0 } };
  }
  if ("potentialSteps" in found.value) {
    const { steps } = found.value.potentialSteps;
    return {
      files: { "steps.parquet": tableToParquet(stepTable(steps)), "gitt.json": jsonBytes(found.value) },
      notices: [],
      summary: { steps: steps.length },
    };
  }
  const { pulses } = found.value.titration;
  return {
    files: { "pulses.parquet": tableToParquet(tableOf(pulses)), "gitt.json": jsonBytes(found.value) },
    notices: [],
    summary: { pulses: pulses.length },
  };
};

/** Null for "auto": D needs a declared length, and none is guessed. */
function lengthOf({ length, shape }: Readonly<Record<string, unknown>>): DiffusionLength | null {
  if (length === "auto") return null;
  return { shape: shape === "plate" ? "plate" : "sphere", length: parseQuantity(String(length), "m") };
}

function stepTable(steps: PotentialStepsStory["steps"]): Table {
  type Step = (typeof steps)[number];
  const answer = (name: string, unit: string, of: (step: Step) => Answer) => answers(name, unit, steps.map(of));
  const whole = (name: string, of: (step: Step) => number) => integers(name, steps.map(of));
  return makeTable([
    whole("step", (s) => s.number),
    whole("first_row", (s) => s.rows.first),
    whole("last_row", (s) => s.rows.last),
    ...answer("potential_volt", "V", (s) => s.potential),
    ...answer("step_mv", "mV", (s) => s.stepHeight),
    ...answer("duration_second", "s", (s) => s.duration),
    ...answer("charge_mah", "mAh", (s) => s.capacity),
    ...answer("final_ma", "mA", (s) => s.finalCurrent),
    ...answer("resistance_ratio", "", (s) => s.resistanceRatio),
    ...answer("diffusion_rate", "1/s", (s) => s.diffusionRate),
    ...answer("diffusion_cm2_s", "cm2/s", (s) => s.diffusionCoefficient),
    textColumn(
      "refused",
      steps.map(({ diffusionRate: rate }) => (isComputable(rate) ? "" : rate.notComputable)),
    ),
  ]);
}

function tableOf(pulses: readonly TitrationPulseStory[]): Table {
  const answer = (name: string, unit: string, of: (pulse: TitrationPulseStory) => Answer) => answers(name, unit, pulses.map(of));
  const whole = (name: string, of: (pulse: TitrationPulseStory) => number) => integers(name, pulses.map(of));
  return makeTable([
    whole("pulse", (p) => p.number),
    whole("train", (p) => p.train),
    textColumn(
      "direction",
      pulses.map((p) => p.direction),
    ),
    whole("first_row", (p) => p.rows.first),
    whole("last_row", (p) => p.rows.last),
    whole("rest_last_row", (p) => p.restRows.last),
    ...answer("current_ma", "mA", (p) => p.current),
    ...answer("duration_second", "s", (p) => p.duration),
    ...answer("rest_second", "s", (p) => p.restDuration),
    ...answer("before_mah", "mAh", (p) => p.capacityBefore),
    ...answer("after_mah", "mAh", (p) => p.capacityAfter),
    ...answer("relaxed_before_volt", "V", (p) => p.relaxedBefore),
    ...answer("relaxed_after_volt", "V", (p) => p.relaxedAfter),
    ...answer("relaxation_mv_h", "mV/h", (p) => p.relaxationRate),
    whole("plateau", (p) => (p.isPlateau ? 1 : 0)),
    ...answer("overpotential_mv", "mV", (p) => p.overpotential.total),
    ...answer("ohmic_mv", "mV", (p) => p.overpotential.ohmic),
    ...answer("charge_transfer_mv", "mV", (p) => p.overpotential.chargeTransfer),
    ...answer("diffusion_mv", "mV", (p) => p.overpotential.diffusion),
    ...answer("polarisation_ohm", "ohm", (p) => p.resistance.polarisation),
    ...answer("ohmic_ohm", "ohm", (p) => p.resistance.ohmic),
    ...answer("interface_ohm", "ohm", (p) => p.resistance.interface),
    ...answer("diffusion_rate", "1/s", (p) => p.diffusionRate),
    ...answer("diffusion_cm2_s", "cm2/s", (p) => p.diffusionCoefficient),
    textColumn(
      "refused",
      pulses.map(({ diffusionCoefficient: d, diffusionRate: rate }) =>
        isComputable(d) ? "" : isComputable(rate) ? d.notComputable : rate.notComputable,
      ),
    ),
  ]);
}
