/** `thioscope evidence` and `events` on a table of observations: shape by schema, values beside the truth of the virtual campaign, refusals by code. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mechanismCampaign } from "@thioscope/virtual";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";

let folder: string;
let table: string;
const { observations, scales, truth } = mechanismCampaign("command", {});

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "evidence-"));
  table = join(folder, "own.csv");
  const lines = ["probe,kind,species,at,at_sigma,value,sigma"];
  for (const { probe, species, scale } of scales) lines.push(`${probe},scale,${species},,,${scale.value},${scale.sigma}`);
  for (const { probe, kind, species, at, value, sigma } of observations)
    lines.push(`${probe},${kind},${species.join(" + ")},${at.value},${at.sigma},${value},${sigma}`);
  writeFileSync(table, `${lines.join("\n")}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await inProcess(...words);
  return { code, out: stdout, err: stderr };
}

test("evidence keeps to its schema; what there is at the end is found", async () => {
  const { code, out } = await run("evidence", table, "--fast", "--json");
  expect(code).toBe(0);
  const answer = JSON.parse(out) as { species: { id: string; amount: { values: number[] } }[]; sentences: string[] };
  expect(schemaMistakes("evidence", answer)).toEqual([]);
  expect(contractMistakes(answer)).toEqual([]);
  const K = truth.species.length;
  for (const [k, id] of truth.species.entries())
    expect(
      Math.abs(answer.species.find((s) => s.id === id)!.amount.values.at(-1)! - truth.total[truth.total.length - K + k]!),
    ).toBeLessThan(0.12);
  expect(answer.sentences[0]).toMatch(/^Discharge, by composition x in Na₂Sₓ: S₈ → /);
});

test("events keep to their schema; as text a row per event", async () => {
  const { code, out } = await run("events", table, "--json");
  expect(code).toBe(0);
  const answer = JSON.parse(out) as { others: { event: string }[] };
  expect(schemaMistakes("events", answer)).toEqual([]);
  expect(contractMistakes(answer)).toEqual([]);
  expect(answer.others.length).toBeGreaterThan(3);
  const text = await run("events", table);
  expect(text.out).toMatch(/step +event +by +at mAh\/g +belongs here +or at/);
});

test("refusals", async () => {
  const placed = join(folder, "placed.csv");
  writeFileSync(placed, "probe,kind,species,at_volt,at_sigma,value,sigma\nXAS,weight,Na2S,1.1,0.002,0.2,0.1\n");
  const { code, err } = await run("evidence", placed, "--json");
  expect(code).toBe(2);
  expect(err).toMatch(/INVALID_INPUT[\s\S]*needs the run of its cell/);
  expect((await run("evidence", table, "--system", "K-S")).err).toMatch(/Na-S or Li-S/);
  expect((await run("events", join(folder, "none.csv"))).code).not.toBe(0);
});
