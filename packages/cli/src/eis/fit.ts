/** thioscope eis fit: a circuit fitted to each spectrum of a file. */
import { checkCancelled } from "@thioscope/core";
import { type CircuitChoice, type CircuitFit, chooseCircuit, fitCircuit, parseCircuit, type Spectrum } from "@thioscope/core/impedance";
import type { CommandIo } from "../command.ts";
import { textTable } from "../inputs.ts";
import { answerOf, doubts, fitAnswer, fitOptions, type Options, readSpectra, sayNotices, shortNumber, shortValue } from "./inputs.ts";

/** How many candidates of an automatic choice are told. */
const TOLD = 8;

export interface Fitted {
  fit: CircuitFit;
  choice: CircuitChoice | null;
}

/** By the circuit named, or the one that the data speak for. */
export function fitOne(spectrum: Spectrum, options: Options): Fitted {
  const how = fitOptions(options);
  if (options["circuit"] !== "auto") return { fit: fitCircuit(parseCircuit(String(options["circuit"])), spectrum, how), choice: null };
  const choice = chooseCircuit(spectrum, { profile: how.profile === true });
  const same = how.weights === "modulus" && how.method === "least squares";
  // evidence is weighed by modulus; what was asked for is then done with the chosen circuit
  return { fit: same ? choice.fit : fitCircuit(parseCircuit(choice.fit.circuit), spectrum, how), choice };
}

function choiceAnswer(choice: CircuitChoice | null) {
  if (!choice) return {};
  const { meaning, candidates } = choice;
  return { meaning, candidates: candidates.slice(0, TOLD).map(({ circuit, chi2, bic, refused }) => ({ circuit, chi2, bic, refused })) };
}

export async function runFit(path: string, options: Options, io: CommandIo): Promise<void> {
  const read = await readSpectra(path, options, io.task);
  const { file, spectra } = read;
  const answers = [];
  for (const [k, spectrum] of spectra.entries()) {
    checkCancelled(io.task);
    io.task.progress(k, spectra.length, "spectra");
    const { fit, choice } = fitOne(spectrum, options);
    answers.push({ name: spectrum.name, ...fitAnswer(fit, spectrum), ...choiceAnswer(choice), warnings: doubts(fit) });
    const title = `${file}${spectra.length > 1 ? `, ${spectrum.name}` : ""}  ${fit.circuit}`;
    io.say(`${k > 0 ? "\n" : ""}${title}  ${spectrum.real.length} points, chi2 ${fit.chi2.toExponential(3)}`);
    if (choice) io.say(`chosen by evidence: ${choice.meaning}`);
    const rows = fit.parameters.map((p) => [p.name, shortValue(p), p.unit, p.interval95 ? p.interval95.map(shortNumber).join(" to ") : ""]);
    io.say(textTable(["", "value", "unit", "95 %"], rows));
    sayNotices(io, doubts(fit));
  }
  io.result(answerOf(read, answers));
  sayNotices(io, read.notices);
}
