/** The one way this package puts bytes on disk: a `.part` beside the target, then a rename. */
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ThioscopeError } from "@thioscope/core";

/** What writes a file; tests pass one that fails. */
export type WriteFile = (path: string, content: Uint8Array | string | Iterable<string>) => Promise<void>;

/** What has just been done for the file: its `.part` is there, its bytes are written, they are on the disk, it has its name. */
export type Instant = "opened" | "written" | "synced" | "renamed";

/**
 * Writes `content` so that `path` holds either what it held before or all of it, whenever the process is killed.
 * The folder is made if it is absent.
 *
 * @throws ThioscopeError WRITE_FAILED with the reason of the file system; the `.part` is removed
 */
export const writeAtomic: WriteFile = atomicWriter();

/** {@link writeAtomic}, which lets a test stop at every instant. */
export function atomicWriter(at: (instant: Instant, path: string) => void | Promise<void> = () => {}): WriteFile {
  return async (path, content) => {
    const part = `${path}.${process.pid}.part`;
    try {
      await mkdir(dirname(path), { recursive: true });
      const handle = await open(part, "w");
      try {
        await at("opened", part);
        await handle.writeFile(content);
        await at("written", part);
        // the rename must not reach the disk before the bytes do
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await at("synced", part);
      await rename(part, path);
      await at("renamed", path);
    } catch (error) {
      await rm(part, { force: true }).catch(() => {});
      throw writeError(path, error);
    }
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the quota is used up",
  EFBIG: "files there may not be so large",
  EACCES: "writing there is not permitted",
  EPERM: "writing there is not permitted",
  EROFS: "the file system can only be read",
  ENOENT: "its folder is not there and cannot be made",
  EIO: "the device does not answer",
  ESTALE: "the share is gone",
  ENOTCONN: "the share is gone",
};

/** WRITE_FAILED with the file system's reason in words. */
export function writeError(path: string, error: unknown): ThioscopeError {
  const code = (error as NodeJS.ErrnoException).code;
  const why = (code === undefined ? undefined : REASONS[code]) ?? code ?? String(error);
  return new ThioscopeError("WRITE_FAILED", `${path} cannot be written: ${why}`, { file: path }, error);
}

/** What another process may be writing: a lock that it takes over, the report, study.yaml. */
const FOREIGN_MS = 60_000;

/** Removes what killed runs left of the study in `root`; nobody else may be writing below its results. */
export async function removeParts(root: string): Promise<void> {
  const results = join(root, "results");
  const own: string[] = [];
  const foreign: string[] = [];
  for (const name of await readdir(results, { recursive: true }).catch(() => [])) {
    if (/\.\d+\.part$/.test(name)) own.push(join(results, name));
    else if (/\.lock\.[0-9a-f-]+\.part$/.test(name)) foreign.push(join(results, name));
  }
  for (const name of await readdir(root).catch(() => [])) if (/\.(html|yaml)\.\d+\.part$/.test(name)) foreign.push(join(root, name));
  for (const path of foreign) {
    const found = await stat(path).catch(() => null);
    if (found && Date.now() - found.mtimeMs > FOREIGN_MS) own.push(path);
  }
  for (const path of own) await rm(path, { force: true }).catch(() => {});
}
