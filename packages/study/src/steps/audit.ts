/** Claims of papers: findings for the record, verdicts for the story. */
import type { Notice } from "@thioscope/core";
import { auditClaims, type Claim, type Finding, textOf, verdictHolds } from "@thioscope/core/audit";
import type { Part } from "@thioscope/core/story";
import { readClaims } from "@thioscope/formats";
import type { SourceInputs } from "../lines.ts";
import { basename } from "../names.ts";
import type { StepFunction } from "../stepModules.ts";
import { jsonBytes } from "./facts.ts";

export const auditStep: StepFunction = async (inputs, _parameters, io) => {
  const { source, files } = inputs as unknown as SourceInputs;
  const claims: Claim[] = [];
  const notices: Notice[] = [];
  for (const input of files) {
    const bytes = await io.open(input);
    const read = readClaims(new TextDecoder().decode(await bytes.read(0, bytes.size)), basename(input.file));
    claims.push(...read.claims);
    notices.push(...read.notices);
  }
  const found = auditClaims(claims);
  const count = (holds: boolean | null): string => String(found.filter(({ verdict }) => verdictHolds(verdict) === holds).length);
  const part: Part = {
    kind: "audit",
    step: "audit",
    source,
    title: "Audit of what is claimed",
    files: files.map(({ file, sha256 }) => ({ name: basename(file), hash: sha256 })),
    run: null,
    sentences: [
      {
        parts: [
          `Of ${found.length} claims ${count(true)} hold, ${count(false)} do not stand beside the numbers that the paper prints, and ${count(null)} are not decided by arithmetic.`,
        ],
      },
    ],
    notices,
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
};

function listed(values: Finding["printed"]): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join("; ");
}
