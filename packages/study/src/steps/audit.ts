/** Claims of papers: findings for the record, verdicts for the story. Where nothing but arithmetic can be run, as in a page, claims of models and analyses stay open. */
import type { Notice } from "@thioscope/core";
import { auditClaims, type Claim, type Finding, type Outcome, textOf, verdictHolds } from "@thioscope/core/audit";
import type { Part } from "@thioscope/core/story";
import { readClaims } from "@thioscope/formats";
import { readableClaim } from "../audit/readable.ts";
import type { SourceInputs } from "../lines.ts";
import { basename } from "../names.ts";
import type { StepFunction, StepIo, StepOutput } from "../stepModules.ts";
import { jsonBytes } from "./facts.ts";

interface ReadClaims {
  claims: readonly Claim[];
  notices: readonly Notice[];
}

export const auditStep: StepFunction = async (inputs, _parameters, io) => findingsOf(inputs, await readSource(inputs, io), new Map());

/** The claims of all files of the source. */
export async function readSource(inputs: Readonly<Record<string, unknown>>, io: StepIo): Promise<ReadClaims> {
  const { files } = inputs as unknown as SourceInputs;
  const claims: Claim[] = [];
  const notices: Notice[] = [];
  for (const input of files) {
    const bytes = await io.open(input);
    const read = readClaims(new TextDecoder().decode(await bytes.read(0, bytes.size)), basename(input.file));
    claims.push(...read.claims);
    notices.push(...read.notices);
  }
  return { claims, notices };
}

/** @param outcomes of models and analyses, see `auditClaims` */
export function findingsOf(
  inputs: Readonly<Record<string, unknown>>,
  { claims, notices }: ReadClaims,
  outcomes: ReadonlyMap<string, Outcome | string>,
): StepOutput {
  const { source, files } = inputs as unknown as SourceInputs;
  const found = auditClaims(claims, outcomes);
  const part: Part = {
    kind: "audit",
    step: "audit",
    source,
    title: "Audit of what is claimed",
    files: files.map(({ file, sha256 }) => ({ name: basename(file), hash: sha256 })),
    run: null,
    sentences: [
      {
        parts: [sentenceOf(found)],
      },
    ],
    notices: [...notices],
    command: `audit ${files[0]!.file}`,
    claims: found.map(({ id, paper, kind, verdict, printed, computed, why }) => ({
      id,
      paper,
      of: kind,
      verdict,
      holds: verdictHolds(verdict),
      printed: listed(printed),
      computed: listed(computed),
      why,
    })),
  };
  return { files: { "findings.json": jsonBytes(found), "part.json": jsonBytes(part) }, notices, summary: { claims: found.length } };
}

function listed(values: Finding["printed"]): string {
  return Object.entries(values)
    .map(([name, value]) => readableClaim(name, textOf(value)))
    .join("; ");
}

/** How many hold, by what decides; what does not is told apart: numbers of a paper that contradict one another, and a model or an analysis that misses. */
function sentenceOf(found: readonly Finding[]): string {
  const count = (holds: boolean | null, kinds: readonly string[]): number =>
    found.filter(({ verdict, kind }) => verdictHolds(verdict) === holds && kinds.includes(kind)).length;
  const [printed, tried] = [
    ["recompute", "audit"],
    ["model", "recover"],
  ] as const;
  const all = [...printed, ...tried];
  const open = count(null, all);
  const missed = count(false, tried);
  return [
    `Of ${found.length} claims ${count(true, all)} hold and ${count(false, printed)} do not stand beside the numbers that the paper prints`,
    ...(missed > 0 ? [`; ${missed} ${missed === 1 ? "is" : "are"} missed by the model or the analysis`] : []),
    ...(open > 0 ? [`; ${open} ${open === 1 ? "is" : "are"} not decided`] : []),
    ".",
  ].join("");
}
