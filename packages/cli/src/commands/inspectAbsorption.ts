/** What `thioscope inspect` says of a scan of X-ray absorption whose head names it: XDI, Athena, and the beamlines' own formats. */
import { type ByteSource, readAbsorption } from "@thioscope/formats";
import { count, warningLines } from "../inputs.ts";
import type { DiffractionFacts } from "./inspectDiffraction.ts";

/** Columns of text without such a head may be anything: they are left to the others. */
const HEADS = /^#\s*XDI\/|^# Athena project file|^\s*\{\s*"_____|^XDAC V|^# CLS Data Acquisition|^SSRL\s|^\s*9809\s+KEK-PF/i;
const HEAD = 64;

export async function inspectAbsorption(source: ByteSource, file: string): Promise<DiffractionFacts | null> {
  const head = await source.read(0, Math.min(source.size, HEAD));
  const packed = head[0] === 0x1f && head[1] === 0x8b && /\.prj$/i.test(file);
  if (!packed && !HEADS.test(new TextDecoder("latin1").decode(head))) return null;
  const { format, scans, notices } = await readAbsorption(source);
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
  const text = [
    `${file}  ${format} · X-ray absorption · ${scans.length === 1 ? "1 spectrum" : `${scans.length} spectra`}`,
    ...scans.map(
      ({ name, energy, how }) =>
        `  ${name}  ${count(energy.length, "point")}, ${energy[0]!.toFixed(1)} to ${energy[energy.length - 1]!.toFixed(1)} eV, ${how}`,
    ),
    ...warningLines(notices).map((line) => `  warning   ${line}`),
  ].join("\n");
  const meta = scans.length === 1 ? scans[0]!.meta : {};
  return { facts: { file, format, technique: "X-ray absorption", spectra, warnings: notices, meta }, text };
}
