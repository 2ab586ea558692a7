/** `thioscope topology rips`: files of every kind it reads, answers by schema and contract; bars follow from geometry. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { phaseStructure } from "@thioscope/core/crystal";
import { writeStructureCif } from "@thioscope/formats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";

const SQUARE = [
  [0, 0, 0],
  [0, 2, 0],
  [2, 2, 0],
  [2, 0, 0],
];
const FILES: Readonly<Record<string, string>> = {
  "rows.csv": `x,y,z\n${SQUARE.map((p) => p.join(",")).join("\n")}\n`,
  "named.txt": SQUARE.map((p, k) => `${k < 2 ? "Na" : "Li"} ${p.join("  ")}`).join("\n"),
  "square.xyz": `4\n\n${SQUARE.map((p) => `Na ${p.join(" ")}`).join("\n")}\n`,
  "cell.xyz": `4\nLattice="90 0 0 0 90 0 0 0 90" Properties=species:S:1:pos:R:3\n${SQUARE.map((p) => `Na ${p.join(" ")}`).join("\n")}\n`,
  "lower.txt": "2\n2.8284271247461903,2\n2,2.8284271247461903,2\n",
  "whole.txt": "0 1 1 1 1\n1 0 1 1 1\n1 1 0 1 1\n1 1 1 0 1\n1 1 1 1 0\n",
  "nps.cif": writeStructureCif(phaseStructure("Na3PS4")),
  "cut.xyz": "1000000000\n\nNa 0 0 0\n",
  "nan.csv": "0,0,0\n1,NaN,0\n",
  "words.txt": "these are words\nand not points at all\n",
  "uneven.csv": "0,0,0\n1,1\n",
  "empty.csv": "\n",
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-topology-"));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  points: number;
  bars: Record<string, [number, number | null][]>;
  openAtCap: Record<string, number>;
  cycles: { dimension: number; rings: number[][] }[];
  warnings: { code: string }[];
}

/** Runs the command in this process. */
async function run(file: string, ...words: string[]): Promise<{ code: number; answer: Answer; error: string }> {
  const { code, stdout, stderr } = await inProcess("topology", "rips", join(folder, file), ...words, "--json");
  return { code, answer: code === 0 ? JSON.parse(stdout) : null, error: code === 0 ? "" : JSON.parse(stderr).error.code };
}

test.each(["rows.csv", "named.txt", "square.xyz", "cell.xyz", "lower.txt"])(
  "%s: a square has one ring, from its side to its diagonal",
  async (file) => {
    const { code, answer } = await run(file);
    expect(code).toBe(0);
    expect(schemaMistakes("topology", answer)).toEqual([]);
    expect(contractMistakes(answer)).toEqual([]);
    expect(answer.bars["0"]).toEqual([
      [0, 2],
      [0, 2],
      [0, 2],
      [0, null],
    ]);
    expect(answer.bars["1"]).toEqual([[2, 2.828427125]]);
    expect(answer.openAtCap).toEqual({ 0: 0, 1: 0 });
    const ring = answer.cycles[0]!.rings[0]!;
    expect([...ring].sort()).toEqual([0, 1, 2, 3]);
    expect([Math.abs(ring[0]! - ring[2]!), Math.abs(ring[1]! - ring[3]!)]).toEqual([2, 2]);
  },
);

test("a square of distances is read as one; equal distances leave no ring", async () => {
  const { answer } = await run("whole.txt", "--max-dim", "2");
  expect([answer.points, answer.bars["1"], answer.bars["2"]]).toEqual([5, [], []]);
});

test("species are chosen; a CIF brings its cell, and what is open at a third of it is said", async () => {
  expect((await run("named.txt", "--species", "Li")).answer.points).toBe(2);
  const { answer } = await run("nps.cif", "--species", "Na");
  expect(schemaMistakes("topology", answer)).toEqual([]);
  // Na3PS4, P-42_1c, two formula units
  expect(answer.points).toBe(6);
  expect(answer.warnings.map((w) => w.code)).toContain("open-at-cap");
});

test.each([
  ["cut.xyz", [], "FILE_CUT"],
  ["nan.csv", [], "FILE_DAMAGED"],
  ["words.txt", [], "FILE_FOREIGN"],
  ["uneven.csv", [], "FILE_FOREIGN"],
  ["empty.csv", [], "FILE_EMPTY"],
  ["gone.csv", [], "FILE_MISSING"],
  ["rows.csv", ["--cell-matrix", "1 0 0 2 0 0 0 0 1"], "INVALID_INPUT"],
  ["rows.csv", ["--cell", "5 5"], "USAGE"],
  ["rows.csv", ["--cell", "5 5 5", "--open"], "USAGE"],
  ["rows.csv", ["--max-dim", "3"], "USAGE"],
  ["rows.csv", ["--prime", "4"], "INVALID_INPUT"],
  ["rows.csv", ["--species", "Na"], "USAGE"],
  ["lower.txt", ["--cell", "5 5 5"], "USAGE"],
])("%s %s: %s", async (file, words, code) => {
  expect(await run(file, ...words)).toMatchObject({ code: 2, error: code });
});
