/** A table of temperature and conductivity or diffusivity, with or without errors: text with names and units. */
import { conversionFactor, convert, isUnit, type Notice, parseUnit, sameDimension, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { findLayout } from "../delimited/layout.ts";
import { keyOf, resolveUnit, splitHeader } from "../header.ts";
import { linesOf, numberOf, readText } from "./text.ts";

export interface TemperatureTable {
  quantity: "conductivity" | "diffusivity";
  /** S/cm or cm2/s */
  unit: string;
  points: readonly { temperatureKelvin: number; value: number; sigma: number | null }[];
  notices: readonly Notice[];
}

const TEMPERATURE = ["temperature", "temperatur", "temp", "t", "temperaturecelsius", "temperaturekelvin"];
/** Name of the quantity, unit of the result, spellings. */
const QUANTITIES = [
  {
    quantity: "conductivity",
    unit: "S/cm",
    spellings: ["conductivity", "ionic conductivity", "ion conductivity", "σ", "sigma", "cond", "Leitfähigkeit", "σ ion", "kappa", "κ"],
  },
  {
    quantity: "diffusivity",
    unit: "cm2/s",
    spellings: [
      "diffusivity",
      "diffusion coefficient",
      "tracer diffusivity",
      "self diffusivity",
      "D",
      "D tracer",
      "D*",
      "Diffusionskoeffizient",
    ],
  },
] as const;
/** What a header of errors adds to the name of its quantity, or is alone. */
const ERROR = /(?:^|[\s_])(?:error|err|sigma|std|stdev|sd|uncertainty|standard error|fehler)$|^(?:±|u\(|σ\(|Δ)/i;

interface Found {
  at: number;
  unit: string;
}

/** The column that `names` head, in a unit that measures what `wanted` does. */
function find(headers: readonly string[], names: readonly string[], wanted: string): Found | undefined {
  const keys = names.map(keyOf);
  for (const [at, header] of headers.entries()) {
    for (const { name, unit = "" } of splitHeader(header)) {
      if (!keys.includes(keyOf(name))) continue;
      const resolved = unitOf(unit, wanted);
      if (resolved !== undefined) return { at, unit: resolved };
    }
  }
  return undefined;
}

/** A conductivity may be written per centimetre or per metre, a temperature in °C or K: the unit has to be there. */
function unitOf(text: string, wanted: string): string | undefined {
  const resolved = resolveUnit(text, wanted) ?? (isUnit(text) ? text : undefined);
  return resolved !== undefined && resolved !== "" && sameDimension(parseUnit(resolved), parseUnit(wanted)) ? resolved : undefined;
}

/**
 * Reads the table.
 *
 * @throws ThioscopeError FILE_FOREIGN where the content is no table, COLUMN_MISSING where no temperature or no quantity
 * with a unit is headed
 */
export async function readTemperatureTable(source: ByteSource): Promise<TemperatureTable> {
  const text = await readText(source);
  const layout = findLayout(new TextEncoder().encode(text), true);
  if (!layout?.named) throw new ThioscopeError("FILE_FOREIGN", "the content is no table with names of columns", { file: source.name });
  const { headers, separator, decimal, skip } = layout;
  const temperature = find(headers, TEMPERATURE, "K");
  const hits = QUANTITIES.flatMap((entry) => {
    const found = find(headers, entry.spellings, entry.unit);
    return found ? [{ ...entry, found }] : [];
  });
  const shown = headers.map((h) => `"${h}"`).join(", ");
  const hit = hits[0];
  if (!temperature || !hit) {
    const what = temperature ? "conductivity (S/cm) or diffusivity (cm2/s)" : "temperature (°C or K)";
    throw new ThioscopeError("COLUMN_MISSING", `no column of ${what} with its unit; the columns are ${shown}`, { file: source.name });
  }
  const notices: Notice[] = [];
  if (hits.length > 1)
    notices.push({ code: "column-twice", message: `both a conductivity and a diffusivity are there; ${hit.quantity} is taken` });
  const errorAt = headers.findIndex(
    (header, at) => at !== hit.found.at && at !== temperature.at && ERROR.test(splitHeader(header)[0]?.name ?? header),
  );
  const errorUnit =
    errorAt < 0
      ? undefined
      : (splitHeader(headers[errorAt]!)
          .map(({ unit = "" }) => unitOf(unit, hit.unit))
          .find((u) => u !== undefined) ?? hit.found.unit);
  const factor = conversionFactor(hit.found.unit, hit.unit);
  const points = [];
  let left = 0;
  for (const line of linesOf(text).slice(skip)) {
    if (line.trim() === "") continue;
    const fields = separator === " " ? line.trim().split(/\s+/) : line.split(separator);
    const at = (i: number): number => numberOf(fields[i]?.replace(/^"(.*)"$/, "$1"), decimal);
    const [t, value] = [at(temperature.at), at(hit.found.at)];
    if (Number.isNaN(t + value)) {
      left++;
      continue;
    }
    const sigma = errorAt < 0 ? Number.NaN : at(errorAt) * conversionFactor(errorUnit!, hit.unit);
    points.push({ temperatureKelvin: convert(t, temperature.unit, "K"), value: value * factor, sigma: sigma > 0 ? sigma : null });
  }
  if (left > 0)
    notices.push({
      code: "line-skipped",
      message: `${left} ${left === 1 ? "line holds" : "lines hold"} no temperature and value; left out`,
    });
  if (errorAt >= 0 && points.some(({ sigma }) => sigma === null)) {
    notices.push({
      code: "errors-incomplete",
      message: `"${headers[errorAt]}" does not give every point an error: the scatter of the points is used`,
    });
  }
  return { quantity: hit.quantity, unit: hit.unit, points, notices };
}
