/** thioscope raman: peaks with names, bands over a series, calibration of the shift. */
import { basename } from "node:path";
import { type Notice, type Quantity, ThioscopeError } from "@thioscope/core";
import { PEAK_SHAPES, type PeakShapeName } from "@thioscope/core/peaks";
import {
  type BandOverSeries,
  calibrateRaman,
  fitRamanSeries,
  RAMAN_REFERENCES,
  type RamanFit,
  type RamanFitOptions,
  type RamanInput,
  type RamanOptions,
  type RamanSpectrum,
  ramanSpectrum,
} from "@thioscope/core/raman";
import { type MeasuredSpectrum, readSpectra } from "@thioscope/formats";
import { ramanContent } from "@thioscope/study";
import type { Command, CommandIo } from "../command.ts";
import { opened, textTable } from "../inputs.ts";
import { EXPORTS, exportSpectra } from "../spectra/export.ts";
import {
  below,
  choiceOption,
  chosen,
  listOption,
  numberOption,
  type Options,
  plain,
  rangeOption,
  sayNotices,
  short,
  together,
} from "../spectra/inputs.ts";

interface Prepared {
  file: string;
  name: string;
  spectrum: RamanSpectrum;
  /** on the sample, of maps and lines, µm */
  place: readonly number[] | null;
}

const AXES = ["ramanShift", "wavelength", "wavenumber"] as const;

export const command: Command = {
  name: "raman",
  summary: "Raman spectra: calibration, baseline, peaks with names, bands over a series",
  usage: 'thioscope raman FILE… [--species "S8,Na3SbS4"] [--calibrate SILICON --laser 532] [--plot FILE.svg] [-o FILE.csv]',
  about: `Cosmic rays are replaced, an arPLS baseline that follows what is broader than --broad is taken off, peaks are found (or started at --peaks) and
fitted with Voigt profiles. Errors contain the noise, what the model leaves, and the freedom of the baseline. Peaks carry the names that their
place allows. A band of --species that is not found is answered with a 95 % upper limit, never with zero. Several spectra (a map, a time series,
files in their order) give each band over the series, and where it appears or disappears. Read are Renishaw .wdf, .spc, .rod, LabSpec and
TriVista XML, WITec, JASCO and plain columns.`,
  options: {
    species: { type: "string", value: "NAMES", help: "species whose bands must be answered for, with commas" },
    laser: { type: "string", value: "NM", help: "wavelength of the laser, where the axis is a wavelength and the file does not say it" },
    axis: { type: "string", value: "WORD", help: "what the first column is, where nothing names it: ramanShift, wavelength, wavenumber" },
    calibrate: { type: "string", value: "FILE", help: "spectrum of a standard, on whose line the axis is corrected" },
    reference: { type: "string", value: "NAME", help: "the standard: Si or diamond, or NAME=POSITION in 1/cm", default: "Si" },
    shift: { type: "string", value: "CM", help: "added to all shifts instead of a calibration, 1/cm" },
    range: { type: "string", value: "LOW,HIGH", help: "only this part, 1/cm" },
    broad: { type: "string", value: "CM", help: "features broader than this belong to the baseline (default 300)" },
    peaks: { type: "string", value: "CM,…", help: "start at these places instead of a search" },
    most: { type: "string", value: "N", help: "at most this many peaks (default 12)" },
    shape: { type: "string", value: "NAME", help: "voigt, pseudoVoigt, lorentzian, gaussian (default voigt)" },
    spikes: { type: "string", value: "Z", help: "modified z-score of a cosmic ray (default 8; 0 keeps all points)" },
    spectrum: { type: "string", value: "N|NAME", help: "only this spectrum of each file" },
    curves: { type: "boolean", help: "with --json: the points with baseline and fit" },
    ...EXPORTS,
  },
  examples: [
    "thioscope raman cathode.wdf",
    'thioscope raman ocv.txt dod50.txt dod100.txt --species "S8,Na3SbS4"',
    "thioscope raman sample.txt --calibrate silicon.txt --laser 532.1 --json",
    "thioscope raman ocv.txt dod50.txt dod100.txt --plot series.svg -o series.csv",
  ],
  async run(words, options, io) {
    if (words.length === 0) throw new ThioscopeError("USAGE", `which file? Usage: ${command.usage}`);
    const offset = await offsetOf(options);
    const prepared: Prepared[] = [];
    const found: { of: string; notice: Notice }[] = [];
    for (const path of words) {
      const file = await opened(path, readSpectra);
      for (const notice of file.notices) if (notice.code !== "axis-unnamed" || !options["axis"]) found.push({ of: basename(path), notice });
      for (const measured of chosen(file.spectra, options)) {
        const name = words.length === 1 ? measured.name : file.spectra.length === 1 ? basename(path) : `${basename(path)} ${measured.name}`;
        const spectrum = prepare(measured, options, offset?.value ?? 0, basename(path));
        prepared.push({ file: basename(path), name, spectrum, place: measured.positionMicrometre ?? null });
        for (const notice of spectrum.notices) found.push({ of: name, notice });
      }
    }
    const series = fitRamanSeries(
      prepared.map((p) => p.spectrum),
      fitOptions(options),
      io.task,
    );
    const { fits, bands } = series;
    for (const [k, fit] of fits.entries()) {
      const { notices } = prepared[k]!.spectrum;
      for (const notice of fit.notices) if (!notices.includes(notice)) found.push({ of: prepared[k]!.name, notice });
    }
    const warnings = together(found);
    const asked = options["species"] !== undefined;
    io.result({
      files: words.map((path) => basename(path)),
      offset,
      spectra: fits.map((fit, k) => describe(prepared[k]!, fit, asked, options["curves"] === true)),
      bands:
        prepared.length > 1
          ? bands.map((band) =>
              bandAnswer(
                band,
                prepared.map((p) => p.name),
              ),
            )
          : [],
      warnings,
    });
    if (offset) io.say(`shifts moved by ${short(offset)} 1/cm`);
    for (const [k, fit] of fits.entries()) if (k < 4) sayFit(io, prepared[k]!.name, fit, asked);
    if (fits.length > 4) io.say(`… and ${fits.length - 4} more spectra: --json has all of them\n`);
    if (prepared.length > 1)
      saySeries(
        io,
        bands,
        prepared.map((p) => p.name),
      );
    sayNotices(io, warnings);
    const names = prepared.map((p) => p.name);
    const places = prepared.map((p) => p.place);
    await exportSpectra(() => ramanContent(names, series, places, "all"), `Raman, ${basename(words[0]!)}`, options, io);
  },
};

async function offsetOf(options: Options): Promise<Quantity | null> {
  const shift = numberOption(options, "shift");
  if (shift !== undefined && options["calibrate"] !== undefined)
    throw new ThioscopeError("USAGE", "--shift and --calibrate both say how to move the axis: give one");
  if (shift !== undefined) return plain(shift, "1/cm");
  if (typeof options["calibrate"] !== "string") return null;
  const { spectra } = await opened(options["calibrate"], readSpectra);
  const standard = prepare(spectra[0]!, { ...options, range: undefined }, 0, basename(options["calibrate"]));
  return calibrateRaman(standard, referenceOf(String(options["reference"]))).offset;
}

function referenceOf(word: string): { name: string; position: number; sigma: number; source: string } {
  const known = Object.hasOwn(RAMAN_REFERENCES, word) ? RAMAN_REFERENCES[word] : undefined;
  if (known) return { name: word, ...known };
  const [name, position] = word.split("=");
  if (name && position && Number(position) > 0) return { name, position: Number(position), sigma: 0, source: "declared" };
  throw new ThioscopeError(
    "USAGE",
    `--reference ${word}: known are ${Object.keys(RAMAN_REFERENCES).join(", ")}; or write NAME=POSITION in 1/cm`,
  );
}

function prepare(measured: MeasuredSpectrum, options: Options, shiftBy: number, file: string): RamanSpectrum {
  const axis = choiceOption(options, "axis", AXES) ?? (AXES as readonly string[]).find((a) => a === measured.axis);
  if (!axis)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `"${measured.name}" is no Raman spectrum by its file (${measured.axis}): say what its first column is with --axis`,
      { file },
    );
  const laser = numberOption(options, "laser") ?? measured.laserNanometre;
  const range = rangeOption(options, "range");
  const spikes = numberOption(options, "spikes");
  const input: RamanInput = {
    x: measured.x,
    y: measured.y,
    axis: axis as RamanInput["axis"],
    ...(laser === undefined ? {} : { laserNanometre: laser }),
  };
  const settings: RamanOptions = { shiftBy, ...(range ? { range } : {}), ...(spikes === undefined ? {} : { spikes }) };
  try {
    return ramanSpectrum(input, settings);
  } catch (error) {
    throw error instanceof ThioscopeError ? error.at({ file }) : error;
  }
}

function fitOptions(options: Options): RamanFitOptions {
  const broad = numberOption(options, "broad");
  const most = numberOption(options, "most");
  const species = listOption(options, "species");
  const shape = choiceOption(options, "shape", Object.keys(PEAK_SHAPES) as PeakShapeName[]);
  const centres = listOption(options, "peaks")?.map((word) => {
    const value = Number(word);
    if (!Number.isFinite(value)) throw new ThioscopeError("USAGE", `--peaks: "${word}" is not a number`);
    return value;
  });
  return {
    ...(broad === undefined ? {} : { broad }),
    ...(most === undefined ? {} : { most }),
    ...(species ? { species } : {}),
    ...(shape ? { shape } : {}),
    ...(centres ? { centres } : {}),
  };
}

function describe({ file, name, spectrum, place }: Prepared, fit: RamanFit, asked: boolean, curves: boolean) {
  return {
    file,
    name,
    place: place?.map((v) => plain(v, "µm")) ?? null,
    points: fit.shift.length,
    range: [plain(fit.shift[0]!, "1/cm"), plain(fit.shift[fit.shift.length - 1]!, "1/cm")],
    noise: plain(fit.parameters.noise, "counts"),
    spikes: spectrum.spikes.map((s) => plain(s.shift, "1/cm")),
    baseline: { method: "arpls", lambda: plain(fit.parameters.lambda), broad: plain(fit.parameters.broad, "1/cm") },
    shape: fit.parameters.shape,
    misfit: plain(fit.reducedChi),
    peaks: fit.peaks.map(({ centre, width, height, area, mix, assignments }) => ({
      centre,
      width,
      height,
      area,
      mix,
      assignments: assignments.map((a) => ({ species: a.species, mode: a.mode, position: plain(a.position, "1/cm"), source: a.source })),
    })),
    limits: asked
      ? fit.limits.map((l) => ({
          species: l.band.species,
          mode: l.band.mode,
          position: plain(l.band.position, "1/cm"),
          found: l.peak !== null,
          limit95: l.limit,
          reason: l.reason,
        }))
      : [],
    ...(curves
      ? {
          curves: {
            shift: { values: fit.shift, sigma: null, unit: "1/cm" },
            intensity: { values: fit.intensity, sigma: fit.parameters.noise, unit: "counts" },
            baseline: { values: fit.baseline, sigma: null, unit: "counts" },
            fitted: { values: fit.fitted, sigma: null, unit: "counts" },
          },
        }
      : {}),
  };
}

function bandAnswer(band: BandOverSeries, names: readonly string[]) {
  return {
    species: band.species,
    mode: band.mode,
    position: plain(band.position, "1/cm"),
    presence: band.presence,
    areas: band.areas,
    limits95: band.limits,
    events: band.events.map(({ event, between: [a, b] }) => ({ event, after: names[a]!, by: names[b]! })),
  };
}

function sayFit(io: CommandIo, name: string, fit: RamanFit, asked: boolean): void {
  io.say(
    `${name}: ${fit.shift.length} points, ${fit.shift[0]!.toFixed(1)} to ${fit.shift[fit.shift.length - 1]!.toFixed(1)} 1/cm, misfit ${fit.reducedChi.toFixed(2)} × noise`,
  );
  const rows = [...fit.peaks]
    .sort((a, b) => a.centre.value - b.centre.value)
    .map((p) => [
      short(p.centre),
      short(p.width),
      short(p.height),
      short(p.area),
      p.assignments.map((a) => `${a.species} ${a.position}`).join(", ") || "–",
    ]);
  io.say(rows.length === 0 ? "no peak stands out" : textTable(["shift 1/cm", "width", "height", "area", "may be"], rows));
  if (asked) {
    const missing = fit.limits.filter((l) => l.peak === null);
    if (missing.length > 0)
      io.say(
        `not found, 95 %: ${missing.map((l) => `${l.band.species} ${l.band.position}: ${l.limit ? `area ${below(l.limit)}` : l.reason}`).join("; ")}`,
      );
  }
  io.say("");
}

const MARK = { present: "+", absent: "0", undecided: "?", outside: "·" } as const;

function saySeries(io: CommandIo, bands: readonly BandOverSeries[], names: readonly string[]): void {
  const rows = bands.map((band) => [
    band.species,
    String(band.position),
    band.presence.map((p) => MARK[p]).join(""),
    band.events.map(({ event, between: [a, b] }) => `${event} between ${names[a]} and ${names[b]}`).join("; ") || "–",
  ]);
  io.say(textTable(["species", "1/cm", "over the series", "changes"], rows));
  io.say("+ present, 0 absent (95 % limit below a tenth of its largest area), ? undecided, · outside the data");
}
