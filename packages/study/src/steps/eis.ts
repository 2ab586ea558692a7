/** The spectra of one file: fits of the series, Kramers–Kronig, relaxation times; for the database and for the story. */
import { type Column, makeTable, type Table, textColumn } from "@thioscope/core";
import { type ImpedanceOptions, type ImpedanceStory, impedanceStory, type SpectrumStory } from "@thioscope/core/story";
import { tableToParquet } from "../parquet.ts";
import type { ResultInput, StepFunction } from "../stepModules.ts";
import { jsonBytes, loadSpectra } from "./facts.ts";

export const eisStep: StepFunction = async (inputs, parameters, io) => {
  const spectra = await loadSpectra(io, inputs.read as ResultInput);
  const options: ImpedanceOptions = {
    circuit: String(parameters.circuit),
    weights: parameters.weights === "unit" ? "unit" : "modulus",
    newArc: parameters.new_arc === true,
  };
  const impedance = impedanceStory(spectra, options, io.context);
  const circuit = "text" in impedance.circuit ? impedance.circuit.text : "";
  return {
    files: {
      "impedance.parquet": tableToParquet(parameterTable(impedance, circuit)),
      "spectra.parquet": tableToParquet(pointTable(impedance)),
      "eis.json": jsonBytes(impedance),
    },
    notices: "notComputable" in impedance.circuit ? [{ code: "no-circuit", message: impedance.circuit.notComputable }] : [],
    summary: { spectra: spectra.length, circuit },
  };
};

const real = (name: string, unit: string, values: readonly number[]): Column => ({ name, unit, values: Float64Array.from(values) });
const whole = (name: string, values: readonly number[]): Column => ({ name, unit: "", values: Int32Array.from(values) });

/** One row per spectrum and parameter; units are in a column, for they differ. */
function parameterTable({ spectra }: ImpedanceStory, circuit: string): Table {
  const rows = spectra.flatMap((spectrum, k) =>
    "notComputable" in spectrum.fit
      ? []
      : spectrum.fit.parameters.map((parameter) => ({ k, spectrum, parameter, chi2: (spectrum.fit as { chi2: number }).chi2 })),
  );
  return makeTable([
    whole(
      "spectrum",
      rows.map(({ k }) => k + 1),
    ),
    real(
      "cycle",
      "",
      rows.map(({ spectrum }) => spectrum.cycle ?? Number.NaN),
    ),
    textColumn(
      "title",
      rows.map(({ spectrum }) => spectrum.name),
    ),
    real(
      "time_second",
      "s",
      rows.map(({ spectrum }) => (spectrum.timeHour === null ? Number.NaN : spectrum.timeHour * 3600)),
    ),
    real(
      "potential_volt",
      "V",
      rows.map(({ spectrum }) => spectrum.potentialVolt ?? Number.NaN),
    ),
    real(
      "temperature_celsius",
      "°C",
      rows.map(({ spectrum }) => spectrum.temperatureCelsius ?? Number.NaN),
    ),
    textColumn(
      "circuit",
      rows.map(() => circuit),
    ),
    textColumn(
      "name",
      rows.map(({ parameter }) => parameter.name),
    ),
    real(
      "value",
      "",
      rows.map(({ parameter }) => parameter.value),
    ),
    real(
      "sigma",
      "",
      rows.map(({ parameter }) => parameter.sigma ?? Number.NaN),
    ),
    textColumn(
      "unit",
      rows.map(({ parameter }) => parameter.unit),
    ),
    real(
      "chi2",
      "",
      rows.map(({ chi2 }) => chi2),
    ),
    textColumn(
      "refused",
      rows.map(({ parameter }) => parameter.refused ?? ""),
    ),
  ]);
}

/** One row per point; NaN where there is no fit or no test. */
function pointTable({ spectra }: ImpedanceStory): Table {
  const all = (of: (spectrum: SpectrumStory, i: number) => number): number[] =>
    spectra.flatMap((spectrum) => Array.from(spectrum.row, (_, i) => of(spectrum, i)));
  const modulus = (spectrum: SpectrumStory, i: number): number => Math.hypot(spectrum.realOhm[i]!, spectrum.imaginaryOhm[i]!);
  // Ẑ = Z − (Z − Ẑ)
  const fitted = (part: "realOhm" | "imaginaryOhm", residual: "residualRealPercent" | "residualImaginaryPercent"): number[] =>
    all((spectrum, i) =>
      "notComputable" in spectrum.fit ? Number.NaN : spectrum[part][i]! - (spectrum.fit[residual][i]! / 100) * modulus(spectrum, i),
    );
  const tested = (residual: "residualRealPercent" | "residualImaginaryPercent"): number[] =>
    all((spectrum, i) => ("notComputable" in spectrum.validity ? Number.NaN : spectrum.validity[residual][i]!));
  return makeTable([
    whole(
      "spectrum",
      spectra.flatMap((spectrum, k) => Array.from(spectrum.row, () => k + 1)),
    ),
    whole(
      "row",
      all((spectrum, i) => spectrum.row[i]!),
    ),
    real(
      "frequency_hertz",
      "Hz",
      all((spectrum, i) => spectrum.frequencyHertz[i]!),
    ),
    real(
      "real_ohm",
      "ohm",
      all((spectrum, i) => spectrum.realOhm[i]!),
    ),
    real(
      "imaginary_ohm",
      "ohm",
      all((spectrum, i) => spectrum.imaginaryOhm[i]!),
    ),
    real("fit_real_ohm", "ohm", fitted("realOhm", "residualRealPercent")),
    real("fit_imaginary_ohm", "ohm", fitted("imaginaryOhm", "residualImaginaryPercent")),
    real("kk_real_percent", "%", tested("residualRealPercent")),
    real("kk_imaginary_percent", "%", tested("residualImaginaryPercent")),
  ]);
}
