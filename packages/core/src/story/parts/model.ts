/**
 * Parts of a story: what one step found in one source that is no cycler's file (frames, spectra, trajectories), or
 * what a model says. A part is plain data, reduced to what a screen can hold, and survives JSON; how it is drawn is
 * decided by the views. Each area has a file here with its content, told apart by `kind`.
 */
import type { Notice } from "../../errors.ts";
import type { Sentence } from "../model.ts";
import type { AtomsContent } from "./atoms.ts";
import type { AuditContent } from "./audit.ts";
import type { CellModelContent } from "./cellmodel.ts";
import type { ConductivityContent } from "./conductivity.ts";
import type { DepositionContent } from "./deposition.ts";
import type { DiffractionContent } from "./diffraction.ts";
import type { EvidenceContent } from "./evidence.ts";
import type { ImagingContent } from "./imaging.ts";
import type { PaperContent } from "./paper.ts";
import type { RecoveredContent } from "./recovered.ts";
import type { SpectroscopyContent } from "./spectroscopy.ts";
import type { ThermoContent } from "./thermo.ts";
import type { TopologyContent } from "./topology.ts";

/** What every part has. */
export interface PartHead {
  /** the step that made it: "xrd.map" */
  step: string;
  /** name of the source in study.yaml; null for a model */
  source: string | null;
  title: string;
  /** its raw files, in the order of their numbers in the part */
  files: readonly { name: string; hash: string | null }[];
  /**
   * sha-256 of the cycler's file whose rows the part's rows mean; null where no row is named. `RowRange.file` inside
   * a part is 0 until the story is put together
   */
  run: string | null;
  /** what was found, a sentence per event */
  sentences: readonly Sentence[];
  notices: readonly Notice[];
  /** the command that gives the same, without the program's name: "topology rips points.xyz" */
  command: string;
}

/** What of a part belongs to its area. */
export type PartContent =
  | AtomsContent
  | AuditContent
  | CellModelContent
  | ConductivityContent
  | DepositionContent
  | DiffractionContent
  | EvidenceContent
  | ImagingContent
  | PaperContent
  | RecoveredContent
  | SpectroscopyContent
  | ThermoContent
  | TopologyContent;

export type Part = PartHead & PartContent;

export type PartKind = Part["kind"];

export type PartOf<Kind extends PartKind> = Extract<Part, { kind: Kind }>;
