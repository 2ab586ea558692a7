/** A story of a trajectory and of a set of points whose rings are known: for the browser test and the picture of the guide. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Story } from "@thioscope/core/story";
import { readStudy, runStudy } from "@thioscope/study";
import { trajectoryText, virtualPointSet, virtualTrajectory } from "@thioscope/virtual";
import { testStudy } from "../studies.ts";

const YAML = `title: Atoms
sources:
  run: { kind: trajectory, files: raw/800K.XDATCAR, species: [Na], timestep: 50 fs }
  sites: { kind: points, files: raw/sites.csv }
steps: [md, { topology: { max_dimension: 2 } }, story]
`;

export async function atomsPicture(): Promise<Story> {
  const { points } = virtualPointSet({ rings: 2, ringPoints: 10, cavities: 1, radius: 5 }, 7);
  const rows = Array.from({ length: points.length / 3 }, (_, i) => Array.from(points.subarray(3 * i, 3 * i + 3)).join(","));
  const run = virtualTrajectory({ frames: 120, ions: 40 }, "picture");
  const { root, remove } = await testStudy(
    { "raw/800K.XDATCAR": trajectoryText(run, "xdatcar"), "raw/sites.csv": `x,y,z\n${rows.join("\n")}\n` },
    YAML,
  );
  try {
    const { index } = await runStudy(await readStudy(root));
    return JSON.parse(await readFile(join(root, "results", index.story!, "story.json"), "utf8")) as Story;
  } finally {
    await remove();
  }
}
