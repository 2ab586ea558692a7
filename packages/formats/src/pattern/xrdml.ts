/**
 * PANalytical XRDML (1.x and 2.x): XML with the wavelengths of the beam and, for each scan, positions (start and end, or a list) and intensities.
 *
 * `intensities` are corrected for the beam's attenuator, `counts` are not: the factors of `beamAttenuationFactors` are applied to those. Errors: √(counts), multiplied where the
 * attenuator was in. Coupled scans over 2θ of the same angles are added, which is how repeated scans are kept; the first is read where they differ.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { SaxesParser } from "saxes";
import { lookup } from "../lookup.ts";
import { checkedPattern, doubletOf, MOST_POINTS, type PatternFile } from "./patternFile.ts";

export const isXrdml = (text: string): boolean => /<xrdMeasurements\b/.test(text);

interface Scan {
  x: Float64Array;
  y: Float64Array;
  variance: Float64Array;
}

const WAVES: Readonly<Record<string, number>> = { Angstrom: 1, nm: 10 };

/** @throws FILE_DAMAGED for broken XML and lists that do not fit, FORMAT_VERSION where no scan is one over 2θ */
export function readXrdml(text: string, file: string): PatternFile {
  const path: string[] = [];
  const damaged = (what: string): ThioscopeError => new ThioscopeError("FILE_DAMAGED", what, { file });
  const scans: Scan[] = [];
  const waves: Record<string, number> = {};
  const meta: Record<string, string> = {};
  let content = "";
  let unit = "";
  let axis = "";
  let own: Record<string, number[]> = {};
  let others = 0;
  const list = (): number[] => {
    const words = content.trim() === "" ? [] : content.trim().split(/\s+/);
    if (words.length > MOST_POINTS) throw damaged(`${words.length} values: up to ${MOST_POINTS} are possible`);
    return words.map(Number);
  };
  const keep = (name: string): void => {
    own[name] = list();
  };
  const onAxis = (name: string): void => {
    if (axis === "2Theta") keep(name);
  };
  const tell = (name: string): void => {
    meta[name] ??= content.trim().slice(0, 200);
  };
  const closed: Readonly<Record<string, () => void>> = {
    kAlpha1: () => wave("kAlpha1"),
    kAlpha2: () => wave("kAlpha2"),
    ratioKAlpha2KAlpha1: () => {
      waves["ratio"] = Number(content);
    },
    startPosition: () => onAxis("start"),
    endPosition: () => onAxis("end"),
    listPositions: () => onAxis("list"),
    intensities: () => keep("intensities"),
    counts: () => keep("counts"),
    beamAttenuationFactors: () => keep("factors"),
    name: () => (path.at(-2) === "sample" ? tell("sample") : undefined),
    id: () => (path.at(-2) === "sample" ? tell("sample") : undefined),
    anodeMaterial: () => tell("anode"),
    startTimeStamp: () => tell("date"),
    scan: () => {
      const scan = scanOf(own, damaged);
      if (scan) scans.push(scan);
      else others++;
    },
  };
  const wave = (name: string): void => {
    const by = lookup(WAVES, unit);
    if (by !== undefined && Number(content) > 0) waves[name] = Number(content) * by;
  };
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw damaged(error.message);
  });
  parser.on("opentag", ({ name, attributes }) => {
    path.push(name);
    content = "";
    unit = String(attributes["unit"] ?? "");
    if (name === "positions") axis = String(attributes["axis"] ?? "");
    if (name === "scan") own = {};
  });
  parser.on("text", (part) => {
    content += part;
  });
  parser.on("closetag", ({ name }) => {
    lookup(closed, name)?.();
    path.pop();
    content = "";
  });
  parser.write(text).close();
  const [first] = scans;
  if (!first)
    throw new ThioscopeError(
      "FORMAT_VERSION",
      `no scan over 2θ with intensities is in the file${others > 0 ? `; ${others} of other axes` : ""}`,
      { file },
    );
  const alike = scans.filter(({ x }) => x.length === first.x.length && x.every((at, k) => Math.abs(at - first.x[k]!) < 1e-6));
  const notices: Notice[] = [];
  if (alike.length > 1) notices.push({ code: "scans-added", message: `${alike.length} scans of the same angles are added` });
  const left = scans.length - alike.length + others;
  if (left > 0) notices.push({ code: "ranges-left", message: `${left} scans of other angles or axes are left out` });
  const sum = (pick: (scan: Scan) => Float64Array): Float64Array =>
    first.x.map((_, k) => alike.reduce((total, scan) => total + pick(scan)[k]!, 0));
  return checkedPattern(file, {
    format: "XRDML",
    x: first.x,
    y: sum(({ y }) => y),
    sigma: sum(({ variance }) => variance).map((v) => Math.sqrt(Math.max(v, 1))),
    wavelengthAngstrom: waves["kAlpha1"] ?? null,
    doublet: doubletOf(waves["kAlpha1"] ?? null, waves["kAlpha2"] ?? null, waves["ratio"] ?? null),
    meta,
    notices,
  });
}

/** null for a scan of another axis, or without intensities. */
function scanOf(own: Readonly<Record<string, number[]>>, damaged: (what: string) => ThioscopeError): Scan | null {
  const raw = own["intensities"] ?? own["counts"];
  const isCounts = own["intensities"] === undefined;
  if (!raw || raw.length < 2 || !(own["list"] || (own["start"] && own["end"]))) return null;
  const n = raw.length;
  const factors = own["factors"];
  if (factors && factors.length !== n) throw damaged(`${factors.length} factors of attenuation for ${n} intensities`);
  if (own["list"] && own["list"].length !== n) throw damaged(`${own["list"].length} positions for ${n} intensities`);
  const [from, to] = [own["start"]?.[0] ?? 0, own["end"]?.[0] ?? 0];
  const factor = (k: number): number => factors?.[k] ?? 1;
  const y = Float64Array.from(raw, (value, k) => (isCounts ? value * factor(k) : value));
  return {
    x: own["list"] ? Float64Array.from(own["list"]) : Float64Array.from({ length: n }, (_, k) => from + ((to - from) * k) / (n - 1)),
    y,
    // y = factor × counts
    variance: y.map((value, k) => value * factor(k)),
  };
}
