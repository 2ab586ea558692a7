/**
 * Columns of a file to its spectra. A new spectrum begins where a cycle, channel or measurement changes, and where
 * the frequency jumps back: sweeps go one way. Rows without a frequency (time between spectra) and without a finite
 * impedance are kept out and counted.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ImpedanceSpectrum } from "./model.ts";
import { hasImpedance, type ImpedanceQuantity } from "./names.ts";

export interface SpectrumColumns {
  rows: number;
  /** values in the quantity's unit */
  get(quantity: ImpedanceQuantity): Float64Array | undefined;
  /** what the columns are called, for messages */
  names: readonly string[];
  /** row of the file that row 0 here is */
  firstRow?: number;
}

/** Columns that separate spectra, and how they are said in a name. */
const GROUPS: readonly (readonly [ImpedanceQuantity, string])[] = [
  ["measurement", "measurement"],
  ["channel", "channel"],
  ["spectrum", "spectrum"],
  ["cycle_count", "cycle"],
];

/**
 * @param label name of the only spectrum, and in front of the names of several
 * @throws COLUMN_MISSING where frequency or impedance is missing; the message says which columns there are
 */
export function spectraOf(columns: SpectrumColumns, label: string): { spectra: ImpedanceSpectrum[]; notices: Notice[] } {
  const { rows, firstRow = 0 } = columns;
  const names = columns.names.map((name) => `"${name}"`).join(", ");
  const has = { has: (quantity: ImpedanceQuantity) => columns.get(quantity) !== undefined } as ReadonlyMap<ImpedanceQuantity, unknown>;
  if (!hasImpedance(has)) {
    throw new ThioscopeError(
      "COLUMN_MISSING",
      `no impedance: neither real and imaginary part nor modulus and phase are there; the columns are ${names || "none"}`,
    );
  }
  const frequency = columns.get("frequency_hertz");
  if (!frequency) throw new ThioscopeError("COLUMN_MISSING", `the frequency column is missing; the columns are ${names || "none"}`);
  const [real, imaginary] = partsOf(columns);
  const usable = new Uint8Array(rows);
  let zero = 0;
  let bad = 0;
  for (let i = 0; i < rows; i++) {
    const size = Math.hypot(real[i]!, imaginary[i]!);
    if (frequency[i] === 0) zero++;
    else if (frequency[i]! > 0 && frequency[i]! < 1e15 && size > 0 && size < 1e30) usable[i] = 1;
    else bad++;
  }
  const notices: Notice[] = [];
  if (zero > 0) {
    notices.push({
      code: "rows-without-frequency",
      message: `${count(zero, "row")} of frequency 0 ${zero === 1 ? "is" : "are"} kept out of the spectra`,
    });
  }
  if (bad > 0) {
    notices.push({
      code: "points-unusable",
      message: `${count(bad, "row")} without a positive frequency or a finite impedance ${bad === 1 ? "is" : "are"} kept out`,
    });
  }
  const keys = GROUPS.flatMap(([quantity, word]) => {
    const values = columns.get(quantity);
    return values ? [{ word, values, varies: values.some((value) => value !== values[0]) }] : [];
  });
  const runs = runsOf(
    frequency,
    usable,
    keys.map(({ values }) => values),
  );
  const spectra = runs.map((run): ImpedanceSpectrum => {
    const pick = (column: Float64Array): Float64Array => Float64Array.from(run, (i) => column[i]!);
    const first = run[0]!;
    const mean = (quantity: ImpedanceQuantity): number | undefined => meanOf(columns.get(quantity), run);
    const told = keys.filter(({ varies }) => varies).map(({ word, values }) => `${word} ${values[first]}`);
    const cycle = columns.get("cycle_count")?.[first];
    return {
      name: told.length > 0 ? told.join(", ") : label,
      rows: [firstRow + first, firstRow + run[run.length - 1]!],
      ...(run[run.length - 1]! - first === run.length - 1 ? {} : { pointRows: Float64Array.from(run, (i) => firstRow + i) }),
      frequencyHertz: pick(frequency),
      real: pick(real),
      imaginary: pick(imaginary),
      ...present("timeSecond", columns.get("test_time_second")?.[first]),
      ...present("endSecond", columns.get("test_time_second")?.[run[run.length - 1]!]),
      ...present("unixTimeSecond", columns.get("unix_time_second")?.[first]),
      ...present("temperatureCelsius", plausible(mean("temperature_celsius"))),
      ...present("cycle", cycle),
      ...present("potentialVolt", mean("voltage_volt")),
    };
  });
  return { spectra: uniqueNames(spectra), notices };
}

/** A file's name without its ending. */
export const stem = (file: string): string => file.replace(/\.[^.]+$/, "");

/** A second "cycle 3" becomes "cycle 3 (2)". */
export function uniqueNames(spectra: readonly ImpedanceSpectrum[]): ImpedanceSpectrum[] {
  const seen = new Map<string, number>();
  return spectra.map((spectrum) => {
    const n = (seen.get(spectrum.name) ?? 0) + 1;
    seen.set(spectrum.name, n);
    return n === 1 ? spectrum : { ...spectrum, name: `${spectrum.name} (${n})` };
  });
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

function present<K extends string>(key: K, value: number | undefined): { [P in K]?: number } {
  return (value === undefined || !Number.isFinite(value) ? {} : { [key]: value }) as { [P in K]?: number };
}

/** Instruments without a probe write −327.67 °C and the like. */
const plausible = (celsius: number | undefined): number | undefined => (celsius !== undefined && celsius > -273 ? celsius : undefined);

function meanOf(values: Float64Array | undefined, run: readonly number[]): number | undefined {
  if (!values) return undefined;
  let sum = 0;
  for (const i of run) sum += values[i]!;
  return sum / run.length;
}

/** Z′ and Z″: as they stand, or from modulus and phase. */
function partsOf(columns: SpectrumColumns): [Float64Array, Float64Array] {
  const real = columns.get("real_impedance_ohm");
  const imaginary = columns.get("imaginary_impedance_ohm");
  if (real && imaginary) return [real, imaginary];
  const modulus = columns.get("absolute_impedance_ohm")!;
  const phase = columns.get("phase_degree")!;
  const angle = (i: number): number => (phase[i]! * Math.PI) / 180;
  return [modulus.map((z, i) => z * Math.cos(angle(i))), modulus.map((z, i) => z * Math.sin(angle(i)))];
}

/** Rows of each sweep. */
function runsOf(frequency: Float64Array, usable: Uint8Array, keys: readonly Float64Array[]): number[][] {
  const groups: number[][] = [];
  for (let i = 0; i < frequency.length; i++) {
    if (!usable[i]) continue;
    const group = groups.at(-1);
    const before = group?.[group.length - 1];
    if (before === undefined || keys.some((key) => key[i] !== key[before] && !(Number.isNaN(key[i]) && Number.isNaN(key[before]))))
      groups.push([i]);
    else group!.push(i);
  }
  return groups.flatMap((group) => sweepsOf(frequency, group));
}

/** Splits where the frequency jumps against the sweep's direction over half of what it covered, or turns for good. */
function sweepsOf(frequency: Float64Array, rows: readonly number[]): number[][] {
  const sweeps: number[][] = [];
  let sweep: number[] = [];
  let direction = 0;
  let covered = 0;
  for (const [k, i] of rows.entries()) {
    const before = sweep.at(-1);
    if (before === undefined) {
      sweep.push(i);
      continue;
    }
    const step = Math.log(frequency[i]! / frequency[before]!);
    const against = direction !== 0 && step * direction < 0;
    const jumps = against && Math.abs(step) > 0.5 * covered && sweep.length > 1 && Math.abs(step) > 0.7;
    if (jumps || (against && turnsAt(frequency, rows, k, direction))) {
      // the frequency of the turn is measured at the end of one sweep and at the start of the next
      const again = !jumps && sweep.length > 2 && frequency[sweep.at(-2)!] === frequency[before] ? [sweep.pop()!] : [];
      sweeps.push(sweep);
      sweep = [...again, i];
      direction = 0;
      covered = 0;
      continue;
    }
    if (direction === 0 && step !== 0) direction = Math.sign(step);
    covered = Math.max(covered, Math.abs(Math.log(frequency[i]! / frequency[sweep[0]!]!)));
    sweep.push(i);
  }
  if (sweep.length > 0) sweeps.push(sweep);
  return sweeps;
}

/** Five steps in the other direction are a new sweep; one or two are points taken again. */
function turnsAt(frequency: Float64Array, rows: readonly number[], k: number, direction: number): boolean {
  if (k + 4 >= rows.length) return false;
  for (let j = k; j < k + 5; j++) {
    if (Math.log(frequency[rows[j]!]! / frequency[rows[j - 1]!]!) * direction >= 0) return false;
  }
  return true;
}
