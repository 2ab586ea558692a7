/** Every spectrum of a source as a mixture of its standards. */
import { checkCancelled, makeTable, type Notice, ThioscopeError, textColumn } from "@thioscope/core";
import { fitCombination, standardSet, windowSpread } from "@thioscope/core/absorption";
import type { Part } from "@thioscope/core/story";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction } from "../../stepModules.ts";
import { integers, numbers } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { MOST_CURVES, partFiles, quantities, thinned } from "../spectroscopy/common.ts";
import { clockOf } from "./clock.ts";
import { readSeries, readStandards, someFiles, windowWords } from "./common.ts";

export const lcfStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const notices: Notice[] = [];
  const series = await readSeries(inputs, parameters, io, notices);
  const standards = await readStandards(inputs, parameters, io, notices);
  if (standards.length === 0) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      "the source names no standard: set s8, sulfide, electrolyte, oxidised, polysulfide or other to a file",
    );
  }
  const set = standardSet(standards.map(({ spectrum }) => ({ name: spectrum.name, energy: spectrum.energy, value: spectrum.value })));
  const [low, high] = [parameters["low"], parameters["high"]];
  const range = typeof low === "number" && typeof high === "number" ? ([low, high] as const) : undefined;
  const shift = Number(parameters["shift"] ?? 0);
  const measured = standards.map(({ spectrum }) => spectrum);
  const fits = series.map((one, k) => {
    checkCancelled(io.context);
    io.context.progress(k, series.length, "spectra");
    const options = { ...(range ? { range } : {}), shift, stepError: one.stepError };
    const spread = windowSpread(one, measured, options);
    return fitCombination(one, set, spread ? { ...options, weightSpread: spread } : options);
  });
  const curves = fits.slice(0, MOST_CURVES).map(({ name, energy, data, fitted }) => {
    const take = thinned(energy.length);
    return { name, x: take(energy), y: take(data), base: null, fitted: take(fitted), components: [], marks: [] };
  });
  const joined = await clockOf(inputs, series, io, notices);
  const part: Part = {
    kind: "spectroscopy",
    step: "xas.lcf",
    source: inputs.source,
    title: "Combination of standards",
    files: partFiles(inputs),
    run: joined?.run ?? null,
    sentences: [],
    notices,
    command: `xas lcf ${someFiles(inputs)} --standards ${Object.values(inputs.settingFiles)
      .flatMap((one) => (one ? [one.file] : []))
      .join(",")}${range ? ` --range ${range.join(",")}` : ""}${windowWords(parameters)}`,
    technique: "XAS",
    x: { label: "Energy", unit: "eV", reversed: false },
    y: { label: "Normalised absorption", unit: "" },
    curves,
    left: fits.length - curves.length,
    over: { label: "Weight", unit: "" },
    names: fits.map(({ name }) => name),
    series: set.standards.map(({ name }, j) => ({
      name,
      values: fits.map(({ parts }) => (isNone(parts[j]!) ? null : parts[j]!.weight.value)),
      sigma: fits.map(({ parts }) => (isNone(parts[j]!) ? null : parts[j]!.weight.sigma)),
      // a weight at zero is an upper limit of two errors
      limits: fits.map(({ parts }) => (isNone(parts[j]!) && parts[j]!.weight.sigma !== null ? 2 * parts[j]!.weight.sigma : null)),
      ...(standards[j]!.setting === "electrolyte" ? { role: "electrolyte" as const } : {}),
    })),
    ...(joined ? { clock: joined.clock } : {}),
  };
  const rows = fits.flatMap((fit) => fit.parts.map((one) => ({ fit, one })));
  const table = makeTable([
    textColumn(
      "spectrum",
      rows.map(({ fit }) => fit.name),
    ),
    textColumn(
      "standard",
      rows.map(({ one }) => one.name),
    ),
    ...quantities(
      "weight",
      "",
      rows.map(({ one }) => one.weight),
    ),
    integers(
      "upper_limit",
      rows.map(({ one }) => Number(one.atBound)),
    ),
    numbers(
      "r_factor",
      "",
      rows.map(({ fit }) => fit.rFactor),
    ),
  ]);
  return {
    files: { "weights.parquet": tableToParquet(table), "part.json": jsonBytes(part) },
    notices,
    summary: { spectra: fits.length, standards: standards.length },
  };
};

/** At its lower bound; at the upper one it is the whole. */
const isNone = ({ atBound, weight }: { atBound: boolean; weight: { value: number } }): boolean => atBound && weight.value < 0.5;
