/** Values of one campaign, drawn about the paper's, and what is kept of them. */
import { type Random, random } from "@thioscope/core";
import { type LabFile, type LabTruth, textFile } from "../campaign.ts";

/** What a campaign collects while it is drawn. */
export class Notebook {
  readonly files: LabFile[] = [];
  readonly truth: LabTruth[] = [];
  readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  /** A stream of its own for each instrument: a file more changes no other. */
  draw(name: string): Random {
    return random(`nas-self-sacrifice/${this.seed}/${name}`);
  }

  file(path: string, bytes: () => Uint8Array): void {
    this.files.push({ path: `raw/${path}`, bytes });
  }

  text(path: string, text: () => string): void {
    this.files.push(textFile(`raw/${path}`, text));
  }

  know(key: string, what: string, value: number, unit: string): number {
    this.truth.push({ key, what, value, unit });
    return value;
  }
}

/** A value within ± `share` of the one that is printed. */
export const about = (draw: Random, value: number, share: number): number => value * (1 + share * (2 * draw.uniform() - 1));

/** A value within ± `reach` of the one that is printed. */
export const near = (draw: Random, value: number, reach: number): number => value + reach * (2 * draw.uniform() - 1);
