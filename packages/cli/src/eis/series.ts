/** thioscope eis series: all spectra of one or several files against time, cycle, potential or temperature. */
import {
  type Answer,
  type Column,
  checkCancelled,
  formatQuantity,
  isComputable,
  makeTable,
  type Notice,
  ThioscopeError,
} from "@thioscope/core";
import { chooseCircuit, findNewArc, fitGrowth, fitSeries, type Growth, type SeriesFit } from "@thioscope/core/impedance";
import { type ImpedanceSpectrum, writeCsvWithUnits } from "@thioscope/formats/cycling";
import { writeAtomic } from "@thioscope/study/files";
import type { CommandIo } from "../command.ts";
import { textTable } from "../inputs.ts";
import { doubts, fitAnswer, fitOptions, type Options, plain, readSpectra, sayNotices, shortValue } from "./inputs.ts";

interface Member {
  file: string;
  spectrum: ImpedanceSpectrum;
}

const AXES = {
  time: { unit: "s", of: (s: ImpedanceSpectrum) => s.timeSecond },
  cycle: { unit: "", of: (s: ImpedanceSpectrum) => s.cycle },
  potential: { unit: "V", of: (s: ImpedanceSpectrum) => s.potentialVolt },
  temperature: { unit: "°C", of: (s: ImpedanceSpectrum) => s.temperatureCelsius },
} as const;
type Axis = keyof typeof AXES;

/** Files in the order of their clocks where all have one; times then count from the first spectrum. */
function inOrder(members: readonly Member[], files: number): Member[] {
  if (files === 1 || members.some(({ spectrum }) => spectrum.unixTimeSecond === undefined)) return [...members];
  const sorted = [...members].sort((a, b) => a.spectrum.unixTimeSecond! - b.spectrum.unixTimeSecond!);
  const start = sorted[0]!.spectrum.unixTimeSecond!;
  return sorted.map(({ file, spectrum }) => ({ file, spectrum: { ...spectrum, timeSecond: spectrum.unixTimeSecond! - start } }));
}

function axisOf(members: readonly Member[], word: string | boolean | undefined): Axis | "number" {
  const rises = (axis: Axis): boolean => {
    const values = members.map(({ spectrum }) => AXES[axis].of(spectrum));
    return values.every((x, i) => x !== undefined && (i === 0 || x > values[i - 1]!));
  };
  if (typeof word !== "string") return rises("time") ? "time" : rises("cycle") ? "cycle" : "number";
  if (!Object.hasOwn(AXES, word)) throw new ThioscopeError("USAGE", `--against ${word}: ${Object.keys(AXES).join(", ")}`);
  const axis = word as Axis;
  const without = members.find(({ spectrum }) => AXES[axis].of(spectrum) === undefined);
  if (without) throw new ThioscopeError("COLUMN_MISSING", `"${without.spectrum.name}" of ${without.file} does not say its ${axis}`);
  return axis;
}

/** The circuit with most parameters that the first, the middle or the last spectrum speaks for. */
function seriesCircuit(members: readonly Member[], word: string): string {
  if (word !== "auto") return word;
  const picks = new Set([0, members.length >> 1, members.length - 1]);
  const fits = Array.from(picks, (k) => chooseCircuit(members[k]!.spectrum).fit);
  return fits.reduce((a, b) => (b.parameters.length > a.parameters.length ? b : a)).circuit;
}

export async function runSeries(paths: readonly string[], options: Options, io: CommandIo): Promise<void> {
  const members: Member[] = [];
  const notices: Notice[] = [];
  for (const path of paths) {
    checkCancelled(io.task);
    const { file, spectra, notices: more } = await readSpectra(path, options, io.task);
    members.push(...spectra.map((spectrum) => ({ file, spectrum })));
    notices.push(...more);
  }
  const ordered = inOrder(members, paths.length);
  const axis = axisOf(ordered, options["against"]);
  const spectra = ordered.map(({ spectrum }) => spectrum);
  const how = fitOptions(options);
  const word = String(options["circuit"]);
  const series = fitSeries(seriesCircuit(ordered, word), spectra, how);
  const at = (k: number): number => (axis === "number" ? k + 1 : AXES[axis].of(spectra[k]!)!);
  const growing = options["new-arc"] === true ? newArc(word, ordered) : null;
  io.result({
    circuit: series.circuit,
    against: axis,
    spectra: series.fits.map((fit, k) => ({
      file: ordered[k]!.file,
      name: spectra[k]!.name,
      at: plain(at(k), axis === "number" ? "" : AXES[axis].unit),
      chi2: fit.chi2,
      parameters: fitAnswer(fit, spectra[k]!).parameters,
      warnings: doubts(fit),
    })),
    searchedAnew: series.searched.map((k) => spectra[k]!.name),
    ...(growing ? { newArc: growing.newArc, growth: growing.growth } : {}),
    warnings: notices,
  });
  if (typeof options["out"] === "string") {
    await writeAtomic(options["out"], writeCsvWithUnits(asTable(series, axis, at)));
    io.hint(`written: ${options["out"]}`);
  }
  const head = [
    axis === "number" ? "no." : `${axis} ${AXES[axis].unit}`.trim(),
    ...series.fits[0]!.parameters.map((p) => `${p.name} ${p.unit}`.trim()),
    "chi2",
  ];
  io.say(`${series.fits.length} spectra, ${series.circuit}, ${series.searched.length} searched anew`);
  io.say(
    textTable(
      head,
      series.fits.map((fit, k) => [Number(at(k).toPrecision(6)).toString(), ...fit.parameters.map(shortValue), fit.chi2.toExponential(2)]),
    ),
  );
  if (growing) for (const line of growing.sentences) io.say(line);
  const warned = series.fits.filter((fit) => fit.warnings.length > 0).length;
  if (warned > 0) io.hint(`warning: ${warned} of ${series.fits.length} fits have warnings; --json lists them`);
  sayNotices(io, notices);
}

/** A further arc that grows within the series, and its law. */
function newArc(word: string, members: readonly Member[]) {
  const spectra = members.map(({ spectrum }) => spectrum);
  const base = word === "auto" ? chooseCircuit(spectra[0]!).fit.circuit : word;
  const arc = findNewArc(base, spectra);
  if (arc.first === null) {
    const reason = `no spectrum needs more than ${base} and keeps that need`;
    return { newArc: { notComputable: reason }, growth: { notComputable: reason }, sentences: [`new arc: none, ${reason}`] };
  }
  const first = arc.first;
  const found = {
    circuit: arc.circuit,
    before: base,
    spectrum: spectra[first]!.name,
    number: first + 1,
    time: timeOf(spectra[first]!),
    deltaBic: arc.deltaBic[first]!,
  };
  const resistances = arc.arcs.slice(first).map(({ resistance, tauSecond }, k) => ({
    time: timeOf(spectra[first + k]!),
    resistance,
    tau: { value: tauSecond, sigma: null, unit: "s" },
  }));
  const sentences = [`new arc: from ${spectra[first]!.name} on (ΔBIC ${found.deltaBic.toFixed(0)}), ${base} → ${arc.circuit}`];
  const growth = growthOf(resistances);
  if ("notComputable" in growth) sentences.push(`growth: not computable, ${growth.notComputable}`);
  else {
    const { power, completion, onset, complete } = growth;
    if (!completion) sentences.push(`power law R0 + k t^n: n = ${formatQuantity(power.exponent)}, R0 = ${formatQuantity(power.offset)}`);
    if (completion && isComputable(onset) && isComputable(complete)) {
      const hours = (a: Answer): string =>
        "value" in a ? formatQuantity({ value: a.value / 3600, sigma: a.sigma === null ? null : a.sigma / 3600, unit: "h" }) : "";
      sentences.push(
        `a layer that completes: from ${hours(onset)} to ${hours(complete)}, R∞ = ${formatQuantity(completion.final)}, n = ${formatQuantity(completion.exponent)}`,
      );
    }
  }
  return { newArc: { ...found, resistances }, growth, sentences };
}

const timeOf = (spectrum: ImpedanceSpectrum): Answer =>
  spectrum.timeSecond === undefined
    ? { notComputable: "the spectrum does not say when it was measured" }
    : { value: spectrum.timeSecond, sigma: null, unit: "s" };

function growthOf(
  resistances: readonly { time: Answer; resistance: { value: number; sigma: number | null; unit: string } }[],
): Growth | { notComputable: string } {
  const points = resistances.flatMap(({ time, resistance }) =>
    isComputable(time) && resistance.sigma !== null ? [{ timeSecond: time.value, resistance }] : [],
  );
  if (points.length < 6) return { notComputable: `${points.length} spectra with a time and an error of the resistance: six are needed` };
  return fitGrowth(points);
}

function asTable(series: SeriesFit, axis: Axis | "number", at: (k: number) => number) {
  const column = (name: string, unit: string, of: (k: number) => number): Column => ({
    name,
    unit,
    values: Float64Array.from(series.fits, (_, k) => of(k)),
  });
  const parameters = series.fits[0]!.parameters.flatMap(({ name, unit }, j) => [
    column(name, unit, (k) => series.fits[k]!.parameters[j]!.value),
    column(`${name}_sigma`, unit, (k) => series.fits[k]!.parameters[j]!.sigma ?? Number.NaN),
  ]);
  return makeTable([
    column(axis, axis === "number" ? "" : AXES[axis].unit, at),
    ...parameters,
    column("chi2", "", (k) => series.fits[k]!.chi2),
  ]);
}
