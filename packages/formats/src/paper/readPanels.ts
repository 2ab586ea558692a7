/** The list of a paper's panels (YAML). Every mistake is PANELS_INVALID with file and line. */
import { checkStructure, readYaml, type Schema } from "../yaml/index.ts";
import panelsSchema from "./panels.schema.json" with { type: "json" };

/** The JSON Schema (draft 07) of a list of panels, for editors. */
export const PANELS_SCHEMA: Readonly<Record<string, unknown>> = panelsSchema;

/** A figure of the study that shows a panel. */
export interface ShownFigure {
  figure: string;
  step: string | null;
  /** null: of the whole study; undefined: whichever has the step */
  source?: string | null;
  file: string | null;
  files?: readonly string[];
  cycle?: number;
  choices: Readonly<Record<string, string>>;
}

export interface PaperPanel {
  panel: string;
  caption: string;
  show: readonly ShownFigure[];
  /** why nothing shows it */
  notComputable: string | null;
}

export interface PaperFigures {
  paper: string;
  figures: readonly { figure: string; title: string; panels: readonly PaperPanel[] }[];
}

interface WrittenShown {
  figure: string;
  step?: string;
  source?: string | null;
  file?: string;
  files?: string[];
  names?: string[];
  cycle?: number;
  choices?: Record<string, string>;
}

interface Written {
  paper: string;
  figures: {
    figure: string | number;
    title: string;
    panels: { panel: string | number; caption: string; show?: WrittenShown | WrittenShown[]; notComputable?: string }[];
  }[];
}

/** @throws ThioscopeError PANELS_INVALID with the place in the file */
export function readPanels(text: string, fileName: string): PaperFigures {
  const { data, places } = readYaml(text, fileName, "PANELS_INVALID");
  if (typeof data !== "object" || data === null) places.fail([], "a list of panels has the keys paper and figures");
  checkStructure(data, panelsSchema as unknown as Schema, places);
  const { paper, figures } = data as Written;
  return {
    paper,
    figures: figures.map(({ figure, title, panels }, f) => ({
      figure: String(figure),
      title,
      panels: panels.map(({ panel, caption, show, notComputable }, p) => {
        if ((show === undefined) === (notComputable === undefined)) {
          const path = ["figures", f, "panels", p];
          places.fail(path, `panel ${panel} of figure ${figure} needs one of show and notComputable`);
        }
        return {
          panel: String(panel),
          caption,
          show: (show === undefined ? [] : [show].flat()).map(shownFigure),
          notComputable: notComputable ?? null,
        };
      }),
    })),
  };
}

const shownFigure = ({ figure, step, source, file, files, names, cycle, choices }: WrittenShown): ShownFigure => ({
  figure,
  step: step ?? null,
  ...(source === undefined ? {} : { source }),
  file: file ?? null,
  ...(files === undefined ? {} : { files }),
  ...(names === undefined ? {} : { names }),
  ...(cycle === undefined ? {} : { cycle }),
  choices: choices ?? {},
});
