/** What `thioscope inspect` says of scans of X-ray absorption. */
import { type ByteSource, readAbsorption } from "@thioscope/formats";
import { count, warningLines } from "../inputs.ts";
import type { DiffractionFacts } from "./inspectDiffraction.ts";

export async function inspectAbsorption(source: ByteSource, file: string): Promise<DiffractionFacts> {
  const { format, scans, chi, notices } = await readAbsorption(source);
  const plain = (value: number) => ({ value, sigma: null, unit: "eV" });
  const spectra = scans.map(({ name, energy }) => ({
    name,
    axis: "energy",
    points: energy.length,
    first: plain(energy[0]!),
    last: plain(energy[energy.length - 1]!),
    unit: "",
    counted: false,
    photon: null,
    laser: null,
  }));
  const waves = chi.map(({ name, k }) => ({
    name,
    axis: "k",
    points: k.length,
    first: { value: k[0]!, sigma: null, unit: "1/Å" },
    last: { value: k[k.length - 1]!, sigma: null, unit: "1/Å" },
    unit: "",
    counted: false,
    photon: null,
    laser: null,
  }));
  const text = [
    `${file}  ${format} · X-ray absorption · ${scans.length + chi.length === 1 ? "1 spectrum" : `${scans.length + chi.length} spectra`}`,
    ...scans.map(
      ({ name, energy, how }) =>
        `  ${name}  ${count(energy.length, "point")}, ${energy[0]!.toFixed(1)} to ${energy[energy.length - 1]!.toFixed(1)} eV, ${how}`,
    ),
    ...waves.map(({ name, points, last }) => `  ${name}  χ(k), ${count(points, "point")} to ${last.value.toFixed(1)} 1/Å`),
    ...warningLines(notices).map((line) => `  warning   ${line}`),
  ].join("\n");
  const meta = scans.length === 1 ? scans[0]!.meta : {};
  return { facts: { file, format, technique: "X-ray absorption", spectra: [...spectra, ...waves], warnings: notices, meta }, text };
}
