/**
 * Every reader of the product with its seeds: files written here or by the virtual instruments, and small real ones where the data folder is there.
 * A reader's public door is called, so that what it throws is what a user would see.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { ThioscopeError } from "@thioscope/core";
import {
  type ByteSource,
  CYCLING_READERS,
  IMPEDANCE_READERS,
  readAbsorption,
  readCellFile,
  readCifStructures,
  readClaims,
  readCurve,
  readEnergies,
  readFeffPath,
  readGeometry,
  readImageStack,
  readIons,
  readMask,
  readNxazint,
  readObservations,
  readPattern,
  readPointSet,
  readReference,
  readScanLog,
  readSpectra,
  readTemperatureTable,
  readThermal,
  readTomographyScan,
  readTrajectory,
  readWorkbook,
  recognise,
  sourceOfBytes,
} from "@thioscope/formats";
import { tableFromParquet } from "../../../packages/study/src/parquet.ts";
import { studyOfText } from "../../../packages/study/src/studyFile.ts";
import { dataFile } from "../../dataFolder.ts";
import { HAND_MADE } from "./seeds.ts";

export interface Target {
  /** Names of files choose between readers of the same content. */
  readonly file: string;
  /** of the data folder; larger ones and absent ones are left out */
  readonly real?: readonly string[];
  /** names in {@link HAND_MADE} */
  readonly made?: readonly string[];
  /** words of the format */
  readonly words?: readonly string[];
  /** bytes of the longest seed and case, where 64 kB hold no whole file */
  readonly longest?: number;
  /** a long part of real files that the reader passes over */
  readonly without?: RegExp;
  /** seeds are archives, whose members are mutated as well */
  readonly archive?: boolean;
  /** What sound files give, as text: it must stay the same whatever was read before. */
  sound?(): Promise<string>;
  read(source: ByteSource, n: number): Promise<unknown>;
}

const USUAL_LONGEST = 65_536;
export const longestOf = ({ longest = USUAL_LONGEST }: Target): number => longest;

export async function seedsOf(target: Target): Promise<Uint8Array[]> {
  const { real = [], made = [], longest = USUAL_LONGEST } = target;
  const seeds: Uint8Array[] = [];
  for (const name of made) seeds.push(await HAND_MADE[name]!());
  for (const path of real) {
    if (!existsSync(dataFile(path))) continue;
    let bytes = new Uint8Array(readFileSync(dataFile(path)));
    if (path.endsWith(".gz")) bytes = new Uint8Array(gunzipSync(bytes));
    if (target.without) bytes = new Uint8Array(Buffer.from(Buffer.from(bytes).toString("latin1").replace(target.without, ""), "latin1"));
    seeds.push(/\.(xml|tvf|spe|rod|prj)$/.test(path) ? bytes : await headOf(bytes, target));
  }
  // of a long binary its beginning: readers that salvage read on to the cut
  return seeds.map((seed) => (seed.length <= longest ? seed : seed.slice(0, longest)));
}

/** Of a long text so many of its first lines that the reader takes them for a file: cases are then quick and changes hit what matters. */
async function headOf(bytes: Uint8Array, target: Target): Promise<Uint8Array> {
  if (bytes.includes(0)) return bytes;
  let head = bytes;
  for (const size of [2500, 6000]) {
    if (bytes.length <= size) return bytes;
    const last = bytes.lastIndexOf(10, size);
    if (last <= 500) return bytes;
    head = bytes.slice(0, last + 1);
    try {
      await target.read(sourceFor(target, head), 1);
      return head;
    } catch {
      // what it needs stands further below
    }
  }
  return head;
}

const textOf = async (source: ByteSource): Promise<string> => new TextDecoder().decode(await source.read(0, source.size));

function cycling(id: string, file: string, more: Omit<Target, "read" | "file">): Target {
  const reader = CYCLING_READERS.find((one) => one.id === id)!;
  return { file, ...more, read: (source, n) => reader.read(source, { salvage: n % 2 === 0 }) };
}

function impedance(id: string, file: string, more: Omit<Target, "read" | "file">): Target {
  const reader = IMPEDANCE_READERS.find((one) => one.id === id)!;
  return { file, ...more, read: (source, n) => reader.read(source, { salvage: n % 2 === 0 }) };
}

function images(file: string, more: Omit<Target, "read" | "file">): Target {
  return {
    file,
    ...more,
    async read(source) {
      const stack = await readImageStack(source);
      try {
        for (let k = 0; k < Math.min(2, stack.frames); k++) await stack.frame(k);
        await stack.mask();
        await stack.flat();
      } finally {
        stack.close();
      }
    },
  };
}

function trajectory(file: string, more: Omit<Target, "read" | "file">): Target {
  return { file, ...more, read: (source) => readTrajectory(source, { frame: () => true }) };
}

let soundFiles: readonly Uint8Array[] | undefined;

/** Pixels and facts of two sound HDF5 files: the library keeps its memory between files, and wrote past its own in some cases. */
export async function soundHdf5(): Promise<string> {
  const hash = createHash("sha256");
  soundFiles ??= [await HAND_MADE["nexus"]!(), await HAND_MADE["nexus-deflate"]!()];
  for (const bytes of soundFiles) {
    const stack = await readImageStack(sourceOfBytes("sound.h5", bytes));
    hash.update(JSON.stringify([stack.facts, stack.frames, stack.width]));
    for (let k = 0; k < stack.frames; k++) {
      const { values } = await stack.frame(k);
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    stack.close();
  }
  return hash.digest("hex");
}

const of = (file: string, read: (source: ByteSource) => unknown, more: Omit<Target, "read" | "file">): Target => ({
  file,
  ...more,
  read: async (source) => read(source),
});

const eis = (...names: string[]): string[] => names.map((name) => `eis/${name}`);
const echem = (...names: string[]): string[] => names.map((name) => `echem/${name}`);
const spectra = (...names: string[]): string[] => names.map((name) => `spectra/${name}`);
const md = (...names: string[]): string[] => names.map((name) => `md/${name}`);
const xas = (...names: string[]): string[] => names.map((name) => `xas/${name}`);

export const TARGETS: Readonly<Record<string, Target>> = {
  "biologic-mpt": cycling("biologic-mpt", "a.mpt", {
    real: echem("wait.mpt", "Sample_data_biologic_no_header.mpt", "gcpl.issue_226.I.mpt"),
    made: ["mpt"],
  }),
  "biologic-mpr": cycling("biologic-mpr", "a.mpr", { real: [...echem("wait.mpr", "MB-1.mpr", "gcpl.issue_226.I.mpr"), ...eis("zir.mpr")] }),
  "neware-nda": cycling("neware-nda", "a.nda", { real: echem("nda_v8.nda") }),
  "neware-ndax": cycling("neware-ndax", "a.ndax", {
    real: echem("scrubbed_ndc2.ndax", "empty.ndax", "Unit27_Example_Data_File.ndax", "46_1_5_60_bts16.ndax"),
    archive: true,
  }),
  "neware-csv": cycling("neware-csv", "a.csv", { made: ["neware-csv"] }),
  "arbin-csv": cycling("arbin-csv", "a.csv", { real: echem("sample_data_arbin.csv"), made: ["arbin-csv"] }),
  "arbin-xlsx": cycling("arbin-xlsx", "a.xlsx", { made: ["arbin-xlsx"], archive: true }),
  "arbin-res": cycling("arbin-res", "a.res", { real: echem("arbin_example.res"), longest: 540_672 }),
  "landt-csv": cycling("landt-csv", "a.csv", { made: ["landt-csv"] }),
  "maccor-csv": cycling("maccor-csv", "a.csv", { real: echem("sample_data_maccor.csv"), made: ["maccor-csv"] }),
  "bdf-csv": cycling("bdf-csv", "a.csv", { made: ["bdf"] }),
  "bdf-parquet": cycling("bdf-parquet", "a.parquet", { made: ["bdf-parquet"] }),
  "palmsens-pssession": cycling("palmsens-pssession", "a.pssession", { made: ["pssession"] }),
  spreadsheet: cycling("spreadsheet", "a.xlsx", { made: ["xlsx"], real: echem("Experiment_Record.xlsx"), archive: true }),
  delimited: cycling("delimited", "a.txt", { made: ["delimited-de", "bdf"] }),
  "gamry-dta": impedance("gamry-dta", "a.dta", { real: eis("EISGALV_EISTest3.DTA", "data.dta") }),
  "eco-chemie-dfr": impedance("eco-chemie-dfr", "a.dfr", { real: eis("data.dfr") }),
  "elchemea-i2b": impedance("elchemea-i2b", "a.i2b", { real: eis("data.i2b") }),
  "ivium-idf": impedance("ivium-idf", "a.idf", { real: eis("data.idf") }),
  zplot: impedance("zplot", "a.z", { real: eis("data.z", "exampleDataZPlot.z") }),
  zview: impedance("zview", "a.txt", { real: eis("exampleDataAutolab.txt") }),
  chi: impedance("chi", "a.txt", { real: eis("exampleDataCHInstruments.txt") }),
  relaxis: impedance("relaxis", "a.txt", { real: eis("PEIS_LPSCl_IonBlocking_-25C_RelaxIS.txt") }),
  versastudio: impedance("versastudio", "a.par", { real: eis("exampleDataVersaStudio.par") }),
  p00: impedance("p00", "a.P00", { real: eis("data.P00") }),
  "impedance-delimited": impedance("delimited", "a.csv", { made: ["eis-csv"], real: eis("data-semicolon.csv", "1ZARC_DRT-RR.csv") }),
  "impedance-spreadsheet": impedance("spreadsheet", "a.xlsx", { made: ["eis-xlsx"], archive: true }),
  "temperature-table": of("t.csv", readTemperatureTable, { made: ["temperatures"] }),
  tiff: images("a.tif", { made: ["tiff"] }),
  edf: images("a.edf", { made: ["edf"] }),
  cbf: images("a.cbf", { made: ["cbf"] }),
  mar345: images("a.mar2300", { made: ["mar345"] }),
  npy: images("a.npy", { made: ["npy"] }),
  png: images("a.png", { made: ["png"] }),
  nexus: images("a.h5", { made: ["nexus", "nexus-deflate"], sound: soundHdf5 }),
  mask: of("m.edf", readMask, { made: ["edf-mask", "npy"] }),
  reference: of("d.edf", readReference, { made: ["edf"] }),
  poni: of("a.poni", readGeometry, { made: ["poni"], real: ["xrd/poni/test.poni", "xrd/poni/LaB6_40keV_MarCCD.poni"] }),
  imctrl: of("a.imctrl", readGeometry, { made: ["imctrl"] }),
  tomography: of("a.h5", async (source) => (await readTomographyScan(source))?.close(), {
    made: ["scan"],
    sound: soundHdf5,
  }),
  nxazint: of("a.h5", readNxazint, { made: ["nxazint"], sound: soundHdf5 }),
  curve: of("a.xy", readCurve, { made: ["xy", "chi-curve"], real: ["pdf/gr/pb_100_qmax1.iq", "pdf/labpdfproc/CeO2_635um_zscan.xy"] }),
  "bruker-raw": of("a.raw", readPattern, { made: ["raw1", "raw2", "raw3", "raw4"] }),
  xrdml: of("a.xrdml", readPattern, { made: ["xrdml"], words: ["2Theta", "Omega", "scan", "counts", "intensities", "listPositions"] }),
  gsas: of("a.gsa", readPattern, {
    made: ["gsas-std", "gsas-esd", "gsas-fxye"],
    words: ["BANK", "CONST", "RALF", "STD", "ESD", "FXYE", "FXY"],
  }),
  uxd: of("a.uxd", readPattern, { made: ["uxd-steps", "uxd-pairs"], words: ["_COUNTS", "_2THETACPS", "_START", "_STEPSIZE", "_STEPTIME"] }),
  "cif-pattern": of("a.cif", readPattern, {
    made: ["cif-pattern", "cif-range"],
    words: ["loop_", "_pd_proc_2theta_corrected", "_pd_meas_counts_total"],
  }),
  observations: of("o.csv", async (source) => readObservations(await textOf(source), source.name), {
    made: ["observations"],
    words: ["probe", "kind", "species", "at_mah_g", "at_volt", "crystalline", "hidden", "weight", "electrolyte", "scale", "Na2S4"],
  }),
  vamas: of("a.vms", readSpectra, { made: ["vamas"] }),
  phi: of("a.spe", readSpectra, { real: spectra("xps/SnO2_10nm.spe") }),
  specs: of("a.xy", readSpectra, { real: spectra("xps/MgFe2O4_small.xy") }),
  scienta: of("a.txt", readSpectra, { made: ["scienta"], real: spectra("xps/Ag_0001.txt") }),
  wdf: of("a.wdf", readSpectra, { real: spectra("wdf/renishaw_test_undefined.wdf") }),
  spc: of("a.spc", readSpectra, { real: spectra("spc/HENE25.SPC", "spc/s_xy.spc", "spc/Ft-ir.spc", "spc/s_evenx.spc") }),
  rod: of("a.rod", readSpectra, { real: spectra("raman/rod_file_1000679.rod") }),
  labspec: of("a.xml", readSpectra, { real: spectra("raman/jobinyvon_test_spec_3s_cm-1.xml") }),
  trivista: of("a.tvf", readSpectra, {
    real: spectra("raman/spec_1s_1acc_1frame_average.tvf"),
    without: /<Hardware[\s\S]*<\/Hardware>| InfoSerialized="[^"]*"/g,
  }),
  "raman-text": of("a.txt", readSpectra, { made: ["raman"], real: spectra("raman/Si-wafer-Raman-Spectrum-1.txt") }),
  ions: of("i.txt", readIons, { made: ["ions"] }),
  thermal: of("t.txt", readThermal, { made: ["netzsch", "heat-flow"], real: spectra("tga/netzsch_example_file.txt") }),
  xdatcar: trajectory("XDATCAR", { made: ["xdatcar"], real: md("kinisi/example_drift.XDATCAR") }),
  poscar: trajectory("POSCAR", { made: ["poscar"] }),
  xyz: trajectory("a.extxyz", { made: ["extxyz"], real: md("formats/matterviz-mp-1184225.extxyz") }),
  "lammps-dump": trajectory("a.lammpstrj", {
    made: ["dump"],
    real: md("kinisi/example_LAMMPS_drift.traj", "formats/matterviz-mdanalysis-additional-columns.lammpstrj"),
  }),
  "lammps-data": trajectory("a.data", { made: ["lammps-data"], real: md("kinisi/example_LAMMPS_drift.data") }),
  dcd: trajectory("a.dcd", { made: ["dcd"] }),
  "ase-traj": trajectory("a.traj", { real: md("kinisi/example_ase_drift.traj", "formats/matterviz-ase-LiMnO2-chgnet-relax.traj") }),
  vasprun: trajectory("vasprun.xml", { made: ["vasprun"] }),
  outcar: trajectory("OUTCAR", { made: ["outcar"] }),
  packed: trajectory("XDATCAR.gz", { made: ["xdatcar.gz", "xdatcar.zst", "xdatcar.bz2"] }),
  "cif-frame": trajectory("a.cif", { made: ["cif"], real: ["xrd/cif/si.cif"] }),
  cif: of("a.cif", async (source) => readCifStructures(await textOf(source), source.name), {
    made: ["cif"],
    real: ["xrd/cif/mp/NaS_mp-409.cif", "xrd/cif/Li10GeP2S12.cif", "xrd/cif/si.cif"],
    words: [
      "loop_",
      "data_",
      "_cell_length_a",
      "_space_group_name_H-M_alt",
      "_symmetry_equiv_pos_as_xyz",
      "'x,y,z'",
      "-x,1/2+y,z",
      "Na1+",
      ".",
    ],
  }),
  xdi: of("a.xdi", (source) => readAbsorption(source), { made: ["xdi"] }),
  athena: of("a.prj", (source) => readAbsorption(source), {
    made: ["athena"],
    words: ["$old_group", "@args", "@x", "@y", "[record]", "1;", "('"],
  }),
  "absorption-columns": of("a.dat", (source) => readAbsorption(source), {
    real: xas("beamlines/generic_columns_no_header.dat", "metals/fe.060"),
    made: ["xdi"],
  }),
  ssrl: of("a.dat", (source) => readAbsorption(source), { real: xas("beamlines/ssrlb.dat") }),
  "photon-factory": of("a.dat", (source) => readAbsorption(source), { real: xas("beamlines/PFBL12C_2005.dat") }),
  nxxas: of("a.h5", (source) => readAbsorption(source), { made: ["nxxas"], sound: soundHdf5 }),
  feff: of("feff0001.dat", readFeffPath, { made: ["feff"], real: xas("feff/feff0001.dat") }),
  energies: of("e.csv", readEnergies, { made: ["energies", "energies-json"], real: ["thermo/oqmd-partial.csv"] }),
  points: of("p.csv", async (source) => readPointSet(await textOf(source), source.name), { made: ["points"] }),
  "scan-log": of("log.csv", readScanLog, { made: ["log"] }),
  claims: of("claims.yaml", async (source) => readClaims(await textOf(source), source.name), { made: ["claims"] }),
  cell: of("cell.yaml", async (source) => readCellFile(await textOf(source), source.name), { made: ["cell"] }),
  "study-yaml": of("study.yaml", async (source) => studyOfText(import.meta.dirname, await textOf(source)), {
    made: ["study"],
    words: ["sources", "steps", "kind", "frames", "*", "**", "..", "/etc/passwd", "read", "story", "files"],
  }),
  "result-table": of("t.parquet", tableFromParquet, { made: ["result-table"] }),
  workbook: of("a.xlsx", (source) => readWorkbook(source), { made: ["xlsx"], archive: true }),
  recognise: of("a", recognise, { made: ["bdf", "tiff", "extxyz", "cif", "raman", "xdi", "log", "claims", "xy"] }),
};

export const isCoded = (error: unknown): error is ThioscopeError => error instanceof ThioscopeError;

export const sourceFor = (target: Target, bytes: Uint8Array): ByteSource => sourceOfBytes(target.file, bytes);
