import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cyclingCsv, outputs, testStudy } from "../../../tests/studies.ts";
import { readIndex } from "./results.ts";
import { runStudy } from "./run.ts";
import { readStudy } from "./studyFile.ts";
import { type Verification, verifyStudy } from "./verify.ts";

let root: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  const made = await testStudy(
    { "raw/a.csv": cyclingCsv(3), "raw/b.csv": cyclingCsv(5) },
    "sources: { a: raw/a.csv, b: raw/b.csv }\nsteps: [cycles, story]\n",
  );
  ({ root, remove } = made);
  await runStudy(await readStudy(root));
});
afterEach(() => remove());

const all = (): Promise<Verification> => verifyStudy(root, { sample: Number.POSITIVE_INFINITY });
const codes = ({ findings }: Verification): string[] => findings.map(({ code }) => code).sort();
const refOf = async (step: "read" | "cycles"): Promise<string> => join(root, "results", (await readIndex(root))!.files[0]!.results[step]!);

test("an untouched study is good: everything is hashed, everything computed again has the same bytes", async () => {
  const before = outputs(root);
  expect(await all()).toEqual({ verdict: "good", rawFiles: 2, results: 7, recomputed: 7, otherCode: [], findings: [] });
  expect(outputs(root)).toEqual(before);
  expect(await verifyStudy(root, { sample: 2 })).toMatchObject({ recomputed: 2, verdict: "good" });
});

test("a raw file with one byte more, and one that is gone", async () => {
  await appendFile(join(root, "raw/a.csv"), "\n");
  await rm(join(root, "raw/b.csv"));
  const found = await verifyStudy(root, { sample: 0 });
  expect(found.verdict).toBe("differs");
  expect(codes(found)).toEqual(["raw-changed", "raw-missing"]);
});

test("a result with one bit changed; its record altered; a result that is gone", async () => {
  const table = join(await refOf("read"), "table.parquet");
  const bytes = await readFile(table);
  bytes[100] = bytes[100]! ^ 1;
  await writeFile(table, bytes);
  const record = join(await refOf("cycles"), "run.json");
  await writeFile(record, (await readFile(record, "utf8")).replace('"module": "steps/cycles"', '"module": "steps/dqdv"'));
  await rm(join(root, "results", (await readIndex(root))!.story!), { recursive: true });
  expect(codes(await verifyStudy(root, { sample: 0 }))).toEqual(["record-altered", "result-damaged", "result-missing"]);
});

test("a result that was forged with its record is found by computing it again", async () => {
  const folder = await refOf("cycles");
  const record = JSON.parse(await readFile(join(folder, "run.json"), "utf8"));
  const [first] = record.outputs as { name: string; size: number; sha256: string }[];
  const { createHash } = await import("node:crypto");
  const forged = Buffer.from("forged");
  await writeFile(join(folder, first!.name), forged);
  Object.assign(first!, { size: forged.length, sha256: createHash("sha256").update(forged).digest("hex") });
  await writeFile(join(folder, "run.json"), JSON.stringify(record));
  expect(await verifyStudy(root, { sample: 0 })).toMatchObject({ verdict: "good" });
  expect(codes(await all())).toContain("differs");
});

test("a study that was never run", async () => {
  await rm(join(root, "results"), { recursive: true });
  await expect(all()).rejects.toMatchObject({ code: "NOT_COMPUTABLE" });
});
