import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { expect, test } from "vitest";
import { openAsByteSource, openAtOnce } from "./fileSource.ts";

test("a file that is not there: the reason, and the one that may have been meant", async () => {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-source-"));
  try {
    writeFileSync(join(folder, "C09.mpr"), "x");
    const slip = join(folder, "C09.mrp");
    await expect(openAsByteSource(slip)).rejects.toMatchObject({
      code: "FILE_MISSING",
      message: `${slip} cannot be opened: it does not exist; did you mean C09.mpr?`,
      place: { file: slip },
    });
    const far = join(folder, "impedance.csv");
    await expect(openAsByteSource(far)).rejects.toMatchObject({ message: `${far} cannot be opened: it does not exist` });
    await expect(openAsByteSource(join(folder, "gone", "C09.mpr"))).rejects.toThrow(/it does not exist$/);
    await expect(openAsByteSource(folder)).rejects.toThrow(/is not a file: it is a folder; name files in it/);
    // at once: the same words, the same bytes
    for (const path of [slip, folder]) {
      const said = await openAsByteSource(path).catch((error: unknown) => error);
      expect(await openAtOnce(path).catch((error: unknown) => error)).toEqual(said);
    }
    const text = join(folder, "text");
    writeFileSync(text, "0123456789");
    const source = await openAtOnce(text);
    expect(new TextDecoder().decode(await source.read(2, 5))).toBe("23456");
    await expect(source.read(8, 5)).rejects.toBeInstanceOf(ThioscopeError);
    truncateSync(text, 4);
    await expect(source.read(2, 5)).rejects.toMatchObject({ code: "FILE_CUT" });
    await source.close();
    await source.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
