/**
 * What we write, opened by the programs it is for: an export by h5py, pandas, DuckDB, h5wasm by the rules of h5web, its RO-Crate against the published schema
 * and expanded as linked data; an Athena project by Larch, a geometry by pyFAI, structures by pymatgen, a trajectory by ASE. Expected values are those
 * that were written, or algebra. Programs in Python are Debian's (`command -p python3`); where one is not installed its test skips and says so.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { normalizeSpectrum } from "@thioscope/core/absorption";
import { phaseStructure } from "@thioscope/core/crystal";
import type { DetectorGeometry } from "@thioscope/core/diffraction";
import { athenaProject, writeAthena, writeExtxyz, writePoni, writeStructureCif } from "@thioscope/formats";
import { openDatabase } from "@thioscope/study";
import { VIRTUAL_CELLS, virtualCycling, writeVirtual } from "@thioscope/virtual";
import { Ajv } from "ajv";
import * as h5wasm from "h5wasm/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { thioscope } from "../cli/thioscope.ts";
import { CONTEXTS } from "./jsonldContexts.ts";

const CELL = readFileSync(new URL("../../studies/na-s-operando/cell.yaml", import.meta.url), "utf8");
const STUDY = `title: "cell 12, first cycles"
cell: cell.yaml
sources:
  run: raw/run 1.mpt
  sites: { files: raw/*.points.csv, kind: points }
steps: [cycles, { dqdv: { peaks: true } }, topology, story]
`;

let folder = "";
let out = "";
type Answers = Record<string, unknown>;
let answers: Answers = {};

const ask = (asked: Answers): Answers => {
  const script = fileURLToPath(new URL("opened-by-others.py", import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const done = spawnSync("sh", ["-c", `command -p python3 "${script}"`], {
    input: JSON.stringify(asked),
    encoding: "utf8",
    env,
    maxBuffer: 1 << 28,
  });
  return done.status === 0 ? (JSON.parse(done.stdout) as Answers) : {};
};

const inside = (ending: string): string[] =>
  readdirSync(out, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .sort();

/** Iron's edge as a step with a line: what matters is that the numbers come back. */
const energy = Float64Array.from({ length: 400 }, (_, i) => 7000 + i);
const mu = energy.map((e) => 0.5 + Math.atan(e - 7112) / Math.PI + 0.5 + 0.4 * Math.exp(-(((e - 7115) / 3) ** 2)));
const PHASES = ["Na2S", "Na3PS4"];
const GEOMETRY: DetectorGeometry = {
  distanceMetre: 0.31,
  poni1Metre: 0.012,
  poni2Metre: 0.0345,
  rot1: 0.001,
  rot2: -0.02,
  rot3: 0,
  pixel1Metre: 1e-4,
  pixel2Metre: 2e-4,
  wavelengthMetre: 1.424e-11,
  orientation: 3,
  shape: [100, 120],
};
const FRAMES = [0, 1].map((k) => ({
  species: ["Na", "Na", "S"],
  positions: Float64Array.of(0, 0, 0, 1 + k, 2, 3, 4, 5, 6),
  cell: Float64Array.of(10, 0, 0, 1, 11, 0, 0, 0, 12),
  step: k,
  timeFs: 2 * k,
}));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-others-"));
  mkdirSync(join(folder, "study/raw"), { recursive: true });
  const square = "x,y,z\n0,0,0\n1,0,0\n1,1,0\n0,1,0\n";
  writeFileSync(join(folder, "study/study.yaml"), STUDY);
  writeFileSync(join(folder, "study/cell.yaml"), CELL);
  writeFileSync(
    join(folder, "study/raw/run 1.mpt"),
    writeVirtual(virtualCycling(VIRTUAL_CELLS["na-s-nps"], "others", undefined, 400), "biologic-mpt"),
  );
  writeFileSync(join(folder, "study/raw/square.points.csv"), square);
  expect((await thioscope(folder, "run", "study")).stderr).not.toMatch(/failed/);
  const made = await thioscope(folder, "export", "study", "-o", "out", "--licence", "CC-BY-4.0", "--raw", "--json");
  expect(made.stderr).toBe("");
  out = join(folder, "out");
  const spectrum = normalizeSpectrum({ name: "iron", energy, mu, sigma: null });
  writeFileSync(join(folder, "iron.prj"), writeAthena(athenaProject([{ ...spectrum, mu }], "Fe")));
  writeFileSync(join(folder, "geometry.poni"), writePoni(GEOMETRY));
  for (const phase of PHASES) writeFileSync(join(folder, `${phase}.cif`), writeStructureCif(phaseStructure(phase)));
  writeFileSync(join(folder, "frames.xyz"), FRAMES.map(writeExtxyz).join(""));
  const crate = JSON.parse(readFileSync(join(out, "ro-crate-metadata.json"), "utf8")) as object;
  const cell = JSON.parse(readFileSync(join(out, "cell.jsonld"), "utf8")) as object;
  answers = ask({
    nexus: out,
    csv: out,
    cycles: [join(out, inside("cycles/cycles.csv")[0]!), "discharge_capacity"],
    parquet: inside(".parquet").map((name) => join(out, name)),
    prj: join(folder, "iron.prj"),
    poni: join(folder, "geometry.poni"),
    cif: PHASES.map((phase) => join(folder, `${phase}.cif`)),
    extxyz: join(folder, "frames.xyz"),
    jsonld: { contexts: CONTEXTS, documents: [crate, cell] },
  });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A test that needs a program: skips with its name where that is not installed. */
function withProgram(program: string, title: string, body: (answer: never) => void | Promise<void>): void {
  test(`${program}: ${title}`, async ({ skip }) => {
    const answer = answers[ASKED[program]!];
    if (answer === undefined || answer === null) skip(`${program} is not installed`);
    expect(answer).not.toHaveProperty("failed");
    await body(answer as never);
  });
}
const ASKED: Readonly<Record<string, string>> = {
  h5py: "nexus",
  "pandas, CSV": "csv",
  "pandas, Parquet": "parquet",
  Larch: "prj",
  pyFAI: "poni",
  pymatgen: "cif",
  ASE: "extxyz",
  PyLD: "jsonld",
};

describe("an export", () => {
  withProgram(
    "h5py",
    "the chain of defaults ends at NXdata, axes fit their signals, errors their fields",
    (files: { path: string; default: string; data: number; mistakes: string[] }[]) => {
      expect(files.map(({ path }) => path)).toEqual(inside(".nxs"));
      expect(files.length).toBeGreaterThan(4);
      for (const { default: kind, data, mistakes } of files) {
        expect(mistakes).toEqual([]);
        expect(kind).toBe("NXdata");
        expect(data).toBeGreaterThan(0);
      }
    },
  );

  test("h5wasm, by the rules of h5web: every default has a signal with axes of its shape, errors and units", async () => {
    const { FS } = await h5wasm.ready;
    for (const name of inside(".nxs")) {
      FS.writeFile("/opened.nxs", readFileSync(join(out, name)));
      const file = new h5wasm.File("/opened.nxs", "r");
      let group: h5wasm.Group = file;
      while (group.attrs.default) group = group.get(String(group.attrs.default.value)) as h5wasm.Group;
      expect(group.attrs.NX_class?.value).toBe("NXdata");
      const signal = group.get(String(group.attrs.signal?.value)) as h5wasm.Dataset;
      const axes = [group.attrs.axes?.value].flat() as string[];
      expect(axes).toHaveLength(signal.shape!.length);
      for (const [k, axis] of axes.entries()) {
        if (axis === ".") continue;
        // points, or edges: one more
        const length = (group.get(axis) as h5wasm.Dataset).shape![0]!;
        expect([signal.shape![k], signal.shape![k]! + 1]).toContain(length);
      }
      file.close();
    }
  });

  withProgram("pandas, CSV", "every CSV has a line of names and one of units", (tables: number) => {
    expect(tables).toBe(inside(".csv").length);
  });

  withProgram("pandas, Parquet", "every table", (tables: [string[], number][]) => {
    expect(tables).toHaveLength(inside(".parquet").length);
    for (const [columns, rows] of tables) expect(columns.length * rows).toBeGreaterThan(0);
  });

  test("DuckDB: the table of cycles has the rows and values of its CSV", async () => {
    const database = await openDatabase([join(folder, "study")]);
    const { rows } = await database.query("select cycle, discharge_mah from cycles order by cycle");
    database.close();
    const [names, , ...lines] = readFileSync(join(out, inside("cycles/cycles.csv")[0]!), "utf8")
      .trimEnd()
      .split("\n");
    const columns = ["cycle", "discharge_mah"].map((name) => names!.split(",").indexOf(name));
    expect(rows.map((row) => row.map(Number))).toEqual(lines.map((line) => columns.map((column) => Number(line.split(",")[column]))));
  });

  test("figures are SVG with their data beside them", () => {
    const figures = inside(".svg");
    expect(figures.map((name) => name.replace(/^.*-/, ""))).toEqual(expect.arrayContaining(["capacity.svg", "dqdv.svg", "barcode.svg"]));
    for (const name of figures) {
      expect(readFileSync(join(out, name), "utf8")).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="170mm"/);
      expect(readFileSync(join(out, name.replace(/svg$/, "csv")), "utf8").split("\r\n").length).toBeGreaterThan(3);
    }
  });

  test("the crate is what RO-Crate 1.1 and Process Run Crate demand; files are there with their hashes; every reference leads to an entity", () => {
    const crate = JSON.parse(readFileSync(join(out, "ro-crate-metadata.json"), "utf8")) as { "@graph": Record<string, unknown>[] };
    const schema = JSON.parse(readFileSync(new URL("../../docs/reference/schema/ro-crate.schema.json", import.meta.url), "utf8")) as object;
    const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false, formats: { uri: /^[a-z]+:\S+$/ } });
    const validate = ajv.compile(schema);
    expect(validate(crate) ? [] : validate.errors).toEqual([]);
    const entities = new Map(crate["@graph"].map((entity) => [entity["@id"] as string, entity]));
    expect(entities.size).toBe(crate["@graph"].length);
    const files = crate["@graph"].filter((entity) => entity["@type"] === "File");
    for (const file of files) {
      const bytes = readFileSync(join(out, decodeURIComponent(file["@id"] as string)));
      expect([file.contentSize, file.sha256]).toEqual([String(bytes.length), createHash("sha256").update(bytes).digest("hex")]);
    }
    const known = new Set(files.map((file) => decodeURIComponent(file["@id"] as string)));
    const there = readdirSync(out, { recursive: true, encoding: "utf8" }).filter(
      (name) => statSync(join(out, name)).isFile() && name !== "ro-crate-metadata.json",
    );
    expect(there.filter((name) => !known.has(name))).toEqual([]);
    expect(known.has("raw/run 1.mpt")).toBe(true);
    const elsewhere = /^https?:\/\//;
    for (const entity of crate["@graph"]) {
      for (const value of Object.values(entity).flat() as unknown[]) {
        const id = (value as { "@id"?: string } | null)?.["@id"];
        if (id !== undefined && !elsewhere.test(id)) expect(entities.has(id), `${String(entity["@id"])} → ${id}`).toBe(true);
      }
    }
    const runs = crate["@graph"].filter((entity) => entity["@type"] === "CreateAction");
    const cycles = runs.find((run) => run.name === "cycles of raw/run 1.mpt")!;
    const objects = (cycles.object as { "@id": string }[]).map((object) => entities.get(object["@id"])!);
    expect(objects.map((object) => object.name)).toEqual(
      expect.arrayContaining(["cell.yaml", "table.parquet", "reference", "faraday", "thioscope"]),
    );
  });

  withProgram(
    "PyLD",
    "expanded as linked data nothing is dropped",
    ([crate, cell]: [Record<string, unknown>[], Record<string, unknown>[]]) => {
      const written = JSON.parse(readFileSync(join(out, "ro-crate-metadata.json"), "utf8")) as { "@graph": Record<string, unknown>[] };
      // every property of every entity has become an identifier
      const keys = (entities: Record<string, unknown>[]): number => entities.reduce((sum, entity) => sum + Object.keys(entity).length, 0);
      expect(crate).toHaveLength(written["@graph"].length);
      expect(keys(crate)).toBe(keys(written["@graph"]));
      const [battery] = cell;
      const emmo = "https://w3id.org/emmo";
      const of = (id: string): Record<string, unknown>[] => battery![id] as Record<string, unknown>[];
      expect(battery!["@type"]).toEqual([`${emmo}/domain/battery#battery_68ed592a_7924_45d0_a108_94d6275d57f0`]);
      const cathode = of(`${emmo}/domain/electrochemistry#electrochemistry_8e9cf965_9f92_46e8_b678_b50410ce3616`)[0]!;
      const properties = cathode[`${emmo}#EMMO_e1097637_70d2_4895_973f_2396f04fa204`] as Record<string, unknown>[];
      const mass = properties.find(
        (property) => (property["@type"] as string[])[0] === `${emmo}#EMMO_ed4af7ae_63a2_497e_bb88_2309619ea405`,
      )!;
      // 5 mg
      expect(mass[`${emmo}#EMMO_8ef3cd6d_ae58_4a8d_9fc0_ad8f49015cd0`]).toEqual([
        { "@type": [`${emmo}#RealData`], [`${emmo}#hasNumberValue`]: [{ "@value": 5e-6 }] },
      ]);
      expect(mass[`${emmo}#EMMO_bed1d005_b04e_4a90_94cf_02bc678a8569`]).toEqual([{ "@id": `${emmo}#Kilogram` }]);
    },
  );

  test("made again it has the same bytes; other files are not written over", async () => {
    const before = readFileSync(join(out, "ro-crate-metadata.json"), "utf8");
    expect((await thioscope(folder, "export", "study", "-o", "out", "--licence", "CC-BY-4.0", "--raw")).code).toBe(0);
    expect(readFileSync(join(out, "ro-crate-metadata.json"), "utf8")).toBe(before);
    const refused = await thioscope(folder, "export", "study", "-o", "study");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("holds other files")]);
  });
});

describe("single files", () => {
  withProgram("Larch", "an Athena project has the spectrum's energies and μ", (groups: Record<string, [number, number, number]>) => {
    const [[first, last, points]] = Object.values(groups) as [[number, number, number]];
    expect([first, points]).toEqual([7000, 400]);
    expect(last).toBeCloseTo(mu.at(-1)!, 9);
  });

  withProgram("pyFAI", "a PONI file has the geometry", (values: number[]) => {
    const { distanceMetre, poni1Metre, poni2Metre, rot1, rot2, rot3, wavelengthMetre } = GEOMETRY;
    expect(values).toEqual([distanceMetre, poni1Metre, poni2Metre, rot1, rot2, rot3, wavelengthMetre]);
  });

  withProgram("pymatgen", "CIF files have cell and atoms", (found: Record<string, unknown[]>) => {
    for (const phase of PHASES) {
      const { cell, group } = phaseStructure(phase);
      const [a, b, c, alpha, beta, gamma, atoms, formula] = found[join(folder, `${phase}.cif`)]!;
      expect([a, b, c, alpha, beta, gamma].map(Number)).toEqual(cell.parameters.map((value) => expect.closeTo(value, 6)));
      expect([atoms, formula, group.operations.length > 0]).toEqual([phase === "Na2S" ? 12 : 16, phase, true]);
    }
  });

  withProgram("ASE", "extended XYZ has frames, symbols, cell and positions", (frames: [number, string, number[][], number[][]][]) => {
    expect(frames).toHaveLength(2);
    for (const [k, [atoms, formula, cell, positions]] of frames.entries()) {
      expect([atoms, formula]).toEqual([3, "Na2S"]);
      expect(cell.flat()).toEqual(Array.from(FRAMES[k]!.cell));
      expect(positions.flat()).toEqual(Array.from(FRAMES[k]!.positions));
    }
  });
});
