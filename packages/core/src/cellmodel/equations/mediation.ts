/** The redox mediator: its surface couple, its chemical step with the products, and its diffusion. */
import { CONSTANTS } from "../../units/constants.ts";
import { redoxRate } from "../kinetics.ts";
import { TAU, type Workspace } from "./workspace.ts";

const { faraday: F } = CONSTANTS;

/** Surface couple and chemical step in cell i, into f (`out`) or the matrix (`out` null). */
export function mediation(w: Workspace) {
  const { layout, grid, reference, physics, rates, perCell, now, add } = w;
  const { block: m, mediator: cAt, solid: sAt, ionic: eAt } = layout;
  const { contactArea: a, layers, mediator, chemistry } = physics;
  const redox = new Float64Array(3);
  return (i: number, y: Float64Array, out: Float64Array | null): void => {
    const { volt, exchange, concentration, rate: chemical, unsaturated } = mediator!;
    const at = i * m;
    const oxidised = y[at + cAt]!;
    const phi = y[at + sAt]! - y[at + eAt]!;
    redoxRate(exchange, 0.5, now.slopeOfVolt, phi - volt, oxidised, 1 - oxidised, unsaturated, redox);
    const current = a * redox[0]!;
    rates[i * perCell + perCell - 1] = current;
    now.source += current;
    const k = TAU * chemical;
    const toOxidised = TAU / (F * concentration);
    if (out !== null) out[at + cAt] = out[at + cAt]! + toOxidised * current;
    else {
      const scale = grid.widths[i]! / reference;
      const [byEta, byC] = [a * redox[1]!, -a * redox[2]!];
      for (const [column, value] of [
        [cAt, byC],
        [sAt, byEta],
        [eAt, -byEta],
      ] as const) {
        add(at, cAt, column, -toOxidised * value);
        add(at, sAt, column, scale * value);
        add(at, eAt, column, -scale * value);
      }
    }
    // the oxidised mediator takes electrons from the product of every reaction
    for (const { from, to, s } of chemistry.reactions) {
      const amount = y[at + to]!;
      const toAmount = concentration / (layers.sulfurConcentration * s);
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
        add(at, cAt, column, value);
        add(at, to, column, toAmount * value);
        add(at, from, column, -toAmount * value);
      }
    }
  };
}

/** Diffusion of the mediator between cells i and i + 1. */
export function diffusion(w: Workspace) {
  const { layout, grid, physics, system, reach, add } = w;
  const { block: m, mediator: cAt } = layout;
  const { lower, upper } = system;
  return (i: number, y: Float64Array, out: Float64Array | null): void => {
    const at = i * m;
    const [dx, dn] = [grid.widths[i]!, grid.widths[i + 1]!];
    const flow = (2 * TAU * physics.mediator!.diffusivity) / (dx + dn);
    const moved = flow * (y[at + cAt]! - y[at + m + cAt]!);
    if (out !== null) {
      out[at + cAt] = out[at + cAt]! - moved / dx;
      out[at + m + cAt] = out[at + m + cAt]! + moved / dn;
      return;
    }
    const p = reach.row.mediator * reach.width + reach.column[cAt]!;
    add(at, cAt, cAt, flow / dx);
    upper[i * reach.pairs + p] = upper[i * reach.pairs + p]! - flow / dx;
    add(at + m, cAt, cAt, flow / dn);
    lower[(i + 1) * reach.pairs + p] = lower[(i + 1) * reach.pairs + p]! - flow / dn;
  };
}
