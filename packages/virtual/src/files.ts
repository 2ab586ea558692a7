/** The files a virtual run would have left on the laboratory's disk, in the instruments' own text formats. */
import type { VirtualRow } from "./cycler.ts";

/** What a file tells of a run: the rows, and what stands in its header. */
export interface WritableRun {
  cell: { title: string; activeMassGram: number; areaSquareCentimetre: number; temperatureCelsius: number };
  rows: readonly VirtualRow[];
  truth: { seed: string };
}

export type VirtualFormat = "biologic-mpt" | "bdf-csv" | "delimited-de";

/** The usual ending of each format. */
export const VIRTUAL_ENDINGS: Readonly<Record<VirtualFormat, string>> = {
  "biologic-mpt": ".mpt",
  "bdf-csv": ".bdf.csv",
  "delimited-de": ".txt",
};

/** Start of every virtual run, 2026-01-12 09:00:00 UTC. */
export const START_UNIX = 1768208400;

/** Writes the run's rows, with the digits an instrument prints. */
export function writeVirtual(run: WritableRun, format: VirtualFormat): Uint8Array {
  const text = WRITERS[format](run);
  // EC-Lab writes windows-1252; of its characters only µ and ² occur here, and they equal Latin-1
  return format === "biologic-mpt" ? Uint8Array.from(text, (c) => c.charCodeAt(0) & 255) : new TextEncoder().encode(text);
}

const WRITERS: Readonly<Record<VirtualFormat, (run: WritableRun) => string>> = {
  "biologic-mpt": mpt,
  "bdf-csv": bdf,
  "delimited-de": german,
};

/** EC-Lab: signed mantissa with 7 decimals and a three-digit exponent. */
function ecLabNumber(value: number): string {
  const [mantissa = "0", exponent = "+0"] = value.toExponential(7).split("e");
  const sign = exponent.startsWith("-") ? "-" : "+";
  return `${mantissa}E${sign}${exponent.replace(/^[+-]/, "").padStart(3, "0")}`;
}

/** Charge passed since the start and since the half cycle's start, mAh, as the instrument integrates it. */
function integrate(rows: readonly VirtualRow[]): { total: Float64Array; half: Float64Array } {
  const total = new Float64Array(rows.length);
  const half = new Float64Array(rows.length);
  for (let i = 1; i < rows.length; i++) {
    const a = rows[i - 1]!;
    const b = rows[i]!;
    const charge = (((a.currentAmpere + b.currentAmpere) / 2) * (b.timeSecond - a.timeSecond)) / 3.6;
    total[i] = total[i - 1]! + charge;
    half[i] = b.half === a.half ? half[i - 1]! + charge : 0;
  }
  return { total, half };
}

function mpt(run: WritableRun): string {
  const names = [
    "mode",
    "ox/red",
    "error",
    "control changes",
    "Ns changes",
    "counter inc.",
    "Ns",
    "time/s",
    "Ewe/V",
    "<I>/mA",
    "(Q-Qo)/mA.h",
    "half cycle",
    "cycle number",
  ];
  const start = new Date(START_UNIX * 1000).toISOString();
  const stamp = `${start.slice(5, 7)}/${start.slice(8, 10)}/${start.slice(0, 4)} ${start.slice(11, 19)}.000`;
  const body = [
    "",
    "Galvanostatic Cycling with Potential Limitation",
    "",
    "Run on channel : 1 (SN 0)",
    "Electrode connection : standard",
    "Ewe ctrl range : min = -10.00 V, max = 10.00 V",
    `Acquisition started on : ${stamp}`,
    `Comments : virtual cycler, ${asciiOnly(run.cell.title)}, seed ${run.truth.seed}`,
    `Mass of active material : ${(run.cell.activeMassGram * 1000).toFixed(4)} mg`,
    `Electrode surface area : ${run.cell.areaSquareCentimetre.toFixed(4)} cm\u00b2`,
    "",
  ];
  const header = ["EC-Lab ASCII FILE", `Nb header lines : ${body.length + 3}`, ...body, `${names.join("\t")}\t`];
  const { total } = integrate(run.rows);
  const lines = run.rows.map((row, i) => {
    const previous = run.rows[i - 1];
    const ns = row.mode === "rest" ? 0 : row.mode === "discharge" ? 1 : 2;
    const before = previous === undefined ? ns : previous.mode === "rest" ? 0 : previous.mode === "discharge" ? 1 : 2;
    const mode = row.mode === "rest" ? 3 : 1;
    const fields = [
      mode,
      row.currentAmpere > 0 ? 1 : 0,
      0,
      ns === before ? 0 : 1,
      ns === before ? 0 : 1,
      0,
      ns,
      ecLabNumber(row.timeSecond),
      ecLabNumber(row.voltageVolt),
      ecLabNumber(row.currentAmpere * 1000),
      ecLabNumber(total[i]!),
      Math.max(0, row.half - 1),
      ecLabNumber(row.cycle - 1),
    ];
    return fields.join("\t");
  });
  return `${[...header, ...lines].join("\r\n")}\r\n`;
}

/** Subscripts and dashes to plain characters: EC-Lab headers know only windows-1252. */
function asciiOnly(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll("–", "-")
    .replace(/[^\x20-\x7e]/g, "");
}

function bdf(run: WritableRun): string {
  const header = "test_time_second,voltage_volt,current_ampere,unix_time_second,cycle_count,step_count,ambient_temperature_celsius";
  let step = 0;
  const lines = run.rows.map((row, i) => {
    if (i > 0 && row.mode !== run.rows[i - 1]!.mode) step++;
    const time = row.timeSecond.toFixed(3);
    const unix = (START_UNIX + row.timeSecond).toFixed(3);
    const volt = row.voltageVolt.toFixed(6);
    return `${time},${volt},${row.currentAmpere.toExponential(7)},${unix},${row.cycle},${step},${run.cell.temperatureCelsius.toFixed(1)}`;
  });
  return `${[header, ...lines].join("\n")}\n`;
}

/** A laboratory's own text file with German numbers: semicolons, decimal commas, units in a second line. */
function german(run: WritableRun): string {
  const comma = (value: number, digits: number): string => value.toFixed(digits).replace(".", ",");
  const { half } = integrate(run.rows);
  const lines = run.rows.map((row, i) =>
    [
      comma(row.timeSecond, 2),
      comma(row.voltageVolt * 1000, 2),
      comma(row.currentAmpere * 1e6, 3),
      comma(Math.abs(half[i]!) * 1000, 4),
      String(row.cycle),
    ].join(";"),
  );
  return `${["Zeit;Spannung;Strom;Kapazität;Zyklus", "s;mV;µA;µAh;", ...lines].join("\r\n")}\r\n`;
}
