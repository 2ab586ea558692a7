/**
 * Convergence over drawn parameters and protocols: every run must come to its end. Parameters are drawn over more than their ranges, options at random; seeds
 * are fixed. THIOSCOPE_LONG=1 takes 520 points × 10 protocols, the usual run 4 points.
 */
import { expect, test } from "vitest";
import { type Random, random } from "../random.ts";
import { cellModel } from "./model.ts";
import { type ModelOptions, type ParameterSet, withParameters } from "./parameters.ts";
import { parseProtocol } from "./protocol.ts";
import { storedElectrons } from "./results.ts";
import { parameterSet } from "./sets/index.ts";
import { runCell } from "./simulate.ts";

const POINTS = process.env.THIOSCOPE_LONG === "1" ? 520 : 4;
const SETS = ["na-s-nps", "na-s-nbh", "na-s-nas", "li-s-lgps"] as const;
const STRESS = ["none", "local", "layer", "confined"] as const;
const PROTOCOLS = [
  "discharge at 100 mA/g until 0.5 V\ncharge at 100 mA/g until 3 V",
  "discharge at 1000 mA/g until 0.5 V\ncharge at 1000 mA/g until 3 V",
  "discharge at C/100 until 0.5 V\ncharge at C/100 until 3 V",
  "discharge at C/20 until 1 V\nrest 2 h\ncharge at C/20 until 2.5 V\nrest 2 h",
  "discharge at 200 mA/g until 0.5 V\nhold at 0.5 V until 10 mA/g or 5 h\ncharge at 200 mA/g until 3 V\nhold at 3 V until 10 mA/g or 5 h",
  "pulse discharge at 200 mA/g for 20 min, rest 2 h until 0.5 V",
  "sweep to 0.5 V at 0.1 mV/s\nsweep to 3 V at 0.1 mV/s",
  "staircase to 0.6 V in steps of 50 mV for 30 min",
  "discharge at 50 mA/g until x = 1\nspectrum 1 MHz to 1 mHz with 3 per decade\nrest 1 h\nspectrum 1 MHz to 1 mHz with 3 per decade\ndischarge at 50 mA/g until 0.5 V",
  "discharge at 100 mA/g until 0.5 V or 4 h\ncharge at 200 mA/g until 2.4 V or 4 h\nrepeat 3 times",
].map((text) => parseProtocol(text));

function drawnSet(rng: Random, base: ParameterSet): ParameterSet {
  const between = (a: number, b: number): number => a + (b - a) * rng.uniform();
  const decades = (n: number): number => 10 ** between(-n, n);
  const often = (share: number): boolean => rng.uniform() < share;
  const changes: Record<string, number> = {
    cathodeConductivity: base.parameters["cathodeConductivity"]!.value * decades(1),
    diffusion: base.parameters["diffusion"]!.value * decades(1),
    diffusionExponent: between(0.33, 3),
    contactResistance: between(0, 200),
    temperature: between(10, 90),
    sulfurLoading: base.parameters["sulfurLoading"]!.value * decades(0.5),
    activityWidth: 10 ** between(-2.5, -1),
    strainShare: between(0, 0.3),
    voidShare: between(0, 1),
  };
  for (const [name, { value }] of Object.entries(base.parameters)) {
    if (name.startsWith("exchange.")) changes[name] = value * decades(1.5);
    if (name.startsWith("alpha.")) changes[name] = between(0.15, 0.85);
  }
  const sodium = base.chemistry === "Na-S";
  const stress = STRESS[Math.floor(between(0, STRESS.length))]!;
  const options: ModelOptions = {
    stress,
    crystalline: often(0.3),
    thermal: often(0.2),
    highOrder: sodium && often(0.4),
    na2s3: sodium && often(0.4),
    skipNa2s2: sodium && often(0.3),
    electrolyteRedox: base.electrolyte.steps.length > 0 && often(0.4),
    mediator: !sodium && often(0.5),
  };
  if (stress === "layer") changes["fixtureStiffness"] = 10 ** between(5, 9);
  if (often(0.2)) changes["nucleation"] = 1e-3;
  if (often(0.1)) changes["filmResistance"] = between(0, 5);
  return withParameters({ ...base, options }, changes).set;
}

test(`${POINTS} drawn points × ${PROTOCOLS.length} protocols: no run fails, charge is kept to 1e-10 (with side reactions too) and Σ n to 1e-12, at every frame`, {
  timeout: 3_600_000,
}, () => {
  const failures: string[] = [];
  let [worst, least, standing, runs] = [0, 0, 0, 0];
  for (let k = 0; k < POINTS; k++) {
    const set = drawnSet(random(`robustness/${k}`), parameterSet(SETS[k % SETS.length]!));
    for (const [p, protocol] of PROTOCOLS.entries()) {
      try {
        const model = cellModel(set, { cells: 15 });
        const run = runCell(model, protocol, { frameEvery: 0.1 });
        const { charge, cells, block, phases } = model.equations.layout;
        const [first] = run.frames;
        const origin = storedElectrons(model, first!);
        for (const frame of run.frames) {
          let sum = 0;
          for (let i = 0; i < cells; i++) {
            let n = -1;
            for (let j = 0; j < phases; j++) n += frame.y[i * block + j]!;
            sum = Math.max(sum, Math.abs(n));
            for (let j = 0; j < phases; j++) least = Math.min(least, frame.y[i * block + j]!);
          }
          if (sum > 1e-12) failures.push(`${k}/${p} Σ n ${sum}`);
          const kept = Math.abs(storedElectrons(model, frame) - origin - (frame.y[charge]! - first!.y[charge]!));
          worst = Math.max(worst, kept);
          // two electrons per S is a whole discharge
          if (!(kept <= 2e-10)) failures.push(`${k}/${p} charge ${kept}`);
        }
        if (run.rows.count < 3) standing++;
        runs++;
      } catch (error) {
        failures.push(`${k}/${p} ${set.name} ${JSON.stringify(set.options)}: ${String(error)}`);
      }
    }
  }
  expect(failures).toEqual([]);
  // within the tolerance of an amount
  expect(least).toBeGreaterThanOrEqual(-1e-7);
  // a state that cannot carry the current ends at once: that must stay the exception
  expect(standing).toBeLessThan(0.1 * runs);
  if (POINTS > 100) console.log(`${runs} runs: charge within ${worst}, least amount ${least}, ${standing} ended where they began`);
});
