/** A study on a thread that is given its folder and nothing else: what it finds of the composition. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { carried } from "../pool.ts";
import { runStudy } from "../run.ts";
import { readStudy } from "../studyFile.ts";
import type { Evidence, StudyAnswer } from "./pathway.ts";

export default async function work(folder: string): Promise<StudyAnswer> {
  try {
    const { index } = await runStudy(await readStudy(folder), { engine: "inline" });
    const result = index.ofStudy.evidence;
    if (result === undefined) throw new ThioscopeError("STEP_FAILED", "the step evidence of a virtual campaign failed");
    return { evidence: JSON.parse(await readFile(join(folder, "results", result, "part.json"), "utf8")) as Evidence };
  } catch (error) {
    return carried(error);
  }
}
