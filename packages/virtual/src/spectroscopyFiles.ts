/** Files of the virtual spectrometers, as instruments write them. */

const rows = (columns: readonly ArrayLike<number>[], digits: readonly number[], separator: string): string =>
  Array.from({ length: columns[0]!.length }, (_, i) => columns.map((c, j) => c[i]!.toFixed(digits[j])).join(separator)).join("\n");

/** WITec-like text of a Raman spectrum. */
export function writeRamanText(name: string, x: Float64Array, y: Float64Array): string {
  const head = [
    "//Exported ASCII-File",
    "[Header]",
    `GraphName = ${name}`,
    `SizeGraph = ${x.length}`,
    "XAxisUnit = rel. 1/cm",
    "DataUnit = CCD cts",
    "",
  ];
  return `${[...head, "[Data]", `X-Axis,${name}`, "rel. 1/cm,CCD cts"].join("\n")}\n${rows([x, y], [4, 2], ", ")}\n`;
}

export interface VamasBlock {
  name: string;
  /** kinetic energies, even */
  x: Float64Array;
  counts: Float64Array;
  photon: number;
  workFunction?: number;
  dwell?: number;
}

/** VAMAS file of regular scans, one block per region, counts over one scan. */
export function writeVamas(blocks: readonly VamasBlock[]): string {
  const unknown = "1E+37";
  const lines: (string | number)[] = ["VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4"];
  lines.push("Not specified", "virtual analyser", "Not specified", "virtual", 0, "NORM", "REGULAR", 1, 0, 0, 0, 0, 0, blocks.length);
  for (const { name, x, counts, photon, workFunction = 4.5, dwell = 0.1 } of blocks) {
    lines.push(name, "sample", 2026, 1, 1, 12, 0, 0, 0, 0, "XPS", "Al (mono)", photon, unknown, unknown, unknown, unknown, unknown);
    lines.push("FAT", 20, unknown, workFunction, unknown, unknown, unknown, unknown, unknown, name, "", -1);
    lines.push("Kinetic energy", "eV", x[0]!, (x[x.length - 1]! - x[0]!) / (x.length - 1), 1, "Intensity", "d", "pulse counting", dwell, 1);
    lines.push(unknown, unknown, unknown, unknown, 0, counts.length, Math.min(...counts), Math.max(...counts), ...counts);
  }
  lines.push("end of experiment");
  return `${lines.join("\r\n")}\r\n`;
}

/** NETZSCH Proteus text of a thermobalance, mass in %. */
export function writeNetzsch(
  sample: string,
  milligram: number,
  run: { temperature: Float64Array; time: Float64Array; mass: Float64Array },
): string {
  const head = ["#EXPORTTYPE:DATA SINGLE", "#FORMAT:NETZSCH5", "#DECIMAL:POINT", "#SEPARATOR:SEMICOLON", "#MTYPE:TG", `#SAMPLE:${sample}`];
  const percent = run.mass.map((m) => (100 * m) / milligram);
  const minutes = run.time.map((t) => t / 60);
  const table = rows([run.temperature, minutes, percent], [5, 5, 5], ";");
  return `${[...head, `#SAMPLE MASS /mg:${milligram}`, "#SEGMENT:S1/1", "", "##Temp./°C;Time/min;Mass/%"].join("\n")}\n${table}\n`;
}

/** Columns of a calorimeter. */
export function writeHeatFlow(milligram: number, ratePerMinute: number, temperature: Float64Array, heatFlow: Float64Array): string {
  const start = temperature[0]!;
  const seconds = temperature.map((t) => (60 * (t - start)) / ratePerMinute);
  const head = [
    `Sample mass: ${milligram} mg`,
    `Heating rate: ${ratePerMinute} K/min`,
    "Exo: down",
    "Temperature (°C)\tTime (s)\tHeat flow (W/g)",
  ];
  return `${head.join("\n")}\n${rows([temperature, seconds, heatFlow], [4, 2, 6], "\t")}\n`;
}

/** Table of ion counts over areas, with the primary pulses. */
export function writeIonTable(
  ions: readonly { name: string; mass: number; counts: Float64Array }[],
  pulses: number,
  areas: readonly string[],
): string {
  const lines = [`Ion\tMass (u)\t${areas.join("\t")}`, `pulses\t\t${areas.map(() => pulses).join("\t")}`];
  for (const { name, mass, counts } of ions) lines.push(`${name}\t${mass.toFixed(4)}\t${Array.from(counts).join("\t")}`);
  return `${lines.join("\n")}\n`;
}

/** Columns of a time-of-flight spectrum. */
export function writeFlight(x: Float64Array, y: Float64Array): string {
  return `Time of flight (us)\tCounts\n${rows([x, y], [5, 0], "\t")}\n`;
}
