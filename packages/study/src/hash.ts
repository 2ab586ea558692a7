/** Content hashes: of raw files, of tasks, and of the program that computes. */
import { createHash, subtle } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { checkCancelled, QUIET, type TaskContext, ThioscopeError } from "@thioscope/core";

export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Large content is hashed beside this thread, which may have to answer somebody meanwhile; the largest in pieces, since what is hashed beside is copied first. */
export async function sha256Beside(content: Uint8Array): Promise<string> {
  if (content.length < 65_536) return sha256(content);
  if (content.length > PIECE) {
    const hash = createHash("sha256");
    for (let at = 0; at < content.length; at += SLICE) {
      hash.update(content.subarray(at, at + SLICE));
      await setImmediate();
    }
    return hash.digest("hex");
  }
  return Buffer.from(await subtle.digest("SHA-256", content as Uint8Array<ArrayBuffer>)).toString("hex");
}

/** What is read at a time; files up to this size are hashed beside this thread. */
const PIECE = 2 ** 24;
/** Takes a few ms. */
const SLICE = 2 ** 21;
/** Memory for pieces, used again: thousands of files would leave gigabytes to be collected. */
const spare: Uint8Array<ArrayBuffer>[] = [];

function pieceOf(bytes: number): Uint8Array<ArrayBuffer> {
  const found = spare.findIndex((one) => one.length >= bytes);
  return found >= 0 ? spare.splice(found, 1)[0]! : new Uint8Array(bytes);
}

function giveBack(piece: Uint8Array<ArrayBuffer>): void {
  // few, and the largest of them
  spare.push(piece);
  spare.sort((a, b) => b.length - a.length).splice(4);
}

/** SHA-256 of a file, read in pieces; FILE_MISSING if it cannot be read. */
export async function sha256OfFile(path: string, context: TaskContext = QUIET): Promise<{ sha256: string; size: number }> {
  let file: FileHandle | undefined;
  let piece: Uint8Array<ArrayBuffer> | undefined;
  try {
    checkCancelled(context);
    file = await open(path);
    // one byte more: a file that ends there is seen to end
    piece = pieceOf(Math.min(PIECE, (await file.stat()).size + 1));
    const first = await fill(file, piece);
    if (first < piece.length) return { sha256: await sha256Beside(piece.subarray(0, first)), size: first };
    const hash = createHash("sha256").update(piece);
    let size = first;
    for (let more = piece.length; more > 0; size += more) {
      checkCancelled(context);
      more = await fill(file, piece);
      hash.update(piece.subarray(0, more));
    }
    return { sha256: hash.digest("hex"), size };
  } catch (error) {
    if (error instanceof ThioscopeError) throw error;
    throw new ThioscopeError("FILE_MISSING", `${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`, { file: path }, error);
  } finally {
    if (piece) giveBack(piece);
    await file?.close();
  }
}

/** Reads on until the memory is full or the file ends; @returns bytes read */
async function fill(file: FileHandle, piece: Uint8Array): Promise<number> {
  let done = 0;
  while (done < piece.length) {
    const { bytesRead } = await file.read(piece, done, piece.length - done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

let known: string | undefined;

/**
 * A hash of the code that results depend on (core, formats and the steps), so that a changed method never
 * finds the result of the old one.
 */
export function codeVersion(): string {
  if (known) return known;
  const hash = createHash("sha256");
  const here = dirname(fileURLToPath(import.meta.url));
  // sources or their build, whichever this file is; the entry that a package name leads to lies in either
  const kind = import.meta.url.endsWith(".ts") ? "src" : "dist";
  const folders = ["@thioscope/core", "@thioscope/formats"].map((name) =>
    join(dirname(fileURLToPath(import.meta.resolve(name))), "..", kind),
  );
  for (const [i, folder] of [...folders, join(here, "steps")].entries()) {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const name of names.filter((n) => /(?<!\.test|\.d)\.(ts|js|json)$/.test(n)).sort()) {
      hash.update(`${i}/${name}\n`).update(readFileSync(join(folder, name)));
    }
  }
  known = hash.digest("hex").slice(0, 16);
  return known;
}
