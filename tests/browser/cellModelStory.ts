/** A story of the cathode's model before a virtual measurement: for the browser test and the picture of the guide. */
import { cellModelContent } from "@thioscope/core/cellmodel";
import type { CellQuestion, Story } from "@thioscope/core/story";
import { compositionPicture, SODIUM_CELL } from "./electrochemistryStories.ts";

/** What the page shows has been through JSON. */
export async function cellModelPicture(question: Partial<CellQuestion> = {}): Promise<Story> {
  const story = await compositionPicture(SODIUM_CELL);
  const asked: CellQuestion = { model: "na-s-nps", rate: "100 mA/g", with: [], values: {}, energies: null, cells: 24, ...question };
  const part = {
    step: "simulate.cell",
    source: null,
    title: "Model of the cathode",
    files: [],
    run: null,
    runFile: null,
    sentences: [],
    notices: [],
    command: `simulate cell ${asked.model} --rate "${asked.rate}" --cells ${asked.cells}`,
    ...cellModelContent(asked),
  };
  return JSON.parse(JSON.stringify({ ...story, parts: [part] })) as Story;
}
