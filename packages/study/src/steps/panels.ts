/** A paper's panels as a part of the story: the figures themselves are drawn from the other parts. */
import type { Part } from "@thioscope/core/story";
import { readPanels } from "@thioscope/formats";
import type { SourceInputs } from "../lines.ts";
import { basename } from "../names.ts";
import type { StepFunction } from "../stepModules.ts";
import { jsonBytes } from "./facts.ts";

export const panelsStep: StepFunction = async (inputs, _parameters, io) => {
  const { source, files } = inputs as unknown as SourceInputs;
  const papers = [];
  for (const input of files) {
    const bytes = await io.open(input);
    papers.push(readPanels(new TextDecoder().decode(await bytes.read(0, bytes.size)), basename(input.file)));
  }
  const figures = papers.flatMap((paper) => paper.figures);
  const panels = figures.flatMap((figure) => figure.panels);
  const without = panels.filter(({ notComputable }) => notComputable !== null).length;
  const part: Part = {
    kind: "paper",
    step: "panels",
    source,
    title: papers.map(({ paper }) => paper).join("; "),
    files: files.map(({ file, sha256 }) => ({ name: basename(file), hash: sha256 })),
    run: null,
    sentences: [
      {
        parts: [
          `Of ${panels.length} panels in ${figures.length} figures ${panels.length - without} are drawn from this study's results; ${without} are not computable, each with the reason.`,
        ],
      },
    ],
    notices: [],
    command: "run",
    paper: papers.map(({ paper }) => paper).join("; "),
    figures,
  };
  return { files: { "part.json": jsonBytes(part) }, notices: [], summary: { panels: panels.length, notComputable: without } };
};
