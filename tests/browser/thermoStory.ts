/** A story of a sodium cell and the phase stability of its electrolytes: for the browser test and the picture of the guide. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Story } from "@thioscope/core/story";
import { readStudy, runStudy } from "@thioscope/study";
import { VIRTUAL_CELLS, virtualCycling, writeVirtual } from "@thioscope/virtual";
import { testStudy } from "../studies.ts";
import { SODIUM_CELL } from "./electrochemistryStories.ts";

/** @param compounds as in study.yaml: "[Na3PS4, Na3SbS4]" */
export async function thermoPicture(compounds: string): Promise<Story> {
  const cell = VIRTUAL_CELLS["na-s-nps"];
  const run = virtualCycling({ ...cell, protocol: [{ ...cell.protocol[0], cycles: 2 }] }, "guide");
  const { root, remove } = await testStudy(
    { "cell.yaml": SODIUM_CELL, "raw/cell-12.mpt": new TextDecoder("latin1").decode(writeVirtual(run, "biologic-mpt")) },
    `title: Na–S operando\ncell: cell.yaml\nsources: { cycling: raw/cell-12.mpt }\nsteps:\n  - thermo: { compounds: ${compounds} }\n  - story\n`,
  );
  const { index } = await runStudy(await readStudy(root));
  const story = JSON.parse(await readFile(join(root, "results", index.story!, "story.json"), "utf8")) as Story;
  await remove();
  return story;
}
