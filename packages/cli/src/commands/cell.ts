/** thioscope cell: the book-keeping of a cell file. */
import { basename } from "node:path";
import { formatQuantity, isComputable } from "@thioscope/core";
import { cellCard } from "@thioscope/core/cell";
import type { Command } from "../command.ts";
import { oneWord, readCell } from "../inputs.ts";

export const command: Command = {
  name: "cell",
  summary: "the book-keeping of a cell file, and what does not add up",
  usage: "thioscope cell cell.yaml",
  about: `From layers, masses, composition and geometry: loadings, active mass, theoretical capacity, 1 C, N/P, thicknesses, pressures,
reference scale. What the file does not say is answered with what is missing, never guessed; numbers that rest on an assumption are
marked ~ and say which. The file is documented in docs/reference/cell-file.md, its schema completes in editors.`,
  options: { how: { type: "boolean", help: "say for every number how it was computed, with constants and their source" } },
  examples: ["thioscope cell cell.yaml", "thioscope cell cell.yaml --how"],
  async run(words, options, io) {
    const path = oneWord(words, command.usage);
    const card = cellCard(await readCell(path));
    const { notices: warnings, ...rest } = card;
    io.result({ file: basename(path), ...rest, warnings });
    if (io.json) return;
    io.say(card.name);
    const width = Math.max(...card.lines.map((line) => line.label.length));
    for (const { label, answer, assumed, how } of card.lines) {
      const text = isComputable(answer) ? `${assumed ? "~" : " "}${formatQuantity(answer)}` : ` not computable: ${answer.notComputable}`;
      io.say(`  ${label.padEnd(width)} ${text}`);
      if (options.how) io.say(`  ${"".padEnd(width)}    ${how}`);
    }
    for (const notice of card.notices) io.say(`  ! ${notice.message} [${notice.code}]`);
  },
};
