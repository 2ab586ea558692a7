/** The step over claims: models and virtual measurements as tasks of their own, kept by the content of the question; verdicts in the story. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Story } from "@thioscope/core/story";
import { readStory, readStudy, runStudy } from "@thioscope/study";
import { expect, test } from "vitest";

const claims = (window: string, shell: number): string => `claims:
  - { id: area, paper: draft, kind: recompute, by: cell bookkeeping, given: { separator_mg: 80, die_mm: 10 }, expect: { mg_cm2: 101.86 }, tol: 0.01 }
  - { id: window, paper: draft, kind: model, by: grand-potential phase diagram, expect: { NPS_V: ${window} }, tol: 0.02 }
  - { id: shells, paper: draft, kind: recover, by: EXAFS, given: { first_shell_A: ${shell} }, expect: { first_shell_A: 1.86 }, tol: 0.03 }
`;
const STUDY = (checks: string): string => `title: A draft
sources:
  claims: { kind: claims, files: claims.yaml }
steps:
  - audit: { checks: ${checks} }
  - story
`;

test("a changed number asks anew, what is expected does not", { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-audit-"));
  const verdicts = async (): Promise<string[]> => {
    await runStudy(await readStudy(folder));
    const [part] = (JSON.parse((await readStory(folder))!) as Story).parts;
    if (part?.kind !== "audit") throw new Error("no part");
    return [...part.claims.map(({ verdict }) => verdict), ...part.sentences.map(({ parts }) => parts.join(""))];
  };
  const results = (): number => readdirSync(join(folder, "results/audit")).length;
  try {
    writeFileSync(join(folder, "study.yaml"), STUDY("true"));
    writeFileSync(join(folder, "claims.yaml"), claims("[1.5, 2.35]", 1.86));
    expect(await verdicts()).toEqual(["reproduced", "reached", "recovered", expect.stringMatching(/^Of 3 claims 3 hold and 0 do not/)]);
    // two questions and what joins them
    expect(results()).toBe(3);
    writeFileSync(join(folder, "claims.yaml"), claims("[1.9, 2.35]", 1.86));
    expect(await verdicts()).toEqual(["reproduced", "notReached", "recovered", expect.stringMatching(/; 1 is missed by the model/)]);
    expect(results()).toBe(4);
    writeFileSync(join(folder, "claims.yaml"), claims("[1.9, 2.35]", 2.05));
    expect((await verdicts()).slice(0, 3)).toEqual(["reproduced", "notReached", "notRecovered"]);
    expect(results()).toBe(6);
    writeFileSync(join(folder, "study.yaml"), STUDY("false"));
    expect(await verdicts()).toEqual(["reproduced", "notComputable", "notComputable", expect.stringMatching(/; 2 are not decided\.$/)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
