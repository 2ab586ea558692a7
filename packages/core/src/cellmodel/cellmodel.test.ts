/** The verification table of the model: exact results at their tolerances. Expected values are algebra unless a line says otherwise. */
import { describe, expect, test } from "vitest";
import { continueImplicit, solveImplicit } from "../numerics/dae/consistent.ts";
import { CONSTANTS } from "../units/constants.ts";
import { crystalStep } from "./crystalline.ts";
import { layersOf, THEORETICAL_CAPACITY } from "./geometry.ts";
import { linearised } from "./impedance.ts";
import { cellModel, type ModelChoices } from "./model.ts";
import { type ParameterSet, withParameters } from "./parameters.ts";
import type { Chemistry } from "./phases.ts";
import { parseProtocol } from "./protocol.ts";
import { meanAmounts, meanElectrons } from "./results.ts";
import { NA_S_NPS } from "./sets/naSNps.ts";
import { runCell } from "./simulate.ts";
import { restingState } from "./state.ts";
import { confinedStress, layerPressure, localPressure, particleStress, strainOfDifference } from "./stress.ts";

const { faraday: F, gas: R } = CONSTANTS;
const KELVIN = 353.15;

/** One reaction A → B of two electrons per S: what has closed solutions. */
const ONE: Chemistry = {
  name: "other",
  ion: "Na",
  phases: [
    { formula: "S", x: 0, atoms: 1, volume: 15.5e-6, volumeSigma: 0, volumeSource: "" },
    { formula: "Na2S", x: 2, atoms: 3, volume: 42.1e-6, volumeSigma: 0, volumeSource: "" },
  ],
  reactions: [{ name: "Na2S2-Na2S", from: 0, to: 1, s: 2 }],
};

function set(changes: Record<string, number> = {}, options: Partial<ParameterSet["options"]> = {}): ParameterSet {
  const base = { ...NA_S_NPS, options: { ...NA_S_NPS.options, stress: "none" as const, ...options } };
  return withParameters(base, changes).set;
}
/** No film, no anode, no contact, no diffusion limit: kinetics and conduction alone. */
const PLAIN = { fastestTrace: 1e12, contactResistance: 0, anodeExchange: 1e9, anodePotential: 0, diffusion: 1e12, "alpha.Na2S2-Na2S": 0.5 };
const single = (changes: Record<string, number>, choices: ModelChoices = {}) =>
  cellModel(set({ ...PLAIN, ...changes }), { chemistry: ONE, potentials: [1.8], grading: 1, ...choices });

/** Algebraic state of a single reaction with n_A = n_B = ½ under a current, A/m². */
function polarised(model: ReturnType<typeof single>, current: number) {
  const { equations } = model;
  const y = restingState(equations, [0.5, 0.5]);
  equations.control({ kind: "current", at: () => current });
  expect(continueImplicit(equations, 0, y, 0, (share) => equations.approach(share, 0))).toBe(1);
  equations.right(0, y, new Float64Array(equations.size));
  return { y, rates: equations.rates.slice() };
}

describe("geometry", () => {
  test("layers of the reference cell follow from its masses", () => {
    const layers = layersOf(NA_S_NPS);
    expect(layers.cathode * 1e6).toBeCloseTo(33.7, 1);
    expect([layers.sulfur, layers.carbon, layers.electrolyte].map((v) => v.toFixed(3))).toEqual(["0.301", "0.169", "0.430"]);
    expect(layers.sulfurConcentration / 1e4).toBeCloseTo(1.95, 2);
    expect(layers.separator * 1e6).toBeCloseTo(463, 0);
    expect(THEORETICAL_CAPACITY).toBeCloseTo(1672, 0);
  });
  test("carbon below the threshold is refused", () => {
    const little = set({ shareCarbon: 0.02, shareElectrolyte: 0.65 });
    expect(() => layersOf(little)).toThrow(/conduct/);
    expect(() => layersOf(set({ sulfurLoading: -1 }))).toThrow(/sulfurLoading = -1 .* above 0/);
    expect(() => layersOf(set({ porosity: 1 }))).toThrow(/porosity of 1/);
    expect(() => layersOf(set({ shareSulfur: 0.4 }))).toThrow(/not 1/);
  });
});

describe("equilibrium", () => {
  const names = ["S-Na2S5", "Na2S5-Na2S4", "Na2S4-Na2S2", "Na2S2-Na2S", "S-Na2S7", "Na2S7-Na2S5"];
  const fast = Object.fromEntries(names.map((n) => [`exchange.${n}`, 100]));
  /** The staircase of a slow discharge: potentials in the middle of steps and capacities where it falls between them. */
  function staircase(options: Partial<ParameterSet["options"]>, energySet: string) {
    const even = Object.fromEntries(names.map((n) => [`alpha.${n}`, 0.5]));
    const ideal = set({ ...PLAIN, ...fast, ...even, activityWidth: 1e-4, seed: 1e-4, cathodeConductivity: 1 }, options);
    const model = cellModel(ideal, { energySet, cells: 8 });
    const run = runCell(model, parseProtocol("discharge at C/1000 until 0.8 V"));
    const at = (capacity: number): number => {
      const k = run.rows.capacity.findIndex((q) => q >= capacity);
      return run.rows.volt[k]!;
    };
    const crossing = (volt: number): number => run.rows.capacity[run.rows.volt.findIndex((v) => v < volt)]!;
    return { model, run, at, crossing };
  }
  const third = THEORETICAL_CAPACITY / 2;
  // mp-r2scan has four separate steps; fully charged and discharged
  test.each([{}, { highOrder: true }])(
    "C/1000 is the staircase of U_j with widths s_j/2 · 1672 mAh/g: 2 mV, 0.1 percent (%j)",
    (options: Partial<ParameterSet["options"]>) => {
      const { model, run, at, crossing } = staircase(options, "mp-r2scan");
      const U = (name: string): number => model.physics.potentials[model.physics.chemistry.reactions.findIndex((r) => r.name === name)]!;
      const steps = [U("S-Na2S5"), U("Na2S5-Na2S4"), U("Na2S4-Na2S2"), U("Na2S2-Na2S")];
      const widths = [0.4, 0.1, 0.5, 1].map((s) => s * third);
      let from = 0;
      for (const [k, width] of widths.entries()) {
        for (const share of [0.1, 0.5, 0.9]) expect(Math.abs(at(from + share * width) - steps[k]!)).toBeLessThan(2e-3);
        from += width;
        const below = steps[k + 1] ?? 1;
        expect(Math.abs(crossing((steps[k]! + below) / 2) - from)).toBeLessThan(1e-3 * THEORETICAL_CAPACITY);
      }
      expect(run.steps[0]!.capacity).toBeGreaterThan(0.999 * THEORETICAL_CAPACITY * (1 - 1e-4));
    },
  );
  test("a charge after the discharge at C/1000 returns the amounts to the start: 1e-6", () => {
    const ideal = set({ ...PLAIN, ...fast, seed: 1e-4 });
    const tolerances = { relative: 1e-6, amount: 1e-9, potential: 1e-7 };
    const model = cellModel(ideal, { cells: 4, tolerances, energySet: "mp-r2scan" });
    const run = runCell(
      model,
      parseProtocol(
        "discharge at C/1000 until x = 0.25\nrest 100 h\ndischarge at C/1000 until x = 1.3\ncharge at C/1000 until x = 0.25\nrest 100 h",
      ),
    );
    const rest = { frames: run.frames.filter((f) => f.row <= run.steps[1]!.rows[1]) };
    const [back, start] = [meanAmounts(model, run.frames.at(-1)!), meanAmounts(model, rest.frames.at(-1)!)];
    for (let k = 0; k < back.length; k++) expect(Math.abs(back[k]! - start[k]!)).toBeLessThan(1e-6);
  });
});

describe("conservation", () => {
  const options = [
    {},
    { highOrder: true, na2s3: true, skipNa2s2: true, crystalline: true, electrolyteRedox: true, thermal: true, stress: "layer" as const },
    { stress: "local" as const, electrolyteRedox: true },
  ];
  test.each(options)("charge to 1e-10 in the cell and in every control volume, Σ n = 1 to 1e-12, over a cycle (%j)", (chosen) => {
    const model = cellModel(set({ fixtureStiffness: 1e7 }, chosen), { cells: 20 });
    const run = runCell(
      model,
      parseProtocol(
        "discharge at 100 mA/g until 0.5 V\nrest 1 h\ncharge at 200 mA/g until 2.5 V or 4 h\nhold at 2.5 V until 10 mA/g or 2 h",
      ),
      { frameEvery: 0.05 },
    );
    const { equations, physics } = model;
    const { cells, block, phases, redox, charge } = equations.layout;
    const { electrolyte, layers, chemistry } = physics;
    const first = run.frames[0]!;
    for (const frame of run.frames) {
      let stored = 0;
      for (let i = 0; i < cells; i++) {
        const at = i * block;
        let sum = 0;
        let own = 0;
        for (let k = 0; k < phases; k++) {
          sum += frame.y[at + k]!;
          own += (frame.y[at + k]! - first.y[at + k]!) * chemistry.phases[k]!.x;
        }
        for (let k = 0; k < redox; k++) {
          own +=
            ((frame.y[at + phases + k]! - first.y[at + phases + k]!) * electrolyte!.steps[k]!.electrons * electrolyte!.concentration) /
            layers.sulfurConcentration;
        }
        expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
        stored += (own * equations.grid.widths[i]!) / layers.cathode;
      }
      expect(Math.abs(stored - (frame.y[charge]! - first.y[charge]!))).toBeLessThan(1e-10 * 2);
    }
    // constant current: charge is current times time
    const [a, b] = run.steps[0]!.rows;
    const passed = run.rows.capacity[b]! - run.rows.capacity[a]!;
    const hours = (run.rows.time[b]! - run.rows.time[a]!) / 3600;
    expect(Math.abs(passed / (100 * hours) - 1)).toBeLessThan(1e-10);
  });
});

describe("limits with closed solutions", () => {
  test("κ, σ → ∞: uniform, and a hold is the quadrature of the rate: 1e-6", () => {
    const model = single(
      { cathodeConductivity: 1e9, electronicConductivity: 1e9, separatorConductivity: 1e12, diffusion: 0.155, "alpha.Na2S2-Na2S": 0.3 },
      { cells: 4, tolerances: { relative: 1e-9, amount: 1e-11, potential: 1e-10 } },
    );
    const hours = 20;
    const run = runCell(model, parseProtocol(`hold at 1.6 V until ${hours} h`), { amounts: [0.9, 0.1] });
    const end = meanAmounts(model, run.frames.at(-1)!);
    const { physics } = model;
    const k = physics.kinetics[0]!;
    const f = F / (R * KELVIN);
    const rate = (n: number): number => {
      const h = (v: number): number => v / (v + k.activity);
      const bv = k.exchange * (h(n) * Math.exp((1 - k.alpha) * f * -0.2) - h(1 - n) * Math.exp(-k.alpha * f * -0.2));
      const limit = (k.diffusion * (1 - n) ** k.exponent) / n;
      return (-physics.contactArea * (bv / (1 - bv / limit))) / (F * physics.layers.sulfurConcentration * 2);
    };
    // t = ∫ dn/rate by Simpson's rule on 20 000 intervals
    const [from, to, intervals] = [0.1, end[1]!, 20_000];
    let sum = 0;
    for (let i = 0; i <= intervals; i++)
      sum += (i === 0 || i === intervals ? 1 : i % 2 === 1 ? 4 : 2) / rate(from + ((to - from) * i) / intervals);
    const time = ((to - from) / intervals / 3) * sum;
    expect(Math.abs(time / (hours * 3600) - 1)).toBeLessThan(1e-6);
    const spread = run.frames.at(-1)!.y[1]! - run.frames.at(-1)!.y[3 * model.equations.layout.block + 1]!;
    expect(Math.abs(spread)).toBeLessThan(1e-8);
  });

  /** Linear kinetics: distribution of the reaction over the depth, Newman & Tobias, J. Electrochem. Soc. 109, 1183 (1962). */
  function linearError(cells: number): number {
    const model = single(
      { cathodeConductivity: 3e-3, electronicConductivity: 8e-3, "exchange.Na2S2-Na2S": 0.1, activityWidth: 1e-4 },
      { cells },
    );
    const { physics, equations } = model;
    const [kappa, sigma, L, a] = [physics.ionic, physics.electronic, physics.layers.cathode, physics.contactArea];
    const exchange = physics.kinetics[0]!.exchange * (0.5 / 0.5001);
    const nu = Math.sqrt(((a * exchange * F * L * L) / (R * KELVIN)) * (1 / kappa + 1 / sigma));
    const current = 1e-6;
    const { rates } = polarised(model, current);
    let worst = 0;
    for (let i = 0; i < cells; i++) {
      const x = equations.grid.centres[i]! / L;
      // with −σφs′ = 0 and −κφe′ = i at x = 0, the other way round at x = L
      const shape = (nu * (kappa * Math.cosh(nu * x) + sigma * Math.cosh(nu * (1 - x)))) / ((kappa + sigma) * Math.sinh(nu));
      worst = Math.max(worst, Math.abs((-rates[i]! * L) / current - shape) / shape);
    }
    expect(nu).toBeGreaterThan(2);
    return worst;
  }
  test("linear kinetics: cosh/sinh distribution to 1e-5 at 400 cells, order 2", () => {
    const [coarse, fine] = [linearError(100), linearError(400)];
    expect(fine).toBeLessThan(1e-5);
    expect(Math.log(coarse / fine) / Math.log(4)).toBeGreaterThan(1.9);
  });

  test("Tafel kinetics with σ → ∞: the tan law to 1e-4", () => {
    const model = single(
      { cathodeConductivity: 1e-4, electronicConductivity: 1e4, "exchange.Na2S2-Na2S": 1e-6, activityWidth: 1e-4 },
      { cells: 400 },
    );
    const { physics, equations } = model;
    const [L, f] = [physics.layers.cathode, F / (R * KELVIN)];
    const current = 2;
    const { rates } = polarised(model, current);
    // i_e(x) with d²i/dx² = −(α f/κ) i di/dx…: i_e = (2θ κ/(α f L)) tan(θ (1 − x/L)), θ tan θ = α f L i/(2 κ)
    const epsilon = (0.5 * f * L * current) / (2 * physics.ionic);
    let [low, high] = [0, Math.PI / 2];
    for (let k = 0; k < 200; k++) {
      const middle = (low + high) / 2;
      if (middle * Math.tan(middle) < epsilon) low = middle;
      else high = middle;
    }
    const theta = low;
    let worst = 0;
    for (let i = 0; i < 400; i++) {
      const x = equations.grid.centres[i]! / L;
      const shape = theta / Math.tan(theta) / Math.cos(theta * (1 - x)) ** 2;
      worst = Math.max(worst, Math.abs((-rates[i]! * L) / current / shape - 1));
    }
    expect(theta).toBeGreaterThan(0.9);
    expect(worst).toBeLessThan(1e-4);
  });

  test("j0 → ∞: a sharp front whose potential is U − i s/κ − i L_sep/κ_sep: 1 mV", () => {
    const model = single(
      { cathodeConductivity: 1e-3, electronicConductivity: 1e9, "exchange.Na2S2-Na2S": 1e3, activityWidth: 1e-4 },
      { cells: 100 },
    );
    const run = runCell(model, parseProtocol("discharge at 100 mA/g until x = 1.8"), { amounts: [1 - 1e-4, 1e-4] });
    const { physics } = model;
    const current = 100 * physics.layers.sulfurLoading;
    for (const x of [0.2, 0.6, 1, 1.4, 1.7]) {
      const row = run.rows.capacity.findIndex((q) => (2 * q) / THEORETICAL_CAPACITY >= x);
      const depth = (run.rows.capacity[row]! / THEORETICAL_CAPACITY) * physics.layers.cathode;
      const expected = 1.8 - (current * depth) / physics.ionic - (current * physics.layers.separator) / physics.separator;
      expect(Math.abs(run.rows.volt[row]! - expected)).toBeLessThan(1e-3);
    }
  });

  test("the separator drops i L_sep/κ, 15.7 mV for the reference cell: 1e-9", () => {
    const current = 2.1;
    const volt = (conductivity: number): number =>
      polarised(single({ separatorConductivity: conductivity }, { cells: 10 }), current).y.at(-2)!;
    const { physics } = single({}, { cells: 10 });
    const drop = (current * physics.layers.separator) / physics.separator;
    expect(1e3 * drop).toBeCloseTo(15.7, 0);
    const own = polarised(single({}, { cells: 10 }), current).y.at(-2)!;
    expect(Math.abs(volt(1e12) - own - drop)).toBeLessThan(1e-9);
  });
});

describe("stress", () => {
  test("pressure lowers the last step by σ_p Δv/F, 48 mV for 280 MPa: 1e-9", () => {
    const at = (pressure: number): number => {
      // the local model at full stack pressure and no expansion
      const model = cellModel(
        withParameters(
          { ...NA_S_NPS, options: { ...NA_S_NPS.options, stress: "local" } },
          { ...PLAIN, stackPressure: pressure, voidShare: 1, porosity: 0.2, effectiveBulk: 1e-9 },
        ).set,
        { chemistry: { ...ONE, reactions: [{ ...ONE.reactions[0]! }] }, potentials: [1.8], cells: 3 },
      );
      const y = restingState(model.equations, [0.9, 0.1]);
      model.equations.control({ kind: "current", at: () => 0 });
      expect(solveImplicit(model.equations, 0, y)).toBe(true);
      return y[model.equations.layout.volt]!;
    };
    const change = (42.1e-6 - 15.5e-6) / 2;
    expect(Math.abs(at(0) - at(280) - (280e6 * change) / F)).toBeLessThan(1e-9);
    // Na2S2 → Na2S of the real volumes: 16.5e-6 m³ per mol of electrons
    const chain = cellModel(set()).physics.chemistry.phases;
    const last = chain.at(-1)!.volume - chain.at(-2)!.volume;
    expect(1e3 * ((280e6 * last) / F)).toBeCloseTo(48, 0);
  });
  const layer = { young: 20e9, poisson: 0.3, yieldStress: 300e6, stackPressure: 50e6 };
  test("confined layer: −330, 280 and 710/3 MPa at e_u = 3.24 %, no lateral strain, zero at 0.3 %: 1e-9", () => {
    const s = confinedStress(layer, 0.0324);
    expect(Math.abs(s.lateral / -330e6 - 1)).toBeLessThan(1e-9);
    expect(Math.abs(s.difference / 280e6 - 1)).toBeLessThan(1e-9);
    expect(Math.abs(s.pressure / (710e6 / 3) - 1)).toBeLessThan(1e-9);
    // Hooke's law with the free strain: ε_lat = [σ_lat − ν(σ_lat + σ_ax)]/E + e_u/3
    expect(Math.abs((s.lateral - 0.3 * (s.lateral + s.axial)) / 20e9 + 0.0324 / 3)).toBeLessThan(1e-15);
    expect(Math.abs(confinedStress(layer, (3 * 50e6 * 0.4) / 20e9).difference)).toBeLessThan(1e-6);
    expect(strainOfDifference(layer, 280e6)).toBeCloseTo(0.0324, 12);
    // read as a component the difference is 420 MPa, beyond the yield stress: it is capped and says so
    expect(strainOfDifference(layer, 420e6)).toBeCloseTo(0.0471, 12);
    const capped = confinedStress(layer, 0.0471);
    expect(capped.yielded).toBe(true);
    expect(capped.difference).toBeCloseTo(300e6, 0);
    const strong = confinedStress({ ...layer, yieldStress: 500e6 }, 0.0471);
    expect(strong.pressure / 1e6).toBeCloseTo(330, 6);
  });
  test("a held load: σ_p = σ_stack whatever expands, thickness changes by ∫ e dx; a stiff fixture takes it up: 1e-9", () => {
    const [expansion, widths] = [Float64Array.of(0.1, 0.3, 0.2), Float64Array.of(1e-5, 2e-5, 1e-5)];
    const held = layerPressure(50e6, expansion, widths, 15e9, 0, 7.85e-5);
    expect(held.pressure).toBe(50e6);
    expect(held.thickness).toBeCloseTo(9e-6, 15);
    const stiff = layerPressure(50e6, expansion, widths, 15e9, 1e30, 7.85e-5);
    expect(Math.abs(stiff.thickness)).toBeLessThan(1e-14);
    expect(Math.abs((stiff.pressure - 50e6) / ((15e9 * 9e-6) / 4e-5) - 1)).toBeLessThan(1e-9);
  });
  test("local model: springs in series", () => {
    const out = new Float64Array(2);
    localPressure(50e6, 15e9, 5e9, 0.01, out);
    expect(out[0]).toBeCloseTo(50e6 + (0.01 * 1) / (1 / 15e9 + 1 / 5e9), 0);
  });
  test("particle in a shell: elastic below 2Y/3, then growing with the logarithm; the interface is continuous", () => {
    const elastic = particleStress(0.005, 28.2e9, 20e9, 0.3, 300e6);
    expect(elastic.pressure).toBeCloseTo(0.005 / (1 / 28.2e9 + 3 / ((4 * 20e9) / 2.6)), 0);
    const at = (s: number): number => particleStress(s, 28.2e9, 20e9, 0.3, 300e6).pressure;
    const limit = (2 / 3) * 300e6 * (1 / 28.2e9 + 3 / ((4 * 20e9) / 2.6));
    expect(Math.abs(at(limit * (1 + 1e-9)) / at(limit * (1 - 1e-9)) - 1)).toBeLessThan(1e-6);
    expect(particleStress(0.3, 28.2e9, 20e9, 0.3, 300e6).plasticRadius).toBeGreaterThan(1.5);
  });
});

describe("crystalline share", () => {
  test("constant production without a crystalline birth: q = 1 − (1 − e^{−kt})/(kt): 1e-6", () => {
    const [k, production, end, steps] = [3, 0.5, 1, 200];
    let [c, h] = [0, end / steps];
    for (let i = 0; i < steps; i++) {
      const t = i * h;
      c = crystalStep(c, h, k * production * (t + h / 3), k, k * production * (t + h), k);
    }
    const q = c / (production * end);
    expect(Math.abs(q - (1 - (1 - Math.exp(-k)) / k))).toBeLessThan(1e-6);
  });
  test("born crystalline stays crystalline, and 0 ≤ n^c ≤ n in every place at every time", () => {
    const crystalline = { "bornCrystalline.Na2S2": 1, "bornCrystalline.Na2S4": 0.5, "crystallisation.Na2S5": 0.3 };
    const model = cellModel(set(crystalline, { crystalline: true }), { cells: 12 });
    const run = runCell(model, parseProtocol("discharge at 100 mA/g until 0.5 V\ncharge at 100 mA/g until 2.6 V"));
    const { cells, block, phases } = model.equations.layout;
    for (const { y, crystal } of run.frames) {
      for (let i = 0; i < cells; i++) {
        for (let k = 0; k < phases; k++) {
          const [n, c] = [y[i * block + k]!, crystal![i * phases + k]!];
          expect(c).toBeGreaterThanOrEqual(0);
          expect(c).toBeLessThanOrEqual(Math.max(n, 0) + 1e-15);
          // Na2S2 and Na2S are born crystalline and their crystals are used up in proportion
          if (k >= phases - 2 && n > 1e-6) expect(Math.abs(c / n - 1)).toBeLessThan(1e-6);
        }
      }
    }
  });
});

describe("impedance", () => {
  test("without a double layer Z(ω → ∞) is the resistance with composition held, and there is no arc above the slow branch: 1e-6", () => {
    const model = cellModel(set(), { cells: 20 });
    const { equations } = model;
    const y = restingState(equations, [0.05, 0.05, 0.3, 0.4, 0.2]);
    equations.control({ kind: "current", at: () => 0 });
    expect(solveImplicit(equations, 0, y)).toBe(true);
    const z = linearised(model, 0, y);
    const infinite = z(Number.POSITIVE_INFINITY, false).real;
    const volt = (current: number): number => {
      const at = y.slice();
      equations.control({ kind: "current", at: () => current });
      expect(solveImplicit(equations, 0, at)).toBe(true);
      return at[equations.layout.volt]!;
    };
    const small = 1e-4;
    expect(Math.abs((volt(-small) - volt(small)) / (2 * small) / infinite - 1)).toBeLessThan(1e-6);
    const high = z(2 * Math.PI * 1e6, false);
    expect(Math.abs(high.real / infinite - 1)).toBeLessThan(1e-6);
    expect(Math.abs(high.imaginary / infinite)).toBeLessThan(1e-6);
    // −Im falls all the way with frequency: nothing but the slow branch
    const parts = [1e-5, 1e-4, 1e-3, 1e-2, 1].map((f) => -z(2 * Math.PI * f, false).imaginary);
    for (let k = 1; k < parts.length; k++) expect(parts[k]!).toBeLessThan(parts[k - 1]!);
  });
});

test("x of the composition is the charge that has passed", () => {
  const model = cellModel(set(), { cells: 10 });
  const run = runCell(model, parseProtocol("discharge at 50 mA/g until 600 mAh/g"));
  const x = meanElectrons(model, run.frames.at(-1)!) - meanElectrons(model, run.frames[0]!);
  expect((x * THEORETICAL_CAPACITY) / 2).toBeCloseTo(600 - run.rows.capacity[0]!, 6);
});
