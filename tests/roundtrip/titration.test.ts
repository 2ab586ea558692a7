/**
 * Virtual titrations with known diffusion → files → pulses or steps → the truth again. The virtual particle is solved in finite
 * volumes; the analysis knows nothing of it.
 */
import { type Answer, inUnit, isComputable, makeTable, quantity } from "@thioscope/core";
import { cyclingSeries, flowOf } from "@thioscope/core/cycling";
import { equilibriumCurve, meanOverPulses, potentialSteps, type TitrationPulse, titration } from "@thioscope/core/titration";
import { type CyclingFile, readCycling, sourceOfBytes } from "@thioscope/formats";
import { VIRTUAL_PARTICLE, type VirtualTitration, virtualPotentialSteps, virtualTitration, writeVirtual } from "@thioscope/virtual";
import { describe, expect, test } from "vitest";

const RADIUS = { shape: "sphere", length: quantity(1, "um") } as const;
const TRUTH = 4.83e-13;

const read = (run: VirtualTitration): Promise<CyclingFile> => readCycling(sourceOfBytes("gitt.csv", writeVirtual(run, "bdf-csv")));
const flow = async (run: VirtualTitration) => flowOf(cyclingSeries(await read(run)));

function value(answer: Answer): number {
  if (!isComputable(answer)) throw new Error(answer.notComputable);
  return answer.value;
}

describe("a solid-solution sphere, 0.2 A/g, 20 min pulses, 2 h rests", () => {
  test("D of every pulse within 10 %, with errors that hold the truth", async () => {
    let singles = 0;
    let within2Sigma = 0;
    let count = 0;
    for (let seed = 0; seed < 10; seed++) {
      const run = virtualTitration(VIRTUAL_PARTICLE, `D ${seed}`);
      const pulses = titration(await flow(run), RADIUS);
      expect(pulses).toHaveLength(run.truth.pulses.length);
      for (const { diffusionCoefficient: d } of pulses) {
        if (!isComputable(d)) continue;
        count++;
        if (Math.abs(d.value / TRUTH - 1) < 0.1) singles++;
        if (Math.abs(d.value - TRUTH) < 2 * d.sigma!) within2Sigma++;
      }
    }
    expect(count).toBeGreaterThan(0.9 * 200);
    expect(singles / count).toBeGreaterThan(0.98);
    expect(within2Sigma / count).toBeGreaterThan(0.95);
  });

  test("series and interface resistance, relaxed potentials and charges are the truth's", async () => {
    const run = virtualTitration(VIRTUAL_PARTICLE, "resistance");
    const pulses = titration(await flow(run), RADIUS);
    for (const [k, pulse] of pulses.entries()) {
      expect(pulse.direction).toBe("discharge");
      expect(Math.abs(value(pulse.duration) - 1200)).toBeLessThan(0.2);
      expect(Math.abs(value(pulse.resistance.ohmic) - VIRTUAL_PARTICLE.seriesOhm)).toBeLessThan(0.15 * VIRTUAL_PARTICLE.seriesOhm);
      // R_i grows by 30 % from x = 0 to 1
      const truth = VIRTUAL_PARTICLE.interfaceOhm * (1 + 0.3 * run.truth.pulses[k]!.to);
      expect(Math.abs(value(pulse.resistance.interface) - truth)).toBeLessThan(0.12 * truth);
      const capacity = run.truth.pulses[k]!.to - run.truth.pulses[0]!.from;
      expect(value(pulse.capacityAfter)).toBeCloseTo(capacity * 0.51e-3 * 1672, 3);
    }
    const curve = equilibriumCurve(pulses);
    expect(curve).toHaveLength(pulses.length + 1);
    for (const [k, point] of curve.entries()) {
      if (!isComputable(point.potential)) throw new Error("no potential");
      const x = k === 0 ? run.truth.pulses[0]!.from : run.truth.pulses[k - 1]!.to;
      // E(x) of the virtual particle, from its definition
      const truth = 2.25 - 0.6 * x + ((8.314462618 * 298.15) / 96485.33212) * Math.log((1 - x) / x);
      expect(Math.abs(point.potential.value - truth)).toBeLessThan(4 * point.potential.sigma! + 1.5e-4);
    }
  });

  test("without a declared length: D/L², and a reason in place of D", async () => {
    const pulses = titration(await flow(virtualTitration(VIRTUAL_PARTICLE, "no length")));
    const rate = value(meanOverPulses(pulses, "diffusionRate"));
    expect(Math.abs((rate * (1e-4 / 3) ** 2) / TRUTH - 1)).toBeLessThan(0.1);
    expect(pulses[3]!.diffusionCoefficient).toEqual({ notComputable: expect.stringMatching(/no diffusion length is declared/) });
  });

  test("rests that are too short refuse D", async () => {
    const run = virtualTitration(VIRTUAL_PARTICLE, "short rests", {
      specificAmperePerGram: 0.2,
      pulseSecond: 1200,
      restSecond: 600,
      from: 0.06,
      pulses: 8,
    });
    const pulses = titration(await flow(run), RADIUS);
    for (const p of pulses) expect(p.diffusionCoefficient).toEqual({ notComputable: expect.stringMatching(/rests relaxed/) });
  });
});

test("a two-phase plateau: D is refused in all of 20 seeds, the interface resistance is the truth's", async () => {
  let refusals = 0;
  let plateaus = 0;
  let resistances = 0;
  for (let seed = 0; seed < 20; seed++) {
    const run = virtualTitration({ ...VIRTUAL_PARTICLE, plateau: [0.3, 0.7] }, `plateau ${seed}`);
    const pulses = titration(await flow(run), RADIUS);
    const inside: [TitrationPulse, number][] = pulses.flatMap((p, k) => {
      const { from, to } = run.truth.pulses[k]!;
      return from > 0.31 && to < 0.66 ? [[p, to] as [TitrationPulse, number]] : [];
    });
    for (const [p, x] of inside) {
      plateaus++;
      if (p.isPlateau && !isComputable(p.diffusionRate) && !isComputable(p.diffusionCoefficient)) refusals++;
      const truth = VIRTUAL_PARTICLE.interfaceOhm * (1 + 0.3 * x);
      if (Math.abs(value(p.resistance.interface) / truth - 1) < 0.1) resistances++;
    }
    // beside the plateau D is there, and right
    for (const p of pulses) {
      if (isComputable(p.diffusionCoefficient)) expect(Math.abs(p.diffusionCoefficient.value / TRUTH - 1)).toBeLessThan(0.15);
    }
  }
  expect(plateaus).toBeGreaterThan(100);
  expect(refusals).toBe(plateaus);
  expect(resistances / plateaus).toBeGreaterThan(0.95);
});

describe("potential steps", () => {
  test("D within 5 %, whatever the resistance before the particles", async () => {
    for (const [seed, interfaceOhm] of [30, 90, 400].entries()) {
      const run = virtualPotentialSteps({ ...VIRTUAL_PARTICLE, interfaceOhm }, `PITT ${seed}`);
      const steps = potentialSteps(cyclingSeries(await read(run)), RADIUS);
      expect(steps).toHaveLength(12);
      for (const { diffusionCoefficient: d, stepHeight } of steps) {
        expect(Math.abs(inUnit({ value: value(d), sigma: null, unit: "cm2/s" }, "cm2/s").value / TRUTH - 1)).toBeLessThan(0.05);
        if (isComputable(stepHeight)) expect(stepHeight.value).toBeCloseTo(-10, 0);
      }
    }
  });

  test("on the plateau D is refused", async () => {
    const run = virtualPotentialSteps({ ...VIRTUAL_PARTICLE, plateau: [0.25, 0.5] }, "PITT plateau");
    const steps = potentialSteps(cyclingSeries(await read(run)), RADIUS);
    const crossing = steps.filter((_, k) => run.truth.pulses[k]!.from < 0.5 && run.truth.pulses[k]!.to > 0.255);
    expect(crossing.length).toBeGreaterThan(1);
    for (const s of crossing) expect(s.diffusionCoefficient).toEqual({ notComputable: expect.stringMatching(/does not decay/) });
  });
});

test("cycling is no titration", async () => {
  const { VIRTUAL_CELLS, virtualCycling } = await import("@thioscope/virtual");
  const file = await readCycling(sourceOfBytes("c.csv", writeVirtual(virtualCycling(VIRTUAL_CELLS["na-s-nps"], "cycling"), "bdf-csv")));
  expect(() => titration(flowOf(cyclingSeries(file)))).toThrow(expect.objectContaining({ code: "NOT_COMPUTABLE" }));
});

test("charges that end at a held potential are no titration by steps", () => {
  // by construction: each charge passes 3600 s × 1 mA under current and about 300 s × 1 mA in the hold after it
  const rows: [number, number, number][] = [];
  for (let cycle = 0; cycle < 4; cycle++) {
    const start = cycle * 8000;
    for (let i = 0; i < 360; i++) rows.push([start + 10 * i, 2 + 0.8 * (i / 360), 1e-3]);
    for (let i = 0; i < 100; i++) rows.push([start + 3600 + 10 * i, 2.8, 1e-3 * Math.exp(-i / 30)]);
    for (let i = 0; i < 340; i++) rows.push([start + 4600 + 10 * i, 2.7 - 0.7 * (i / 340), -1e-3]);
  }
  const column = (name: string, unit: string, k: 0 | 1 | 2) => ({ name, unit, values: Float64Array.from(rows, (row) => row[k]) });
  const table = makeTable([column("test_time_second", "s", 0), column("voltage_volt", "V", 1), column("current_ampere", "A", 2)]);
  expect(() => potentialSteps(cyclingSeries(table))).toThrow(/of the charge passes at held potentials/);
});
