/** A series of normalised spectra as one CSV: energy, then a column per spectrum on the first one's grid. */

import type { NormalizedSpectrum } from "@thioscope/core/absorption";
import { cubicSpline, evaluateSpline } from "@thioscope/core/numerics";

/** Two header lines: names, then units. Outside a spectrum's own range its fields are empty. */
export function* writeAbsorptionCsv(spectra: readonly NormalizedSpectrum[]): Iterable<string> {
  const [first] = spectra;
  if (!first) return;
  const columns = spectra.map(({ energy, flat }) => {
    const out = new Float64Array(first.energy.length);
    evaluateSpline(cubicSpline(energy, flat), first.energy, out);
    const [low, high] = [energy[0]!, energy[energy.length - 1]!];
    return out.map((value, i) => (first.energy[i]! >= low - 1e-6 && first.energy[i]! <= high + 1e-6 ? value : Number.NaN));
  });
  yield `energy,${spectra.map(({ name }) => field(name)).join(",")}\n`;
  yield `eV,${spectra.map(() => "1").join(",")}\n`;
  for (const [i, e] of first.energy.entries()) {
    yield `${Number(e.toFixed(4))},${columns.map((c) => (Number.isNaN(c[i]!) ? "" : Number(c[i]!.toPrecision(8)))).join(",")}\n`;
  }
}

const field = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
