/** `thioscope xas` on scans of the virtual spectrometer: the published schema, the contract, and what was put in. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import {
  USUAL_SULFUR_BEAMLINE,
  type VirtualSulfur,
  virtualExafs,
  virtualSulfurScan,
  writeVirtualFeff,
  writeVirtualXdi,
} from "@thioscope/virtual";
import { afterAll, beforeAll, expect, test } from "vitest";
import { COPPER } from "../copper.ts";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "thioscope-xas-"));
const path = (name: string): string => join(folder, name);
const WINDOWS = ["--pre=-28,-9", "--post", "18,54", "--degree", "1"];

beforeAll(() => {
  const put = (name: string, sulfur: VirtualSulfur, hour = 0, shift = 0): void => {
    const scan = virtualSulfurScan(name, sulfur, { ...USUAL_SULFUR_BEAMLINE, driftPerHour: 0.1, shift }, "cli", 3600 * hour);
    writeFileSync(path(`${name}.xdi`), writeVirtualXdi(scan));
  };
  put("S8", { s8: 1 });
  put("Na2S4", { chain: { x: 4, share: 1 } });
  put("Na2S", { sulfide: 1 });
  put("NPS", { electrolyte: 1 });
  for (const [k, x] of [6, 5, 4, 3].entries())
    put(`cell_${k}`, { chain: { x, share: 0.54 - 0.1 * k }, electrolyte: 0.46, sulfide: 0.1 * k });
  put("sulfate_0", { sulfate: 1 }, 0, 0.4);
  put("sulfate_1", { sulfate: 1 }, 4, 0.4);
  put("sulfate_2", { sulfate: 1 }, 8, 0.4);
  const exafs = virtualExafs("metal", 8979, [{ apparent: 2.2, count: 8, sigma2: 0.006, amplitudeAt: 6 }], 13, 0.0005, "cli");
  writeFileSync(
    path("metal.dat"),
    ["# energy mu", ...Array.from(exafs.energy, (e, i) => `${e.toFixed(3)} ${exafs.mu[i]!.toFixed(7)}`), ""].join("\n"),
  );
  writeFileSync(path("feff0001.dat"), writeVirtualFeff("Cu", 29, 2.55, 12));
  writeFileSync(
    path("bare.dat"),
    Array.from({ length: 60 }, (_, i) => `${2400 + i} 100 ${(200 + 50 * Math.atan((i - 30) / 2)).toFixed(3)} 3 4`).join("\n"),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

// biome-ignore lint/suspicious/noExplicitAny: as it was printed
type Json = Record<string, any>;

async function run(...words: string[]): Promise<{ code: number; out: Json; error: Json; text: string }> {
  const { code, ...texts } = await inProcess("xas", ...words);
  if (code === 0 && words.includes("--json")) {
    expect(schemaMistakes("xas", JSON.parse(texts.stdout)), words.join(" ")).toEqual([]);
    expect(contractMistakes(JSON.parse(texts.stdout)), words.join(" ")).toEqual([]);
  }
  const parse = (text: string): Json => (text.trim().startsWith("{") ? JSON.parse(text) : {});
  return { code, out: parse(texts.stdout), error: parse(texts.stderr), text: texts.stdout };
}

const json = async (...words: string[]): Promise<Json> => {
  const { code, out, error } = await run(...words, "--json");
  expect(error).toEqual({});
  expect(code).toBe(0);
  return out;
};

test("calibrate: a named point, aligned scans and their drift", async () => {
  const files = [0, 1, 2].map((k) => path(`sulfate_${k}.xdi`));
  const out = await json("calibrate", ...files, "--reference", "ZnSO4=2480.76");
  expect(out["shift"].value).toBeCloseTo(-0.4, 1);
  expect(out["reference"].point).toBe("derivative maximum");
  expect(out["aligned"]).toHaveLength(2);
  expect(out["drift"].value).toBeCloseTo(-0.1, 2);
  expect((await run("calibrate", files[0]!, "--reference", "Kryptonite", "--json")).error["error"].code).toBe("USAGE");
  expect((await run("calibrate", files[0]!, "--reference", "Cu", "--json")).error["error"].code).toBe("NOT_COMPUTABLE");
});

test("normalize: edge, step, windows, features; a series as CSV and as a project that opens again", async () => {
  const files = [path("S8.xdi"), path("Na2S4.xdi")];
  const out = await json("normalize", ...files, ...WINDOWS, "--curves", "-o", path("series.prj"));
  expect(out["spectra"]).toHaveLength(2);
  expect(out["spectra"][0].edgeStep.value / 0.085).toBeCloseTo(1, 0);
  expect(out["spectra"][0].features.some((f: Json) => Math.abs(f["energy"].value - 2471.5) < 0.2)).toBe(true);
  expect(out["spectra"][0].flat.values).toHaveLength(out["spectra"][0].points);
  const again = await json("normalize", path("series.prj"), ...WINDOWS);
  expect(again["spectra"].map((s: Json) => s["edgeStep"].value)).toEqual(out["spectra"].map((s: Json) => s["edgeStep"].value));
  await json("normalize", ...files, ...WINDOWS, "-o", path("series.csv"));
  expect(readFileSync(path("series.csv"), "utf8").split("\n").slice(0, 2)).toEqual(["energy,S8,Na2S4", "eV,1,1"]);
  await json("normalize", ...files, ...WINDOWS, "--mback", "--deglitch", "--formula", "S1C60H120", "--cut", "2440,2530");
  expect((await json("normalize", path("S8.xdi"), path("S8.xdi"), "--merge"))["spectra"]).toHaveLength(1);
});

test("lcf and mcr: shares of a series", async () => {
  const cells = [0, 1, 2, 3].map((k) => path(`cell_${k}.xdi`));
  const standards = ["Na2S4", "Na2S", "NPS"].map((name) => path(`${name}.xdi`));
  const lcf = await json(
    "lcf",
    ...cells,
    "--standards",
    standards.join(","),
    ...WINDOWS,
    "--range",
    "2462,2515",
    "--combinations",
    "2",
    "--curves",
  );
  const weight = (k: number, name: string): number => lcf["spectra"][k].parts.find((p: Json) => p["name"] === name).weight.value;
  expect(weight(3, "Na2S")).toBeCloseTo(0.3, 1);
  expect(weight(0, "NPS")).toBeCloseTo(0.46, 1);
  expect(lcf["spectra"][0].combinations.length).toBeGreaterThan(2);
  const declared = await json(
    "lcf",
    cells[0]!,
    "--standards",
    `${standards[0]},computed:${standards[1]}`,
    ...WINDOWS,
    "--range",
    "2462,2515",
    "--free",
    "--any-sum",
    "--shift",
    "0.2",
  );
  expect(declared["warnings"].map((w: Json) => w["code"])).toContain("standard-computed");
  const mcr = await json("mcr", ...cells, ...WINDOWS, "--components", "3", "--known", standards[2]!, "--range", "2462,2515", "--curves");
  expect(mcr["components"][0]).toMatchObject({ known: true, name: "NPS" });
  expect(mcr["converged"]).toBe(true);
});

test("chain: calibrated on a standard, beside electrolyte and sulfide; refused without the electrolyte's spectrum", async () => {
  const cells = [0, 1, 2, 3].map((k) => path(`cell_${k}.xdi`));
  const calibrated = ["--standard", path("Na2S4.xdi"), "--length", "4", "--s8", path("S8.xdi"), ...WINDOWS];
  const other = `electrolyte=${path("NPS.xdi")},sulfide=${path("Na2S.xdi")}`;
  const out = await json("chain", ...cells, ...calibrated, "--other", other, "--electrolyte-share", "0.46", "--curves");
  expect(out["s8WhiteLine"].value).toBeCloseTo(2471.5, 1);
  for (const [k, x] of [6, 5, 4, 3].entries()) {
    const found = out["spectra"][k].x;
    expect(Math.abs(found.value - x)).toBeLessThan(5 * found.sigma);
  }
  const refused = await json("chain", cells[0]!, ...calibrated, "--electrolyte-share", "0.46", "--formula", "S3C5Na3PS4");
  expect(refused["spectra"][0].x.notComputable).toMatch(/electrolyte/);
  expect(refused["spectra"][0].flags.map((f: Json) => f["code"])).toContain("chain-over-absorbed");
  const plain = await json("chain", path("Na2S4.xdi"), ...WINDOWS);
  expect(plain["spectra"][0].flags.map((f: Json) => f["code"])).toEqual(
    expect.arrayContaining(["chain-uncalibrated", "chain-scale", "chain-s8-possible"]),
  );
  expect((await run("chain", path("Na2S4.xdi"), "--standard", path("Na2S4.xdi"), "--json")).error["error"].code).toBe("USAGE");
});

test("autobk, ft, wavelet, fit", async () => {
  const file = path("metal.dat");
  const background = await json("autobk", file, "--rbkg", "1");
  expect(background["spectra"][0].chi.values.length).toBeGreaterThan(200);
  const ft = await json("ft", file, "--krange", "3,12", "--back", "1.6,2.8");
  const strongest = ft["spectra"][0].shells.reduce((a: Json, b: Json) => (b["magnitude"].value > a["magnitude"].value ? b : a));
  expect(strongest.r.value).toBeCloseTo(2.2, 1);
  const map = await json("wavelet", file, "--curves");
  expect(map["spectra"][0].maximum.r.value).toBeCloseTo(2.2, 0);
  expect((await json("wavelet", file, "--morlet", "6,1"))["wavelet"]).toBe("morlet");
  const fit = await json(
    "fit",
    file,
    "--paths",
    path("feff0001.dat"),
    "--rrange",
    "1.5,2.8",
    "--parameters",
    "s02=amp,e0=de0,1:sigma2=sig2,deltar=dr",
    "--curves",
  );
  expect(fit["variables"].map((v: Json) => v["name"])).toEqual(["amp", "de0", "sig2", "dr"]);
  expect(fit["independentPoints"].value).toBeCloseTo(1 + (2 * 1.3 * 9) / Math.PI, 5);
});

test("inspect: what a scan is", async () => {
  const { code, stdout: printed } = await inProcess("inspect", path("S8.xdi"), "--json");
  expect(code).toBe(0);
  expect(schemaMistakes("inspect", JSON.parse(printed))).toEqual([]);
  expect(JSON.parse(printed)).toMatchObject({ format: "xdi", technique: "X-ray absorption", spectra: [{ name: "S8", axis: "energy" }] });
});

test("paths: the shells of a structure, and the input of FEFF", async () => {
  const cif = [
    "data_Cu",
    "_cell_length_a 3.603",
    "_cell_length_b 3.603",
    "_cell_length_c 3.603",
    ...["alpha", "beta", "gamma"].map((a) => `_cell_angle_${a} 90`),
  ];
  const sites = [
    "_symmetry_space_group_name_H-M 'F m -3 m'",
    "loop_",
    "_atom_site_label",
    "_atom_site_type_symbol",
    "_atom_site_fract_x",
    "_atom_site_fract_y",
    "_atom_site_fract_z",
    "Cu1 Cu 0 0 0",
    "",
  ];
  writeFileSync(path("cu.cif"), [...cif, ...sites].join("\n"));
  const out = await json("paths", path("cu.cif"), "--element", "Cu", "--rmax", "4", "-o", path("feff.inp"));
  expect(out["shells"].map((s: Json) => s["neighbours"].value)).toEqual([12, 6]);
  expect(out["shells"][0].distance.value).toBeCloseTo(3.603 / Math.SQRT2, 6);
  expect(readFileSync(path("feff.inp"), "utf8")).toMatch(/POTENTIALS\n {2}0 29 Cu/);
});

test("words and files that make no sense are refused with what is allowed", async () => {
  const code = async (...words: string[]): Promise<string> => (await run(...words, "--json")).error["error"].code;
  expect(await code("chian", path("S8.xdi"))).toBe("USAGE");
  expect(await code("normalize")).toBe("USAGE");
  expect(await code("normalize", path("bare.dat"))).toBe("MAPPING_NEEDED");
  expect(await code("normalize", path("S8.xdi"), "--post", "54,18")).toBe("USAGE");
  expect(await code("normalize", path("S8.xdi"), "--pre=-9,-20")).toBe("USAGE");
  expect(await code("lcf", path("S8.xdi"))).toBe("USAGE");
  expect(await code("fit", path("metal.dat"), "--paths", path("S8.xdi"))).toBe("FILE_FOREIGN");
  expect(await code("fit", path("metal.dat"), "--paths", path("feff0001.dat"), "--parameters", "sigma2=sig3")).toBe("INVALID_INPUT");
  expect(
    (
      await run(
        "normalize",
        path("bare.dat"),
        "--columns",
        "energy=1,i0=2,fluorescence=3",
        "--e0",
        "2430",
        "--pre=-28,-8",
        "--post",
        "8,28",
      )
    ).code,
  ).toBe(0);
  const { text } = await run("chain", path("Na2S4.xdi"), ...WINDOWS);
  expect(text).toMatch(/Na2S4/);
});

test("paths and fit of a structure: by a program, by files, by the table; what can be done where there is none", async () => {
  const cif = path("cu.cif");
  writeFileSync(cif, COPPER);
  const table = await json("paths", cif, "--element", "Cu", "--rmax", "5", "--feff", "none");
  // distances of an fcc lattice: a/√2, a, a √(3/2)
  const wanted = [Math.SQRT1_2, 1, Math.sqrt(1.5)].map((f) => 3.6149 * f);
  expect(table["scattering"].paths.map((p: Json) => p["neighbours"].value)).toEqual([12, 6, 24]);
  for (const [i, distance] of wanted.entries()) expect(table["scattering"].paths[i].distance.value).toBeCloseTo(distance, 6);
  expect(table["warnings"].map((w: Json) => w["code"])).toContain("phases-transferred");
  // a program that writes a path: its own, not the structure's, so that the shells of the structure are missing
  const program = path("feff-stand-in");
  writeFileSync(program, `#!/bin/sh\ngrep -q POTENTIALS feff.inp && cp ${path("feff0001.dat")} feff0001.dat\n`, { mode: 0o755 });
  const ran = await json("paths", cif, "--element", "Cu", "--rmax", "3", "--feff", program, "-o", path("kept"));
  expect(ran["scattering"].source).toBe(program);
  expect(readFileSync(path("kept/feff.inp"), "utf8")).toMatch(/POTENTIALS/);
  const fitted = await json("fit", path("metal.dat"), "--structure", cif, "--element", "Cu", "--feff", program, "--rrange", "1.5,2.8");
  expect(fitted["scattering"]).toBe(program);
  expect(fitted["variables"].map((v: Json) => v["name"])).toContain("alpha");
  const fromFile = await json(
    "fit",
    path("metal.dat"),
    "--structure",
    cif,
    "--element",
    "Cu",
    "--phases",
    path("feff0001.dat"),
    "--rrange",
    "1.5,2.8",
  );
  expect(fromFile["scattering"]).toContain("feff0001.dat");
  writeFileSync(program, "#!/bin/sh\necho atoms too close\nexit 3\n", { mode: 0o755 });
  const failed = await run("paths", cif, "--element", "Cu", "--feff", program, "--json");
  expect(failed.error["error"]).toMatchObject({ code: "NOT_COMPUTABLE", message: expect.stringMatching(/atoms too close/) });
  writeFileSync(program, "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  expect((await run("paths", cif, "--element", "Cu", "--feff", program, "--json")).error["error"].message).toMatch(/wrote no feffNNNN/);
  expect((await run("paths", cif, "--element", "Cu", "--feff", path("nothing-here"), "--json")).error["error"].message).toMatch(
    /not found/,
  );
  writeFileSync(path("fe.cif"), COPPER.replace("Cu Cu 0", "Fe Fe 0"));
  const none = await run("fit", path("metal.dat"), "--structure", path("fe.cif"), "--element", "Fe", "--feff", "none", "--json");
  expect(none.error["error"]).toMatchObject({ code: "NOT_COMPUTABLE", message: expect.stringMatching(/Fe–Fe.*install FEFF.*--phases/) });
  expect((await run("fit", path("metal.dat"), "--json")).error["error"].code).toBe("USAGE");
});

const installed = ["feff6l", "feff8l"].filter((name) =>
  (process.env["PATH"] ?? "").split(delimiter).some((at) => existsSync(join(at, name))),
);

test.skipIf(installed.length === 0)(
  "an installed FEFF: its single paths are the shells of the structure, multiple ones come with them",
  async () => {
    const cif = path("cu.cif");
    writeFileSync(cif, COPPER);
    for (const program of installed) {
      const { scattering, warnings } = await json("paths", cif, "--element", "Cu", "--rmax", "4.5", "--feff", program);
      expect(scattering.source, program).toBe(program);
      const single = scattering.paths.filter((p: Json) => p["atoms"].length === 2);
      expect(single.map((p: Json) => p["neighbours"].value)).toEqual([12, 6, 24]);
      for (const [i, f] of [Math.SQRT1_2, 1, Math.sqrt(1.5)].entries()) expect(single[i].distance.value).toBeCloseTo(3.6149 * f, 3);
      expect(scattering.paths.length).toBeGreaterThan(single.length);
      expect(warnings).toEqual([]);
    }
  },
);
