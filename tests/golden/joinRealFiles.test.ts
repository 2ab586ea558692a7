/**
 * The clock on real files: a Neware file, six S K-edge spectra and two detector frames that belong to different experiments, in one study with a declared clock. Where the frames
 * stand on the composition is checked against the instrument's own count of charge.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { asFloat64, findColumn } from "@thioscope/core";
import type { PartOf } from "@thioscope/core/story";
import { readCycling } from "@thioscope/formats";
import { openAsByteSource, readStudy, runStudy } from "@thioscope/study";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

const GYPSUM = [1, 2, 3, 4, 5, 6].map((k) => `xas/s-k/gypsum_rt_0${k}.xdi`);
const FILES = [
  "echem/TestFile.nda",
  "xrd/lightform-ti64/pixium_03150.tif",
  "xrd/lightform-ti64/pixium_03155.tif",
  "xrd/lightform-ti64/DLS_CeO2_1200mm_pyFAI.poni",
  ...GYPSUM,
  "xas/s-k/S_elemental_rt_01.xdi",
  "xas/s-k/CaS_rt_001.xdi",
  "xas/s-k/NiSO4_rt_01.xdi",
];
const CAPACITIES = [100, 200, 300, 450, 600, 800];
/** Grams of sulfur that the artificial cell file declares. */
const SULFUR_GRAM = 11.5 * 0.33;
const PER_ELECTRON = 835.83;

const CELL = `name: declared cell
diameter: 100 mm
temperature: 25 °C
layers:
  - { role: anode,     composition: { Na15Sn4: 100 wt% }, mass: 100 g }
  - { role: separator, composition: { Na3PS4: 100 wt% }, mass: 80 g }
  - { role: cathode,   composition: { S: 33 wt%, C: 17 wt%, Na3PS4: 50 wt% }, mass: 11.5 g, active: S }
reference: Na15Sn4
`;

// hexagonal titanium, lattice of the α phase
const TITANIUM = `data_Ti
_cell_length_a 2.93
_cell_length_b 2.93
_cell_length_c 4.67
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 120
_space_group_IT_number 194
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Ti1 Ti 0.33333 0.66667 0.25
`;

const STUDY = `cell: cell.yaml
sources:
  cycling: TestFile.nda
  frames:
    files: [pixium_03150.tif, pixium_03155.tif]
    kind: frames
    geometry: DLS_CeO2_1200mm_pyFAI.poni
    structures: ti.cif
    positions: 1
    step: 10 um
    every: 2400 s
    started: "2024-05-27T11:15:00Z"
    clock_offset: 0 s ± 60 s
  spectra:
    files: [${GYPSUM.map((file) => basename(file)).join(", ")}]
    kind: absorption
    s8: S_elemental_rt_01.xdi
    sulfide: CaS_rt_001.xdi
    oxidised: NiSO4_rt_01.xdi
steps:
  - dqdv: { peaks: true }
  - xrd.calibrate
  - xrd.map: { phases: [Ti] }
  - xas.lcf: { low: 2460, high: 2510 }
  - events: { spectra: [${GYPSUM.map((file, k) => `"${basename(file, ".xdi")} = ${CAPACITIES[k]} mAh/g"`).join(", ")}] }
`;

describeData("one clock for real files", () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "join-"));
    for (const file of FILES) copyFileSync(dataFile(file), join(root, basename(file)));
    writeFileSync(join(root, "cell.yaml"), CELL);
    writeFileSync(join(root, "ti.cif"), TITANIUM);
    writeFileSync(join(root, "study.yaml"), STUDY);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test("frames and spectra stand on the composition of the run", async () => {
    const { index } = await runStudy(await readStudy(root));
    expect(index.sources.flatMap(({ errors }) => errors)).toEqual([]);
    const part = JSON.parse(readFileSync(join(root, "results", index.ofStudy.events!, "part.json"), "utf8")) as PartOf<"evidence">;
    const streams = new Map(part.observed.map((stream) => [`${stream.probe} ${stream.species}`, stream]));
    // spectra where they were declared; gypsum is a sulfate, and little else
    const [sulfate, sulfur] = [streams.get("XAS NiSO4_rt_01")!, streams.get("XAS S8")!];
    for (const [k, q] of Array.from(sulfur.at).entries()) expect(q * PER_ELECTRON).toBeCloseTo(CAPACITIES[k]!, -0.3);
    // where nothing else is there its weight has no error, which is said
    expect(sulfate.at.length < 6).toBe(part.notices.some(({ code }) => code === "value-without-error"));
    for (const weight of Array.from(sulfate.value)) expect(weight).toBeGreaterThan(0.85);
    // frames at their time, by the instrument's own count of charge
    const source = await openAsByteSource(join(root, "TestFile.nda"));
    const file = await readCycling(source);
    await source.close();
    const column = (name: string): Float64Array => asFloat64(findColumn(file, name)!);
    const [unix, counted] = [column("unix_time_second"), column("step_net_capacity_ah")];
    const frames = streams.get("XRD Ti")!;
    expect(frames.at).toHaveLength(2);
    for (const [k, q] of Array.from(frames.at).entries()) {
      const moment = Date.parse("2024-05-27T11:15:00Z") / 1000 + 2400 * k;
      const row = unix.findIndex((t) => t >= moment);
      const expected = (Math.abs(counted[row]!) * 1000) / SULFUR_GRAM / PER_ELECTRON;
      // a scan of one frame has the moment of its middle, not known better than the rows
      expect(Math.abs(q - expected)).toBeLessThan(0.02);
    }
    // too few values to bend is said, not guessed
    expect(part.notices.map(({ code }) => code)).toContain("stream-short");
    expect(part.notices.map(({ code }) => code)).toContain("sample-ex-situ");
  });
});
