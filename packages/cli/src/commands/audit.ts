/** thioscope audit: what a paper claims, recomputed. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { auditClaims, type Finding, textOf, type Value, type Verdict, verdictHolds } from "@thioscope/core/audit";
import { readClaims } from "@thioscope/formats";
import { auditWithChecks } from "@thioscope/study";
import type { Command } from "../command.ts";
import { count, oneWord, warningLines } from "../inputs.ts";

const mark = (verdict: Verdict): string =>
  ({ true: "✓", false: "✗", null: "–" })[String(verdictHolds(verdict)) as "true" | "false" | "null"];

export const command: Command = {
  name: "audit",
  summary: "claims of a paper or a draft: recomputed, reached by models, recovered from virtual measurements",
  usage: "thioscope audit CLAIMS.yaml [--all] [--quick]",
  about: `each claim of the file is recomputed from the numbers that the same paper prints, by relations of book-keeping, coulometry, thermodynamics,
transport and statistics, and by checks of statements that cannot stand together. A verdict that rests on an input that the paper does not print
is "inconsistent-if". A claim about a model is put to this program's own model; one about an analysis to virtual measurements whose truth is known, read and
analysed as your files are, over seeds. The 73 claims of four papers take a minute or two on two processors. The format: docs/reference/claims.md.`,
  options: {
    all: { type: "boolean", help: "every step of every claim, not only what decides" },
    quick: { type: "boolean", help: "arithmetic alone: claims about models and analyses stay open" },
  },
  examples: ["thioscope audit studies/ntsc-electrolyte/claims.yaml", "thioscope audit draft.yaml --quick"],
  async run(words, options, io) {
    const path = oneWord(words, command.usage);
    const text = await readFile(path, "utf8").catch((error: unknown) => {
      throw new ThioscopeError("FILE_MISSING", `${path} cannot be opened`, { file: path }, error);
    });
    const { claims, notices } = readClaims(text, basename(path));
    for (const line of warningLines(notices)) io.hint(line);
    const found = options.quick === true ? auditClaims(claims) : await auditWithChecks(claims, io.task);
    io.result(found.map((finding) => ({ ...finding, computed: shown(finding.computed), printed: shown(finding.printed) })));
    for (const finding of found) io.say(lines(finding, options.all === true));
    const off = found.filter(({ verdict }) => verdictHolds(verdict) === false).length;
    const open = found.filter(({ verdict }) => verdictHolds(verdict) === null).length;
    io.say(
      `\n${count(found.length, "claim")}: ${found.length - off - open} hold, ${off} do not, ${open} ${open === 1 ? "is" : "are"} not decided`,
    );
  },
};

/** Values as text: a range or a list is no single number. */
function shown(values: Readonly<Record<string, Value>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, textOf(value)]));
}

function lines({ id, verdict, why }: Finding, all: boolean): string {
  const told = all ? why : why.filter((line) => !/^\S+ = .* \(from /.test(line));
  const [last] = why.slice(-1);
  const list = told.length > 0 ? told : last ? [last] : [];
  return `${mark(verdict)} ${id.padEnd(28)} ${verdict}${list.map((line) => `\n    ${line}`).join("")}`;
}
