/**
 * From a folder of mixed files, as they come from the instruments, to report and export: BioLogic, Neware and Maccor cyclers, a Gamry and a BioLogic potentiostat, XDI
 * scans of a beamline, a Renishaw and an X-ray photoelectron spectrometer, a NETZSCH thermobalance, a Bruker diffractometer, total scattering of a synchrotron, molecular
 * dynamics. What is asked of the user is what no file states. Facts: the files' own heads, the notes beside them.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { currentStory, type Story } from "@thioscope/core/story";
import { newStudy, readIndex, readStory, readStudy, runStudy } from "@thioscope/study";
import { figuresOfStory } from "@thioscope/views";
import { afterAll, expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

/** path → kind of source, null: of a cycler or potentiostat */
const FILES: Readonly<Record<string, string | null>> = {
  "echem/cp.mpr": null,
  "echem/46_1_5_60_bts16.ndax": null,
  "echem/sample_data_maccor.csv": null,
  "eis/PEIS_SSB.mpr": null,
  "eis/EISGALV_EISTest3.DTA": null,
  "xas/s-k/pyrite1_rt_01.xdi": "absorption",
  "xas/s-k/marcasite_rt_01.xdi": "absorption",
  "spectra/wdf/renishaw_test_spectrum.wdf": "raman",
  "spectra/xps/0-150W.vms": "photoelectrons",
  "spectra/tga/netzsch_example_file.txt": "thermal",
  "xrd/powder-1d/LaB6_Jan2018.raw": "powder",
  "pdf/lab6-pdfgetx3/LaB6_0p4mm_011_av10_monitor.xye": "scattering",
  "md/synthetic/ntsc_like_800K_XDATCAR.gz": "trajectory",
};
/** They stand behind others: settings, and what a pattern was transformed with. */
const BESIDE = [
  "xas/s-k/S_elemental_rt_01.xdi",
  "pdf/lab6-pdfgetx3/0p4mm_capillary_018_av17_monitor.xye",
  "pdf/lab6-pdfgetx3/LaB6_0p4mm_011_av10_monitor.gr",
];

const folder = mkdtempSync(join(tmpdir(), "thioscope-own-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeData("a folder of one's own", () => {
  test("every file finds its source; what is asked is filled in; the report has a figure of each", async () => {
    const mine = join(folder, "mine");
    mkdirSync(mine);
    for (const path of [...Object.keys(FILES), ...BESIDE]) copyFileSync(dataFile(path), join(mine, basename(path)));
    const root = join(folder, "study");
    const found = await newStudy(root, [mine]);
    expect(found.filter(({ path }) => path === null)).toEqual([]);
    const file = join(root, "study.yaml");
    const written = readFileSync(file, "utf8");
    // nobody wrote these two down: the step of the integrator, the phases of the pattern
    const answered = written
      .replace(/# timestep: 2 fs.*/, "timestep: 2 fs\n    stride: 50")
      .replace(/# - md .*/, "- md")
      .replace(/# - powder: .*/, "- powder: { phases: [LaB6], method: pawley, from: 20, to: 60 }");
    expect(answered).not.toBe(written);
    writeFileSync(file, answered);
    const study = await readStudy(root);
    const kinds = new Map([
      ...study.files.map(({ path }) => [basename(path), null] as const),
      ...study.sources.flatMap(({ kind, files }) => files.map((path) => [basename(path), kind] as const)),
    ]);
    expect(Object.fromEntries(kinds)).toEqual(Object.fromEntries(Object.entries(FILES).map(([path, kind]) => [basename(path), kind])));
    expect(study.sources.find(({ kind }) => kind === "scattering")).toMatchObject({
      settings: { composition: "LaB6", wavelength: "0.270793 Å" },
      settingFiles: { background: "raw/0p4mm_capillary_018_av17_monitor.xye" },
    });
    expect(study.sources.find(({ kind }) => kind === "absorption")?.settingFiles.s8).toBe("raw/S_elemental_rt_01.xdi");
    const { index } = await runStudy(study);
    expect([...index.files.flatMap(({ error }) => error ?? []), ...index.sources.flatMap(({ errors }) => errors)]).toEqual([]);
    const story = currentStory(JSON.parse(await readStory(root)) as Story);
    const drawn = new Set(figuresOfStory(story).map(({ of }) => of));
    for (const { name } of study.sources) expect([...drawn]).toContain(name);
    expect(story.methods!.paragraphs.map(({ heading }) => heading)).toEqual([
      "Data",
      "Cycling",
      "Diffraction",
      "Spectroscopy",
      "Atoms",
      "Constants",
    ]);
    expect((await readIndex(root))!.story).not.toBeNull();
    expect(existsSync(join(root, "cell.yaml"))).toBe(true);
  }, 240_000);
});
