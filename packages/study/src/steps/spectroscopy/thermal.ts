/** Runs of a thermobalance or calorimeter: steps of mass, sulfur content, glass transition. */
import { makeTable, type Notice, ThioscopeError, textColumn } from "@thioscope/core";
import type { Part, Sentence } from "@thioscope/core/story";
import { glassTransition, type MassStep, massLessBlank, massSteps, sulfurContent } from "@thioscope/core/thermal";
import { readThermal, type ThermalRun } from "@thioscope/formats";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction } from "../../stepModules.ts";
import { whereItApplies } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { named, partFiles, quantities, readFiles } from "./common.ts";
import { type ThermalShown, thermalContent } from "./contents.ts";

/** The segment whose temperature rises furthest, and its rate in K/min. */
function heating(run: ThermalRun): { first: number; last: number; rate: number | null } {
  const { temperatureCelsius: t, timeSecond: time } = run;
  const rise = (s: { first: number; last: number }): number => t[s.last]! - t[s.first]!;
  const whole = { first: 0, last: t.length - 1 };
  const { first, last } = run.segments.reduce((a, b) => (rise(b) > rise(a) ? b : a), run.segments[0] ?? whole);
  if (!time) return { first, last, rate: null };
  const [a, b] = [Math.round(first + (last - first) / 4), Math.round(last - (last - first) / 4)];
  const rate = (60 * (t[b]! - t[a]!)) / (time[b]! - time[a]!);
  return { first, last, rate: rate > 0 ? rate : null };
}

/** @throws ThioscopeError NOT_COMPUTABLE where masses in mg are not known */
function lessBlank(
  name: string,
  temperature: Float64Array,
  massPercent: Float64Array,
  milligram: number | null,
  blank: ThermalRun,
): Float64Array {
  if (!blank.massPercent || milligram === null)
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `${name}: a blank is taken off in mg: both files need a mass, and the sample's must be known`,
    );
  return massLessBlank(
    { temperature, massPercent, milligram },
    { temperature: blank.temperatureCelsius, massPercent: blank.massPercent, milligram: blank.sampleMassMilligram ?? milligram },
  );
}

export const thermalStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const notices: Notice[] = [];
  const sentences: Sentence[] = [];
  const shown: ThermalShown[] = [];
  const rows: { name: string; step: MassStep }[] = [];
  const blankFile = inputs.settingFiles.blank;
  const blank = blankFile ? await readThermal(await io.open(blankFile)) : null;
  for (const { name, file } of await readFiles(inputs, io, readThermal)) {
    notices.push(...named(name, file.notices));
    const { first, last, rate } = heating(file);
    const temperature = file.temperatureCelsius.slice(first, last + 1);
    if (file.massPercent) {
      const milligram = file.sampleMassMilligram;
      const mass = file.massPercent.slice(first, last + 1);
      const found = massSteps({ temperature, mass: blank ? lessBlank(name, temperature, mass, milligram, blank) : mass });
      notices.push(...named(name, found.notices));
      shown.push({ name, mass: found, heat: null, glass: null });
      for (const step of found.steps) rows.push({ name, step });
      if (parameters.sulfur === true) {
        const sulfur = whereItApplies("no-sulfur", () =>
          sulfurContent(found, [Number(parameters.low), Number(parameters.high)], blank ? {} : { unblankedMilligram: milligram }),
        );
        notices.push(...named(name, [...sulfur.notices, ...(sulfur.value?.notices ?? [])]));
        if (sulfur.value) sentences.push({ parts: [`${name} holds `, { quantity: sulfur.value.content }, " of sulfur."] });
      }
    } else if (file.heatFlowWattPerGram) {
      const heatFlow = file.heatFlowWattPerGram.slice(first, last + 1);
      const rising = [...temperature.keys()].filter((i) => i === 0 || temperature[i]! > temperature[i - 1]!);
      const pick = (v: Float64Array): Float64Array => Float64Array.from(rising, (i) => v[i]!);
      const run = { temperature: pick(temperature), heatFlow: pick(heatFlow), ratePerMinute: rate };
      const glass = parameters.glass === true ? whereItApplies("no-glass-transition", () => glassTransition(run)) : null;
      if (glass) notices.push(...named(name, glass.notices));
      if (glass?.value) sentences.push({ parts: [`${name}: glass transition at `, { quantity: glass.value.midpoint }, "."] });
      shown.push({ name, mass: null, heat: run, glass: glass?.value ?? null });
    }
  }
  const content = thermalContent(shown, "screen");
  const part: Part = {
    step: "thermal",
    source: inputs.source,
    title: content.y.label === "Mass" ? "Thermogravimetry" : "Calorimetry",
    files: partFiles(inputs),
    run: null,
    sentences,
    notices,
    command: `thermal ${inputs.files[0]!.file}${parameters.sulfur === true ? ` --sulfur ${parameters.low},${parameters.high}` : ""}${parameters.glass === true ? " --glass" : ""}`,
    ...content,
  };
  const table = makeTable([
    textColumn(
      "file",
      rows.map((r) => r.name),
    ),
    ...quantities(
      "onset",
      "°C",
      rows.map((r) => r.step.onset),
    ),
    ...quantities(
      "midpoint",
      "°C",
      rows.map((r) => r.step.midpoint),
    ),
    ...quantities(
      "endset",
      "°C",
      rows.map((r) => r.step.endset),
    ),
    ...quantities(
      "loss",
      "%",
      rows.map((r) => r.step.loss),
    ),
  ]);
  return {
    files: { "steps.parquet": tableToParquet(table), "part.json": jsonBytes(part) },
    notices,
    summary: { files: shown.length, steps: rows.length },
  };
};
