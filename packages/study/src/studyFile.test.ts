import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkStructure, type Schema } from "@thioscope/formats";
import { Ajv } from "ajv";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readStudy, STUDY_SCHEMA } from "./studyFile.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "thioscope-study-"));
  await mkdir(join(root, "raw/more"), { recursive: true });
  for (const name of ["raw/a.mpr", "raw/b.mpr", "raw/more/c.ndax", "cell.yaml", "other.yaml"]) await writeFile(join(root, name), "x");
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function study(text: string) {
  await writeFile(join(root, "study.yaml"), text);
  return readStudy(root);
}

test("sources become files, steps get what they need and their defaults", async () => {
  const found = await study(`
title: two cells
cell: cell.yaml
sources:
  first: raw/a.mpr
  rest: { files: ["raw/b.mpr", "raw/**/*.ndax"], cell: other.yaml }
steps:
  - dqdv
  - read: { salvage: true }
  - story
`);
  expect(found.title).toBe("two cells");
  expect(found.files.map((f) => [f.source, f.path, f.cell])).toEqual([
    ["first", "raw/a.mpr", "cell.yaml"],
    ["rest", "raw/b.mpr", "other.yaml"],
    ["rest", "raw/more/c.ndax", "other.yaml"],
  ]);
  expect(found.steps.map((s) => s.name)).toEqual(["read", "dqdv", "curves", "story"]);
  expect(found.steps[0]?.parameters).toEqual({ salvage: true });
});

const wrong: [what: string, text: string, line: number, says: RegExp][] = [
  ["an unknown key", "sourcs:\n  a: raw/a.mpr\nsteps: [cycles]\n", 1, /unknown key "sourcs".*did you mean "sources"/],
  [
    "an unknown step",
    "sources: { a: raw/a.mpr }\nsteps:\n  - cycls\n",
    3,
    /"cycls" is not allowed.*did you mean "cycles".*read, cycles, dqdv, cv, gitt, symmetric, composition, eis/,
  ],
  ["an unknown step with parameters", "sources: { a: raw/a.mpr }\nsteps:\n  - nmr: { nucleus: Na }\n", 3, /unknown key "nmr"/],
  [
    "an unknown parameter",
    "sources: { a: raw/a.mpr }\nsteps:\n  - read: { salvag: true }\n",
    3,
    /unknown key "salvag".*did you mean "salvage"/,
  ],
  ["a quantity of another kind", "sources: { a: raw/a.mpr }\nsteps:\n  - cycles\n  - dqdv: { bin: 5 mA }\n", 4, /dqdv: bin: .*mA/],
  ["a quantity without unit", "sources: { a: raw/a.mpr }\nsteps:\n  - dqdv: { bin: '5' }\n", 3, /dqdv: bin: "5" has no unit/],
  ["a wrong kind of value", "sources:\n  a: 5\nsteps: [cycles]\n", 2, /sources\.a: "5" is not a text, a list or a group of keys/],
  ["no steps", "sources: { a: raw/a.mpr }\n", 1, /"steps" is missing/],
  [
    "a kind that is none",
    "sources: { a: { files: raw/a.mpr, kind: point } }\nsteps: [topology]\n",
    1,
    /sources\.a\.kind: "point" is not allowed, did you mean "points".*points/,
  ],
  [
    "a setting of no kind",
    "sources:\n  a: { files: raw/a.mpr, kind: points, mapping: { voltage_volt: V } }\nsteps: [topology]\n",
    2,
    /"mapping" is for tables of a cycler/,
  ],
  [
    "a cycling source that is none",
    "sources:\n  a: { files: raw/a.mpr, cycling: b }\nsteps: [cycles]\n",
    2,
    /"b" is no source of this study/,
  ],
  ["no sources", "steps: [cycles]\n", 1, /no raw file is named under sources/],
  ["no file", "sources:\n  a: raw/a.mpr\n  b: raw/*.res\nsteps: [cycles]\n", 3, /"raw\/\*\.res" matches no file/],
  ["no cell file", "cell: sell.yaml\nsources: { a: raw/a.mpr }\nsteps: [cycles]\n", 1, /"sell.yaml" does not exist/],
  ["a step twice", "sources: { a: raw/a.mpr }\nsteps: [cycles, cycles]\n", 2, /named twice/],
  ["a broken line", "title: x\nsources: { a: [ }\nsteps: [cycles]\n", 2, /not valid YAML/],
  ["an empty file", "", 1, /nothing is not a group of keys/],
];

describe("a mistake is reported with its line", () => {
  test.each(wrong)("%s", async (_what, text, line, says) => {
    const error = await study(text).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "STUDY_INVALID", message: expect.stringMatching(says), place: { line } });
  });
});

const bombs = [
  "a: &a [x, x, x, x, x, x, x, x, x]",
  ...["b", "c", "d", "e", "f", "g"].map((k, i) => `${k}: &${k} [${`*${"abcdef"[i]}, `.repeat(9)}]`),
];
const hostile: [what: string, text: string][] = [
  ["a path that leaves the folder", "sources: { a: ../../etc/passwd }\nsteps: [cycles]\n"],
  ["an absolute path", "sources: { a: /etc/passwd }\nsteps: [cycles]\n"],
  ["a pattern that leaves the folder", "sources: { a: 'raw/../../*' }\nsteps: [cycles]\n"],
  ["a cell file elsewhere", "cell: /etc/passwd\nsources: { a: raw/a.mpr }\nsteps: [cycles]\n"],
  ["aliases that multiply", `${bombs.join("\n")}\nsources: *g\nsteps: [cycles]\n`],
  ["a prototype", "sources: { __proto__: raw/a.mpr }\nsteps: [cycles]\n"],
  ["a step that every object has", "sources: { a: raw/a.mpr }\nsteps: [constructor]\n"],
  ["a step map that every object has", "sources: { a: raw/a.mpr }\nsteps: [{ toString: {} }]\n"],
  ["a name that is a path", "sources: { ../a: raw/a.mpr }\nsteps: [cycles]\n"],
  ["megabytes", `title: "${"x".repeat(2 << 20)}"\n`],
  ["a tag of code", "title: !!js/function 'function(){}'\nsources: { a: raw/a.mpr }\nsteps: [{}]\n"],
];

describe("a hostile file is refused", () => {
  test.each(hostile)("%s", async (_what, text) => {
    await expect(study(text)).rejects.toMatchObject({ code: "STUDY_INVALID" });
  });
});

test("a folder without study.yaml is told how to become one", async () => {
  await expect(readStudy(join(root, "raw"))).rejects.toMatchObject({
    code: "FILE_MISSING",
    message: expect.stringContaining("thioscope new"),
  });
});

/** A general validator is the oracle: it and the walk through the schema take the same files. */
test("what JSON Schema's own validator takes is taken, and nothing else", () => {
  const validate = new Ajv({ allowUnionTypes: true }).compile(STUDY_SCHEMA);
  const takes = (data: unknown): boolean => {
    const refused = new Error();
    const fail = (): never => {
      throw refused;
    };
    try {
      checkStructure(data, STUDY_SCHEMA as Schema, { fail });
      return true;
    } catch (error) {
      if (error === refused) return false;
      throw error;
    }
  };
  const word = fc.constantFrom("cycles", "dqdv", "eis", "thermo", "topology", "nothing", "auto", "5 mV", "", "x".repeat(1001));
  const value = fc.oneof(
    word,
    fc.integer({ min: -3, max: 12 }),
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(word, { maxLength: 3 }),
  );
  const key = fc.constantFrom("bin", "peaks", "reference", "gain", "compounds", "max_dimension", "circuit", "electrolyte_share", "other");
  const parameters = fc.oneof(fc.dictionary(key, value, { maxKeys: 2 }), value);
  const step = fc.oneof(word, fc.dictionary(word, parameters, { maxKeys: 2 }), value);
  const source = fc.oneof(value, fc.dictionary(fc.constantFrom("files", "kind", "cell", "mapping", "other"), value, { maxKeys: 3 }));
  const often = <T, U>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<U>) =>
    fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: other });
  const study = fc.record(
    {
      title: often(fc.constant("a title"), value),
      cell: often(fc.constant("cell.yaml"), value),
      sources: often(fc.dictionary(fc.constantFrom("a", "b-2", "../x", "é"), often(fc.constant("raw/*"), source), { maxKeys: 2 }), value),
      steps: often(fc.array(often(fc.constantFrom("cycles", "dqdv"), step), { minLength: 1, maxLength: 3 }), value),
    },
    { requiredKeys: ["steps"] },
  );
  let taken = 0;
  fc.assert(
    fc.property(study, (data) => {
      const expected = validate(data);
      if (expected) taken++;
      expect(takes(data)).toBe(expected);
    }),
    { seed: 11, numRuns: 2000 },
  );
  expect(taken).toBeGreaterThan(300);
});

test("a study whose name is slipped is told", async () => {
  for (const name of ["cell-12", "cell-13-long"]) {
    await mkdir(join(root, "studies", name), { recursive: true });
    await writeFile(join(root, "studies", name, "study.yaml"), "x");
  }
  await expect(readStudy(join(root, "studies", "cel-12"))).rejects.toThrow(`did you mean ${join(root, "studies", "cell-12")}?`);
  await expect(readStudy(join(root, "cell-12"))).rejects.toThrow(`did you mean ${join(root, "studies", "cell-12")}?`);
  await expect(readStudy(join(root, "something else"))).rejects.not.toThrow("did you mean");
});
