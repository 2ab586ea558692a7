/** Pair distribution functions of a series of patterns: G(r), F(q), the peaks that were asked for, and what changes over the series. */
import { checkCancelled, convert, makeTable, type Notice, parseQuantity, ThioscopeError, textColumn } from "@thioscope/core";
import { fitPdfPeaks, type PdfPeak, pairDistribution, type ScatteringPattern } from "@thioscope/core/pdf";
import type { Part, Sentence, SpectroscopyCurve } from "@thioscope/core/story";
import { type Curve, readCurve } from "@thioscope/formats";
import type { SourceInputs } from "../lines.ts";
import { tableToParquet } from "../parquet.ts";
import type { StepFunction } from "../stepModules.ts";
import { numbers } from "./applies.ts";
import { jsonBytes } from "./facts.ts";
import { named, partFiles, quantities, readFiles, thinned } from "./spectroscopy/common.ts";

export const pdfStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const { settings, settingFiles } = inputs;
  const composition = String(settings.composition);
  if (composition === "auto")
    throw new ThioscopeError("STUDY_INVALID", `source ${inputs.source}: what is the sample? composition: NaTaCl6`);
  const compositions = composition.split(",").map((word) => word.trim());
  if (compositions.length > 1 && compositions.length !== inputs.files.length) {
    throw new ThioscopeError(
      "STUDY_INVALID",
      `source ${inputs.source}: ${compositions.length} compositions for ${inputs.files.length} files: one for all, or one for each`,
    );
  }
  const wavelength = settings.wavelength === "auto" ? null : angstrom(String(settings.wavelength));
  const container = settingFiles.background ? patternOf(await readCurve(await io.open(settingFiles.background)), wavelength) : null;
  const lists = peakLists(parameters.peaks as "auto" | readonly string[], inputs);
  const notices: Notice[] = [];
  const curves: SpectroscopyCurve[] = [];
  const reduced: { name: string; x: number[]; y: number[] }[] = [];
  const peaks: { name: string; peak: PdfPeak; number: number }[] = [];
  const sentences: Sentence[] = [];
  const table = { name: [] as string[], r: [] as number[], g: [] as number[], sigma: [] as number[] };
  const number = (name: string): Record<string, number> =>
    parameters[name] === "auto" ? {} : { [CORE[name] ?? name]: Number(parameters[name]) };
  for (const [i, { name, file }] of (await readFiles(inputs, io, readCurve)).entries()) {
    checkCancelled(io.context);
    const found = pairDistribution(patternOf(file, wavelength), container, {
      composition: compositions[i] ?? compositions[0]!,
      lorch: parameters.lorch === true,
      backgroundScale: Number(settings.background_scale),
      ...Object.assign({}, ...Object.keys(CORE).map(number)),
    });
    notices.push(...named(name, found.notices));
    const { q, r, used } = found;
    const rAxis = Float64Array.from({ length: r.count }, (_, k) => r.first + k * r.step);
    const qAxis = Float64Array.from({ length: q.count }, (_, k) => q.first + k * q.step);
    for (let k = 0; k < r.count; k++) {
      table.name.push(name);
      table.r.push(rAxis[k]!);
      table.g.push(found.g[k]!);
      table.sigma.push(found.gSigma?.[k] ?? Number.NaN);
    }
    const marks: { x: number; label: string }[] = [];
    const asked = lists[i] ?? [];
    if (asked.length > 0) {
      const range = { from: Math.max(r.step, Math.min(...asked) - 0.5), to: Math.max(...asked) + 0.5 };
      const fit = fitPdfPeaks(r, found.g, { ...range, peaks: asked, qMax: used.qMax, covariance: found.covariance });
      for (const [k, peak] of fit.peaks.entries()) {
        peaks.push({ name, peak, number: k });
        marks.push({ x: peak.distance.value, label: `${peak.distance.value.toFixed(3)} Å` });
      }
      sentences.push({
        parts: [
          `${name}: distances of `,
          ...fit.peaks.flatMap(({ distance }, k): Sentence["parts"][number][] => [...(k > 0 ? [", "] : []), { quantity: distance }]),
          ".",
        ],
      });
    }
    const take = thinned(r.count);
    curves.push({ name, x: take(rAxis), y: take(found.g), base: null, fitted: null, components: [], marks });
    const takeQ = thinned(q.count);
    reduced.push({ name, x: takeQ(qAxis), y: takeQ(found.reduced) });
  }
  const count = lists.reduce((most, list) => Math.max(most, list.length), 0);
  const part: Part = {
    kind: "spectroscopy",
    step: "pdf",
    source: inputs.source,
    title: "Pair distribution functions",
    files: partFiles(inputs),
    run: null,
    sentences,
    notices,
    command: `pdf transform ${inputs.files[0]!.file} --composition ${compositions[0]}${settingFiles.background ? ` --background ${settingFiles.background.file}` : ""}${wavelength === null ? "" : ` --wavelength ${wavelength}`}`,
    technique: "PDF",
    x: { label: "Distance", unit: "Å", reversed: false },
    y: { label: "G(r)", unit: "1/Å²" },
    curves,
    left: 0,
    over: { label: "Distance", unit: "Å" },
    names: curves.map(({ name }) => name),
    series: Array.from({ length: count }, (_, k) => {
      const own = curves.map(({ name }) => peaks.find((p) => p.name === name && p.number === k)?.peak.distance ?? null);
      return {
        name: `peak ${k + 1}`,
        values: own.map((d) => d?.value ?? null),
        sigma: own.map((d) => d?.sigma ?? null),
        limits: own.map(() => null),
      };
    }),
    kSpace: { label: "F(q)", unit: "1/Å", curves: reduced },
  };
  return {
    files: {
      "pdf.parquet": tableToParquet(
        makeTable([
          textColumn("file", table.name),
          numbers("r", "Å", table.r),
          numbers("g", "1/Å^2", table.g),
          numbers("g_sigma", "1/Å^2", table.sigma),
        ]),
      ),
      "peaks.parquet": tableToParquet(
        makeTable([
          textColumn(
            "file",
            peaks.map(({ name }) => name),
          ),
          ...quantities(
            "distance",
            "Å",
            peaks.map(({ peak }) => peak.distance),
          ),
          ...quantities(
            "width",
            "Å",
            peaks.map(({ peak }) => peak.width),
          ),
          ...quantities(
            "area",
            "",
            peaks.map(({ peak }) => peak.area),
          ),
        ]),
      ),
      "part.json": jsonBytes(part),
    },
    notices,
    summary: { patterns: curves.length, peaks: peaks.length },
  };
};

/** Parameters of the step by their names in the method. */
const CORE: Readonly<Record<string, string>> = {
  qmin: "qMin",
  qmax: "qMax",
  qmaxinst: "qMaxInst",
  rpoly: "rPoly",
  rmax: "rMax",
  rstep: "rStep",
};

function patternOf({ x, y, sigma }: Curve, wavelength: number | null): ScatteringPattern {
  const q = wavelength === null ? x : x.map((angle) => (4 * Math.PI * Math.sin((angle * Math.PI) / 360)) / wavelength);
  return { q, intensity: y, sigma };
}

function angstrom(text: string): number {
  const { value, unit } = parseQuantity(text, "Å");
  return convert(value, unit, "Å");
}

/** One list for all patterns, or texts with commas: a list for each. */
function peakLists(written: "auto" | readonly string[], { source, files }: SourceInputs): number[][] {
  if (written === "auto") return files.map(() => []);
  if (!written.some((text) => text.includes(","))) {
    const all = written.map(placeOf);
    return files.map(() => all);
  }
  if (written.length !== files.length) {
    throw new ThioscopeError(
      "STUDY_INVALID",
      `source ${source}: ${written.length} lists of peaks for ${files.length} files: one for all, or one for each`,
    );
  }
  return written.map((text) => text.split(",").map(placeOf));
}

function placeOf(text: string): number {
  const place = Number.parseFloat(text);
  if (!(place > 0)) throw new ThioscopeError("STUDY_INVALID", `peaks: "${text}" is no distance in Å`);
  return place;
}
