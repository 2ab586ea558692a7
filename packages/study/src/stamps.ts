/** What the file system says of raw files: where it says something else after a file was read, the file changed meanwhile. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { inOrder } from "./inOrder.ts";

const AT_A_TIME = 8;

/** Size, time and place of a file. */
export async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  return found ? `${found.size} ${found.mtimeMs} ${found.ino}` : "gone";
}

/** Of a file that another machine may see under another number and with times of whole seconds. */
function fromAfar(stamp: string): string {
  const [size, time] = stamp.split(" ");
  return `${size} ${Math.floor(Number(time) / 1000)}`;
}

/**
 * A result is named by the hash of what it was made of: a file that changed since it was hashed would give it a wrong name.
 *
 * @param stamps of the files of the study in `root` before they were hashed
 * @param isElsewhere this machine is not the one that hashed them
 * @throws ThioscopeError FILE_CUT
 */
export async function requireUnchanged(root: string, stamps: Readonly<Record<string, string>>, isElsewhere: boolean): Promise<void> {
  await inOrder(Object.entries(stamps), AT_A_TIME, async ([file, before]) => {
    const now = await stampOf(join(root, file));
    if (before === now || (isElsewhere && fromAfar(before) === fromAfar(now))) return;
    throw new ThioscopeError("FILE_CUT", "the file changed while it was read: it is still being written; run again when it is whole", {
      file,
    });
  });
}
