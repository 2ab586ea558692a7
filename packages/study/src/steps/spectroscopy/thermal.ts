/** Runs of a thermobalance or calorimeter: steps of mass, sulfur content, glass transition. */
import { makeTable, type Notice, textColumn } from "@thioscope/core";
import type { Part, Sentence, SpectroscopyCurve } from "@thioscope/core/story";
import { glassTransition, type MassStep, massSteps, sulfurContent } from "@thioscope/core/thermal";
import { readThermal, type ThermalRun } from "@thioscope/formats";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction } from "../../stepModules.ts";
import { whereItApplies } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { named, partFiles, quantities, readFiles, thinned } from "./common.ts";

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

export const thermalStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const notices: Notice[] = [];
  const sentences: Sentence[] = [];
  const curves: SpectroscopyCurve[] = [];
  const rows: { name: string; step: MassStep }[] = [];
  let mass = true;
  for (const { name, file } of await readFiles(inputs, io, readThermal)) {
    notices.push(...named(name, file.notices));
    const { first, last, rate } = heating(file);
    const temperature = file.temperatureCelsius.slice(first, last + 1);
    if (file.massPercent) {
      const found = massSteps({ temperature, mass: file.massPercent.slice(first, last + 1) });
      notices.push(...named(name, found.notices));
      const take = thinned(found.temperature.length);
      curves.push({
        name,
        x: take(found.temperature),
        y: take(found.mass),
        base: null,
        fitted: null,
        components: [],
        marks: found.steps.map((s) => ({ x: s.midpoint.value, label: `−${s.loss.value.toFixed(1)} %` })),
      });
      for (const step of found.steps) rows.push({ name, step });
      if (parameters.sulfur === true) {
        const sulfur = whereItApplies("no-sulfur", () => sulfurContent(found, [Number(parameters.low), Number(parameters.high)]));
        notices.push(...named(name, sulfur.notices));
        if (sulfur.value) sentences.push({ parts: [`${name} holds `, { quantity: sulfur.value.content }, " of sulfur."] });
      }
    } else if (file.heatFlowWattPerGram) {
      mass = false;
      const heatFlow = file.heatFlowWattPerGram.slice(first, last + 1);
      const rising = [...temperature.keys()].filter((i) => i === 0 || temperature[i]! > temperature[i - 1]!);
      const pick = (v: Float64Array): Float64Array => Float64Array.from(rising, (i) => v[i]!);
      const run = { temperature: pick(temperature), heatFlow: pick(heatFlow), ratePerMinute: rate };
      const take = thinned(run.temperature.length);
      const glass = parameters.glass === true ? whereItApplies("no-glass-transition", () => glassTransition(run)) : null;
      if (glass) notices.push(...named(name, glass.notices));
      if (glass?.value) sentences.push({ parts: [`${name}: glass transition at `, { quantity: glass.value.midpoint }, "."] });
      const marks = glass?.value ? [{ x: glass.value.midpoint.value, label: "T_g" }] : [];
      curves.push({ name, x: take(run.temperature), y: take(run.heatFlow), base: null, fitted: null, components: [], marks });
    }
  }
  const part: Part = {
    kind: "spectroscopy",
    step: "thermal",
    source: inputs.source,
    title: mass ? "Thermogravimetry" : "Calorimetry",
    files: partFiles(inputs),
    run: null,
    sentences,
    notices,
    command: `thermal ${inputs.files[0]!.file}${parameters.sulfur === true ? ` --sulfur ${parameters.low},${parameters.high}` : ""}${parameters.glass === true ? " --glass" : ""}`,
    technique: "thermal",
    x: { label: "Temperature", unit: "°C", reversed: false },
    y: mass ? { label: "Mass", unit: "%" } : { label: "Heat flow", unit: "W/g" },
    curves,
    left: 0,
    over: { label: "", unit: "" },
    names: [],
    series: [],
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
    summary: { files: curves.length, steps: rows.length },
  };
};
