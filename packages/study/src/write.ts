/** The one way this package puts bytes on disk: a `.part` beside the target, then a rename. */
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { ThioscopeError } from "@thioscope/core";

/** What writes a file; tests pass one that fails. */
export type WriteFile = (path: string, content: Uint8Array | string | Iterable<string>) => Promise<void>;

/**
 * Writes `content` so that `path` holds either what it held before or all of it, whenever the process is killed.
 * The folder is made if it is absent.
 *
 * @throws ThioscopeError WRITE_FAILED with the reason of the file system; the `.part` is removed
 */
export const writeAtomic: WriteFile = async (path, content) => {
  const part = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(part, "w");
    try {
      await handle.writeFile(content);
      // the rename must not reach the disk before the bytes do
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === "ENOSPC"
        ? "the disk is full"
        : code === "EACCES" || code === "EROFS"
          ? "writing there is not permitted"
          : (code ?? String(error));
    throw new ThioscopeError("WRITE_FAILED", `${path} cannot be written: ${why}`, { file: path }, error);
  }
};
