// The steps and sources of a study as a page (docs/reference/steps.md) and as JSON Schema for editors: both made of
// the program's own tables. `node --conditions=source scripts/steps.ts` compares, `--update` writes.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SOURCE_KINDS, STEPS, STUDY_SCHEMA } from "@thioscope/study";

type Parameters = Readonly<Record<string, { about: string; default: unknown; kind: string }>>;

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function parameterList(parameters: Parameters): string {
  const list = Object.entries(parameters).map(([name, { about }]) => `\`${name}\`: ${about}`);
  return list.length === 0 ? "–" : list.join("<br>");
}

const RUNS = {
  file: "each file of a cycler or potentiostat",
  source: "each source of the kind",
  study: "the whole study",
  story: "everything",
} as const;

function page(): string {
  const lines = [
    "# Steps and sources of a study",
    "",
    "Made by the program from its own tables (`npm run check -- --update`). How a study is written: [study.md](study.md). The JSON Schema for",
    "editors is [schema/study.schema.json](schema/study.schema.json).",
    "",
    "## Kinds of sources",
    "",
    "A source without a `kind` holds files of a cycler or potentiostat. Every source may name its own `cell` file, and the source of the",
    "`cycling` of the same cell where there are several.",
    "",
    "| kind | files | settings |",
    "|---|---|---|",
    ...Object.entries(SOURCE_KINDS).map(
      ([kind, { description, settings }]) => `| \`${kind}\` | ${cell(description)} | ${cell(parameterList(settings))} |`,
    ),
    "",
    "## Steps",
    "",
    "A step with its defaults is one word; what it needs runs before it. A quantity is text with its unit.",
    "",
  ];
  for (const [name, step] of Object.entries(STEPS)) {
    const over = step.per === "source" ? `${RUNS.source} \`${step.of}\`` : RUNS[step.per];
    lines.push(`### \`${name}\``, "", `Over ${over}: ${step.description}.`, "");
    if (step.needs.length > 0) lines.push(`Needs ${step.needs.map((need) => `\`${need}\``).join(", ")}.`, "");
    const parameters = Object.entries(step.parameters);
    if (parameters.length > 0) {
      lines.push("| parameter | default | what |", "|---|---|---|");
      for (const [parameter, { default: value, about }] of parameters) {
        lines.push(`| \`${parameter}\` | ${cell(JSON.stringify(value))} | ${cell(about)} |`);
      }
      lines.push("");
    }
    lines.push("| result | holds |", "|---|---|");
    for (const [file, holds] of Object.entries(step.outputs)) lines.push(`| \`${file}\` | ${cell(holds)} |`);
    lines.push("");
  }
  return lines.join("\n");
}

const root = fileURLToPath(new URL("..", import.meta.url));
const MADE: readonly [path: string, text: string][] = [
  ["docs/reference/steps.md", page()],
  ["docs/reference/schema/study.schema.json", `${JSON.stringify(STUDY_SCHEMA, null, 2)}\n`],
];

let changed = 0;
for (const [path, text] of MADE) {
  let before = "";
  try {
    before = readFileSync(root + path, "utf8");
  } catch {
    // not made yet
  }
  if (before === text) continue;
  changed++;
  console.log(`${process.argv.includes("--update") ? "updated" : "differs"}: ${path}`);
  if (process.argv.includes("--update")) writeFileSync(root + path, text);
}
if (changed > 0 && !process.argv.includes("--update")) {
  console.log("The steps of a study changed: run `npm run check -- --update` and review the difference.");
  process.exit(1);
}
