// npm run studies: every study that ships, from the raw files of its virtual campaign to its report. `npm run studies -- NAME…` runs these alone;
// `-- NAME --seeds 20` makes and analyses that many campaigns and writes the coverage of the stated errors beside the study.
import { join } from "node:path";
import { resourceUsage } from "node:process";
import { parseArgs } from "node:util";
import type { TaskContext } from "@thioscope/core";
import { writeAtomic } from "@thioscope/study";
import { coverCampaigns } from "../packages/cli/src/lab/compare.ts";
import { recipeOf, STUDIES } from "../packages/cli/src/lab/folder.ts";
import { prepareShipped, runAndReport, shippedStudies } from "./shippedStudies.ts";

const { values, positionals } = parseArgs({ options: { seeds: { type: "string" } }, allowPositionals: true });
const names = positionals.length > 0 ? positionals : await shippedStudies();
const quiet: TaskContext = { progress() {} };
const began = performance.now();
for (const name of names) {
  if (values.seeds === undefined) await runAndReport(await prepareShipped(name, quiet), quiet);
  else {
    const told: TaskContext = { progress: (done, total) => process.stdout.write(`${name}: campaign ${done + 1} of ${total}\n`) };
    const coverage = await coverCampaigns(recipeOf(name), Number(values.seeds), told);
    await writeAtomic(join(STUDIES, name, "coverage.json"), `${JSON.stringify(coverage, null, 2)}\n`);
    console.table(coverage.rows);
  }
}
const seconds = (performance.now() - began) / 1000;
process.stdout.write(`${names.length} studies in ${seconds.toFixed(0)} s, at most ${Math.round(resourceUsage().maxRSS / 1000)} MB\n`);
