/** Absorption scans of a source normalised: edges, steps, features, and the contour over the series. */
import { makeTable, type Notice, textColumn } from "@thioscope/core";
import { findFeatures, type SpectralFeature } from "@thioscope/core/absorption";
import type { Part, Sentence, SpectroscopyContent } from "@thioscope/core/story";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction } from "../../stepModules.ts";
import { numbers } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { MOST_CURVES, partFiles, quantities, thinned } from "../spectroscopy/common.ts";
import { readSeries, type Spectrum, someFiles, windowWords } from "./common.ts";
import { contourOf } from "./contour.ts";

const top = ({ value }: Spectrum): number => value.reduce((best, v, i) => (v > value[best]! ? i : best), 0);

const featuresOf = ({ scan, value, energy, normalized }: Spectrum): SpectralFeature[] => {
  const e0 = normalized?.e0.value ?? energy[energy.length >> 1]!;
  return findFeatures({ ...scan, mu: value, sigma: null }, { range: [e0 - 8, e0 + 20] });
};

/** Minima of μ″ with the error of the energy scale, and the distance of the first two, on which the scale's error has no say. */
function placesOf(of: string, features: readonly SpectralFeature[], scaleError: number): NonNullable<SpectroscopyContent["found"]> {
  const places = features.map(({ bend }, k) => ({
    of,
    name: `feature ${k + 1}`,
    quantity: { ...bend, sigma: Math.hypot(bend.sigma ?? 0, scaleError) },
  }));
  const [first, second] = features;
  if (!first || !second) return places;
  const quantity = {
    value: second.bend.value - first.bend.value,
    sigma: Math.hypot(first.bend.sigma ?? 0, second.bend.sigma ?? 0),
    unit: "eV",
  };
  return [...places, { of, name: `distance of the first two in ${of}`, quantity }];
}

export const normalizeStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const notices: Notice[] = [];
  const series = await readSeries(inputs, parameters, io, notices);
  const features = series.map((one) => featuresOf(one));
  const curves = series.slice(0, MOST_CURVES).map(({ name, energy, value }, k) => {
    const take = thinned(energy.length);
    return {
      name,
      x: take(energy),
      y: take(value),
      base: null,
      fitted: null,
      components: [],
      marks: features[k]!.map(({ energy: at }) => ({ x: at.value, label: at.value.toFixed(1) })),
    };
  });
  const scaleError = Number(parameters["scale_error"] ?? 0);
  const widest = series.reduce((most, { stepError }) => Math.max(most, stepError), 0);
  const sentences: Sentence[] = [
    {
      parts: [
        `${series.length === 1 ? "Other windows would move the edge step" : `${series.length} spectra; other windows would move their edge steps`} by up to ${(100 * widest).toFixed(0)} %.`,
      ],
    },
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
    found: series.flatMap(({ name }, k) => placesOf(name, features[k]!, scaleError)),
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
