/** A result's tables as data of a NeXus file. */
import type { Column, Table } from "@thioscope/core";
import type { NexusData, NexusField } from "@thioscope/formats";

const ERROR = "_sigma";
/** What a run of a cell shows first. */
const POTENTIAL = "voltage_volt";
const TIME = "test_time_second";

/**
 * The table as one NXdata: a field per column, `x_sigma` as the errors of `x`. Plotted is the potential of a run over its time, else the first column with errors,
 * else the last one of numbers; its axis is the first other column of numbers that rises or falls throughout, which a table of repeated runs has not.
 */
export function tableData(name: string, title: string, table: Table): NexusData {
  const errorsOf = new Map(
    table.columns.flatMap((column) => {
      const own = column.name.endsWith(ERROR) ? table.columns.find((other) => `${other.name}${ERROR}` === column.name) : undefined;
      return own && !own.labels && !column.labels ? [[own, column] as const] : [];
    }),
  );
  const errors = new Set(errorsOf.values());
  const shown = table.columns.filter((column) => !errors.has(column));
  const numbers = table.rows === 0 ? [] : shown.filter((column) => !column.labels);
  const signal =
    numbers.find(({ name: own }) => own === POTENTIAL) ??
    numbers.find((column) => errorsOf.has(column)) ??
    numbers.findLast(({ values }) => values instanceof Float64Array) ??
    numbers.at(-1);
  const time = signal?.name === POTENTIAL ? numbers.find(({ name: own }) => own === TIME) : undefined;
  const axis = time ?? numbers.find((column) => column !== signal && isMonotonic(column));
  return {
    name,
    title,
    fields: shown.map((column) => fieldOf(column, errorsOf.get(column))),
    signal: signal?.name ?? null,
    axes: [axis?.name ?? null],
  };
}

function fieldOf({ name, unit, values, labels }: Column, errors: Column | undefined): NexusField {
  if (labels) return { name, unit: "", values: Array.from(values, (code) => labels[code] ?? "") };
  const isWhole = !(values instanceof Float64Array || values instanceof Float32Array || values instanceof Uint32Array);
  return { name, unit, values: isWhole ? Int32Array.from(values) : values, ...(errors ? { errors: errors.values } : {}) };
}

function isMonotonic({ values }: Column): boolean {
  const rises = (values[values.length - 1] ?? 0) > (values[0] ?? 0);
  for (let i = 1; i < values.length; i++) {
    const step = values[i]! - values[i - 1]!;
    if (!(rises ? step > 0 : step < 0)) return false;
  }
  return values.length > 1;
}
