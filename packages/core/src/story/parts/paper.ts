/** The figures of a paper panel by panel, each with the figure of the story that shows the same or why there is none. */

export interface PaperContent {
  kind: "paper";
  paper: string;
  figures: readonly {
    figure: string;
    title: string;
    panels: readonly {
      panel: string;
      caption: string;
      show: readonly ShownFigure[];
      /** why nothing shows it */
      notComputable: string | null;
    }[];
  }[];
}

/** A figure of the story by its name and what it is drawn from. */
export interface ShownFigure {
  /** "own": the view of a part that is no figure */
  figure: string;
  step: string | null;
  /** null: of the whole study; absent: whichever has the step */
  source?: string | null;
  /** name of the raw file of a cycler or of impedance */
  file: string | null;
  /** of figures that compare cells: names of their raw files */
  files?: readonly string[];
  /** what each of them is called beside the others; absent: by its file */
  names?: readonly string[];
  /** the cycle under the cursor, or that is compared */
  cycle?: number;
  choices: Readonly<Record<string, string>>;
}
