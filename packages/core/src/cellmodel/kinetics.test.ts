import { expect, test } from "vitest";
import { random } from "../random.ts";
import { conversionRate, openShare, RATE_LENGTH, type ReactionKinetics, redoxRate, saturationOf } from "./kinetics.ts";

/** A rate constant and a state drawn over the whole range of parameters. */
function drawn(k: number): { kinetics: ReactionKinetics; state: number[] } {
  const rng = random(`kinetics/${k}`);
  const exchange = 10 ** (-6 + 5 * rng.uniform());
  const kinetics = {
    exchange,
    alpha: 0.1 + 0.8 * rng.uniform(),
    activity: 0.02,
    diffusion: 10 ** (-2 + 2 * rng.uniform()),
    exponent: 0.4 + 2 * rng.uniform(),
    nucleus: rng.uniform() < 0.3 ? 1e-3 : 0,
    film: rng.uniform() < 0.5 ? 5 * rng.uniform() : 0,
    unsaturated: 1 / saturationOf(2e4, 0.02, exchange),
  };
  return { kinetics, state: [-1.5 + 3 * rng.uniform(), 10 ** (-6 * rng.uniform()), 10 ** (-6 * rng.uniform()), 0.98 * rng.uniform()] };
}

test("derivatives equal central differences over 5000 drawn states, films and nucleation included", () => {
  const [here, above, below] = [new Float64Array(RATE_LENGTH), new Float64Array(RATE_LENGTH), new Float64Array(RATE_LENGTH)];
  for (let k = 0; k < 5000; k++) {
    const { kinetics, state } = drawn(k);
    const at = (v: readonly number[], out: Float64Array): void =>
      conversionRate(kinetics, 33, v[0]!, v[1]!, v[2]!, v[3]!, openShare(v[3]!, kinetics.exponent), out);
    at(state, here);
    for (let d = 0; d < 4; d++) {
      const step = d === 1 || d === 2 ? 1e-5 * state[d]! : 1e-6;
      const [up, down] = [state.slice(), state.slice()];
      up[d] = up[d]! + step;
      down[d] = down[d]! - step;
      at(up, above);
      at(down, below);
      const slope = (above[0]! - below[0]!) / (2 * step);
      // rounding of the difference, and curvature
      const allowed = 1e-2 * (Math.abs(slope) + Math.abs(here[d + 1]!)) + 1e-9 * (1 + Math.abs(here[0]!) / step);
      expect(Math.abs(slope - here[d + 1]!)).toBeLessThan(allowed);
    }
  }
});

test("with a film the rate is that of what the film leaves of the overpotential", () => {
  const [full, bare] = [new Float64Array(RATE_LENGTH), new Float64Array(RATE_LENGTH)];
  for (let k = 0; k < 2000; k++) {
    const { kinetics, state } = drawn(k);
    const film = 0.1 + kinetics.film;
    const [eta, nA, nB, x] = state as [number, number, number, number];
    const open = openShare(x, kinetics.exponent);
    conversionRate({ ...kinetics, film }, 33, eta, nA, nB, x, open, full);
    conversionRate({ ...kinetics, film: 0 }, 33, eta - film * full[0]!, nA, nB, x, open, bare);
    expect(Math.abs(full[0]! - bare[0]!)).toBeLessThan(1e-9 * (Math.abs(full[0]!) + kinetics.exchange) + 1e-14 * bare[1]!);
  }
});

test("at equilibrium amounts balance the potential: h(n_B) e^{Fη/RT} = h(n_A)", () => {
  const out = new Float64Array(RATE_LENGTH);
  const kinetics = { ...drawn(1).kinetics, film: 0, nucleus: 0, unsaturated: 0 };
  const h = (n: number): number => n / (n + kinetics.activity);
  const [nA, nB] = [0.7, 0.01];
  conversionRate(kinetics, 33, Math.log(h(nA) / h(nB)) / 33, nA, nB, 0.4, openShare(0.4, kinetics.exponent), out);
  expect(Math.abs(out[0]!)).toBeLessThan(1e-14 * kinetics.exchange + 1e-18);
});

test("the limit by diffusion is reached and not passed; an amount below zero is produced", () => {
  const out = new Float64Array(RATE_LENGTH);
  const kinetics = { exchange: 1e-3, alpha: 0.5, activity: 0.02, diffusion: 0.1, exponent: 1.5, nucleus: 0, film: 0, unsaturated: 1e-9 };
  conversionRate(kinetics, 33, -1, 0.5, 0.5, 0.6, openShare(0.6, 1.5), out);
  const limit = (0.1 * 0.4 ** 1.5) / 0.6;
  expect(-out[0]!).toBeGreaterThan(0.99 * limit);
  expect(-out[0]!).toBeLessThan(limit);
  conversionRate(kinetics, 33, -0.5, -1e-3, 0.5, 0.6, openShare(0.6, 1.5), out);
  expect(out[0]).toBeGreaterThan(0);
});

test("a redox step is at rest where both shares balance", () => {
  const out = new Float64Array(3);
  redoxRate(1e-3, 0.5, 33, Math.log(0.8 / 0.2) / 33, 0.8, 0.2, 0, out);
  expect(Math.abs(out[0]!)).toBeLessThan(1e-17);
  expect(out[1]).toBeGreaterThan(0);
});
