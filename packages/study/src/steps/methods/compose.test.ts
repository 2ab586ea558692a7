import { expect, test } from "vitest";
import { STEPS, type StepName } from "../../registry/index.ts";
import { type MethodFacts, methodsMarkdown, methodsOf } from "./compose.ts";
import { METHODS } from "./ofSteps.ts";
import { REFERENCES } from "./references.ts";

const FACTS: MethodFacts = {
  version: "0.1.0",
  node: "24.0.0",
  code: "abc",
  cell: { name: "cell 12", layers: ["anode Na", "cathode S"] },
  steps: [
    { name: "dqdv", parameters: { bin: "auto", peaks: true }, over: ["a.mpt", "b.mpt"] },
    { name: "xps", parameters: { background: "tougaard", low: 158, charge: "auto", components: ["S8=164"] }, over: ["s2p"] },
    { name: "xas.normalize", parameters: { deglitch: false, e0: 2472 }, over: ["a", "b", "c", "d", "e"] },
    { name: "curves", parameters: {}, over: ["a.mpt"] },
    { name: "thermo", parameters: {}, over: [] },
  ],
  rawFiles: 3,
};

test("what was done, over what, with what: in prose, a paragraph per area, references in the order of citing", () => {
  const { paragraphs, references } = methodsOf(FACTS);
  expect(paragraphs.map(({ heading }) => heading)).toEqual(["Data", "Cycling", "Spectroscopy", "Models", "Constants"]);
  const text = Object.fromEntries(paragraphs.map((paragraph) => [paragraph.heading, paragraph.text]));
  expect(text.Data).toContain("3 raw files were evaluated as the instruments wrote them. The cell is cell 12: anode Na | cathode S.");
  expect(text.Data).toContain("Thioscope 0.1.0 (code abc, Node.js 24.0.0)");
  expect(text.Cycling).toBe(
    "Differential capacities were counted: the charge that passed while the potential lay in a bin, over the bin's width [2]; their peaks were fitted as sums of " +
      "skewed peaks over a smooth background, all of a half cycle together [3]. (Step dqdv; over a.mpt, b.mpt; peaks yes.)",
  );
  expect(text.Spectroscopy).toContain(
    "doublets of fixed splitting and ratio [4], over a background after Tougaard [5]. (Step xps; over s2p; background tougaard, low 158, components [S8=164].)",
  );
  // order of the steps, not of the areas: what is cited first has the lower number
  expect(text.Spectroscopy).not.toContain("Shirley");
  expect(text.Spectroscopy).toContain("over 5 of a …");
  expect(text.Constants).toBe("Faraday constant 96485.33212331001 C/mol (SI 2019, exact).");
  expect(references.slice(0, 2)).toEqual([REFERENCES.gum, REFERENCES.counting]);
  const cited = new Set(
    [
      ...Object.values(text)
        .join(" ")
        .matchAll(/\[(\d+(?:, \d+)*)\]/g),
    ].flatMap(([, list]) => list!.split(", ").map(Number)),
  );
  expect([...cited].sort((a, b) => a - b)).toEqual(references.map((_, i) => i + 1));
});

test("as Markdown, with references that can be followed", () => {
  const markdown = methodsMarkdown("Cell 12", methodsOf(FACTS));
  expect(markdown).toMatch(/^# Methods: Cell 12\n\n\*\*Data\.\*\* 3 raw files/);
  expect(markdown).toContain("\n## References\n\n1. JCGM 100:2008");
  expect(markdown).toContain("doi:10.59161/JCGM100-2008E\n2. ");
});

test("conditions ask for parameters that the step has; every reference is cited", () => {
  const cited = new Set<string>(["gum"]);
  for (const [name, { clauses }] of Object.entries(METHODS)) {
    const { parameters, parametersOf } = STEPS[name as StepName];
    const known = Object.keys(parametersOf ? STEPS[parametersOf as StepName].parameters : parameters);
    for (const { text, cites = [], when } of clauses) {
      for (const key of cites) cited.add(key);
      expect(text).not.toMatch(/\.$/);
      if (when) expect(known).toContain(when.parameter);
    }
    // a step that stands for something in the story has something to say
    expect(STEPS[name as StepName].givesPart === true && clauses.length === 0 && METHODS[name as StepName].group !== null).toBe(false);
  }
  expect([...cited].sort()).toEqual(Object.keys(REFERENCES).sort());
  for (const { doi } of Object.values(REFERENCES)) if (doi !== undefined) expect(doi).toMatch(/^10\.\d{4,5}\/\S+$/);
});
