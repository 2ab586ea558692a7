/** A campaign of the virtual laboratory: the raw files that all its instruments would have written, and what is true of them. */

/** A raw file, made when it is asked for: a campaign is written file by file. */
export interface LabFile {
  /** relative to the folder of the campaign: "raw/eis/pellet_25C.mpt" */
  path: string;
  bytes(): Uint8Array | Promise<Uint8Array>;
}

/** Something that the campaign was made with and its analysis should find. */
export interface LabTruth {
  /** its name in the study's `answers.yaml` */
  key: string;
  what: string;
  value: number;
  /** the unit in which the analysis states it; "" for a number without one */
  unit: string;
}

export interface LabCampaign {
  files: readonly LabFile[];
  truth: readonly LabTruth[];
}

export interface LabRecipe {
  /** that of the study which analyses it */
  name: string;
  /** other names that it is known by */
  also?: readonly string[];
  title: string;
  /** what the files contain and the analysis does not know of, a sentence each */
  effects: readonly string[];
  /** the same seed gives the same bytes; every seed its own truth */
  campaign(seed: number): LabCampaign;
}

/** The bytes of a text. */
export const textFile = (path: string, text: () => string): LabFile => ({ path, bytes: () => new TextEncoder().encode(text()) });
