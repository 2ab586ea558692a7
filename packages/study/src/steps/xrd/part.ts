/** What the steps of diffraction share in making their parts of the story. */
import type { Notice } from "@thioscope/core";
import type { DiffractionContent, Part, Sentence } from "@thioscope/core/story";
import type { DetectorImage } from "@thioscope/formats";
import type { SourceInputs } from "../../lines.ts";
import { basename } from "../../names.ts";

interface PartWords {
  title: string;
  sentences: readonly Sentence[];
  notices: readonly Notice[];
  command: string;
  /** default: the source's files */
  files?: readonly { name: string; hash: string | null }[];
  /** sha-256 of the cycler's file that rows name */
  run?: string | null;
  content?: Partial<DiffractionContent>;
}

export function diffractionPart(step: string, { source, files }: SourceInputs, words: PartWords): Part {
  return {
    kind: "diffraction",
    step,
    source,
    title: words.title,
    files: words.files ?? files.map(({ file, sha256 }) => ({ name: basename(file), hash: sha256 })),
    run: words.run ?? null,
    sentences: words.sentences,
    notices: words.notices,
    command: words.command,
    calibration: null,
    images: [],
    cakes: [],
    patterns: [],
    scans: null,
    phaseMaps: [],
    stressMaps: [],
    layers: [],
    ...words.content,
  };
}

/** Points a side that a picture of a detector shows. */
const SHOWN = 360;

/** Means over squares of pixels that are not masked. */
export function reducedImage(
  { width, height, values }: DetectorImage,
  mask: Uint8Array | null,
  title: string,
): Pick<DiffractionContent["images"][number], "title" | "rows" | "columns" | "reduced" | "values" | "maskedPixels"> {
  const reduced = Math.max(1, Math.ceil(Math.max(width, height) / SHOWN));
  const [rows, columns] = [Math.ceil(height / reduced), Math.ceil(width / reduced)];
  const sum = new Float64Array(rows * columns);
  const count = new Float64Array(rows * columns);
  let maskedPixels = 0;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const p = i * width + j;
      if (mask?.[p]) {
        maskedPixels++;
        continue;
      }
      const at = Math.floor(i / reduced) * columns + Math.floor(j / reduced);
      sum[at] = sum[at]! + values[p]!;
      count[at] = count[at]! + 1;
    }
  }
  // three digits are more than a picture shows
  const shown = sum.map((s, k) => (count[k]! > 0 ? Number((s / count[k]!).toPrecision(4)) : Number.NaN));
  return { title, rows: height, columns: width, reduced, values: shown, maskedPixels };
}
