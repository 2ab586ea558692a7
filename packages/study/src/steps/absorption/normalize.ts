/** Absorption scans of a source normalised: edges, steps, features, and the contour over the series. */
import { makeTable, type Notice, textColumn } from "@thioscope/core";
import { findFeatures } from "@thioscope/core/absorption";
import type { Part, Sentence } from "@thioscope/core/story";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction } from "../../stepModules.ts";
import { numbers } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { MOST_CURVES, partFiles, quantities, thinned } from "../spectroscopy/common.ts";
import { readSeries, type Spectrum, someFiles, windowWords } from "./common.ts";
import { contourOf } from "./contour.ts";

const top = ({ value }: Spectrum): number => value.reduce((best, v, i) => (v > value[best]! ? i : best), 0);

export const normalizeStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const notices: Notice[] = [];
  const series = await readSeries(inputs, parameters, io, notices);
  const curves = series.slice(0, MOST_CURVES).map(({ name, energy, value, scan, normalized }) => {
    const take = thinned(energy.length);
    const e0 = normalized?.e0.value ?? energy[energy.length >> 1]!;
    return {
      name,
      x: take(energy),
      y: take(value),
      base: null,
      fitted: null,
      components: [],
      marks: findFeatures({ ...scan, mu: value, sigma: null }, { range: [e0 - 8, e0 + 20] }).map(({ energy: at }) => ({
        x: at.value,
        label: at.value.toFixed(1),
      })),
    };
  });
  const widest = series.reduce((most, { stepError }) => Math.max(most, stepError), 0);
  const sentences: Sentence[] = [
    { parts: [`${series.length} spectra; other windows would move their edge steps by up to ${(100 * widest).toFixed(0)} %.`] },
  ];
  const contour = contourOf(series);
  const part: Part = {
    kind: "spectroscopy",
    step: "xas.normalize",
    source: inputs.source,
    title: "X-ray absorption",
    files: partFiles(inputs),
    run: null,
    sentences,
    notices,
    command: `xas normalize ${someFiles(inputs)}${windowWords(parameters)}`,
    technique: "XAS",
    x: { label: "Energy", unit: "eV", reversed: false },
    y: { label: "Normalised absorption", unit: "" },
    curves,
    left: series.length - curves.length,
    over: { label: "White line", unit: "eV" },
    names: series.map(({ name }) => name),
    series: [
      {
        name: "highest point",
        values: series.map((one) => one.energy[top(one)]!),
        sigma: series.map(() => null),
        limits: series.map(() => null),
      },
    ],
    ...(contour ? { maps: [contour] } : {}),
  };
  const table = makeTable([
    textColumn("spectrum", part.names as string[]),
    ...quantities(
      "edge",
      "eV",
      series.map(({ normalized }) => normalized?.e0 ?? null),
    ),
    ...quantities(
      "step",
      "",
      series.map(({ normalized }) => normalized?.edgeStep ?? null),
    ),
    numbers(
      "window_share",
      "",
      series.map(({ stepError }) => stepError),
    ),
    numbers(
      "white_line",
      "eV",
      series.map((one) => one.energy[top(one)]!),
    ),
    numbers(
      "white_line_height",
      "",
      series.map((one) => one.value[top(one)]!),
    ),
  ]);
  return {
    files: { "spectra.parquet": tableToParquet(table), "part.json": jsonBytes(part) },
    notices,
    summary: { spectra: series.length },
  };
};
