/** A run of the cell model as instruments meet it: amounts at a moment, crystals through the thickness, rows that a cycler would have recorded. */
import type { Random } from "@thioscope/core";
import { type CellRun, cellModel, cycleProtocol, type ParameterSet, runCell } from "@thioscope/core/cellmodel";
import type { VirtualRow } from "../cycler.ts";

/** Control volumes through the cathode. */
const VOLUMES = 20;

/** One cycle at a rate, followed state by state. */
export function cycleOf(set: ParameterSet, rate: string): CellRun {
  return runCell(cellModel(set, { cells: VOLUMES }), cycleProtocol(rate, set.window[0], set.window[1]), { frameEvery: 0.01 });
}

export const formulasOf = ({ model }: CellRun): string[] => model.physics.chemistry.phases.map(({ formula }) => formula);

/** Electrons per S atom of every phase. */
export const electronsOf = ({ model }: CellRun): number[] => model.physics.chemistry.phases.map(({ x }) => x);

/** Amounts through the thickness, from the separator on: mol S per mol S of the cathode's mean, volume by volume, phase by phase. */
export interface Profile {
  /** borders of the volumes as shares of the thickness */
  borders: Float64Array;
  total: Float64Array;
  crystalline: Float64Array;
  /** means over the thickness */
  mean: Float64Array;
  meanCrystalline: Float64Array;
}

/** The state at a time of the run, between two frames of it. */
export function profileAt(run: CellRun, second: number): Profile {
  const { frames, model, rows } = run;
  const { widths } = model.equations.grid;
  const phases = formulasOf(run).length;
  const block = model.equations.layout.block;
  const time = (k: number): number => rows.time[frames[k]!.row]!;
  let after = 1;
  while (after < frames.length - 1 && time(after) < second) after++;
  const [a, b] = [frames[after - 1]!, frames[after]!];
  const span = time(after) - time(after - 1);
  const t = span > 0 ? Math.min(1, Math.max(0, (second - time(after - 1)) / span)) : 0;
  const n = widths.length;
  const out: Profile = {
    borders: new Float64Array(n + 1),
    total: new Float64Array(n * phases),
    crystalline: new Float64Array(n * phases),
    mean: new Float64Array(phases),
    meanCrystalline: new Float64Array(phases),
  };
  const length = model.physics.layers.cathode;
  for (let i = 0; i < n; i++) {
    out.borders[i + 1] = out.borders[i]! + widths[i]! / length;
    for (let k = 0; k < phases; k++) {
      const mix = (p: number, q: number): number => Math.max(0, p + (q - p) * t);
      const at = i * phases + k;
      out.total[at] = mix(a.y[i * block + k]!, b.y[i * block + k]!);
      out.crystalline[at] = Math.min(out.total[at], mix(a.crystal?.[at] ?? 0, b.crystal?.[at] ?? 0));
      const share = widths[i]! / length;
      out.mean[k] = out.mean[k]! + out.total[at] * share;
      out.meanCrystalline[k] = out.meanCrystalline[k]! + out.crystalline[at] * share;
    }
  }
  return out;
}

export interface RecordedCell {
  /** of sulfur, as it really is */
  milligram: number;
  /** s before the first half cycle and after each */
  restSecond: number;
  /** s between rows */
  everySecond: number;
  /** V, one standard deviation */
  noiseVolt: number;
  cycle?: number;
  startSecond?: number;
}

/** Rows of a cycler at even times, with rests; time of the file is {@link fileTime} of the run's. */
export function recordedRows(run: CellRun, cell: RecordedCell, draw: Random): VirtualRow[] {
  const { rows, steps } = run;
  const { milligram, restSecond, everySecond, noiseVolt, cycle = 1, startSecond = 0 } = cell;
  const out: VirtualRow[] = [];
  const push = (timeSecond: number, volt: number, currentAmpere: number, half: number, mode: VirtualRow["mode"]): void => {
    out.push({ timeSecond: startSecond + timeSecond, voltageVolt: volt + noiseVolt * draw.normal(), currentAmpere, cycle, half, mode });
  };
  for (let t = 0; t < restSecond; t += everySecond) push(t, rows.volt[0]!, 0, 0, "rest");
  for (const [s, step] of steps.entries()) {
    const [first, last] = step.rows;
    const begin = rows.time[first]!;
    const end = rows.time[last]!;
    const sign = step.direction === "charge" ? 1 : -1;
    // the model's current is per gram of its own sulfur
    const perGram = (Math.abs(rows.capacity[last]! - rows.capacity[first]!) / (end - begin)) * 3600;
    const ampere = (sign * perGram * milligram * 1e-3) / 1e3;
    let r = first;
    // a cycler also records where a step begins and where it ends
    const count = Math.ceil((end - begin) / everySecond);
    for (const t of Array.from({ length: count + 1 }, (_, k) => (k === 0 ? begin + 1 : Math.min(end, begin + k * everySecond)))) {
      while (r + 1 < last && rows.time[r + 1]! < t) r++;
      const span = rows.time[r + 1]! - rows.time[r]!;
      const share = span > 0 ? (t - rows.time[r]!) / span : 0;
      const volt = rows.volt[r]! + share * (rows.volt[r + 1]! - rows.volt[r]!);
      push(restSecond * (1 + s) + t, volt, ampere, s + 1, step.direction === "charge" ? "charge" : "discharge");
    }
    // the potential comes back by about a tenth of a volt
    for (let t = 0; t < restSecond; t += everySecond)
      push(restSecond * (1 + s) + end + t, rows.volt[last]! - 0.1 * sign * (1 - Math.exp(-t / 300)), 0, s + 1, "rest");
  }
  return out;
}

/** Time of the run that belongs to a time of the file. */
export function runTime({ rows, steps }: CellRun, restSecond: number, fileSecond: number): number {
  const ends = steps.map(({ rows: [, last] }) => rows.time[last]!);
  let t = fileSecond - restSecond;
  for (const end of ends) {
    if (t <= end) return Math.max(0, t);
    t = Math.max(end, t - restSecond);
  }
  return ends.at(-1)!;
}
