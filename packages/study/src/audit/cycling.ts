/** Claims about cycling, recovered from files of the virtual cycler: peaks of dQ/dV, rate table, polarisation, titration. */
import { isComputable, quantity } from "@thioscope/core";
import type { Found, Outcome, Question } from "@thioscope/core/audit";
import {
  cyclingSeries,
  findPeaks,
  flowOf,
  type HalfCycle,
  halfCycles,
  rateTable,
  subtractElectrolyte,
  summariseCycling,
} from "@thioscope/core/cycling";
import { meanOverPulses, titration } from "@thioscope/core/titration";
import { readCycling } from "@thioscope/formats";
import {
  VIRTUAL_CELLS,
  VIRTUAL_PARTICLE,
  type VirtualCell,
  type VirtualCellId,
  type VirtualFormat,
  virtualCycling,
  virtualPolarisation,
  virtualTitration,
  writeVirtual,
} from "@thioscope/virtual";
import { agreed, type Check, fileOf, found, overSeeds, sampleOf } from "./model.ts";

const CYCLER = "the virtual cycler adds errors of gain and clock, drift, relaxation, quantisation, lost rows, a restart";
const SEEDS = 20;

async function firstCycle(id: VirtualCellId, seed: number): Promise<readonly HalfCycle[]> {
  const cell: VirtualCell = VIRTUAL_CELLS[id];
  const run = virtualCycling({ ...cell, protocol: [{ ...cell.protocol[0]!, cycles: 1 }] }, `claim ${seed}`);
  return halfCycles(await readCycling(fileOf(`${id}.mpt`, writeVirtual(run, "biologic-mpt"))));
}

function peaksOf(half: HalfCycle) {
  const peaks = findPeaks(half);
  if ("notComputable" in peaks) return { centres: [] as Found[], cut: [] as Found[] };
  const centres = peaks.peaks.flatMap(({ potential }) => (potential ? [found(potential)] : []));
  return {
    centres,
    // cut off by the limit of the voltage: no centre, only the place where it is cut
    cut: peaks.peaks.flatMap(({ potential, cutBy, nearVolt }) =>
      !potential && cutBy === "limit" ? [{ value: nearVolt, sigma: null }] : [],
    ),
  };
}

const falling = (list: readonly Found[]): Found[] => [...list].sort((a, b) => b!.value - a!.value);
const rising = (list: readonly Found[]): Found[] => [...list].sort((a, b) => a!.value - b!.value);

const dqdv: Check = {
  kind: "recover",
  title: "peaks of dQ/dV of a composite and of its electrolyte alone",
  gives: ["discharge_V", "discharge_censored_at_cutoff_V", "charge_V", "NAS_C_discharge_V", "NAS_C_charge_V", /^assignment\./],
  async run({ asked }, context): Promise<Outcome> {
    const area = { value: VIRTUAL_CELLS.nas.areaSquareCentimetre, sigma: 0.008, unit: "cm2" };
    const runs = await overSeeds(SEEDS, context, async (seed) => {
      const [discharge, charge] = await firstCycle("nas", seed);
      const [alone, back] = await firstCycle("nas-c", seed);
      const down = peaksOf(discharge!);
      const shares = [[discharge!, alone!] as const, [charge!, back!] as const].flatMap(([composite, electrolyte]) => {
        const rest = subtractElectrolyte(
          { half: composite, area },
          { half: electrolyte, area },
          { offset: { value: 0, sigma: 0.005, unit: "V" } },
        );
        return "notComputable" in rest
          ? []
          : rest.perPeak.flatMap(({ peak, electrolyteShare }) =>
              peak.potential ? [{ volt: peak.potential.value, share: electrolyteShare.value }] : [],
            );
      });
      return {
        discharge: falling(down.centres),
        cut: down.cut,
        charge: rising(peaksOf(charge!).centres),
        alone: falling(peaksOf(alone!).centres),
        back: rising(peaksOf(back!).centres),
        shares,
      };
    });
    const list = (of: (run: (typeof runs)[number]) => readonly Found[]) => ({ unit: "V", runs: runs.map(of) });
    const shareAt = (volt: number): string =>
      agreed(
        runs.map(({ shares }) => {
          const own = shares.find((one) => Math.abs(one.volt - volt) < 0.05);
          return own ? `${Math.round(10 * own.share) * 10} %` : "no peak";
        }),
      );
    const assigned = asked.filter((name) => name.startsWith("assignment."));
    return {
      answers: {
        discharge_V: list((run) => run.discharge),
        discharge_censored_at_cutoff_V: list((run) => run.cut),
        charge_V: list((run) => run.charge),
        NAS_C_discharge_V: list((run) => run.alone),
        NAS_C_charge_V: list((run) => run.back),
        ...Object.fromEntries(
          assigned.map((name) => [
            name,
            {
              notComputable: `a potential names no reaction; at ${name.slice("assignment.".length)} V the cell of the electrolyte alone, laid over without an offset, accounts for ${shareAt(Number(name.slice("assignment.".length)))} of the capacity`,
            },
          ]),
        ),
      },
      calibrated: [],
      how: [
        `virtual sample: plateaus of ${VIRTUAL_CELLS.nas.title} and of ${VIRTUAL_CELLS["nas-c"].title}, first cycle, as BioLogic files; ${CYCLER}`,
        "analysis: half cycles, dQ/dV with its own bin, peaks fitted together; a peak that the limit of the voltage cuts off has no centre",
      ],
    };
  },
};

const FORMATS: readonly VirtualFormat[] = ["biologic-mpt", "bdf-csv", "delimited-de"];

/** Rates in A/g, as the claim gives them; those of the virtual cell's own protocol otherwise. */
function rateCell({ given }: Question): VirtualCell {
  const cell: VirtualCell = VIRTUAL_CELLS["li-s"];
  const rates = given["A_g"];
  if (!Array.isArray(rates)) return cell;
  const back = cell.protocol.at(-1)!;
  const blocks = cell.protocol.slice(0, -1);
  return {
    ...cell,
    protocol: [
      ...rates.map((rate, k) => ({ ...(blocks[k] ?? blocks.at(-1)!), currentMilliamperePerGram: 1000 * Number(rate) })),
      { ...back, currentMilliamperePerGram: 1000 * Number(rates[0]) },
    ],
  };
}

const rates: Check = {
  kind: "recover",
  title: "rate table",
  gives: ["mAh_g", /^back_at_[\d.]+$/],
  async run(question, context): Promise<Outcome> {
    const cell = rateCell(question);
    const runs = await overSeeds(SEEDS, context, async (seed) => {
      const run = virtualCycling(cell, `rates ${seed}`);
      const file = await readCycling(fileOf("rates.dat", writeVirtual(run, FORMATS[seed % FORMATS.length]!)));
      return rateTable(summariseCycling(file).measures).map(({ dischargeCapacity, backAt }) => ({
        capacity: found(isComputable(dischargeCapacity) ? dischargeCapacity : null, 1 / cell.activeMassGram),
        isBack: backAt !== null,
      }));
    });
    const back = question.asked.find((name) => name.startsWith("back_at_"));
    return {
      answers: {
        mAh_g: { unit: "mAh/g", runs: runs.map((run) => run.filter(({ isBack }) => !isBack).map(({ capacity }) => capacity)) },
        ...(back !== undefined && {
          [back]: { unit: "mAh/g", runs: runs.map((run) => run.filter(({ isBack }) => isBack).map(({ capacity }) => capacity)) },
        }),
      },
      calibrated: [],
      how: [
        `virtual sample: ${cell.title}, ${cell.protocol.map(({ currentMilliamperePerGram: rate }) => rate / 1000).join(", ")} A/g, five cycles each, as files of three kinds; ${CYCLER}`,
        "analysis: blocks of equal current, the mean of their discharges with the instrument's accuracy (0.1 % of the current)",
      ],
    };
  },
};

/** V at half of the capacity, in the first and in the last cycle. */
const POLARISATION = { cycle_1: 0.721, cycle_200: 0.682 };

const polarisation: Check = {
  kind: "recover",
  title: "gap between charge and discharge at half of the capacity",
  gives: [/^cycle_\d+_V$/],
  async run(question, context): Promise<Outcome> {
    const { sample, line } = sampleOf(question, POLARISATION);
    const cycles = question.asked.map((name) => Number(/^cycle_(\d+)_V$/.exec(name)?.[1])).filter(Number.isFinite);
    const runs = await overSeeds(SEEDS, context, async (seed) => {
      const run = virtualPolarisation(200, [sample.cycle_1, sample.cycle_200], `gap ${seed}`, 60);
      const summary = summariseCycling(await readCycling(fileOf("p.csv", writeVirtual(run, "bdf-csv"))));
      return cycles.map((cycle) => found(summary.cycles[cycle - 1]?.polarisation));
    });
    return {
      answers: Object.fromEntries(cycles.map((cycle, k) => [`cycle_${cycle}_V`, { unit: "V", runs: runs.map((run) => [run[k]!]) }])),
      calibrated: [],
      how: [`${line}; 200 cycles, the gap changes evenly; ${CYCLER}`, "analysis: potentials at half of each half cycle's own capacity"],
    };
  },
};

const gitt: Check = {
  kind: "recover",
  title: "diffusion coefficient from a titration by pulses",
  gives: ["D_cm2_s"],
  async run(question, context): Promise<Outcome> {
    const { sample, line } = sampleOf(question, { D_cm2_s: VIRTUAL_PARTICLE.diffusivity * 1e4, radius_um: VIRTUAL_PARTICLE.radius * 1e6 });
    const particle = { ...VIRTUAL_PARTICLE, diffusivity: sample.D_cm2_s * 1e-4, radius: sample.radius_um * 1e-6 };
    const radius = { shape: "sphere", length: quantity(sample.radius_um, "um") } as const;
    const runs = await overSeeds(SEEDS, context, async (seed) => {
      const run = virtualTitration(particle, `D ${seed}`);
      const series = cyclingSeries(await readCycling(fileOf("gitt.csv", writeVirtual(run, "bdf-csv"))));
      return [found(meanOverPulses(titration(flowOf(series), radius), "diffusionCoefficient"))];
    });
    return {
      answers: { D_cm2_s: { unit: "cm²/s", runs } },
      calibrated: [],
      how: [
        `${line}: a solid-solution sphere of declared radius, pulses of 20 min at 0.2 A/g, rests of 2 h`,
        "an apparent value: on a conversion cathode the length is not known and only D/L² follows, on plateaus neither",
      ],
    };
  },
};

export const CYCLING_CHECKS: readonly Check[] = [dqdv, rates, polarisation, gitt];
