/**
 * The equations of the cell as a system M ẏ = f(t, y) of index 1, by finite volumes through the thickness of the cathode.
 *
 * Unknowns per control volume: n_k (phases), y_m (reduced share of the electrolyte per redox step), c (oxidised share of a mediator), φ_s, φ_e. Scalars: the charge
 * passed Q, the cell voltage V, the current density i (discharge > 0), and where they are switched on the pressure of the layer and the temperature.
 *
 *   dn_k/dt = Σ_j ν_kj R_j/(F c_S s_j)                       ν = +1 for A_j, −1 for B_j (anodic turns B into A)
 *   ∂/∂x(−σ ∂φ_s/∂x) = −ΣR,   ∂/∂x(−κ ∂φ_e/∂x) = +ΣR
 *   φ_e(0) = −U_an − η_an − i L_sep/κ_sep,  η_an = (2RT/F) asinh(i/2 i_exc),   V = φ_s(L) − i R_contact
 *   dy_m/dt = −R_m/(F ξ c_SE s_m),   dc/dt = R_M/(F c_M) − Σ_j k_M c n_Bj + ∂/∂x(D ∂c/∂x)
 *
 * The mediator's chemical step takes its electrons from the products: dn_Bj/dt = −(c_M/c_S) k_M c n_Bj/s_j, which A_j gains. U_j(σ_p) = U_j − σ_p Δv_j/F with
 * Δv_j = (V̄_B − V̄_A)/s_j. All derivatives are analytic but those by the temperature, which are central differences.
 *
 * Equations are scaled: amounts by a time τ, charges by i_ref = F c_S L/τ, so that all are of order 1.
 */
import { type BlockSystem, blockSystem } from "../numerics/dae/blockTridiagonal.ts";
import type { DaeProblem } from "../numerics/dae/problem.ts";
import { CONSTANTS } from "../units/constants.ts";
import type { Grid } from "./grid.ts";
import { conversionRate, openShare, RATE_LENGTH, redoxRate, thermalSlope } from "./kinetics.ts";
import { type CellPhysics, kineticsAt } from "./physics.ts";
import { confinedPressure, localPressure, unaccommodatedExpansion } from "./stress.ts";

const TAU = 36_000;
const { faraday: F, gas: R } = CONSTANTS;

/** Where unknowns are. */
interface Layout {
  cells: number;
  /** unknowns per cell */
  block: number;
  phases: number;
  redox: number;
  /** offsets within a cell; mediator −1 where there is none */
  mediator: number;
  solid: number;
  ionic: number;
  /** indices of the scalars in y; −1 where there is none */
  charge: number;
  volt: number;
  current: number;
  pressure: number;
  temperature: number;
  size: number;
}

interface Control {
  kind: "current" | "voltage";
  /** A/m² (discharge > 0) or V */
  at(t: number): number;
}

export interface Tolerances {
  relative: number;
  /** on amounts */
  amount: number;
  /** V */
  potential: number;
}

export const TOLERANCES: Tolerances = { relative: 1e-5, amount: 1e-7, potential: 1e-6 };

/** Longest change of a potential in one damped correction, V. */
const MOST_VOLT = 0.3;
/** Least amount that is taken as zero. */
const NEGATIVE = -1e-8;
/** What is below may fall by this in a step, a thousandth of the tolerance: less and the step could not grow where reactions balance below zero. */
const DRIFT = 0.01 * NEGATIVE;
/** And never further than the tolerance of an amount. */
const LOWEST = 10 * NEGATIVE;

export interface CellEquations extends DaeProblem {
  readonly layout: Layout;
  readonly grid: Grid;
  readonly physics: CellPhysics;
  /** A/m² that the unknown current is scaled with: i = y[current] · reference */
  readonly reference: number;
  control(control: Control): void;
  /** Between the control's former value (0) and its own (1), for a start far from it. */
  approach(share: number, from: number): void;
  /** The matrix c M − ∂f/∂y before it is factorised. */
  assemble(t: number, y: Float64Array, c: number, frozen: boolean): BlockSystem;
  /** A/m³ per reaction and cell, then per redox step, then of the mediator, anodic > 0, cell by cell, of the last state that was evaluated. */
  readonly rates: Float64Array;
  readonly ratesPerCell: number;
  /** Pa per cell, of the last state that was evaluated */
  readonly pressures: Float64Array;
  /** e_eff per cell */
  readonly expansion: Float64Array;
}

export function cellEquations(physics: CellPhysics, grid: Grid, tolerances: Tolerances = TOLERANCES): CellEquations {
  const { chemistry, layers, stress, electrolyte, mediator } = physics;
  const { reactions } = chemistry;
  const cells = grid.widths.length;
  const P = chemistry.phases.length;
  const E = electrolyte?.steps.length ?? 0;
  const cAt = mediator ? P + E : -1;
  const sAt = P + E + (mediator ? 1 : 0);
  const eAt = sAt + 1;
  const m = eAt + 1;
  const base = cells * m;
  const layerStress = stress.model === "layer";
  const { thermal } = physics.options;
  const [qAt, vAt, iAt] = [base, base + 1, base + 2];
  const pAt = layerStress ? base + 3 : -1;
  const tAt = thermal ? base + 3 + (layerStress ? 1 : 0) : -1;
  const border = 3 + (layerStress ? 1 : 0) + (thermal ? 1 : 0);
  const size = base + border;
  const layout: Layout = {
    ...{ cells, block: m, phases: P, redox: E, mediator: cAt, solid: sAt, ionic: eAt },
    ...{ charge: qAt, volt: vAt, current: iAt, pressure: pAt, temperature: tAt, size },
  };
  const { sulfurConcentration: cS, cathode: length } = layers;
  const iRef = (F * cS * length) / TAU;
  const { contactArea: a, electronic: sigma } = physics;
  const kinetics = physics.kinetics.map((k) => ({ ...k }));
  let { ionic, separator } = physics;
  const x = Float64Array.from(chemistry.phases, (p) => p.x / 2);
  const swelling = Float64Array.from(chemistry.phases, (p) => (layers.sulfur * p.volume) / chemistry.phases[0]!.volume);
  const shift = Float64Array.from(
    reactions,
    ({ from, to, s }) => (chemistry.phases[to]!.volume - chemistry.phases[from]!.volume) / (s * F),
  );
  const fromPhase = Int32Array.from(reactions, (r) => r.from);
  const toPhase = Int32Array.from(reactions, (r) => r.to);
  const toAmounts = Float64Array.from(reactions, (r) => TAU / (F * cS * r.s));
  const perCell = reactions.length + E + (mediator ? 1 : 0);
  const rates = new Float64Array(cells * perCell);
  const pressures = new Float64Array(cells);
  const pressureSlopes = new Float64Array(cells); // ∂σ_p/∂e
  const expansion = new Float64Array(cells);
  const expansionSlopes = new Float64Array(cells);
  const kappa = new Float64Array(cells);
  const kappaBy = new Float64Array(base); // ∂κ/∂(unknown of the cell)
  const kappaByPressure = new Float64Array(cells);
  const kappaMoves = E > 0 || physics.contactGain > 0;
  const columns = [
    ...(physics.contactGain > 0 && (stress.model === "local" || stress.model === "confined") ? Array.from({ length: P }, (_, k) => k) : []),
    ...Array.from({ length: E }, (_, k) => P + k),
    ...(mediator && mediator.diffusivity > 0 ? [cAt] : []),
    sAt,
    eAt,
  ];
  const rows = [...(mediator && mediator.diffusivity > 0 ? [cAt] : []), sAt, eAt];
  const system = blockSystem({ cells, block: m, border, rows, columns });
  const [cRow, sRow, eRow] = [rows.indexOf(cAt), rows.indexOf(sAt), rows.indexOf(eAt)];
  const columnOf = Int32Array.from({ length: m }, (_, k) => columns.indexOf(k));
  const couple = rows.length * columns.length;
  const width = columns.length;
  const mass = new Float64Array(size);
  for (let i = 0; i < cells; i++) mass.fill(TAU, i * m, i * m + sAt);
  mass[qAt] = TAU;
  if (thermal) mass[tAt] = TAU;
  const rate = new Float64Array(RATE_LENGTH);
  const redox = new Float64Array(3);
  const two = new Float64Array(2);
  const four = new Float64Array(4);
  const confined = { young: stress.young, poisson: stress.poisson, yieldStress: stress.yieldStress, stackPressure: stress.stack };
  const byLocal = new Float64Array(m);
  const redoxWeights = redoxShares(physics);
  let control: Control = { kind: "current", at: () => 0 };
  let share = 1;
  let former = 0;
  let summed = true;
  let temperature = physics.temperature;
  let slopeOfVolt = thermalSlope(temperature);

  /** One pass: f into `out` if given, else the matrix into `system`. */
  const pass = (t: number, y: Float64Array, out: Float64Array | null, c: number): void => {
    const matrix = out === null;
    const { diagonal: D, lower, upper, right, bottom, corner } = system;
    if (matrix) system.clear();
    else out.fill(0);
    if (thermal) {
      temperature = Math.min(Math.max(y[tAt]!, 150), 1200);
      ({ ionic, separator } = kineticsAt(physics, temperature, kinetics));
    }
    slopeOfVolt = thermalSlope(temperature);
    const heats = 1 / physics.heatCapacity;
    let heat = 0;
    let growth = 0;
    for (let i = 0; i < cells; i++) {
      const at = i * m;
      const dx = grid.widths[i]!;
      const scale = dx / iRef;
      let X = 0;
      let e = -layers.sulfur;
      for (let k = 0; k < P; k++) {
        X += x[k]! * y[at + k]!;
        e += swelling[k]! * y[at + k]!;
      }
      stressOf(i, e, y);
      growth += expansion[i]! * dx;
      const pressure = pressures[i]!;
      const slope = pressureSlopes[i]!;
      const phi = y[at + sAt]! - y[at + eAt]!;
      const open = openShare(X, kinetics[0]!.exponent);
      let total = 0;
      for (let j = 0; j < reactions.length; j++) {
        const from = fromPhase[j]!;
        const to = toPhase[j]!;
        const lift = shift[j]!;
        const potential = physics.potentials[j]! + physics.slopes[j]! * (temperature - physics.temperature) - lift * pressure;
        conversionRate(kinetics[j]!, slopeOfVolt, phi - potential, y[at + from]!, y[at + to]!, X, open, rate);
        const current = a * rate[0]!;
        rates[i * perCell + j] = current;
        total += current;
        const toAmount = toAmounts[j]!;
        const voltOfHeat = thermal ? potential - physics.anodePotential - temperature * physics.slopes[j]! : 0;
        if (!matrix) {
          out[at + from] = out[at + from]! + toAmount * current;
          out[at + to] = out[at + to]! - toAmount * current;
          if (thermal) heat -= dx * current * voltOfHeat;
          continue;
        }
        const byEta = a * rate[1]!;
        for (let k = 0; k < P; k++) byLocal[k] = a * rate[4]! * x[k]! + byEta * lift * slope * swelling[k]!;
        byLocal[from] = byLocal[from]! + a * rate[2]!;
        byLocal[to] = byLocal[to]! + a * rate[3]!;
        for (let k = 0; k < P; k++) addRate(D, at, from, to, k, byLocal[k]!, toAmount, scale);
        addRate(D, at, from, to, sAt, byEta, toAmount, scale);
        addRate(D, at, from, to, eAt, -byEta, toAmount, scale);
        if (layerStress) addRateRight(right, at, from, to, pAt - base, byEta * lift, toAmount, scale);
        if (thermal) {
          const row = (tAt - base) * base + at;
          const weight = TAU * heats * dx * voltOfHeat;
          for (let k = 0; k < P; k++) bottom[row + k] = bottom[row + k]! + weight * byLocal[k]!;
          bottom[row + sAt] = bottom[row + sAt]! + weight * byEta;
          bottom[row + eAt] = bottom[row + eAt]! - weight * byEta;
        }
      }
      for (let k = 0; k < E; k++) {
        const step = electrolyte!.steps[k]!;
        const reduced = y[at + P + k]!;
        redoxRate(step.exchange, step.alpha, slopeOfVolt, phi - step.volt, 1 - reduced, reduced, step.unsaturated, redox);
        const current = electrolyte!.area * redox[0]!;
        rates[i * perCell + reactions.length + k] = current;
        total += current;
        const toShare = TAU / (F * electrolyte!.concentration * step.electrons);
        if (!matrix) {
          out[at + P + k] = -toShare * current;
          if (thermal) heat -= dx * current * (step.volt - physics.anodePotential);
          continue;
        }
        const [byEta, byY] = [electrolyte!.area * redox[1]!, electrolyte!.area * redox[2]!];
        for (const [column, value] of [
          [P + k, byY],
          [sAt, byEta],
          [eAt, -byEta],
        ] as const) {
          add(D, at, P + k, column, toShare * value);
          add(D, at, sAt, column, scale * value);
          add(D, at, eAt, column, -scale * value);
        }
      }
      if (mediator) total += mediate(i, y, phi, out);
      conduct(i, y);
      if (!matrix) {
        out[at + sAt] = -scale * total;
        out[at + eAt] = scale * total;
        let others = 0;
        for (let k = 1; k < P; k++) others += out[at + k]!;
        out[at] = -others;
      }
    }
    for (let i = 0; i + 1 < cells; i++) {
      const at = i * m;
      const [dx, dn] = [grid.widths[i]!, grid.widths[i + 1]!];
      const gs = (2 * sigma) / (dx + dn) / iRef;
      const [ka, kb] = [kappa[i]!, kappa[i + 1]!];
      const ge = 1 / (dx / (2 * ka) + dn / (2 * kb)) / iRef;
      const drop = y[at + eAt]! - y[at + m + eAt]!;
      if (!matrix) {
        const solid = gs * (y[at + sAt]! - y[at + m + sAt]!);
        out[at + sAt] = out[at + sAt]! - solid;
        out[at + m + sAt] = out[at + m + sAt]! + solid;
        out[at + eAt] = out[at + eAt]! - ge * drop;
        out[at + m + eAt] = out[at + m + eAt]! + ge * drop;
      } else {
        add(D, at, sAt, sAt, gs);
        add(D, at + m, sAt, sAt, gs);
        add(D, at, eAt, eAt, ge);
        add(D, at + m, eAt, eAt, ge);
        const s = sRow * width + columnOf[sAt]!;
        const e = eRow * width + columnOf[eAt]!;
        upper[i * couple + s] = upper[i * couple + s]! - gs;
        lower[(i + 1) * couple + s] = lower[(i + 1) * couple + s]! - gs;
        upper[i * couple + e] = upper[i * couple + e]! - ge;
        lower[(i + 1) * couple + e] = lower[(i + 1) * couple + e]! - ge;
        if (kappaMoves) addKappa(i, drop, ge);
      }
      if (mediator && mediator.diffusivity > 0) diffuse(i, y, out);
    }
    const end = base - m;
    const i = y[iAt]! * iRef;
    const anode = physics.anodeExchange;
    const asinh = Math.asinh(i / (2 * anode));
    const thermalVolt = (2 * R * temperature) / F;
    const phi0 = -physics.anodePotential - thermalVolt * asinh - (i * layers.separator) / separator;
    const g0 = (2 * kappa[0]!) / grid.widths[0]! / iRef;
    const lastResistance = grid.widths[cells - 1]! / (2 * sigma) + physics.contactResistance;
    const aim = former + share * (control.at(t) - former);
    if (!matrix) {
      out[eAt] = out[eAt]! + g0 * (phi0 - y[eAt]!);
      out[end + sAt] = out[end + sAt]! - y[iAt]!;
      out[qAt] = y[iAt]!;
      out[vAt] = y[vAt]! - y[end + sAt]! + i * lastResistance;
      out[iAt] = control.kind === "current" ? y[iAt]! - aim / iRef : y[vAt]! - aim;
      if (layerStress) {
        const perArea = stress.fixture / layers.area;
        out[pAt] = 1e-6 * ((y[pAt]! - stress.stack) * (1 + (perArea * length) / stress.layerBulk) - perArea * growth);
      }
      if (thermal) out[tAt] = TAU * heats * (heat - i * y[vAt]! - physics.heatTransfer * (temperature - physics.temperature));
      return;
    }
    add(D, 0, eAt, eAt, g0);
    if (kappaMoves) {
      const weight = (2 / grid.widths[0]! / iRef) * (phi0 - y[eAt]!);
      for (let k = 0; k < m; k++) add(D, 0, eAt, k, -weight * kappaBy[k]!);
      if (layerStress) addRight(right, eAt, pAt - base, -weight * kappaByPressure[0]!);
    }
    const slope = iRef * (-thermalVolt / Math.sqrt(i * i + 4 * anode * anode) - layers.separator / separator);
    addRight(right, eAt, iAt - base, -g0 * slope);
    addRight(right, end + sAt, iAt - base, 1);
    const set = (r: number, k: number, value: number): void => {
      corner[(r - base) * border + (k - base)] = value;
    };
    set(qAt, qAt, c * TAU);
    set(qAt, iAt, -1);
    set(vAt, vAt, -1);
    set(vAt, iAt, -iRef * lastResistance);
    bottom[(vAt - base) * base + end + sAt] = 1;
    set(iAt, control.kind === "current" ? iAt : vAt, -1);
    if (layerStress) {
      const perArea = stress.fixture / layers.area;
      set(pAt, pAt, -1e-6 * (1 + (perArea * length) / stress.layerBulk));
      for (let cell = 0; cell < cells; cell++) {
        const weight = 1e-6 * perArea * grid.widths[cell]! * expansionSlopes[cell]!;
        for (let k = 0; k < P; k++) bottom[(pAt - base) * base + cell * m + k] = weight * swelling[k]!;
      }
    }
    if (thermal) {
      set(tAt, vAt, TAU * heats * i);
      set(tAt, iAt, TAU * heats * iRef * y[vAt]!);
      set(tAt, tAt, c * TAU);
      for (let cell = 0; cell < cells; cell++) {
        for (let k = 0; k < E; k++) {
          // of the electrolyte's heat
          const step = electrolyte!.steps[k]!;
          const at = cell * m;
          const phi = y[at + sAt]! - y[at + eAt]!;
          redoxRate(step.exchange, step.alpha, slopeOfVolt, phi - step.volt, 1 - y[at + P + k]!, y[at + P + k]!, step.unsaturated, redox);
          const weight = TAU * heats * grid.widths[cell]! * electrolyte!.area * (step.volt - physics.anodePotential);
          const row = (tAt - base) * base + at;
          bottom[row + P + k] = bottom[row + P + k]! + weight * redox[2]!;
          bottom[row + sAt] = bottom[row + sAt]! + weight * redox[1]!;
          bottom[row + eAt] = bottom[row + eAt]! - weight * redox[1]!;
        }
      }
    }
  };

  const add = (D: Float64Array, at: number, r: number, k: number, value: number): void => {
    const p = (at + r) * m + k;
    D[p] = D[p]! + value;
  };
  const addRight = (right: Float64Array, row: number, scalar: number, value: number): void => {
    const p = row * border + scalar;
    right[p] = right[p]! + value;
  };
  /** ∂R/∂(unknown k) of a reaction into the rows of its two phases and of both charges. */
  const addRate = (
    D: Float64Array,
    at: number,
    from: number,
    to: number,
    k: number,
    value: number,
    toAmount: number,
    scale: number,
  ): void => {
    if (value === 0) return;
    add(D, at, from, k, -toAmount * value);
    add(D, at, to, k, toAmount * value);
    add(D, at, sAt, k, scale * value);
    add(D, at, eAt, k, -scale * value);
  };
  const addRateRight = (
    right: Float64Array,
    at: number,
    from: number,
    to: number,
    scalar: number,
    value: number,
    toAmount: number,
    scale: number,
  ): void => {
    addRight(right, at + from, scalar, -toAmount * value);
    addRight(right, at + to, scalar, toAmount * value);
    addRight(right, at + sAt, scalar, scale * value);
    addRight(right, at + eAt, scalar, -scale * value);
  };

  /** σ_p of a cell and its slope by the free expansion. */
  const stressOf = (i: number, e: number, y: Float64Array): void => {
    unaccommodatedExpansion(e, stress.absorbed, two);
    const [effective, slope] = [two[0]!, two[1]!];
    expansion[i] = effective;
    expansionSlopes[i] = slope;
    if (stress.model === "none") {
      pressures[i] = 0;
      pressureSlopes[i] = 0;
    } else if (stress.model === "local") {
      localPressure(stress.stack, stress.bulk, stress.frame, effective, two);
      pressures[i] = two[0]!;
      pressureSlopes[i] = two[1]! * slope;
    } else if (stress.model === "layer") {
      pressures[i] = y[pAt]!;
      pressureSlopes[i] = 0;
    } else {
      confinedPressure(confined, stress.strainShare * effective, four);
      pressures[i] = four[1]!;
      pressureSlopes[i] = four[2]! * stress.strainShare * slope;
    }
  };

  /** κ of a cell with its derivatives. */
  const conduct = (i: number, y: Float64Array): void => {
    const at = i * m;
    let value = ionic;
    if (!kappaMoves) {
      kappa[i] = value;
      return;
    }
    kappaBy.fill(0, at, at + m);
    if (E > 0) {
      let extent = 0;
      for (let k = 0; k < E; k++) extent += redoxWeights[k]! * (y[at + P + k]! - electrolyte!.steps[k]!.initial);
      const left = Math.max(1 - electrolyte!.active * extent, 1e-3);
      value *= left ** electrolyte!.blocking;
      for (let k = 0; k < E; k++) kappaBy[at + P + k] = (-value * electrolyte!.blocking * electrolyte!.active * redoxWeights[k]!) / left;
    }
    if (physics.contactGain > 0) {
      const decay = Math.exp(-pressures[i]! / physics.contactPressure);
      const gain = 1 + physics.contactGain * (1 - decay);
      for (let k = 0; k < m; k++) kappaBy[at + k] = kappaBy[at + k]! * gain;
      kappaByPressure[i] = (value * physics.contactGain * decay) / physics.contactPressure;
      for (let k = 0; k < P; k++) kappaBy[at + k] = kappaBy[at + k]! + kappaByPressure[i]! * pressureSlopes[i]! * swelling[k]!;
      value *= gain;
    }
    kappa[i] = value;
  };

  /** Derivatives of the current of electrolyte between cells i and i + 1 by what moves the conductivities. */
  const addKappa = (i: number, drop: number, ge: number): void => {
    const { diagonal: D, lower, upper, right } = system;
    const at = i * m;
    for (const [cell, offset] of [
      [i, 0],
      [i + 1, 1],
    ] as const) {
      // ∂I/∂κ, in units of the reference current
      const weight = (drop * ge * ge * iRef * grid.widths[cell]!) / (2 * kappa[cell]! * kappa[cell]!);
      if (layerStress && physics.contactGain > 0) {
        addRight(right, at + eAt, pAt - base, weight * kappaByPressure[cell]!);
        addRight(right, at + m + eAt, pAt - base, -weight * kappaByPressure[cell]!);
      }
      for (let k = 0; k < sAt; k++) {
        const value = weight * kappaBy[cell * m + k]!;
        if (value === 0) continue;
        if (offset === 0) {
          add(D, at, eAt, k, value);
          const p = (i + 1) * couple + eRow * width + columnOf[k]!;
          lower[p] = lower[p]! - value;
        } else {
          add(D, at + m, eAt, k, -value);
          const p = i * couple + eRow * width + columnOf[k]!;
          upper[p] = upper[p]! + value;
        }
      }
    }
  };

  /** Surface couple and chemical step of the mediator; returns its current. */
  const mediate = (i: number, y: Float64Array, phi: number, out: Float64Array | null): number => {
    const { volt, exchange, concentration, rate: chemical } = mediator!;
    const at = i * m;
    const oxidised = y[at + cAt]!;
    redoxRate(exchange, 0.5, slopeOfVolt, phi - volt, oxidised, 1 - oxidised, mediator!.unsaturated, redox);
    const current = a * redox[0]!;
    rates[i * perCell + perCell - 1] = current;
    const k = TAU * chemical;
    const toOxidised = TAU / (F * concentration);
    const D = system.diagonal;
    if (out !== null) out[at + cAt] = out[at + cAt]! + toOxidised * current;
    else {
      const scale = grid.widths[i]! / iRef;
      const [byEta, byC] = [a * redox[1]!, -a * redox[2]!];
      for (const [column, value] of [
        [cAt, byC],
        [sAt, byEta],
        [eAt, -byEta],
      ] as const) {
        add(D, at, cAt, column, -toOxidised * value);
        add(D, at, sAt, column, scale * value);
        add(D, at, eAt, column, -scale * value);
      }
    }
    // the oxidised mediator takes electrons from the product of every reaction
    for (const { from, to, s } of reactions) {
      const amount = y[at + to]!;
      const toAmount = concentration / (cS * s);
      if (out !== null) {
        const rate = k * oxidised * amount;
        out[at + cAt] = out[at + cAt]! - rate;
        out[at + to] = out[at + to]! - toAmount * rate;
        out[at + from] = out[at + from]! + toAmount * rate;
        continue;
      }
      for (const [column, value] of [
        [cAt, k * amount],
        [to, k * oxidised],
      ] as const) {
        add(D, at, cAt, column, value);
        add(D, at, to, column, toAmount * value);
        add(D, at, from, column, -toAmount * value);
      }
    }
    return current;
  };

  /** Diffusion of the mediator between cells i and i + 1. */
  const diffuse = (i: number, y: Float64Array, out: Float64Array | null): void => {
    const at = i * m;
    const [dx, dn] = [grid.widths[i]!, grid.widths[i + 1]!];
    const flow = (2 * TAU * mediator!.diffusivity) / (dx + dn);
    const moved = flow * (y[at + cAt]! - y[at + m + cAt]!);
    if (out !== null) {
      out[at + cAt] = out[at + cAt]! - moved / dx;
      out[at + m + cAt] = out[at + m + cAt]! + moved / dn;
      return;
    }
    const { diagonal: D, lower, upper } = system;
    const p = cRow * width + columnOf[cAt]!;
    add(D, at, cAt, cAt, flow / dx);
    upper[i * couple + p] = upper[i * couple + p]! - flow / dx;
    add(D, at + m, cAt, cAt, flow / dn);
    lower[(i + 1) * couple + p] = lower[(i + 1) * couple + p]! - flow / dn;
  };

  const work = [new Float64Array(thermal ? size : 0), new Float64Array(thermal ? size : 0), new Float64Array(thermal ? size : 0)] as const;
  /** Derivatives by the temperature: central differences of f over 0.1 K. */
  const byTemperature = (t: number, y: Float64Array): void => {
    const [shifted, above, below] = work;
    shifted.set(y);
    shifted[tAt] = y[tAt]! + 0.05;
    pass(t, shifted, above, 0);
    shifted[tAt] = y[tAt]! - 0.05;
    pass(t, shifted, below, 0);
    for (let k = 0; k < size; k++) {
      const slope = (above[k]! - below[k]!) / 0.1;
      if (k < base) system.right[k * border + tAt - base] = -slope;
      else system.corner[(k - base) * border + tAt - base] = system.corner[(k - base) * border + tAt - base]! - slope;
    }
  };

  const assemble = (t: number, y: Float64Array, c: number, frozen: boolean): BlockSystem => {
    pass(t, y, null, c);
    if (thermal) byTemperature(t, y);
    const { diagonal: D, lower, upper, right, bottom, corner } = system;
    for (let i = 0; i < cells; i++) {
      for (let k = 0; k < sAt; k++) {
        const row = (i * m + k) * m;
        if (!frozen && k === 0) {
          // Σ ṅ_k = 0 in place of the first phase's equation, or its rounding would add up over the steps
          D.fill(c * TAU, row, row + P);
          D.fill(0, row + P, row + m);
          right.fill(0, i * m * border, (i * m + 1) * border);
        } else if (!frozen) D[row + k] = D[row + k]! + c * TAU;
        else {
          D.fill(0, row, row + m);
          D[row + k] = 1;
          right.fill(0, (i * m + k) * border, (i * m + k + 1) * border);
        }
      }
      if (frozen && cRow >= 0) {
        const p = i * couple + cRow * width;
        lower.fill(0, p, p + width);
        upper.fill(0, p, p + width);
      }
    }
    if (frozen) {
      for (let k = base; k < size; k++) {
        if (mass[k] === 0) continue;
        bottom.fill(0, (k - base) * base, (k - base + 1) * base);
        corner.fill(0, (k - base) * border, (k - base + 1) * border);
        corner[(k - base) * (border + 1)] = 1;
      }
    }
    return system;
  };

  return {
    size,
    mass,
    layout,
    grid,
    physics,
    reference: iRef,
    rates,
    ratesPerCell: perCell,
    pressures,
    expansion,
    control(next) {
      control = next;
      share = 1;
    },
    approach(next, from) {
      share = next;
      former = from;
    },
    right: (t, y, out) => pass(t, y, out, 0),
    assemble,
    factor(t, y, c, frozen) {
      summed = !frozen;
      return assemble(t, y, c, frozen).factor();
    },
    solve(b) {
      if (summed) {
        for (let i = 0; i < cells; i++) {
          const at = i * m;
          let sum = 0;
          for (let k = 0; k < P; k++) sum += b[at + k]!;
          b[at] = sum;
        }
      }
      system.solve(b);
    },
    weights(y, out) {
      const { relative, amount, potential } = tolerances;
      for (let i = 0; i < cells; i++) {
        const at = i * m;
        for (let k = 0; k < sAt; k++) out[at + k] = 1 / (relative * Math.abs(y[at + k]!) + amount);
        for (let k = sAt; k < m; k++) out[at + k] = 1 / (relative * Math.abs(y[at + k]!) + potential);
      }
      out[qAt] = 1 / (relative * Math.abs(y[qAt]!) + amount);
      out[vAt] = 1 / (relative * Math.abs(y[vAt]!) + potential);
      out[iAt] = 1 / (relative * Math.abs(y[iAt]!) + relative);
      if (layerStress) out[pAt] = 1 / (relative * Math.abs(y[pAt]!) + 1e3);
      if (thermal) out[tAt] = 1 / (relative * 100);
    },
    reach(correction) {
      // a nearly limiting current makes corrections of thousands of volts
      let most = Math.abs(correction[vAt]!);
      for (let i = 0; i < cells; i++) most = Math.max(most, Math.abs(correction[i * m + sAt]! - correction[i * m + eAt]!));
      return most > MOST_VOLT ? MOST_VOLT / most : 1;
    },
    accept(y, before) {
      for (let i = 0; i < cells; i++) {
        const at = i * m;
        // one that is already below (a balance of its reactions, or an interpolation to an event) may drift, not fall
        for (let k = at; k < at + P; k++) {
          if (!(y[k]! >= NEGATIVE || (y[k]! >= before[k]! + DRIFT && y[k]! >= LOWEST))) return false;
        }
      }
      return true;
    },
  };
}

/** How much each redox step of the electrolyte counts as decomposed: reductions together 1, an oxidation 1, by electrons; signs as they act on y. */
function redoxShares({ electrolyte }: CellPhysics): Float64Array {
  if (!electrolyte) return new Float64Array(0);
  const sum = (oxidation: boolean): number => electrolyte.steps.reduce((a, s) => a + (s.oxidation === oxidation ? s.electrons : 0), 0);
  return Float64Array.from(electrolyte.steps, (s) => ((s.oxidation ? -1 : 1) * s.electrons) / sum(s.oxidation));
}
