/** thioscope evidence: amounts of every species from all probes together. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { parseShareRange } from "@thioscope/core/cycling";
import { electrolyteChargeOf, fuse, SPECIES_SETS, type SpeciesSetName, shareOfRange } from "@thioscope/core/evidence";
import { readObservations } from "@thioscope/formats";
import { evidencePart } from "@thioscope/study";
import type { Command } from "../command.ts";
import { oneWord, textTable, warningLines } from "../inputs.ts";
import { type EvidencePart, evidenceJson, isFolder, sentenceText, studyPart } from "./evidenceParts.ts";

export const command: Command = {
  name: "evidence",
  summary: "composition, hidden species and contradictions from all probes together",
  usage: "thioscope evidence STUDY | OBSERVATIONS.csv [--system Na-S|Li-S] [--order off]",
  about: `amounts of every species of the cathode over the charge that has passed, from the charge itself, crystalline amounts, weights of spectra, chain
lengths and other indicators together: the most likely ones with bands of 90 %, the part that diffraction does not see, which species the data
cannot tell apart (their sum is given), which probe contradicts the others, and what each probe adds. Of a study its step \`evidence\` is run.
A table has the columns probe, kind, species, at (electrons per S) or at_mah_g, at_sigma, value, sigma: docs/guide/evidence.md.`,
  options: {
    system: { type: "string", value: "NAME", help: "species of a table: Na-S (default) or Li-S" },
    order: { type: "string", value: "off", help: "without the soft prior that species follow one another by their electrons" },
    "electrolyte-charge": { type: "string", value: "RANGE", help: 'share of the charge that the electrolyte takes, of a table: "0..30 %"' },
    "electrolyte-sulfur": {
      type: "string",
      value: "RANGE",
      help: 'share of the sulfur atoms that is the electrolyte\'s, of a table: "50..60 %"',
    },
    "charge-error": { type: "string", value: "PERCENT", help: "relative error of the charge per sulfur, of a table (2)" },
    fast: { type: "boolean", help: "do not ask what each probe adds" },
  },
  examples: [
    "thioscope evidence beamtime",
    "thioscope evidence own.csv --json",
    'thioscope evidence own.csv --electrolyte-sulfur "50..60 %"',
  ],
  async run(words, options, io) {
    const path = oneWord(words, command.usage);
    const part = (await isFolder(path)) ? await studyPart(path, "evidence", io) : await ofTable(path, options, io);
    for (const line of warningLines(part.notices)) io.hint(line);
    io.result(evidenceJson(part));
    for (const sentence of part.sentences) io.say(sentenceText(sentence));
    const share = (v: number): string => v.toFixed(2);
    const every = Math.max(1, Math.floor(part.charge.length / 8));
    const rows = Array.from(part.charge, (q, g) => ({ q, g })).filter(({ g }) => g % every === 0);
    io.say("");
    io.say(
      textTable(
        ["mAh/g", ...part.groups.map(({ species }) => species.join("+"))],
        rows.map(({ q, g }) => [
          (q * part.perElectron).toFixed(0),
          ...part.groups.map(({ total }) => `${share(total.middle[g]!)} (${share(total.low[g]!)}–${share(total.high[g]!)})`),
        ]),
      ),
    );
    io.say("Amounts per atom of the cathode's sulfur, in brackets 90 %.");
    for (const { probe, observations, contradicts, narrows } of part.probes)
      io.say(
        `${probe}: ${observations} observations${contradicts ? ", contradicts the others" : ""}${narrows === null ? "" : `; without it bands are ${narrows.toFixed(2)} times as wide`}`,
      );
  },
};

async function ofTable(path: string, options: Parameters<Command["run"]>[1], io: Parameters<Command["run"]>[2]): Promise<EvidencePart> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new ThioscopeError("FILE_MISSING", `${path} cannot be opened`, { file: path }, error);
  });
  const { observations, scales, notices } = readObservations(text, basename(path));
  const unplaced = observations.find(({ at }) => at.unit !== "1");
  if (unplaced)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${unplaced.source}: a place in ${unplaced.at.unit} needs the run of its cell: put the table into a study`,
      { file: path },
    );
  const system = String(options.system ?? "Na-S") as SpeciesSetName;
  if (!(system in SPECIES_SETS)) throw new ThioscopeError("USAGE", `--system ${system}: ${Object.keys(SPECIES_SETS).join(" or ")}`);
  if (options.order !== undefined && options.order !== "off") throw new ThioscopeError("USAGE", "--order takes off");
  const percent = Number(options["charge-error"] ?? 2);
  if (!(percent >= 0 && percent < 50))
    throw new ThioscopeError("USAGE", `--charge-error ${String(options["charge-error"])}: a number of percent below 50`);
  const range = (name: string): readonly [number, number] | null =>
    typeof options[name] === "string" ? parseShareRange(options[name]) : null;
  const charge = range("electrolyte-charge") ?? [0, 0.4];
  const sulfur = range("electrolyte-sulfur");
  const answer = fuse(
    {
      system,
      observations,
      scales,
      chargeError: percent / 100,
      electrolyteCharge: electrolyteChargeOf(charge),
      electrolyteSulfur: sulfur && shareOfRange(sulfur),
      order: options.order === "off" ? null : SPECIES_SETS[system].map(({ id }) => id),
    },
    { leaveOut: options.fast !== true, context: io.task },
  );
  return { ...evidencePart(answer, observations, [...notices, ...answer.notices]), command: `evidence ${path}` };
}
