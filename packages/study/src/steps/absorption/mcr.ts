/** A series of a source as a mixture of components that it shows itself, with the band of solutions that fit as well. */
import { makeTable, type Notice, ThioscopeError, textColumn } from "@thioscope/core";
import { commonGrid, feasibleBand, principalComponents, resolveCurves } from "@thioscope/core/absorption";
import type { Part, Sentence } from "@thioscope/core/story";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction } from "../../stepModules.ts";
import { numbers } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { partFiles, thinned } from "../spectroscopy/common.ts";
import { clockOf } from "./clock.ts";
import { readSeries, readStandards, someFiles, windowWords } from "./common.ts";

/** Mean width of a band above which its middle is not the answer. */
const WIDE = 0.1;

export const mcrStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const notices: Notice[] = [];
  const series = await readSeries(inputs, parameters, io, notices);
  if (series.length < 3)
    throw new ThioscopeError("NOT_COMPUTABLE", `${series.length} spectra: components of a series are resolved from three spectra on`);
  const words = Array.isArray(parameters["known"]) ? (parameters["known"] as string[]) : [];
  const standards = (await readStandards(inputs, parameters, io, notices)).filter(({ setting }) => words.includes(setting));
  const missing = words.filter((word) => !standards.some(({ setting }) => setting === word));
  if (missing.length > 0) throw new ThioscopeError("INVALID_INPUT", `known: the source has no file for ${missing.join(", ")}`);
  const [low, high] = [parameters["low"], parameters["high"]];
  const range = typeof low === "number" && typeof high === "number" ? ([low, high] as const) : undefined;
  const { energy, data } = commonGrid(series, range);
  const matrix = { names: series.map(({ name }) => name), energy, data };
  const pca = principalComponents(series, "none", range);
  const count = typeof parameters["components"] === "number" ? parameters["components"] : Math.max(pca.significant, standards.length + 1);
  const known = standards.map(({ spectrum }) => ({
    name: spectrum.name,
    values: commonGrid([{ name: "series", energy, value: energy }, spectrum]).data.slice(energy.length),
  }));
  const result = resolveCurves(matrix, { components: count, known }, io.context);
  const band = feasibleBand(matrix, result);
  if (!result.converged)
    notices.push({ code: "not-converged", message: `no end after ${result.iterations} rounds: the shares still move` });
  if (Math.max(...band.width) > WIDE) {
    notices.push({
      code: "band-wide",
      message: "the shares are far from unique: the band is the answer; hold known spectra to narrow it",
    });
  }
  const column = (values: Float64Array, k: number): number[] => matrix.names.map((_, i) => values[i * count + k]!);
  const take = thinned(energy.length);
  const joined = await clockOf(inputs, series, io, notices);
  const sentences: Sentence[] = [
    {
      parts: [
        `${count} components leave ${result.lackOfFitPercent.toFixed(2)} % of the series; the indicator function counts ${pca.significant}. Shares lie within their bands.`,
      ],
    },
  ];
  const part: Part = {
    kind: "spectroscopy",
    step: "xas.mcr",
    source: inputs.source,
    title: "Components of the series",
    files: partFiles(inputs),
    run: joined?.run ?? null,
    sentences,
    notices,
    command: `xas mcr ${someFiles(inputs)} --components ${count}${
      standards.length > 0 ? ` --known ${standards.map(({ setting }) => inputs.settingFiles[setting]!.file).join(",")}` : ""
    }${range ? ` --range ${range.join(",")}` : ""}${windowWords(parameters)}`,
    technique: "XAS",
    x: { label: "Energy", unit: "eV", reversed: false },
    y: { label: "Normalised absorption", unit: "" },
    curves: result.components.map(({ name, known: held }, k) => ({
      name: held ? `${name}, held` : name,
      x: take(energy),
      y: take(result.spectra.slice(k * energy.length, (k + 1) * energy.length)),
      base: null,
      fitted: null,
      components: [],
      marks: [],
    })),
    left: 0,
    over: { label: "Share", unit: "" },
    names: matrix.names,
    series: result.components.map(({ name }, k) => ({
      name,
      values: column(result.shares, k),
      sigma: column(result.shareSigma, k),
      limits: matrix.names.map(() => null),
      band: { low: column(band.shareLow, k), high: column(band.shareHigh, k) },
    })),
    ...(joined ? { clock: joined.clock } : {}),
  };
  const rows = matrix.names.flatMap((name, i) =>
    result.components.map((component, k) => ({ name, component: component.name, at: i * count + k })),
  );
  const table = makeTable([
    textColumn(
      "spectrum",
      rows.map(({ name }) => name),
    ),
    textColumn(
      "component",
      rows.map(({ component }) => component),
    ),
    numbers(
      "share",
      "",
      rows.map(({ at }) => result.shares[at]!),
    ),
    numbers(
      "share_sigma",
      "",
      rows.map(({ at }) => result.shareSigma[at]!),
    ),
    numbers(
      "share_lowest",
      "",
      rows.map(({ at }) => band.shareLow[at]!),
    ),
    numbers(
      "share_highest",
      "",
      rows.map(({ at }) => band.shareHigh[at]!),
    ),
  ]);
  return {
    files: { "shares.parquet": tableToParquet(table), "part.json": jsonBytes(part) },
    notices,
    summary: { spectra: series.length, components: count },
  };
};
