/** A file on disk as a ByteSource: opened once, read where asked, closed by the caller. */
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
    if (!stat.isFile()) throw new ThioscopeError("FILE_MISSING", `${path} is not a file`, { file: path });
    return fileSource(basename(path), stat.size, handle);
  } catch (error) {
    await handle?.close();
    if (error instanceof ThioscopeError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === "ENOENT"
        ? `it does not exist${await suggestion(path)}`
        : code === "EACCES"
          ? "reading it is not permitted"
          : String(code ?? error);
    throw new ThioscopeError("FILE_MISSING", `${path} cannot be opened: ${why}`, { file: path }, error);
  }
}

/** The name beside it that a slip of the fingers turns into this one; nothing where the folder cannot be read. */
async function suggestion(path: string): Promise<string> {
  const beside = await readdir(dirname(path)).catch(() => []);
  const guess = beside.length > 10_000 ? undefined : nearest(basename(path), beside);
  return guess === undefined ? "" : `; did you mean ${guess}?`;
}

function fileSource(name: string, size: number, handle: FileHandle): FileSource {
  const fill = async (offset: number, bytes: Uint8Array): Promise<void> => {
    checkRange({ name, size }, offset, bytes.length);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await handle.read(bytes, done, bytes.length - done, offset + done);
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
    close: () => handle.close(),
  };
}
