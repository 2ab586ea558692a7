/** What is needed to draw parts of a story: their panels, their figures, or a view of their own. */
import type { PartKind, PartOf, PlacedPart, Story, StoryFile } from "@thioscope/core/story";
import type { ViewState } from "../cursor.ts";
import type { Mounted } from "../dom.ts";
import type { ContextSource, PlotSpec, StudyModel } from "../study/context.ts";

/** The panels of page and report that hold parts. */
export type PartPanel = "diffraction" | "spectra" | "images" | "atoms" | "models" | "evidence" | "paper";

/** What a figure of a part is drawn from. */
export interface PartContext<Kind extends PartKind = PartKind> {
  part: PartOf<Kind>;
  story: Story;
  state: ViewState;
  /** the cycler's file whose rows the part's rows mean */
  run: StoryFile | null;
}

/** A plot of a part. A mark whose `rows` are rows of the run follows the cursor while that file is under it. */
export interface PartFigure<Kind extends PartKind> extends PlotSpec<PartContext<Kind>> {
  /** always, where absent */
  isShown?(part: PartOf<Kind>): boolean;
  /** it takes the whole width of the panel */
  wide?: true;
  /** it stands under the run it belongs to as well */
  operando?: true;
}

/** What a view of its own is mounted over. */
export interface PartModel<Kind extends PartKind> {
  study: StudyModel;
  part: PartOf<Kind> & Pick<PlacedPart, "runFile">;
  /** the views of all parts, for one that shows others */
  views: StoryViews;
}

/** The views of the parts of a story, by the part's place in it. */
export interface StoryViews {
  /** the figures that it has something for */
  figures(part: PlacedPart): readonly PartFigure<PartKind>[];
  source(place: number): ContextSource<PartContext>;
  /** the view of its own, without head and figures */
  mountOwn(element: HTMLElement, study: StudyModel, place: number): Mounted<StudyModel>;
}

/** How parts of a kind are shown. */
export interface PartView<Kind extends PartKind> {
  panel: PartPanel;
  /** in reading order */
  figures: readonly PartFigure<Kind>[];
  /** what figures cannot do; it stands above them, or after the one that is named */
  after?: string;
  mount?(element: HTMLElement, model: PartModel<Kind>): Mounted<PartModel<Kind>>;
}
