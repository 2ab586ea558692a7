/**
 * Bands over a series of spectra (states of charge, points of a map): the same bands in every spectrum, each with its area, or its upper limit where
 * it is not found, and where it comes and goes.
 *
 * A band is present where its area exceeds three of its errors, absent where its 95 % upper limit lies below a tenth of its largest area in the
 * series, and undecided in between: "not seen" alone never counts as gone.
 */
import { checkCancelled, QUIET, type TaskContext } from "../task.ts";
import type { Quantity } from "../units/quantity.ts";
import { RAMAN_BANDS } from "./bands.ts";
import { fitRaman, type RamanFit, type RamanFitOptions } from "./fit.ts";
import type { RamanSpectrum } from "./spectrum.ts";

export type Presence = "present" | "absent" | "undecided" | "outside";

export interface BandOverSeries {
  species: string;
  mode: string;
  position: number;
  /** area per spectrum; null where only a limit is known */
  areas: readonly (Quantity | null)[];
  /** 95 % upper limit per spectrum; null where found or outside the data */
  limits: readonly (Quantity | null)[];
  presence: readonly Presence[];
  /** indices of spectra between which the band is first present, or no longer */
  events: readonly { event: "appears" | "disappears"; between: readonly [number, number] }[];
}

export interface RamanSeries {
  fits: readonly RamanFit[];
  bands: readonly BandOverSeries[];
}

const PRESENT = 3;
const ABSENT_SHARE = 0.1;

/** @param options `species`: those to follow; every species of the table that is found at least once where absent */
export function fitRamanSeries(
  spectra: readonly RamanSpectrum[],
  options: RamanFitOptions = {},
  context: TaskContext = QUIET,
): RamanSeries {
  const table = options.bands ?? RAMAN_BANDS;
  const species = options.species ?? [...new Set(table.map((band) => band.species))];
  const fits = spectra.map((spectrum, k) => {
    checkCancelled(context);
    context.progress(k, spectra.length, "spectra");
    return fitRaman(spectrum, { ...options, species });
  });
  const bands = table
    .filter((band) => species.includes(band.species))
    .map((band): BandOverSeries => {
      const entries = fits.map((fit) => fit.limits.find((l) => l.band === band)!);
      const areas = entries.map((entry, k) => (entry.peak === null ? null : fits[k]!.peaks[entry.peak]!.area));
      const limits = entries.map((entry) => entry.limit);
      const largest = Math.max(0, ...areas.map((a) => a?.value ?? 0));
      const presence = entries.map((_, k): Presence => {
        const area = areas[k];
        if (area) return area.value > PRESENT * (area.sigma ?? 0) ? "present" : "undecided";
        const limit = limits[k];
        if (!limit) return "outside";
        return limit.value < ABSENT_SHARE * largest ? "absent" : "undecided";
      });
      return { species: band.species, mode: band.mode, position: band.position, areas, limits, presence, events: eventsOf(presence) };
    });
  return { fits, bands: options.species ? bands : bands.filter((band) => band.presence.includes("present")) };
}

/** Changes between decided states; undecided spectra in between widen the place. */
function eventsOf(presence: readonly Presence[]): BandOverSeries["events"] {
  const events: { event: "appears" | "disappears"; between: readonly [number, number] }[] = [];
  let last = -1;
  for (const [k, state] of presence.entries()) {
    if (state !== "present" && state !== "absent") continue;
    if (last >= 0 && presence[last] !== state) events.push({ event: state === "present" ? "appears" : "disappears", between: [last, k] });
    last = k;
  }
  return events;
}
