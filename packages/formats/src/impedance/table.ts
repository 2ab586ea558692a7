/** All points of all spectra as one table, one below the other. */
import { makeTable, type Table } from "@thioscope/core";
import type { ImpedanceFile } from "./model.ts";

/** Columns spectrum (from 1), row (of the file; where it has none the place among all points), frequency_hertz, real_ohm, imaginary_ohm. */
export function tableOfSpectra({ spectra }: ImpedanceFile): Table {
  const all = (of: (spectrum: ImpedanceFile["spectra"][number], k: number) => Iterable<number>): number[] =>
    spectra.flatMap((spectrum, k) => Array.from(of(spectrum, k)));
  let place = 0;
  const rows = all(({ rows: own, pointRows, real }) => {
    const first = own?.[0] ?? place;
    place += real.length;
    return Array.from(real, (_, i) => pointRows?.[i] ?? first + i);
  });
  const column = (name: string, unit: string, values: readonly number[]) => ({ name, unit, values: Float64Array.from(values) });
  return makeTable([
    { name: "spectrum", unit: "", values: Int32Array.from(all(({ real }, k) => Array.from(real, () => k + 1))) },
    column("row", "", rows),
    column(
      "frequency_hertz",
      "Hz",
      all((s) => s.frequencyHertz),
    ),
    column(
      "real_ohm",
      "ohm",
      all((s) => s.real),
    ),
    column(
      "imaginary_ohm",
      "ohm",
      all((s) => s.imaginary),
    ),
  ]);
}
