/**
 * Real files of impedance in a study: what each holds is told by content. Counts are those of the vendors' exports and of
 * the data's description: 89 points (PEIS of a solid-state cell), 61 cycles of GEIS with 29 rows of frequency 0 between
 * them, four spectra amid 108 rows of a Modulo Bat run, one spectrum of 29 points in a ZPlot file.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Story } from "@thioscope/core/story";
import { newStudy, openDatabase, readStudy, runStudy } from "@thioscope/study";
import { expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

describeData("a study of spectra", () => {
  test("is made, run, asked and told", async () => {
    const root = join(await mkdtemp(join(tmpdir(), "thioscope-eis-")), "study");
    try {
      const names = ["eis/PEIS_SSB.mpr", "eis/geis.mpr", "eis/data.z", "echem/mb.issue_223.mpr", "eis/sample_info.txt"];
      const found = await newStudy(root, names.map(dataFile), { link: true });
      expect(found.map(({ name, rows, spectra, isCycling }) => [name, rows, spectra, isCycling])).toEqual([
        ["PEIS_SSB.mpr", 89, 1, false],
        ["geis.mpr", 2528, 61, false],
        ["data.z", 29, 1, false],
        ["mb.issue_223.mpr", 108, 4, true],
        ["sample_info.txt", null, 0, false],
      ]);
      const yaml = await readFile(join(root, "study.yaml"), "utf8");
      // a declared circuit is quick, and its own result
      await writeFile(join(root, "study.yaml"), yaml.replace("circuit: auto", "circuit: R0-p(R1,CPE1)-CPE2"));
      const { index } = await runStudy(await readStudy(root));
      expect(index.files.map(({ error }) => error)).toEqual([null, null, null, null]);
      const database = await openDatabase([root]);
      const { rows } = await database.query("select file, count(distinct spectrum), count(*) from spectra group by file order by file");
      database.close();
      expect(rows).toEqual([
        ["PEIS_SSB.mpr", 1, 89],
        ["data.z", 1, 29],
        // 2528 rows less 29 without a frequency
        ["geis.mpr", 61, 2499],
        ["mb.issue_223.mpr", 4, expect.any(Number)],
      ]);
      const story = JSON.parse(await readFile(join(root, "results", index.story!, "story.json"), "utf8")) as Story;
      expect(story.files.map((file) => [file.name, file.trace.row.length > 0, file.impedance?.spectra.length])).toEqual([
        ["PEIS_SSB.mpr", false, 1],
        ["geis.mpr", false, 61],
        ["data.z", false, 1],
        ["mb.issue_223.mpr", true, 4],
      ]);
    } finally {
      await rm(join(root, ".."), { recursive: true, force: true });
    }
  });
});
