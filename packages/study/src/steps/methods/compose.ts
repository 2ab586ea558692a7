/**
 * The methods of a study in prose, from its provenance alone: which steps ran over what, with which parameters, constants and versions, and whose methods
 * they are. References are numbered in the order in which they are cited.
 */
import { CONSTANTS } from "@thioscope/core";
import type { StoryMethods } from "@thioscope/core/story";
import { STEPS, type StepName } from "../../registry/index.ts";
import { type Clause, METHODS, type MethodGroup } from "./ofSteps.ts";
import { REFERENCES, type ReferenceKey } from "./references.ts";

export interface MethodFacts {
  version: string;
  node: string;
  /** hash of the program's code */
  code: string;
  cell: { name: string; layers: readonly string[] } | null;
  /** that ran, in their order, with all parameters; `over`: raw files or sources that they gave a result for, empty for steps over the whole study */
  steps: readonly { name: StepName; parameters: Readonly<Record<string, unknown>>; over: readonly string[] }[];
  rawFiles: number;
}

const GROUPS: readonly MethodGroup[] = ["Cycling", "Diffraction", "Spectroscopy", "Imaging", "Atoms", "Models", "Joining"];
/** More names than this are counted. */
const MOST_NAMED = 4;

/** What a constant is: its words, unit and whether its value is exact, by the 2019 definition of the SI. */
const OF_CONSTANTS: Readonly<Record<keyof typeof CONSTANTS, string>> = {
  elementaryCharge: "elementary charge {} C",
  avogadro: "Avogadro constant {} 1/mol",
  boltzmann: "Boltzmann constant {} J/K",
  planck: "Planck constant {} J s",
  lightSpeed: "speed of light {} m/s",
  faraday: "Faraday constant {} C/mol",
  gas: "molar gas constant {} J/(mol K)",
  gravity: "standard acceleration of gravity {} m/s²",
};

export function methodsOf(facts: MethodFacts): StoryMethods {
  const cited: ReferenceKey[] = [];
  const cite = (keys: readonly ReferenceKey[]): string => {
    for (const key of keys) if (!cited.includes(key)) cited.push(key);
    return keys.length === 0 ? "" : ` [${keys.map((key) => cited.indexOf(key) + 1).join(", ")}]`;
  };
  const paragraphs: { heading: string; text: string }[] = [{ heading: "Data", text: dataOf(facts, cite) }];
  for (const group of GROUPS) {
    // a method that two steps share is described once
    const said = new Set<string>();
    const texts = facts.steps
      .filter(({ name }) => METHODS[name].group === group)
      .flatMap((step) => {
        const { sentence, how } = stepText(step, cite);
        const again = said.has(sentence);
        said.add(sentence);
        return again ? [`Likewise: ${how}`] : [sentence, how];
      });
    if (texts.length > 0) paragraphs.push({ heading: group, text: texts.join(" ") });
  }
  const constants = [...new Set(facts.steps.flatMap(({ name }) => STEPS[name].constants))];
  if (constants.length > 0) paragraphs.push({ heading: "Constants", text: constantsText(constants) });
  return { paragraphs, references: cited.map((key) => REFERENCES[key]) };
}

function dataOf({ version, node, code, cell, rawFiles }: MethodFacts, cite: (keys: readonly ReferenceKey[]) => string): string {
  const files =
    rawFiles === 0
      ? "No raw files were read."
      : `${capital(counted(rawFiles, "raw file"))} ${rawFiles === 1 ? "was" : "were"} evaluated as the instruments wrote ${rawFiles === 1 ? "it" : "them"}.`;
  const described = cell ? ` The cell is ${cell.name}: ${cell.layers.join(" | ")}.` : "";
  return (
    `${files}${described} All results were computed with Thioscope ${version} (code ${code}, Node.js ${node}). Errors are one standard deviation, propagated to ` +
    `first order${cite(["gum"])} where no interval is named. Parameters that are not named were left to the data. Inputs, parameters and results are kept with their SHA-256 hashes.`
  );
}

function stepText(
  { name, parameters, over }: MethodFacts["steps"][number],
  cite: (keys: readonly ReferenceKey[]) => string,
): { sentence: string; how: string } {
  const clauses = METHODS[name].clauses.filter(({ when }) => holds(when, parameters));
  const sentence = capital(joined(clauses.map(({ text, cites = [] }) => `${text}${cite(cites)}`)));
  const where = over.length === 0 ? "" : `; over ${over.length <= MOST_NAMED ? over.join(", ") : `${over.length} of ${over[0]} …`}`;
  return { sentence: `${sentence}.`, how: `(Step ${name}${where}${parametersText(parameters)}.)` };
}

/** Clauses that go on with "and", "by", "with" or "over" follow without a stop; the others after a semicolon. */
function joined(texts: readonly string[]): string {
  return texts.reduce(
    (all, text) => `${all}${all === "" ? "" : /^(and|by|with|over) /.test(text) ? ", " : "; "}${all === "" ? text : text}`,
    "",
  );
}

function holds(when: Clause["when"], parameters: Readonly<Record<string, unknown>>): boolean {
  if (!when) return true;
  const value = parameters[when.parameter];
  return "is" in when ? value === when.is : value !== when.not;
}

/** What was not set; run.json of the result has it all the same. */
const isLeftToData = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === "" ||
  value === "auto" ||
  value === false ||
  (Array.isArray(value) && value.length === 0);

function parametersText(parameters: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(parameters).filter(([, value]) => !isLeftToData(value));
  if (entries.length === 0) return "";
  const text = ([name, value]: [string, unknown]): string => `${name} ${valueText(value)}`;
  return `; ${entries.map(text).join(", ")}`;
}

function valueText(value: unknown): string {
  if (value === true) return "yes";
  if (Array.isArray(value)) {
    const texts = value.map(valueText);
    return `[${texts.join(texts.some((text) => text.includes(",")) ? "; " : ", ")}]`;
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function constantsText(names: readonly (keyof typeof CONSTANTS)[]): string {
  const list = names.map((name) => OF_CONSTANTS[name].replace("{}", String(CONSTANTS[name])));
  return `${capital(list.join(", "))} (SI 2019, exact).`;
}

const counted = (count: number, what: string): string => `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** As plain text in Markdown: headings, paragraphs, numbered references. */
export function methodsMarkdown(title: string, { paragraphs, references }: StoryMethods): string {
  const texts = paragraphs.map(({ heading, text }) => `**${heading}.** ${text}`);
  const list = references.map(({ text, doi }, i) => `${i + 1}. ${text}${doi === undefined ? "" : `, doi:${doi}`}`);
  return `# Methods: ${title}\n\n${texts.join("\n\n")}\n${list.length === 0 ? "" : `\n## References\n\n${list.join("\n")}\n`}`;
}
