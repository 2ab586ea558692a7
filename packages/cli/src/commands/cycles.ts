/** thioscope cycles: capacities, efficiencies, retention and rates. */
import { basename } from "node:path";
import { type Answer, formatQuantity, isComputable, type Notice, quantity, ThioscopeError } from "@thioscope/core";
import { theoreticalOneCAmpere } from "@thioscope/core/cell";
import { type CycleSummary, type Rest, summariseCycling, type VendorCycle } from "@thioscope/core/cycling";
import { type CapacityBasis, inBasis } from "@thioscope/core/story";
import type { Command } from "../command.ts";
import {
  about,
  accuracyOption,
  accuracyText,
  basesOf,
  count,
  GAIN,
  MAPPING,
  mappingOf,
  oneWord,
  readCell,
  readRaw,
  shortAnswer,
  textTable,
  warningLines,
} from "../inputs.ts";

export const command: Command = {
  name: "cycles",
  summary: "capacities, efficiencies, retention and rates per cycle",
  usage: "thioscope cycles FILE [--cell cell.yaml] [--reference N] [--gain PERCENT]",
  about: `Cycles are counted from the current: a charge and a discharge are one, and the first of them in the file decides the order.
The instrument's own numbers are given beside them. Capacity is ∫I dt, energy ∫V I dt; CE is discharge over charge of the same cycle,
recovery the inverse. Errors come from the scatter and resolution of the readings and from the instrument's accuracy: usual data-sheet values
are assumed and shown unless --gain declares it (0 for none). With a cell file capacities are given by mass, area and volume too.`,
  options: {
    cell: { type: "string", value: "FILE", help: "cell file: masses and area for specific capacities and C-rates" },
    reference: { type: "string", value: "N", help: "cycle that retention refers to (default: the first complete one)" },
    gain: GAIN,
    salvage: { type: "boolean", help: "of a damaged file, use what can be read before the damage" },
    mapping: MAPPING,
  },
  examples: ["thioscope cycles C09.mpr", "thioscope cycles C09.mpr --cell cell.yaml --json"],
  async run(words, options, io) {
    const path = oneWord(words, command.usage);
    const reference = numberOption(options.reference, "reference", 1);
    const accuracy = accuracyOption(options.gain);
    const cell = typeof options.cell === "string" ? await readCell(options.cell) : null;
    const file = await readRaw(path, io.task, options.salvage === true, await mappingOf(options.mapping));
    const summary = await about(path, () =>
      summariseCycling(file, {
        ...(reference === undefined ? {} : { reference }),
        ...(accuracy ? { accuracy } : {}),
        oneCAmpere: cell ? theoreticalOneCAmpere(cell).measured : null,
      }),
    );
    const bases = basesOf(cell);
    const best = bases[0]!;
    const warnings = withoutRepeats(file.notices, summary.notices);
    io.result({
      file: basename(path),
      format: file.format,
      technique: file.technique,
      bases: bases.map(({ unit, label }) => ({ unit, label })),
      accuracy: { how: summary.accuracy.how, assumed: summary.accuracy.assumed },
      reference: summary.reference,
      noCycles: summary.noCycles,
      cycles: summary.cycles.map(({ durationHour, ...cycle }) => ({
        ...cycle,
        duration: quantity(durationHour, "h"),
        byBasis: bases.map((basis) => capacitiesIn(cycle, basis)),
      })),
      instrumentCycles: summary.vendorCycles.map(instrumentCycle),
      rates: summary.rates,
      rests: summary.rests.map(rest),
      warnings,
    });
    if (io.json) return;
    const byInstrument = `${summary.vendorCycles.length} as the instrument numbers them`;
    io.say(`${basename(path)}: ${count(summary.cycles.length, "cycle")} by current, ${byInstrument}`);
    if (summary.noCycles !== null) io.say(`No half cycles in a technique such as ${file.technique}: ${summary.noCycles}.`);
    if (summary.cycles.length > 0) io.say(`\n${cycleTable(summary.cycles, best)}`);
    if (summary.vendorCycles.length !== summary.cycles.length && summary.vendorCycles.length > 0) {
      io.say(`\nAs the instrument numbers them\n${instrumentTable(summary.vendorCycles)}`);
    }
    const rated = summary.rates.filter((rate) => isComputable(rate.dischargeCapacity));
    if (rated.length > 1) io.say(`\nRates\n${rateTable(rated, best)}`);
    if (summary.reference !== null) io.say(`\nRetention refers to cycle ${summary.reference}.`);
    if (summary.cycles.length > 0) io.say(accuracyText(summary.accuracy));
    for (const line of warningLines(warnings)) io.hint(`warning: ${line}`);
  },
};

/** The reader and the method may have noticed the same thing: the reader's words stay. */
function withoutRepeats(ofFile: readonly Notice[], ofMethod: readonly Notice[]): readonly Notice[] {
  return [...ofFile, ...ofMethod.filter((notice) => !ofFile.some((known) => known.code === notice.code))];
}

function numberOption(text: string | boolean | undefined, name: string, least: number): number | undefined {
  if (typeof text !== "string") return undefined;
  const value = Number(text);
  if (!(value >= least)) throw new ThioscopeError("USAGE", `--${name} ${text} is not a number of at least ${least}`);
  return value;
}

function capacitiesIn(cycle: Omit<CycleSummary, "durationHour">, basis: CapacityBasis): Record<string, Answer | string> {
  const capacities = {
    unit: basis.unit,
    label: basis.label,
    dischargeCapacity: inBasis(cycle.dischargeCapacity, basis),
    chargeCapacity: inBasis(cycle.chargeCapacity, basis),
  };
  if (!basis.unit.startsWith("mAh")) return capacities;
  const energies = { ...basis, unit: basis.unit.replace("mAh", "mWh") };
  return {
    ...capacities,
    dischargeEnergy: inBasis(cycle.dischargeEnergy, energies),
    chargeEnergy: inBasis(cycle.chargeEnergy, energies),
  };
}

function instrumentCycle({ durationHour, minimumVoltage, maximumVoltage, ...cycle }: VendorCycle) {
  return {
    ...cycle,
    duration: quantity(durationHour, "h"),
    minimumVoltage: quantity(minimumVoltage, "V"),
    maximumVoltage: quantity(maximumVoltage, "V"),
  };
}

function rest({ durationSecond, ...found }: Rest) {
  return { ...found, duration: quantity(durationSecond, "s") };
}

function instrumentTable(cycles: readonly VendorCycle[]): string {
  const rows = cycles.map((c) => [
    String(c.cycle),
    `${c.rows[0]}–${c.rows[1]}`,
    shortAnswer(c.dischargeCapacity),
    shortAnswer(c.chargeCapacity),
    c.minimumVoltage.toFixed(4),
    c.maximumVoltage.toFixed(4),
    c.durationHour.toFixed(2),
  ]);
  return textTable(["cycle", "rows", "discharge mAh", "charge mAh", "lowest V", "highest V", "hours"], rows);
}

function cycleTable(cycles: readonly CycleSummary[], basis: CapacityBasis): string {
  const head = [
    "cycle",
    `discharge ${basis.unit}`,
    `charge ${basis.unit}`,
    "CE %",
    "recovery %",
    "energy %",
    "retention %",
    "⟨V⟩ dis V",
    "⟨V⟩ chg V",
    "ΔV V",
    "hours",
  ];
  const rows = cycles.map((c) => [
    String(c.cycle),
    shortAnswer(inBasis(c.dischargeCapacity, basis)),
    shortAnswer(inBasis(c.chargeCapacity, basis)),
    shortAnswer(c.coulombicEfficiency),
    shortAnswer(c.chargeRecovery),
    shortAnswer(c.energyEfficiency),
    shortAnswer(c.retention),
    shortAnswer(c.meanDischargeVoltage),
    shortAnswer(c.meanChargeVoltage),
    shortAnswer(c.polarisation),
    c.durationHour.toFixed(2),
  ]);
  return textTable(head, rows);
}

function rateTable(rates: ReturnType<typeof summariseCycling>["rates"], basis: CapacityBasis): string {
  const rows = rates.map((rate) => [
    rate.firstCycle === rate.lastCycle ? `${rate.firstCycle}` : `${rate.firstCycle}–${rate.lastCycle}`,
    isComputable(rate.dischargeCurrent) ? formatQuantity(rate.dischargeCurrent) : "–",
    isComputable(rate.rate) ? `${rate.rate.value.toPrecision(3)} C` : "–",
    shortAnswer(inBasis(rate.dischargeCapacity, basis)),
    shortAnswer(rate.coulombicEfficiency),
    rate.backAt === null ? "" : `as cycle ${rate.backAt}`,
  ]);
  return textTable(["cycles", "discharge current", "rate", `discharge ${basis.unit}`, "CE %", ""], rows);
}
