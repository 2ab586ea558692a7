/** Barcodes of sets of points. */
import type { Answer } from "../../units/quantity.ts";
import type { Numbers } from "../model.ts";
import type { PackedNumbers } from "./packed.ts";

export interface TopologyContent {
  kind: "topology";
  sets: readonly {
    /** index into the part's files */
    file: number;
    points: number;
    /** "Å", or "" where lengths are in the unit of the file */
    unit: string;
    /** no length beyond this was looked at; null if nothing was left out */
    cap: number | null;
    /** places of the points and axes of their cell; null for a table of distances */
    positions: PackedNumbers | null;
    cell: Numbers | null;
    /** symbol of each point, where the file names it */
    symbols: readonly string[] | null;
    barcodes: readonly {
      dimension: number;
      /** what its bars are: spacings, rings, cavities */
      name: string;
      /** longest bars first; `open`: still open at the cap or for ever (death is then the longest length looked at) */
      birth: Numbers;
      death: Numbers;
      open: readonly boolean[];
      /** what each bar is made of: the two points that meet (spacings), closed walks over points (rings), corners of what closes it and fills it (cavities) */
      points: readonly (readonly (readonly number[])[])[];
      /** means over the bars that end and are at least half as long as the longest of these, with the standard error of the mean */
      begin: Answer;
      end: Answer;
      /** bars beyond those listed, which are the longest */
      left: number;
    }[];
  }[];
}
