/** What the steps over absorption scans share: scans of the source, standards among its settings, normalised alike. */
import type { Notice } from "@thioscope/core";
import {
  deglitch,
  type NormalizedCurve,
  type NormalizedSpectrum,
  type NormalizeOptions,
  type NuisanceKind,
  normalizeSpectrum,
} from "@thioscope/core/absorption";
import { type AbsorptionScan, readAbsorption } from "@thioscope/formats";
import type { SourceInputs } from "../../lines.ts";
import type { StepIo } from "../../stepModules.ts";
import { named, readFiles } from "../spectroscopy/common.ts";

export interface Spectrum extends NormalizedCurve {
  scan: AbsorptionScan;
  /** null where the file holds it normalised already */
  normalized: NormalizedSpectrum | null;
  stepError: number;
}

const numberOf = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

function windowsOf(parameters: Readonly<Record<string, unknown>>): NormalizeOptions {
  const pair = (from: string, to: string): readonly [number, number] | undefined => {
    const [a, b] = [numberOf(parameters[from]), numberOf(parameters[to])];
    return a === undefined || b === undefined ? undefined : [a, b];
  };
  const e0 = numberOf(parameters["e0"]);
  const pre = pair("pre_from", "pre_to");
  const post = pair("post_from", "post_to");
  const degree = numberOf(parameters["degree"]);
  return {
    ...(e0 === undefined ? {} : { e0 }),
    ...(pre ? { pre } : {}),
    ...(post ? { post } : {}),
    ...(degree === undefined ? {} : { degree }),
  };
}

function normalized(scan: AbsorptionScan, parameters: Readonly<Record<string, unknown>>, notices: Notice[]): Spectrum {
  let own = scan;
  if (parameters["deglitch"] === true) {
    const { spectrum, removed } = deglitch(scan);
    own = { ...scan, ...spectrum };
    if (removed.length > 0)
      notices.push({ code: "glitches-removed", message: `${scan.name}: glitches at ${removed.map((e) => e.toFixed(1)).join(", ")} eV` });
  }
  if (own.normalized) return { name: own.name, energy: own.energy, value: own.mu, scan: own, normalized: null, stepError: 0 };
  const result = normalizeSpectrum(own, windowsOf(parameters));
  if (result.refused) notices.push({ code: "normalisation-refused", message: `${scan.name}: ${result.refused}` });
  return { name: own.name, energy: own.energy, value: result.flat, scan: own, normalized: result, stepError: result.windowShare };
}

/** One mode per file: the first that is no reference. */
const ofOneMode = (scans: readonly AbsorptionScan[]): readonly AbsorptionScan[] => {
  const usual = scans.filter(({ mode }) => mode !== "reference");
  return usual.filter(({ mode }) => mode === usual[0]?.mode);
};

export async function readSeries(
  inputs: SourceInputs,
  parameters: Readonly<Record<string, unknown>>,
  io: StepIo,
  notices: Notice[],
): Promise<Spectrum[]> {
  const out: Spectrum[] = [];
  for (const { name, file } of await readFiles(inputs, io, (source) => readAbsorption(source))) {
    notices.push(...named(name, file.notices));
    for (const scan of ofOneMode(file.scans)) out.push(normalized(scan, parameters, notices));
  }
  return out;
}

/** Settings of the source that name a spectrum of known sulfur. */
export const STANDARDS: Readonly<Record<string, NuisanceKind | "chain" | "other">> = {
  s8: "S8",
  sulfide: "sulfide",
  electrolyte: "electrolyte",
  oxidised: "oxidised",
  polysulfide: "chain",
  other: "other",
};

export async function readStandards(
  inputs: SourceInputs,
  parameters: Readonly<Record<string, unknown>>,
  io: StepIo,
  notices: Notice[],
): Promise<{ setting: string; spectrum: Spectrum }[]> {
  const out: { setting: string; spectrum: Spectrum }[] = [];
  for (const setting of Object.keys(STANDARDS)) {
    const input = inputs.settingFiles[setting];
    if (!input) continue;
    const { scans } = await readAbsorption(await io.open(input));
    const [scan] = ofOneMode(scans);
    if (scan) out.push({ setting, spectrum: normalized(scan, parameters, notices) });
  }
  return out;
}

/** The same spectrum as a command takes it. */
export const windowWords = (parameters: Readonly<Record<string, unknown>>): string => {
  const { pre, post, e0 } = windowsOf(parameters);
  return `${e0 === undefined ? "" : ` --e0 ${e0}`}${pre ? ` --pre=${pre.join(",")}` : ""}${post ? ` --post ${post.join(",")}` : ""}`;
};

export const someFiles = (inputs: SourceInputs): string =>
  inputs.files
    .slice(0, 3)
    .map(({ file }) => file)
    .join(" ");
