/** An arc that appears within a series of spectra, and how it grows: for stories. What cannot be said is refused with its reason. */
import { chooseCircuit, findNewArc, fitGrowth, type Spectrum } from "../impedance/index.ts";
import { type Answer, isComputable, type NotComputable } from "../units/quantity.ts";
import type { NewArcStory } from "./model.ts";

/** Spectra of which a growth law can be asked. */
const LEAST = 6;
const HOUR = 3600;

/** @param circuit of the first spectra; "auto" chooses it by the first */
export function newArcStory(spectra: readonly (Spectrum & { timeSecond?: number })[], circuit: string): NewArcStory | NotComputable {
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
    points.map(({ index, resistance }) => ({ timeSecond: times[index]!, resistance })),
  );
  const hours = (answer: Answer): Answer =>
    isComputable(answer) ? { value: answer.value / HOUR, sigma: answer.sigma === null ? null : answer.sigma / HOUR, unit: "h" } : answer;
  return {
    ...shown,
    onset: hours(onset),
    complete: hours(complete),
    final: completion?.final ?? { notComputable: "it still grows at the end of the series" },
    exponent: completion?.exponent ?? power.exponent,
  };
}
