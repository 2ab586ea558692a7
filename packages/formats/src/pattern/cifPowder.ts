/**
 * A powder pattern of a CIF (dictionary pdCIF): angles from a loop (_pd_proc_2theta_corrected, _pd_meas_2theta_scan …) or from a range in equal steps, intensities and their errors (in brackets
 * or as least-squares weights) from the same loop. Processed data go before measured ones. (Toby, Int. Tables G, 3.3.)
 */
import { ThioscopeError } from "@thioscope/core";
import { parseCifNumber } from "../cif/number.ts";
import { type CifBlock, isLoop, itemOf, parseCif } from "../cif/parse.ts";
import { checkedPattern, MOST_POINTS, type PatternFile, stepped } from "./patternFile.ts";

const ANGLES = ["_pd_proc_2theta_corrected", "_pd_meas_2theta_corrected", "_pd_meas_2theta_scan"];
const INTENSITIES = [
  "_pd_meas_counts_total",
  "_pd_meas_intensity_total",
  "_pd_proc_intensity_total",
  "_pd_proc_intensity_net",
  "_pd_meas_counts_net",
  "_pd_meas_intensity_net",
];
const WEIGHT = "_pd_proc_ls_weight";
const WAVELENGTHS = ["_diffrn_radiation_wavelength", "_pd_proc_wavelength"];

export const isCifPowder = (text: string): boolean => /^[ \t]*_pd_(meas|proc)_(2theta|counts|intensity)/m.test(text);

/** @throws FILE_FOREIGN where no block holds intensities, FILE_DAMAGED for angles that cannot be told */
export function readCifPowder(text: string, file: string): PatternFile {
  for (const block of parseCif(text, file)) {
    const found = patternOf(block, file);
    if (found) return found;
  }
  throw new ThioscopeError("FILE_FOREIGN", `no loop with ${INTENSITIES[0]} or its like is in the file`, { file });
}

function patternOf(block: CifBlock, file: string): PatternFile | null {
  for (const part of block.content) {
    if (!isLoop(part)) continue;
    const width = part.tags.length;
    const tags = part.tags.map((tag) => tag.toLowerCase().replaceAll(".", "_"));
    const y = INTENSITIES.map((tag) => tags.indexOf(tag)).find((k) => k >= 0);
    if (y === undefined) continue;
    const count = part.values.length / width;
    if (count > MOST_POINTS) throw new ThioscopeError("FILE_DAMAGED", `${count} points: up to ${MOST_POINTS} are possible`, { file });
    const numbers = (k: number) => Array.from({ length: count }, (_, row) => parseCifNumber(part.values[row * width + k]!.text));
    const intensities = numbers(y);
    const angles = ANGLES.map((tag) => tags.indexOf(tag)).find((k) => k >= 0);
    const weight = tags.indexOf(WEIGHT);
    const x = angles === undefined ? rangeOf(block, count, file) : Float64Array.from(numbers(angles), (n) => n?.value ?? Number.NaN);
    const stated = intensities.every((n) => n?.sigma !== null && n?.sigma !== undefined);
    const weights = weight < 0 ? null : numbers(weight);
    return checkedPattern(file, {
      format: "CIF of a powder pattern",
      x,
      y: Float64Array.from(intensities, (n) => n?.value ?? Number.NaN),
      sigma: stated
        ? Float64Array.from(intensities, (n) => n!.sigma!)
        : weights?.every((n) => n && n.value > 0)
          ? Float64Array.from(weights, (n) => 1 / Math.sqrt(n!.value))
          : null,
      wavelengthAngstrom: waveOf(block),
      doublet: null,
      meta: { block: block.name },
      notices: [],
    });
  }
  return null;
}

function rangeOf(block: CifBlock, count: number, file: string): Float64Array {
  for (const kind of ["proc", "meas"]) {
    const [from, step] = ["min", "inc"].map((end) => {
      const value = itemOf(block, `_pd_${kind}_2theta_range_${end}`);
      return value === undefined ? undefined : parseCifNumber(value.text)?.value;
    });
    if (from !== undefined && step !== undefined && step > 0) return stepped(from, step, count);
  }
  throw new ThioscopeError("FILE_DAMAGED", `neither ${ANGLES.at(-1)} nor a range of 2θ stands with the intensities`, { file });
}

function waveOf(block: CifBlock): number | null {
  for (const tag of WAVELENGTHS) {
    const value = itemOf(block, tag);
    const number = value === undefined ? undefined : parseCifNumber(value.text)?.value;
    if (number !== undefined && number > 0.01 && number < 10) return number;
  }
  return null;
}
