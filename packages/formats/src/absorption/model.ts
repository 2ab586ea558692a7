/** What a file of X-ray absorption gives: scans with μ made from the detectors' columns, and how it was made. */
import type { Notice } from "@thioscope/core";
import type { AbsorptionSpectrum, Chi } from "@thioscope/core/absorption";
import type { ByteSource } from "../bytes/source.ts";
import type { AthenaProject } from "./athena/model.ts";

export interface AbsorptionScan extends AbsorptionSpectrum {
  /** "−ln(itrans/i0)", "ifluor/i0", "column mutrans" … */
  how: string;
  mode: "transmission" | "fluorescence" | "reference" | "as given";
  /** the file says that it is normalised already */
  normalized: boolean;
  element: string | null;
  edge: string | null;
  /** s since 1970-01-01 UTC as far as the file tells; local time is taken as UTC. null where it does not */
  startSecond: number | null;
  /** what the file says of itself, in its own words */
  meta: Readonly<Record<string, string>>;
}

export interface NamedChi extends Chi {
  name: string;
}

export interface AbsorptionFile {
  format: string;
  scans: readonly AbsorptionScan[];
  /** χ(k) that the file holds instead of μ(E) */
  chi: readonly NamedChi[];
  /** of an Athena project: everything, for writing it again */
  project: AthenaProject | null;
  notices: readonly Notice[];
}

export interface AbsorptionReadOptions {
  /** columns by name or number from 1, where they cannot be recognised or others are wanted */
  columns?: AbsorptionColumns;
}

export interface AbsorptionColumns {
  energy: string;
  /** μ itself; or i0 with transmitted or fluorescence */
  mu?: string;
  i0?: string;
  transmitted?: string;
  fluorescence?: string;
}

export interface AbsorptionReader {
  id: string;
  title: string;
  /** true where the first bytes are of this format */
  sniff(head: Uint8Array, text: string): boolean;
  read(source: ByteSource, options: AbsorptionReadOptions): Promise<AbsorptionFile>;
}
