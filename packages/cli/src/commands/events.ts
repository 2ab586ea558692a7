/** thioscope events: what every stream saw, and at which step of the cell. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { eventClaims, eventKey, rivalsText } from "@thioscope/core/story";
import { readObservations } from "@thioscope/formats";
import { eventsPart, observationStreams } from "@thioscope/study";
import type { Command } from "../command.ts";
import { oneWord, textTable, warningLines } from "../inputs.ts";
import { eventsJson, isFolder, sentenceText, studyPart } from "./evidenceParts.ts";

export const command: Command = {
  name: "events",
  summary: "where every stream bends, and which step of dQ/dV each event belongs to",
  usage: "thioscope events STUDY | OBSERVATIONS.csv",
  about: `every stream (phases, weights of spectra, chain lengths, tables) over the charge as straight pieces: where it begins, is largest, levels off or
vanishes, with the error of the place. Each event is given to the peaks of dQ/dV with a probability; where two peaks may claim it both are named.
Of a study its step \`events\` is run; the peaks are those of its step dqdv with peaks: true.`,
  options: {},
  examples: ["thioscope events beamtime", "thioscope events own.csv --json"],
  async run(words, _options, io) {
    const path = oneWord(words, command.usage);
    const part = (await isFolder(path)) ? await studyPart(path, "events", io) : await ofTable(path);
    for (const line of warningLines(part.notices)) io.hint(line);
    io.result(eventsJson(part));
    for (const sentence of part.sentences) io.say(sentenceText(sentence));
    const claims = eventClaims(part.features);
    const none = new Set(part.others.map(eventKey));
    const rows = [
      ...part.features.flatMap(({ label, seen }) =>
        seen.flatMap((one) => {
          const own = claims.get(eventKey(one))!;
          // every event once, at the step that it most probably belongs to
          if (own[0]!.label !== label || none.has(eventKey(one))) return [];
          return [
            [
              label,
              one.what,
              one.probe,
              place(one.at, part.perElectron),
              `${(100 * one.probability).toFixed(0)} %`,
              rivalsText(own.slice(1)),
            ],
          ];
        }),
      ),
      ...part.others.map((one) => [
        "no step",
        one.what,
        one.probe,
        place(one.at, part.perElectron),
        "",
        rivalsText(claims.get(eventKey(one)) ?? []),
      ]),
    ];
    if (rows.length === 0) return io.say("No stream bends anywhere.");
    io.say("");
    io.say(textTable(["step", "event", "by", "at mAh/g", "belongs here", "or at"], rows));
  },
};

const place = ({ value, sigma }: { value: number; sigma: number | null }, per: number): string =>
  `${(value * per).toFixed(0)}${sigma === null ? "" : ` ± ${(sigma * per).toFixed(0)}`}`;

async function ofTable(path: string) {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new ThioscopeError("FILE_MISSING", `${path} cannot be opened`, { file: path }, error);
  });
  const { observations, notices } = readObservations(text, basename(path));
  return eventsPart(observationStreams(observations), [], null, "Na-S", notices).part;
}
