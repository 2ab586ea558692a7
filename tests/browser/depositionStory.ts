/** A story of plating around a pore: for the browser test and the picture of the guide. */
import { depositionContent, type WrittenQuestion } from "@thioscope/core/deposition";
import { buildStory, type Story } from "@thioscope/core/story";

/** What the page shows has been through JSON. */
export function depositionPicture(question: WrittenQuestion): Story {
  const story = buildStory({ title: "Plating around a pore", cell: null, files: [], provenance: [] });
  const part = {
    step: "simulate.deposition",
    source: null,
    title: "Plating around a defect",
    files: [],
    run: null,
    runFile: null,
    sentences: [],
    notices: [],
    command: "simulate deposition",
    ...depositionContent(question),
  };
  return JSON.parse(JSON.stringify({ ...story, parts: [part] })) as Story;
}
