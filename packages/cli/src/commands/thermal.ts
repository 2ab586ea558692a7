/** thioscope thermal: steps of mass, sulfur, glass transition and peaks of a heat flow. */
import { basename } from "node:path";
import { type Notice, ThioscopeError } from "@thioscope/core";
import {
  type GlassTransition,
  glassTransition,
  type HeatPeak,
  type HeatRun,
  heatPeak,
  type MassSteps,
  massLessBlank,
  massSteps,
  type SulfurContent,
  sulfurContent,
} from "@thioscope/core/thermal";
import { readThermal, type ThermalRun } from "@thioscope/formats";
import { thermalContent } from "@thioscope/study";
import type { Command, CommandIo } from "../command.ts";
import { about, oneWord, opened, textTable } from "../inputs.ts";
import { EXPORTS, exportSpectra } from "../spectra/export.ts";
import { numberOption, type Options, plain, rangeOf, rangeOption, sayNotices, short } from "../spectra/inputs.ts";

export const command: Command = {
  name: "thermal",
  summary: "thermobalance and calorimeter: steps of mass, sulfur content, glass transition, peaks",
  usage: "thioscope thermal FILE [--sulfur 150,450] [--glass] [--peak 210,260] [--plot FILE.svg] [-o FILE.csv]",
  about: `Of a mass: its steps with onset, midpoint, inflection and endset (tangents, ISO 11358) and what each loses; --sulfur gives the content of a
sulfur composite from the masses on the plateaus at both ends of a window, moisture not counted. Of a heat flow: --glass, the glass transition as a
step between two lines (T_g at half height), found by search or between two temperatures; --peak, enthalpy and onset between two feet. --blank
takes off a run of the empty pan. Read are NETZSCH and PerkinElmer text and columns whose names say temperature with mass or heat flow.`,
  options: {
    segment: {
      type: "string",
      value: "N",
      help: "step of the temperature programme, from 1 (default: the one that spans most degrees while heating)",
    },
    range: { type: "string", value: "LOW,HIGH", help: "only these temperatures, °C" },
    blank: { type: "string", value: "FILE", help: "a run of the empty pan, taken off" },
    smooth: { type: "string", value: "K", help: "window of the slope dm/dT, °C (default 12)" },
    least: { type: "string", value: "%", help: "smallest step of mass (default 1)" },
    resolution: { type: "string", value: "UG", help: "what the balance tells, µg; joins the errors" },
    sulfur: { type: "string", value: "LOW,HIGH", help: "sulfur content from the mass lost between these temperatures, such as 150,450" },
    glass: { type: "boolean", help: "the glass transition of a heat flow" },
    between: { type: "string", value: "LOW,HIGH", help: "--glass: where it lies, with some of both lines" },
    peak: { type: "string", value: "LOW,HIGH", help: "enthalpy and onset of the peak between these feet" },
    rate: { type: "string", value: "K/MIN", help: "heating rate, where the file has no time" },
    mass: { type: "string", value: "MG", help: "mass of the sample, where the file does not say it" },
    ...EXPORTS,
  },
  examples: [
    "thioscope thermal composite.txt --sulfur 150,450",
    "thioscope thermal glass-dsc.txt --glass --json",
    "thioscope thermal dsc.txt --peak 105,130",
  ],
  async run(words, options, io) {
    const path = oneWord(words, command.usage);
    const name = basename(path);
    const run = await opened(path, readThermal);
    const blank = typeof options["blank"] === "string" ? await opened(options["blank"], readThermal) : null;
    await about(name, () => answer(name, run, blank, options, io));
  },
};

async function answer(name: string, run: ThermalRun, blank: ThermalRun | null, options: Options, io: CommandIo): Promise<void> {
  const { index, first, last } = segmentOf(run, options);
  const cut = (values: Float64Array): Float64Array => values.slice(first, last + 1);
  const temperature = cut(run.temperatureCelsius);
  const rate = numberOption(options, "rate") ?? rateOf(run, first, last);
  const sampleMass = numberOption(options, "mass") ?? run.sampleMassMilligram;
  const range = rangeOption(options, "range");
  const notices: Notice[] = [...run.notices];
  const steps = run.massPercent ? massOf(cut(run.massPercent), temperature, run, blank, sampleMass, range, options) : null;
  if (steps) notices.push(...steps.notices);
  const window = typeof options["sulfur"] === "string" ? rangeOf(options["sulfur"], `--sulfur ${options["sulfur"]}`) : null;
  if (window && !steps) throw new ThioscopeError("NOT_COMPUTABLE", "the file holds no mass: no sulfur content");
  const sulfur =
    window && steps
      ? sulfurContent(steps, window, {
          resolution: resolutionPercent(options, sampleMass),
          ...(blank ? {} : { unblankedMilligram: sampleMass }),
        })
      : null;
  if (sulfur) notices.push(...sulfur.notices);
  const heat = run.heatFlowWattPerGram ? heatOf(temperature, cut(run.heatFlowWattPerGram), rate, range) : null;
  if ((options["glass"] === true || options["peak"] !== undefined) && !heat)
    throw new ThioscopeError("NOT_COMPUTABLE", "the file holds no heat flow in W/g");
  const glass = heat && options["glass"] === true ? glassTransition(heat, rangeOption(options, "between")) : null;
  if (glass) notices.push(...glass.notices);
  const feet = rangeOption(options, "peak");
  const peak = heat && feet ? heatPeak(heat, feet) : null;
  io.result({
    file: name,
    format: run.format,
    technique: run.technique,
    segments: run.segments.map((s, k) => ({ number: k + 1, name: s.name, rows: s.last - s.first + 1, used: k === index })),
    points: temperature.length,
    sampleMass: sampleMass === null ? null : plain(sampleMass, "mg"),
    rate: rate === null ? null : plain(rate, "K/min"),
    exothermicUp: run.exothermicUp,
    steps: steps?.steps.map(({ range: [low, high], ...step }) => ({ ...step, range: [plain(low, "°C"), plain(high, "°C")] })) ?? null,
    sulfur: sulfur && { content: sulfur.content, dry: sulfur.dry, rest: sulfur.rest, plateaus: sulfur.plateaus.map((t) => plain(t, "°C")) },
    glass: glass && {
      onset: glass.onset,
      midpoint: glass.midpoint,
      endset: glass.endset,
      heatCapacity: glass.heatCapacity,
      significance: plain(glass.significance),
    },
    peak: peak && { onset: peak.onset, top: peak.top, enthalpy: peak.enthalpy },
    warnings: notices,
  });
  say(io, name, run, temperature, { steps, sulfur, glass, peak, rate });
  sayNotices(io, notices);
  await exportSpectra(() => thermalContent([{ name, mass: steps, heat, glass }], "all"), name, options, io);
}

/** The segment asked for, or the one whose temperature rises furthest. */
function segmentOf(run: ThermalRun, options: Options): { index: number; first: number; last: number } {
  const asked = numberOption(options, "segment");
  const { segments, temperatureCelsius: t } = run;
  if (asked !== undefined) {
    const segment = segments[asked - 1];
    if (!segment) throw new ThioscopeError("USAGE", `--segment ${asked}: the run has ${segments.length} segments`);
    return { index: asked - 1, ...segment };
  }
  const rises = segments.map((s) => t[s.last]! - t[s.first]!);
  const index = rises.indexOf(Math.max(...rises));
  const segment = segments[index];
  return segment ? { index, ...segment } : { index: -1, first: 0, last: t.length - 1 };
}

/** K/min over the middle half of the rows; null without a time or a rise. */
function rateOf(run: ThermalRun, first: number, last: number): number | null {
  if (!run.timeSecond) return null;
  const [a, b] = [Math.round(first + (last - first) / 4), Math.round(last - (last - first) / 4)];
  const rate = (60 * (run.temperatureCelsius[b]! - run.temperatureCelsius[a]!)) / (run.timeSecond[b]! - run.timeSecond[a]!);
  return rate > 0 ? rate : null;
}

function resolutionPercent(options: Options, sampleMass: number | null): number {
  const microgram = numberOption(options, "resolution") ?? 0;
  if (microgram === 0) return 0;
  if (sampleMass === null) throw new ThioscopeError("USAGE", "--resolution in µg needs the mass of the sample: give --mass");
  return (0.1 * microgram) / sampleMass;
}

function massOf(
  mass: Float64Array,
  temperature: Float64Array,
  run: ThermalRun,
  blank: ThermalRun | null,
  sampleMass: number | null,
  range: readonly [number, number] | undefined,
  options: Options,
): MassSteps {
  let net = mass;
  if (blank) {
    if (!blank.massPercent || sampleMass === null)
      throw new ThioscopeError("NOT_COMPUTABLE", "a blank is taken off in mg: both files need a mass, and the sample's must be known");
    const milligram = blank.sampleMassMilligram ?? run.sampleMassMilligram ?? sampleMass;
    net = massLessBlank(
      { temperature, massPercent: mass, milligram: sampleMass },
      { temperature: blank.temperatureCelsius, massPercent: blank.massPercent, milligram },
    );
  }
  const smooth = numberOption(options, "smooth");
  const least = numberOption(options, "least");
  return massSteps(
    { temperature, mass: net, resolution: resolutionPercent(options, sampleMass) },
    { ...(smooth === undefined ? {} : { window: smooth }), ...(least === undefined ? {} : { least }), ...(range ? { range } : {}) },
  );
}

function risingRows(t: Float64Array): number[] {
  const rows: number[] = [];
  for (let i = 0; i < t.length; i++) if (rows.length === 0 || t[i]! > t[rows[rows.length - 1]!]!) rows.push(i);
  return rows;
}

function heatOf(
  temperature: Float64Array,
  heatFlow: Float64Array,
  rate: number | null,
  range: readonly [number, number] | undefined,
): HeatRun {
  const rows = risingRows(temperature).filter((i) => !range || (temperature[i]! >= range[0] && temperature[i]! <= range[1]));
  return {
    temperature: Float64Array.from(rows, (i) => temperature[i]!),
    heatFlow: Float64Array.from(rows, (i) => heatFlow[i]!),
    ratePerMinute: rate,
  };
}

interface Found {
  steps: MassSteps | null;
  sulfur: SulfurContent | null;
  glass: GlassTransition | null;
  peak: HeatPeak | null;
  rate: number | null;
}

function say(io: CommandIo, name: string, run: ThermalRun, t: Float64Array, { steps, sulfur, glass, peak, rate }: Found): void {
  const heating = rate === null ? "" : `, ${rate.toFixed(1)} K/min`;
  io.say(
    `${name}: ${run.technique}, ${t.length} rows, ${Math.min(...t.subarray(0, 1)).toFixed(0)} to ${t[t.length - 1]!.toFixed(0)} °C${heating}`,
  );
  if (steps) {
    const rows = steps.steps.map((s) => [
      short(s.onset),
      short(s.midpoint),
      short(s.inflection),
      short(s.endset),
      short(s.loss),
      short(s.behind),
    ]);
    io.say(
      rows.length === 0
        ? "no step of mass"
        : textTable(["onset °C", "midpoint °C", "inflection °C", "endset °C", "loss %", "then %"], rows),
    );
  }
  if (sulfur) {
    const [low, high] = sulfur.plateaus;
    io.say(
      `sulfur ${short(sulfur.content)} wt% of the dry sample (${short(sulfur.dry)} % at ${low.toFixed(0)} °C, ${short(sulfur.rest)} % at ${high.toFixed(0)} °C)`,
    );
  }
  if (glass) {
    io.say(`glass transition: onset ${short(glass.onset)}, midpoint ${short(glass.midpoint)}, endset ${short(glass.endset)} °C`);
    if (glass.heatCapacity) io.say(`Δc_p ${short(glass.heatCapacity)} J/(g·K)`);
  }
  if (peak) io.say(`peak: onset ${short(peak.onset)} °C, top ${short(peak.top)} °C, ${short(peak.enthalpy)} J/g`);
}
