/**
 * The pathway, the hidden share and the events of the operando Na–S work, from the files of a virtual campaign, blind: the analysis runs in a process that may read the campaign's
 * files and the program, and nothing else. The sealed truth lies beside them.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type PathwayCampaign, pathwayCampaign } from "@thioscope/virtual";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writePathway } from "../../packages/study/src/audit/pathway.ts";
import { ROOT } from "../docs/pages.ts";

const SEEDS = process.env.THIOSCOPE_LONG ? 20 : 1;
const BIN = join(ROOT, "packages/cli/src/bin.ts");

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "pathway-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function folderOf(seed: number, { files, truth }: PathwayCampaign): Promise<string> {
  const folder = join(root, String(seed));
  await writePathway(folder, files);
  writeFileSync(join(root, `truth-${seed}.json`), JSON.stringify(truth));
  return folder;
}

/** Runs the analysis where only its own folder and the program can be read. */
async function blind(words: readonly string[], folder: string): Promise<{ stdout: string; stderr: string }> {
  const flags = [
    "--permission",
    "--allow-worker",
    "--allow-addons",
    `--allow-fs-read=${ROOT}`,
    `--allow-fs-read=${folder}`,
    `--allow-fs-write=${folder}`,
  ];
  const env = { ...process.env, NODE_NO_WARNINGS: "1" };
  return await promisify(execFile)(process.execPath, ["--conditions=source", ...flags, BIN, ...words, "--json"], { maxBuffer: 64e6, env });
}

interface Evidence {
  sentences: string[];
  species: { id: string; hiddenShare: { value?: number }; hidden90: { value: number }[] | null }[];
  probes: { probe: string; contradicts: boolean }[];
}

interface Seen {
  event: string;
  probe: string;
  capacity: { value: number; sigma: number };
}

interface Events {
  features: { seen: Seen[] }[];
  others: Seen[];
}

/** mAh per gram of sulfur for an electron per atom. */
const PER_ELECTRON = 835.83;

async function answerOf<T>(step: "evidence" | "events", folder: string): Promise<T> {
  return JSON.parse((await blind([step, folder], folder)).stdout) as T;
}

/** Largest amount of a phase over the discharge, and the electrons per S at which it is. */
function most({ electrons, total, direction }: PathwayCampaign["truth"]["nbh"], k: number): { at: number; amount: number; state: number } {
  let state = 0;
  for (const [i, way] of direction.entries()) if (way === "discharge" && total[i]![k]! > total[state]![k]!) state = i;
  return { at: electrons[state]!, amount: total[state]![k]!, state };
}

const LABELS = ["S₈", "Na₂S₆₋₈", "Na₂S₅", "Na₂S₄", "Na₂S₃", "Na₂S₂", "Na₂S"];

test("pathway, hidden share and events, blind", { timeout: 3_600_000 }, async () => {
  const found: string[] = [];
  let [pathways, shares, onsets] = [0, 0, 0];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const campaign = pathwayCampaign(seed);
    const folder = await folderOf(seed, campaign);
    // the truth lies one folder up and cannot be opened
    if (seed === 1)
      await expect(blind(["evidence", join(root, "truth-1.json")], folder)).rejects.toThrow(/FILE_MISSING|ERR_ACCESS_DENIED|permission/i);
    const evidence = await answerOf<Evidence>("evidence", folder);
    const events = await answerOf<Events>("events", folder);
    const { phases, nbh, nps } = campaign.truth;
    const said = /: ([^.;]*)/.exec(evidence.sentences[0]!)?.[1] ?? "";
    const order = phases
      .map((_, k) => ({ k, ...most(nbh, k) }))
      .filter(({ amount }) => amount > 0.15)
      .sort((a, b) => a.at - b.at);
    if (said === order.map(({ k }) => LABELS[k]).join(" → ")) pathways++;
    const k = phases.indexOf("Na2S2");
    const { state } = most(nps, k);
    const hidden = 1 - nps.crystalline[state]![k]! / nps.total[state]![k]!;
    const disulfide = evidence.species.find(({ id }) => id === "Na2S2")!;
    const [low, high] = (disulfide.hidden90 ?? []).map(({ value }) => value) as [number, number];
    if (hidden >= low && hidden <= high) shares++;
    // crystalline sulfide: when diffraction first sees it, and at which step
    const sulfide = phases.indexOf("Na2S");
    const onset = nps.electrons[nps.direction.findIndex((way, i) => way === "discharge" && nps.crystalline[i]![sulfide]! > 0.005)]!;
    const seen = [...events.features.flatMap(({ seen: own }) => own), ...events.others].find(
      ({ event, probe }) => event === "Na2S appears" && probe === "XRD",
    );
    const at = (seen?.capacity.value ?? Number.NaN) / PER_ELECTRON;
    if (Math.abs(at - onset) < Math.max(0.06, (2 * (seen?.capacity.sigma ?? 0)) / PER_ELECTRON)) onsets++;
    found.push(
      `${seed}: ${said}; hidden ${disulfide.hiddenShare.value?.toFixed(3) ?? "–"} (${low.toFixed(2)}–${high.toFixed(2)}), truth ${hidden.toFixed(3)}; Na2S from ${at.toFixed(3)}, truth ${onset.toFixed(3)}; contradicts: ${evidence.probes
        .filter(({ contradicts }) => contradicts)
        .map(({ probe }) => probe)
        .join(", ")}`,
    );
  }
  if (SEEDS > 1)
    console.log(`${found.join("\n")}\npathway ${pathways}, hidden share inside its band ${shares}, onset of Na2S ${onsets}, of ${SEEDS}`);
  expect(pathways, found.join("\n")).toBeGreaterThanOrEqual(Math.ceil(0.9 * SEEDS));
  expect(shares, found.join("\n")).toBeGreaterThanOrEqual(Math.floor(0.75 * SEEDS));
  expect(onsets, found.join("\n")).toBeGreaterThanOrEqual(Math.ceil(0.9 * SEEDS));
});
