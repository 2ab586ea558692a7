/** Files below, at and beyond what is read at a time, beside the hash of their content as a whole. */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256OfFile } from "./hash.ts";

test("one after the other and at a time: what memory is used again for changes nothing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "thioscope-hash-"));
  try {
    const content = new Uint8Array(2 ** 24 + 7).map((_, i) => (i * i) >> 3);
    const sizes = [0, 1, 65_535, 65_536, 2 ** 24 - 1, 2 ** 24, 2 ** 24 + 7, 3];
    const wanted = sizes.map((size) => ({ size, sha256: createHash("sha256").update(content.subarray(0, size)).digest("hex") }));
    const paths = sizes.map((size) => join(folder, String(size)));
    for (const [k, path] of paths.entries()) await writeFile(path, content.subarray(0, sizes[k]));
    for (const [k, path] of paths.entries()) expect(await sha256OfFile(path)).toEqual(wanted[k]);
    expect(await Promise.all(paths.map((path) => sha256OfFile(path)))).toEqual(wanted);
    await expect(sha256OfFile(join(folder, "none"))).rejects.toMatchObject({ code: "FILE_MISSING" });
  } finally {
    await rm(folder, { recursive: true });
  }
});
