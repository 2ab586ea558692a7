/** What `inspect` says of spectra, of thermal analysis and of tables of ions. */
import { basename } from "node:path";
import type { Quantity } from "@thioscope/core";
import {
  type ByteSource,
  type IonTable,
  type MeasuredSpectrum,
  type RawKind,
  readIons,
  readSpectra,
  readThermal,
  type SpectraFile,
  type ThermalRun,
} from "@thioscope/formats";
import { count, warningLines } from "../inputs.ts";
import type { DiffractionFacts } from "./inspectDiffraction.ts";

/** Facts and text of a file of one of these kinds. */
export async function inspectSpectra(source: ByteSource, path: string, kind: RawKind): Promise<DiffractionFacts> {
  const file = basename(path);
  if (kind === "thermal") return thermalFacts(file, await readThermal(source));
  if (kind === "ions") return ionFacts(file, await readIons(source));
  return spectraFacts(file, await readSpectra(source));
}

const quantity = (value: number | null | undefined, unit: string): Quantity | null =>
  value === null || value === undefined ? null : { value, sigma: null, unit };

const ends = (values: Float64Array): [number, number] => [values[0]!, values[values.length - 1]!];

/** "binding energy" for bindingEnergy. */
const words = (axis: string): string => axis.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`);

function spectraFacts(file: string, { format, technique, spectra, notices, meta }: SpectraFile): DiffractionFacts {
  const describe = (s: MeasuredSpectrum) => ({
    name: s.name,
    axis: s.axis,
    points: s.x.length,
    first: quantity(ends(s.x)[0], s.xUnit)!,
    last: quantity(ends(s.x)[1], s.xUnit)!,
    unit: s.yUnit,
    counted: s.countsPerUnit !== undefined,
    photon: quantity(s.excitationElectronvolt, "eV"),
    laser: quantity(s.laserNanometre, "nm"),
  });
  const short = (v: number): string => String(Number(v.toPrecision(6))).replace("-", "−");
  const rows = spectra.slice(0, 8).map((s) => {
    const [a, b] = ends(s.x);
    const source = s.excitationElectronvolt
      ? ` · hν ${s.excitationElectronvolt} eV`
      : s.laserNanometre
        ? ` · laser ${short(s.laserNanometre)} nm`
        : "";
    return `  ${s.name}  ${s.x.length} points · ${words(s.axis)} ${short(a)} to ${short(b)} ${s.xUnit}${s.yUnit ? ` · ${s.yUnit}` : ""}${source}`;
  });
  if (spectra.length > 8) rows.push(`  … and ${spectra.length - 8} more`);
  const many = spectra.length === 1 ? "1 spectrum" : `${spectra.length.toLocaleString("en")} spectra`;
  const text = [`${file}  ${format} · ${technique} · ${many}`, ...rows, ...warningLines(notices).map((line) => `  warning   ${line}`)].join(
    "\n",
  );
  return { facts: { file, format, technique, spectra: spectra.map(describe), warnings: notices, meta }, text };
}

function thermalFacts(file: string, run: ThermalRun): DiffractionFacts {
  const { format, technique, temperatureCelsius: t, notices, meta, segments } = run;
  const has = [
    ...(run.massPercent ? ["mass"] : []),
    ...(run.heatFlowWattPerGram ? ["heat flow"] : []),
    ...(run.timeSecond ? ["time"] : []),
  ];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of t) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  const mass = run.sampleMassMilligram === null ? "" : ` · ${run.sampleMassMilligram} mg`;
  const text = [
    `${file}  ${format} · ${technique} · ${count(t.length, "row")} · ${low.toFixed(1)} to ${high.toFixed(1)} °C · ${has.join(", ")}${mass}`,
    ...(segments.length > 1 ? segments.map((s, k) => `  segment ${k + 1}  ${s.name}, ${count(s.last - s.first + 1, "row")}`) : []),
    ...warningLines(notices).map((line) => `  warning   ${line}`),
  ].join("\n");
  const facts = {
    file,
    format,
    technique,
    points: t.length,
    temperature: [quantity(low, "°C"), quantity(high, "°C")],
    sampleMass: quantity(run.sampleMassMilligram, "mg"),
    has,
    segments: segments.map((s) => ({ name: s.name, rows: s.last - s.first + 1 })),
    warnings: notices,
    meta,
  };
  return { facts, text };
}

function ionFacts(file: string, { format, ions, spectra, pulses, notices }: IonTable): DiffractionFacts {
  const names = ions.map((ion) => ion.name);
  const text = [
    `${file}  ${format} · ${count(ions.length, "ion")} · ${count(spectra.length, "area")} · pulses ${pulses ? "stated" : "not stated"}`,
    `  ions      ${names.slice(0, 20).join(", ")}`,
    ...warningLines(notices).map((line) => `  warning   ${line}`),
  ].join("\n");
  return {
    facts: { file, format, technique: "ToF-SIMS", ions: names, areas: spectra, pulsesStated: pulses !== null, warnings: notices },
    text,
  };
}
