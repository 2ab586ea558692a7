/** The story of a virtual beam time, by the commands that a user types: its frames are simulated and analysed as files. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Story } from "@thioscope/core/story";
import { START } from "../cli/thioscope.ts";

/** @param size options of `thioscope xrd simulate` */
export function beamtimeStory(size: readonly string[]): Story {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-beamtime-"));
  const thioscope = (...args: string[]): void => {
    execFileSync(process.execPath, [...START, ...args], { cwd: folder, stdio: "ignore" });
  };
  try {
    thioscope("xrd", "simulate", "-o", "beamtime", ...size);
    thioscope("run", "beamtime");
    const results = join(folder, "beamtime", "results", "story");
    const paths = readdirSync(results).map((name) => join(results, name, "story.json"));
    const newest = paths.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0]!;
    return JSON.parse(readFileSync(newest, "utf8")) as Story;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
