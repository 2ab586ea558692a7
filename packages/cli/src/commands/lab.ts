/** thioscope lab: the raw files of a whole campaign with known truth, and what its analysis found of it. */
import { ThioscopeError } from "@thioscope/core";
import { LABS } from "@thioscope/virtual";
import type { Command, CommandIo } from "../command.ts";
import { count } from "../inputs.ts";
import { compareCampaign, isRecovered } from "../lab/compare.ts";
import { openCampaign, recipeOf, writeCampaign } from "../lab/folder.ts";

export const command: Command = {
  name: "lab",
  summary: "virtual laboratory: the raw files of a whole campaign, its truth sealed",
  usage:
    "thioscope lab CAMPAIGN -o FOLDER [--seed N]\n       thioscope lab compare FOLDER [--key FILE]\n       thioscope lab open FOLDER [--key FILE]",
  about:
    "Writes the folder that a campaign of measurements would have produced: raw files of every instrument with noise, drift and what goes\n" +
    "wrong, and the study that analyses them. What it was made with is in truth.sealed; the key lies beside the folder, not in it.\n\n" +
    `Campaigns: ${Object.values(LABS)
      .map(({ name, title }) => `${name} (${title})`)
      .join("; ")}\n\n` +
    "compare: after thioscope run, breaks the seal and sets truth beside what was found; page and report then show it.\n\n" +
    "open: the truth alone.",
  options: {
    out: { type: "string", value: "FOLDER", help: "where to write the campaign", short: "o" },
    seed: { type: "string", value: "N", help: "every seed has its own truth; the same one gives the same bytes", default: "1" },
    key: { type: "string", value: "FILE", help: "compare, open: the key of the seal (default: FOLDER.key beside the folder)" },
  },
  examples: [
    "thioscope lab na-s-operando -o campaign/",
    "thioscope run campaign && thioscope lab compare campaign",
    "thioscope lab open campaign --json",
  ],
  async run(words, options, io) {
    const [word, folder, ...more] = words;
    if (word === undefined || more.length > 0) throw new ThioscopeError("USAGE", `one campaign is needed: ${Object.keys(LABS).join(", ")}`);
    if (word === "compare" || word === "open") {
      if (folder === undefined) throw new ThioscopeError("USAGE", `lab ${word} needs the folder of a campaign`);
      const key = typeof options.key === "string" ? options.key : undefined;
      await (word === "compare" ? compare : open)(folder, key, io);
    } else await make(word, folder, options, io);
  },
};

type Options = Parameters<Command["run"]>[1];

async function make(name: string, extra: string | undefined, { out, seed }: Options, io: CommandIo): Promise<void> {
  if (extra !== undefined) throw new ThioscopeError("USAGE", `"${extra}" means nothing here: the folder is given with -o`);
  const recipe = recipeOf(name);
  if (typeof out !== "string") throw new ThioscopeError("USAGE", "where is the campaign to be written? -o FOLDER");
  const number = Number(seed);
  if (!(Number.isInteger(number) && number >= 0 && number <= 2 ** 31))
    throw new ThioscopeError("USAGE", `--seed "${String(seed)}" is no whole number from 0 to 2147483648`);
  const { files, bytes, key } = await writeCampaign(recipe, out, number, io.task);
  io.say(`${recipe.title}: ${count(files, "raw file")}, ${(bytes / 1e6).toFixed(1)} MB in ${out}`);
  io.say(`Truth: ${out.replace(/\/$/, "")}/truth.sealed; key: ${key}. Next: thioscope run ${out}`);
  io.result({ campaign: recipe.name, seed: number, folder: out, files, bytes, key });
}

async function compare(folder: string, key: string | undefined, io: CommandIo): Promise<void> {
  const { rows, coverage, seed } = await compareCampaign(folder, key);
  const width = Math.max(...rows.map(({ what }) => what.length));
  for (const row of rows) {
    const { what, truth, unit, found, sigma, why } = row;
    const answer = found === null ? (why ?? "") : `${digits(found)} ± ${sigma === null ? "?" : digits(sigma)} ${unit}`;
    io.say(
      `  ${what.padEnd(width)}  ${`${digits(truth)} ${unit}`.padEnd(16)}  ${answer}${found === null || isRecovered(row) ? "" : "   off"}`,
    );
  }
  io.say(`${rows.filter(isRecovered).length} of ${count(rows.length, "truth")} within two standard errors`);
  io.result({ folder, seed, rows, coverage });
}

const digits = (value: number): string => String(Number(value.toPrecision(4)));

async function open(folder: string, key: string | undefined, io: CommandIo): Promise<void> {
  const { recipe, seed, effects, truth } = await openCampaign(folder, key);
  for (const { what, value, unit } of truth) io.say(`  ${what}: ${digits(value)} ${unit}`);
  io.result({ folder, campaign: recipe, seed, effects, truth });
}
