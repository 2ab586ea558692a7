/**
 * SPECS SpecsLab: the Prodigy export .xy (regions, cycles and scans as text blocks with # comments) and the SpecsLab 2 document .xml.
 *
 * The XML holds the raw counts of each channel of the detector, point by point, with mcd_head points before and mcd_tail points after the region;
 * channel d sees the kinetic energy shifted by shift_d × pass energy. Channels are summed at the region's energies, interpolated linearly.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { SaxesParser } from "saxes";
import type { ByteSource } from "../bytes/source.ts";
import { lookup } from "../lookup.ts";
import type { MeasuredSpectrum, SpectraFile, SpectrumAxis } from "./model.ts";
import { countsOf, factsOf, linesOf, readText } from "./text.ts";

const AXES: Readonly<Record<string, SpectrumAxis>> = { "Binding Energy": "bindingEnergy", "Kinetic Energy": "kineticEnergy" };

/** @throws ThioscopeError FILE_DAMAGED */
export async function readSpecsXy(source: ByteSource): Promise<SpectraFile> {
  const facts = new Map<string, string>();
  const spectra: MeasuredSpectrum[] = [];
  let x: number[] = [];
  let y: number[] = [];
  const settings: [string, string][] = [];
  const close = (): void => {
    if (x.length === 0) return;
    const rate = facts.get("Count Rate") === "Counts per Second";
    const dwell = Number(facts.get("Dwell Time"));
    const scans = Number(facts.get("Number of Scans") ?? 1);
    const [excitation, work] = [Number(facts.get("Excitation Energy")), Number(facts.get("Eff. Workfunction"))];
    const seconds = dwell * (facts.get("Separate Scan Data") === "yes" ? 1 : scans);
    const used = spectra.filter((s) => s.name === name || s.name.startsWith(`${name} `)).length;
    spectra.push({
      name: used === 0 ? name : `${name} ${used + 1}`,
      axis: lookup(AXES, facts.get("Energy Axis") ?? "") ?? "unknown",
      x: Float64Array.from(x),
      xUnit: "eV",
      y: Float64Array.from(y),
      yUnit: rate ? "counts/s" : "counts",
      ...countsOf(Float64Array.from(y), rate ? seconds : 1),
      ...(excitation > 0 ? { excitationElectronvolt: excitation } : {}),
      ...(work > 0 ? { workFunctionElectronvolt: work } : {}),
      meta: factsOf(facts),
    });
    x = [];
    y = [];
  };
  let name = "region";
  for (const [row, line] of linesOf(await readText(source)).entries()) {
    if (line.startsWith("#")) {
      close();
      const entry = /^#\s*([^:]+):\s*(.*)$/.exec(line);
      if (entry) {
        facts.set(entry[1]!.trim(), entry[2]!.trim());
        if (entry[1]!.trim() === "Region") name = entry[2]!.trim() || "region";
        if (settings.length < 40) settings.push([entry[1]!, entry[2]!]);
      }
    } else if (line.trim() !== "") {
      const [a, b] = line
        .trim()
        .split(/[\s,;]+/, 2)
        .map(Number);
      if (!Number.isFinite(a) || !Number.isFinite(b))
        throw new ThioscopeError("FILE_DAMAGED", `"${line.slice(0, 40)}" is no pair of numbers`, { file: source.name, line: row + 1 });
      x.push(a!);
      y.push(b!);
    }
  }
  close();
  if (spectra.length === 0) throw new ThioscopeError("FILE_DAMAGED", "no spectrum stands between the comments", { file: source.name });
  return { format: "specs-xy", technique: facts.get("Analysis Method") ?? "XPS", meta: factsOf(settings), notices: [], spectra };
}

interface Region {
  name: string;
  facts: Record<string, string>;
  shifts: number[];
  scans: Float64Array[];
}

/** @throws ThioscopeError FILE_DAMAGED, FORMAT_VERSION where the document holds no counts of a region */
export async function readSpecsXml(source: ByteSource): Promise<SpectraFile> {
  const regions = parseXml(await readText(source), source.name);
  const notices: Notice[] = [];
  const used = new Set<string>();
  const spectra = regions.filter((r) => r.scans.length > 0).map((region) => spectrumOf(region, used, source.name));
  if (spectra.length === 0) throw new ThioscopeError("FORMAT_VERSION", "the document holds no region with counts", { file: source.name });
  const planned = regions.filter((r) => Number(r.facts["num_scans"]) > r.scans.length);
  for (const r of planned)
    notices.push({ code: "scans-missing", message: `${r.name}: ${r.facts["num_scans"]} scans were planned, ${r.scans.length} are there` });
  return { format: "specs-xml", technique: regions[0]?.facts["analysis_method"] ?? "XPS", meta: {}, notices, spectra };
}

/** Names of the elements that are kept, wherever in a region they stand. */
const KEPT = new Set([
  ...["analysis_method", "num_scans", "values_per_curve", "dwell_time", "scan_delta", "excitation_energy", "kinetic_energy"],
  ...["pass_energy", "effective_workfunction", "mcd_head", "mcd_tail"],
]);

function parseXml(xml: string, file: string): Region[] {
  const regions: Region[] = [];
  const parser = new SaxesParser();
  const stack: { tag: string; name: string; type: string }[] = [];
  let text = "";
  parser.on("error", (error) => {
    throw new ThioscopeError("FILE_DAMAGED", `the XML is broken: ${error.message}`, { file });
  });
  parser.on("opentag", (tag) => {
    text = "";
    const attribute = (key: string): string => (tag.attributes[key] as string | undefined) ?? "";
    const entry = { tag: tag.name, name: attribute("name"), type: attribute("type_name") };
    stack.push(entry);
    if (stack.length > 200) throw new ThioscopeError("FILE_DAMAGED", "elements nest deeper than 200", { file });
    if (entry.type === "RegionData") regions.push({ name: "region", facts: {}, shifts: [], scans: [] });
  });
  parser.on("text", (part) => {
    text += part;
  });
  parser.on("closetag", () => {
    const closed = stack.pop()!;
    const parent = stack[stack.length - 1];
    const region = regions[regions.length - 1];
    if (region) {
      if (closed.name === "name" && parent?.type === "RegionData") region.name = text.trim();
      else if (closed.name === "shift" && parent?.type === "Detector") region.shifts.push(Number(text));
      else if (KEPT.has(closed.name) && region.facts[closed.name] === undefined) region.facts[closed.name] = text.trim();
      else if (closed.name === "counts" || (closed.tag === "ulong" && parent?.name === "counts")) {
        const values = text.trim() === "" ? [] : text.trim().split(/\s+/).map(Number);
        const last = stack.find((e) => e.name === "scans");
        if (last && values.length > 0) region.scans.push(Float64Array.from(values));
      }
    }
    text = "";
  });
  parser.write(xml).close();
  return regions;
}

function spectrumOf(region: Region, used: Set<string>, file: string): MeasuredSpectrum {
  const number = (name: string): number => {
    const value = Number(region.facts[name]);
    if (!Number.isFinite(value)) throw new ThioscopeError("FILE_DAMAGED", `region ${region.name} states no ${name}`, { file });
    return value;
  };
  const points = number("values_per_curve");
  const [head, tail] = [number("mcd_head"), number("mcd_tail")];
  const channels = Math.max(1, region.shifts.length);
  const raw = points + head + tail;
  const delta = number("scan_delta");
  const kinetic = number("kinetic_energy");
  const pass = number("pass_energy");
  if (!(Number.isInteger(points) && points > 0) || !(delta > 0))
    throw new ThioscopeError("FILE_DAMAGED", `region ${region.name}: ${points} values at steps of ${delta} eV`, { file });
  const y = new Float64Array(points);
  for (const scan of region.scans) {
    if (scan.length !== raw * channels)
      throw new ThioscopeError("FILE_DAMAGED", `region ${region.name}: a scan holds ${scan.length} counts, not ${raw} × ${channels}`, {
        file,
      });
    for (let d = 0; d < channels; d++) {
      // the sample at which channel d sees the energy of point i
      const lead = head - ((region.shifts[d] ?? 0) * pass) / delta;
      for (let i = 0; i < points; i++) {
        const place = Math.min(raw - 1, Math.max(0, i + lead));
        const low = Math.min(raw - 2, Math.floor(place));
        const share = place - low;
        y[i] = y[i]! + (1 - share) * scan[low * channels + d]! + share * scan[(low + 1) * channels + d]!;
      }
    }
  }
  let name = region.name;
  for (let n = 2; used.has(name); n++) name = `${region.name} ${n}`;
  used.add(name);
  return {
    name,
    axis: "kineticEnergy",
    x: Float64Array.from({ length: points }, (_, i) => kinetic + i * delta),
    xUnit: "eV",
    y,
    yUnit: "counts",
    ...countsOf(y, 1),
    excitationElectronvolt: number("excitation_energy"),
    workFunctionElectronvolt: number("effective_workfunction"),
    meta: factsOf([...Object.entries(region.facts), ["scans", String(region.scans.length)], ["channels", String(channels)]]),
  };
}
