/**
 * Every error Thioscope raises on purpose. Codes are part of the public API: programs match on them,
 * the reference documents them (docs/reference/errors.md), and their meaning never changes.
 */
export const ERROR_TABLE = {
  FILE_FOREIGN: "the content belongs to no known format",
  FILE_CUT: "the file ends before its content does",
  FILE_DAMAGED: "the content contradicts itself or its checksum",
  FILE_EMPTY: "the file holds no bytes",
  FILE_MISSING: "the file cannot be opened",
  FORMAT_VERSION: "the format is known, this version of it is not",
  MAPPING_NEEDED: "columns cannot be recognised: a column mapping must be declared",
  UNIT_UNKNOWN: "a unit is not known",
  UNIT_MISMATCH: "two units do not measure the same quantity",
  INVALID_INPUT: "a value lies outside what is allowed",
  COLUMN_MISSING: "a table lacks a column that the method needs",
  CELL_INVALID: "the cell file contradicts its schema",
  CLAIMS_INVALID: "the file of claims contradicts its schema",
  PANELS_INVALID: "the list of a paper's panels contradicts its schema",
  ANSWERS_INVALID: "the list of answers contradicts its schema",
  TRUTH_SEALED: "the sealed truth cannot be opened with this key",
  STUDY_INVALID: "the study file contradicts its schema",
  STUDY_LOCKED: "another run of the same study is going on",
  STUDY_DIFFERS: "raw files or results of the study are not what was recorded",
  NOT_COMPUTABLE: "something the result needs is missing",
  STEP_FAILED: "a step of the study failed",
  QUERY_FAILED: "the database refused the query",
  USAGE: "the command was called in a way it does not know",
  ENGINE_FAILED: "the cluster cannot be used",
  CANCELLED: "the work was cancelled",
  WRITE_FAILED: "a file cannot be written",
} as const;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** Where in which file something is wrong. Offsets are bytes, lines and columns count from 1. */
export interface ErrorPlace {
  file?: string;
  offset?: number;
  line?: number;
  column?: number;
}

/** The one error class: a code from the table, a sentence for the user, the place if known. */
export class ThioscopeError extends Error {
  readonly code: ErrorCode;
  readonly place: ErrorPlace;

  /**
   * @param code a key of {@link ERROR_TABLE}
   * @param message names the value that is wrong and what would be allowed
   * @param place file, byte offset, line
   */
  constructor(code: ErrorCode, message: string, place: ErrorPlace = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "ThioscopeError";
    this.code = code;
    this.place = place;
  }

  /** The same error with more of its place known; an inner layer's knowledge is kept. */
  at(place: ErrorPlace): ThioscopeError {
    return new ThioscopeError(this.code, this.message, { ...place, ...this.place }, this.cause);
  }

  /** `{code, message, file, offset, …}` as printed on stderr under `--json`. */
  toJSON(): { code: ErrorCode; message: string } & ErrorPlace {
    return { code: this.code, message: this.message, ...this.place };
  }
}

/**
 * Something the user should know that did not stop the work. `code` is a short kebab-case word that
 * tests and programs match on; rows count from 0.
 */
export interface Notice {
  code: string;
  message: string;
  column?: string;
  rows?: [first: number, last: number];
  offset?: number;
}
