/**
 * The spectra of a file as a story shows them: one circuit fitted to all, and for each spectrum the Kramers–Kronig
 * verdict and the distribution of relaxation times. What cannot be computed is refused with its reason.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import {
  bayesianInformation,
  type CircuitFit,
  checkSpectrum,
  chooseCircuit,
  circuitAccount,
  distributionOfRelaxationTimes,
  fitCircuit,
  fitSeries,
  type KramersKronig,
  kramersKronig,
  parseCircuit,
  type Spectrum,
} from "../impedance/index.ts";
import { checkCancelled, type TaskContext } from "../task.ts";
import type { NotComputable } from "../units/quantity.ts";
import { forScreen } from "./digits.ts";
import { MAH } from "./file.ts";
import type { ImpedanceStory, SpectrumFit, SpectrumRelaxation, SpectrumStory, SpectrumValidity, StoryFile } from "./model.ts";
import { newArcStory } from "./newArc.ts";

/** One spectrum as a reader gives it. */
export interface SpectrumInput extends Spectrum {
  name: string;
  rows: readonly [first: number, last: number] | null;
  /** row of each point, where they are not consecutive */
  pointRows?: ArrayLike<number>;
  timeSecond?: number;
  /** when its last point was measured */
  endSecond?: number;
  cycle?: number;
  potentialVolt?: number;
  temperatureCelsius?: number;
}

/** What is known of a file that holds spectra. */
export interface SpectraFile {
  name: string;
  /** sha-256 of the raw bytes, hex */
  hash: string | null;
  format: string;
  technique: string;
  /** rows of data, where more than the spectra's own */
  rows?: number;
  meta: Readonly<Record<string, string | number>>;
  notices: readonly Notice[];
}

export interface ImpedanceOptions {
  /** circuit for all spectra; "auto" (default) chooses one by the information criterion */
  circuit?: string;
  /** default "modulus" */
  weights?: "modulus" | "unit";
  /** look for an arc that appears within the series */
  newArc?: boolean;
}

/** Points of the fitted circuit per decade: smooth at any size. */
const CURVE_PER_DECADE = 14;
/** What a page loads at once. */
const MOST_SPECTRA = 400;
/** A distribution of relaxation times from fewer points says nothing. */
const LEAST_POINTS = 8;

/** Throws CANCELLED where the context asks for it and INVALID_INPUT for a circuit that cannot be read; never for what a spectrum lacks. */
export function impedanceStory(spectra: readonly SpectrumInput[], options: ImpedanceOptions, context: TaskContext): ImpedanceStory {
  const { circuit: wanted = "auto", weights = "modulus" } = options;
  if (wanted !== "auto") parseCircuit(wanted);
  context.progress(0, spectra.length, "circuit");
  const tested = spectra.map((spectrum) => {
    checkCancelled(context);
    return orReason(() => kramersKronig(spectrum));
  });
  const fitted = fitAll(spectra, tested, wanted, weights, context);
  const shown = placed(spectra).map((spectrum, k): SpectrumStory => {
    checkCancelled(context);
    context.progress(k, spectra.length, "spectra");
    const input = spectra[k]!;
    return {
      ...spectrum,
      fit: fitted.fits[k]!,
      validity: validityOf(tested[k]!),
      relaxation: orReason(() => relaxationOf(input)),
    };
  });
  if (options.newArc !== true) return { circuit: fitted.circuit, spectra: shown };
  context.progress(spectra.length, spectra.length, "an arc that appears");
  return { circuit: fitted.circuit, spectra: shown, newArc: orReason(() => newArcStory(spectra, wanted)) };
}

/** The spectra as they were measured, where nothing is to be computed; `why` stands in the place of results. */
export function bareSpectra(spectra: readonly SpectrumInput[], why: string): ImpedanceStory {
  const none: NotComputable = { notComputable: why };
  return { circuit: none, spectra: placed(spectra).map((spectrum) => ({ ...spectrum, fit: none, validity: none, relaxation: none })) };
}

function placed(spectra: readonly SpectrumInput[]): Omit<SpectrumStory, "fit" | "validity" | "relaxation">[] {
  let places = 0;
  return spectra.map((spectrum) => {
    const first = places;
    places += spectrum.real.length;
    return {
      name: spectrum.name,
      ...rowsOf(spectrum, first),
      frequencyHertz: spectrum.frequencyHertz,
      realOhm: spectrum.real,
      imaginaryOhm: spectrum.imaginary,
      timeHour: spectrum.timeSecond === undefined ? null : spectrum.timeSecond / 3600,
      cycle: spectrum.cycle ?? null,
      potentialVolt: spectrum.potentialVolt ?? null,
      temperatureCelsius: spectrum.temperatureCelsius ?? null,
    };
  });
}

/** A file that holds spectra and nothing else, as a story shows it. */
export function fileOfSpectra(about: SpectraFile, impedance: ImpedanceStory): StoryFile {
  const { name, hash, format, technique, meta, notices } = about;
  const bare: StoryFile = {
    name,
    hash,
    format,
    technique,
    rows: impedance.spectra.reduce((last, { rows }) => Math.max(last, rows.last + 1), about.rows ?? 0),
    cycles: 0,
    cyclesByCurrent: 0,
    firstHalfCycle: null,
    referenceCycle: null,
    accuracy: null,
    meta,
    notices,
    trace: { row: [], timeHour: [], voltageVolt: [], currentMilliampere: [] },
    bases: [MAH],
    halfCycles: [],
    cycleTable: [],
    rateTable: [],
    impedance: null,
  };
  return withSpectra(bare, impedance);
}

/** The file with its spectra: all of them, or every n-th where there are more than a page can hold. */
export function withSpectra(file: StoryFile, impedance: ImpedanceStory, notices: readonly Notice[] = []): StoryFile {
  const known = new Set(file.notices.map(({ message }) => message));
  const all = [...file.notices, ...notices.filter(({ message }) => !known.has(message))];
  const { spectra } = impedance;
  if (spectra.length <= MOST_SPECTRA) return { ...file, notices: all, impedance };
  const every = Math.ceil(spectra.length / MOST_SPECTRA);
  all.push({ code: "spectra-thinned", message: `${spectra.length} spectra: every ${every}th is shown; the tables hold all` });
  const { newArc: _, ...rest } = impedance;
  // its places are those of all spectra
  return { ...file, notices: all, impedance: { ...rest, spectra: spectra.filter((_, k) => k % every === 0) } };
}

/** True where there is nothing to see but spectra. */
export function onlySpectra(file: StoryFile): boolean {
  return file.impedance !== null && file.trace.row.length === 0;
}

function rowsOf(spectrum: SpectrumInput, place: number): Pick<SpectrumStory, "rows" | "row"> {
  const n = spectrum.real.length;
  const [first, last] = spectrum.rows ?? [place, place + n - 1];
  const row =
    spectrum.rows && spectrum.pointRows ? Float64Array.from(spectrum.pointRows) : Float64Array.from({ length: n }, (_, i) => first + i);
  return { rows: { file: 0, first, last }, row };
}

/** What `compute` gives, or why the method refuses its input. */
function orReason<T>(compute: () => T): T | NotComputable {
  try {
    return compute();
  } catch (error) {
    if (error instanceof ThioscopeError && error.code === "INVALID_INPUT") return { notComputable: error.message };
    throw error;
  }
}

interface Fitted {
  circuit: ImpedanceStory["circuit"];
  fits: readonly (SpectrumFit | NotComputable)[];
}

function fitAll(
  spectra: readonly SpectrumInput[],
  tested: readonly (KramersKronig | NotComputable)[],
  wanted: string,
  weights: "modulus" | "unit",
  context: TaskContext,
): Fitted {
  const none = (reason: NotComputable): Fitted => ({ circuit: reason, fits: spectra.map(() => reason) });
  const refusals = spectra.map((spectrum) => refusalOf(spectrum));
  const usable = spectra.filter((_, k) => refusals[k] === null);
  if (usable.length === 0) return none({ notComputable: refusals[0] ?? "there is no spectrum" });
  const chosen = wanted === "auto" ? orReason(() => choose(usable, context)) : { text: wanted, how: "declared" };
  if ("notComputable" in chosen) return none(chosen);
  checkCancelled(context);
  const series = orReason(() => fitSeries(chosen.text, usable, { weights }));
  if ("notComputable" in series) return none(series);
  const fits = series.fits.values();
  return {
    circuit: { ...chosen, weights },
    fits: spectra.map((spectrum, k) => {
      const reason = refusals[k];
      return typeof reason === "string" ? { notComputable: reason } : shownFit(fits.next().value as CircuitFit, spectrum, tested[k]!);
    }),
  };
}

function refusalOf(spectrum: SpectrumInput): string | null {
  if (spectrum.real.length < LEAST_POINTS) {
    const n = spectrum.real.length;
    return `${n} ${n === 1 ? "point is" : "points are"} too few for a circuit; at least ${LEAST_POINTS} are needed`;
  }
  const checked = orReason(() => checkSpectrum(spectrum));
  return checked === undefined ? null : checked.notComputable;
}

/** The circuit that explains the first and the last spectrum together best: an arc that grows in between is in it. */
function choose(spectra: readonly SpectrumInput[], context: TaskContext): { text: string; how: string } {
  const ends = spectra.length > 1 ? [spectra[0]!, spectra.at(-1)!] : [spectra[0]!];
  const choices = ends.map((spectrum, k) => {
    checkCancelled(context);
    context.progress(k, ends.length, "choosing a circuit");
    return chooseCircuit(spectrum);
  });
  const distinct = [...new Map(choices.map((choice) => [choice.fit.circuit, choice])).values()];
  const total = (text: string): number =>
    ends.reduce((sum, spectrum) => sum + bayesianInformation(fitCircuit(parseCircuit(text), spectrum), spectrum.real.length), 0);
  const best =
    distinct.length === 1
      ? distinct[0]!
      : distinct.map((choice) => ({ choice, bic: total(choice.fit.circuit) })).sort((a, b) => a.bic - b.bic)[0]!.choice;
  const count = best.candidates.length;
  const where = ends.length > 1 ? ", for the first and the last spectrum" : "";
  return { text: best.fit.circuit, how: `chosen among ${count} by the information criterion${where}: ${best.meaning}` };
}

function shownFit(fit: CircuitFit, spectrum: SpectrumInput, tested: KramersKronig | NotComputable): SpectrumFit {
  const { frequencyHertz, real, imaginary } = spectrum;
  const refused = (name: string): string | null =>
    fit.undetermined.includes(name)
      ? (fit.warnings.find((warning) => warning.startsWith(`${name} `)) ?? `${name} is not determined`)
      : null;
  const share = (measured: Float64Array, fitted: Float64Array): Float64Array =>
    forScreen(measured.map((value, i) => (100 * (value - fitted[i]!)) / Math.hypot(real[i]!, imaginary[i]!)));
  return {
    parameters: fit.parameters.map((parameter) => ({ ...parameter, refused: refused(parameter.name) })),
    chi2: fit.chi2,
    curve: curveOf(fit, frequencyHertz),
    residualRealPercent: share(real, fit.fitReal),
    residualImaginaryPercent: share(imaginary, fit.fitImaginary),
    warnings: fit.warnings,
    account: circuitAccount(fit, spectrum, "notComputable" in tested ? null : tested),
  };
}

function curveOf(fit: CircuitFit, measured: Float64Array): SpectrumFit["curve"] {
  const low = measured.reduce((a, b) => Math.min(a, b));
  const high = measured.reduce((a, b) => Math.max(a, b));
  const count = Math.max(2, Math.ceil(Math.log10(high / low) * CURVE_PER_DECADE));
  const frequencyHertz = Float64Array.from({ length: count }, (_, i) => high * (low / high) ** (i / (count - 1)));
  const z = new Float64Array(2 * count);
  parseCircuit(fit.circuit).evaluate(fit.values, frequencyHertz, z);
  return {
    frequencyHertz: forScreen(frequencyHertz),
    realOhm: forScreen(frequencyHertz.map((_, i) => z[2 * i]!)),
    imaginaryOhm: forScreen(frequencyHertz.map((_, i) => z[2 * i + 1]!)),
  };
}

function validityOf(tested: KramersKronig | NotComputable): SpectrumValidity | NotComputable {
  if ("notComputable" in tested) return tested;
  const { ranges, noise, residualReal, residualImaginary, verdict } = tested;
  return {
    ranges: ranges.map(({ fromHertz, toHertz, ratio, consistent, reason }) => ({
      fromHertz,
      toHertz,
      timesNoise: Math.sqrt(ratio),
      consistent,
      reason,
    })),
    noisePercent: 100 * noise,
    residualRealPercent: forScreen(residualReal, (r) => 100 * r),
    residualImaginaryPercent: forScreen(residualImaginary, (r) => 100 * r),
    verdict,
  };
}

function relaxationOf(spectrum: SpectrumInput): SpectrumRelaxation {
  const points = spectrum.real.length;
  if (points < LEAST_POINTS) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${points} points are too few for a distribution of relaxation times; at least ${LEAST_POINTS} are needed`,
    );
  }
  const { tau, gamma, sigma, peaks, seriesResistance, inductance } = distributionOfRelaxationTimes(spectrum);
  return {
    tauSecond: forScreen(tau),
    gammaOhm: forScreen(gamma),
    sigmaOhm: forScreen(sigma),
    peaks: peaks.map((peak) => ({ tau: peak.tau, resistance: peak.resistance, fromSecond: peak.from, toSecond: peak.to })),
    seriesResistance,
    inductance,
  };
}
