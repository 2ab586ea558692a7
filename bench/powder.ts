/**
 * Lines of a powder pattern beside pymatgen's XRDCalculator (Debian's python3-pymatgen) in the same run: angles and relative intensities to 100°, Cu Kα1, atoms at rest,
 * no dispersion, as it computes. The names say how far angles and intensities (of lines above 1 %) are apart at most, with its own form factors and with the same
 * ones. Limit: a twentieth of its time. Then whole patterns: Pawley of LaB6, Rietveld of three phases, and 8,080 patterns over position and time, three phases, on one thread and on two.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { formFactorOf, phaseStructure, powderLines, type Structure } from "@thioscope/core/crystal";
import { refinePattern } from "@thioscope/core/powder";
import { readCifStructures, writeStructureCif } from "@thioscope/formats";
import { refinePatterns } from "@thioscope/study";
import { virtualPowder } from "@thioscope/virtual";
import { dataFile } from "../tests/data.ts";
import type { Case } from "./run.ts";

const LAMBDA = 1.5406;
const SHIPPED = ["LaB6", "CeO2", "Si", "Al2O3", "Ni", "NaCl", "Na2S", "Na2S2", "Li2S", "Na3PS4", "Li6PS5Cl"] as const;
const FILES = ["xrd/cif/Li10GeP2S12.cif", "xrd/cif/CaF2_fluorite.cif", "md/argyrodite/Li6PS5I_Neutron.cif"] as const;

interface Peer {
  own: { ms: number; x: number[]; y: number[] }[];
  same: { ms: number; x: number[]; y: number[] }[];
}

/** Neutral atoms at rest: what the peer takes a structure for. */
const bare = (structure: Structure): Structure => ({
  ...structure,
  sites: structure.sites!.map((site) => ({ ...site, uIso: 0, uAniso: null, charge: 0 })),
});

function apart(lines: readonly (readonly [number, number])[], { x, y }: { x: number[]; y: number[] }): { angle: number; share: number } {
  let angle = 0;
  let share = 0;
  for (const [k, at] of x.entries()) {
    if (y[k]! < 1) continue;
    const near = lines.filter(([place]) => Math.abs(place - at) < 1e-4);
    if (near.length === 0) return { angle: Number.POSITIVE_INFINITY, share: Number.POSITIVE_INFINITY };
    angle = Math.max(angle, ...near.map(([place]) => Math.abs(place - at)));
    share = Math.max(share, Math.abs(near.reduce((sum, [, own]) => sum + own, 0) / y[k]! - 1));
  }
  return { angle, share };
}

export async function cases(): Promise<Record<string, Case>> {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-bench-powder-"));
  const found: Record<string, Case> = {};
  try {
    const samples = [
      ...SHIPPED.map((name) => {
        const path = join(folder, `${name}.cif`);
        const text = writeStructureCif(phaseStructure(name));
        writeFileSync(path, text);
        // a cell with an error is written with as many digits as the error has
        return { name, path, structure: bare(readCifStructures(text, name)[0]!) };
      }),
      ...FILES.map(dataFile)
        .filter((path) => existsSync(path))
        .map((path) => ({ name: basename(path, ".cif"), path, structure: bare(readCifStructures(readFileSync(path, "utf8"), path)[0]!) })),
    ];
    const elements = [...new Set(samples.flatMap(({ structure }) => structure.sites!.map(({ element }) => element)))];
    const factors = join(folder, "factors.json");
    writeFileSync(factors, JSON.stringify(Object.fromEntries(elements.map((e) => [e, Array.from(formFactorOf(e)!.coefficients)]))));
    const peer = peerOf(
      factors,
      samples.map(({ path }) => path),
    );
    for (const [k, { name, structure }] of samples.entries()) {
      let ms = Number.POSITIVE_INFINITY;
      let lines: [number, number][] = [];
      for (let n = 0; n < 20; n++) {
        const began = performance.now();
        const pattern = powderLines(structure, { wavelengthAngstrom: LAMBDA, twoThetaMaxDegree: 100, dispersion: "none" });
        ms = Math.min(ms, performance.now() - began);
        lines = pattern.lines.map(({ twoTheta, intensity }) => [twoTheta.value, "value" in intensity ? intensity.value : Number.NaN]);
      }
      const size = { ms, rows: lines.length, rowsPerSecond: (1000 * lines.length) / ms };
      if (!peer) found[name] = { ...size, yardstick: "pymatgen is not on this machine", yardstickMs: Number.NaN };
      else {
        const [own, same] = [apart(lines, peer.own[k]!), apart(lines, peer.same[k]!)];
        const words = `${name}: angles ${own.angle.toExponential(0)}°, intensities ${(100 * own.share).toFixed(1)} %, same factors ${(100 * same.share).toFixed(2)} %`;
        found[words] = { ...size, yardstick: "pymatgen", yardstickMs: peer.own[k]!.ms, limitMs: peer.own[k]!.ms / 20 };
      }
    }
    return { ...found, ...wholePatterns(), ...(await series()) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function peerOf(factors: string, paths: readonly string[]): Peer | null {
  try {
    const script = join(import.meta.dirname, "powder-peer.py");
    const words = ["-c", 'command -p python3 "$@"', "sh", script, factors, String(LAMBDA), "1", "100", ...paths];
    return JSON.parse(execFileSync("sh", words, { encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "ignore"] })) as Peer;
  } catch {
    return null;
  }
}

function wholePatterns(): Record<string, Case> {
  const patternOf = (names: readonly string[]) => {
    const lines = names.flatMap((name) => {
      const all = powderLines(phaseStructure(name), { wavelengthAngstrom: LAMBDA, twoThetaMaxDegree: 100 }).lines;
      const areas = all.map(({ integrated }) => ("value" in integrated ? integrated.value : 0));
      const top = Math.max(...areas);
      return all.map(({ twoTheta }, k) => ({ twoTheta: twoTheta.value, area: (300 * areas[k]!) / top }));
    });
    const { twoTheta, counts } = virtualPowder({
      lines,
      range: [18, 100],
      step: 0.02,
      gauss: 0.025,
      lorentz: 0.015,
      background: 60,
      seed: "bench",
    });
    return { twoTheta, intensity: counts, sigma: null };
  };
  const timed = (work: () => void, times: number, rows: number): Case => {
    let ms = Number.POSITIVE_INFINITY;
    for (let k = 0; k < times; k++) {
      const began = performance.now();
      work();
      ms = Math.min(ms, performance.now() - began);
    }
    return { ms, rows, rowsPerSecond: (1000 * rows) / ms, yardstick: "none", yardstickMs: Number.NaN };
  };
  const lab6 = patternOf(["LaB6"]);
  const mixture = patternOf(["Na2S", "Na2S2", "Na3PS4"]);
  const structures = ["Na2S", "Na2S2", "Na3PS4"].map(phaseStructure);
  const free = ["zero", "w", "x", "y"] as const;
  return {
    "Pawley of LaB6, 4,101 points": timed(
      () => refinePattern(lab6, [phaseStructure("LaB6")], { wavelengthAngstrom: LAMBDA, method: "pawley", free }),
      3,
      4101,
    ),
    "Rietveld of three phases, everything free": timed(
      () => refinePattern(mixture, structures, { wavelengthAngstrom: LAMBDA, method: "rietveld", free }),
      2,
      4101,
    ),
  };
}

/** A beam time: 80 scans of 101 positions, 1,000 points each; Na2S grows from the first position on, and swells. */
async function series(): Promise<Record<string, Case>> {
  const [scans, positions, lambda] = [80, 101, 0.1424];
  const names = ["Na2S", "Na2S2", "Na3PS4"];
  const structures = names.map(phaseStructure);
  const all = structures.map((structure) => powderLines(structure, { wavelengthAngstrom: lambda, twoThetaMaxDegree: 8 }).lines);
  const areas = all.map((lines) => lines.map(({ integrated }) => ("value" in integrated ? integrated.value : 0)));
  let twoTheta: Float64Array = new Float64Array(0);
  let values = new Float64Array(0);
  for (let p = 0; p < scans * positions; p++) {
    const share = Math.min(1, Math.max(0, (p / positions - 0.5 * (p % positions)) / scans));
    const amounts = [40 * share, 20, 60 - 30 * share];
    const lines = all.flatMap((own, k) =>
      own.map(({ d }, i) => ({
        twoTheta: (360 / Math.PI) * Math.asin(lambda / (2 * d.value * (1 + 1e-3 * share))),
        area: (amounts[k]! * areas[k]![i]!) / Math.max(...areas[k]!),
      })),
    );
    const pattern = virtualPowder({ lines, range: [1.5, 7.9], step: 0.0064, gauss: 0.012, lorentz: 0.006, background: 200, seed: `${p}` });
    if (p === 0) {
      ({ twoTheta } = pattern);
      values = new Float64Array(scans * positions * twoTheta.length);
    }
    values.set(pattern.counts, p * twoTheta.length);
  }
  const stack = { twoTheta, values, sigma: null, positions };
  const found: Record<string, Case> = {};
  const answers: Float64Array[] = [];
  for (const threads of [1, 2]) {
    const began = performance.now();
    const refined = await refinePatterns(
      stack,
      structures,
      { wavelengthAngstrom: lambda, free: ["zero", "w", "x", "y"] },
      { progress() {} },
      threads,
    );
    const ms = performance.now() - began;
    answers.push(refined.answers);
    const rows = scans * positions;
    const same = threads === 1 ? "" : answers[0]!.every((x, k) => Object.is(x, answers[1]![k])) ? ", the same answers" : ", OTHER ANSWERS";
    found[`series of ${rows} patterns, 3 phases, cells free, ${threads} thread${threads > 1 ? "s" : ""}${same}`] = {
      ms,
      rows,
      rowsPerSecond: (1000 * rows) / ms,
      yardstick: "none",
      yardstickMs: Number.NaN,
    };
  }
  return found;
}
