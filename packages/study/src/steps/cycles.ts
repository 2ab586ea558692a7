/** Cycles by current of one file: the table for the database, and the same with reasons for what is missing. */
import { type Answer, isComputable, makeTable } from "@thioscope/core";
import { type PerSize, perSize, theoreticalOneCAmpere } from "@thioscope/core/cell";
import { type CycleSummary, summariseCycling } from "@thioscope/core/cycling";
import { tableToParquet } from "../parquet.ts";
import type { FileInput, ResultInput, StepFunction } from "../stepModules.ts";
import { CYCLE_QUANTITIES } from "../views.ts";
import { answers, integers } from "./applies.ts";
import { loadCell } from "./cell.ts";
import { cyclingOptions } from "./cyclingOptions.ts";
import { jsonBytes, loadFile, METHOD_COLUMNS, orNotice } from "./facts.ts";

type Quantities = Record<(typeof CYCLE_QUANTITIES)[number], Answer>;

export const cyclesStep: StepFunction = async (inputs, parameters, io) => {
  const file = await loadFile(io, inputs.read as ResultInput, METHOD_COLUMNS);
  const cell = await loadCell(io, inputs.cell as FileInput | undefined);
  const oneC = cell ? theoreticalOneCAmpere(cell).measured : null;
  const { value: summary, notices } = orNotice("no-cycles", () =>
    summariseCycling(file, { ...cyclingOptions(parameters), oneCAmpere: oneC }),
  );
  const summaries = summary?.cycles ?? [];
  const per = perSize(cell);
  const rows = summaries.map((summary) => quantitiesOf(summary, per, oneC?.value ?? null));
  const table = makeTable([
    integers(
      "cycle",
      summaries.map((s) => s.cycle),
    ),
    integers(
      "first_row",
      summaries.map((s) => s.rows[0]),
    ),
    integers(
      "last_row",
      summaries.map((s) => s.rows[1]),
    ),
    ...CYCLE_QUANTITIES.flatMap((name) => {
      const list = rows.map((row) => row[name]);
      return answers(name, list.find(isComputable)?.unit ?? "", list);
    }),
    { name: "duration_hour", unit: "h", values: Float64Array.from(summaries, (s) => s.durationHour) },
  ]);
  return {
    files: {
      "cycles.parquet": tableToParquet(table),
      "cycles.json": jsonBytes({
        cycles: summaries,
        rates: summary?.rates ?? [],
        reference: summary?.reference ?? null,
        // what the errors rest on, and whether it was declared or assumed
        accuracy: summary?.accuracy ?? null,
      }),
    },
    notices: [...notices, ...(summary?.notices ?? [])],
    summary: { cycles: summaries.length, cell: cell?.name ?? "" },
  };
};

/** All quantities of a cycle's row, in lab units. */
function quantitiesOf(s: CycleSummary, per: PerSize, oneCAmpere: number | null): Quantities {
  const current = isComputable(s.dischargeCurrent) ? s.dischargeCurrent : s.chargeCurrent;
  const rate: Answer =
    oneCAmpere === null
      ? { notComputable: "the current of 1 C is missing: the cell file tells it" }
      : isComputable(current)
        ? { value: current.value / 1e3 / oneCAmpere, sigma: current.sigma === null ? null : current.sigma / 1e3 / oneCAmpere, unit: "1/h" }
        : current;
  return {
    discharge_mah: s.dischargeCapacity,
    charge_mah: s.chargeCapacity,
    discharge_mah_g: per.mass(s.dischargeCapacity),
    charge_mah_g: per.mass(s.chargeCapacity),
    discharge_mah_cm2: per.area(s.dischargeCapacity),
    charge_mah_cm2: per.area(s.chargeCapacity),
    discharge_mwh: s.dischargeEnergy,
    charge_mwh: s.chargeEnergy,
    ce_percent: s.coulombicEfficiency,
    energy_efficiency_percent: s.energyEfficiency,
    retention_percent: s.retention,
    mean_discharge_volt: s.meanDischargeVoltage,
    mean_charge_volt: s.meanChargeVoltage,
    polarisation_volt: s.polarisation,
    discharge_ma: s.dischargeCurrent,
    charge_ma: s.chargeCurrent,
    rate,
  };
}
