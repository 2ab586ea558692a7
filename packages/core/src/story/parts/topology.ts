/** Barcodes of sets of points. */
import type { Numbers } from "../model.ts";

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
    barcodes: readonly {
      dimension: number;
      /** what its bars are: spacings, rings, cavities */
      name: string;
      /** longest bars first; `open`: still open at the cap or for ever (death is then the longest length looked at) */
      birth: Numbers;
      death: Numbers;
      open: readonly boolean[];
      /** bars beyond those listed, which are the longest */
      left: number;
    }[];
  }[];
}
