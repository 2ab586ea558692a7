/**
 * The question as arrays: every observation a sparse row over the state, with what it depends on beside the state.
 *
 * State u, grid point by grid point: one entry per species (amount that diffraction does not see, or the whole where nothing diffracts), then one per species that diffracts
 * (its crystalline part). Between two grid points amounts are linear.
 *
 * Beside it: two shares of the electrolyte's charge (at the start and the end, between them linear in q), the share f of the electrolyte's sulfur, and numbers that
 * are normal before anything is known: ξ₀ of the charge (relative error), then one per scale, then one per constant that the values of a group share.
 */
import { ThioscopeError } from "../errors.ts";
import type { EvidenceQuestion, Observation } from "./model.ts";
import { SPECIES_SETS, type Species, speciesIndex } from "./species.ts";

/** How the prediction of a row follows from lin = Σ c u. */
export const PLAIN = 0;
/** lin · scale of the row + constant of the row */
export const SCALED = 1;
/** lin − Q (1 + m ξ₀)(1 − e(q)) */
export const CHARGE = 2;
/** lin · (1 − f) */
export const DILUTED = 3;
/** f */
export const ELECTROLYTE = 4;
/** lin / lin₂ */
export const RATIO = 5;

export interface Problem {
  species: readonly Species[];
  /** species index → column of its crystalline part, −1 where nothing diffracts */
  crystal: Int32Array;
  /** true where neither a spectrum of all sulfur nor a probe of it alone sees the whole of a species, crystalline or not: the balance decides it */
  unseen: readonly boolean[];
  /** entries of the state per grid point */
  width: number;
  points: number;
  /** q of the grid */
  charge: Float64Array;
  rows: number;
  /** row r: entries start[r] … start[r+1] of index and coefficient (and second, the divisor of a ratio) */
  start: Int32Array;
  index: Int32Array;
  coefficient: Float64Array;
  second: Float64Array;
  kind: Uint8Array;
  value: Float64Array;
  /** of the observation alone; what joining adds is set by {@link addJoinErrors} */
  sigma: Float64Array;
  weight: Float64Array;
  /** Q of charge rows */
  passed: Float64Array;
  /** index of the row's scale, −1 without */
  scaleOf: Int32Array;
  /** by how much of an amount the row's cell may differ from the one that is asked about */
  cellSigma: Float64Array;
  /** index of the constant that the row's value may be off by, −1 without */
  offsetOf: Int32Array;
  /** constants: size of the error before anything is known */
  offsets: Float64Array;
  /** index of the row's probe; charge rows have the first */
  probeOf: Int32Array;
  probes: readonly string[];
  /** known scales: value and relative error; NaN value where unknown */
  scales: readonly { probe: string; species: number; value: number; relative: number }[];
  chargeError: number;
  /** the largest share of the charge that the electrolyte can take, and what is known of it */
  electrolyteMost: number;
  electrolyteKnown: { value: number; sigma: number } | null;
  sulfurKnown: { value: number; sigma: number } | null;
  /** place of every species in the order; null switches it off */
  order: Int32Array | null;
  /** q and its error of every row's observation; charge rows have none */
  at: Float64Array;
  atSigma: Float64Array;
}

const COULOMETRY = "coulometry";
/** Rounding of the charge itself beside its relative error, electrons per S. */
const CHARGE_SIGMA = 0.01;
/** Share of charge that the electrolyte takes where a measured value is given: never above. */
const MOST_ELECTROLYTE = 0.6;
const LARGEST = 20_000;
/** A constant is not known: this many times the range of the values. */
const FREE_OFFSET = 10;

const ROW_KINDS: Readonly<Record<Observation["kind"], number>> = {
  crystalline: SCALED,
  weight: DILUTED,
  electrolyte: ELECTROLYTE,
  amount: PLAIN,
  hidden: PLAIN,
  chain: RATIO,
};

/** Throws INVALID_INPUT, naming the observation. @param without a probe that is left out */
export function problemOf(question: EvidenceQuestion, without?: string): Problem {
  const species = SPECIES_SETS[question.system];
  if (!species)
    throw new ThioscopeError("INVALID_INPUT", `system ${JSON.stringify(question.system)}: one of ${Object.keys(SPECIES_SETS).join(", ")}`);
  const used = question.observations.filter((o) => o.probe !== without);
  if (question.observations.length === 0) throw new ThioscopeError("INVALID_INPUT", "no observation: there is nothing to join");
  if (question.observations.length > LARGEST)
    throw new ThioscopeError("INVALID_INPUT", `${question.observations.length} observations: at most ${LARGEST}`);
  for (const [k, o] of question.observations.entries()) check(o, k);
  if (!(question.chargeError >= 0 && question.chargeError < 0.5))
    throw new ThioscopeError("INVALID_INPUT", `relative error of the charge ${question.chargeError}: 0 to 0.5`);
  const K = species.length;
  const crystal = new Int32Array(K).fill(-1);
  let width = K;
  for (const o of question.observations) {
    if (o.kind !== "crystalline") continue;
    const k = speciesIndex(species, o.species[0]!);
    if (crystal[k] === -1) crystal[k] = width++;
  }
  // the grid spans all that was observed, whichever probe is left out
  const [from, to] = question.observations.reduce(([a, b], { at }) => [Math.min(a, at.value), Math.max(b, at.value)], [0, 0]);
  if (to - from < 1e-6) throw new ThioscopeError("INVALID_INPUT", "all observations are at one charge: there is no course to join");
  const points = question.points ?? 33;
  if (!(Number.isInteger(points) && points >= 3 && points <= 400))
    throw new ThioscopeError("INVALID_INPUT", `${points} points over the charge: 3 to 400`);
  const charge = Float64Array.from({ length: points }, (_, g) => from + ((to - from) * g) / (points - 1));

  const scales = question.scales.map(({ probe, species: id, scale }) => {
    if (scale && !(scale.value > 0 && scale.sigma >= 0))
      throw new ThioscopeError("INVALID_INPUT", `scale ${scale.value} ± ${scale.sigma} of ${id} in ${probe}: positive, with an error`);
    return {
      probe,
      species: speciesIndex(species, id),
      value: scale?.value ?? Number.NaN,
      relative: scale ? scale.sigma / scale.value : 0,
    };
  });
  const scaleFor = (o: Observation): number => {
    if (o.kind !== "crystalline" && o.kind !== "amount") return -1;
    const k = speciesIndex(species, o.species[0]!);
    const found = scales.findIndex((s) => s.probe === o.probe && s.species === k);
    if (o.kind === "crystalline" && found < 0) {
      scales.push({ probe: o.probe, species: k, value: Number.NaN, relative: 0 });
      return scales.length - 1;
    }
    return found;
  };

  const groups = [...new Set(used.flatMap(({ offset }) => (offset === undefined ? [] : [offset])))];
  const probes = [COULOMETRY, ...new Set(question.observations.map((o) => o.probe).filter((p) => p !== COULOMETRY))];
  const build = new Rows(width);
  if (without !== COULOMETRY) {
    for (let g = 0; g < points; g++) {
      build.begin(CHARGE, 0, CHARGE_SIGMA, 0, -1, charge[g]!, charge[g]!, 0);
      for (let k = 0; k < K; k++) build.add(g, k, species[k]!.electrons, 0, crystal[k]!);
    }
  }
  for (const o of used) {
    const place = ((o.at.value - from) / (to - from)) * (points - 1);
    const g = Math.min(points - 2, Math.max(0, Math.floor(place)));
    const share = Math.min(1, Math.max(0, place - g));
    const scale = scaleFor(o);
    const kind = o.kind === "amount" && scale >= 0 ? SCALED : ROW_KINDS[o.kind];
    build.begin(
      kind,
      o.value,
      o.sigma,
      probes.indexOf(o.probe),
      scale,
      Number.NaN,
      o.at.value,
      o.at.sigma ?? 0,
      groups.indexOf(o.offset ?? ""),
      o.cellSigma ?? 0,
    );
    for (const [point, part] of [
      [g, 1 - share],
      [g + 1, share],
    ] as const) {
      if (part === 0) continue;
      if (o.kind === "hidden") build.addColumn(point, speciesIndex(species, o.species[0]!), part, 0);
      else if (o.kind === "crystalline") build.addColumn(point, crystal[speciesIndex(species, o.species[0]!)]!, part, 0);
      else if (o.kind === "chain") {
        for (const [k, { length }] of species.entries()) if (length !== null) build.add(point, k, part, part / length, crystal[k]!);
      } else
        for (const [i, id] of o.species.entries()) {
          const k = speciesIndex(species, id);
          build.add(point, k, part * (o.counts?.[i] ?? 1), 0, crystal[k]!);
        }
    }
  }
  const { electrolyteCharge: e } = question;
  const known = "atMost" in e ? null : e;
  const most = "atMost" in e ? e.atMost : MOST_ELECTROLYTE;
  if (!(most >= 0 && most < 1))
    throw new ThioscopeError("INVALID_INPUT", `share of the charge that the electrolyte takes: at most ${most} is not in [0, 1)`);
  return {
    species,
    crystal,
    unseen: species.map(
      ({ id }) =>
        !used.some(({ kind, species: ids }) => ids.includes(id) && (kind === "weight" || (kind === "amount" && ids.length === 1))),
    ),
    width,
    points,
    charge,
    ...build.finish(),
    offsets: Float64Array.from(groups, (group) => FREE_OFFSET * spreadOf(used.filter(({ offset }) => offset === group))),
    probes,
    scales,
    chargeError: question.chargeError,
    electrolyteMost: Math.max(most, 1e-9),
    electrolyteKnown: known,
    sulfurKnown: question.electrolyteSulfur,
    order: question.order ? placesOf(species, question.order) : null,
  };
}

function spreadOf(group: readonly Observation[]): number {
  const values = group.map(({ value }) => Math.abs(value));
  return Math.max(...values, ...group.map(({ sigma }) => sigma));
}

/** Place of each species in the order; species that it does not name keep to themselves (−1). */
function placesOf(species: readonly Species[], order: readonly string[]): Int32Array {
  const places = new Int32Array(species.length).fill(-1);
  for (const [at, id] of order.entries()) places[speciesIndex(species, id)] = at;
  return places;
}

function check(o: Observation, k: number): void {
  const where = `observation ${k + 1} (${o.probe}, ${o.kind}${o.species.length > 0 ? ` of ${o.species.join(" + ")}` : ""})`;
  if (!Number.isFinite(o.value)) throw new ThioscopeError("INVALID_INPUT", `${where}: the value is ${o.value}`);
  if (!(o.sigma > 0 && Number.isFinite(o.sigma)))
    throw new ThioscopeError("INVALID_INPUT", `${where}: the error is ${o.sigma}; it is positive`);
  if (!Number.isFinite(o.at.value) || Math.abs(o.at.value) > 10 || !((o.at.sigma ?? 0) >= 0))
    throw new ThioscopeError("INVALID_INPUT", `${where}: at ${o.at.value} ± ${o.at.sigma} electrons per S`);
  const needs = o.kind === "crystalline" || o.kind === "hidden" ? 1 : o.kind === "weight" || o.kind === "amount" ? null : 0;
  if (o.counts !== undefined && (o.counts.length !== o.species.length || !o.counts.every(Number.isFinite)))
    throw new ThioscopeError("INVALID_INPUT", `${where}: ${o.counts.length} counts for ${o.species.length} species`);
  if (o.cellSigma !== undefined && !(o.cellSigma >= 0 && o.cellSigma <= 1))
    throw new ThioscopeError("INVALID_INPUT", `${where}: its cell may differ by ${o.cellSigma}: 0 to 1`);
  if (o.offset !== undefined && o.kind !== "crystalline")
    throw new ThioscopeError("INVALID_INPUT", `${where}: only crystalline values may share an unknown constant`);
  if (needs === null ? o.species.length === 0 : o.species.length !== needs)
    throw new ThioscopeError("INVALID_INPUT", `${where}: it needs ${needs ?? "one or more"} species, ${o.species.length} are named`);
}

/** Collects sparse rows. */
class Rows {
  readonly #width: number;
  readonly #start: number[] = [];
  readonly #index: number[] = [];
  readonly #coefficient: number[] = [];
  readonly #second: number[] = [];
  readonly #kind: number[] = [];
  readonly #numbers: number[][] = [];

  constructor(width: number) {
    this.#width = width;
  }

  begin(
    kind: number,
    value: number,
    sigma: number,
    probe: number,
    scale: number,
    passed: number,
    at: number,
    atSigma: number,
    offset = -1,
    cellSigma = 0,
  ): void {
    this.#start.push(this.#index.length);
    this.#kind.push(kind);
    this.#numbers.push([value, sigma, probe, scale, passed, at, atSigma, offset, cellSigma]);
  }

  addColumn(point: number, column: number, coefficient: number, second: number): void {
    this.#index.push(point * this.#width + column);
    this.#coefficient.push(coefficient);
    this.#second.push(second);
  }

  /** Both parts of a species. */
  add(point: number, species: number, coefficient: number, second: number, crystal: number): void {
    this.addColumn(point, species, coefficient, second);
    if (crystal >= 0) this.addColumn(point, crystal, coefficient, second);
  }

  finish() {
    const column = (k: number): Float64Array => Float64Array.from(this.#numbers, (row) => row[k]!);
    const sigma = column(1);
    return {
      rows: this.#kind.length,
      start: Int32Array.from([...this.#start, this.#index.length]),
      index: Int32Array.from(this.#index),
      coefficient: Float64Array.from(this.#coefficient),
      second: Float64Array.from(this.#second),
      kind: Uint8Array.from(this.#kind),
      value: column(0),
      sigma,
      weight: sigma.map((s) => 1 / (s * s)),
      probeOf: Int32Array.from(column(2)),
      scaleOf: Int32Array.from(column(3)),
      passed: column(4),
      at: column(5),
      atSigma: column(6),
      offsetOf: Int32Array.from(column(7)),
      cellSigma: column(8),
    };
  }
}
