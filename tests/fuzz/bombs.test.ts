/**
 * Small files that would like to be large (archives, pictures, HDF5, XML entities, YAML aliases, lists in each other, counts of billions): each is
 * refused with a code, or read, within seconds and a gigabyte. They are read in a process of their own, whose memory is theirs alone.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

interface Line {
  name: string;
  outcome: string;
  milliseconds: number;
  polluted: boolean;
  peakMegabyte: number;
}

test("nothing explodes", { timeout: 300_000 }, () => {
  const done = spawnSync(process.execPath, ["--conditions=source", fileURLToPath(new URL("bombs.ts", import.meta.url))], {
    encoding: "utf8",
    timeout: 280_000,
  });
  expect(done.stderr).toBe("");
  const lines = done.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  expect(lines.length).toBeGreaterThan(30);
  for (const { name, outcome, milliseconds, polluted, peakMegabyte } of lines) {
    expect(outcome, name).toMatch(/^[A-Z_]+$|^read$/);
    // laughs, files of this machine, functions, aliases: none of them is content
    if (/laughs|machine|yaml|[48]00 MB|4 GB|60000|billion/.test(name)) expect(outcome, name).not.toBe("read");
    expect(milliseconds, name).toBeLessThan(5000);
    expect(polluted, name).toBe(false);
    expect(peakMegabyte, name).toBeLessThan(1000);
  }
});
