/**
 * An Athena project as it stands in its file: every statement is kept, known or not, so that a project that is read and written
 * again loses nothing.
 */

/** A Perl scalar: text in quotes, a bare number or undef, an array, a hash, a blessed hash. */
export type PerlValue =
  | { kind: "text"; text: string }
  | { kind: "bare"; text: string }
  | { kind: "list"; items: readonly PerlValue[] }
  | { kind: "map"; entries: readonly (readonly [PerlValue, PerlValue])[]; blessed: string | null };

export interface AthenaGroup {
  /** the group's name within the project, e.g. "wosk" */
  id: string;
  /** parameters in their order: label, bkg_e0, bkg_pre1 … */
  args: readonly (readonly [key: string, value: PerlValue])[];
  /** x, y, i0, signal, stddev …: as written, so that no digit is lost */
  arrays: ReadonlyMap<string, readonly string[]>;
  /** other statements of the group ($xdi …), as written */
  rest: readonly string[];
}

export interface AthenaProject {
  dialect: "perl" | "json";
  /** the file was packed by gzip */
  packed: boolean;
  /** lines before the first group: what made the file */
  header: readonly string[];
  groups: readonly AthenaGroup[];
  /** what follows the last group: journal, plot features, indicators; in JSON the other keys */
  trailer: readonly string[];
}
