/**
 * A .pssession file: JSON in UTF-16 (little endian, byte order mark in front and, as a mark of its own, behind).
 * Older versions write the same keys in lower case, so keys are compared without regard to case.
 */
import { ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { readAll } from "../bytes/source.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Strings longer than this many characters do not exist in the engines; larger sessions are refused before decoding. */
const MAX_BYTES = 2 ** 29;

/** The member of an object by name in any case; undefined where it is no object or lacks it. */
export function member(value: Json | undefined, name: string): Json | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  if (Object.hasOwn(value, name)) return value[name];
  const wanted = name.toLowerCase();
  for (const key of Object.keys(value)) if (key.toLowerCase() === wanted) return value[key];
  return undefined;
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

export function numberOf(value: Json | undefined): number {
  return typeof value === "number" ? value : Number.NaN;
}

function encodingOf(bytes: Uint8Array): { label: string; width: number; start: number } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { label: "utf-16le", width: 2, start: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { label: "utf-16be", width: 2, start: 2 };
  if (bytes[1] === 0) return { label: "utf-16le", width: 2, start: 0 };
  return { label: "utf-8", width: 1, start: bytes[0] === 0xef ? 3 : 0 };
}

/** True if the content starts as a session does: the type is its first member. */
export function looksLikeSession(head: Uint8Array): boolean {
  const { label, start } = encodingOf(head);
  const text = new TextDecoder(label).decode(head.subarray(start, start + 1024));
  return /^\s*\{\s*"type"\s*:\s*"PalmSens\./i.test(text);
}

/** Text up to the last complete object, with what is open there closed: what can be kept of a cut file. */
function closeJson(text: string): string | undefined {
  const open: string[] = [];
  let inText = false;
  let end = 0;
  let closers = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (inText) {
      if (c === "\\") i++;
      else if (c === '"') inText = false;
    } else if (c === '"') inText = true;
    else if (c === "{") open.push("}");
    else if (c === "[") open.push("]");
    else if (c === "}" || c === "]") {
      if (open.pop() !== c) break;
      if (c === "}") {
        end = i + 1;
        closers = open.toReversed().join("");
      }
    }
  }
  return end > 0 ? text.slice(0, end) + closers : undefined;
}

/** Without the blanks, zeros and broken signs at its end. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s\0\ufeff\ufffd]/.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/**
 * The session's content as JSON.
 *
 * @param salvage keep what is complete of a cut file
 * @returns `lost`: the byte offset from which nothing could be read
 * @throws ThioscopeError FILE_CUT where the text does not end, FILE_DAMAGED where it is not JSON
 */
export async function readSession(source: ByteSource, salvage: boolean): Promise<{ content: Json; lost?: number }> {
  if (source.size > MAX_BYTES) {
    throw new ThioscopeError("INVALID_INPUT", `the session has ${source.size} bytes; at most ${MAX_BYTES} can be read`, {
      file: source.name,
    });
  }
  const bytes = await readAll(source);
  const { label, width, start } = encodingOf(bytes);
  const text = withoutEnd(new TextDecoder(label, { ignoreBOM: true }).decode(bytes.subarray(start)));
  try {
    return { content: JSON.parse(text) as Json };
  } catch (error) {
    const position = Number(/position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1] ?? text.length);
    const offset = Math.min(source.size, start + width * position);
    if (salvage) {
      const kept = closeJson(text);
      try {
        if (kept !== undefined) return { content: JSON.parse(kept) as Json, lost: offset };
      } catch {
        // damaged inside, not cut: nothing to keep
      }
    }
    if (position >= text.length || !text.endsWith("}")) {
      throw new ThioscopeError("FILE_CUT", "the session's text ends before its last bracket closes", { file: source.name, offset });
    }
    throw new ThioscopeError("FILE_DAMAGED", `the session's text is not JSON from its character ${position} on`, {
      file: source.name,
      offset,
    });
  }
}
