/**
 * A series of spectra of one cell (time, cycle, state of charge, temperature) fitted with one circuit. Each fit starts
 * from the one before it; where it ends much worse than its predecessors a new search is made and the better is kept.
 *
 * A new arc: the series is also fitted, from its end backwards, with one arc more. The arc is there from the first
 * spectrum on that prefers it by a BIC lower by 10, and whose successors do too.
 */
import { ThioscopeError } from "../errors.ts";
import type { Quantity } from "../units/quantity.ts";
import { bayesianInformation } from "./choose.ts";
import { parseCircuit } from "./circuit.ts";
import { type CircuitFit, type CircuitFitOptions, fitCircuit } from "./fit.ts";
import type { Spectrum } from "./spectrum.ts";

export interface SeriesFit {
  circuit: string;
  fits: readonly CircuitFit[];
  /** indices of spectra for which starts were searched anew */
  searched: readonly number[];
}

type SeriesOptions = Pick<CircuitFitOptions, "seed" | "weights" | "method" | "profile">;

/** χ² per number, relative to the median of the fits before, from which on a new search is made. */
const JUMP = 2;
const MEMORY = 5;

/** Throws INVALID_INPUT with the number of the spectrum that cannot be fitted. */
export function fitSeries(text: string, spectra: readonly Spectrum[], options: SeriesOptions = {}): SeriesFit {
  const circuit = parseCircuit(text);
  const fits: CircuitFit[] = [];
  const searched: number[] = [];
  const recent: number[] = [];
  let start: Float64Array | undefined;
  for (const [k, spectrum] of spectra.entries()) {
    try {
      let fit = start && fitCircuit(circuit, spectrum, { ...options, start });
      const level = fit && fit.chi2 / spectrum.real.length;
      if (!fit || level! > JUMP * median(recent)) {
        const again = fitCircuit(circuit, spectrum, options);
        searched.push(k);
        if (!fit || again.chi2 < fit.chi2) fit = again;
      }
      fits.push(fit);
      recent.push(fit.chi2 / spectrum.real.length);
      if (recent.length > MEMORY) recent.shift();
      start = nextStart(fit, start);
    } catch (error) {
      if (!(error instanceof ThioscopeError)) throw error;
      throw new ThioscopeError(error.code, `spectrum ${k + 1} of ${spectra.length}: ${error.message}`, error.place);
    }
  }
  return { circuit: circuit.text, fits, searched };
}

/** A parameter that ran to a limit starts again from where it last was within them. */
function nextStart(fit: CircuitFit, before: Float64Array | undefined): Float64Array {
  return fit.values.map((value, j) => (before && fit.parameters[j]!.sigma === null ? before[j]! : value));
}

function median(values: readonly number[]): number {
  if (values.length === 0) return Number.POSITIVE_INFINITY;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

export interface NewArc {
  /** circuit with the further arc */
  circuit: string;
  /** index of the first spectrum that has it; null where none does throughout */
  first: number | null;
  /** BIC with the arc minus without, per spectrum */
  deltaBic: Float64Array;
  /** fits with the arc, per spectrum */
  fits: readonly CircuitFit[];
  /** the new arc in each of them: two arcs of a circuit may change names, so it is followed by its time constant */
  arcs: readonly FollowedArc[];
}

export interface FollowedArc {
  resistor: string;
  resistance: Quantity;
  tauSecond: number;
}

const VERY_STRONG = 10;
/** Spectra behind the first that have to have the arc as well. */
const CONFIRM = 2;
/** Time constants of one arc in successive spectra differ by less than this factor. */
const SAME_ARC = 30;

/**
 * Looks for an arc that grows within a series.
 *
 * @param text circuit of the first spectra
 */
export function findNewArc(text: string, spectra: readonly Spectrum[], options: SeriesOptions = {}): NewArc {
  const circuit = oneMoreArc(text);
  const without = fitSeries(text, spectra, options);
  const backwards = fitSeries(circuit, spectra.toReversed(), options);
  const fits = backwards.fits.toReversed();
  const deltaBic = Float64Array.from(spectra, (spectrum, k) => {
    const points = spectrum.real.length;
    return bayesianInformation(fits[k]!, points) - bayesianInformation(without.fits[k]!, points);
  });
  const arcs = follow(without.fits, fits);
  const has = fits.map((fit, k) => {
    const { resistor, tauSecond } = arcs[k]!;
    const next = arcs[k + 1]?.tauSecond ?? tauSecond;
    const jumps = Math.abs(Math.log(tauSecond / next)) > Math.log(SAME_ARC);
    return deltaBic[k]! < -VERY_STRONG && !jumps && !fit.undetermined.includes(resistor);
  });
  let first: number | null = null;
  for (let k = 0; k < has.length && first === null; k++) {
    if (has.slice(k, k + 1 + CONFIRM).every(Boolean)) first = k;
  }
  return { circuit, first, deltaBic, fits, arcs };
}

/** Every p(R,CPE) of a fit. */
function arcsIn({ circuit, parameters }: CircuitFit): FollowedArc[] {
  const find = (name: string) => parameters.find((p) => p.name === name)!;
  return Array.from(circuit.matchAll(/p\((R\d+),(CPE\d+)\)/g), ([, resistor = "", element = ""]) => {
    const { value, sigma, unit } = find(resistor);
    const tauSecond = (value * find(`${element}.Q`).value) ** (1 / find(`${element}.a`).value);
    return { resistor, resistance: { value, sigma, unit }, tauSecond };
  });
}

const apart = (a: FollowedArc, b: FollowedArc): number => Math.abs(Math.log(a.tauSecond / b.tauSecond));

/** The arc of the last fit that has no counterpart in the circuit without it, followed back to the first. */
function follow(without: readonly CircuitFit[], fits: readonly CircuitFit[]): FollowedArc[] {
  const last = arcsIn(fits.at(-1)!);
  for (const old of arcsIn(without[0]!)) {
    const nearest = last.reduce((a, b) => (apart(b, old) < apart(a, old) ? b : a));
    if (last.length > 1) last.splice(last.indexOf(nearest), 1);
  }
  let arc = last[0]!;
  const followed = [arc];
  for (const fit of fits.slice(0, -1).toReversed()) {
    const before = arc;
    arc = arcsIn(fit).reduce((a, b) => (apart(b, before) < apart(a, before) ? b : a));
    followed.unshift(arc);
  }
  return followed;
}

/** The circuit with a further p(R,CPE) behind its last arc, or behind its first term. */
export function oneMoreArc(text: string): string {
  const { text: clean } = parseCircuit(text);
  const n = 1 + Math.max(0, ...Array.from(clean.matchAll(/[A-Za-z](\d+)/g), (m) => Number(m[1])));
  const arc = `p(R${n},CPE${n})`;
  const terms = outermost(clean);
  const last = terms.findLastIndex((term) => term.startsWith("p("));
  const at = last >= 0 ? last + 1 : 1;
  return [...terms.slice(0, at), arc, ...terms.slice(at)].join("-");
}

/** Terms of the outermost series. */
function outermost(text: string): string[] {
  const terms: string[] = [];
  let depth = 0;
  let term = "";
  for (const c of text) {
    if (c === "(") depth++;
    if (c === ")") depth--;
    if (c === "-" && depth === 0) {
      terms.push(term);
      term = "";
    } else term += c;
  }
  return [...terms, term];
}
