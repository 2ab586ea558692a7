/** What a reader of cycling data is, and what it gives. */
import type { Notice, Table, TaskContext } from "@thioscope/core";
import type { ByteSource } from "./bytes/source.ts";

/** A cycler's file as a table: canonical columns first, then the instrument's other columns. */
export interface CyclingFile extends Table {
  /** the reader's id, e.g. "biologic-mpr" */
  format: string;
  /** what was measured, in the instrument's words: "GCPL", "CV", "cycling" */
  technique: string;
  /** what the file says of itself: device, channel, start, active mass, versions … */
  meta: Readonly<Record<string, string | number>>;
  notices: readonly Notice[];
}

export interface ReadOptions {
  /** give what can be read before damage, with a notice, instead of an error */
  salvage?: boolean;
  /** canonical column name → "header" or {header, unit, factor}: for delimited text and spreadsheets */
  mapping?: ColumnMapping;
  task?: TaskContext;
}

export type ColumnMapping = Readonly<Record<string, string | { header: string; unit?: string; factor?: number }>>;

export interface Reader {
  id: string;
  /** "BioLogic EC-Lab .mpr" */
  title: string;
  /** usual endings, for people; recognition is by content */
  endings: readonly string[];
  /**
   * How sure the reader is that the content is its own: 0 not mine, 1 certain. `head` is the first 64 KiB
   * (or all); a reader may look further through `source`. Must not throw on any content.
   */
  sniff(head: Uint8Array, source: ByteSource): number | Promise<number>;
  /** Throws a ThioscopeError with file and offset; never another error. */
  read(source: ByteSource, options: ReadOptions): Promise<CyclingFile>;
}
