/** Content hashes: of raw files, of tasks, and of the program that computes. */
import { createHash, subtle } from "node:crypto";
import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkCancelled, QUIET, type TaskContext, ThioscopeError } from "@thioscope/core";

export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Large content is hashed beside this thread, which may have to answer somebody meanwhile. */
export async function sha256Beside(content: Uint8Array): Promise<string> {
  if (content.length < 65_536) return sha256(content);
  return Buffer.from(await subtle.digest("SHA-256", content as Uint8Array<ArrayBuffer>)).toString("hex");
}

/** SHA-256 of a file, read in pieces; FILE_MISSING if it cannot be read. */
export async function sha256OfFile(path: string, context: TaskContext = QUIET): Promise<{ sha256: string; size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      checkCancelled(context);
      hash.update(chunk as Buffer);
      size += (chunk as Buffer).length;
    }
  } catch (error) {
    if (error instanceof ThioscopeError) throw error;
    throw new ThioscopeError("FILE_MISSING", `${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`, { file: path }, error);
  }
  return { sha256: hash.digest("hex"), size };
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
