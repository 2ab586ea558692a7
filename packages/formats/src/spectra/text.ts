/** Text of instruments: decoded whatever it was written in, cut into lines, and numbers taken from it. */
import { ThioscopeError } from "@thioscope/core";
import { type ByteSource, readAll } from "../bytes/source.ts";

/** Text that is read whole. */
const LARGEST_TEXT = 256 << 20;

/** The file as text: UTF-16 by its mark, UTF-8 where it is valid, otherwise Windows-1252. */
export async function readText(source: ByteSource): Promise<string> {
  if (source.size > LARGEST_TEXT)
    throw new ThioscopeError("INVALID_INPUT", `${source.size} bytes of text: up to ${LARGEST_TEXT} are read`, { file: source.name });
  return decodeText(await readAll(source));
}

function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** The first bytes as text, for recognition; the last character may be cut. */
export function headText(head: Uint8Array): string {
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  return utf16 ? decodeText(head) : new TextDecoder("windows-1252").decode(head.subarray(0, 65536));
}

/** True where the bytes hold what no text does. */
export function looksBinary(head: Uint8Array): boolean {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return false;
  const probe = head.subarray(0, 4096);
  let odd = 0;
  for (const byte of probe) if (byte === 0 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13)) odd++;
  return odd > 0;
}

export const linesOf = (text: string): string[] => text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);

/** A finite number, or NaN: "1,5" only where `comma` says that commas are decimal. */
export function numberOf(text: string | undefined, comma = false): number {
  const clean = (text ?? "").trim();
  if (clean === "") return Number.NaN;
  return Number(comma ? clean.replace(",", ".") : clean);
}

/** The number that a header's value begins with: "45.0 mg" → 45. */
export function leadingNumber(text: string | undefined): number | null {
  const match = /^\s*([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?)/.exec(text ?? "");
  return match ? Number(match[1]!.replace(",", ".")) : null;
}

/** Headers of text as facts: at most 200 of them, each at most 300 characters. */
export function factsOf(entries: Iterable<readonly [string, string]>): Record<string, string | number> {
  const facts: Record<string, string | number> = {};
  let count = 0;
  for (const [name, value] of entries) {
    const key = name.trim().slice(0, 80);
    const clean = value.trim().slice(0, 300);
    if (key === "" || clean === "" || key === "__proto__") continue;
    if (++count > 200) break;
    const number = Number(clean);
    facts[key] = Number.isFinite(number) ? number : clean;
  }
  return facts;
}

/**
 * Counts per unit of y where y × factor are whole numbers, which is what only counts are: exports that a transmission function or a smoothing
 * went through have lost their Poisson errors.
 */
export function countsOf(y: Float64Array, factor: number): { countsPerUnit: number } | Record<string, never> {
  if (!(factor > 0)) return {};
  let whole = 0;
  for (const v of y) if (v >= 0 && Math.abs(v * factor - Math.round(v * factor)) <= 1e-3 + 1e-6 * v * factor) whole++;
  return whole >= 0.98 * y.length ? { countsPerUnit: factor } : {};
}
