/** Truth: the text exports that EC-Lab itself made of the same files. */
import { readCycling } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataSource, describeData } from "../data.ts";
import { comparePair, PAIRS } from "./biologic-vendor.ts";

describeData("BioLogic .mpr beside the vendor's .mpt", () => {
  for (const [mpr, mpt] of PAIRS) {
    test(`${mpr} holds every column of ${mpt} to the printed digit`, async () => {
      const columns = await comparePair(mpr, mpt);
      const wrong = columns.filter((c) => c.outside > 0 || c.rows[0] !== c.rows[1]);
      expect(wrong).toEqual([]);
    });
  }
});

describeData("BioLogic .mpr without a text export", () => {
  // rows and first and last values are stated in the data's own README files
  const facts: [file: string, technique: string, rows: number][] = [
    ["echem/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr", "GCPL", 46102],
    ["echem/GCPL-0.mpr", "GCPL", 4],
    ["echem/MB-0.mpr", "MB", 2],
    ["echem/MB-1.mpr", "GCPL", 13],
    ["echem/cv.issue_149.mpr", "CV", 5930],
    ["eis/CP_SSB.mpr", "CP", 30208],
    ["eis/PEIS_SSB.mpr", "PEIS", 89],
    ["eis/PEIS_LPSCl_IonBlocking_-25C.mpr", "PEIS", 79],
    ["eis/vsp_peis_with.mpr", "PEIS", 2240],
  ];
  for (const [path, technique, rows] of facts) {
    test(`${path} opens`, async () => {
      const file = await readCycling(dataSource(path));
      expect({ technique: file.technique, rows: file.rows }).toEqual({ technique, rows });
      expect(file.notices.filter((n) => n.code.startsWith("column-"))).toEqual([]);
      for (const column of file.columns) expect(column.values.length).toBe(rows);
    });
  }

  test("a wait holds no rows and says so", async () => {
    for (const path of ["echem/wait.mpr", "echem/wait.mpt"]) {
      const file = await readCycling(dataSource(path));
      expect(file.rows).toBe(0);
      expect(file.notices.map((n) => n.code)).toContain("no-rows");
    }
  });

  test("a solid-state cell's spectrum has the values its publisher states", async () => {
    const file = await readCycling(dataSource("eis/PEIS_SSB.mpr"));
    const column = (name: string): ArrayLike<number> => file.columns.find((c) => c.name === name)!.values;
    expect(column("real_impedance_ohm")[0]).toBeCloseTo(49.00869, 5);
    expect(column("real_impedance_ohm")[88]).toBeCloseTo(2416.7048, 4);
    expect(column("imaginary_impedance_ohm")[88]).toBeCloseTo(-454.96017, 5);
  });
});
