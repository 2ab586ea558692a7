/** What every action of `thioscope eis` takes: files of spectra, the part of them that is used, and how a fit is shown. */
import { basename } from "node:path";
import { type Notice, type TaskContext, ThioscopeError } from "@thioscope/core";
import type { CircuitFit, CircuitFitOptions, Spectrum } from "@thioscope/core/impedance";
import { type ImpedanceFile, type ImpedanceSpectrum, readImpedance } from "@thioscope/formats/cycling";
import { openAsByteSource } from "@thioscope/study/files";
import type { CommandIo } from "../command.ts";
import { plain } from "../text.ts";

export { plain, shortNumber, shortValue } from "../text.ts";

export type Options = Readonly<Record<string, string | boolean | undefined>>;

export interface FileSpectra {
  file: string;
  format: string;
  spectra: readonly ImpedanceSpectrum[];
  notices: readonly Notice[];
}

/** Reads a file and keeps what --spectrum, --from, --to and --capacitive leave; says what they took. */
export async function readSpectra(path: string, options: Options, task: TaskContext): Promise<FileSpectra> {
  const source = await openAsByteSource(path);
  let file: ImpedanceFile;
  try {
    file = await readImpedance(source, { salvage: options["salvage"] === true, task });
  } finally {
    await source.close();
  }
  const notices = [...file.notices];
  const spectra = chosen(file.spectra, options["spectrum"]).map((spectrum) => limited(spectrum, options, notices));
  return { file: basename(path), format: file.format, spectra, notices };
}

function chosen(spectra: readonly ImpedanceSpectrum[], word: string | boolean | undefined): readonly ImpedanceSpectrum[] {
  if (typeof word !== "string") return spectra;
  const spectrum = spectra[Number(word) - 1] ?? spectra.find(({ name }) => name === word);
  if (!spectrum) throw new ThioscopeError("USAGE", `--spectrum ${word}: the file has spectra 1 to ${spectra.length}`);
  return [spectrum];
}

function limited(spectrum: ImpedanceSpectrum, options: Options, notices: Notice[]): ImpedanceSpectrum {
  const from = hertz(options["from"], "from", 0);
  const to = hertz(options["to"], "to", Number.POSITIVE_INFINITY);
  const capacitive = options["capacitive"] === true;
  const keep = Array.from(spectrum.frequencyHertz.keys()).filter((i) => {
    const f = spectrum.frequencyHertz[i]!;
    return f >= from && f <= to && !(capacitive && spectrum.imaginary[i]! > 0);
  });
  const left = spectrum.frequencyHertz.length - keep.length;
  if (left === 0) return spectrum;
  if (keep.length === 0) throw new ThioscopeError("INVALID_INPUT", `--from, --to and --capacitive leave no point of "${spectrum.name}"`);
  notices.push({
    code: "points-left-out",
    message: `${left} of ${spectrum.frequencyHertz.length} points of "${spectrum.name}" are left out as asked`,
  });
  const pick = (column: Float64Array): Float64Array => Float64Array.from(keep, (i) => column[i]!);
  return { ...spectrum, frequencyHertz: pick(spectrum.frequencyHertz), real: pick(spectrum.real), imaginary: pick(spectrum.imaginary) };
}

function hertz(text: string | boolean | undefined, name: string, fallback: number): number {
  if (typeof text !== "string") return fallback;
  const value = Number(text);
  if (!(value > 0)) throw new ThioscopeError("USAGE", `--${name} ${text} is not a frequency in Hz above 0`);
  return value;
}

const WEIGHTS = ["modulus", "unit"] as const;
const METHODS = { "least-squares": "least squares", simplex: "simplex" } as const;

/** --weights, --method, --profile. */
export function fitOptions(options: Options): CircuitFitOptions {
  const weights = WEIGHTS.find((word) => word === options["weights"]);
  if (!weights) throw new ThioscopeError("USAGE", `--weights ${options["weights"]}: modulus or unit`);
  const word = String(options["method"]);
  if (!Object.hasOwn(METHODS, word)) throw new ThioscopeError("USAGE", `--method ${word}: ${Object.keys(METHODS).join(" or ")}`);
  return { weights, method: METHODS[word as keyof typeof METHODS], profile: options["profile"] === true };
}

export interface Warning {
  code: string;
  message: string;
}

/** What a fit is doubted for, in the form of all warnings. */
export const doubts = (fit: CircuitFit): Warning[] => fit.warnings.map((message) => ({ code: "fit-doubt", message }));

/** The fit as its contract has it: chi2, the frequencies and the fitted impedance are plain numbers. */
export function fitAnswer(fit: CircuitFit, spectrum: Spectrum) {
  return {
    circuit: fit.circuit,
    parameters: fit.parameters.map(({ name, value, sigma, unit, interval95 }) => ({ name, value, sigma, unit, interval95 })),
    chi2: fit.chi2,
    sumOfSquares: plain(fit.sumOfSquares, "ohm2"),
    weights: fit.weights,
    method: fit.method,
    frequencyHertz: spectrum.frequencyHertz,
    fitReal: fit.fitReal,
    fitImag: fit.fitImaginary,
  };
}

/** One spectrum is the answer itself, several are a list in it; the file's warnings stand at the top. */
export function answerOf<T extends { warnings: readonly Warning[] }>({ file, format, notices }: FileSpectra, answers: readonly T[]) {
  const [only] = answers;
  if (only && answers.length === 1) return { file, format, ...only, warnings: [...only.warnings, ...notices] };
  return { file, format, spectra: answers, warnings: notices };
}

export function sayNotices(io: CommandIo, notices: readonly Warning[]): void {
  for (const { message, code } of notices) io.hint(`warning: ${message} [${code}]`);
}
