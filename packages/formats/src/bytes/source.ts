/** Random access to bytes, wherever they are: a file, a dropped Blob, memory. Readers never see a path. */
import { ThioscopeError } from "@thioscope/core";

export interface ByteSource {
  /** The file's name, for messages and for hints in it; not a path to be opened. */
  readonly name: string;
  readonly size: number;
  /** Exactly `length` bytes from `offset`, as a view the caller must not write to; FILE_CUT past the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The same into the caller's memory, filled as a whole; where a source has it, large files are read without new memory. */
  readInto?(offset: number, target: Uint8Array): Promise<void>;
}

/** Refuses a range outside [0, size): every source's first line. */
export function checkRange(source: { name: string; size: number }, offset: number, length: number): void {
  if (!(offset >= 0 && length >= 0 && offset + length <= source.size)) {
    throw new ThioscopeError("FILE_CUT", `bytes ${offset} to ${offset + length} are needed, the file ends at ${source.size}`, {
      file: source.name,
      offset: Math.max(0, Math.min(offset, source.size)),
    });
  }
}

/** Bytes in memory. */
export function sourceOfBytes(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    async read(offset, length) {
      checkRange({ name, size: bytes.length }, offset, length);
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** A browser's File or Blob. */
export function sourceOfBlob(name: string, blob: Blob): ByteSource {
  return {
    name,
    size: blob.size,
    async read(offset, length) {
      checkRange({ name, size: blob.size }, offset, length);
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    },
  };
}

/** The whole content; for formats that can only be read whole. */
export function readAll(source: ByteSource): Promise<Uint8Array> {
  return source.read(0, source.size);
}
