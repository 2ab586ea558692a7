/**
 * X-ray absorption, one thread, warm: normalisation of a copper scan with the scatter of its windows, AUTOBK, the Cauchy map of 326 × 318 points, a fit of
 * one path with four variables, and a series of 500 S K-edge spectra calibrated, normalised and made of three standards with errors. Peer in
 * the same run: xraylarch on the same spectra (THIOSCOPE_PYTHON or the system's python3); where it is absent the yardstick is copying
 * the spectrum, and its name says so. Needs the data folder for copper and its FEFF path.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { autobk, calibrateOn, cauchyTransform, fitCombination, fitPaths, normalizeSpectrum, standardSet } from "@thioscope/core/absorption";
import { readAbsorption, readFeffPath, sourceOfBytes } from "@thioscope/formats";
import { USUAL_SULFUR_BEAMLINE, type VirtualSulfur, virtualSulfurScan } from "@thioscope/virtual";
import type { Case } from "./run.ts";

const DATA = process.env["THIOSCOPE_DATA"] ?? resolve(import.meta.dirname, "../../shared/data");
/** targets in ms */
const LIMITS = { normalize: 0.5, autobk: 3, cauchy: 6, feffit: 10, series: 300 };
const SPECTRA = 500;
/** how many of the series the peer is given: the rest costs it the same */
const PEER_SPECTRA = 50;

/** Median of `runs` after some to warm up, in ms. */
function median(runs: number, warm: number, work: () => unknown): number {
  const times: number[] = [];
  for (let k = -warm; k < runs; k++) {
    const began = performance.now();
    work();
    if (k >= 0) times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

const scanOf = (name: string, sulfur: VirtualSulfur, shift: number, seed: string) => {
  const { energy, fluorescence, i0 } = virtualSulfurScan(name, sulfur, { ...USUAL_SULFUR_BEAMLINE, shift }, seed);
  return { name, energy, mu: fluorescence.map((f, i) => f / i0[i]!), sigma: null };
};

function larch(job: object): Record<string, number> | undefined {
  const script = join(import.meta.dirname, "xas-peer.py");
  const own = process.env["THIOSCOPE_PYTHON"];
  const options = {
    input: JSON.stringify(job),
    encoding: "utf8",
    env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    maxBuffer: 2 ** 28,
  } as const;
  // `command -p` finds the system's python3 whatever the PATH of the shell is
  const done = own ? spawnSync(own, [script], options) : spawnSync("sh", ["-c", `command -p python3 "${script}"`], options);
  return done.status === 0 ? (JSON.parse(done.stdout.trim().split("\n").at(-1)!) as Record<string, number>) : undefined;
}

export async function cases(): Promise<Record<string, Case>> {
  const read = async (name: string) => sourceOfBytes(name, readFileSync(join(DATA, "xas", name)));
  const copper = (await readAbsorption(await read("metals/cu_metal_rt.xdi"))).scans[0]!;
  const path = await readFeffPath(await read("feff/feffcu01.dat"));
  const norm = normalizeSpectrum(copper);
  const options = { e0: norm.e0.value, edgeStep: norm.edgeStep.value, rbkg: 1, weight: 2 };
  const background = autobk(copper, options);
  const oxide = (await readAbsorption(await read("metals/feo_xafs.dat"))).scans[0]!;
  const oxideNorm = normalizeSpectrum(oxide, { e0: 7119 });
  const map = autobk(oxide, { e0: 7119, edgeStep: oxideNorm.edgeStep.value, rbkg: 0.9, weight: 2 });
  const variables = [
    { name: "amp", start: 1 },
    { name: "del_e0", start: 0 },
    { name: "sig2", start: 0 },
    { name: "del_r", start: 0 },
  ];
  const fit = () =>
    fitPaths(
      variables,
      [
        {
          name: "Cu",
          data: background,
          chiSigma: background.chiSigma,
          paths: [{ path, parameters: { s02: "amp", e0: "del_e0", sigma2: "sig2", deltar: "del_r" } }],
        },
      ],
      { from: 3, to: 17, taper: 4, window: "kaiser", weight: 2, rFrom: 1.4, rTo: 3 },
    );
  const kinds: readonly VirtualSulfur[] = [{ chain: { x: 4, share: 1 } }, { sulfide: 1 }, { electrolyte: 1 }];
  const standards = kinds.map((sulfur, i) => scanOf(`standard ${i}`, sulfur, 0, "bench"));
  const reference = scanOf("ZnSO4", { sulfate: 1 }, 0.3, "bench");
  const point = { name: "ZnSO4", point: "derivative maximum", energy: 2480.5, source: "bench" } as const;
  const raw = Array.from({ length: SPECTRA }, (_, k) =>
    scanOf("sample", { chain: { x: 4, share: 0.5 * (1 - k / SPECTRA) }, sulfide: (0.5 * k) / SPECTRA, electrolyte: 0.5 }, 0.3, `${k}`),
  );
  const windows = { pre: [-28, -9], post: [18, 54], degree: 1 } as const;
  const series = () => {
    const { shift } = calibrateOn(reference, point);
    const set = standardSet(
      standards.map((scan) => {
        const { energy, flat } = normalizeSpectrum(scan, windows);
        return { name: scan.name, energy, value: flat };
      }),
    );
    return raw.map((scan) => {
      const moved = { ...scan, energy: scan.energy.map((e) => e + shift.value) };
      const { energy, flat, windowShare } = normalizeSpectrum(moved, windows);
      return fitCombination({ name: scan.name, energy, value: flat }, set, { range: [2462, 2515], stepError: windowShare });
    });
  };
  const peer = larch({
    energy: Array.from(copper.energy),
    mu: Array.from(copper.mu),
    k: Array.from(map.k),
    chi: Array.from(map.chi),
    feff: join(DATA, "xas/feff/feffcu01.dat"),
    standards: standards.map(({ energy, mu }) => [Array.from(energy), Array.from(mu)]),
    series: raw.slice(0, PEER_SPECTRA).map(({ energy, mu }) => [Array.from(energy), Array.from(mu)]),
    spectra: SPECTRA,
  });
  const copy = median(50, 3, () => copper.mu.slice());
  const of = (name: keyof typeof LIMITS, ms: number, rows: number): Case => ({
    ms,
    rows,
    rowsPerSecond: (1000 * rows) / ms,
    yardstick: peer?.[name] === undefined ? "copying a spectrum (xraylarch is not on this machine)" : "xraylarch",
    yardstickMs: peer?.[name] ?? copy,
    limitMs: LIMITS[name],
  });
  return {
    normalize: of(
      "normalize",
      median(200, 50, () => normalizeSpectrum(copper)),
      copper.mu.length,
    ),
    autobk: of(
      "autobk",
      median(50, 10, () => autobk(copper, options)),
      copper.mu.length,
    ),
    cauchy: of(
      "cauchy",
      median(30, 10, () => cauchyTransform(map, { weight: 2, most: 10 })),
      326 * map.k.length,
    ),
    feffit: of("feffit", median(30, 10, fit), background.k.length),
    series: of("series", median(5, 1, series), SPECTRA * raw[0]!.mu.length),
  };
}
