/** thioscope eis kk and eis drt: is it an impedance, and which time constants does it hold. */
import { formatQuantity } from "@thioscope/core";
import { distributionOfRelaxationTimes, kramersKronig } from "@thioscope/core/impedance";
import type { CommandIo } from "../command.ts";
import { textTable } from "../inputs.ts";
import { answerOf, type Options, plain, readSpectra, sayNotices, shortValue, type Warning } from "./inputs.ts";

const NO_WARNINGS: readonly Warning[] = [];
const column = (values: Float64Array, unit: string, sigma: Float64Array | null = null) => ({ values, sigma, unit });

export async function runKk(path: string, options: Options, io: CommandIo): Promise<void> {
  const read = await readSpectra(path, options, io.task);
  const answers = read.spectra.map((spectrum) => {
    const { elements, residualReal, residualImaginary, noise, ranges, consistent, verdict } = kramersKronig(spectrum);
    io.say(`${read.file}${read.spectra.length > 1 ? `, ${spectrum.name}` : ""}: ${verdict}`);
    return {
      name: spectrum.name,
      consistent,
      verdict,
      noise: plain(100 * noise, "%"),
      elements,
      ranges: ranges.map((range) => ({
        from: plain(range.fromHertz, "Hz"),
        to: plain(range.toHertz, "Hz"),
        points: range.points,
        residual: plain(100 * range.residual, "%"),
        timesNoise: plain(Math.sqrt(range.ratio), ""),
        consistent: range.consistent,
        reason: range.reason,
      })),
      frequency: column(spectrum.frequencyHertz, "Hz"),
      residualReal: column(
        residualReal.map((x) => 100 * x),
        "%",
      ),
      residualImaginary: column(
        residualImaginary.map((x) => 100 * x),
        "%",
      ),
      warnings: NO_WARNINGS,
    };
  });
  io.result(answerOf(read, answers));
  sayNotices(io, read.notices);
}

export async function runDrt(path: string, options: Options, io: CommandIo): Promise<void> {
  const read = await readSpectra(path, options, io.task);
  const answers = read.spectra.map((spectrum) => {
    const { tau, gamma, sigma, peaks, seriesResistance, inductance, lambda, noise, weighting } = distributionOfRelaxationTimes(spectrum);
    const title = `${read.file}${read.spectra.length > 1 ? `, ${spectrum.name}` : ""}`;
    io.say(`${title}: ${peaks.length} peaks, R∞ ${formatQuantity(seriesResistance)}, λ ${lambda.toPrecision(2)}`);
    const rows = peaks.map((peak) => {
      const top = 1 / (2 * Math.PI * peak.tau.value);
      return [shortValue(peak.tau), top.toPrecision(3), shortValue(peak.resistance)];
    });
    io.say(textTable(["τ s", "f Hz", "R ohm"], rows));
    return {
      name: spectrum.name,
      tau: column(tau, "s"),
      gamma: column(gamma, "ohm", sigma),
      peaks: peaks.map((peak) => ({ tau: peak.tau, resistance: peak.resistance, from: plain(peak.from, "s"), to: plain(peak.to, "s") })),
      seriesResistance,
      inductance,
      lambda: plain(lambda, ""),
      noise: weighting === "modulus" ? plain(100 * noise, "%") : plain(noise, "ohm"),
      weighting,
      warnings: NO_WARNINGS,
    };
  });
  io.result(answerOf(read, answers));
  sayNotices(io, read.notices);
}
