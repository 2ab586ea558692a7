/** Small files of every format: written by the product, by the virtual instruments, or by hand after the format's description. */
import { readFileSync } from "node:fs";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { makeTable } from "@thioscope/core";
import { integrateFrame, integrationPlan } from "@thioscope/core/diffraction";
import { createNxazint, writeBdfParquet, writeCbf, writeEdf, writeImctrl, writeNexus, writePoni, writeTiff } from "@thioscope/formats";
import {
  trajectoryText,
  USUAL_SULFUR_BEAMLINE,
  virtualBalance,
  virtualCalorimeter,
  virtualIonCounts,
  virtualRaman,
  virtualSulfurScan,
  virtualTrajectory,
  virtualXps,
  writeHeatFlow,
  writeIonTable,
  writeNetzsch,
  writeRamanText,
  writeVamas,
  writeVirtualFeff,
  writeVirtualXdi,
} from "@thioscope/virtual";
import { loadHdf5 } from "../../../packages/formats/src/images/hdf5/library.ts";
import { tableToParquet } from "../../../packages/study/src/parquet.ts";
import { cyclingCsv } from "../../studies.ts";
import { sheetRows, storedZip, workbook } from "../../zip.ts";
import { PATTERNS } from "./patternSeeds.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const lines = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join("\n");

const WIDTH = 19;
const HEIGHT = 13;
const pixels = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % 97 === 0 ? 7000 : 200 + ((i * 37) % 60)));
const frame = { width: WIDTH, height: HEIGHT, values: pixels };
const GEOMETRY = {
  distanceMetre: 0.2,
  poni1Metre: 0.001,
  poni2Metre: 0.001,
  rot1: 0.01,
  rot2: 0.02,
  rot3: 0,
  pixel1Metre: 2e-4,
  pixel2Metre: 2e-4,
  wavelengthMetre: 1e-10,
  orientation: 3,
  shape: [HEIGHT, WIDTH],
} as const;

const table = () =>
  makeTable([
    { name: "test_time_second", unit: "s", values: Float64Array.from({ length: 30 }, (_, i) => 10 * i) },
    { name: "voltage_volt", unit: "V", values: Float64Array.from({ length: 30 }, (_, i) => 2 + 0.01 * i) },
    { name: "current_ampere", unit: "A", values: new Float64Array(30).fill(0.001) },
    { name: "cycle_count", unit: "", values: new Int32Array(30).fill(1) },
  ]);

/** A mar345 file by its description, as in tests/fuzz/images.test.ts, 16 × 16 with differences of 4 bits. */
function mar345(): Uint8Array {
  const size = 16;
  const out = new Uint8Array(8192);
  const view = new DataView(out.buffer);
  [1234, size, 0, 1, 0, size * size, 150, 150, 1_540_000, 200_000].forEach((word, i) => {
    view.setInt32(4 * i, word, true);
  });
  out.set(text("mar research\nPROGRAM scan345\nTIME 60.00\nEND OF HEADER\n"), 128);
  const head = text(`CCP4 packed image, X: ${size}, Y: ${size}\n`);
  out.set(head, 4096);
  let bit = 8 * (4096 + head.length);
  const put = (value: number, count: number): void => {
    for (let i = 0; i < count; i++, bit++) if ((value >> i) & 1) out[bit >> 3] = out[bit >> 3]! | (1 << (bit & 7));
  };
  for (let done = 0; done < size * size; done += 8) {
    put(3, 3);
    put(1, 3);
    for (let i = 0; i < 8; i++) put((i % 5) - 2, 4);
  }
  return out.slice(0, (bit >> 3) + 8);
}

function npy(): Uint8Array {
  const head = "{'descr': '<u2', 'fortran_order': False, 'shape': (13, 19), }".padEnd(117);
  const out = new Uint8Array(128 + pixels.byteLength);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
  out.set(text(`${head}\n`), 10);
  out.set(new Uint8Array(pixels.buffer), 128);
  return out;
}

/** CRCs are right in the seed only: a reader that checks them refuses most cases, one that does not is tried further. */
function png(): Uint8Array {
  const chunk = (name: string, content: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
    const sizes = Buffer.alloc(4);
    sizes.writeUInt32BE(content.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([sizes, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc(HEIGHT * (WIDTH + 1), 0);
  for (let i = 0; i < rows.length; i++) if (i % (WIDTH + 1) !== 0) rows[i] = (i * 7) & 255;
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return new Uint8Array(Buffer.concat([start, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]));
}

function crc(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let k = 0; k < 8; k++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

type Data = { data: Uint16Array | Float64Array; shape: number[]; dtype: string };
async function hdf5(datasets: Readonly<Record<string, Data>>, attributes: readonly (readonly [string, string, string])[] = []) {
  const { h5, files } = await loadHdf5();
  const path = `/seed-${Object.keys(datasets).length}-${attributes.length}.h5`;
  const file = new h5.File(path, "w");
  interface Node {
    get(name: string): unknown;
    create_group(name: string): Node;
    create_dataset(options: object): unknown;
    create_attribute(name: string, value: string): void;
  }
  for (const [name, dataset] of Object.entries(datasets)) {
    const parts = name.split("/").filter(Boolean);
    let group = file as unknown as Node;
    for (const part of parts.slice(0, -1)) group = (group.get(part) as Node | null) ?? group.create_group(part);
    group.create_dataset({ name: parts.at(-1)!, ...dataset });
  }
  for (const [where, name, value] of attributes) ((file as unknown as Node).get(where) as Node).create_attribute(name, value);
  file.close();
  const bytes = files.readFile(path).slice();
  files.unlink(path);
  return bytes;
}
const numbers = (values: readonly number[]): Data => ({ data: Float64Array.from(values), shape: [values.length], dtype: "<d" });
const stack = (count: number): Data => ({
  data: Uint16Array.from({ length: count * 128 }, (_, i) => 100 + (i % 7)),
  shape: [count, 8, 16],
  dtype: "<H",
});

async function nxazint(): Promise<Uint8Array> {
  const plan = integrationPlan({ ...GEOMETRY, shape: [HEIGHT, WIDTH] }, { unit: "q_nm^-1", bins: 12, sectors: 4 });
  const file = await createNxazint(plan, true);
  file.add(integrateFrame(plan, pixels, { errors: "poisson" }));
  return file.finish({ version: "0", date: "2026-01-02T03:04:05Z", sources: ["a.tif 0"], input: {} }).slice();
}

/** DCD of two atoms and two frames: Fortran records, little end first. */
function dcd(): Uint8Array {
  const record = (content: Buffer): Buffer => {
    const size = Buffer.alloc(4);
    size.writeInt32LE(content.length);
    return Buffer.concat([size, content, size]);
  };
  const head = Buffer.alloc(84);
  head.write("CORD");
  [2, 0, 10, 20].forEach((value, i) => {
    head.writeInt32LE(value, 4 + 4 * i);
  });
  head.writeInt32LE(1, 44);
  head.writeInt32LE(24, 80);
  const title = Buffer.alloc(84, " ");
  title.writeInt32LE(1);
  const atoms = Buffer.alloc(4);
  atoms.writeInt32LE(2);
  const cell = Buffer.alloc(48);
  [10, 90, 10, 90, 90, 10].forEach((value, i) => {
    cell.writeDoubleLE(value, 8 * i);
  });
  const axis = Buffer.alloc(8);
  axis.writeFloatLE(1, 0);
  axis.writeFloatLE(2, 4);
  const one = [cell, axis, axis, axis].map(record);
  return new Uint8Array(Buffer.concat([...[head, title, atoms].map(record), ...one, ...one]));
}

const trajectory = () => virtualTrajectory({ frames: 3, ions: 4, sites: 2 }, "seed");
const xdatcar = (): Uint8Array => text(trajectoryText(trajectory(), "xdatcar"));
const SHORT_XDATCAR =
  "QlpoOTFBWSZTWScg7OUAAB/dgAAQQAF/AgwBK6WWACAAVEJkAAAASptFAYgAM5F/WsRNSFlnOkXGHzuSoVcTVTDDMDoQyENmY2Dp5JXNw1roK54it74u5IpwoSBOQdnK";

const ROWS = lines(30, (i) => `${i + 1},${i * 10},1,1,0.001,${(2 + i / 100).toFixed(3)},${(i * 0.0001).toFixed(6)},0,0.1,0`);
const sheet = (title: string, head: readonly string[], row: (i: number) => number[]) =>
  storedZip(workbook({ [title]: sheetRows([[...head], ...Array.from({ length: 12 }, (_, i) => row(i))]) }));

const CIF = `data_NaCl
_cell_length_a 5.64
_cell_length_b 5.64
_cell_length_c 5.64
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'F m -3 m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
Na1 Na 0 0 0 1
Cl1 Cl 0.5 0.5 0.5 0.9(1)
_publ_text
;
words
;
`;

const VASPRUN_STEP = (z: number): string => `<calculation>
<structure>
<crystal>
<varray name="basis">
<v> 10 0 0 </v>
<v> 0 10 0 </v>
<v> 0 0 10 </v>
</varray>
</crystal>
<varray name="positions">
<v> 0.1 0.2 ${z} </v>
<v> 0.4 0.5 0.6 </v>
</varray>
</structure>
</calculation>
`;
const VASPRUN = `<?xml version="1.0"?>
<modeling>
<incar>
<i name="POTIM">2.0</i>
</incar>
<atominfo>
<atoms>2</atoms>
<array name="atoms">
<set>
<rc><c>Na</c><c>1</c></rc>
<rc><c>Cl</c><c>2</c></rc>
</set>
</array>
</atominfo>
${VASPRUN_STEP(0.3)}${VASPRUN_STEP(0.4)}</modeling>
`;

const OUTCAR_STEP = ` direct lattice vectors                 reciprocal lattice vectors
    10.0 0.0 0.0  0.1 0.0 0.0
    0.0 10.0 0.0  0.0 0.1 0.0
    0.0 0.0 10.0  0.0 0.0 0.1

 POSITION                                       TOTAL-FORCE (eV/Angst)
 -----------------------------------------------------------------------------------
      1.0      2.0      3.0         0.0 0.0 0.0
      4.0      5.0      6.0         0.0 0.0 0.0
 -----------------------------------------------------------------------------------
`;

const DUMP = (step: number): string =>
  `ITEM: TIMESTEP\n${step}\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n0 10\n0 10\n0 10\nITEM: ATOMS id type x y z\n1 1 0 0 ${step}\n2 2 1 1 1\n`;

const ATHENA = `# Athena project file -- Demeter version 0.9.26
$old_group = 'a';
@args = ('label','a','is_xmu','1','bkg_e0','2472','datatype','xmu');
@x = ('2460','2465','2470','2472','2475','2480','2490','2500');
@y = ('0.1','0.1','0.2','0.9','1.1','1','1','1');
[record] # create object and set arrays
@journal = {};
1;
`;

const array = (type: number, name: string, unit: string, sign: string, values: readonly number[]) => ({
  Type: type,
  ArrayType: type,
  Description: name,
  Unit: { Type: unit, S: sign },
  DataValues: values.map((V) => ({ V })),
});

export const HAND_MADE: Readonly<Record<string, () => Uint8Array | Promise<Uint8Array>>> = {
  ...PATTERNS,
  bdf: () => text(cyclingCsv(1, 20)),
  mpt: () =>
    text(
      `EC-Lab ASCII FILE\r\nNb header lines : 5\r\n\r\nGalvanostatic Cycling with Potential Limitation\r\nmode\tox/red\terror\tcontrol changes\tNs changes\tcounter inc.\ttime/s\tcontrol/V/mA\tEwe/V\tI/mA\t\r\n${lines(20, (i) => `1\t1\t0\t0\t0\t0\t${i}\t0.1\t${2 + i / 10}\t0.1\t\r`)}\n`,
    ),
  "neware-csv": () =>
    text(
      `DataPoint,Cycle Index,Step Index,Step Type,Time,Total Time,Current(A),Voltage(V),Capacity(Ah)\n${lines(20, (i) => `${i + 1},1,1,CC Chg,00:00:${10 + i},00:00:${10 + i},0.001,${2 + i / 100},${i * 1e-5}`)}\n`,
    ),
  "arbin-csv": () =>
    text(
      `Data Point,Test Time (s),Cycle Index,Step Index,Current (A),Voltage (V),Charge Capacity (Ah),Discharge Capacity (Ah),Power (W),Aux\n${ROWS}\n`,
    ),
  "landt-csv": () =>
    text(
      `channel_index,cycle_index,step_index,step_name,date_time_iso_string,test_time/s,voltage/V,current/mA\n${lines(20, (i) => `${i},1,1,C_CC,2026-01-12T09:00:${10 + i},${i},${2 + i / 100},1`)}\n`,
    ),
  "maccor-csv": () =>
    text(
      `Today's Date ,28-Nov-23\nDate of Test:,23-Nov-23 3:56:08 PM\nRec,Cycle C,Step,Test Time (sec),Step Time (sec),Capacity,Energy,Current,Voltage,MD,DPT Time\n${lines(20, (i) => `${i + 1},0,1,${i},${i},0,0,0.001,${2 + i / 100},C,23-Nov-23 3:56:${10 + i} PM`)}\n`,
    ),
  "delimited-de": () => text(`Zeit / s;Spannung / V;Strom / mA\r\n${lines(30, (i) => `${i},5;2,${10 + i};0,1\r`)}\n`),
  "bdf-parquet": () => writeBdfParquet(table()),
  "result-table": () => tableToParquet(table()),
  pssession: () =>
    text(
      JSON.stringify({
        Type: "PalmSens.DataFiles.SessionFile",
        CoreVersion: "5.9",
        Measurements: [
          {
            Title: "cv",
            UTCTimeStamp: 638396640000000000,
            Method: "#PSTrace, Version=5.9\r\nMETHOD_ID=cv\r\n",
            DataSet: {
              Values: [
                array(0, "time", "PalmSens.Units.Second", "s", [0, 0.5, 1]),
                array(1, "scan1channel1", "PalmSens.Units.Volt", "V", [0, 0.1, 0]),
                array(2, "scan1channel1", "PalmSens.Units.MicroAmpere", "µA", [1, 2, 3]),
              ],
            },
          },
        ],
      }),
    ),
  xlsx: () => sheet("data", ["Test Time / s", "Voltage / V", "Current / A"], (i) => [10 * i, 2 + i / 100, 0.001]),
  "arbin-xlsx": () =>
    sheet("Channel_1-008", ["Data_Point", "Test_Time(s)", "Cycle_Index", "Step_Index", "Current(A)", "Voltage(V)"], (i) => [
      i + 1,
      10 * i,
      1,
      1,
      0.001,
      2 + i / 100,
    ]),
  "eis-xlsx": () => sheet("eis", ["Frequency / Hz", "Zreal / Ohm", "Zimag / Ohm"], (i) => [1e5 / 2 ** i, 10 + i, -i]),
  "eis-csv": () => text(`Frequency / Hz,Z' / Ohm,Z'' / Ohm\n${lines(20, (i) => `${(1e5 / 2 ** i).toExponential(4)},${10 + i},${-i}`)}\n`),
  temperatures: () =>
    text(`Temperature / °C,Conductivity / S cm-1,error\n${lines(8, (i) => `${20 + 10 * i},${(1e-4 * 1.3 ** i).toExponential(3)},1e-6`)}\n`),
  tiff: () => writeTiff([frame, frame], { description: "# Exposure_time 1.0 s\n# Pixel_size 172e-6 m x 172e-6 m" }),
  edf: () => writeEdf([frame, frame]),
  "edf-mask": () => writeEdf([{ ...frame, values: pixels.map((_, i) => (i % 5 === 0 ? 1 : 0)) }]),
  cbf: () => writeCbf({ ...frame, values: Int32Array.from(pixels) }, "fuzz"),
  mar345,
  npy,
  png,
  nexus: () => writeNexus([frame, frame], { geometry: GEOMETRY }),
  "nexus-deflate": () => writeNexus([frame], { compression: "deflate", mask: new Uint8Array(WIDTH * HEIGHT) }),
  poni: () => text(writePoni(GEOMETRY)),
  imctrl: () => text(writeImctrl(GEOMETRY)),
  scan: () =>
    hdf5({
      "/exchange/data": stack(4),
      "/exchange/data_white": stack(1),
      "/exchange/data_dark": stack(1),
      "/exchange/theta": numbers([0, 45, 90, 135]),
    }),
  nxazint,
  nxxas: () =>
    hdf5(
      {
        "/entry/monochromator/energy": numbers(Array.from({ length: 30 }, (_, i) => 2460 + i)),
        "/entry/incoming_beam/data": numbers(Array.from({ length: 30 }, () => 1000)),
        "/entry/absorbed_beam/data": numbers(Array.from({ length: 30 }, (_, i) => 900 - i)),
      },
      [["/entry", "NX_class", "NXentry"]],
    ),
  xy: () => text(lines(60, (i) => `${(5 + i / 10).toFixed(3)} ${100 + ((i * 13) % 40)}`)),
  "chi-curve": () =>
    text(`a.tif\n2-Theta Angle (Degrees)\nIntensity\n    60\n${lines(60, (i) => ` ${(5 + i / 10).toExponential(6)}  1.0E+02 1.0`)}\n`),
  vamas: () => {
    const { x, y } = virtualXps({ seed: 1, lines: [[162, 1, 1000]], range: [156, 168], step: 0.4 });
    return text(writeVamas([{ name: "S 2p", x, counts: y, photon: 1486.6 }]));
  },
  raman: () => {
    const { x, y } = virtualRaman({ seed: 1, bands: [], points: 60 });
    return text(writeRamanText("a", x, y));
  },
  ions: () => {
    const { first, second, pulses } = virtualIonCounts({ seed: 1, ratio: 0.1, spread: 0.1 });
    return text(
      writeIonTable(
        [
          { name: "Li3S2+", mass: 84.991, counts: first },
          { name: "Li3S+", mass: 53.0196, counts: second },
        ],
        pulses,
        Array.from(first, (_, i) => `a${i}`),
      ),
    );
  },
  scienta: () =>
    text(
      `[Info]\nNumber of Regions=1\nVersion=1.3.1\n\n[Region 1]\nRegion Name=S2p\nDimension 1 name=Binding Energy [eV]\nDimension 1 size=12\nDimension 1 scale=${Array.from({ length: 12 }, (_, i) => 170 - i).join(" ")}\n\n[Info 1]\nRegion Name=S2p\nPass Energy=50\nExcitation Energy=1486.6\nEnergy Scale=Binding\n\n[Data 1]\n${lines(12, (i) => ` ${170 - i}.0  ${1000 + 10 * i}.0`)}\n`,
    ),
  netzsch: () => {
    const run = virtualBalance({ seed: 1, steps: [[50, 10, 20]], range: [30, 80], density: 1 });
    return text(writeNetzsch("S", 8, run));
  },
  "heat-flow": () => {
    const { temperature, heatFlow } = virtualCalorimeter({ seed: 1, range: [25, 45] });
    return text(writeHeatFlow(8, 10, temperature, heatFlow));
  },
  xdatcar,
  extxyz: () => text(trajectoryText(trajectory(), "extxyz")),
  "xdatcar.gz": () => new Uint8Array(gzipSync(xdatcar())),
  "xdatcar.zst": () => new Uint8Array(zstdCompressSync(xdatcar())),
  "xdatcar.bz2": () => new Uint8Array(Buffer.from(SHORT_XDATCAR, "base64")),
  poscar: () => text("NaCl\n1.0\n10 0 0\n0 10 0\n0 0 10\nNa Cl\n1 1\nSelective dynamics\nDirect\n0.1 0.2 0.3 T T T\n0.4 0.5 0.6 F F F\n"),
  dump: () => text(DUMP(0) + DUMP(10)),
  "lammps-data": () =>
    text(
      "LAMMPS data\n\n2 atoms\n2 atom types\n\n0 10 xlo xhi\n0 10 ylo yhi\n0 10 zlo zhi\n\nMasses\n\n1 22.99 # Na\n2 35.45 # Cl\n\nAtoms # charge\n\n1 1 1.0 0.1 0.2 0.3\n2 2 -1.0 5 5 5\n",
    ),
  dcd,
  vasprun: () => text(VASPRUN),
  outcar: () =>
    text(
      ` vasp.6.3.0\n   VRHFIN =Na: s1p0\n   VRHFIN =Cl: s2p5\n   POTIM  = 2.0\n   ions per type =               1   1\n${OUTCAR_STEP}${OUTCAR_STEP}`,
    ),
  cif: () => text(CIF),
  xdi: () =>
    text(
      writeVirtualXdi(virtualSulfurScan("S8", { s8: 1 }, USUAL_SULFUR_BEAMLINE, "1"))
        .split("\n")
        .slice(0, 90)
        .join("\n"),
    ),
  athena: () => text(ATHENA),
  feff: () => text(writeVirtualFeff("S", 16, 2.1, 4)),
  energies: () => text("formula,formation_energy_per_atom,volume_per_atom\nNa2S,-1.2,18\nNa,0,37\nS,0,25\nNa2S2,-0.9,20\n"),
  "energies-json": () =>
    text(
      JSON.stringify([
        { formula: "Na2S", formation_energy_per_atom: -1.2 },
        { formula: "Na", formation_energy_per_atom: 0 },
        { formula: "S", formation_energy_per_atom: 0 },
      ]),
    ),
  points: () => text(`x,y,z\n${lines(12, (i) => `${i % 3},${i % 4},${i / 5}`)}\n`),
  log: () =>
    text("scan,file,frame,samz_mm,time,exposure_second\n1,a.h5,0,0.5,2026-01-12T09:00:00Z,10\n1,a.h5,1,0.51,2026-01-12T09:00:20Z,10\n"),
  claims: () =>
    text(
      "claims:\n- {id: a, paper: 000, kind: recompute, by: cell bookkeeping, given: {cathode_mg: 5, die_mm: 10}, expect: {x: 6.36}, tol: 0.01}\n- {id: b, paper: 000, kind: audit, by: coulometry, given: {a: '3.2-3.5'}, printed: {x: 2}, tol: 5%}\n",
    ),
  cell: () => new Uint8Array(readFileSync(new URL("../../../packages/formats/src/cellfile/examples/na-s-recipe.yaml", import.meta.url))),
  observations: () =>
    text(
      `probe,kind,species,at,at_sigma,value,sigma\nXRD,scale,Na2S,,,120,4\n${lines(8, (i) => `XRD,crystalline,Na2S,${i / 5},0.01,${10 + i},1.1`)}\nXAS,weight,Na2S5 + Na2S4,0.42,0.02,0.31,0.02\n`,
    ),
  study: () =>
    text(
      "title: A\ncell: seeds.ts\nsources:\n  a: seeds.ts\n  b: { kind: frames, files: ['*.ts'] }\nsteps: [read, cycles, { dqdv: { peaks: true } }, story]\n",
    ),
};
