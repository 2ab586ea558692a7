/** Peaks of dQ/dV as a step of a study: on a file of the virtual cycler, whose plateaus are the expected values. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findStudies, openDatabase, readStudy, runStudy } from "@thioscope/study";
import { VIRTUAL_CELLS, virtualCycling, writeVirtual } from "@thioscope/virtual";
import { expect, test } from "vitest";

const CELL = `name: S@C-NAS
diameter: 10 mm
layers:
  - { role: separator, composition: { NAS: 100 wt% }, mass: 80 mg }
  - { role: cathode, composition: { S: 12 wt%, C: 8 wt%, NAS: 80 wt% }, mass: 3.2 mg, active: S }
`;

test("dqdv: { peaks: true } puts potentials and capacities of all steps into the view `peaks`", async () => {
  const folder = await mkdtemp(join(tmpdir(), "thioscope-peaks-"));
  try {
    await mkdir(join(folder, "raw"));
    const cell = { ...VIRTUAL_CELLS.nas, protocol: [{ ...VIRTUAL_CELLS.nas.protocol[0], cycles: 3 }] };
    await writeFile(join(folder, "raw/run.mpt"), writeVirtual(virtualCycling(cell, "study"), "biologic-mpt"));
    await writeFile(join(folder, "cell.yaml"), CELL);
    await writeFile(join(folder, "study.yaml"), "cell: cell.yaml\nsources: { cycling: raw/run.mpt }\nsteps:\n  - dqdv: { peaks: true }\n");
    await runStudy(await readStudy(folder));
    const database = await openDatabase(await findStudies([folder]));
    const { rows } = await database.query(
      "select track, round(potential_volt, 2), cut_by, capacity_mah_g / 1976 from peaks where direction = 'discharge' and cycle = 1 order by track",
    );
    expect(rows.map(([track, volt, cut]) => [track, volt, cut])).toEqual([
      [1, null, "limit"],
      [2, 1.05, ""],
      [3, 1.25, ""],
      [4, 1.75, ""],
    ]);
    for (const [k, share] of [0.063, 0.479, 0.208, 0.228].entries()) expect(Math.abs((rows[k]![3] as number) - share)).toBeLessThan(0.004);
    expect((await database.query("select count(*), count(potential_volt), min(closure_percent) > 99.5 from peaks")).rows).toEqual([
      [18, 15, true],
    ]);
    database.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("without it the view is there and empty", async () => {
  const folder = await mkdtemp(join(tmpdir(), "thioscope-peaks-"));
  try {
    await mkdir(join(folder, "raw"));
    const cell = { ...VIRTUAL_CELLS["nas-c"], protocol: [{ ...VIRTUAL_CELLS["nas-c"].protocol[0], cycles: 1 }] };
    await writeFile(join(folder, "raw/run.mpt"), writeVirtual(virtualCycling(cell, "study"), "biologic-mpt"));
    await writeFile(join(folder, "study.yaml"), "sources: { cycling: raw/run.mpt }\nsteps: [dqdv]\n");
    await runStudy(await readStudy(folder));
    const database = await openDatabase(await findStudies([folder]));
    expect((await database.query("select * from peaks")).rows).toEqual([]);
    database.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
