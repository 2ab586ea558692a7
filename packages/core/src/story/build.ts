/** The story of a cell: its card, its files, what happened in sentences, and how it all was made. */
import { electrochemistrySentences, placeElectrochemistry, withPeakTemperatures, withScanRates } from "./electrochemistry/index.ts";
import { onlySpectra } from "./impedance.ts";
import { impedanceSentences } from "./impedanceSentences.ts";
import type { CellCard, HalfCycleCurve, RowRange, Sentence, Story, StoryFile } from "./model.ts";
import { type Part, placePart } from "./parts/index.ts";
import { sentencesOf } from "./sentences.ts";
import { STORY_VERSION } from "./version.ts";

export interface StoryParts {
  title: string;
  cell: CellCard | null;
  files: readonly StoryFile[];
  /** from other instruments and models; none by default */
  parts?: readonly Part[];
  /** program version, steps with parameters, hashes */
  provenance: Story["provenance"];
  methods?: Story["methods"];
}

/** Puts a story together; the row ranges of each file then name it by its place in `files`. */
export function buildStory({ title, cell, files, parts = [], provenance, methods }: StoryParts): Story {
  const placed = withPeakTemperatures(withScanRates(files.map((file, index) => placeFile(file, index))));
  const placedParts = parts.map((part) => placePart(part, files));
  const ofFiles: Sentence[] = placed.flatMap((file, index) => [
    ...(onlySpectra(file) ? [] : sentencesOf(file, index)),
    ...electrochemistrySentences(file, index),
    ...impedanceSentences(file, index),
  ]);
  const ofParts = placedParts.flatMap((part, index) =>
    part.sentences.map((sentence): Sentence => ({ ...sentence, about: { what: "part", part: index } })),
  );
  return {
    version: STORY_VERSION,
    title,
    cell,
    files: placed,
    parts: placedParts,
    sentences: [...ofFiles, ...ofParts],
    provenance,
    ...(methods ? { methods } : {}),
  };
}

function placeFile(file: StoryFile, index: number): StoryFile {
  const at = (rows: RowRange): RowRange => ({ ...rows, file: index });
  const place = <T extends { rows: RowRange }>(item: T): T => ({ ...item, rows: at(item.rows) });
  const placePeaks = (half: HalfCycleCurve): HalfCycleCurve => {
    if (!half.peaks || "notComputable" in half.peaks) return half;
    const list = half.peaks.list.map((peak) => (peak.rows ? { ...peak, rows: at(peak.rows) } : peak));
    return { ...half, peaks: { ...half.peaks, list } };
  };
  return {
    ...file,
    halfCycles: file.halfCycles.map((half) => placePeaks(place(half))),
    cycleTable: file.cycleTable.map(place),
    impedance: file.impedance && { ...file.impedance, spectra: file.impedance.spectra.map(place) },
    ...(file.electrochemistry ? { electrochemistry: placeElectrochemistry(file.electrochemistry, index) } : {}),
  };
}
