/**
 * Trajectories: reading XDATCAR and vasprun.xml beside pymatgen and beside `split` and `parseFloat`, memory of a file of 500 MB, displacement and diffusivity.
 *
 * The files are made here: Brownian ions, wrapped. Peers read a part of the large file (they keep all of it in memory); times are scaled to the same
 * bytes. Programs that are not on the machine leave the yardstick of `split + parseFloat`.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random } from "@thioscope/core";
import { diffusivity, meanSquaredDisplacement } from "@thioscope/core/transport";
import { readTrajectory } from "@thioscope/formats";
import { openAsByteSource } from "@thioscope/study";
import type { Case } from "./run.ts";

const ATOMS = { Na: 60, Ta: 60, S: 30, Cl: 250 } as const;
const FRAMES = 400;
const LARGE_BYTES = 520e6;
const RUNS = 3;

/** Frames of wrapped Brownian atoms as lines of three fractions. */
function frames(count: number, prefix: string, suffix: string): string[] {
  const draw = random("md bench");
  const n = Object.values(ATOMS).reduce((sum, k) => sum + k, 0);
  const x = Float64Array.from({ length: 3 * n }, () => draw.uniform());
  return Array.from({ length: count }, () => {
    const lines: string[] = [];
    for (let i = 0; i < 3 * n; i += 3) {
      for (let k = 0; k < 3; k++) x[i + k] = (x[i + k]! + 0.003 * draw.normal() + 1) % 1;
      lines.push(`${prefix}${x[i]!.toFixed(8)}  ${x[i + 1]!.toFixed(8)}  ${x[i + 2]!.toFixed(8)}${suffix}`);
    }
    return lines.join("\n");
  });
}

const HEADER = `bench\n1.0\n20 0 0\n0 20 0\n0 0 20\n${Object.keys(ATOMS).join(" ")}\n${Object.values(ATOMS).join(" ")}\n`;

function xdatcar(path: string, bytes: number): number {
  const block = frames(FRAMES, "  ", "");
  const file = openSync(path, "w");
  let size = writeSync(file, HEADER);
  for (let k = 0; size < bytes; k++) size += writeSync(file, `Direct configuration= ${String(k + 1).padStart(6)}\n${block[k % FRAMES]}\n`);
  closeSync(file);
  return size;
}

/** As VASP writes a molecular dynamics run: energies, positions and forces per step. */
function vasprun(path: string, steps: number): number {
  const basis =
    '<varray name="basis" >\n <v> 20.0 0.0 0.0 </v>\n <v> 0.0 20.0 0.0 </v>\n <v> 0.0 0.0 20.0 </v>\n</varray>\n<i name="volume"> 8000.0 </i>';
  const species = Object.entries(ATOMS).flatMap(([s, n], k) =>
    Array<string>(n).fill(`    <rc><c>${s.padEnd(2)}</c><c>  ${k + 1}</c></rc>`),
  );
  const types = Object.entries(ATOMS).map(
    ([s, n]) => `    <rc><c>  ${n}</c><c>${s.padEnd(2)}</c><c>  1.0</c><c> 1.0</c><c> PAW_PBE ${s} 01Jan2000</c></rc>`,
  );
  const block = frames(50, "    <v>       ", " </v>");
  const structure = (positions: string): string =>
    `<structure>\n <crystal>\n${basis}\n</crystal>\n <varray name="positions" >\n${positions}\n </varray>\n</structure>`;
  const file = openSync(path, "w");
  let size = writeSync(
    file,
    `<?xml version="1.0" encoding="ISO-8859-1"?>\n<modeling>\n<generator>\n<i name="version" type="string">6.3.0</i>\n</generator>\n<incar>\n <i name="POTIM"> 2.0</i>\n <i type="int" name="NSW"> ${steps}</i>\n <i type="int" name="NELM"> 60</i>\n</incar>\n<kpoints>\n<generation param="Gamma">\n<v type="int" name="divisions"> 1 1 1 </v>\n</generation>\n<varray name="kpointlist" >\n<v> 0.0 0.0 0.0 </v>\n</varray>\n<varray name="weights" >\n<v> 1.0 </v>\n</varray>\n</kpoints>\n<parameters>\n<i name="POTIM"> 2.0</i>\n<i type="int" name="NSW"> ${steps}</i>\n<i type="int" name="NELM"> 60</i>\n<i type="int" name="IBRION"> 0</i>\n</parameters>\n<atominfo>\n<atoms>${species.length} </atoms>\n<types>${types.length} </types>\n<array name="atoms" >\n<dimension dim="1">ion</dimension>\n<field type="string">element</field>\n<field type="int">atomtype</field>\n<set>\n${species.join("\n")}\n</set>\n</array>\n<array name="atomtypes" >\n<dimension dim="1">type</dimension>\n<field type="int">atomspertype</field>\n<field type="string">element</field>\n<field>mass</field>\n<field>valence</field>\n<field type="string">pseudopotential</field>\n<set>\n${types.join("\n")}\n</set>\n</array>\n</atominfo>\n${structure(block[0]!).replace("<structure>", '<structure name="initialpos" >')}\n`,
  );
  for (let k = 0; k < steps; k++) {
    const energy = `<energy>\n<i name="e_fr_energy"> -525.07 </i>\n<i name="e_wo_entrp"> -525.07 </i>\n<i name="e_0_energy"> -525.07 </i>\n</energy>`;
    const forces = `<varray name="forces" >\n${block[(k + 7) % 50]}\n</varray>`;
    size += writeSync(
      file,
      `<calculation>\n<scstep>\n${energy}\n</scstep>\n${structure(block[k % 50]!)}\n${forces}\n${energy}\n</calculation>\n`,
    );
  }
  size += writeSync(file, `${structure(block[0]!).replace("<structure>", '<structure name="finalpos" >')}\n</modeling>\n`);
  closeSync(file);
  return size;
}

async function fastest(work: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < RUNS; k++) {
    const began = performance.now();
    await work();
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

async function read(path: string): Promise<number> {
  const source = await openAsByteSource(path);
  let sum = 0;
  try {
    await readTrajectory(source, {
      frame(f) {
        sum += f.coordinates[0]!;
        return true;
      },
    });
  } finally {
    await source.close();
  }
  return sum;
}

/** All numbers of a file by the functions that everyone has. */
function splitAndParse(path: string): number {
  let sum = 0;
  for (const line of readFileSync(path, "latin1").split("\n")) {
    const words = line.trim().split(/\s+/);
    for (const word of words) sum += Number.parseFloat(word) || 0;
  }
  return sum;
}

function python(script: string, ...args: string[]): number | null {
  const done = spawnSync("sh", ["-c", 'command -p python3 -c "$0" "$@"', script, ...args], { encoding: "utf8" });
  const ms = Number.parseFloat(done.stdout);
  return done.status === 0 && Number.isFinite(ms) ? ms : null;
}

const TIMED = "import sys, time, warnings; warnings.simplefilter('ignore')\n";
const PYMATGEN_XDATCAR = `${TIMED}from pymatgen.io.vasp.outputs import Xdatcar\nt = time.perf_counter(); Xdatcar(sys.argv[1]); print(1000 * (time.perf_counter() - t))`;
const PYMATGEN_VASPRUN = `${TIMED}from pymatgen.io.vasp.outputs import Vasprun\nt = time.perf_counter(); Vasprun(sys.argv[1], parse_dos=False, parse_eigen=False, parse_potcar_file=False); print(1000 * (time.perf_counter() - t))`;

const ALONE = `import { open } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { readTrajectory } from "../packages/formats/src/trajectory/index.ts";
const handle = await open(process.argv[2]);
const { size } = await handle.stat();
const readInto = async (offset, target) => { await handle.read(target, 0, target.length, offset); };
const read = async (offset, length) => { const bytes = new Uint8Array(length); await readInto(offset, bytes); return bytes; };
let sum = 0;
const began = performance.now();
await readTrajectory({ name: "XDATCAR", size, read, readInto }, { frame(f) { sum += f.coordinates[0]; return true; } });
const ms = performance.now() - began;
await handle.close();
// of this process alone: what getrusage says includes its parent before exec
const kilobytes = Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "latin1"))?.[1]);
console.log(JSON.stringify({ ms, megabytes: kilobytes / 1024 }));
`;

/** The reader in a process of its own, from source. @returns peak resident memory in MB, that of Node included */
function resident(path: string): { megabytes: number; ms: number } {
  const entry = join(import.meta.dirname, `.md-alone-${process.pid}.ts`);
  writeFileSync(entry, ALONE);
  try {
    const done = spawnSync(process.execPath, ["--conditions=source", entry, path], { encoding: "utf8" });
    return JSON.parse(done.stdout) as { megabytes: number; ms: number };
  } finally {
    rmSync(entry, { force: true });
  }
}

function walk(ions: number, count: number): Float64Array {
  const draw = random(`walk ${ions}`);
  const series = new Float64Array(3 * ions * count);
  for (let c = 0; c < 3 * ions; c++) {
    let x = 0;
    for (let t = 0; t < count; t++) {
      series[c * count + t] = x;
      x += 0.06 * draw.normal();
    }
  }
  return series;
}

export async function cases(): Promise<Record<string, Case>> {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-md-"));
  const found: Record<string, Case> = {};
  const add = (key: string, bytes: number, ms: number, yardstick: string, yardstickMs: number, limitMs?: number): void => {
    const name = `${key}, ${(bytes / 1e6).toFixed(0)} MB at ${(bytes / 1e3 / ms).toFixed(0)} MB/s`;
    found[name] = {
      ms,
      rows: bytes,
      rowsPerSecond: (1000 * bytes) / ms,
      yardstick,
      yardstickMs,
      ...(limitMs === undefined ? {} : { limitMs }),
    };
  };
  try {
    const small = join(folder, "XDATCAR");
    const bytes = xdatcar(small, 30e6);
    const own = await fastest(() => read(small));
    add("XDATCAR", bytes, own, "split + parseFloat", await fastest(() => splitAndParse(small)));
    const tiny = join(folder, "XDATCAR_peer");
    const tinyBytes = xdatcar(tiny, 6e6);
    const peer = python(PYMATGEN_XDATCAR, tiny);
    if (peer !== null)
      add("XDATCAR beside pymatgen", bytes, own, `pymatgen, ${(tinyBytes / 1e6).toFixed(0)} MB scaled`, (peer * bytes) / tinyBytes);

    const xml = join(folder, "vasprun.xml");
    const xmlBytes = vasprun(xml, 800);
    const ownXml = await fastest(() => read(xml));
    add("vasprun.xml", xmlBytes, ownXml, "split + parseFloat", await fastest(() => splitAndParse(xml)), xmlBytes / 1e5);
    const peerXml = python(PYMATGEN_VASPRUN, xml);
    if (peerXml !== null) add("vasprun.xml beside pymatgen", xmlBytes, ownXml, "pymatgen", peerXml);

    const large = join(folder, "XDATCAR_large");
    const largeBytes = xdatcar(large, LARGE_BYTES);
    const alone = resident(large);
    const copying = await fastest(async () => {
      const source = await openAsByteSource(large);
      const buffer = new Uint8Array(1 << 20);
      for (let at = 0; at + buffer.length <= source.size; at += buffer.length) await source.readInto!(at, buffer);
      await source.close();
    });
    add(`XDATCAR, ${alone.megabytes.toFixed(0)} MB resident`, largeBytes, alone.ms, "reading the same bytes", copying, largeBytes / 3e5);

    const [ions, count] = [150, 10_000];
    const series = walk(ions, count);
    let D = 0;
    const ms = await fastest(() => {
      meanSquaredDisplacement({ frames: count, series });
      D = diffusivity({ frames: count, series }, { intervalFs: 2 }).D.value;
    });
    const numpy = python(
      `${TIMED}import numpy as np\nx = np.cumsum(np.random.default_rng(1).normal(size=(${count}, ${ions}, 3)), axis=0)\nt = time.perf_counter()\nn = ${count}\nf = np.fft.rfft(x, 2 * n, axis=0)\ns2 = np.fft.irfft(f * f.conj(), axis=0)[:n].sum(axis=2)\nq = np.append((x ** 2).sum(axis=2), np.zeros((1, ${ions})), axis=0)\nd = 2 * q.sum(axis=0)\ns1 = np.zeros((n, ${ions}))\nfor m in range(n):\n    d = d - q[m - 1] - q[n - m]\n    s1[m] = d\nmsd = ((s1 - 2 * s2) / (n - np.arange(n))[:, None]).mean(axis=1)\nprint(1000 * (time.perf_counter() - t))`,
    );
    found[`MSD and D of ${ions} ions × ${count} frames (${D.toExponential(2)} cm²/s)`] = {
      ms,
      rows: ions * count,
      rowsPerSecond: (1000 * ions * count) / ms,
      yardstick: numpy === null ? "1 s" : "numpy, MSD alone",
      yardstickMs: numpy ?? 1000,
      limitMs: 1000,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return found;
}
