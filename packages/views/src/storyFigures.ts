/** Every figure that a story has something for, as page and report show it where nobody has chosen anything yet. */
import { onlySpectra, type Story } from "@thioscope/core/story";
import { createCursor } from "./cursor.ts";
import { ELECTROCHEMISTRY } from "./electrochemistry/index.ts";
import type { Figure } from "./figure/model.ts";
import { spectraFiguresOf } from "./impedance/mountImpedance.ts";
import { figuresOf, sourceOf } from "./parts/mountParts.ts";
import { contextOf, type FigureSpec } from "./study/context.ts";
import { STUDY_FIGURES } from "./study/mountStudy.ts";
import { showsPeaks } from "./study/peaks.ts";
import { shownOf } from "./study/shown.ts";

export interface StoryFigure {
  /** the step whose result it shows */
  step: string;
  /** name of the raw file or of the source; null for a model */
  of: string | null;
  /** sha-256 of the raw file, where it shows one */
  hash: string | null;
  id: string;
  title: string;
  figure: Figure;
}

/** Figures that would be empty are left out. */
export function figuresOfStory(story: Story): StoryFigure[] {
  const ofFiles = story.files.flatMap((file, place) => {
    const peaks = showsPeaks(contextOf(story, createCursor({ file: place, peaks: true }).state)!);
    const context = contextOf(story, createCursor({ file: place, peaks }).state)!;
    const shown: Readonly<Record<string, boolean>> = { ...shownOf(file), "peak-fits": peaks };
    const specs: FigureSpec[] = [...STUDY_FIGURES, ...ELECTROCHEMISTRY.map(({ spec }) => spec)].filter(({ id }) => shown[id] ?? true);
    const own = [...(onlySpectra(file) ? [] : specs), ...spectraFiguresOf(file)];
    return own.map(
      (spec): StoryFigure => ({
        step: "curves",
        of: file.name,
        hash: file.hash,
        id: spec.id,
        title: `${spec.title}, ${file.name}`,
        figure: spec.figure(context),
      }),
    );
  });
  const cursor = createCursor();
  const ofParts = story.parts.flatMap((part, place) => {
    const context = sourceOf(place).of({ story, cursor });
    if (!context) return [];
    const { step, source } = part;
    return figuresOf(part).map((spec): StoryFigure => {
      const title = source === null ? `${part.title}: ${spec.title}` : `${part.title}: ${spec.title}, ${source}`;
      return { step, of: source, hash: null, id: spec.id, title, figure: spec.figure(context) };
    });
  });
  return [...ofFiles, ...ofParts].filter(({ figure }) => figure.empty === undefined);
}
