/** Content that must be at hand as a whole, bounded. */
import { ThioscopeError } from "@thioscope/core";
import type { TrajectoryInput } from "./model.ts";

const MOST_BYTES = 1 << 27;

/** All bytes; INVALID_INPUT for more than 128 MB. */
export async function wholeContent({ chunks, source }: TrajectoryInput): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      throw new ThioscopeError("INVALID_INPUT", `more than ${MOST_BYTES} bytes: this format is read whole, up to that size`, {
        file: source.name,
      });
    }
    parts.push(chunk.slice());
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The first `atoms` symbols of `named`, checked to be as many; type names where there is none. */
export function speciesFrom(named: readonly string[] | null, atoms: number, file: string): readonly string[] {
  if (named && named.length !== atoms) {
    throw new ThioscopeError("FILE_DAMAGED", `the second file has ${named.length} atoms, this one ${atoms}`, { file });
  }
  return named ?? Array<string>(atoms).fill("X");
}
