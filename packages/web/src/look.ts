/** The raw data behind a point, read in the worker: rows of a table with the instrument's names, one frame, or what its reader makes of another file. */
import { type TaskContext, ThioscopeError } from "@thioscope/core";
import type { ExpectedRing } from "@thioscope/core/diffraction";
import { buildStory, currentStory, type Part, type Story } from "@thioscope/core/story";
import {
  type ByteSource,
  type GeometryFile,
  type RawFile as RawContent,
  readGeometry,
  readImageStack,
  recognise,
  sourceOfBlob,
} from "@thioscope/formats";
import { framesPart } from "./frames.ts";

/** What is asked for of a file. */
export interface LookWish {
  frame?: number;
  row?: number;
  /** geometry of the study's frames as a PONI file, and the rings that its phases have */
  poni?: string;
  rings?: readonly ExpectedRing[];
}

export interface RawRows {
  what: "rows";
  format: string;
  technique: string;
  /** rows of the file */
  rows: number;
  /** the first of those given */
  first: number;
  columns: readonly { name: string; unit: string; values: readonly number[] | readonly string[] }[];
}

export type RawLook = RawRows | { what: "parts"; story: Story };

/** Rows given before and after the one asked for. */
const AROUND = 60;

/** The rows about `row` with the instrument's own names, units and values. */
export function rowsAbout({ table, impedance }: RawContent, row: number): RawRows {
  const spectrum = table
    ? null
    : (impedance?.spectra.find(({ rows }) => rows !== null && row >= rows[0] && row <= rows[1]) ?? impedance?.spectra[0]);
  if (spectrum) {
    const column = (name: string, unit: string, values: Float64Array) => ({ name, unit, values: Array.from(values) });
    return {
      what: "rows",
      format: impedance!.format,
      technique: impedance!.technique,
      rows: spectrum.frequencyHertz.length,
      first: spectrum.rows?.[0] ?? 0,
      columns: [
        column("frequency", "Hz", spectrum.frequencyHertz),
        column("Re Z", "Ω", spectrum.real),
        column("Im Z", "Ω", spectrum.imaginary),
      ],
    };
  }
  if (!table) throw new ThioscopeError("INVALID_INPUT", "the file holds no rows");
  const first = Math.max(0, Math.min(row, table.rows - 1) - AROUND);
  const last = Math.min(table.rows, first + 2 * AROUND + 1);
  return {
    what: "rows",
    format: table.format,
    technique: table.technique,
    rows: table.rows,
    first,
    columns: table.columns.map(({ name, unit, values, labels, vendor }) => {
      const shown = Array.from({ length: last - first }, (_, i) => values[first + i] as number);
      if (labels) return { name: vendor?.name ?? name, unit: "", values: shown.map((code) => labels[code] ?? "") };
      return vendor
        ? { name: vendor.name, unit: vendor.unit, values: shown.map((value) => value / vendor.factor) }
        : { name, unit, values: shown };
    }),
  };
}

/** A frame, or the parts that the steps of its kind make of one file alone. */
export async function partsOfFile(source: ByteSource, hash: string | null, wish: LookWish, context: TaskContext): Promise<RawLook> {
  const kind = (await recognise(source))?.kind;
  const { name } = source;
  const tell = (parts: readonly Part[]): RawLook => ({
    what: "parts",
    story: currentStory(buildStory({ title: name, cell: null, files: [], parts, provenance: [] })),
  });
  if (kind === "frames" || wish.frame !== undefined) return tell([await frameOf(source, hash, wish, context)]);
  if (!kind) throw new ThioscopeError("FILE_FOREIGN", "no reader knows this file", { file: name });
  const { lookForQuick, quickRun } = await import("@thioscope/study/quick");
  const found = await lookForQuick(source, kind, context);
  const { parts, failures } = await quickRun([{ file: { source, hash }, found }], { source: {}, step: {} }, context);
  if (parts.length === 0 && failures[0]) throw failures[0].error;
  return tell(parts);
}

async function frameOf(source: ByteSource, hash: string | null, wish: LookWish, context: TaskContext): Promise<Part> {
  const stack = await readImageStack(source, { task: context });
  const index = wish.frame ?? 0;
  if (index >= stack.frames) throw new ThioscopeError("INVALID_INPUT", `${source.name} has ${stack.frames} frames, not ${index + 1}`);
  const file = {
    name: source.name,
    hash,
    stack,
    frames: [{ index, image: await stack.frame(index) }],
    mask: (await stack.mask())?.masked ?? null,
  };
  const geometry = wish.poni === undefined ? null : await geometryOf(wish.poni);
  try {
    return framesPart([file], { geometry, calibration: null, ...(wish.rings ? { rings: wish.rings } : {}) });
  } catch (error) {
    // a geometry of another detector says nothing of this frame, which is shown all the same
    if (!(error instanceof ThioscopeError) || !geometry) throw error;
    return framesPart([file], { geometry: null, calibration: null });
  }
}

const geometryOf = (poni: string): Promise<GeometryFile> => readGeometry(sourceOfBlob("geometry.poni", new Blob([poni])));
