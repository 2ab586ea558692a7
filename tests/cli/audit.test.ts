/** `thioscope audit`: shape by schema, text for a reader, errors by code. */
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { main } from "../../packages/cli/src/main.ts";
import { contractMistakes, schemaMistakes } from "./contract.ts";

const claims = fileURLToPath(new URL("../../studies/ntsc-electrolyte/claims.yaml", import.meta.url));

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const texts = { out: "", err: "" };
  const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    texts.out += String(text);
    return true;
  });
  const err = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    texts.err += String(text);
    return true;
  });
  try {
    return { code: await main(["audit", ...words]), ...texts };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

test("findings as JSON and as text", async () => {
  const { code, out } = await run(claims, "--json");
  expect(code).toBe(0);
  const findings = JSON.parse(out) as { id: string; verdict: string; computed: Record<string, string> }[];
  expect(schemaMistakes("audit", findings)).toEqual([]);
  expect(contractMistakes(findings)).toEqual([]);
  const einstein = findings.find(({ id }) => id === "NTSC-nernst-einstein")!;
  expect(einstein.verdict).toBe("inconsistent-if");
  expect(einstein.computed.implied_g_per_cm3).toMatch(/^0\.93/);
  const text = await run(claims);
  expect(text.out).toMatch(/✗ NTSC-nernst-einstein +inconsistent-if\n +.*0\.00931 is printed, 0\.02989 follows/);
  expect(text.out).toMatch(/16 claims: 2 hold, 7 do not, 7 are not decided by arithmetic/);
});

test("a file that is missing is said so", async () => {
  const { code, err } = await run("nowhere.yaml", "--json");
  expect(code).toBe(2);
  expect(err).toMatch(/FILE_MISSING/);
});
