/**
 * Text in any encoding that cyclers and spreadsheets write, as UTF-8 bytes: UTF-8 with and without BOM,
 * UTF-16 (BOM, or zero bytes on one side), GB18030 (Chinese Windows), else windows-1252.
 */
import { checkCancelled, QUIET, type TaskContext } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";

type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "gb18030" | "windows-1252";

export interface TextFormat {
  encoding: Encoding;
  /** bytes of the byte order mark */
  skip: number;
}

/** The encoding by byte order mark, else by what the bytes can be. */
export function detectEncoding(head: Uint8Array): TextFormat {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: "utf-8", skip: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: "utf-16le", skip: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: "utf-16be", skip: 2 };
  const zeros = [0, 0];
  const length = Math.min(head.length, 1024);
  for (let i = 0; i < length; i++) if (head[i] === 0) zeros[i & 1]!++;
  const [even = 0, odd = 0] = zeros;
  if (odd > length / 4 && even < length / 100) return { encoding: "utf-16le", skip: 0 };
  if (even > length / 4 && odd < length / 100) return { encoding: "utf-16be", skip: 0 };
  return { encoding: decodes(head, "utf-8") ? "utf-8" : eightBit(head), skip: 0 };
}

function decodes(bytes: Uint8Array, encoding: string): boolean {
  try {
    // stream: a character cut by the end of the head is no error
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Chinese characters of common use are pairs of bytes from 0xA1 on; "µA" and "°C" in windows-1252 are not. */
function eightBit(bytes: Uint8Array): Encoding {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! < 0x80) continue;
    if (i + 1 < bytes.length && (bytes[i]! < 0xa1 || bytes[i + 1]! < 0xa1)) return "windows-1252";
    i++;
  }
  return decodes(bytes, "gb18030") ? "gb18030" : "windows-1252";
}

/** The head of a file as text. */
export function decodeHead(head: Uint8Array, format: TextFormat = detectEncoding(head)): string {
  return new TextDecoder(format.encoding).decode(head.subarray(format.skip), { stream: true });
}

/** Bytes of the file read at once. */
export const CHUNK = 1 << 21;

/** The file's text as UTF-8, piece by piece; pieces end anywhere. */
export async function* utf8Pieces(
  source: ByteSource,
  format: TextFormat,
  chunk = CHUNK,
  task: TaskContext = QUIET,
): AsyncGenerator<Uint8Array> {
  const decoder = format.encoding === "utf-8" ? undefined : new TextDecoder(format.encoding, { ignoreBOM: true });
  const encoder = new TextEncoder();
  for (let at = format.skip; at < source.size; at += chunk) {
    checkCancelled(task);
    const bytes = await source.read(at, Math.min(chunk, source.size - at));
    yield decoder ? encoder.encode(decoder.decode(bytes, { stream: true })) : bytes;
    task.progress(Math.min(at + chunk, source.size), source.size, "bytes");
  }
  const rest = decoder?.decode() ?? "";
  if (rest !== "") yield encoder.encode(rest);
}
