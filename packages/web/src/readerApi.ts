/** What the page asks of its worker. Errors travel as data: an exception loses its code on the way. */
import type { ErrorPlace } from "@thioscope/core";
import type { Story } from "@thioscope/core/story";
import type { ViewColumn } from "@thioscope/formats";
import type { Changes, RecipeGroup } from "@thioscope/study/quick";
import type { CalibrationWish, TableFile } from "@thioscope/views";
import type { LookWish, RawLook } from "./look.ts";

export interface RawFile {
  /** the same file keeps its id, so that it is read once */
  id: number;
  name: string;
  content: Blob;
}

export interface Failure extends ErrorPlace {
  name: string;
  code: string;
  message: string;
  /** a step failed, the file itself was read: it stays */
  ofStep?: true;
}

export interface Progress {
  /** file being read, from 1, of how many */
  file: number;
  files: number;
  name: string;
  done: number;
  total: number;
  label: string;
}

export interface ReadResult {
  /** null where no file could be read */
  story: Story | null;
  /** which raw file each file of the story is */
  ids: number[];
  failures: Failure[];
  /** what can be said of the sources and steps that the files were taken through */
  groups: readonly RecipeGroup[];
}

/** A format the readers know: for the list that an empty page shows. */
export interface KnownFormat {
  title: string;
  endings: readonly string[];
}

export interface ReaderApi {
  formats(): KnownFormat[];
  /**
   * Reads what has not been read yet and tells the story of all files together.
   *
   * @param title of the story; null names it after the files that could be read
   * @param cell text of a cell file, for masses, areas and layers
   */
  read(title: string | null, files: RawFile[], cell: RawFile | null, onProgress: (progress: Progress) => void): Promise<ReadResult>;
  /** The raw data behind a point; a failure where they cannot be read. */
  look(file: RawFile, wish: LookWish): Promise<{ look: RawLook } | { failure: Failure }>;
  /** What a view shows as a file; columns of one length. */
  write(title: string, columns: readonly ViewColumn[], format: TableFile): Promise<Uint8Array>;
  /** From now on finds the peaks of this file's dQ/dV as well: the next `read` has them. */
  findPeaks(id: number): void;
  /** From now on finds the rings of a calibrant in a dropped frame: the next `read` has them. */
  findRings(wish: CalibrationWish): void;
  /** From now on settings and parameters of steps are these: the next `read` has them. */
  change(changes: Changes): void;
}
