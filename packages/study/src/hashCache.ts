/**
 * Hashes of raw files that were read before, by what the file system says of them: a beam time is 68 GB, and a second run of it reads none of them to know
 * that nothing has changed. Size, time of the content, time of the entry (which no program can set back) and place must all be the same; a file that
 * changed within the last seconds before it was hashed is hashed again, because the clock of a file system may be coarse. `thioscope verify` and
 * `--force` read every file.
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson, type TaskContext } from "@thioscope/core";
import { sha256OfFile } from "./hash.ts";
import type { WriteFile } from "./write.ts";

const FILE = "results/.hashes";
/** FAT counts in two seconds. */
const COARSE_MS = 2500;

interface Hashed {
  sha256: string;
  size: number;
}
interface Known extends Hashed {
  stamp: string;
}

export class HashCache {
  readonly #root: string;
  readonly #known: Readonly<Record<string, Known>>;
  readonly #now: Record<string, Known> = {};

  private constructor(root: string, known: Readonly<Record<string, Known>>) {
    this.#root = root;
    this.#known = known;
  }

  /** @param isFresh nothing that was known counts */
  static async open(root: string, isFresh: boolean): Promise<HashCache> {
    return new HashCache(root, isFresh ? {} : await readKnown(root));
  }

  /** SHA-256 and size of the study's file `path`. @throws ThioscopeError FILE_MISSING */
  async sha256Of(path: string, context: TaskContext): Promise<Hashed> {
    const began = Date.now();
    const before = await look(join(this.#root, path));
    const known = Object.hasOwn(this.#known, path) ? this.#known[path] : undefined;
    if (known && before && known.stamp === before.stamp) {
      this.#now[path] = known;
      return { sha256: known.sha256, size: known.size };
    }
    const hashed = await sha256OfFile(join(this.#root, path), context);
    if (before && began - before.changed > COARSE_MS) this.#now[path] = { ...hashed, stamp: before.stamp };
    return hashed;
  }

  async save(write: WriteFile): Promise<void> {
    if (canonicalJson(this.#now) === canonicalJson(this.#known)) return;
    await write(join(this.#root, FILE), JSON.stringify({ version: 1, files: this.#now }));
  }
}

async function look(path: string): Promise<{ stamp: string; changed: number } | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  if (!found) return null;
  const { size, mtimeNs, ctimeNs, ino } = found;
  return { stamp: `${size} ${mtimeNs} ${ctimeNs} ${ino}`, changed: Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n) };
}

/** What cannot be read, or is something else, is nothing. */
async function readKnown(root: string): Promise<Record<string, Known>> {
  try {
    const { version, files } = JSON.parse(await readFile(join(root, FILE), "utf8")) as { version: number; files: Record<string, Known> };
    const isGood = ({ stamp, sha256, size }: Known): boolean =>
      typeof stamp === "string" && /^[0-9a-f]{64}$/.test(sha256) && Number.isSafeInteger(size);
    return version === 1 ? Object.fromEntries(Object.entries(files).filter(([, known]) => isGood(known))) : {};
  } catch {
    return {};
  }
}
