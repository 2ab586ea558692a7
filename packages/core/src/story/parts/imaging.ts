/** Volumes of tomography and pictures of sections, reduced to what a screen can hold. */
import type { Answer, Quantity } from "../../units/quantity.ts";
import type { Numbers } from "../model.ts";

export interface ImagingContent {
  kind: "imaging";
  /** a volume to be looked at in three planes */
  volume: VolumeView | null;
  /** what layers of a cell it shows */
  stack: StackView | null;
  /** a picture with its cracks and voids */
  section: SectionView | null;
}

export interface VolumeView {
  nx: number;
  ny: number;
  nz: number;
  voxelMicrometre: number;
  /** greys at 0 and 255, and their unit */
  low: number;
  high: number;
  unit: string;
  /** voxels as bytes between low and high, x fastest, in base64 */
  bytes: string;
}

export interface StackView {
  /** over the plane, rows of y; NaN where none is seen */
  thickness: { nx: number; ny: number; pixelMicrometre: number; micrometre: Numbers };
  mean: Answer;
  roughness: Answer;
  cover: Quantity;
  porosity: Quantity;
  /** diameters of the largest voids, µm */
  voidsMicrometre: Numbers;
  voidCount: number;
  /** over the depth from the interface: shares of the area, % */
  depthMicrometre: Numbers;
  lowGreyPercent: Numbers;
  connectedPercent: Numbers;
  indicator: Answer;
  grows: boolean;
}

export interface SectionView {
  width: number;
  height: number;
  /** of the shown picture; null where it is not known: then in pixels */
  pixelMicrometre: number | null;
  grey: Numbers;
  /** 0 material, 1 crack, 2 void */
  labels: Numbers;
  cracks: Quantity;
  voids: Quantity;
  regions: readonly { kind: "crack" | "void"; area: Quantity; length: Quantity; width: Quantity }[];
}
