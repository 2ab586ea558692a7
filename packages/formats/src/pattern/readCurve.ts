/**
 * Columns of numbers with whatever stands above them: .xy, .xye, .chi, .gr, .fq, .sq, .iq of powder diffraction and total scattering. The longest run of lines
 * of one width is the curve; "name = value" lines of the head are kept (PDFgetX3 writes its whole configuration there).
 */
import { ThioscopeError } from "@thioscope/core";
import { packingOf, unpackedChunks } from "../bytes/chunks.ts";
import type { ByteSource } from "../bytes/source.ts";

export interface Curve {
  x: Float64Array;
  y: Float64Array;
  /** third column, where there is one and none is below 0 */
  sigma: Float64Array | null;
  /** names of the columns, where a line above the numbers has as many words */
  names: readonly string[] | null;
  meta: Readonly<Record<string, string>>;
}

const LARGEST = 2 ** 26;
const LEAST = 8;

/** @throws ThioscopeError FILE_EMPTY, FILE_FOREIGN (no two columns of numbers), FILE_DAMAGED with the line where x does not rise, INVALID_INPUT for more than 64 MB */
export async function readCurve(source: ByteSource): Promise<Curve> {
  const file = source.name;
  if (source.size === 0) throw new ThioscopeError("FILE_EMPTY", "the file holds no bytes", { file });
  const lines = (await textOf(source)).split(/\r\n|\r|\n/);
  let best = { from: 0, to: 0, width: 0 };
  let run = { from: 0, to: 0, width: 0 };
  const rows: (number[] | null)[] = lines.map(numbers);
  for (const [i, row] of rows.entries()) {
    if (row && row.length === run.width) run.to = i + 1;
    else if (row) run = { from: i, to: i + 1, width: row.length };
    else if (lines[i]!.trim() !== "") run = { from: i, to: i, width: 0 };
    if (run.width >= 2 && run.to - run.from > best.to - best.from) best = { ...run };
  }
  const found = rows.slice(best.from, best.to).filter((row) => row !== null);
  if (found.length < LEAST) throw new ThioscopeError("FILE_FOREIGN", "no two columns of numbers are in the text", { file });
  for (let i = 1; i < found.length; i++) {
    if (!(found[i]![0]! > found[i - 1]![0]!))
      throw new ThioscopeError("FILE_DAMAGED", `${found[i]![0]} follows ${found[i - 1]![0]}: the first column must rise`, {
        file,
        line: best.from + i + 1,
      });
  }
  const third = found.every((row) => row.length >= 3 && row[2]! >= 0);
  const column = (k: number): Float64Array => Float64Array.from(found, (row) => row[k]!);
  return {
    x: column(0),
    y: column(1),
    sigma: third ? column(2) : null,
    names: namesAbove(lines, best),
    meta: metaOf(lines.slice(0, best.from)),
  };
}

/** The whole text, unpacked; INVALID_INPUT for more than 64 MB. */
export async function textOf(source: ByteSource): Promise<string> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const isPacked = packingOf(await source.read(0, Math.min(16, source.size))) !== null;
  for await (const chunk of isPacked ? unpackedChunks(source) : whole(source)) {
    size += chunk.length;
    if (size > LARGEST)
      throw new ThioscopeError("INVALID_INPUT", `more than ${LARGEST} bytes: curves of up to that size are read`, { file: source.name });
    parts.push(chunk.slice());
  }
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  const text = new TextDecoder("utf-8", { fatal: false }).decode(bytes);
  return text.includes("\ufffd") ? new TextDecoder("latin1").decode(bytes) : text;
}

async function* whole(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (source.size > LARGEST)
    throw new ThioscopeError("INVALID_INPUT", `${source.size} bytes: curves of up to ${LARGEST} are read`, { file: source.name });
  yield await source.read(0, source.size);
}

const NUMBER = /^[+-]?(\d+(?:\.\d*)?|\.\d+)([eEdD][+-]?\d+)?$/;

function numbers(line: string): number[] | null {
  const words = line.trim().split(/[\s,;]+/);
  if (words.length < 2 || !words.every((word) => NUMBER.test(word))) return null;
  const row = words.map((word) => Number(word.replace(/[dD]/, "e")));
  return row.every(Number.isFinite) ? row : null;
}

function namesAbove(lines: readonly string[], { from, width }: { from: number; width: number }): string[] | null {
  for (let i = from - 1; i >= Math.max(0, from - 3); i--) {
    const words = lines[i]!.replace(/^[#%;!'"]+(L\s)?/, "")
      .trim()
      .split(/\s{2,}|[\t,;]+|\s+/)
      .filter((word) => word !== "");
    if (words.length === width && words.some((word) => /[A-Za-z]/.test(word))) return words;
  }
  return null;
}

/** Lines and characters of a head in which "name = value" is looked for. */
const [HEAD_LINES, HEAD_LENGTH] = [1000, 500];

function metaOf(head: readonly string[]): Record<string, string> {
  const meta: Record<string, string> = {};
  for (const line of head.slice(0, HEAD_LINES)) {
    if (line.length > HEAD_LENGTH) continue;
    for (const [, name, value] of line.matchAll(/([A-Za-z]\w*)\s*=\s*(\S[^=]*?)(?=\s{2,}|\s+\w+\s*=|\s*$)/g)) meta[name!] = value!;
  }
  return meta;
}
