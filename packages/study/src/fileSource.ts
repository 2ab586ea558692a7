/** A file on disk as a ByteSource: opened once, read where asked, closed by the caller. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { nearest, ThioscopeError } from "@thioscope/core";
import { type ByteSource, checkRange } from "@thioscope/formats/bytes";

export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/** Opens `path`; FILE_MISSING says why it cannot be, and which file of the folder may have been meant. */
export async function openAsByteSource(path: string): Promise<FileSource> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    const stat = await handle.stat();
    if (!stat.isFile()) throw notAFile(path, stat.isDirectory());
    const opened = handle;
    return fileSource(basename(path), stat.size, {
      read: async (bytes, from, offset) => (await opened.read(bytes, from, bytes.length - from, offset)).bytesRead,
      close: () => opened.close(),
    });
  } catch (error) {
    await handle?.close();
    throw await openingError(path, error);
  }
}

/**
 * {@link openAsByteSource} for a thread that answers nobody: it waits for the disk itself, which takes a third of the time of asking another thread to, five times a file.
 * Only for disks that are near.
 */
export async function openAtOnce(path: string): Promise<FileSource> {
  let handle: number | undefined;
  try {
    handle = openSync(path, "r");
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw notAFile(path, stat.isDirectory());
    const opened = handle;
    let isOpen = true;
    return fileSource(basename(path), stat.size, {
      read: async (bytes, from, offset) => readSync(opened, bytes, from, bytes.length - from, offset),
      close: async () => {
        // its number may be another file's by now
        if (isOpen) closeSync(opened);
        isOpen = false;
      },
    });
  } catch (error) {
    if (handle !== undefined) closeSync(handle);
    throw await openingError(path, error);
  }
}

const notAFile = (path: string, isFolder = false): ThioscopeError =>
  new ThioscopeError(
    "FILE_MISSING",
    `${path} is not a file${isFolder ? `: it is a folder; name files in it (${path.replace(/[/\\]+$/, "")}/*), or \`thioscope new STUDY --from ${path}\` recognises them all` : ""}`,
    { file: path },
  );

async function openingError(path: string, error: unknown): Promise<ThioscopeError> {
  if (error instanceof ThioscopeError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const why =
    code === "ENOENT"
      ? `it does not exist${await suggestion(path)}`
      : code === "EACCES"
        ? "reading it is not permitted"
        : String(code ?? error);
  return new ThioscopeError("FILE_MISSING", `${path} cannot be opened: ${why}`, { file: path }, error);
}

/** The name beside it that a slip of the fingers turns into this one; nothing where the folder cannot be read. */
async function suggestion(path: string): Promise<string> {
  const beside = await readdir(dirname(path)).catch(() => []);
  const guess = beside.length > 10_000 ? undefined : nearest(basename(path), beside);
  return guess === undefined ? "" : `; did you mean ${guess}?`;
}

/** An open file. */
interface Opened {
  /** into `bytes` from `from` on; @returns how many were read */
  read(bytes: Uint8Array, from: number, offset: number): Promise<number>;
  close(): Promise<void>;
}

function fileSource(name: string, size: number, opened: Opened): FileSource {
  const fill = async (offset: number, bytes: Uint8Array): Promise<void> => {
    checkRange({ name, size }, offset, bytes.length);
    for (let done = 0; done < bytes.length; ) {
      const bytesRead = await opened.read(bytes, done, offset + done);
      if (bytesRead === 0) {
        throw new ThioscopeError("FILE_CUT", "the file became shorter while it was read", { file: name, offset: offset + done });
      }
      done += bytesRead;
    }
  };
  return {
    name,
    size,
    async read(offset, length) {
      // before memory is taken
      checkRange({ name, size }, offset, length);
      const bytes = new Uint8Array(length);
      await fill(offset, bytes);
      return bytes;
    },
    readInto: fill,
    close: () => opened.close(),
  };
}
