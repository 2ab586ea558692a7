/**
 * Lines of a powder pattern beside pymatgen's XRDCalculator (Debian's python3-pymatgen) in the same run: angles and relative intensities to 100°, Cu Kα1, atoms at rest,
 * no dispersion, as it computes. The names say how far angles and intensities (of lines above 1 %) are apart at most, with its own form factors and with the same
 * ones. Limit: a twentieth of its time. Then whole patterns: Pawley of LaB6, Rietveld of three phases, and a series with shapes held.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { formFactorOf, phaseStructure, powderLines, type Structure } from "@thioscope/core/crystal";
import { refinePattern } from "@thioscope/core/powder";
import { readCifStructures, writeStructureCif } from "@thioscope/formats";
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
    return { ...found, ...wholePatterns() };
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
  const first = refinePattern(mixture, structures, { wavelengthAngstrom: LAMBDA, method: "rietveld", free });
  const profile = Object.fromEntries(Object.entries(first.profile).map(([key, { value }]) => [key, value]));
  const held = { wavelengthAngstrom: LAMBDA, method: "rietveld", free: [], profile, zero: first.zero.value, cells: false } as const;
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
    "one more pattern of a series, shapes and cells held": timed(() => refinePattern(mixture, structures, held), 5, 4101),
  };
}
