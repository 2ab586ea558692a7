/** What every action of `thioscope xas` takes: files of scans, how they are cleaned and normalised. */
import { basename } from "node:path";
import { type Notice, type Quantity, ThioscopeError } from "@thioscope/core";
import {
  type AbsorptionSpectrum,
  correctOverAbsorption,
  cutSpectrum,
  deglitch,
  mback,
  mergeSpectra,
  type NormalizedCurve,
  type NormalizedSpectrum,
  type NormalizeOptions,
  normalizeSpectrum,
  overAbsorptionAlpha,
  shiftSpectrum,
} from "@thioscope/core/absorption";
import { type AbsorptionColumns, type AbsorptionScan, type NamedChi, readAbsorption } from "@thioscope/formats";
import { opened } from "../inputs.ts";
import { choiceOption, numberOption, type Options, rangeOption } from "../spectra/inputs.ts";

export type { Options } from "../spectra/inputs.ts";

/** The files of an action. Throws USAGE where there is none. */
export function someFiles(words: readonly string[], usage: string): readonly string[] {
  if (words.length === 0) throw new ThioscopeError("USAGE", `which files? Usage: ${usage}`);
  return words;
}

export interface ReadScans {
  scans: readonly AbsorptionScan[];
  chi: readonly NamedChi[];
  notices: Notice[];
}

const MODES = ["transmission", "fluorescence", "reference"] as const;

/** "energy=1,i0=2,fluorescence=5" */
function columnsOption(options: Options): AbsorptionColumns | undefined {
  const text = options["columns"];
  if (typeof text !== "string") return undefined;
  const entries = Object.fromEntries(text.split(",").map((part) => part.split("=").map((word) => word.trim()) as [string, string]));
  const known = ["energy", "mu", "i0", "transmitted", "fluorescence"];
  const wrong = Object.entries(entries).find(([key, value]) => !known.includes(key) || !value);
  if (wrong || !entries["energy"]) {
    throw new ThioscopeError("USAGE", `--columns ${text}: write energy=1,mu=4 or energy=1,i0=2,transmitted=3 (or fluorescence=5)`);
  }
  return entries as unknown as AbsorptionColumns;
}

/** Scans of files, cleaned as asked. Of a file with several modes the first that is no reference is taken, unless --mode says. */
export async function readScans(paths: readonly string[], options: Options): Promise<ReadScans> {
  const scans: AbsorptionScan[] = [];
  const chi: NamedChi[] = [];
  const notices: Notice[] = [];
  const columns = columnsOption(options);
  for (const path of paths) {
    const file = await opened(path, (source) => readAbsorption(source, columns ? { columns } : {}));
    notices.push(
      ...file.notices.map((notice) => ({ ...notice, message: paths.length > 1 ? `${basename(path)}: ${notice.message}` : notice.message })),
    );
    chi.push(...file.chi);
    for (const scan of chosenOf(file.scans, options, basename(path))) scans.push(cleaned(scan, options, notices));
  }
  return { scans, chi, notices };
}

function chosenOf(scans: readonly AbsorptionScan[], options: Options, file: string): readonly AbsorptionScan[] {
  const word = options["scan"];
  if (typeof word === "string") {
    const found = scans[Number(word) - 1] ?? scans.find(({ name }) => name === word);
    if (found) return [found];
    throw new ThioscopeError(
      "USAGE",
      `--scan ${word}: ${file} holds ${scans.length}: ${scans
        .slice(0, 12)
        .map(({ name }) => `"${name}"`)
        .join(", ")}`,
    );
  }
  const mode = choiceOption(options, "mode", MODES);
  const fitting = scans.filter((scan) => (mode ? scan.mode === mode : scan.mode !== "reference"));
  if (scans.length > 0 && fitting.length === 0) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${file} holds no ${mode ?? "measured"} scan; it holds ${[...new Set(scans.map((scan) => scan.mode))].join(", ")}`,
    );
  }
  if (mode) return fitting;
  // one mode per sample: the same scan seen by another detector is another measurement of it
  const first = fitting[0]?.mode;
  return fitting.filter((scan) => scan.mode === first);
}

function cleaned(scan: AbsorptionScan, options: Options, notices: Notice[]): AbsorptionScan {
  let out: AbsorptionScan = scan;
  const cut = rangeOption(options, "cut");
  if (cut) out = { ...out, ...cutSpectrum(out, cut[0], cut[1]) };
  const move = numberOption(options, "move");
  if (move !== undefined) out = shiftSpectrum(out, move);
  if (options["deglitch"]) {
    const { spectrum, removed } = deglitch(out);
    if (removed.length > 0) {
      notices.push({
        code: "glitches-removed",
        message: `"${scan.name}": ${removed.length} glitches taken out, at ${removed.map((e) => e.toFixed(1)).join(", ")} eV`,
      });
    }
    out = { ...out, ...spectrum };
  }
  return out;
}

export function normalizeOptions(options: Options): NormalizeOptions {
  const e0 = numberOption(options, "e0");
  const pre = rangeOption(options, "pre");
  const post = rangeOption(options, "post");
  const degree = numberOption(options, "degree");
  return {
    ...(e0 === undefined ? {} : { e0 }),
    ...(pre ? { pre } : {}),
    ...(post ? { post } : {}),
    ...(degree === undefined ? {} : { degree }),
  };
}

/** α of --formula with --element, --edge and --angles; undefined without a formula. */
export function alphaOption(options: Options, scan?: AbsorptionScan): number | undefined {
  const formula = options["formula"];
  if (typeof formula !== "string") return undefined;
  const [angleIn, angleOut] = anglesOf(options);
  const element = String(options["element"] ?? scan?.element ?? "S");
  const edge = String(options["edge"] ?? scan?.edge ?? "K");
  return overAbsorptionAlpha({ formula, element, edge, angleIn, angleOut });
}

function anglesOf(options: Options): [number, number] {
  const text = options["angles"];
  if (typeof text !== "string") return [45, 45];
  const [a, b] = text.split(",").map(Number);
  if (!Number.isFinite(a) || !Number.isFinite(b))
    throw new ThioscopeError("USAGE", `--angles ${text}: write two angles in degrees, for instance 45,45`);
  return [a!, b!];
}

export interface Curve extends NormalizedCurve {
  /** null where the file was normalised already */
  normalized: NormalizedSpectrum | null;
  scan: AbsorptionSpectrum;
  stepError: number;
  fluorescence: boolean;
}

/** Scans normalised; those that a file calls normalised are taken as they are. @param correct also corrects over-absorption where --formula is given */
export async function readCurves(
  paths: readonly string[],
  options: Options,
  correct = true,
): Promise<{ curves: Curve[]; notices: Notice[] }> {
  const { scans, notices } = await readScans(paths, options);
  const ready = mergedIfAsked(scans, options);
  return { curves: ready.map((scan) => curveOf(scan, options, notices, correct)), notices };
}

/** One scan of several of the same sample, by their noise; all as they are without --merge. */
export function mergedIfAsked(scans: readonly AbsorptionScan[], options: Options): readonly AbsorptionScan[] {
  return options["merge"] && scans.length > 1 ? [{ ...scans[0]!, ...mergeSpectra(scans, `merge of ${scans.length}`) }] : scans;
}

function curveOf(scan: AbsorptionScan, options: Options, notices: Notice[], correct: boolean): Curve {
  const fluorescence = scan.mode === "fluorescence";
  if (scan.normalized) return { name: scan.name, energy: scan.energy, value: scan.mu, normalized: null, scan, stepError: 0, fluorescence };
  const how = normalizeOptions(options);
  let normalized = normalizeSpectrum(scan, how);
  let { flat } = normalized;
  if (options["mback"]) {
    const element = String(options["element"] ?? scan.element ?? "");
    if (element === "") throw new ThioscopeError("USAGE", `--mback needs --element: "${scan.name}" does not say which edge it is`);
    const own = mback(scan, { element, edge: String(options["edge"] ?? scan.edge ?? "K"), e0: normalized.e0.value });
    flat = own.norm;
    normalized = { ...normalized, norm: own.norm, flat: own.norm, edgeStep: own.edgeStep };
  }
  const alpha = correct ? alphaOption(options, scan) : undefined;
  if (alpha !== undefined) {
    const thin = normalizeSpectrum(
      { ...scan, mu: correctOverAbsorption(normalized.norm, alpha), sigma: null },
      { ...how, e0: normalized.e0.value },
    );
    flat = thin.flat;
    normalized = { ...thin, e0: normalized.e0, edgeStep: normalized.edgeStep };
    notices.push({
      code: "over-absorption-corrected",
      message: `"${scan.name}": corrected for over-absorption with α = ${alpha.toPrecision(3)}`,
    });
  }
  if (normalized.refused) notices.push({ code: "normalisation-refused", message: `"${scan.name}": ${normalized.refused}` });
  return { name: scan.name, energy: scan.energy, value: flat, normalized, scan, stepError: normalized.windowShare, fluorescence };
}

export const values = (column: Float64Array, unit: string, sigma: Float64Array | number | null = null) => ({ values: column, sigma, unit });
export const q = (value: number, unit = "1", sigma: number | null = null): Quantity => ({ value, sigma, unit });
