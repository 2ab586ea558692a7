/**
 * Plain data as JSON that comes back exactly and is written the same by every process: JSON knows no NaN, no infinities, no −0 and no arrays of doubles, and the binary form of the JavaScript engine depends
 * on how it happens to hold a number. What JSON lacks becomes an object with the one key "$", arrays of doubles their little-endian bytes in base64.
 */
import { ThioscopeError } from "@thioscope/core";

const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-0": -0,
};

/** @throws ThioscopeError INVALID_INPUT for what is no plain data */
export function packExactly(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value, (_, v: unknown) => told(v)));
}

export function unpackExactly(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes), (_, v: unknown) => meant(v));
}

function told(value: unknown): unknown {
  if (typeof value === "number") {
    if (Object.is(value, -0)) return { $: "-0" };
    return Number.isFinite(value) ? value : { $: String(value) };
  }
  if (value instanceof Float64Array)
    return { $: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"), n: value.length };
  if (ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set || typeof value === "bigint")
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${Object.prototype.toString.call(value)} cannot be handed on: only plain data and arrays of doubles`,
    );
  return value;
}

function meant(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("$" in value)) return value;
  const { $: text, n } = value as { $: string; n?: number };
  if (n === undefined) return SPECIAL[text];
  const doubles = new Float64Array(n);
  new Uint8Array(doubles.buffer).set(Buffer.from(text, "base64"));
  return doubles;
}
