/**
 * The HDF5 library for files from elsewhere. It is written in C and trusts what a file says: a damaged one may lead it to overwrite its own memory, and
 * the next file, a sound one, would then be read wrongly and without an error.
 *
 * Whenever no file is open its memory becomes what it was when it was loaded (3 MB are copied: less than a millisecond). A library that WebAssembly had
 * to stop is not used again. What is written is written with a library of its own.
 */
import { ThioscopeError } from "@thioscope/core";
import { HAS_MANY } from "#hdf5-plugins";
import { type Hdf5, isWriting, loadLibrary } from "./library.ts";

/** A library with more memory than this, in bytes, is not used again after a file that failed. */
const MOST_KEPT = 2 ** 28;

let current: Promise<ReadingHdf5> | undefined;
let loaded = 0;

export class ReadingHdf5 {
  readonly hdf5: Hdf5;
  /** it was led out of its memory: nothing that it says counts any more */
  isBroken = false;
  #clean: Uint8Array;
  /** filters in it: they are loaded into its memory, and known outside of it too */
  #filters: number;
  #open = 0;
  #hasFailed = false;

  private constructor(hdf5: Hdf5) {
    this.hdf5 = hdf5;
    this.#clean = used(hdf5.module.HEAPU8);
    this.#filters = hdf5.loaded.size;
  }

  /** The library for one more file; `leave` when it is closed. */
  static async enter(): Promise<ReadingHdf5> {
    current ??= loadLibrary(++loaded).then((hdf5) => new ReadingHdf5(hdf5));
    const library = await current;
    if (library.isBroken) {
      throw new ThioscopeError("NOT_COMPUTABLE", "a damaged file has stopped the HDF5 library: load the page again to read HDF5 files");
    }
    library.#open++;
    return library;
  }

  /** What a call has thrown, or null where it failed otherwise. */
  failed(error: unknown): void {
    this.#hasFailed = true;
    if (!(error instanceof RangeError || (error instanceof Error && error.name === "RuntimeError"))) return;
    this.isBroken = true;
    this.#retire();
  }

  leave(): void {
    if (--this.#open > 0 || this.isBroken || (!HAS_MANY && isWriting())) return;
    const { module, files, installed, loaded } = this.hdf5;
    // a damaged file may not let itself be closed
    for (const [number, stream] of files.streams.entries()) if (number > 2 && stream) files.close(stream);
    // a filter may have come into memory behind our back: putting the memory back would leave half of it
    // memory once taken is kept, also what a damaged file only asked for
    if (HAS_MANY && this.#hasFailed && module.HEAPU8.length > MOST_KEPT) this.#retire();
    else if (installed.size > loaded.size) {
      if (this.#hasFailed) this.#retire();
    } else if (loaded.size === this.#filters) {
      module.HEAPU8.set(this.#clean);
      erase(module.HEAPU8, this.#clean.length);
    } else if (this.#hasFailed) this.#retire();
    else {
      this.#clean = used(module.HEAPU8);
      this.#filters = loaded.size;
    }
    this.#hasFailed = false;
  }

  /** The next file gets another library, where there can be one. */
  #retire(): void {
    if (HAS_MANY) current = undefined;
  }
}

/** Zeros from a byte on where it is not zero: memory that was asked for and never used stays without pages of its own, however much of it there is. */
function erase(memory: Uint8Array, from: number): void {
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length >> 2);
  const first = Math.ceil(from / 4);
  memory.fill(0, from, 4 * first);
  for (let i = first; i < words.length; i++) if (words[i] !== 0) words[i] = 0;
}

/** A copy up to the last byte that is not zero. */
function used(memory: Uint8Array): Uint8Array {
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length >> 2);
  let end = words.length;
  while (end > 0 && words[end - 1] === 0) end--;
  return memory.slice(0, 4 * end);
}
