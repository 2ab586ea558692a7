/** Which spectra of a file the views show, in which colour, over what: the cursor and the brush decide. */
import type { Quantity } from "@thioscope/core";
import type { Numbers, SpectrumStory, StoryFile } from "@thioscope/core/story";
import type { ViewState } from "../cursor.ts";
import type { DataColumn, Tone } from "../figure/model.ts";
import { type Context, shellWord } from "../study/context.ts";
import { quantityLabel, quantityText, type Run, roughText } from "../text.ts";
import { at } from "../track.ts";
import { withMoves } from "./moved.ts";

export interface Shown {
  spectrum: SpectrumStory;
  /** place in the file, from 0 */
  index: number;
  tone: Tone;
  /** indices of the points inside the brush, in the order of measurement */
  points: readonly number[];
}

/** The spectra inside the brush, those outside, and the one at the cursor (without a cursor the first). */
export function shownSpectra({ file, state }: Context): { inside: Shown[]; outside: SpectrumStory[]; current: Shown | null } {
  const inside: Shown[] = [];
  const outside: SpectrumStory[] = [];
  const spectra = file.impedance?.spectra ?? [];
  for (const [index, spectrum] of spectra.entries()) {
    const points = pointsIn(spectrum, state.brush);
    if (points.length === 0) outside.push(spectrum);
    else inside.push({ spectrum: withMoves(file, spectrum, index, state), index, tone: spectrumTone(index, spectra.length), points });
  }
  const current = inside.find(({ index }) => index === spectrumAt(file, state.row)) ?? inside[0] ?? null;
  return { inside, outside, current };
}

/** Index of the spectrum that the views are about. */
export function currentSpectrum(context: Context): number {
  return shownSpectra(context).current?.index ?? -1;
}

/** Index of the spectrum that holds `row`; −1 for none. */
export function spectrumAt(file: StoryFile, row: number | null): number {
  if (row === null || !file.impedance) return -1;
  return file.impedance.spectra.findIndex(({ rows }) => row >= rows.first && row <= rows.last);
}

function pointsIn(spectrum: SpectrumStory, brush: ViewState["brush"]): number[] {
  const all = Array.from({ length: spectrum.row.length }, (_, i) => i);
  return brush === null ? all : all.filter((i) => at(spectrum.row, i) >= brush.first && at(spectrum.row, i) <= brush.last);
}

/** Place of a spectrum on the ramp: the first at 0, the last at 1. */
export function spectrumTone(index: number, count: number): Tone {
  return count > 1 ? { ramp: index / (count - 1) } : "first";
}

export function pick(values: Numbers, points: readonly number[], factor = 1): Float64Array {
  return Float64Array.from(points, (i) => at(values, i) * factor);
}

/** |Z| and phase (degree) of the points given. */
export function polar({ realOhm, imaginaryOhm }: Pick<SpectrumStory, "realOhm" | "imaginaryOhm">, points: readonly number[]) {
  return {
    modulus: Float64Array.from(points, (i) => Math.hypot(at(realOhm, i), at(imaginaryOhm, i))),
    phase: Float64Array.from(points, (i) => (Math.atan2(at(imaginaryOhm, i), at(realOhm, i)) * 180) / Math.PI),
  };
}

export const everyPoint = (values: Numbers): number[] => Array.from({ length: values.length }, (_, i) => i);

/** "mΩ", "Ω", "kΩ", "MΩ": the unit in which the largest of the values needs few digits. */
export function ohmScale(largest: number): { factor: number; unit: string } {
  if (largest >= 2e6) return { factor: 1e-6, unit: "Mohm" };
  if (largest >= 2e4) return { factor: 1e-3, unit: "kohm" };
  if (largest < 1) return { factor: 1e3, unit: "mohm" };
  return { factor: 1, unit: "ohm" };
}

/** "7.7(3) MΩ": a resistance in the unit that suits its size. */
export function ohmText(q: Quantity): string {
  const { factor, unit } = ohmScale(Math.abs(q.value));
  return quantityText({ value: q.value * factor, sigma: q.sigma === null ? null : q.sigma * factor, unit });
}

const HERTZ = [
  [1e6, "MHz"],
  [1e3, "kHz"],
  [1, "Hz"],
  [1e-3, "mHz"],
] as const;
const SECONDS = [
  [1, "s"],
  [1e-3, "ms"],
  [1e-6, "µs"],
  [1e-9, "ns"],
] as const;

function scaled(value: number, units: typeof HERTZ | typeof SECONDS, digits: number): string {
  const [size, unit] = units.find(([s]) => value >= 0.9995 * s) ?? units.at(-1)!;
  return `${roughText(value / size, digits)} ${unit}`;
}

/** "692 kHz" */
export const hertzText = (value: number, digits = 3): string => scaled(value, HERTZ, digits);
/** "40.3 ms" */
export const secondText = (value: number, digits = 3): string => scaled(value, SECONDS, digits);

/** What a series runs over: time where each spectrum has its own, else cycles, else the spectra's order. */
export interface SeriesAxis {
  label: Run[];
  name: string;
  unit: string;
  values: Float64Array;
  text(index: number): string;
}

export function seriesAxis(file: StoryFile): SeriesAxis {
  const spectra = file.impedance?.spectra ?? [];
  const rising = (values: readonly (number | null)[]): values is number[] =>
    values.every((value, k) => value !== null && (k === 0 || value > (values[k - 1] ?? Number.POSITIVE_INFINITY)));
  const times = spectra.map(({ timeHour }) => timeHour);
  const cycles = spectra.map(({ cycle }) => cycle);
  const make = (name: string, unit: string, values: readonly number[], text: (value: number) => string): SeriesAxis => ({
    label: quantityLabel(name, unit),
    name: name.toLowerCase(),
    unit,
    values: Float64Array.from(values),
    text: (index) => text(values[index] ?? Number.NaN),
  });
  if (rising(times)) {
    const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
    const [factor, unit] = span < 2 ? [60, "min"] : [1, "h"];
    // a start of some milliseconds is none
    const step = (span * factor) / 1e4 || 1;
    return make(
      "Time",
      unit,
      times.map((hour) => hour * factor),
      (value) => `${roughText(Math.round(value / step) * step, 3)} ${unit}`,
    );
  }
  if (rising(cycles)) return make("Cycle", "", cycles, String);
  return make(
    "Spectrum",
    "",
    spectra.map((_, k) => k + 1),
    String,
  );
}

/** The ramp's legend: what the first and the last spectrum stand for. */
export function seriesRamp(file: StoryFile): { ramp?: { label: string; first: string; last: string } } {
  const count = file.impedance?.spectra.length ?? 0;
  if (count < 2) return {};
  const axis = seriesAxis(file);
  return { ramp: { label: axis.name, first: axis.text(0), last: axis.text(count - 1) } };
}

/** Columns that name the spectrum of each row of a table. */
export function nameColumns(file: StoryFile, indices: readonly number[]): DataColumn[] {
  const axis = seriesAxis(file);
  const spectra = file.impedance?.spectra ?? [];
  if (spectra.length < 2) return [];
  return [
    { name: "spectrum", unit: "", values: indices.map((k) => spectra[k]?.name ?? "") },
    ...(axis.name === "spectrum" ? [] : [{ name: axis.name, unit: axis.unit, values: indices.map((k) => axis.values[k] ?? Number.NaN) }]),
  ];
}

/** The command about the spectrum at the cursor. */
export function eisCommand(context: Context, action: "fit" | "kk" | "drt" | "series"): string {
  const { file } = context;
  const circuit = file.impedance?.circuit;
  const count = file.impedance?.spectra.length ?? 0;
  const about = circuit && "text" in circuit && (action === "fit" || action === "series") ? ` --circuit ${shellWord(circuit.text)}` : "";
  const which = count > 1 && action !== "series" ? ` --spectrum ${currentSpectrum(context) + 1}` : "";
  return `thioscope eis ${action} ${shellWord(file.name)}${about}${which}`;
}
