/** The ends of the cathode and what the cell has one of: charge, voltage, current, and where they are switched on pressure and temperature. */
import { CONSTANTS } from "../../units/constants.ts";
import { TAU, type Workspace } from "./workspace.ts";

const { faraday: F, gas: R } = CONSTANTS;

export interface Control {
  kind: "current" | "voltage";
  /** A/m² (discharge > 0) or V */
  at(t: number): number;
}

/** The rows of separator, current collector and scalars, into f (`out`) or the matrix (`out` null); `aim` is what the control asks for. */
export function ends(w: Workspace) {
  const {
    layout,
    grid,
    reference,
    physics,
    kappa,
    kappaBy,
    kappaByPressure,
    expansionSlopes,
    swelling,
    system,
    now,
    perHeat,
    add,
    addScalar,
  } = w;
  const { cells, block: m, phases: P, base, border, solid: sAt, ionic: eAt } = layout;
  const { charge: qAt, volt: vAt, current: iAt, pressure: pAt, temperature: tAt } = layout;
  const { layers, stress, anodeExchange: anode } = physics;
  const { bottom, corner } = system;
  const end = base - m;
  const lastResistance = grid.widths[cells - 1]! / (2 * physics.electronic) + physics.contactResistance;
  const perArea = stress.fixture / layers.area;
  const stiffness = 1 + (perArea * layers.cathode) / stress.layerBulk;
  const set = (row: number, column: number, value: number): void => {
    corner[(row - base) * border + (column - base)] = value;
  };
  return (kind: Control["kind"], aim: number, y: Float64Array, out: Float64Array | null, c: number): void => {
    const i = y[iAt]! * reference;
    const thermalVolt = (2 * R * now.temperature) / F;
    const phi0 = -physics.anodePotential - thermalVolt * Math.asinh(i / (2 * anode)) - (i * layers.separator) / now.separator;
    const g0 = (2 * kappa[0]!) / grid.widths[0]! / reference;
    if (out !== null) {
      out[eAt] = out[eAt]! + g0 * (phi0 - y[eAt]!);
      out[end + sAt] = out[end + sAt]! - y[iAt]!;
      out[qAt] = y[iAt]!;
      out[vAt] = y[vAt]! - y[end + sAt]! + i * lastResistance;
      out[iAt] = kind === "current" ? y[iAt]! - aim / reference : y[vAt]! - aim;
      if (pAt >= 0) out[pAt] = 1e-6 * ((y[pAt]! - stress.stack) * stiffness - perArea * now.growth);
      if (tAt >= 0) out[tAt] = perHeat * (now.heat - i * y[vAt]! - physics.heatTransfer * (now.temperature - physics.temperature));
      return;
    }
    add(0, eAt, eAt, g0);
    if (w.kappaMoves) {
      const weight = (2 / grid.widths[0]! / reference) * (phi0 - y[eAt]!);
      for (let k = 0; k < m; k++) add(0, eAt, k, -weight * kappaBy[k]!);
      if (pAt >= 0) addScalar(eAt, pAt, -weight * kappaByPressure[0]!);
    }
    const slope = reference * (-thermalVolt / Math.sqrt(i * i + 4 * anode * anode) - layers.separator / now.separator);
    addScalar(eAt, iAt, -g0 * slope);
    addScalar(end + sAt, iAt, 1);
    set(qAt, qAt, c * TAU);
    set(qAt, iAt, -1);
    set(vAt, vAt, -1);
    set(vAt, iAt, -reference * lastResistance);
    bottom[(vAt - base) * base + end + sAt] = 1;
    set(iAt, kind === "current" ? iAt : vAt, -1);
    if (pAt >= 0) {
      set(pAt, pAt, -1e-6 * stiffness);
      for (let cell = 0; cell < cells; cell++) {
        const weight = 1e-6 * perArea * grid.widths[cell]! * expansionSlopes[cell]!;
        for (let k = 0; k < P; k++) bottom[(pAt - base) * base + cell * m + k] = weight * swelling[k]!;
      }
    }
    if (tAt >= 0) {
      set(tAt, vAt, perHeat * i);
      set(tAt, iAt, perHeat * reference * y[vAt]!);
      set(tAt, tAt, c * TAU);
    }
  };
}
