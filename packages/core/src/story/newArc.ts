/**
 * An arc that appears within a series of spectra, and how it grows: for stories. What cannot be said is refused with its reason.
 *
 * A sweep takes time: the arc is measured when the sweep passes a tenth of the frequency of its top, where its resistance shows whole (points take a time that
 * goes with 1/f). The resistance of a complete arc stands for one time only, and everything in the cell wanders with the room: what the first
 * resistance of the circuit, which the layer does not touch, scatters once the arc is complete is in the error.
 */
import { type CircuitFit, chooseCircuit, findNewArc, fitGrowth, type Spectrum } from "../impedance/index.ts";
import { type Answer, isComputable, type NotComputable, type Quantity } from "../units/quantity.ts";
import type { NewArcStory } from "./model.ts";

/** Spectra of which a growth law can be asked. */
const LEAST = 6;
const HOUR = 3600;

/** @param circuit of the first spectra; "auto" chooses it by the first */
export function newArcStory(
  spectra: readonly (Spectrum & { timeSecond?: number; endSecond?: number })[],
  circuit: string,
): NewArcStory | NotComputable {
  const times = spectra.map(({ timeSecond }) => timeSecond ?? Number.NaN);
  if (spectra.length < LEAST || times.some((t, i) => !Number.isFinite(t) || (i > 0 && t <= times[i - 1]!)))
    return { notComputable: `an arc that grows is looked for in ${LEAST} spectra or more, one after the other in time` };
  const before = circuit === "auto" ? chooseCircuit(spectra[0]!).fit.circuit : circuit;
  const found = findNewArc(before, spectra);
  const { first } = found;
  if (first === null) return { notComputable: `no spectrum needs more than ${before} and keeps that need` };
  const points = found.arcs
    .slice(first)
    .flatMap(({ resistance }, k) => (resistance.sigma === null ? [] : [{ index: first + k, resistance }]));
  const shown = {
    circuit: found.circuit,
    first,
    index: points.map(({ index }) => index),
    resistance: points.map(({ resistance }) => resistance.value),
    sigma: points.map(({ resistance }) => resistance.sigma!),
  };
  if (points.length < LEAST) {
    const none: NotComputable = { notComputable: `${points.length} spectra have the arc with an error: ${LEAST} are needed` };
    return { ...shown, onset: none, complete: none, final: none, exponent: none };
  }
  const { onset, complete, completion, power } = fitGrowth(
    points.map(({ index, resistance }) => ({ timeSecond: timeOf(spectra[index]!, found.arcs[index]!.tauSecond), resistance })),
  );
  const hours = (answer: Answer): Answer =>
    isComputable(answer) ? { value: answer.value / HOUR, sigma: answer.sigma === null ? null : answer.sigma / HOUR, unit: "h" } : answer;
  return {
    ...shown,
    onset: hours(onset),
    complete: hours(complete),
    final: completion
      ? wandering(completion.final, found.fits, times, complete)
      : { notComputable: "it still grows at the end of the series" },
    exponent: completion?.exponent ?? power.exponent,
  };
}

/** When the sweep was at a tenth of the frequency of the arc's top; when it began where its end is not known. */
function timeOf({ frequencyHertz, timeSecond, endSecond }: Spectrum & { timeSecond?: number; endSecond?: number }, tau: number): number {
  const start = timeSecond!;
  if (endSecond === undefined || !(endSecond > start)) return start;
  const [first, last] = [frequencyHertz[0]!, frequencyHertz.at(-1)!];
  const lowest = Math.min(first, last);
  const share = Math.min(1, lowest / (1 / (20 * Math.PI * tau)));
  return start + (endSecond - start) * (last < first ? share : 1 - share);
}

/** The final resistance with what the circuit's first resistance wanders behind the completion, relative, in its error. */
function wandering(final: Quantity, fits: readonly CircuitFit[], times: readonly number[], complete: Answer): Quantity {
  const end = isComputable(complete) ? complete.value : Number.POSITIVE_INFINITY;
  const behind = fits.flatMap(({ parameters }, k) => {
    const first = parameters.find(({ name }) => /^R\d+$/.test(name));
    return first && times[k]! > end ? [first.value] : [];
  });
  if (behind.length < 2 || final.sigma === null) return final;
  const mean = behind.reduce((sum, v) => sum + v, 0) / behind.length;
  const deviation = Math.sqrt(behind.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (behind.length - 1));
  return { ...final, sigma: Math.hypot(final.sigma, (final.value * deviation) / mean) };
}
