/**
 * Athena projects (.prj) of every version: plain or packed, Perl or JSON, read and written.
 *
 * μ(E) is y over x + bkg_eshift. What a group holds that is not μ(E) — χ(k), pixels of a dispersive spectrometer — is kept in the
 * project and told, not guessed at.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { type NormalizedSpectrum, tidySpectrum } from "@thioscope/core/absorption";
import { gzipSync } from "fflate";
import type { ByteSource } from "../../bytes/source.ts";
import { gunzip, looksLikeGzip } from "../../images/gzip.ts";
import { readText } from "../../impedance/text.ts";
import type { AbsorptionFile, AbsorptionReader, AbsorptionScan, NamedChi } from "../model.ts";
import { parseJsonProject, writeJsonProject } from "./json.ts";
import type { AthenaGroup, AthenaProject, PerlValue } from "./model.ts";
import { parsePerlProject, textOf, writePerlProject } from "./perl.ts";

export const athenaReader: AbsorptionReader = {
  id: "athena",
  title: "Athena project",
  sniff: (head, text) => looksLikeGzip(head) || /^# Athena project file/.test(text) || /^\s*\{\s*"_____/.test(text),
  read: readAthena,
};

async function readAthena(source: ByteSource): Promise<AbsorptionFile> {
  const file = source.name;
  const head = await source.read(0, Math.min(source.size, 18));
  const packed = looksLikeGzip(head);
  const text = (await readText(packed ? await gunzip(source) : source)).replaceAll("\r\n", "\n");
  const project = /^\s*\{/.test(text) ? parseJsonProject(text, file, packed) : parsePerlProject(text, file, packed);
  const notices: Notice[] = [];
  const scans: AbsorptionScan[] = [];
  const chi: NamedChi[] = [];
  for (const group of project.groups) readGroup(group, file, scans, chi, notices);
  return { format: "athena", scans, chi, project, notices };
}

function readGroup(group: AthenaGroup, file: string, scans: AbsorptionScan[], chi: NamedChi[], notices: Notice[]): void {
  const args = new Map(group.args.map(([key, value]) => [key, textOf(value)]));
  const name = args.get("label") || group.id;
  const x = numbersOf(group, "x");
  const y = numbersOf(group, "y");
  if (!x || !y || x.length !== y.length) {
    notices.push({ code: "group-unread", message: `"${name}" of ${file} holds no pair of x and y and is kept as it is` });
    return;
  }
  if (args.get("is_chi") === "1") {
    chi.push({ name, k: x, chi: y });
    return;
  }
  if (args.get("is_pixel") === "1" || (x[0]! < 20 && x.every((v, i) => v === x[0]! + i))) {
    notices.push({ code: "group-unread", message: `"${name}" is over detector pixels, not energies: it must be calibrated first` });
    return;
  }
  const shift = Number(args.get("bkg_eshift") ?? 0) || 0;
  const deviation = numbersOf(group, "stddev");
  const { spectrum, joined } = tidySpectrum({
    name,
    energy: x.map((e) => e + shift),
    mu: y,
    sigma: deviation && deviation.length === y.length && deviation.every((s) => s > 0) ? deviation : null,
  });
  if (joined > 0) notices.push({ code: "points-joined", message: `"${name}": ${joined} points at energies visited twice are averaged` });
  const element = args.get("bkg_z") ?? "";
  scans.push({
    ...spectrum,
    how: shift === 0 ? "group of the project" : `group of the project, moved by its ${shift} eV`,
    mode: "as given",
    normalized: args.get("is_nor") === "1",
    element: /^[A-Z][a-z]?$/.test(element) && element !== "H" ? element : null,
    edge: args.get("fft_edge")?.toUpperCase() ?? null,
    startSecond: null,
    meta: Object.fromEntries(args),
  });
}

function numbersOf({ arrays }: AthenaGroup, name: string): Float64Array | null {
  const words = arrays.get(name);
  if (!words || words.length < 8) return null;
  const values = Float64Array.from(words, Number);
  return values.every(Number.isFinite) ? values : null;
}

/** The project as the bytes of a file that Athena opens; packed where it was. */
export function writeAthena(project: AthenaProject): Uint8Array {
  const text = project.dialect === "json" ? writeJsonProject(project) : writePerlProject(project);
  const bytes = new TextEncoder().encode(text);
  // no time stamp: the same project gives the same bytes
  return project.packed ? gzipSync(bytes, { mtime: 0 }) : bytes;
}

const HEADER = [
  "# Athena project file -- Demeter version 0.9.26",
  "# This file was written by Thioscope",
  "# Using Demeter 0.9.26 with perl 5.026001 and using Ifeffit 1.2.12",
];
const TRAILER = ["@journal = ();", "", "1;", "", "", "# Local Variables:", "# truncate-lines: t", "# End:"];

/** A new project of normalised spectra with the windows that made them. Throws INVALID_INPUT for an empty list. */
export function athenaProject(
  spectra: readonly (NormalizedSpectrum & { mu: Float64Array })[],
  element: string | null = null,
): AthenaProject {
  if (spectra.length === 0) throw new ThioscopeError("INVALID_INPUT", "a project of no spectra");
  const groups = spectra.map((spectrum, i): AthenaGroup => {
    const { e0, edgeStep, windows, energy, mu, name } = spectrum;
    const values: [string, string | number][] = [
      ["label", name],
      ["datagroup", groupId(i)],
      ["tag", groupId(i)],
      ["datatype", "xmu"],
      ["is_xmu", 1],
      ["is_chi", 0],
      ["is_nor", 0],
      ["bkg_e0", e0.value],
      ["bkg_eshift", 0],
      ["bkg_pre1", windows.pre[0]],
      ["bkg_pre2", windows.pre[1]],
      ["bkg_nor1", windows.post[0]],
      ["bkg_nor2", windows.post[1]],
      ["bkg_nnorm", windows.degree + 1],
      ["bkg_step", edgeStep.value],
      ["bkg_flatten", 1],
      ["npts", energy.length],
      ["xmin", energy[0]!],
      ["xmax", energy[energy.length - 1]!],
      ...(element ? ([["bkg_z", element]] as [string, string][]) : []),
    ];
    return {
      id: groupId(i),
      args: values.map(([key, value]): readonly [string, PerlValue] => [key, { kind: "text", text: String(value) }]),
      arrays: new Map([
        ["x", Array.from(energy, String)],
        ["y", Array.from(mu, String)],
      ]),
      rest: [],
    };
  });
  return { dialect: "perl", packed: true, header: HEADER, groups, trailer: TRAILER };
}

/** Five letters, as Athena names its groups. */
function groupId(index: number): string {
  let id = "";
  for (let n = index, k = 0; k < 5; k++, n = Math.floor(n / 26)) id = String.fromCharCode(97 + (n % 26)) + id;
  return id;
}
