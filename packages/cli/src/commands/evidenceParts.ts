/** What `evidence` and `events` share: the part of a study's step, and its sentences as text. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { formatQuantity, type Quantity, ThioscopeError } from "@thioscope/core";
import type { PartOf, Sentence } from "@thioscope/core/story";
import { readStudy, runStudy } from "@thioscope/study";
import type { CommandIo } from "../command.ts";

export type EvidencePart = PartOf<"evidence">;

export const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/** Runs the study as far as it is not done, and reads the part. */
export async function studyPart(folder: string, step: "evidence" | "events", io: CommandIo): Promise<EvidencePart> {
  const study = await readStudy(folder);
  if (!study.steps.some(({ name }) => name === step))
    throw new ThioscopeError("INVALID_INPUT", `the study has no step "${step}": add "- ${step}" to its steps`, {
      file: join(folder, "study.yaml"),
    });
  const { index } = await runStudy(study, { context: io.task });
  for (const { path, error } of index.files) if (error) io.hint(`failed: ${path}, step ${error.step}: ${error.message} [${error.code}]`);
  for (const { name, errors } of index.sources)
    for (const { step: failed, message, code } of errors) io.hint(`failed: source ${name}, step ${failed}: ${message} [${code}]`);
  const result = index.ofStudy[step]!;
  return JSON.parse(await readFile(join(study.root, "results", result, "part.json"), "utf8")) as EvidencePart;
}

export function sentenceText({ parts }: Sentence): string {
  return parts
    .map((piece) => (typeof piece === "string" ? piece : `${formatQuantity(piece.quantity)}${piece.note ? ` [${piece.note}]` : ""}`))
    .join("");
}

type Band = EvidencePart["species"][number]["total"];

const inGram = ({ value, sigma }: Quantity, per: number): Quantity => ({
  value: value * per,
  sigma: sigma === null ? null : sigma * per,
  unit: "mAh/g",
});

const series = (values: ArrayLike<number>, unit: string): QuantitySeries => ({ values: Array.from(values), sigma: null, unit });

interface QuantitySeries {
  values: number[];
  sigma: null;
  unit: string;
}

const bandJson = ({ middle, low, high }: Band) => ({ amount: series(middle, "1"), low90: series(low, "1"), high90: series(high, "1") });

const share = (value: number): Quantity => ({ value, sigma: null, unit: "1" });

/** Composition as the command answers it: lists over `capacity`. */
export function evidenceJson(part: EvidencePart) {
  return {
    system: part.system,
    capacity: series(
      Array.from(part.charge, (q) => q * part.perElectron),
      "mAh/g",
    ),
    species: part.species.map(({ id, label, total, crystalline, hiddenShare, hidden90 }) => ({
      id,
      label,
      ...bandJson(total),
      crystalline: crystalline && bandJson(crystalline),
      hiddenShare,
      hidden90: hidden90 && hidden90.map(share),
    })),
    groups: part.groups.map(({ species, label, total }) => ({ species, label, ...bandJson(total) })),
    hidden: "notComputable" in part.hidden ? part.hidden : bandJson(part.hidden),
    shares: part.shares,
    probes: part.probes.map(({ probe, observations, chi2, expected, contradicts, narrows }) => ({
      probe,
      n: observations,
      chi2,
      degreesOfFreedom: expected,
      contradicts,
      bandsWithout: narrows === null ? null : share(narrows),
    })),
    sentences: part.sentences.map(sentenceText),
    warnings: part.notices,
  };
}

/** Events as the command answers them. */
export function eventsJson(part: EvidencePart) {
  const per = part.perElectron;
  return {
    features: part.features.map(({ label, at, potential, seen }) => ({
      label,
      potential,
      capacity: inGram(at, per),
      seen: seen.map(({ what, probe, at: own, probability }) => ({
        event: what,
        probe,
        capacity: inGram(own, per),
        probability: share(probability),
      })),
    })),
    others: part.others.map(({ what, probe, at }) => ({ event: what, probe, capacity: inGram(at, per) })),
    sentences: part.sentences.map(sentenceText),
    warnings: part.notices,
  };
}
