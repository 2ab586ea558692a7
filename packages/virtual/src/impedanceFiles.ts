/** Files of the virtual potentiostat: EC-Lab's text export of a PEIS, and a plain table. */
import type { VirtualImpedanceRun } from "./impedance.ts";

export type VirtualImpedanceFormat = "biologic-mpt" | "csv";

/** Writes the run's spectra with the digits that an instrument prints. */
export function writeVirtualImpedance(run: VirtualImpedanceRun, format: VirtualImpedanceFormat): Uint8Array {
  const text = format === "csv" ? csv(run) : mpt(run);
  // EC-Lab writes windows-1252; of its characters only µ occurs here, and it equals Latin-1
  return format === "csv" ? new TextEncoder().encode(text) : Uint8Array.from(text, (c) => c.charCodeAt(0) & 255);
}

function csv({ spectra, cell }: VirtualImpedanceRun): string {
  const lines = ["spectrum,time_s,temperature (°C),frequency_hertz,real_ohm,imaginary_ohm"];
  for (const [k, s] of spectra.entries()) {
    for (const [i, f] of s.frequencyHertz.entries()) {
      lines.push(
        `${k + 1},${s.timeSecond[i]!.toFixed(2)},${cell.temperatureCelsius},${f.toPrecision(8)},${s.real[i]!.toPrecision(8)},${s.imaginary[i]!.toPrecision(8)}`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

function ecLab(value: number): string {
  const [mantissa = "0", exponent = "+0"] = value.toExponential(7).split("e");
  return `${mantissa}E${exponent.startsWith("-") ? "-" : "+"}${exponent.replace(/^[+-]/, "").padStart(3, "0")}`;
}

function mpt({ spectra, cell, truth }: VirtualImpedanceRun): string {
  const names = [
    "freq/Hz",
    "Re(Z)/Ohm",
    "-Im(Z)/Ohm",
    "|Z|/Ohm",
    "Phase(Z)/deg",
    "time/s",
    "<Ewe>/V",
    "<I>/mA",
    "Cs/µF",
    "Cp/µF",
    "cycle number",
  ];
  const body = [
    "",
    "Potentio Electrochemical Impedance Spectroscopy",
    "",
    "Run on channel : 1 (SN 0)",
    "Electrode connection : standard",
    "Acquisition started on : 01/12/2026 09:00:00.000",
    `Comments : virtual potentiostat, ${cell.title.normalize("NFKD").replace(/[^\x20-\x7e]/g, "")}, seed ${truth.seed}`,
    "",
  ];
  const lines = ["EC-Lab ASCII FILE", `Nb header lines : ${body.length + 3}`, ...body, `${names.join("\t")}\t`];
  for (const [k, s] of spectra.entries()) {
    for (const [i, f] of s.frequencyHertz.entries()) {
      const [re, im] = [s.real[i]!, s.imaginary[i]!];
      const omega = 2 * Math.PI * f;
      const size = re * re + im * im;
      const fields = [f, re, -im, Math.sqrt(size), (Math.atan2(im, re) * 180) / Math.PI, s.timeSecond[i]!, cell.potentialVolt, 0];
      const capacitances = [-1e6 / (omega * im), (-1e6 * im) / (omega * size)];
      lines.push([...fields, ...capacitances, k + 1].map(ecLab).join("\t"));
    }
  }
  return `${lines.join("\r\n")}\r\n`;
}
