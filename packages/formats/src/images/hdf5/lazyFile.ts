/**
 * An HDF5 file that is read page by page where the library asks, so that a file of any size takes bounded memory.
 *
 * The library reads synchronously, a ByteSource does not. A call that needs a page which is not there fails inside of the library (its read
 * returns EIO), the page is fetched, and the call is made again: its result counts only when no page was missing. Calls change nothing in the file.
 */
import { ThioscopeError } from "@thioscope/core";
import type { File as H5File } from "h5wasm";
import type { ByteSource } from "../../bytes/source.ts";
import { globalHeapSize, isSoundGlobalHeap, startsGlobalHeap } from "./globalHeap.ts";
import type { Hdf5 } from "./library.ts";
import { ReadingHdf5 } from "./reading.ts";

const PAGE = 2 ** 18;
/** Pages kept between calls, 32 MiB; a call keeps all that it needs. */
const KEPT_PAGES = 128;
/** Reads of one call: more is a structure that leads the library in circles. */
const MAX_READS = 1_000_000;
const EIO = 29;
const FOLDER = "/sources";

let opened = 0;

export class LazyFile {
  readonly source: ByteSource;
  readonly hdf5: Hdf5;
  readonly #library: ReadingHdf5;
  #isOpen = true;
  #file: H5File | undefined;
  readonly #name: string;
  readonly #pages = new Map<number, Uint8Array>();
  #touched = new Set<number>();
  #missing = new Set<number>();
  #reads = 0;

  private constructor(library: ReadingHdf5, source: ByteSource) {
    const { hdf5 } = library;
    this.#library = library;
    this.hdf5 = hdf5;
    this.source = source;
    this.#name = `${++opened}.h5`;
    hdf5.files.mkdirTree(FOLDER);
    const node = hdf5.files.createFile(FOLDER, this.#name, {}, true, false);
    node.usedBytes = source.size;
    node.stream_ops = { ...node.stream_ops, read: this.#read, mmap: undefined };
  }

  /** FILE_DAMAGED where the library does not accept the content. */
  static async open(source: ByteSource): Promise<LazyFile> {
    const lazy = new LazyFile(await ReadingHdf5.enter(), source);
    const { h5 } = lazy.hdf5;
    try {
      lazy.#file = await lazy.run(() => {
        const file = new h5.File(`${FOLDER}/${lazy.#name}`, "r");
        return file.file_id > 0n ? file : undefined;
      });
    } catch (error) {
      lazy.close();
      throw error;
    }
    if (lazy.#file) return lazy;
    lazy.#library.failed(null);
    lazy.close();
    throw new ThioscopeError("FILE_DAMAGED", "the HDF5 library cannot open the file: its first blocks are damaged or it was cut", {
      file: source.name,
      offset: 0,
    });
  }

  get file(): H5File {
    if (!this.#file) throw new ThioscopeError("INVALID_INPUT", "the file was closed", { file: this.source.name });
    return this.#file;
  }

  /** The result of `call`, made as often as pages are missing. An error of the library becomes FILE_DAMAGED. */
  async run<T>(call: () => T): Promise<T> {
    // every round brings at least one page that was missing
    const most = 2 * Math.ceil(this.source.size / PAGE) + 16;
    for (let round = 0; round < most; round++) {
      if (this.#library.isBroken) throw this.#stopped();
      if (!this.#isOpen) throw new ThioscopeError("INVALID_INPUT", "the file was closed", { file: this.source.name });
      this.#missing = new Set();
      this.#reads = 0;
      if (round === 0) this.#touched = new Set();
      let result: T | undefined;
      let failure: unknown;
      try {
        result = call();
      } catch (error) {
        failure = error;
      }
      if (this.#missing.size > 0) {
        await this.#fetch();
        continue;
      }
      this.#forget();
      if (failure === undefined) return result as T;
      this.#library.failed(failure);
      if (this.#library.isBroken) throw this.#stopped(failure);
      if (failure instanceof ThioscopeError) throw failure;
      const what = failure instanceof Error ? failure.message : String(failure);
      throw new ThioscopeError("FILE_DAMAGED", `an object of the HDF5 file cannot be read (${what})`, { file: this.source.name }, failure);
    }
    throw new ThioscopeError("FILE_DAMAGED", "the structure of the file has no end", { file: this.source.name });
  }

  #stopped(cause?: unknown): ThioscopeError {
    return new ThioscopeError(
      "FILE_DAMAGED",
      "this file, or one that was open beside it, is damaged so that the HDF5 library had to be stopped; nothing was read",
      { file: this.source.name },
      cause,
    );
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      if (!this.#library.isBroken) this.#file?.close();
    } catch (error) {
      this.#library.failed(error);
    }
    this.#file = undefined;
    this.#pages.clear();
    this.hdf5.files.unlink(`${FOLDER}/${this.#name}`);
    this.#library.leave();
  }

  /** emscripten's read: bytes copied, or EIO where a page is missing. */
  readonly #read = (_stream: unknown, target: Uint8Array, offset: number, length: number, position: number): number => {
    const end = Math.min(this.source.size, position + length);
    if (end <= position) return 0;
    if (++this.#reads > MAX_READS) throw new this.hdf5.files.ErrnoError(EIO);
    const bytes = this.#bytes(position, end);
    if (!bytes || this.#isBrokenHeap(bytes, position)) throw new this.hdf5.files.ErrnoError(EIO);
    target.set(bytes, offset);
    return bytes.length;
  };

  /** Null where a page is missing; it is then wanted. A view where all lies in one page. */
  #bytes(from: number, to: number): Uint8Array | null {
    const first = Math.floor(from / PAGE);
    const last = Math.floor((to - 1) / PAGE);
    for (let page = first; page <= last; page++) {
      this.#touched.add(page);
      if (!this.#pages.has(page)) this.#missing.add(page);
    }
    if (this.#missing.size > 0) return null;
    if (first === last) return this.#pages.get(first)!.subarray(from - first * PAGE, to - first * PAGE);
    const out = new Uint8Array(to - from);
    for (let at = from; at < to; ) {
      const page = Math.floor(at / PAGE);
      const start = at - page * PAGE;
      const piece = this.#pages.get(page)!.subarray(start, Math.min(PAGE, start + to - at));
      out.set(piece, at - from);
      at += piece.length;
    }
    return out;
  }

  /** The library never returns from a damaged collection of texts: one is looked through before it gets it. */
  #isBrokenHeap(bytes: Uint8Array, position: number): boolean {
    if (!startsGlobalHeap(bytes)) return false;
    const size = Math.min(globalHeapSize(bytes), this.source.size - position);
    const whole = size > bytes.length ? this.#bytes(position, position + size) : bytes;
    return whole === null || !isSoundGlobalHeap(whole);
  }

  /** Neighbouring pages in one read. */
  async #fetch(): Promise<void> {
    const wanted = [...this.#missing].sort((a, b) => a - b);
    for (let i = 0; i < wanted.length; ) {
      let n = 1;
      while (i + n < wanted.length && wanted[i + n] === wanted[i]! + n) n++;
      const start = wanted[i]! * PAGE;
      const bytes = await this.source.read(start, Math.min(n * PAGE, this.source.size - start));
      for (let k = 0; k < n; k++) this.#pages.set(wanted[i + k]!, bytes.subarray(k * PAGE, (k + 1) * PAGE));
      i += n;
    }
  }

  /** The oldest pages go, those of the last call stay the longest. */
  #forget(): void {
    if (this.#pages.size <= KEPT_PAGES) return;
    for (const page of this.#touched) {
      const bytes = this.#pages.get(page);
      if (!bytes) continue;
      this.#pages.delete(page);
      this.#pages.set(page, bytes);
    }
    for (const page of this.#pages.keys()) {
      if (this.#pages.size <= KEPT_PAGES) return;
      this.#pages.delete(page);
    }
  }
}
