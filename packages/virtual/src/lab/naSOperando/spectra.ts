/** Cells with closo-borates at 30 °C, stopped at potentials and taken to the sulfur K edge: every sulfur atom of the cathode is seen, none is the electrolyte's. */
import type { Random } from "@thioscope/core";
import type { CellRun } from "@thioscope/core/cellmodel";
import {
  USUAL_SULFUR_BEAMLINE,
  type VirtualAbsorptionBeamline,
  type VirtualSulfur,
  virtualSulfurScan,
  writeVirtualXdi,
} from "../../absorption.ts";
import { type LabFile, textFile } from "../campaign.ts";
import { formulasOf, profileAt } from "../cellStates.ts";

/** V of the two-electrode cell; upwards on charge. */
const STOPS = {
  discharge: [1.95, 1.9, 1.85, 1.8, 1.75, 1.7, 1.65, 1.55, 1.45, 1.3, 1.1, 0.8, 0.5],
  charge: [1.6, 1.75, 1.85, 1.95, 2.1, 2.4],
} as const;

const CHAINS: Readonly<Record<string, number>> = { Na2S7: 7, Na2S5: 5, Na2S4: 4, Na2S3: 3, Na2S2: 2 };

/** Sulfur of a state: chains of several lengths are terminal and internal atoms in their proportion. */
export function sulfurOf(run: CellRun, second: number): VirtualSulfur {
  const { mean } = profileAt(run, second);
  let share = 0;
  let terminals = 0;
  let s8 = 0;
  let sulfide = 0;
  for (const [k, formula] of formulasOf(run).entries()) {
    const length = CHAINS[formula];
    if (length !== undefined) {
      share += mean[k]!;
      terminals += (2 * mean[k]!) / length;
    } else if (formula === "Na2S") sulfide = mean[k]!;
    else s8 = mean[k]!;
  }
  return { s8, sulfide, ...(share > 1e-4 ? { chain: { x: (2 * share) / terminals, share } } : {}) };
}

/** Time of the run at which a half cycle first passes a potential; its end where it never does. */
export function timeAtVolt({ rows, steps }: CellRun, direction: "charge" | "discharge", volt: number): number {
  const [first, last] = steps.find((step) => step.direction === direction)!.rows;
  for (let r = first; r <= last; r++) if (direction === "discharge" ? rows.volt[r]! <= volt : rows.volt[r]! >= volt) return rows.time[r]!;
  return rows.time[last]!;
}

const nameOf = (direction: string, volt: number): string => `${direction}_${volt.toFixed(2).replace(".", "p")}V`;

export function spectraFiles(run: CellRun, seed: number, draw: Random): LabFile[] {
  // a beam time of its own, a month after the cells were stopped
  const begin = 30 * 86_400;
  const zero = 0.5 * (2 * draw.uniform() - 1);
  // the monochromator's zero is off, and drifts over the hours of the series
  const driftPerHour = 0.01 * draw.normal();
  const beamline: VirtualAbsorptionBeamline = {
    ...USUAL_SULFUR_BEAMLINE,
    shift: zero - (driftPerHour * begin) / 3600,
    driftPerHour,
    noise: 0.004,
  };
  let clock = begin;
  const scan = (path: string, name: string, sulfur: VirtualSulfur): LabFile => {
    const start = clock;
    clock += 900;
    return textFile(path, () => writeVirtualXdi(virtualSulfurScan(name, sulfur, beamline, String(seed), start)));
  };
  const references = [
    scan("raw/xas/S8.xdi", "S8 powder", { s8: 1 }),
    scan("raw/xas/Na2S4.xdi", "Na2S4", { chain: { x: 4, share: 1 } }),
    scan("raw/xas/Na2S.xdi", "Na2S", { sulfide: 1 }),
  ];
  const series = (["discharge", "charge"] as const).flatMap((direction) =>
    STOPS[direction].map((volt) => {
      // a stop is reached within 2 mV
      const reached = volt + 0.002 * draw.normal();
      const name = nameOf(direction, volt);
      return scan(`raw/xas/${direction}/${name}.xdi`, name, sulfurOf(run, timeAtVolt(run, direction, reached)));
    }),
  );
  return [...references, ...series];
}
