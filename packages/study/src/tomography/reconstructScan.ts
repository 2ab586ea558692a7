/**
 * A volume from a scan, slab by slab: projections are read once per slab, turned into line integrals, and each detector row becomes a slice on the
 * pool. Memory is two slabs of sinograms (together as many rows as fit into `memory`: one is read while the other is worked on), one projection,
 * and the slices under way.
 */
import { checkCancelled, type Notice, QUIET, type Quantity, quantity, type TaskContext, ThioscopeError } from "@thioscope/core";
import {
  fillRow,
  lineIntegrals,
  type PaganinOptions,
  paganin,
  rotationCentre,
  type Sinogram,
  type TomoFilter,
} from "@thioscope/core/imaging";
import type { TomographyScan } from "@thioscope/formats";
import type { SlicePool } from "./slices.ts";

export interface ScanOptions {
  /** degrees; the scan's own where it says, else equal steps over this range, the last one a step before its end */
  rangeDegree: number;
  /** detector column of the axis; null: found */
  centre: number | null;
  filter: TomoFilter;
  /** take stripes of wrong columns out */
  rings: boolean;
  /** rounds of the iterative reconstruction; null: filtered back projection */
  rounds: number | null;
  paganin: PaganinOptions | null;
  /** detector rows [first, last]; null: all */
  rows: readonly [number, number] | null;
  /** bytes of sinograms at a time */
  memory?: number;
}

export interface ScanResult {
  centre: Quantity;
  how: string;
  slices: number;
  size: number;
  /** largest of all slices, in the unit of the slices */
  truncationError: number;
  notices: readonly Notice[];
}

const MEMORY = 512 * 2 ** 20;
/** Rows from which the axis is found. */
const ROWS_FOR_CENTRE = 5;

/** @param each slices in the order of the rows, values per pixel; waited for */
export async function reconstructScan(
  scan: TomographyScan,
  pool: SlicePool,
  options: ScanOptions,
  each: (values: Float32Array, row: number) => void | Promise<void>,
  task: TaskContext = QUIET,
): Promise<ScanResult> {
  const { width, height, projections } = scan;
  const [first, last] = options.rows ?? [0, height - 1];
  if (!(first >= 0 && last >= first && last < height)) {
    throw new ThioscopeError("INVALID_INPUT", `rows ${first} to ${last}: the detector has 0 to ${height - 1}`);
  }
  const notices: Notice[] = [...scan.notices];
  const { degrees, notice } = anglesOf(scan, options.rangeDegree);
  if (notice) notices.push(notice);
  const angles = degrees.map((degree) => (degree * Math.PI) / 180);
  const read = await reader(scan, options.paganin, notices);
  const perSlab = Math.max(1, Math.floor((options.memory ?? MEMORY) / (8 * projections * width)));
  const count = last - first + 1;
  const total = Math.ceil(count / perSlab) * projections + count;
  let done = 0;
  const step = (what: string): void => {
    checkCancelled(task);
    task.progress(++done, total, what);
  };

  let centre: { column: Quantity; how: string } | null =
    options.centre === null ? null : { column: quantity(options.centre, "column"), how: "given" };
  let truncationError = 0;
  let size = 0;
  const seen = new Set<string>();
  const slabFrom = (from: number): Promise<Float32Array> =>
    readSlab(read, { from, to: Math.min(last, from + perSlab - 1), projections, width }, () => step("projections"));
  let next = slabFrom(first);
  for (let from = first; from <= last; from += perSlab) {
    const to = Math.min(last, from + perSlab - 1);
    const slab = await next;
    // the next slab is read while this one is worked on; an error waits for its turn
    if (to < last) {
      next = slabFrom(to + 1);
      next.catch(() => undefined);
    }
    centre ??= rotationCentre(rowsFor(slab, to - from + 1, angles, width));
    const { value } = centre.column;
    // two slices per thread are under way: the pool never waits for the writer
    const pending: Promise<{ row: number; answer: Awaited<ReturnType<SlicePool["reconstruct"]>> }>[] = [];
    const finish = async (): Promise<void> => {
      const { row, answer } = await pending.shift()!;
      truncationError = Math.max(truncationError, answer.truncationError);
      size = Math.round(Math.sqrt(answer.values.length));
      for (const found of answer.notices) {
        if (!seen.has(found.code)) notices.push(found);
        seen.add(found.code);
      }
      await each(answer.values, row);
      step("slices");
    };
    for (let row = from; row <= to; row++) {
      const job = {
        angles,
        columns: width,
        slab,
        row: row - from,
        rings: options.rings,
        options: { centre: value, filter: options.filter, ...(options.rounds === null ? {} : { rounds: options.rounds }) },
      };
      pending.push(pool.reconstruct(job).then((answer) => ({ row, answer })));
      if (pending.length >= 2 * pool.threads) await finish();
    }
    while (pending.length > 0) await finish();
  }
  return { centre: centre!.column, how: centre!.how, slices: count, size, truncationError, notices };
}

function anglesOf({ anglesDegree, projections }: TomographyScan, range: number): { degrees: Float64Array; notice: Notice | null } {
  if (anglesDegree) return { degrees: anglesDegree, notice: null };
  return {
    degrees: Float64Array.from({ length: projections }, (_, k) => (range * k) / projections),
    notice: {
      code: "angles-assumed",
      message: `the files do not state angles: ${projections} equal steps over ${range}° are assumed, the last one a step before its end`,
    },
  };
}

type ReadProjection = (index: number) => Promise<Float32Array>;

/** Reads a projection as line integrals. */
async function reader(scan: TomographyScan, phase: PaganinOptions | null, notices: Notice[]): Promise<ReadProjection> {
  const { width, height } = scan;
  const [flat, dark] = [await scan.flat(), await scan.dark()];
  if (!flat) {
    notices.push({ code: "no-flat", message: "there is no flat: the projections are taken for line integrals already" });
    return async (index) => {
      const { values } = await scan.projection(index);
      const row = Float32Array.from(values);
      const bad = row.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) {
        throw new ThioscopeError(
          "FILE_DAMAGED",
          `projection ${index}, row ${Math.floor(bad / width)}, column ${bad % width} holds ${row[bad]}`,
        );
      }
      return row;
    };
  }
  const nothing = dark ?? new Float64Array(flat.length);
  if (!dark) notices.push({ code: "no-dark", message: "there is no dark: 0 counts are taken" });
  let warned = false;
  return async (index) => {
    const { values } = await scan.projection(index);
    const { values: integrals, dead } = lineIntegrals(values, flat, nothing);
    if (dead > 0 && !warned) {
      warned = true;
      notices.push({
        code: "dead-pixels",
        message: `projection ${index} has ${dead} ${dead === 1 ? "pixel" : "pixels"} without light: filled from beside, as in the others`,
      });
    }
    for (let row = 0; row < height; row++) fillRow(integrals.subarray(row * width, (row + 1) * width));
    return phase
      ? paganin(
          integrals.map((value) => Math.exp(-value)),
          width,
          height,
          phase,
        )
      : integrals;
  };
}

async function readSlab(
  read: ReadProjection,
  { from, to, projections, width }: { from: number; to: number; projections: number; width: number },
  step: () => void,
): Promise<Float32Array> {
  const rows = to - from + 1;
  const slab = new Float32Array(new SharedArrayBuffer(4 * rows * projections * width));
  for (let k = 0; k < projections; k++) {
    const values = await read(k);
    for (let row = 0; row < rows; row++) {
      slab.set(values.subarray((from + row) * width, (from + row + 1) * width), (row * projections + k) * width);
    }
    step();
  }
  return slab;
}

function rowsFor(slab: Float32Array, rows: number, angles: Float64Array, columns: number): Sinogram[] {
  const length = angles.length * columns;
  const count = Math.min(rows, ROWS_FOR_CENTRE);
  return Array.from({ length: count }, (_, k) => {
    const row = Math.floor(((k + 0.5) * rows) / count);
    return { angles, columns, values: slab.subarray(row * length, (row + 1) * length) };
  });
}
