/**
 * Where the lines of all phases lie, how wide and how strong they are, as functions of what is searched for: zero and height of the sample, profile, axial
 * divergence, cells, displacements, texture, occupancies. Derivatives of these few hundred numbers are taken by differences; those of the thousands of points follow from them exactly.
 *
 *   2θ = 2θ_Bragg + zero + height cosθ,   height = −2 s/R of a sample s above the axis of a goniometer of radius R
 */
import { type CellParameters, unitCell } from "../crystal/cell.ts";
import type { Indices } from "../crystal/extinction.ts";
import type { Structure } from "../crystal/structure.ts";
import { ThioscopeError } from "../errors.ts";
import { type Design, type Places, placesOf, type Slopes } from "./design.ts";
import { inverseSquare, linesOf, strengthsOf, textureAngles } from "./lines.ts";
import { AXIAL_NODES, axialSpread, lineShape, type ProfileParameters } from "./profile.ts";

/** What all phases have in common. */
export type SharedParameter = keyof ProfileParameters | "zero" | "height" | "axial";

export interface ModelOptions {
  wavelengthAngstrom: number;
  /** a second wavelength (Kα₂) and its intensity as a share of the first's */
  doublet?: { wavelengthAngstrom: number; ratio: number };
  method: "pawley" | "rietveld";
  /** start of the profile (default: narrow) */
  profile?: Partial<ProfileParameters>;
  /** of the profile, the zero, the height of the sample and the axial divergence, what is refined (default w, y, zero) */
  free?: readonly SharedParameter[];
  /** refine the phases' cells (default true) */
  cells?: boolean;
  /** Rietveld: refine one displacement of each phase (default false) */
  displacement?: boolean;
  /** Rietveld: texture along an axis of a phase: March and Dollase's r is refined */
  texture?: readonly { phase: number; axis: Indices }[];
  /** Rietveld: sites whose occupancy is refined */
  occupancies?: readonly { phase: number; label: string }[];
  /** each phase has X and Y of its own, grains and strains differ (default false) */
  ownWidths?: boolean;
  /** where those start, phase by phase (default: the profile's) */
  phaseWidths?: readonly { x: number; y: number }[];
  /** start of the zero shift and the height, degrees; of the axial divergence S/L = H/L */
  zero?: number;
  height?: number;
  axial?: number;
  /** "ring" (default) or "corrected", as the lines of a structure are computed */
  polarisation?: "ring" | "corrected";
}

interface Parameter {
  name: string;
  /** null: of all phases */
  phase: number | null;
  start: number;
  lower: number;
  upper: number;
  /** what it is of the order of: differences are taken over a part of it */
  typical: number;
}

export interface ModelState {
  zero: number;
  height: number;
  axial: number;
  profile: ProfileParameters;
  cells: readonly CellParameters[];
  displacement: readonly number[];
  texture: readonly number[];
  occupancy: readonly number[];
  /** X and Y of each phase */
  widths: readonly { x: number; y: number }[];
}

const START: ProfileParameters = { u: 0, v: 0, w: 0.002, x: 0, y: 0.02 };
const MOST_LINES = 2000;
const RADIAN = Math.PI / 180;
/** Of what a parameter is of the order of. */
const STEP = 1e-5;

const SHARED: Readonly<Record<SharedParameter, readonly [lower: number, upper: number, typical: number]>> = {
  zero: [-1, 1, 0.05],
  height: [-1, 1, 0.05],
  u: [0, 2, 0.005],
  v: [-1, 2, 0.005],
  w: [0, 2, 0.002],
  x: [0, 2, 0.02],
  y: [0, 2, 0.02],
  axial: [1e-4, 0.2, 0.01],
};

export type PatternModel = ReturnType<typeof modelOf>;

/** @throws INVALID_INPUT for phases without a line, and for too many lines */
export function modelOf(structures: readonly Structure[], options: ModelOptions, from: number, to: number) {
  const { method } = options;
  const waves = [
    { lambda: options.wavelengthAngstrom, ratio: 1 },
    ...(options.doublet ? [{ lambda: options.doublet.wavelengthAngstrom, ratio: options.doublet.ratio }] : []),
  ];
  const phases = structures.map((structure) => linesOf(structure, options, from, to));
  const total = phases.reduce((sum, { hkl }) => sum + hkl.length, 0);
  if (total === 0) throw new ThioscopeError("INVALID_INPUT", "no line of the phases lies within the pattern");
  if (total > MOST_LINES) throw new ThioscopeError("INVALID_INPUT", `${total} lines: up to ${MOST_LINES} are refined; shorten the range`);
  const start: ProfileParameters = { ...START, ...options.profile };
  const held = { zero: options.zero ?? 0, height: options.height ?? 0, axial: options.axial ?? 0 };
  const free = options.free ?? ["w", "y", "zero"];
  const isRietveld = method === "rietveld";
  const textures = (isRietveld ? (options.texture ?? []) : []).map(({ phase, axis }) => ({
    phase,
    angles: textureAngles(phases[phase]!, axis),
  }));
  const occupied = (isRietveld ? (options.occupancies ?? []) : []).map(({ phase, label }) => ({
    phase,
    label,
    site: siteOf(structures[phase]!, label),
  }));
  const isAxial = free.includes("axial") || held.axial > 0;
  const nodes = isAxial ? AXIAL_NODES : 1;
  const own = options.ownWidths === true;

  const parameters: Parameter[] = [];
  const add = (name: string, phase: number | null, value: number, bounds: readonly [number, number, number]): number => {
    const [lower, upper, typical] = bounds;
    return parameters.push({ name, phase, start: Math.min(upper, Math.max(lower, value)), lower, upper, typical }) - 1;
  };
  const shared = new Map<SharedParameter, number>();
  for (const name of free) {
    if (own && (name === "x" || name === "y")) continue;
    const value = name in start ? start[name as keyof ProfileParameters] : held[name as keyof typeof held];
    shared.set(name, add(name, null, name === "axial" && value === 0 ? 0.01 : value, SHARED[name]));
  }
  const cellSlots = phases.map(({ structure, moves }, k) =>
    options.cells === false
      ? []
      : moves.map((members) => {
          const value = structure.cell.parameters[members[0]!]!;
          return { members, slot: add(`${k} cell ${members[0]}`, k, value, [0.95 * value, 1.05 * value, value]) };
        }),
  );
  const displacementSlots = phases.map((_, k) =>
    isRietveld && options.displacement ? add(`${k} displacement`, k, 0, [-0.02, 0.1, 0.01]) : -1,
  );
  const textureSlots = textures.map(({ phase }) => add(`${phase} texture`, phase, 1, [0.1, 10, 1]));
  const occupancySlots = occupied.map(({ phase, label, site }) =>
    add(`${phase} occupancy ${label}`, phase, structures[phase]!.sites![site]!.occupancy, [0, 1.5, 1]),
  );
  const startWidths = phases.map((_, k) => options.phaseWidths?.[k] ?? { x: start.x, y: start.y });
  const widthSlots = phases.map((_, k) =>
    own
      ? {
          x: free.includes("x") ? add(`${k} x`, k, startWidths[k]!.x, SHARED.x) : -1,
          y: free.includes("y") ? add(`${k} y`, k, startWidths[k]!.y, SHARED.y) : -1,
        }
      : null,
  );

  // places: phase by phase, line by line, for each wavelength its nodes
  const perLine = waves.length * nodes;
  const places = placesOf(total * perLine);
  const firsts: number[] = [];
  let line = 0;
  for (const [k, { hkl }] of phases.entries()) {
    firsts.push(line * perLine);
    for (let i = 0; i < hkl.length; i++, line++) places.column.fill(isRietveld ? k : line, line * perLine, (line + 1) * perLine);
  }
  const shifts = new Float64Array(AXIAL_NODES);
  const weights = new Float64Array(AXIAL_NODES);

  const stateOf = (p: ArrayLike<number>): ModelState => {
    const of = (name: SharedParameter, other: number): number => {
      const slot = shared.get(name);
      return slot === undefined ? other : p[slot]!;
    };
    const profile = Object.fromEntries(
      (["u", "v", "w", "x", "y"] as const).map((key) => [key, of(key, start[key])]),
    ) as unknown as ProfileParameters;
    return {
      zero: of("zero", held.zero),
      height: of("height", held.height),
      axial: of("axial", held.axial),
      profile,
      cells: phases.map(({ structure }, k) => cellOf(structure, cellSlots[k]!, p)),
      displacement: displacementSlots.map((slot) => (slot < 0 ? 0 : p[slot]!)),
      texture: textureSlots.map((slot) => p[slot]!),
      occupancy: occupancySlots.map((slot) => p[slot]!),
      widths: widthSlots.map((slots, k) =>
        slots
          ? { x: slots.x >= 0 ? p[slots.x]! : startWidths[k]!.x, y: slots.y >= 0 ? p[slots.y]! : startWidths[k]!.y }
          : { x: profile.x, y: profile.y },
      ),
    };
  };

  const layPhase = (k: number, state: ModelState, out: Slopes): void => {
    const lines = phases[k]!;
    const { reciprocal } = unitCell(state.cells[k]!);
    const profile = { ...state.profile, ...state.widths[k]! };
    const u = state.displacement[k]!;
    const strength = strengthsAt(k, state);
    let c = firsts[k]!;
    for (let i = 0; i < lines.hkl.length; i++) {
      const inverse = inverseSquare(reciprocal, lines.hkl[i]!);
      const full = u === 0 ? strength[i]! : strength[i]! * Math.exp(-4 * Math.PI ** 2 * u * inverse);
      for (const { lambda, ratio } of waves) {
        const sin = (lambda * Math.sqrt(inverse)) / 2;
        if (!(sin < 1)) {
          for (let q = 0; q < nodes; q++, c++) {
            out.at[c] = 0;
            out.width[c] = 1;
            out.eta[c] = 0;
            out.strength[c] = 0;
          }
          continue;
        }
        const bragg = (2 * Math.asin(sin)) / RADIAN;
        const centre = bragg + state.zero + state.height * Math.sqrt(1 - sin * sin);
        const { width, eta } = lineShape(profile, bragg);
        if (isAxial) axialSpread(state.axial, bragg, shifts, weights);
        for (let q = 0; q < nodes; q++, c++) {
          out.at[c] = isAxial ? centre + shifts[q]! : centre;
          out.width[c] = width;
          out.eta[c] = eta;
          out.strength[c] = full * ratio * (isAxial ? weights[q]! : 1);
        }
      }
    }
  };

  const strengthsAt = (k: number, state: ModelState): Float64Array => {
    const texture = textures.findIndex(({ phase }) => phase === k);
    const sites = occupied.flatMap(({ phase, site }, o) => (phase === k ? [{ site, value: state.occupancy[o]! }] : []));
    if (texture < 0 && sites.length === 0) return phases[k]!.strength;
    return strengthsOf(
      phases[k]!,
      options.wavelengthAngstrom,
      sites,
      texture < 0 ? null : { angles: textures[texture]!.angles, r: state.texture[texture]! },
    );
  };

  const scratch: Slopes = placesOf(places.count);
  const slopes: Slopes[] = parameters.map(() => ({
    at: new Float64Array(places.count),
    width: new Float64Array(places.count),
    eta: new Float64Array(places.count),
    strength: new Float64Array(places.count),
  }));

  return {
    phases,
    parameters,
    places,
    lines: total,
    columns: isRietveld ? phases.length : total,
    stateOf,
    strengthsAt,
    textures,
    occupied,
    /** Numbers of the parameters of a phase's cell. */
    cellSlots: cellSlots.map((groups) => groups.map(({ slot }) => slot)),
    /** Lays the places of all lines. */
    lay(p: ArrayLike<number>): Places {
      const state = stateOf(p);
      for (const k of phases.keys()) layPhase(k, state, places);
      return places;
    },
    /** Writes the derivatives of the model, at fixed coefficients, by the parameters that are named. */
    derivatives(p: ArrayLike<number>, which: readonly number[], design: Design, out: readonly Float64Array[]): void {
      const at = Float64Array.from(p);
      for (const j of which) {
        const { phase, typical, lower, upper } = parameters[j]!;
        const high = Math.min(upper, p[j]! + STEP * typical);
        const low = Math.max(lower, p[j]! - STEP * typical);
        const own = slopes[j]!;
        // how a line widens while it moves is a hundredth of what its move does, and costs most
        const isCell = phase !== null && cellSlots[phase]!.some(({ slot }) => slot === j);
        const touched = phase === null ? [...phases.keys()] : [phase];
        at[j] = high;
        const above = stateOf(at);
        for (const k of touched) layPhase(k, above, own);
        at[j] = low;
        const below = stateOf(at);
        for (const k of touched) layPhase(k, below, scratch);
        at[j] = p[j]!;
        for (const k of touched) {
          const end = k + 1 < phases.length ? firsts[k + 1]! : places.count;
          for (let c = firsts[k]!; c < end; c++) {
            own.at[c] = (own.at[c]! - scratch.at[c]!) / (high - low);
            own.width[c] = isCell ? 0 : (own.width[c]! - scratch.width[c]!) / (high - low);
            own.eta[c] = isCell ? 0 : (own.eta[c]! - scratch.eta[c]!) / (high - low);
            own.strength[c] = (own.strength[c]! - scratch.strength[c]!) / (high - low);
          }
        }
      }
      for (const column of out) column.fill(0);
      design.slopes(
        places,
        which.map((j) => slopes[j]!),
        out,
      );
    },
  };
}

function cellOf(
  structure: Structure,
  slots: readonly { members: readonly number[]; slot: number }[],
  p: ArrayLike<number>,
): CellParameters {
  if (slots.length === 0) return structure.cell.parameters;
  const cell = [...structure.cell.parameters] as number[];
  for (const { members, slot } of slots) for (const q of members) cell[q] = p[slot]!;
  return cell as unknown as CellParameters;
}

function siteOf(structure: Structure, label: string): number {
  const site = structure.sites?.findIndex((one) => one.label === label) ?? -1;
  if (site < 0) {
    const known = structure.sites?.map((one) => one.label).join(", ") ?? "none";
    throw new ThioscopeError("INVALID_INPUT", `${structure.name} has no site ${label}: its sites are ${known}`);
  }
  return site;
}
