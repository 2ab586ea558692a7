import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cyclingCsv } from "../../../tests/studies.ts";
import { changedText, changeRecipe, readRecipe, writeRecipe } from "./recipe.ts";
import { parseField } from "./recipeModel.ts";
import { STEPS } from "./registry/index.ts";

const TEXT = `title: cell 12
# what was measured
sources:
  run: cell.csv
  # a lattice
  points:
    kind: points
    files: points.csv
steps:
  - cycles # by current
  - dqdv:
      bin: 5 mV
  - topology
  - story
`;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "thioscope-recipe-"));
  await writeFile(join(folder, "cell.csv"), cyclingCsv(2));
  await writeFile(join(folder, "points.csv"), "0,0,0\n1,0,0\n0,1,0\n");
  await writeFile(join(folder, "study.yaml"), TEXT);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("every source with settings and every step with parameters, with what is said and the defaults", async () => {
  const { groups, text } = await readRecipe(folder);
  expect(text).toBe(TEXT);
  expect(groups.map(({ of, name }) => `${of} ${name}`)).toEqual(expect.arrayContaining(["source points", "step dqdv", "step topology"]));
  const dqdv = groups.find(({ name }) => name === "dqdv")!;
  expect(dqdv.fields.map(({ name }) => name)).toEqual(Object.keys(STEPS.dqdv.parameters));
  expect(dqdv.fields.find(({ name }) => name === "bin")!.value).toBe("5 mV");
});

test("one value changes, comments and order stay; undoing brings the very text back", async () => {
  const before = await changeRecipe(folder, { of: "step", group: "topology", field: "max_dimension", value: 2 });
  expect(before).toBe(TEXT);
  const after = await readFile(join(folder, "study.yaml"), "utf8");
  expect(after).toBe(TEXT.replace("  - topology\n", "  - topology:\n      max_dimension: 2\n"));
  await writeRecipe(folder, before);
  expect(await readFile(join(folder, "study.yaml"), "utf8")).toBe(TEXT);
});

test("a default is no longer written; a step without a parameter left is one word again; comments of a step stay", () => {
  expect(changedText(TEXT, { of: "step", group: "dqdv", field: "bin", value: null })).toBe(
    TEXT.replace("  - dqdv:\n      bin: 5 mV\n", "  - dqdv\n"),
  );
  const changed = changedText(TEXT, { of: "step", group: "cycles", field: "reference", value: 2 });
  expect(changed).toMatch(/cycles:/);
  expect(changed).toMatch(/# by current/);
});

test.each([
  [{ of: "step", group: "topology", field: "max_dimension", value: 7 }],
  [{ of: "step", group: "topology", field: "no_such", value: 1 }],
  [{ of: "step", group: "nothing", field: "x", value: 1 }],
  [{ of: "source", group: "run", field: "x", value: 1 }],
  [{ of: "source", group: "points", field: "files", value: "../../etc/passwd" }],
  [{ of: "step", group: "dqdv", field: "bin", value: "5 kg" }],
] as const)("a change that would make no study is refused and nothing is written: %j", async (change) => {
  await expect(changeRecipe(folder, change)).rejects.toMatchObject({ code: "STUDY_INVALID" });
  expect(await readFile(join(folder, "study.yaml"), "utf8")).toBe(TEXT);
});

test("what is typed is read by the kind of the field", () => {
  const { parameters } = STEPS.dqdv;
  expect(parseField(parameters.bin!, "2 mV")).toEqual({ value: "2 mV" });
  expect(parseField(parameters.bin!, "2 kg")).toHaveProperty("mistake");
  expect(parseField({ kind: "count", min: 1, max: 5, default: 2, about: "" }, "2.5")).toEqual({ mistake: "2.5 is not a whole number" });
  expect(parseField({ kind: "number", min: 1, default: 2, about: "" }, "0")).toEqual({ mistake: "0 is outside 1 to ∞" });
  expect(parseField({ kind: "texts", default: "auto", about: "" }, "Na, S ")).toEqual({ value: ["Na", "S"] });
  expect(parseField({ kind: "texts", default: "auto", about: "" }, "")).toEqual({ value: null });
});

test("lines that are not changed stay as they were written: flow lists, quotes, spaces before remarks", () => {
  const written = `sources:\n  spectra:\n    kind: raman\n    files: ["raw/a.txt", 'raw/b.txt']   # two\nsteps:\n  - eis: { circuit: auto }    # or one of your own\n  - raman\n`;
  const changed = changedText(written, { of: "source", group: "spectra", field: "laser", value: "532 nm" });
  expect(changed).toBe(written.replace("   # two\n", "   # two\n    laser: 532 nm\n"));
  expect(changedText(changed, { of: "source", group: "spectra", field: "laser", value: null })).toBe(written);
});
