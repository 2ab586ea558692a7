/** thioscope eis kk and eis drt: is it an impedance, and which time constants does it hold. */
import { formatQuantity } from "@thioscope/core";
import { distributionOfRelaxationTimes, kramersKronig } from "@thioscope/core/impedance";
import type { CommandIo } from "../command.ts";
import { textTable } from "../inputs.ts";
import { type Options, readSpectra, sayNotices, shortValue } from "./inputs.ts";

export async function runKk(path: string, options: Options, io: CommandIo): Promise<void> {
  const { file, format, spectra, notices } = await readSpectra(path, options, io.task);
  const answers = spectra.map((spectrum) => {
    const { elements, residualReal, residualImaginary, noise, ranges, consistent, verdict } = kramersKronig(spectrum);
    io.say(`${file}${spectra.length > 1 ? `, ${spectrum.name}` : ""}: ${verdict}`);
    const { frequencyHertz } = spectrum;
    return { name: spectrum.name, consistent, verdict, noise, elements, ranges, frequencyHertz, residualReal, residualImaginary };
  });
  io.result({ file, format, notices, ...(answers.length === 1 ? answers[0] : { spectra: answers }) });
  sayNotices(io, notices);
}

export async function runDrt(path: string, options: Options, io: CommandIo): Promise<void> {
  const { file, format, spectra, notices } = await readSpectra(path, options, io.task);
  const answers = spectra.map((spectrum) => {
    const { tau, gamma, sigma, peaks, seriesResistance, inductance, lambda, noise, weighting } = distributionOfRelaxationTimes(spectrum);
    io.say(
      `${file}${spectra.length > 1 ? `, ${spectrum.name}` : ""}: ${peaks.length} peaks, R∞ ${formatQuantity(seriesResistance)}, λ ${lambda.toPrecision(2)}`,
    );
    const rows = peaks.map((peak) => {
      const top = 1 / (2 * Math.PI * peak.tau.value);
      return [shortValue(peak.tau), top.toPrecision(3), shortValue(peak.resistance)];
    });
    io.say(textTable(["τ s", "f Hz", "R ohm"], rows));
    return { name: spectrum.name, tau, gamma, sigma, peaks, seriesResistance, inductance, lambda, noise, weighting };
  });
  io.result({ file, format, notices, ...(answers.length === 1 ? answers[0] : { spectra: answers }) });
  sayNotices(io, notices);
}
