/** `thioscope md` and `topology frames|alpha` on virtual trajectories: answers by schema and contract, values beside the truth, refusals. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Quantity } from "@thioscope/core";
import { trajectoryText, virtualTrajectory } from "@thioscope/virtual";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";

const RUN = virtualTrajectory({ frames: 200, ions: 24 }, "cli");
const RATES = [0.2, 0.5, 1, 1.6];
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-md-"));
  writeFileSync(join(folder, "XDATCAR"), trajectoryText(RUN, "xdatcar"));
  writeFileSync(join(folder, "run.extxyz"), trajectoryText(RUN, "extxyz"));
  for (const [k, ratePerPs] of RATES.entries()) {
    writeFileSync(
      join(folder, `${k}.extxyz`),
      trajectoryText(virtualTrajectory({ frames: 200, ions: 24, ratePerPs }, `rate ${k}`), "extxyz"),
    );
  }
  writeFileSync(join(folder, "words.txt"), "no atoms here\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Estimate = Quantity & { interval95: [number, number] };

async function run(
  ...words: string[]
): Promise<{ code: number; answer: Record<string, unknown>; error: { code: string; message: string } | null }> {
  const { code, stdout, stderr } = await inProcess(
    ...words.map((w) => (/^(?:XDATCAR|(?:run|\d)\.extxyz|words\.txt|nothing\.xyz)$/.test(w) ? join(folder, w) : w)),
    "--json",
  );
  return code === 0
    ? { code, answer: JSON.parse(stdout) as Record<string, unknown>, error: null }
    : { code, answer: {}, error: (JSON.parse(stderr) as { error: { code: string; message: string } }).error };
}

const MOTION = ["--species", "Na", "--timestep", "50fs"];

test.each([
  ["mdInspect", ["md", "inspect", "XDATCAR", "run.extxyz"]],
  ["mdMsd", ["md", "msd", "XDATCAR", ...MOTION]],
  ["mdDiffusion", ["md", "diffusion", "XDATCAR", ...MOTION, "--temperature", "600K", "--sigma", "2.9 mS/cm"]],
  ["mdRdf", ["md", "rdf", "XDATCAR", "--bonds", "Na-Cl", "--cutoff", "3"]],
  ["mdDensity", ["md", "density", "XDATCAR", ...MOTION, "--temperature", "600K", "--grid", "1.5"]],
  ["mdHops", ["md", "hops", "XDATCAR", ...MOTION]],
  ["mdHops", ["md", "hops", "XDATCAR", ...MOTION, "--sites", "density"]],
  ["topologyFrames", ["topology", "frames", "run.extxyz", "--species", "Na", "--every", "20", "--threads", "1"]],
])("%s keeps to its schema and the contract", async (name, words) => {
  const { code, answer } = await run(...words);
  expect(code).toBe(0);
  expect(schemaMistakes(name, answer)).toEqual([]);
  expect(contractMistakes(answer)).toEqual([]);
});

test("D of hopping ions is near the truth; two replicas pool", async () => {
  const { answer } = await run("md", "diffusion", "XDATCAR", ...MOTION);
  const D = answer["D"] as Estimate;
  expect(D.unit).toBe("cm2/s");
  // how often the interval holds the truth is tested on hundreds of runs elsewhere
  expect(Math.abs(D.value - RUN.D)).toBeLessThan(4 * D.sigma!);
  const pooled = (await run("md", "diffusion", "XDATCAR", "run.extxyz", ...MOTION)).answer["D"] as Estimate;
  expect(pooled.sigma! / pooled.value).toBeLessThan(D.sigma! / D.value);
});

test("Arrhenius over four runs, with the transition that lies between", async () => {
  const { code, answer } = await run(
    ...["md", "arrhenius", "0.extxyz", "1.extxyz", "2.extxyz", "3.extxyz", "--temperatures", "600,800,1000,1200"],
    ...[...MOTION, "--at", "300K", "--transition", "193°C"],
  );
  expect(code).toBe(0);
  expect(schemaMistakes("mdArrhenius", answer)).toEqual([]);
  expect(contractMistakes(answer)).toEqual([]);
  // ln(1.6/0.2) over 1/kT from 600 to 1200 K is 0.215 eV
  const E = answer["activationEnergy"] as Estimate;
  expect(E.interval95[0]).toBeLessThan(0.215);
  expect(E.interval95[1]).toBeGreaterThan(0.215);
  expect((answer["warnings"] as { code: string }[]).map((w) => w.code)).toContain("transition-between");
});

test("tables and cube files are written", async () => {
  const [csv, cube] = [join(folder, "msd.csv"), join(folder, "na.cube")];
  await run("md", "msd", "XDATCAR", ...MOTION, "--out", csv);
  expect(readFileSync(csv, "utf8").split("\n")).toHaveLength(RUN.frames.length + 1);
  await run("md", "density", "XDATCAR", ...MOTION, "--out", cube);
  expect(readFileSync(cube, "utf8").split("\n")[2]).toBe("0 0 0 0");
});

test.each([
  ["USAGE", ["md"]],
  ["USAGE", ["md", "difusion", "XDATCAR"]],
  ["USAGE", ["md", "diffusion", "XDATCAR", "--timestep", "2fs"]],
  ["USAGE", ["md", "diffusion", "XDATCAR", "--species", "Na"]],
  ["USAGE", ["md", "diffusion", "XDATCAR", ...MOTION, "--from", "1s"]],
  ["USAGE", ["md", "inspect", "XDATCAR", "--species", "Na"]],
  ["INVALID_INPUT", ["md", "msd", "XDATCAR", "--species", "Li", "--timestep", "2fs"]],
  ["INVALID_INPUT", ["md", "diffusion", "XDATCAR", "--species", "Na", "--timestep", "2fs", "--every", "50"]],
  ["FILE_FOREIGN", ["md", "inspect", "words.txt"]],
  ["FILE_MISSING", ["md", "inspect", "nothing.xyz"]],
  ["USAGE", ["topology", "frames", "XDATCAR"]],
  ["USAGE", ["topology", "frames", "XDATCAR", "--species", "Li"]],
  ["USAGE", ["topology", "alpha", "run.extxyz", "--cap", "3"]],
])("%s: %j", async (code, words) => {
  const { error } = await run(...words);
  expect(error!.code).toBe(code);
});

test("alpha of one frame keeps to the schema of topology; a periodic cell has rings of its own", async () => {
  const { answer } = await run("topology", "alpha", "run.extxyz", "--species", "Na");
  expect(schemaMistakes("topology", answer)).toEqual([]);
  expect(contractMistakes(answer)).toEqual([]);
  expect(answer["openAtCap"]).toEqual({ 0: 0, 1: 3, 2: 3 });
});
