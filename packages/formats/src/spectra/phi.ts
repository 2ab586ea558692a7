/**
 * PHI (ULVAC-PHI) .spe: a text header between SOFH and EOFH, then 16 bytes, 96 bytes per spectral region and float32 intensities in the order of
 * the regions. The header's SpectralRegDef gives per region: points, step and ends of binding energy, dwell and pass energy.
 */
import { ThioscopeError } from "@thioscope/core";
import { type ByteSource, readAll } from "../bytes/source.ts";
import type { MeasuredSpectrum, SpectraFile } from "./model.ts";
import { countsOf, factsOf, leadingNumber } from "./text.ts";

const LARGEST_FILE = 256 << 20;
const END = "EOFH\r\n";
const FIRST = 16;
const REGION = 96;

export const looksLikePhi = (text: string): boolean => text.startsWith("SOFH") && text.includes("Technique:");

/** @throws ThioscopeError FILE_CUT, FILE_DAMAGED, FORMAT_VERSION for what is no spectrum */
export async function readPhi(source: ByteSource): Promise<SpectraFile> {
  if (source.size > LARGEST_FILE) throw new ThioscopeError("INVALID_INPUT", `${source.size} bytes: up to ${LARGEST_FILE} are read`);
  const bytes = await readAll(source);
  const whole = new TextDecoder("windows-1252").decode(bytes.subarray(0, Math.min(bytes.length, 1 << 20)));
  const end = whole.indexOf(END);
  if (end < 0) throw new ThioscopeError("FILE_CUT", "the header does not end with EOFH", { file: source.name, offset: 0 });
  const lines = whole.slice(0, end).split(/\r?\n/);
  const entries = lines.flatMap((line): [string, string][] => {
    const at = line.indexOf(":");
    return at > 0 ? [[line.slice(0, at), line.slice(at + 1).trim()]] : [];
  });
  const all = (name: string): string[] => entries.filter(([key]) => key === name).map(([, value]) => value);
  const kind = all("FileType")[0] ?? "";
  if (!kind.startsWith("SPECTRUM"))
    throw new ThioscopeError("FORMAT_VERSION", `PHI files of the type "${kind}" are not read; SPECTRUM is`, {
      file: source.name,
      offset: 0,
    });
  const regions = all("SpectralRegDef").map((line) => line.split(/\s+/));
  if (regions.length === 0)
    throw new ThioscopeError("FILE_DAMAGED", "the header defines no spectral region", { file: source.name, offset: 0 });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = end + END.length + FIRST + REGION * regions.length;
  const excitation = leadingNumber(all("XraySource")[0]?.replace(/^[A-Za-z]+\s*/, ""));
  const workFunction = leadingNumber(all("AnalyserWorkFcn")[0]);
  const spectra = regions.map((words, k): MeasuredSpectrum => {
    const name = words[2] ?? `region ${k + 1}`;
    const [points, step, from] = [Number(words[4]), Number(words[5]), Number(words[6])];
    if (!(Number.isInteger(points) && points > 0) || !Number.isFinite(step) || !Number.isFinite(from))
      throw new ThioscopeError("FILE_DAMAGED", `region ${name}: "${words.slice(4, 7).join(" ")}" are no points, step and start`, {
        file: source.name,
      });
    if (at + 4 * points > bytes.length)
      throw new ThioscopeError("FILE_CUT", `region ${name} of ${points} points ends behind the file`, { file: source.name, offset: at });
    const y = Float64Array.from({ length: points }, (_, i) => view.getFloat32(at + 4 * i, true));
    at += 4 * points;
    const dwell = Number(words[10]);
    return {
      name,
      axis: "bindingEnergy",
      x: Float64Array.from({ length: points }, (_, i) => from + i * step),
      xUnit: "eV",
      y,
      yUnit: "counts/s",
      ...countsOf(y, dwell),
      ...(excitation ? { excitationElectronvolt: excitation } : {}),
      ...(workFunction === null ? {} : { workFunctionElectronvolt: workFunction }),
      meta: factsOf([
        ["pass energy eV", words[11] ?? ""],
        ["dwell s", words[10] ?? ""],
      ]),
    };
  });
  return { format: "phi-spe", technique: all("Technique")[0] ?? "XPS", meta: factsOf(entries), notices: [], spectra };
}
