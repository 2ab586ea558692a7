/**
 * One run of a study at a time. The lock is a file with the process id of its owner; a lock whose owner has
 * ended is taken over. Only the owner's machine can ask whether a process lives, so the lock also names the
 * machine (as a hash) and its modification time is renewed while the run goes on.
 */
import { createHash, randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { writeError } from "./write.ts";

const RENEW_MS = 5_000;
/** A lock of another machine (a shared folder) that was not renewed for so long belongs to nobody. */
const FOREIGN_STALE_MS = 10 * 60_000;

interface Owner {
  pid: number;
  /** tells a process from a later one that got the same id; "" where the system does not say */
  born: string;
  machine: string;
  id: string;
}

export interface Lock {
  /**
   * WRITE_FAILED where the lock is not there any more: the share is gone, or the folder was moved, and what is written now would lie where nobody
   * looks for it.
   */
  check(): void;
  release(): void;
}

/** Takes the lock at `path`. @throws ThioscopeError STUDY_LOCKED while its owner runs, WRITE_FAILED */
export function takeLock(path: string): Lock {
  try {
    // not its parents: where the study's folder is gone, none is made in its place
    mkdirSync(dirname(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw writeError(path, error);
  }
  const mine: Owner = { pid: process.pid, born: bornOf(process.pid), machine: machineHash(), id: randomUUID() };
  for (let attempt = 0; ; attempt++) {
    try {
      writeNew(path, JSON.stringify(mine));
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw writeError(path, error);
    }
    const owner = readOwner(path);
    if (attempt > 10 || (owner !== "gone" && isAlive(owner, path))) {
      const who = owner === "gone" || owner === undefined ? "" : ` (process ${owner.pid})`;
      throw new ThioscopeError("STUDY_LOCKED", `another run of this study is going on${who}; wait for it or end it`, { file: path });
    }
    if (owner !== "gone") removeStale(path, owner);
  }
  const renewal = setInterval(() => {
    try {
      const now = new Date();
      utimesSync(path, now, now);
    } catch {
      // the folder is gone: the next write of the run says so
    }
  }, RENEW_MS);
  renewal.unref();
  const isMine = (): boolean => {
    const owner = readOwner(path);
    return owner !== "gone" && owner?.id === mine.id;
  };
  return {
    check() {
      if (isMine()) return;
      throw new ThioscopeError("WRITE_FAILED", `${path} is gone: the study's folder was moved, or its share is lost`, { file: path });
    },
    release() {
      clearInterval(renewal);
      if (isMine()) rmSync(path, { force: true });
    },
  };
}

/** EEXIST where the file is there; a disk that is full leaves no empty file behind. */
function writeNew(path: string, text: string): void {
  const handle = openSync(path, "wx");
  try {
    writeFileSync(handle, text);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

/** The owner; undefined if the text is not one; "gone" if there is no lock any more. */
function readOwner(path: string): Owner | undefined | "gone" {
  try {
    const owner = JSON.parse(readFileSync(path, "utf8")) as Owner;
    return Number.isSafeInteger(owner?.pid) && owner.pid > 0 ? owner : undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "gone" : undefined;
  }
}

function isAlive(owner: Owner | undefined, path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return false;
  const age = Date.now() - stat.mtimeMs;
  // no owner yet: another process may be between making the file and writing into it
  if (!owner) return age < 2_000;
  if (owner.machine !== machineHash()) return age < FOREIGN_STALE_MS;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return owner.born === bornOf(owner.pid);
}

/** Moves the stale lock away; if another process was faster and it was a fresh lock that moved, puts it back. */
function removeStale(path: string, stale: Owner | undefined): void {
  const aside = `${path}.${randomUUID()}.part`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readOwner(aside);
  const isStale = moved === undefined || (moved !== "gone" && moved.id === stale?.id);
  if (isStale) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function machineHash(): string {
  return createHash("sha256").update(hostname()).digest("hex").slice(0, 16);
}

/** Start time of a process in the kernel's ticks (field 22 of /proc/PID/stat). */
function bornOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
