/** Spectra in files of cyclers and potentiostats that are read as tables anyway: BioLogic, PalmSens, Battery Data Format. */
import { asFloat64, type Column, ThioscopeError } from "@thioscope/core";
import { bdfReaders } from "../bdf/index.ts";
import { biologicReaders } from "../biologic/index.ts";
import { palmsensReaders } from "../palmsens/index.ts";
import type { CyclingFile, Reader } from "../reader.ts";
import type { ImpedanceFile, ImpedanceReader } from "./model.ts";
import { type ImpedanceQuantity, QUANTITIES } from "./names.ts";
import { spectraOf, stem } from "./spectra.ts";

/** Where a table's own name for a quantity is not the one used here. */
const OTHER_NAMES: Partial<Record<ImpedanceQuantity, (column: Column) => boolean>> = {
  temperature_celsius: ({ name, unit }) => unit === "°C" && /^(temp|surface_temp|ambient_temp)/.test(name),
};

/** The spectra in a table that has been read already; COLUMN_MISSING where it holds none. */
export function spectraOfTable(file: CyclingFile, name: string, salvage: boolean): ImpedanceFile {
  const { rows, format, technique, meta, notices } = file;
  const inferred = notices.find(({ code, column }) => code === "column-name-missing" && column === "freq/Hz");
  if (inferred && !salvage) {
    throw new ThioscopeError(
      "COLUMN_MISSING",
      `the frequency column is missing from the names: the first column has no name, it can only be told from its neighbour ("${inferred.column}"). Salvage takes it as that`,
      { file: name },
    );
  }
  const find = (quantity: ImpedanceQuantity): Float64Array | undefined => {
    const column = file.columns.find(({ name }) => name === quantity) ?? file.columns.find((c) => OTHER_NAMES[quantity]?.(c));
    return column && !column.labels ? asFloat64(column) : undefined;
  };
  const found = new Map((Object.keys(QUANTITIES) as ImpedanceQuantity[]).map((quantity) => [quantity, find(quantity)]));
  const names = file.columns.map((column) => column.vendor?.name ?? column.name);
  const { spectra, notices: more } = spectraOf({ rows, names, get: (quantity) => found.get(quantity) }, stem(name));
  return { format, technique, meta, notices: [...notices, ...more], spectra };
}

function asImpedanceReader(reader: Reader): ImpedanceReader {
  const { id, title, endings } = reader;
  return {
    id,
    title,
    endings,
    sniff: (head, source) => reader.sniff(head, source),
    async read(source, { salvage = false, task }) {
      const file = await reader.read(source, { salvage, ...(task ? { task } : {}) });
      return spectraOfTable(file, source.name, salvage);
    },
  };
}

export const tableReaders: readonly ImpedanceReader[] = [...biologicReaders, ...palmsensReaders, ...bdfReaders].map(asImpedanceReader);
