import { lstat, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeTiff } from "@thioscope/formats";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cyclingCsv } from "../../../tests/studies.ts";
import { newStudy } from "./newStudy.ts";
import { runStudy } from "./run.ts";
import { readStudy } from "./studyFile.ts";

let folder: string;
const CSV = cyclingCsv(2);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "thioscope-new-"));
  await mkdir(join(folder, "from/b"), { recursive: true });
  await writeFile(join(folder, "from/cell 12: #1.csv"), CSV);
  await writeFile(join(folder, "from/b/cell.csv"), CSV);
  await writeFile(join(folder, "from/notes.txt"), "bought milk\n");
  await writeFile(join(folder, "from/empty.ndax"), "");
  await writeFile(join(folder, "from/.hidden"), CSV);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("what is recognised is taken, what is not stands in study.yaml with the reason", async () => {
  const study = join(folder, "study");
  const found = await newStudy(study, [join(folder, "from")]);
  expect(found.map((f) => [f.name, f.path, f.rows])).toEqual([
    ["cell.csv", "raw/b/cell.csv", 252],
    ["cell 12: #1.csv", "raw/cell 12: #1.csv", 252],
    ["empty.ndax", null, null],
    ["notes.txt", null, null],
  ]);
  const yaml = await readFile(join(study, "study.yaml"), "utf8");
  expect(yaml).toMatch(/# +notes\.txt: its content belongs to no format/);
  expect(yaml).toMatch(/# +empty\.ndax: .*empty/);
  expect(yaml).toMatch(/bdf-csv, cycling, 252 rows/);
  expect(await readFile(join(study, "raw/b/cell.csv"), "utf8")).toBe(CSV);
  // the template guesses nothing
  const cell = await readFile(join(study, "cell.yaml"), "utf8");
  expect(cell.split("\n").every((line) => line === "" || line.startsWith("#"))).toBe(true);
  // what was written runs
  const read = await readStudy(study);
  expect(read.files.map((f) => f.path).sort()).toEqual(["raw/b/cell.csv", "raw/cell 12: #1.csv"]);
  const done = await runStudy({ ...read, steps: read.steps.filter((s) => s.name !== "story") });
  expect(done.index.files.every((f) => f.error === null)).toBe(true);
});

test("--link leaves the files where they are", async () => {
  const study = join(folder, "study");
  await newStudy(study, [join(folder, "from/b/cell.csv")], { link: true });
  expect((await lstat(join(study, "raw/cell.csv"))).isSymbolicLink()).toBe(true);
  expect((await readStudy(study)).files).toHaveLength(1);
});

test("files of equal name from two folders are both taken", async () => {
  await writeFile(join(folder, "from/cell.csv"), CSV);
  const found = await newStudy(join(folder, "study"), [join(folder, "from/cell.csv"), join(folder, "from/b/cell.csv")]);
  expect(found.map((f) => [f.source, f.path])).toEqual([
    ["cell", "raw/cell.csv"],
    ["cell_2", "raw/cell_2.csv"],
  ]);
});

test("a study is not overwritten, nor a raw file; nothing recognised is an error", async () => {
  const study = join(folder, "study");
  await mkdir(join(study, "raw"), { recursive: true });
  await writeFile(join(study, "raw/cell.csv"), "mine");
  await expect(newStudy(study, [join(folder, "from/b")])).rejects.toMatchObject({ code: "WRITE_FAILED" });
  expect(await readFile(join(study, "raw/cell.csv"), "utf8")).toBe("mine");
  await writeFile(join(study, "study.yaml"), "");
  await expect(newStudy(study, [join(folder, "from")])).rejects.toMatchObject({ code: "USAGE" });
  await expect(newStudy(join(folder, "s2"), [join(folder, "from/notes.txt")])).rejects.toMatchObject({
    code: "USAGE",
    message: expect.stringContaining("notes.txt"),
  });
  await expect(newStudy(join(folder, "s3"), [join(folder, "absent")])).rejects.toMatchObject({ code: "FILE_MISSING" });
});

test("files that lie in the study's raw/ already stay there", async () => {
  const study = join(folder, "study");
  await mkdir(join(study, "raw"), { recursive: true });
  await writeFile(join(study, "raw/mine.csv"), CSV);
  const found = await newStudy(study, [join(study, "raw")]);
  expect(found.map((f) => f.path)).toEqual(["raw/mine.csv"]);
});

test("a cell file that is given is checked, copied and named; one that is there already stays", async () => {
  const file = join(folder, "my cell.yaml");
  await writeFile(file, "name: cell 12\nlayers:\n  - { role: cathode, composition: { S: 100 wt% }, mass: 5 mg }\n");
  const study = join(folder, "study");
  await newStudy(study, [join(folder, "from/b")], { cell: file });
  expect(await readFile(join(study, "cell.yaml"), "utf8")).toBe(await readFile(file, "utf8"));
  expect((await readStudy(study)).cell).toBe("cell.yaml");

  const other = join(folder, "other");
  await mkdir(other);
  await writeFile(join(other, "cell.yaml"), "name: another\nlayers: []\n");
  await expect(newStudy(other, [join(folder, "from/b")], { cell: file })).rejects.toMatchObject({ code: "WRITE_FAILED" });
  await writeFile(file, "name: cell 12\nlayers: apples\n");
  await expect(newStudy(join(folder, "s2"), [join(folder, "from/b")], { cell: file })).rejects.toMatchObject({ code: "CELL_INVALID" });
});

const columns = (from: number, to: number, step: number): string =>
  Array.from(
    { length: Math.round((to - from) / step) + 1 },
    (_, i) => `${(from + i * step).toFixed(4)} ${(100 + 50 * Math.cos(i / 9)).toFixed(3)}`,
  ).join("\n");

test("patterns of total scattering are told from powder patterns, with what they were transformed with before", async () => {
  const raw = join(folder, "patterns");
  await mkdir(raw, { recursive: true });
  const gr =
    "[DEFAULT]\nversion = diffpy.pdfgetx-2.2.1\ndataformat = twotheta\ninputfile = sample.xye\nbackgroundfiles = capillary.xye\nwavelength = 0.270793\ncomposition = LaB6\nrpoly = 1.3\n\n#### start data\n";
  for (const [name, text] of Object.entries({
    "sample.xye": columns(1.6, 60, 0.02),
    "capillary.xye": columns(1.6, 60, 0.02),
    "sample.gr": gr + columns(0.01, 30, 0.01),
    "nickel.iq": columns(0.01, 26, 0.01),
    "lab.xy": columns(10, 80, 0.02),
    "phase.cif":
      "data_rocksalt\n_cell_length_a 5.64\n_cell_length_b 5.64\n_cell_length_c 5.64\n_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90\n_space_group_name_H-M_alt 'F m -3 m'\nloop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nNa Na 0 0 0\nCl Cl 0.5 0.5 0.5\n",
  }))
    await writeFile(join(raw, name), text);
  const root = join(folder, "patterns-study");
  const found = await newStudy(root, [raw]);
  expect(found.filter(({ path }) => path === null)).toEqual([]);
  const { sources, steps } = await readStudy(root);
  const of = (name: string) => sources.find((source) => source.name === name)!;
  expect(of("scattering")).toMatchObject({ files: ["raw/nickel.iq"], settings: { composition: "auto" } });
  expect(of("scattering_2")).toMatchObject({
    files: ["raw/sample.xye"],
    settings: { composition: "LaB6", wavelength: "0.270793 Å" },
    settingFiles: { background: "raw/capillary.xye" },
  });
  // the one structure that lies beside a powder pattern is looked for in it
  expect(of("powder")).toMatchObject({ files: ["raw/lab.xy"], settingFiles: { structures: "raw/phase.cif" } });
  expect(steps.find(({ name }) => name === "powder")?.parameters.phases).toEqual(["rocksalt"]);
});

test("without a structure the step over powder patterns waits for its phases", async () => {
  const raw = join(folder, "bare");
  await mkdir(raw, { recursive: true });
  await writeFile(join(raw, "lab.xy"), columns(10, 80, 0.02));
  await writeFile(
    join(raw, "run.csv"),
    "test_time_second,voltage_volt,current_ampere\n0,2,0.001\n60,2.1,0.001\n120,2.2,0.001\n180,2.3,0.001\n",
  );
  const root = join(folder, "bare-study");
  await newStudy(root, [raw]);
  const text = await readFile(join(root, "study.yaml"), "utf8");
  expect(text).toContain("# - powder: { phases: [Na2S, Na3PS4] }    # which? thioscope powder identify finds them");
  expect((await readStudy(root)).steps.map(({ name }) => name)).not.toContain("powder");
});

test("a row of pictures of one size is a volume, a few are sections", async () => {
  for (const [name, count] of [
    ["slices", 20],
    ["sections", 3],
  ] as const) {
    const raw = join(folder, name);
    await mkdir(raw, { recursive: true });
    const values = Uint8Array.from({ length: 64 }, (_, i) => 4 * i);
    for (let k = 0; k < count; k++)
      await writeFile(join(raw, `${name}_${String(k).padStart(3, "0")}.tif`), writeTiff([{ width: 8, height: 8, values }]));
    const root = join(folder, `${name}-study`);
    await newStudy(root, [raw]);
    const text = await readFile(join(root, "study.yaml"), "utf8");
    expect(text).toContain(name === "slices" ? "kind: volume" : "kind: section");
    expect(text).toContain(name === "slices" ? "# voxel: 1 um" : "# pixel: 50 nm");
  }
});
