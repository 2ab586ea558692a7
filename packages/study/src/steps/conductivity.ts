/** Pellets: σ of every spectrum, and for each sample σ and its activation energy over the temperatures. */
import {
  type Answer,
  checkCancelled,
  formatQuantity,
  isComputable,
  makeTable,
  type Notice,
  parseQuantity,
  type Quantity,
  ThioscopeError,
  textColumn,
} from "@thioscope/core";
import { type PelletSeries, type PelletSeriesOptions, pelletSeries, type Spectrum } from "@thioscope/core/impedance";
import type { Part, PartOf, Sentence } from "@thioscope/core/story";
import { readImpedance } from "@thioscope/formats";
import type { SourceInputs } from "../lines.ts";
import { tableToParquet } from "../parquet.ts";
import type { StepFunction } from "../stepModules.ts";
import { answers, integers, numbers } from "./applies.ts";
import { jsonBytes } from "./facts.ts";
import { named, partFiles, readFiles } from "./spectroscopy/common.ts";

type Content = PartOf<"conductivity">;

interface Taken {
  file: number;
  sample: string;
  temperatureCelsius: number | null;
  spectrum: Spectrum;
}

/** "x0.50 25C", "x0.50_-10.5°C": the temperature ends the name. */
const WARMTH = /(?:[ _]+|(?<=[^ _-])-)?(-?\d+(?:\.\d+)?) ?°?C$/;
/** Points of a line over temperatures. */
const LINE_POINTS = 33;

export const conductivityStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const notices: Notice[] = [];
  const taken: Taken[] = [];
  for (const [file, { name, file: read }] of (await readFiles(inputs, io, (source) => readImpedance(source))).entries()) {
    notices.push(...named(name, read.notices));
    const stem = name.replace(/\.[^.]*$/, "");
    const written = WARMTH.exec(stem);
    for (const spectrum of read.spectra) {
      const temperatureCelsius = spectrum.temperatureCelsius ?? (written ? Number(written[1]) : null);
      if (temperatureCelsius === null) notices.push({ code: "temperature-unknown", message: `${name} states no temperature` });
      taken.push({ file, sample: written ? stem.slice(0, written.index) : stem, temperatureCelsius, spectrum });
    }
  }
  const names = [...new Set(taken.map(({ sample }) => sample))];
  const thickness = thicknessOf(String(inputs.settings.thickness), names, inputs.source);
  const area = areaOf(String(inputs.settings.diameter), inputs.source);
  const options: PelletSeriesOptions = {
    circuit: String(parameters.circuit),
    atCelsius: Number(parameters.at),
    ...(Array.isArray(parameters.counted) ? { counted: parameters.counted as string[] } : {}),
  };
  const spectra: Content["spectra"][number][] = [];
  const samples: Content["samples"][number][] = [];
  const found: PelletSeries[] = [];
  for (const [k, name] of names.entries()) {
    checkCancelled(io.context);
    io.context.progress(k, names.length, "samples");
    const own = taken.filter(({ sample }) => sample === name).sort((a, b) => (a.temperatureCelsius ?? 0) - (b.temperatureCelsius ?? 0));
    const series = pelletSeries({ spectra: own, thickness: thickness[k]!, area }, options);
    found.push(series);
    for (const [i, { fit, counted, resistance, conductivity }] of series.fits.entries()) {
      const { file, temperatureCelsius, spectrum } = own[i]!;
      spectra.push({
        file,
        sample: k,
        temperatureCelsius,
        frequencyHertz: spectrum.frequencyHertz,
        realOhm: spectrum.real,
        imaginaryOhm: spectrum.imaginary,
        fitReal: fit.fitReal,
        fitImaginary: fit.fitImaginary,
        counted,
        resistance,
        conductivity,
      });
    }
    const x = /x ?=? ?(\d+(?:\.\d+)?)/.exec(name)?.[1];
    samples.push({
      name,
      x: x === undefined ? null : Number(x),
      thickness: thickness[k]!,
      conductivity: series.conductivity,
      activation: series.activation,
      activationHopping: series.activationHopping,
      line: lineOf(series, own),
    });
  }
  const at = Number(parameters.at);
  const part: Part = {
    kind: "conductivity",
    step: "conductivity",
    source: inputs.source,
    title: "Conductivity of pellets",
    files: partFiles(inputs),
    run: null,
    sentences: samples.map((sample) => sentenceOf(sample, at)),
    notices,
    command: `eis conductivity ${inputs.files[0]!.file} --thickness "${formatQuantity(thickness[0]!)}" --diameter "${inputs.settings.diameter}"`,
    circuit: [...new Set(found.map(({ circuit }) => circuit))].join(", "),
    how: [...new Set(found.map(({ how }) => how))].join("; "),
    atCelsius: at,
    spectra,
    samples,
  };
  return {
    files: {
      "conductivity.parquet": tableToParquet(
        makeTable([
          textColumn(
            "sample",
            spectra.map(({ sample }) => names[sample]!),
          ),
          numbers(
            "x",
            "",
            spectra.map(({ sample }) => samples[sample]!.x ?? Number.NaN),
          ),
          integers(
            "file",
            spectra.map(({ file }) => file + 1),
          ),
          numbers(
            "temperature",
            "°C",
            spectra.map(({ temperatureCelsius }) => temperatureCelsius ?? Number.NaN),
          ),
          ...answers(
            "resistance",
            "ohm",
            spectra.map(({ resistance }) => resistance),
          ),
          ...answers(
            "conductivity",
            "S/cm",
            spectra.map(({ conductivity }) => conductivity),
          ),
        ]),
      ),
      "samples.parquet": tableToParquet(
        makeTable([
          textColumn("sample", names),
          numbers(
            "x",
            "",
            samples.map(({ x }) => x ?? Number.NaN),
          ),
          ...answers(
            "conductivity",
            "S/cm",
            samples.map(({ conductivity }) => conductivity),
          ),
          ...answers(
            "activation",
            "eV",
            samples.map(({ activation }) => activation),
          ),
          ...answers(
            "activation_hopping",
            "eV",
            samples.map(({ activationHopping }) => activationHopping),
          ),
        ]),
      ),
      "part.json": jsonBytes(part),
    },
    notices,
    summary: { spectra: spectra.length, samples: samples.length },
  };
};

/** One for all, or NAME = THICKNESS for every sample. */
function thicknessOf(text: string, names: readonly string[], source: string): Quantity[] {
  const fail = (why: string): never => {
    throw new ThioscopeError("STUDY_INVALID", `source ${source}: thickness${text === "auto" ? "" : ` "${text.slice(0, 60)}"`}: ${why}`);
  };
  if (text === "auto") return fail('no file of spectra tells it: thickness: "0.62 mm ± 0.01 mm"');
  const read = (one: string): Quantity => {
    const thickness = parseQuantity(one, "mm");
    return thickness.value > 0 ? thickness : fail("it must be above 0");
  };
  if (!text.includes("=")) return names.map(() => read(text));
  const written = new Map(text.split(",").map((entry) => entry.split("=").map((word) => word.trim()) as [string, string]));
  return names.map((name) => {
    const own = written.get(name);
    return own === undefined ? fail(`sample ${name} has none`) : read(own);
  });
}

function areaOf(text: string, source: string): Quantity {
  if (text === "auto")
    throw new ThioscopeError("STUDY_INVALID", `source ${source}: no file of spectra tells the diameter: diameter: "10 mm"`);
  const { value, sigma, unit } = parseQuantity(text, "mm");
  const area = (Math.PI / 4) * value ** 2;
  return { value: area, sigma: sigma === null ? null : (2 * area * sigma) / value, unit: `${unit}2` };
}

function lineOf({ line }: PelletSeries, own: readonly Taken[]): Content["samples"][number]["line"] {
  if (!line) return null;
  const kelvin = own.flatMap(({ temperatureCelsius: t }) => (t === null ? [] : [t + 273.15]));
  const [low, high] = [1000 / Math.max(...kelvin), 1000 / Math.min(...kelvin)];
  const inverse = Array.from({ length: LINE_POINTS }, (_, k) => low + ((high - low) * k) / (LINE_POINTS - 1));
  const values = inverse.map((x) => line.at(1000 / x));
  return {
    inverse,
    value: values.map((v) => v.value),
    low: values.map((v) => v.interval95[0]),
    high: values.map((v) => v.interval95[1]),
  };
}

function sentenceOf({ name, conductivity, activation, activationHopping }: Content["samples"][number], at: number): Sentence {
  if (!isComputable(activation) && !isComputable(activationHopping) && activation.notComputable === activationHopping.notComputable) {
    const known: Sentence["parts"] = isComputable(conductivity)
      ? [{ quantity: conductivity }]
      : [`not known (${conductivity.notComputable})`];
    return { parts: [`${name}: σ at ${at} °C is `, ...known, `; no activation energy (${activation.notComputable}).`] };
  }
  const say = (answer: Answer): Sentence["parts"] =>
    isComputable(answer) ? [{ quantity: answer }] : [`not known (${answer.notComputable})`];
  return {
    parts: [
      `${name}: σ at ${at} °C is `,
      ...say(conductivity),
      "; activation energy ",
      ...say(activation),
      ...(isComputable(activationHopping) ? [" of σ, ", ...say(activationHopping), " of σT."] : ["."]),
    ],
  };
}
