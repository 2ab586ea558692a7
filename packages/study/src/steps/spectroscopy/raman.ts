/** Raman spectra of a source in the order of their files: peaks per spectrum, bands over all. */
import { inUnit, makeTable, type Notice, parseQuantity, ThioscopeError, textColumn } from "@thioscope/core";
import {
  type BandOverSeries,
  calibrateRaman,
  fitRamanSeries,
  type Presence,
  RAMAN_REFERENCES,
  type RamanSpectrum,
  ramanSpectrum,
} from "@thioscope/core/raman";
import type { Part, Sentence } from "@thioscope/core/story";
import { type MeasuredSpectrum, readSpectra } from "@thioscope/formats";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction } from "../../stepModules.ts";
import { jsonBytes } from "../facts.ts";
import { named, partFiles, quantities, readFiles } from "./common.ts";
import { ramanContent } from "./contents.ts";

const AXES = ["ramanShift", "wavelength", "wavenumber"] as const;

function prepared(s: MeasuredSpectrum, laser: number | undefined, shiftBy: number, range?: readonly [number, number]): RamanSpectrum {
  // a file that says nothing is what the study says it is: over wavelengths where the laser is named, over shifts else
  const axis = s.axis === "unknown" ? (laser === undefined ? "ramanShift" : "wavelength") : AXES.find((a) => a === s.axis);
  if (!axis)
    throw new ThioscopeError("INVALID_INPUT", `"${s.name}" is no Raman spectrum: its first column is not named as a shift or wavelength`);
  const nm = laser ?? s.laserNanometre;
  return ramanSpectrum(
    { x: s.x, y: s.y, axis, ...(nm === undefined ? {} : { laserNanometre: nm }) },
    { shiftBy, ...(range ? { range } : {}) },
  );
}

export const ramanStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const written = inputs.settings.laser;
  const laser = typeof written === "string" && written !== "auto" ? inUnit(parseQuantity(written, "nm"), "nm").value : undefined;
  const limit = (name: string, other: number): number => (typeof parameters[name] === "number" ? (parameters[name] as number) : other);
  const range = [limit("low", Number.NEGATIVE_INFINITY), limit("high", Number.POSITIVE_INFINITY)] as const;
  const reference = inputs.settingFiles.reference;
  const offset = reference
    ? calibrateRaman(prepared((await readSpectra(await io.open(reference))).spectra[0]!, laser, 0), { name: "Si", ...RAMAN_REFERENCES.Si! })
        .offset
    : null;
  const notices: Notice[] = [];
  const names: string[] = [];
  const spectra: RamanSpectrum[] = [];
  const places: (readonly number[] | null)[] = [];
  for (const { name, file } of await readFiles(inputs, io, readSpectra)) {
    notices.push(...named(name, file.notices));
    for (const s of file.spectra) {
      const label = file.spectra.length === 1 ? name : `${name} ${s.name}`;
      if (s.axis === "unknown") {
        const taken = laser === undefined ? "Raman shift in 1/cm; laser: says that it is a wavelength" : "a wavelength in nm";
        notices.push({ code: "axis-assumed", message: `${label}: nothing names the first column: it is taken for ${taken}` });
      }
      const spectrum = prepared(s, laser, offset?.value ?? 0, range);
      names.push(label);
      spectra.push(spectrum);
      places.push(s.positionMicrometre ?? null);
    }
  }
  const asked = Array.isArray(parameters.species) ? (parameters.species as string[]) : undefined;
  // a sample of which the table knows nothing: names would be of what happens to lie near
  const unnamed = asked?.length === 1 && asked[0] === "none";
  const species = unnamed ? [] : asked;
  const options = {
    broad: limit("broad", 300),
    most: limit("most", 12),
    ...(species ? { species } : {}),
    ...(unnamed ? { bands: [] } : {}),
  };
  const { fits, bands } = fitRamanSeries(spectra, options, io.context);
  for (const [k, fit] of fits.entries()) notices.push(...named(names[k]!, fit.notices));
  const sentences = spectra.length > 1 ? bandSentences(bands, shortOf(names)) : [];
  const part: Part = {
    step: "raman",
    source: inputs.source,
    title: "Raman",
    files: partFiles(inputs),
    run: null,
    sentences: offset ? [{ parts: ["The shifts were moved by ", { quantity: offset }, " on silicon."] }, ...sentences] : sentences,
    notices,
    command: `raman ${inputs.files
      .map((f) => f.file)
      .slice(0, 3)
      .join(" ")}${species && species.length > 0 ? ` --species "${species.join(",")}"` : ""}`,
    ...ramanContent(names, { fits, bands }, places, "screen"),
  };
  const rows = fits.flatMap((fit, k) => fit.peaks.map((peak) => ({ name: names[k]!, peak })));
  const table = makeTable([
    textColumn(
      "spectrum",
      rows.map((r) => r.name),
    ),
    ...quantities(
      "shift",
      "1/cm",
      rows.map((r) => r.peak.centre),
    ),
    ...quantities(
      "width",
      "1/cm",
      rows.map((r) => r.peak.width),
    ),
    ...quantities(
      "height",
      "",
      rows.map((r) => r.peak.height),
    ),
    ...quantities(
      "area",
      "1/cm",
      rows.map((r) => r.peak.area),
    ),
    textColumn(
      "may_be",
      rows.map((r) => r.peak.assignments.map((a) => `${a.species} ${a.position}`).join(", ")),
    ),
  ]);
  return {
    files: { "peaks.parquet": tableToParquet(table), "part.json": jsonBytes(part) },
    notices,
    summary: { spectra: fits.length, peaks: rows.length },
  };
};

/**
 * What one species' bands show over the spectra, in one sentence: seen or gone where most of its bands that are decided say so; several species may have a band
 * in common, so that one alone does not count.
 */
function bandSentences(bands: readonly BandOverSeries[], names: readonly string[]): Sentence[] {
  return [...new Set(bands.map(({ species }) => species))].flatMap((species): Sentence[] => {
    const own = bands.filter((band) => band.species === species);
    if (!own.some(({ presence }) => presence.includes("present"))) return [];
    const count = (k: number, wanted: Presence): number => own.filter(({ presence }) => presence[k] === wanted).length;
    const where = (fits: (more: number) => boolean): string =>
      names.filter((_, k) => fits(count(k, "present") - count(k, "absent"))).join(", ");
    const said = [
      ["seen in", where((more) => more > 0)],
      ["gone in", where((more) => more < 0)],
      ["not decided in", where((more) => more === 0)],
    ].flatMap(([what, list]) => (list === "" ? [] : [`${what} ${list}`]));
    const positions = own.map(({ position }) => position).join(", ");
    return [{ parts: [`${own.length === 1 ? "The band" : "Bands"} of ${species} (${positions} cm⁻¹): ${said.join("; ")}.`] }];
  });
}

/** Without the ending that all files share. */
function shortOf(names: readonly string[]): string[] {
  const ending = /\.[a-z]+$/i.exec(names[0] ?? "")?.[0] ?? "";
  return ending !== "" && names.every((name) => name.endsWith(ending)) ? names.map((name) => name.slice(0, -ending.length)) : [...names];
}
