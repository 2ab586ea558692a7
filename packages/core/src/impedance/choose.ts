/**
 * Which circuit? A list of circuits that solid-state cells have reason to show is fitted, and the simplest is taken
 * that no other beats beyond doubt:
 *
 *   BIC = N ln(χ²/N) + k ln N,   N numbers (two a point), k parameters and the noise
 *
 * A further parameter has to earn a BIC lower by 10, "very strong" evidence (Schwarz, Ann. Statist. 6, 1978; Kass and
 * Raftery, J. Am. Stat. Assoc. 90, 1995). What fits but cannot be read is not taken: parameters that the data do not
 * determine, resistances not known to a third, arcs whose top lies far outside the window, arcs with a < 0.5 (half a right angle is diffusion, not
 * charge transfer). An inductance is added where Z″ is positive at the fast end, or where it earns its place.
 */
import { ThioscopeError } from "../errors.ts";
import { parseCircuit } from "./circuit.ts";
import { type CircuitFit, type CircuitFitOptions, fitCircuit } from "./fit.ts";
import { checkSpectrum, type Spectrum } from "./spectrum.ts";

export interface CircuitCandidate {
  circuit: string;
  chi2: number;
  bic: number;
  /** why it cannot be taken although it may fit; null where it can */
  refused: string | null;
}

export interface CircuitChoice {
  fit: CircuitFit;
  /** all that were fitted, the lowest BIC first */
  candidates: readonly CircuitCandidate[];
  /** what the tail of the chosen circuit stands for */
  meaning: string;
}

const MOST_ARCS = 3;
const VERY_STRONG = 10;
/** Residuals below this share of |Z| are within any instrument's own accuracy and speak for no circuit. */
const ACCURACY = 1e-3;
/** A resistance known worse than this is no finding. */
const LEAST_KNOWN = 1 / 3;
/** Parameters that a tail with a mechanism of its own has to save. */
const CLAIM = 2;
/** An arc may have its top this far outside the window, as a factor of frequency. */
const BEYOND = 10;
const LEAST_EXPONENT = 0.5;

/** What may follow the arcs; `#` is the next free number. */
const TAILS: readonly (readonly [tail: string, meaning: string, claim: number])[] = [
  ["", "all processes relax within the measured window", 0],
  ["-CPE#", "blocking electrodes", 0],
  ["-W#", "diffusion without an end in the window", 0],
  ["-Wo#", "diffusion into an electrode with a blocking end", CLAIM],
  ["-Ws#", "diffusion through a layer", CLAIM],
  ["-T#", "a porous electrode with blocking walls", CLAIM],
  ["-Tr#", "a porous composite electrode with charge transfer", CLAIM],
];

/** BIC of a fit with weights by modulus. */
export function bayesianInformation(fit: CircuitFit, points: number): number {
  const count = 2 * points;
  const variance = Math.max(fit.chi2 / count, ACCURACY ** 2);
  return count * Math.log(variance) + (fit.parameters.length + 1) * Math.log(count);
}

const arcs = (n: number): string => Array.from({ length: n }, (_, i) => `-p(R${i + 1},CPE${i + 1})`).join("");

/** The circuit with `n` arcs and a tail. */
function circuitOf(head: string, n: number, tail: string): string {
  return `${head}${arcs(n)}${tail.replace("#", String(n + 1))}`;
}

/** Throws INVALID_INPUT for spectra that cannot be fitted, or where too few points forbid every candidate. */
export function chooseCircuit(spectrum: Spectrum, options: Pick<CircuitFitOptions, "seed" | "profile"> = {}): CircuitChoice {
  checkSpectrum(spectrum);
  const tried: Tried[] = [];
  const attempt = (text: string, meaning: string, claim: number): number => {
    const circuit = parseCircuit(text);
    if (2 * spectrum.real.length <= circuit.parameters.length + 1) return Number.POSITIVE_INFINITY;
    const fit = fitCircuit(circuit, spectrum, { ...(options.seed === undefined ? {} : { seed: options.seed }) });
    const bic = bayesianInformation(fit, spectrum.real.length);
    tried.push({ circuit: text, chi2: fit.chi2, bic, refused: refusal(fit, spectrum), fit, meaning, claim });
    return bic;
  };
  const head = isInductive(spectrum) ? "L0-R0" : "R0";
  for (const [tail, meaning, claim] of TAILS) {
    let before = Number.POSITIVE_INFINITY;
    for (let n = tail === "" ? 1 : 0; n <= MOST_ARCS; n++) {
      const bic = attempt(circuitOf(head, n, tail), meaning, claim);
      if (n > 0 && bic > before - 2) break;
      before = bic;
    }
  }
  for (let n = 1; n <= 2; n++)
    attempt(`${head}${arcs(n - 1)}-p(R${n}-W${n},CPE${n})`, "charge transfer followed by diffusion (Randles)", 0);
  // the fast end may not reach the electrolyte's resistance: then R0 is no parameter
  for (const { circuit, refused, meaning, claim } of [...tried]) {
    if (refused?.startsWith("R0 ") && circuit.startsWith("R0-p")) attempt(circuit.slice(3), meaning, claim);
  }
  if (tried.length === 0) throw new ThioscopeError("INVALID_INPUT", `${spectrum.real.length} points are too few for any circuit`);
  let chosen = simplest(tried);
  if (!chosen.circuit.startsWith("L0")) {
    attempt(`L0-${chosen.circuit}`, chosen.meaning, chosen.claim);
    chosen = simplest(tried);
  }
  const candidates = tried.map(({ circuit, chi2, bic, refused }) => ({ circuit, chi2, bic, refused })).sort((a, b) => a.bic - b.bic);
  const start = fastestFirst(chosen.fit);
  const fit = start ? fitCircuit(parseCircuit(chosen.circuit), spectrum, { start, profile: options.profile === true }) : chosen.fit;
  return { fit: withDoubts(fit, tried, chosen), candidates, meaning: chosen.meaning };
}

interface Tried extends CircuitCandidate {
  fit: CircuitFit;
  meaning: string;
  claim: number;
}

/** Of those that may be taken the one with fewest parameters that the best does not beat beyond doubt. */
function simplest(tried: readonly Tried[]): Tried {
  const allowed = tried.filter((candidate) => candidate.refused === null);
  const pool = allowed.length > 0 ? allowed : tried;
  const best = pool.reduce((a, b) => (b.bic < a.bic ? b : a));
  const rivals = pool.filter((candidate) => candidate.bic < best.bic + VERY_STRONG);
  return rivals.reduce((a, b) => {
    const fewer = b.fit.parameters.length + b.claim - a.fit.parameters.length - a.claim;
    return fewer < 0 || (fewer === 0 && b.bic < a.bic) ? b : a;
  });
}

/** The values with the arcs p(R1,CPE1)-p(R2,CPE2)… in the order of their time constants: the numbers then mean the same everywhere. */
function fastestFirst({ circuit, parameters, values }: CircuitFit): Float64Array | null {
  const at = (name: string): number => parameters.findIndex((p) => p.name === name);
  const places = Array.from(circuit.matchAll(/p\((R\d+),(CPE\d+)\)/g), ([, r = "", cpe = ""]) => [at(r), at(`${cpe}.Q`), at(`${cpe}.a`)]);
  if (places.length === 0) return null;
  const sorted = places
    .map((place) => place.map((j) => values[j]!))
    .sort(([r1, q1, a1], [r2, q2, a2]) => (r1! * q1!) ** (1 / a1!) - (r2! * q2!) ** (1 / a2!));
  const ordered = values.slice();
  for (const [k, place] of places.entries()) for (const [i, j] of place.entries()) ordered[j] = sorted[k]![i]!;
  return ordered;
}

/** What a reader of the fit has to know of the choice. */
function withDoubts(fit: CircuitFit, tried: readonly Tried[], chosen: Tried): CircuitFit {
  const warnings = [...fit.warnings];
  if (chosen.refused !== null) warnings.push(`no circuit of the list can be read without doubt: of this one, ${chosen.refused}`);
  // what has more parameters and is no better is no rival
  const most = chosen.fit.parameters.length;
  const rivals = tried
    .filter((c) => c.refused === null && c !== chosen && c.fit.parameters.length <= most && c.bic < chosen.bic + VERY_STRONG)
    .sort((a, b) => a.bic - b.bic);
  if (rivals.length > 0) {
    warnings.push(
      `the data do not tell it from ${rivals
        .slice(0, 3)
        .map((c) => c.circuit)
        .join(", ")} (ΔBIC below ${VERY_STRONG})`,
    );
  }
  return { ...fit, warnings };
}

/** Z″ beyond doubt positive at one of the three fastest points. */
function isInductive({ frequencyHertz, imaginary }: Spectrum): boolean {
  const fastest = Array.from(frequencyHertz.keys())
    .sort((a, b) => frequencyHertz[b]! - frequencyHertz[a]!)
    .slice(0, 3);
  return fastest.every((i) => imaginary[i]! > 0);
}

/** Why a fit cannot be read, or null. */
function refusal(fit: CircuitFit, { frequencyHertz }: Spectrum): string | null {
  if (fit.undetermined.length > 0) return `${fit.undetermined[0]} is not determined`;
  const vague = fit.parameters.find(({ name, value, sigma }) => /^R\d/.test(name) && sigma !== null && sigma > LEAST_KNOWN * value);
  if (vague) return `${vague.name} is known only to ${((100 * vague.sigma!) / vague.value).toFixed(0)} %`;
  const value = new Map(fit.parameters.map((p) => [p.name, p.value]));
  const fastest = frequencyHertz.reduce((a, b) => Math.max(a, b));
  const slowest = frequencyHertz.reduce((a, b) => Math.min(a, b));
  for (const [, resistor = "", element = ""] of fit.circuit.matchAll(/p\((R\d+)(?:-W\d+)?,(CPE\d+)\)/g)) {
    const a = value.get(`${element}.a`) ?? 1;
    if (a < LEAST_EXPONENT) return `${element}.a is ${a.toPrecision(2)}, which is diffusion and no arc`;
    const top = 1 / (2 * Math.PI * (value.get(resistor)! * value.get(`${element}.Q`)!) ** (1 / a));
    if (top > fastest * BEYOND || top < slowest / BEYOND)
      return `the arc of ${resistor} has its top at ${top.toPrecision(2)} Hz, far outside the window`;
  }
  return null;
}
