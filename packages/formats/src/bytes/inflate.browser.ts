/** Raw deflate in the browser, synchronous so that readers are the same everywhere. */
import { inflateSync } from "fflate";

/** Inflates to at most `size` bytes; throws on damage or on more. */
export function inflateRaw(bytes: Uint8Array, size: number): Uint8Array {
  return inflateSync(bytes, { out: new Uint8Array(size) });
}
