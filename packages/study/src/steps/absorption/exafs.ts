/** EXAFS of a source: χ(k), |χ(R)| with its shells, and the wavelet map of each spectrum. */
import { makeTable, type Notice, type Quantity, ThioscopeError, textColumn } from "@thioscope/core";
import { autobk, cauchyTransform, findShells, forwardTransform } from "@thioscope/core/absorption";
import type { Part, Sentence } from "@thioscope/core/story";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction } from "../../stepModules.ts";
import { numbers } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { MOST_CURVES, partFiles, quantities, thinned } from "../spectroscopy/common.ts";
import { readSeries, someFiles, windowWords } from "./common.ts";

const POWERS = ["⁰", "¹", "²", "³", "⁴"] as const;
/** Wavelet maps that a part holds. */
const MOST_MAPS = 6;
/** every second point in either direction: more than a screen shows apart */
const STRIDE = 2;

/** A shell belongs to the distance that it lies within this of, Å. */
const REACH = 0.3;

/** The shell that lies nearest to a distance, in reach. */
function nearest(shells: readonly { r: Quantity }[], near: number): Quantity | null {
  const [best] = shells.map(({ r }) => r).sort((a, b) => Math.abs(a.value - near) - Math.abs(b.value - near));
  return best && Math.abs(best.value - near) <= REACH ? best : null;
}

function distanceOf(text: string): number {
  const near = Number.parseFloat(text);
  if (!(near > 0)) throw new ThioscopeError("STUDY_INVALID", `shells: "${text}" is no distance in Å`);
  return near;
}

export const exafsStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const notices: Notice[] = [];
  const weight = Number(parameters["weight"] ?? 2);
  const series = (await readSeries(inputs, parameters, io, notices)).flatMap(({ name, scan, normalized }) => {
    if (!normalized) return [];
    const chi = autobk(scan, {
      e0: normalized.e0.value,
      edgeStep: normalized.edgeStep.value,
      rbkg: Number(parameters["rbkg"] ?? 1),
      weight: 2,
    });
    const to = typeof parameters["k_to"] === "number" ? parameters["k_to"] : Math.min(12, chi.kMax);
    const window = { from: Number(parameters["k_from"] ?? 3), to, taper: 1, window: "hanning", weight } as const;
    return [{ name, chi, window, forward: forwardTransform(chi, { ...window, most: 6 }), shells: findShells(chi, window) }];
  });
  const followed = Array.isArray(parameters["shells"]) ? (parameters["shells"] as string[]).map(distanceOf) : [];
  const unit = `Å⁻${POWERS[weight + 1]}`;
  const curves = series.slice(0, MOST_CURVES).map(({ name, forward, shells }) => {
    const take = thinned(forward.r.length);
    return {
      name,
      x: take(forward.r),
      y: take(forward.magnitude),
      base: null,
      fitted: null,
      components: [],
      marks: shells.map(({ r }) => ({ x: r.value, label: `${r.value.toFixed(2)} Å` })),
    };
  });
  const kSpace = series
    .slice(0, MOST_CURVES)
    .map(({ name, chi }) => ({ name, x: Array.from(chi.k), y: Array.from(chi.chi, (v, i) => v * chi.k[i]! ** weight) }));
  const maps = series.slice(0, MOST_MAPS).map(({ name, chi }) => {
    const map = cauchyTransform(chi, { weight, most: 6 });
    const columns = Array.from({ length: Math.floor(map.k.length / STRIDE) }, (_, i) => i * STRIDE);
    const rows = Array.from({ length: Math.floor(map.r.length / STRIDE) }, (_, i) => i * STRIDE);
    const edges = (axis: Float64Array, picked: readonly number[]): number[] => {
      const step = (axis[1]! - axis[0]!) * STRIDE;
      return [...picked.map((i) => axis[i]! - step / 2), axis[picked[picked.length - 1]!]! + step / 2];
    };
    return {
      title: `Wavelet map, ${name}`,
      x: { label: "k", unit: "Å⁻¹" },
      y: { label: "R without phase correction", unit: "Å" },
      value: { label: "Magnitude", unit: "" },
      columns: edges(map.k, columns),
      rows: edges(map.r, rows),
      names: null,
      values: rows.flatMap((r) => columns.map((k) => Number(map.magnitude[r * map.k.length + k]!.toPrecision(4)))),
    };
  });
  const sentences = series.map(
    ({ name, shells }): Sentence => ({
      parts: [
        `${name}: ${shells.length === 0 ? "no shell stands out" : `shells at ${shells.map(({ r }) => `${r.value.toFixed(2)} Å`).join(", ")}`}, without phase correction.`,
      ],
    }),
  );
  const part: Part = {
    kind: "spectroscopy",
    step: "xas.exafs",
    source: inputs.source,
    title: "EXAFS",
    files: partFiles(inputs),
    run: null,
    sentences,
    notices,
    command: `xas ft ${someFiles(inputs)} --weight ${weight}${windowWords(parameters)}`,
    technique: "XAS",
    x: { label: "R without phase correction", unit: "Å", reversed: false },
    y: { label: "|χ(R)|", unit },
    curves,
    left: series.length - curves.length,
    over: { label: followed.length > 0 ? "Shell without phase correction" : "", unit: followed.length > 0 ? "Å" : "" },
    names: series.map(({ name }) => name),
    series: followed.map((near) => {
      const shells = series.map((one) => nearest(one.shells, near));
      return {
        name: `shell near ${near} Å`,
        values: shells.map((r) => r?.value ?? null),
        sigma: shells.map((r) => r?.sigma ?? null),
        limits: shells.map(() => null),
      };
    }),
    // the strongest first
    found: series.flatMap(({ name: of, shells }) =>
      shells.toSorted((a, b) => b.magnitude - a.magnitude).map(({ r }, k) => ({ of, name: `shell ${k + 1}`, quantity: r })),
    ),
    kSpace: {
      label: `${weight === 0 ? "" : weight === 1 ? "k " : `k${POWERS[weight]} `}χ(k)`,
      unit: weight === 0 ? "" : `Å⁻${POWERS[weight]}`,
      curves: kSpace,
    },
    maps,
  };
  const rows = series.flatMap(({ name, shells }) => shells.map((shell) => ({ name, shell })));
  const table = makeTable([
    textColumn(
      "spectrum",
      rows.map(({ name }) => name),
    ),
    ...quantities(
      "r",
      "angstrom",
      rows.map(({ shell }) => shell.r),
    ),
    numbers(
      "magnitude",
      "",
      rows.map(({ shell }) => shell.magnitude),
    ),
  ]);
  return {
    files: { "shells.parquet": tableToParquet(table), "part.json": jsonBytes(part) },
    notices,
    summary: { spectra: series.length, shells: rows.length },
  };
};
