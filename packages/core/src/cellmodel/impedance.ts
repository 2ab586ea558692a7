/**
 * Impedance of the model at a state: the equations linearised, M ż = f, and (iωM − J) δz = b solved per frequency for a current of 1 A/m².
 *
 * Arcs need a capacitance: that of the double layer on the contact of the electrode (F/m²) and on the anode. Without one there is the resistance of the
 * algebraic system with composition held, Z(ω → ∞), and the slow branch: change of composition along a plateau, which is no diffusion line. The bulk of the
 * separator relaxes at κ/(2πε₀ε_r), tens of MHz, outside usual instruments; it is a resistance here.
 *
 * A spectrum supposes a stationary state. Under current, frequencies whose period moves the composition by more than 1 % are refused.
 */
import { ThioscopeError } from "../errors.ts";
import { blockSystem } from "../numerics/dae/blockTridiagonal.ts";
import { CONSTANTS } from "../units/constants.ts";
import type { CellModel } from "./model.ts";
import { parameterOf, si } from "./parameters.ts";

/** Change of conversion within a period beyond which a state is not stationary. */
const STATIONARY = 0.01;

export interface SpectrumOfState {
  /** Hz */
  frequency: Float64Array;
  /** Ω of the cell */
  real: Float64Array;
  imaginary: Float64Array;
  /** Hz below which frequencies were left out because the state moves; null where none was */
  refusedBelow: number | null;
  /** Ω: ohmic and interface resistance with composition held, no double layer */
  highFrequency: number;
}

export interface SpectrumRange {
  from: number;
  to: number;
  perDecade: number;
}

const capacitance = (model: CellModel, name: string): number =>
  Object.hasOwn(model.set.parameters, name) ? si(model.set, name, parameterOf(model.set, name).unit) : 0;

/** Throws INVALID_INPUT for a range that is none, NOT_COMPUTABLE where no frequency is left. */
export function cellSpectrum(model: CellModel, t: number, y: Float64Array, range: SpectrumRange): SpectrumOfState {
  const [low, high] = [Math.min(range.from, range.to), Math.max(range.from, range.to)];
  if (!(low > 0 && high < 1e12)) throw new ThioscopeError("INVALID_INPUT", `${low} to ${high} Hz is no range of frequencies`);
  const count = Math.max(1, Math.round(Math.log10(high / low) * range.perDecade));
  const all = Float64Array.from({ length: count + 1 }, (_, k) => high * (low / high) ** (k / Math.max(count, 1)));
  const current = y[model.equations.layout.current]! * model.equations.reference;
  const { layers } = model.physics;
  // electrons per S and second
  const speed = Math.abs(current) / (CONSTANTS.faraday * layers.sulfurConcentration * layers.cathode);
  const least = speed / (2 * STATIONARY);
  const frequency = all.filter((f) => f >= least);
  if (frequency.length === 0)
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `under this current the state moves by more than 1 % within the period of ${all[0]!.toPrecision(3)} Hz`,
    );
  const solve = linearised(model, t, y);
  const real = new Float64Array(frequency.length);
  const imaginary = new Float64Array(frequency.length);
  for (const [k, f] of frequency.entries()) {
    const z = solve(2 * Math.PI * f, true);
    real[k] = z.real / layers.area;
    imaginary[k] = z.imaginary / layers.area;
  }
  return {
    frequency,
    real,
    imaginary,
    refusedBelow: frequency.length < all.length ? least : null,
    highFrequency: solve(Number.POSITIVE_INFINITY, false).real / layers.area,
  };
}

/** Z(ω) in Ω m², with the double layers or without. */
export function linearised(
  model: CellModel,
  t: number,
  y: Float64Array,
): (omega: number, doubleLayer: boolean) => { real: number; imaginary: number } {
  const { equations, physics } = model;
  const { layout, mass, reference } = equations;
  const { cells, block: m } = layout;
  const base = cells * m;
  const border = layout.size - base;
  equations.control({ kind: "current", at: () => y[layout.current]! * reference });
  const matrix = equations.assemble(t, y, 0, false);
  const kept = {
    diagonal: matrix.diagonal.slice(),
    lower: matrix.lower.slice(),
    upper: matrix.upper.slice(),
    right: matrix.right.slice(),
    bottom: matrix.bottom.slice(),
    corner: matrix.corner.slice(),
  };
  const { rows, columns } = matrix.shape;
  const [qr, qc] = [rows.length, columns.length];
  // unknowns of a cell: real parts, then imaginary parts
  const complex = blockSystem({
    cells,
    block: 2 * m,
    border: 2 * border,
    rows: [...rows, ...rows.map((r) => r + m)],
    columns: [...columns, ...columns.map((c) => c + m)],
  });
  const layer = capacitance(model, "doubleLayer");
  const anodeLayer = capacitance(model, "anodeDoubleLayer");
  const rhs = new Float64Array(2 * layout.size);
  return (omega, doubleLayer) => {
    const held = omega === Number.POSITIVE_INFINITY;
    complex.clear();
    for (let i = 0; i < cells; i++) {
      for (let r = 0; r < m; r++) {
        const amount = mass[i * m + r] !== 0;
        for (let c = 0; c < m; c++) {
          // composition held: δz = 0
          const value = held && amount ? (r === c ? 1 : 0) : kept.diagonal[(i * m + r) * m + c]!;
          complex.diagonal[(i * 2 * m + r) * 2 * m + c] = value;
          complex.diagonal[(i * 2 * m + r + m) * 2 * m + c + m] = value;
        }
        for (let s = 0; s < border; s++) {
          const value = held && amount ? 0 : kept.right[(i * m + r) * border + s]!;
          complex.right[(i * 2 * m + r) * 2 * border + s] = value;
          complex.right[(i * 2 * m + r + m) * 2 * border + s + border] = value;
        }
      }
      const turn = (r: number, c: number, value: number): void => {
        const p = (i * 2 * m + r) * 2 * m;
        complex.diagonal[p + c + m] = complex.diagonal[p + c + m]! - value;
        const q = (i * 2 * m + r + m) * 2 * m;
        complex.diagonal[q + c] = complex.diagonal[q + c]! + value;
      };
      if (!held) {
        for (let r = 0; r < layout.solid; r++) {
          // the first phase's equation is that of the sum
          if (r === 0) for (let k = 0; k < layout.phases; k++) turn(0, k, omega * mass[i * m]!);
          else turn(r, r, omega * mass[i * m + r]!);
        }
        if (doubleLayer && layer > 0) {
          const charge = (omega * layer * physics.contactArea * equations.grid.widths[i]!) / reference;
          turn(layout.solid, layout.solid, charge);
          turn(layout.solid, layout.ionic, -charge);
          turn(layout.ionic, layout.solid, -charge);
          turn(layout.ionic, layout.ionic, charge);
        }
      }
      for (let r = 0; r < qr; r++) {
        const amount = mass[i * m + rows[r]!] !== 0;
        for (let c = 0; c < qc; c++) {
          const k = (i * qr + r) * qc + c;
          for (const [rr, cc] of [
            [r, c],
            [r + qr, c + qc],
          ] as const) {
            complex.lower[(i * 2 * qr + rr) * 2 * qc + cc] = held && amount ? 0 : kept.lower[k]!;
            complex.upper[(i * 2 * qr + rr) * 2 * qc + cc] = held && amount ? 0 : kept.upper[k]!;
          }
        }
      }
    }
    for (let s = 0; s < border; s++) {
      const amount = mass[base + s] !== 0;
      for (let i = 0; i < cells; i++) {
        for (let c = 0; c < m; c++) {
          const value = held && amount ? 0 : kept.bottom[s * base + i * m + c]!;
          complex.bottom[s * 2 * base + i * 2 * m + c] = value;
          complex.bottom[(s + border) * 2 * base + i * 2 * m + c + m] = value;
        }
      }
      for (let u = 0; u < border; u++) {
        const value = held && amount ? (s === u ? 1 : 0) : kept.corner[s * border + u]!;
        complex.corner[s * 2 * border + u] = value;
        complex.corner[(s + border) * 2 * border + u + border] = value;
      }
      if (amount && !held) {
        const value = omega * mass[base + s]!;
        complex.corner[s * 2 * border + s + border] = complex.corner[s * 2 * border + s + border]! - value;
        complex.corner[(s + border) * 2 * border + s] = complex.corner[(s + border) * 2 * border + s]! + value;
      }
    }
    // 1 A/m² more of the current that is prescribed
    rhs.fill(0);
    const [row, volt] = [layout.current - base, layout.volt - base];
    rhs[2 * base + row] = -1 / reference;
    if (!complex.factor()) throw new ThioscopeError("NOT_COMPUTABLE", "the linearised system is singular at this state");
    complex.solve(rhs);
    // discharge lowers the potential: Z = −dV/di
    let real = -rhs[2 * base + volt]!;
    let imaginary = -rhs[2 * base + border + volt]!;
    // the anode's interface is a resistance in the equations; with a double layer it is an arc
    if (doubleLayer && anodeLayer > 0 && !held) {
      const i = y[layout.current]! * reference;
      const slope = (2 * CONSTANTS.gas * physics.temperature) / CONSTANTS.faraday / Math.sqrt(i * i + 4 * physics.anodeExchange ** 2);
      const w = omega * anodeLayer * slope;
      real += slope / (1 + w * w) - slope;
      imaginary -= (slope * w) / (1 + w * w);
    }
    return { real, imaginary };
  };
}
