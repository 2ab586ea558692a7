/** `thioscope audit`: shape by schema, text for a reader, errors by code. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";

const claims = fileURLToPath(new URL("../../studies/ntsc-electrolyte/claims.yaml", import.meta.url));

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await inProcess("audit", ...words);
  return { code, out: stdout, err: stderr };
}

test("findings as JSON and as text", async () => {
  // arithmetic alone; models and virtual measurements: tests/golden/auditChecks.test.ts
  const { code, out } = await run(claims, "--quick", "--json");
  expect(code).toBe(0);
  const findings = JSON.parse(out) as { id: string; verdict: string; computed: Record<string, string> }[];
  expect(schemaMistakes("audit", findings)).toEqual([]);
  expect(contractMistakes(findings)).toEqual([]);
  const einstein = findings.find(({ id }) => id === "NTSC-nernst-einstein")!;
  expect(einstein.verdict).toBe("inconsistent-if");
  expect(einstein.computed.implied_g_per_cm3).toMatch(/^0\.93/);
  const text = await run(claims, "--quick");
  expect(text.out).toMatch(/✗ NTSC-nernst-einstein +inconsistent-if\n +.*0\.00931 is printed, 0\.02989 follows/);
  expect(text.out).toMatch(/16 claims: 2 hold, 7 do not, 7 are not decided/);
});

test("a claim about a model and one about an analysis are decided, with both numbers", { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  try {
    const path = join(folder, "draft.yaml");
    writeFileSync(
      path,
      `claims:
  - { id: window, paper: draft, kind: model, by: grand-potential phase diagram, expect: { NPS_V: [1.5, 2.35] }, tol: 0.02 }
  - { id: shells, paper: draft, kind: recover, by: EXAFS, given: { first_shell_A: 2.05 }, expect: { first_shell_A: 2.20 }, tol: 0.03 }
  - { id: colour, paper: draft, kind: recover, by: eye, expect: { colour: red } }
`,
    );
    const { code, out } = await run(path, "--json");
    expect(code).toBe(0);
    const findings = JSON.parse(out) as { verdict: string; computed: Record<string, string>; why: string[] }[];
    expect(schemaMistakes("audit", findings)).toEqual([]);
    expect(findings.map(({ verdict }) => verdict)).toEqual(["reached", "notRecovered", "notComputable"]);
    expect(findings[1]!.computed.first_shell_A).toMatch(/^2\.0[45]\d* ± 0\.00\d+ Å$/);
    expect(findings[1]!.why.join()).toMatch(/2\.2 is printed: met in 0 of 20 virtual measurements/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a file that is missing is said so", async () => {
  const { code, err } = await run("nowhere.yaml", "--json");
  expect(code).toBe(2);
  expect(err).toMatch(/FILE_MISSING/);
});
