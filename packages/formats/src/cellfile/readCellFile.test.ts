import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ThioscopeError } from "@thioscope/core";
import { auditCell, cellCard } from "@thioscope/core/cell";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Places } from "../yaml/index.ts";
import { CELL_SCHEMA, readCellFile } from "./index.ts";
import { checkStructure } from "./schema.ts";

const examples = fileURLToPath(new URL("examples/", import.meta.url));
const EXAMPLES = readdirSync(examples).map((name): [string, string] => [name, readFileSync(examples + name, "utf8")]);

const TOUR = `name: S|NPS cell 12
diameter: 10 mm
temperature: 80 °C
stack: { pressure: 50 MPa }
layers:                      # from the anode to the cathode collector
  - { role: anode,     composition: { Na15Sn4: 80 wt%, C: 20 wt% }, mass: 100 mg }
  - { role: separator, composition: { Na3PS4: 100 wt% }, mass: 80 mg }
  - { role: cathode,   composition: { S: 33 wt%, C: 17 wt%, Na3PS4: 50 wt% }, mass: 5 mg, active: S }
reference: Na15Sn4
`;

function failure(text: string): ThioscopeError {
  try {
    readCellFile(text, "cell.yaml");
  } catch (error) {
    if (error instanceof ThioscopeError) return error;
    throw error;
  }
  throw new Error("the text was accepted");
}

describe("a cell file", () => {
  test("keeps quantities as written, with their lines", () => {
    const cell = readCellFile(TOUR, "cell.yaml");
    expect(cell).toMatchObject({
      name: "S|NPS cell 12",
      file: "cell.yaml",
      geometry: { kind: "diameter", diameter: { quantity: { value: 10, sigma: null, unit: "mm" }, text: "10 mm", line: 2 } },
      temperature: { quantity: { value: 80, unit: "°C" } },
      stack: { pressure: { quantity: { value: 50, unit: "MPa" } } },
      reference: { electrode: "Na15Sn4", line: 9 },
    });
    expect(cell.layers.map((l) => [l.role, l.line])).toEqual([
      ["anode", 6],
      ["separator", 7],
      ["cathode", 8],
    ]);
    expect(cell.layers[2]).toMatchObject({ active: ["S"], mass: { text: "5 mg", line: 8 } });
    expect(JSON.parse(JSON.stringify(cell))).toEqual(cell);
  });

  // What the tour prints for this file.
  test("gives 1.65 mg S, 2.10 mg/cm², 1 C = 1672 mA/g = 2.76 mA, separator 463 µm, 3.51 mAh/cm²", () => {
    const lines = cellCard(readCellFile(TOUR, "cell.yaml")).lines;
    const of = (label: string): unknown => lines.find((l) => l.label === label)?.answer;
    expect(of("S")).toMatchObject({ value: expect.closeTo(1.65, 6), unit: "mg" });
    expect(of("S loading")).toMatchObject({ value: expect.closeTo(2.1, 2), unit: "mg/cm2" });
    expect(of("1 C, specific")).toMatchObject({ value: expect.closeTo(1672, 0), unit: "mA/g" });
    expect(of("1 C")).toMatchObject({ value: expect.closeTo(2.76, 2), unit: "mA" });
    expect(of("separator thickness")).toMatchObject({ value: expect.closeTo(463, 0), unit: "µm" });
    expect(of("areal capacity")).toMatchObject({ value: expect.closeTo(3.51, 2), unit: "mAh/cm2" });
  });

  test("errors, ranges, assumptions, nested mixtures, parts, own materials, loads", () => {
    const cell = readCellFile(
      `name: x
area: 0.785 ± 0.005 cm2
press: 3 t
stack: { force: 5 kN }
materials:
  NPS: { density: 2.1 ± 0.05 g/cm3 }
  salt: { formula: NaCl, density: 2.16 g/cm3 }
layers:
  - role: cathode
    composition:
      S@C: { share: 20 wt%, of: { S: 2 parts, C: 1 part } }
      NPS: { value: 70 wt%, assumed: weighed together with the salt }
      salt: 10 wt%
    mass: 3.2–3.5 mg
    porosity: { value: 10 %, assumed: not measured }
    active: [S]
`,
      "x.yaml",
    );
    expect(cell.geometry).toMatchObject({ area: { quantity: { value: 0.785, sigma: 0.005 } } });
    expect(cell.press).toMatchObject({ force: { quantity: { value: 3, unit: "tf" } } });
    expect(cell.stack).toMatchObject({ force: { quantity: { value: 5, unit: "kN" } } });
    expect(cell.materials.Na3PS4).toMatchObject({ density: { quantity: { value: 2.1, sigma: 0.05 } } });
    const [layer] = cell.layers;
    expect(layer?.mass).toMatchObject({ range: [3.2, 3.5], quantity: { sigma: expect.closeTo(0.3 / Math.sqrt(12), 12) } });
    expect(layer?.porosity?.assumed).toBe("not measured");
    expect(layer?.composition[0]).toMatchObject({
      name: "S@C",
      of: [
        { name: "S", parts: true },
        { name: "C", parts: true },
      ],
    });
    expect(auditCell(cell)).toEqual([]);
  });

  test.each(["3.2-3.5 mg", "3.2 – 3.5 mg", "3.2 to 3.5 mg", "3.2..3.5 mg"])("%s is a range", (text) => {
    const cell = readCellFile(TOUR.replace("mass: 5 mg", `mass: ${text}`), "x.yaml");
    expect(cell.layers[2]?.mass?.range).toEqual([3.2, 3.5]);
  });

  test.each([
    ["C/10", 0.1],
    ["0.5C", 0.5],
    ["1C", 1],
    ["2 C", 2],
    ["0.1 1/h", 0.1],
  ])("a rate of %s", (text, expected) => {
    const cell = readCellFile(`${TOUR}stated: { currents: [ { rate: ${text} } ] }\n`, "x.yaml");
    expect(cell.stated.currents?.[0]?.rate?.quantity).toMatchObject({ value: expected, unit: "1/h" });
  });

  test.each(EXAMPLES)("%s is read, and its card is complete", (name, text) => {
    const card = cellCard(readCellFile(text, name));
    expect(card.lines.length).toBeGreaterThan(15);
    expect(card.layers.length).toBeGreaterThan(2);
  });
});

describe("mistakes are told with line, column, value, what is allowed, and a suggestion", () => {
  test.each([
    ["diameter:", "diametre:", 2, /unknown key "diametre", did you mean "diameter"\?; allowed are name/],
    ["mass: 80 mg", "mass: 80 mgg", 7, /"mgg" is not a unit, did you mean mg\?/],
    ["mass: 80 mg", "mass: 80 mm", 7, /"80 mm" has the wrong unit: allowed are mg/],
    ["mass: 80 mg", "mass: -80 mg", 7, /must be more than 0 mg/],
    ["mass: 80 mg", "mass: 80", 7, /"80" has no unit.*for instance 5 mg/],
    ["mass: 80 mg", "mass: 4–3 mg", 7, /not a range/],
    ["mass: 5 mg,", "masss: 5 mg,", 8, /did you mean "mass"/],
    ["Na3PS4: 100 wt%", "Na3PS4x: 100 wt%", 7, /neither a known material nor a formula, did you mean "Na3PS4"/],
    ["S: 33 wt%", "sulphr: 33 wt%", 8, /did you mean "sulphur"/],
    ["S: 33 wt%", "S: 33 vol%", 8, /shares are by mass/],
    ["S: 33 wt%", "S: 0.33", 8, /no unit/],
    ["S: 33 wt%", "S: 133 wt%", 8, /at most 100/],
    ["S: 33 wt%", "S: 2 parts", 8, /parts and wt% cannot be mixed/],
    ["role: cathode", "role: catode", 8, /did you mean "cathode"\?; allowed are anode, separator/],
    ["active: S", "active: P", 8, /"P" is not in the composition.*did you mean "S"/],
    ["reference: Na15Sn4", "reference: Na15Sn5", 9, /did you mean "Na15Sn4"/],
    ["50 MPa", "50 mV", 4, /wrong unit: allowed are MPa/],
    ["80 °C", "-300 °C", 3, /at least -273.15/],
    ["name: S|NPS cell 12\n", "", 1, /"name" is missing: for instance name: S\|NPS cell 12/],
    ["name: S|NPS cell 12", "name: [", 2, /not valid YAML/],
    ["diameter: 10 mm", "diameter: 10 mm\narea: 1 cm2", 3, /either diameter or area/],
  ])("%s → %s", (from, to, line, message) => {
    const error = failure(TOUR.replace(from, to));
    expect(error).toMatchObject({ code: "CELL_INVALID", place: { file: "cell.yaml", line } });
    expect(error.place.column).toBeGreaterThan(0);
    expect(error.message).toMatch(message);
  });

  test("the offset counts bytes", () => {
    const text = TOUR.replace("name: S|NPS cell 12", "name: °°°").replace("mass: 80 mg", "mass: 80 mgg");
    const { offset } = failure(text).place;
    expect(new TextDecoder().decode(new TextEncoder().encode(text).slice(offset)).startsWith("80 mgg")).toBe(true);
  });

  test.each(["", "- a", "1", "null", "a: &a [*a]", "&a [*a]", "x: !!js/function 1", "---\na: 1\n---\nb: 2", "name: x\nlayers: 3", "{"])(
    "%j is refused",
    (text) => {
      expect(failure(text).code).toBe("CELL_INVALID");
    },
  );

  test("a huge file and an alias bomb are refused quickly", () => {
    expect(failure("#".repeat(1_000_001)).message).toContain("at most 1000000 characters");
    const bomb = [
      "a: &a [x, x, x, x, x, x, x, x, x]",
      ..."bcdefghi".split("").map((k, i) => `${k}: &${k} [${`*${"abcdefgh"[i]}, `.repeat(9)}]`),
    ].join("\n");
    expect(failure(bomb).code).toBe("CELL_INVALID");
  });

  test("files cut anywhere or with a byte changed never crash", () => {
    const [, sample] = EXAMPLES[0]!;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: sample.length - 1 }), fc.option(fc.string({ minLength: 1, maxLength: 3 })), (at, insert) => {
        const text = insert === null ? sample.slice(0, at) : sample.slice(0, at) + insert + sample.slice(at + 1);
        try {
          cellCard(readCellFile(text, "x"));
        } catch (error) {
          expect(error).toBeInstanceOf(ThioscopeError);
          expect((error as ThioscopeError).code).toBe("CELL_INVALID");
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe("the schema", () => {
  const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false }).compile(CELL_SCHEMA);
  const structural = (data: unknown): boolean => {
    const refused = new Error();
    const places: Places = {
      file: "x",
      lineOf: () => undefined,
      fail() {
        throw refused;
      },
    };
    try {
      checkStructure(data, places);
      return true;
    } catch (error) {
      if (error === refused) return false;
      throw error;
    }
  };

  test.each(EXAMPLES)("accepts %s", (_, text) => {
    validate(parse(text));
    expect(validate.errors).toBeNull();
  });

  test("says the same as a general validator of JSON Schema (ajv) on changed files", () => {
    const samples = [TOUR, ...EXAMPLES.map(([, text]) => text)].map((text) => parse(text) as unknown);
    const leaf = fc.constantFrom<unknown>(
      "5 mg",
      5,
      null,
      true,
      [],
      {},
      { value: "5 mg" },
      { value: "5 mg", assumed: "x" },
      { share: "1 wt%" },
      "",
      { pressure: "1 MPa" },
    );
    const key = fc.constantFrom("mass", "name", "value", "of", "extra", "role", "share");
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.constantFrom("replace", "drop", "add"),
        leaf,
        key,
        (sample, pick, how, value, name) => {
          const data = structuredClone(sample);
          const places = placesIn(data);
          const [owner, at] = places[pick % places.length]!;
          if (how === "replace") Reflect.set(owner, at, value);
          else if (how === "drop" && !Array.isArray(owner)) Reflect.deleteProperty(owner, at);
          else if (!Array.isArray(owner)) Reflect.set(owner, name, value);
          expect(structural(data)).toBe(validate(data));
        },
      ),
      { numRuns: 3000 },
    );
  });
});

/** Every (object, key) of a document. */
function placesIn(data: unknown): [object, string][] {
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([key, value]): [object, string][] => [[data, key], ...placesIn(value)]);
}

test("the reference names every key of the schema", () => {
  const page = readFileSync(fileURLToPath(new URL("../../../../docs/reference/cell-file.md", import.meta.url)), "utf8");
  const keys = (node: unknown): string[] => {
    if (typeof node !== "object" || node === null) return [];
    const { properties, ...rest } = node as { properties?: Record<string, unknown> };
    const own = Object.entries(properties ?? {}).flatMap(([key, value]) => [key, ...keys(value)]);
    return [...own, ...Object.values(rest).flatMap(keys)];
  };
  for (const key of new Set(keys(CELL_SCHEMA))) expect(page).toMatch(new RegExp(`\\b${key}\\b`));
});
