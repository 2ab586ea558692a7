/** Truth beside what was found: of one campaign, and over many. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TaskContext } from "@thioscope/core";
import type { CoverageRow, PlacedPart, RecoveredContent } from "@thioscope/core/story";
import { readAnswers } from "@thioscope/formats";
import { RECOVERED_FILE, readStudy, runStudy, STEPS, type StepDefinition, type StepName } from "@thioscope/study";
import { writeAtomic } from "@thioscope/study/files";
import type { LabRecipe } from "@thioscope/virtual";
import { answersOf } from "./answers.ts";
import { openCampaign, writeCampaign } from "./folder.ts";

type Row = RecoveredContent["rows"][number];
type Coverage = NonNullable<RecoveredContent["coverage"]>;

/** Breaks the seal and writes the comparison beside the results, for page and report. */
export async function compareCampaign(folder: string, keyFile?: string): Promise<RecoveredContent> {
  const { seed, effects, truth } = await openCampaign(folder, keyFile);
  const rows = await answersOf(folder, truth);
  const coverage = await readFile(join(folder, "coverage.json"), "utf8").then(
    (text) => JSON.parse(text) as Coverage,
    () => null,
  );
  const content: RecoveredContent = { kind: "recovered", seed, effects, rows, coverage };
  await writeAtomic(join(folder, RECOVERED_FILE), `${JSON.stringify(partOf(content), null, 2)}\n`);
  return content;
}

/** Standard errors within which an answer counts as recovered. */
const FAR = 2;

export const isRecovered = ({ found, truth, sigma }: Row): boolean =>
  found !== null && sigma !== null && Math.abs(found - truth) <= FAR * sigma;

function partOf(content: RecoveredContent): PlacedPart {
  const { rows } = content;
  const answered = rows.filter(({ found, sigma }) => found !== null && sigma !== null);
  const count = rows.filter(isRecovered).length;
  return {
    ...content,
    step: "lab compare",
    source: null,
    title: "Recovered against truth",
    files: [],
    run: null,
    runFile: null,
    sentences: [
      {
        parts: [
          `Of ${rows.length} truths of the virtual campaign ${answered.length} are answered with an error; ${count} of these lie within two standard errors.`,
        ],
      },
    ],
    notices: [],
    command: "lab compare .",
  };
}

/** The steps that answers are read from, with what these need and use: figures, claims and the story of a campaign that is thrown away are not made. */
async function answeringSteps(folder: string): Promise<ReadonlySet<string>> {
  const wanted = new Set<string>();
  const add = (name: string): void => {
    if (wanted.has(name) || !Object.hasOwn(STEPS, name)) return;
    wanted.add(name);
    const { needs, uses = [] }: StepDefinition = STEPS[name as StepName];
    for (const other of [...needs, ...uses]) add(other);
  };
  for (const { step } of readAnswers(await readFile(join(folder, "answers.yaml"), "utf8"), "answers.yaml")) add(step);
  return wanted;
}

/** Makes and analyses campaigns 1…n of a recipe, each in a folder that is removed after it. */
export async function coverCampaigns(recipe: LabRecipe, seeds: number, context: TaskContext): Promise<Coverage> {
  const rows = new Map<string, Row[]>();
  for (let seed = 1; seed <= seeds; seed++) {
    context.progress(seed - 1, seeds, `campaign ${seed}`);
    const home = await mkdtemp(join(tmpdir(), "thioscope-lab-"));
    try {
      const folder = join(home, recipe.name);
      const quiet: TaskContext = { progress() {}, ...(context.signal ? { signal: context.signal } : {}) };
      await writeCampaign(recipe, folder, seed, quiet);
      const study = await readStudy(folder);
      const wanted = await answeringSteps(folder);
      await runStudy({ ...study, steps: study.steps.filter(({ name }) => wanted.has(name)) }, { context: quiet });
      const { truth } = await openCampaign(folder);
      for (const row of await answersOf(folder, truth)) rows.set(row.key, [...(rows.get(row.key) ?? []), row]);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }
  return { seeds, rows: [...rows].map(([key, list]) => coverageOf(key, list)) };
}

/** Shares of the answers within their errors. */
export function coverageOf(key: string, rows: readonly Row[]): CoverageRow {
  const answered = rows.filter(
    (row): row is Row & { found: number; sigma: number } => row.found !== null && row.sigma !== null && row.sigma > 0,
  );
  const mean = (of: (row: (typeof answered)[number]) => number): number =>
    answered.length === 0 ? 0 : answered.reduce((sum, row) => sum + of(row), 0) / answered.length;
  const within = (width: number): number => mean(({ found, truth, sigma }) => (Math.abs(found - truth) <= width * sigma ? 1 : 0));
  return {
    key,
    answered: answered.length,
    within1: within(1),
    within2: within(2),
    bias: mean(({ found, truth }) => found - truth),
    scatter: Math.sqrt(mean(({ found, truth }) => (found - truth) ** 2)),
    stated: mean(({ sigma }) => sigma),
  };
}
