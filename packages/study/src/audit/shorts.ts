/** Claims about symmetric cells and soft shorts, recovered from files of the virtual cycler. */
import { quantity } from "@thioscope/core";
import type { Outcome } from "@thioscope/core/audit";
import { halfCycles } from "@thioscope/core/cycling";
import { overpotentials, softShorts, stabilisation } from "@thioscope/core/symmetric";
import { readCycling } from "@thioscope/formats";
import {
  type SoftShortOptions,
  STABILITY_TEST,
  USUAL_SOFT_SHORTS,
  VIRTUAL_CELLS,
  VIRTUAL_SYMMETRIC,
  type VirtualCell,
  virtualCycling,
  virtualSymmetric,
  withSoftShorts,
  writeVirtual,
} from "@thioscope/virtual";
import { agreed, type Check, fileOf, found, overSeeds, sampleOf } from "./model.ts";

const SEEDS = 20;
/** Laws of growth, by their exponents: the analysis assumes none. */
const EXPONENTS = [1, 1.7, 2.3];

const symmetric: Check = {
  kind: "recover",
  title: "time until a symmetric cell has stabilised",
  gives: ["stabilised_after_h"],
  async run(question, context): Promise<Outcome> {
    const { sample, line } = sampleOf(question, {
      stabilised_after_h: VIRTUAL_SYMMETRIC.stabilisedAfterHour!,
      mA_cm2: STABILITY_TEST.currentDensities[0]!,
      mAh_cm2: STABILITY_TEST.currentDensities[0]! * STABILITY_TEST.halfCycleHour,
    });
    const area = quantity(VIRTUAL_SYMMETRIC.areaSquareCentimetre, "cm2");
    const halfCycleHour = sample.mAh_cm2 / sample.mA_cm2;
    const protocol = {
      ...STABILITY_TEST,
      currentDensities: [sample.mA_cm2],
      halfCycleHour,
      // as long as the test is, whatever its half cycles
      cycles: Math.max(10, Math.round((STABILITY_TEST.cycles * STABILITY_TEST.halfCycleHour) / halfCycleHour)),
    };
    const runs = await overSeeds(SEEDS, context, async (seed) => {
      const cell = {
        ...VIRTUAL_SYMMETRIC,
        stabilisedAfterHour: sample.stabilised_after_h,
        growthExponent: EXPONENTS[seed % EXPONENTS.length]!,
      };
      const run = virtualSymmetric(cell, protocol, `stable ${seed}`);
      const answer = stabilisation(overpotentials(halfCycles(await readCycling(fileOf("s.csv", writeVirtual(run, "bdf-csv")))), area));
      return [found("notComputable" in answer ? null : answer.after)];
    });
    return {
      answers: { stabilised_after_h: { unit: "h", runs } },
      calibrated: [],
      how: [
        `${line}; an interphase that grows by ${EXPONENTS.length} laws, a daily swing of the temperature, scatter between half cycles, transients, lost rows`,
        "analysis: overpotential of every half cycle, the change point after which it no longer drifts",
      ],
    };
  },
};

interface ShortCase {
  name: string;
  cell: VirtualCell;
  shorts: SoftShortOptions | null;
}

const shortened = (cell: VirtualCell, cycles: number): VirtualCell => ({
  ...cell,
  protocol: cell.protocol.map((block) => ({ ...block, cycles: Math.min(cycles, block.cycles) })),
});

/** The cells of the claim: charging through a filament shows in more charge than discharge and in a jagged potential. */
const CASES: readonly ShortCase[] = [
  {
    name: "NPS",
    cell: {
      ...VIRTUAL_CELLS["na-s-nps"],
      title: "S@C-NAS|NPS",
      lowerVolt: 0.7,
      protocol: [{ ...VIRTUAL_CELLS.nas.protocol[0], cycles: 8, chargeRecovery: [1.05, 1.6] }],
    },
    shorts: { ...USUAL_SOFT_SHORTS, perHalf: 6, depthVolt: [0.01, 0.15] },
  },
  { name: "NAS at 62.5 MPa", cell: shortened(VIRTUAL_CELLS.nas, 12), shorts: { ...USUAL_SOFT_SHORTS, perHalf: 0.7, fromCycle: 3 } },
  { name: "NAS at 250 MPa", cell: shortened(VIRTUAL_CELLS.nas, 12), shorts: null },
  { name: "NAS at 20 MPa", cell: { ...shortened(VIRTUAL_CELLS.nas, 12), resistanceOhm: 420 }, shorts: null },
];

const shorts: Check = {
  kind: "recover",
  title: "soft shorts in full cells",
  gives: ["detected"],
  async run(_question, context): Promise<Outcome> {
    const runs = await overSeeds(SEEDS, context, async (seed) => {
      const verdicts: string[] = [];
      for (const { name, cell, shorts: options } of CASES) {
        const run = virtualCycling(cell, `claim ${name} ${seed}`);
        const { rows } = options ? withSoftShorts(run, `claim ${name} ${seed}`, options) : run;
        const file = await readCycling(fileOf(`${name}.csv`, writeVirtual({ ...run, rows }, "bdf-csv")));
        verdicts.push(softShorts(halfCycles(file)).verdict);
      }
      return verdicts;
    });
    return {
      answers: { detected: { facts: Object.fromEntries(CASES.map(({ name }, k) => [name, agreed(runs.map((run) => run[k]!))])) } },
      calibrated: [],
      how: [
        `virtual cells, ${SEEDS} of each: dips are put into ${CASES.filter((one) => one.shorts)
          .map(({ name }) => name)
          .join(" and ")}, none into the others; pressure shows in the resistance alone`,
        "analysis: dips against the detection limit of each half cycle, from its own noise",
      ],
    };
  },
};

export const SHORTS_CHECKS: readonly Check[] = [symmetric, shorts];
