/**
 * The claim about the pathway: the files of a virtual campaign of the operando Na–S work, taken through a study. The study runs on a
 * thread of its own, which is given the folder and nothing else.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QUIET, ThioscopeError } from "@thioscope/core";
import type { Outcome } from "@thioscope/core/audit";
import { activeMass } from "@thioscope/core/cell";
import { cyclingSeries } from "@thioscope/core/cycling";
import type { Part } from "@thioscope/core/story";
import { readCellFile, readCycling } from "@thioscope/formats";
import { pathwayCampaign } from "@thioscope/virtual";
import { type CarriedError, onThreads } from "../pool.ts";
import { PER_ELECTRON } from "../steps/evidence/courses.ts";
import { agreed, type Check, fileOf, overSeeds } from "./model.ts";

/** Both cells, joined by composition: each potential and time on the curve of its own cell. */
const PATHWAY_STUDY = `cell: nps.yaml
sources:
  run: nps.csv
  stopped: { files: nbh.csv, cell: nbh.yaml }
  frames: { files: xrd.csv, kind: observations }
  spectra: { files: xas.csv, kind: observations }
steps:
  - observations
  - dqdv: { peaks: true }
  - evidence: { crystalline: [Na2S], electrolyte_charge: 0..20 %, electrolyte_sulfur: 0..0.1 %, spectra_run: stopped, leave_out: false }
  - events: { spectra_run: stopped }
`;

/** A folder with the files of a campaign and its study; not its truth. */
export async function writePathway(folder: string, files: Readonly<Record<string, string>>, study = PATHWAY_STUDY): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await writeFile(join(folder, "study.yaml"), study);
}

const SEEDS = 6;
/** Where the cells with closo-borates were stopped, V, as the paper says. */
const STOPS = [1.9, 1.8, 1.7, 1.5, 1.1, 0.5];

const EVIDENCE_ALONE = PATHWAY_STUDY.replace(/ {2}- (?:dqdv|events).*\n/g, "");

export type Evidence = Extract<Part, { kind: "evidence" }>;
export type StudyAnswer = { evidence: Evidence } | CarriedError;

const pathway: Check = {
  kind: "recover",
  title: "order of the species over the discharge",
  gives: ["discharge"],
  async run(_question, context): Promise<Outcome> {
    const root = await mkdtemp(join(tmpdir(), "thioscope-pathway-"));
    try {
      const campaigns = await overSeeds(SEEDS, QUIET, async (seed) => {
        const folder = join(root, String(seed));
        const { files } = pathwayCampaign(seed + 1);
        await writePathway(folder, files, EVIDENCE_ALONE);
        return { folder, stops: await chargesAtStops(files) };
      });
      const folders = campaigns.map(({ folder }) => folder);
      // one after the other: other questions have the other processors
      const answers = await onThreads<string, StudyAnswer>("audit/studyWorker", folders, "virtual campaigns", context, 1);
      const runs = answers.map(({ evidence }, k) => saidBy(evidence, campaigns[k]!.stops));
      const names = [...new Set(runs.flatMap((run) => Object.keys(run)))];
      return {
        answers: {
          discharge: { facts: Object.fromEntries(names.map((name) => [name, agreed(runs.map((run) => run[name] ?? "not found"))])) },
        },
        calibrated: [],
        how: [
          `virtual campaigns: cells with Na3PS4 at 80 °C seen by diffraction and with closo-borates at 30 °C seen by S K-edge spectra at ${STOPS.join(", ")} V; ${SEEDS} of them, two cells, textures, clocks and normalisation in error`,
          "analysis: the study's evidence from coulometry, crystalline amounts and weights of spectra, both cells joined by composition; a species is most at the stop where more of it is found than at any other",
        ],
      };
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
};

/** Electrons per atom of sulfur at which the discharge of the stopped cells first passes each potential, from their cycler's file. */
async function chargesAtStops(files: Readonly<Record<string, string>>): Promise<number[]> {
  const { answer: mass } = activeMass(readCellFile(files["nbh.yaml"]!, "nbh.yaml"));
  if ("notComputable" in mass) throw new ThioscopeError("NOT_COMPUTABLE", mass.notComputable);
  const { timeSecond, voltageVolt, currentAmpere, rows } = cyclingSeries(await readCycling(fileOf("nbh.csv", files["nbh.csv"]!)));
  // mg · 1e-3 g of sulfur, C · 1/3.6 mAh
  const perCoulomb = 1 / 3.6 / (mass.value * 1e-3) / PER_ELECTRON;
  const charges: number[] = [];
  let passed = 0;
  for (let r = 1; r < rows && charges.length < STOPS.length; r++) {
    if (currentAmpere[r]! > 0) break;
    passed -= currentAmpere[r]! * (timeSecond[r]! - timeSecond[r - 1]!);
    // the last stop is the limit itself, which noise may hide
    while (charges.length < STOPS.length && voltageVolt[r]! < STOPS[charges.length]! + 0.002) charges.push(passed * perCoulomb);
  }
  return charges;
}

/** The order that the evidence tells, and at which stop there is most of each species. */
function saidBy({ sentences, species, charge }: Evidence, stops: readonly number[]): Record<string, string> {
  const first = sentences[0]?.parts[0];
  const labels = typeof first === "string" ? /: ([^.;]*)/.exec(first)?.[1]?.split(" → ") : undefined;
  const order = (labels ?? []).map((label) => species.find((one) => one.label === label)?.id ?? label);
  const found: Record<string, string> = { order: order.join(" → ") };
  for (const { id, total } of species) {
    if (!order.includes(id)) continue;
    let most = -1;
    let amount = 0;
    for (const [k, at] of stops.entries()) {
      const g = Math.min(
        charge.length - 1,
        Math.max(
          0,
          Array.from(charge).findIndex((q) => q >= at),
        ),
      );
      const here = at > charge[charge.length - 1]! ? total.middle[charge.length - 1]! : total.middle[g]!;
      if (here > amount) [most, amount] = [k, here];
    }
    if (most >= 0) found[id] = `most at ${STOPS[most]} V`;
  }
  return found;
}

export const PATHWAY_CHECKS: readonly Check[] = [pathway];
