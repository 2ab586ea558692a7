/**
 * A database of 1000 cells: opened and asked, in a process that has just started, and asked again. Each cell is a file of its own, with three cycles or more of its own capacity; the study is run once on threads.
 * Yardstick: reading the same results (run.json and cycles.parquet of each cell) from disk.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, readStudy, runStudy } from "@thioscope/study";
import { cyclingCsv } from "../tests/studies.ts";
import type { Case } from "./run.ts";

const CELLS = 1000;
/** what one waits for without noticing */
const LIMIT_MS = 1000;
const QUESTION =
  "select file, max(cycle) as cycles, max(discharge_mah) as best, min(discharge_mah) / max(discharge_mah) as kept from cycles group by file order by kept desc limit 20";

export async function cases(): Promise<Record<string, Case>> {
  const root = mkdtempSync(join(tmpdir(), "thioscope-bench-"));
  try {
    mkdirSync(join(root, "raw"));
    for (let k = 0; k < CELLS; k++) writeFileSync(join(root, "raw", `cell_${k}.csv`), cyclingCsv(3 + (k % 40), 12 + Math.floor(k / 40)));
    writeFileSync(join(root, "study.yaml"), "title: thousand cells\nsources:\n  cells: raw/*.csv\nsteps: [cycles]\n");
    const { index } = await runStudy(await readStudy(root), { engine: "threads" });
    const wrong = index.files.filter(({ error }) => error !== null);
    if (wrong.length > 0 || index.files.length !== CELLS)
      throw new Error(`${wrong.length} of ${index.files.length} cells failed: ${wrong[0]?.error?.message}`);
    const began = performance.now();
    for (const name of readdirSync(join(root, "results", "cycles"))) {
      readFileSync(join(root, "results", "cycles", name, "run.json"));
      readFileSync(join(root, "results", "cycles", name, "cycles.parquet"));
    }
    const yardstickMs = performance.now() - began;
    const opening = performance.now();
    const database = await openDatabase([root]);
    const opened = performance.now();
    const { rows } = await database.query(QUESTION);
    const asked = performance.now();
    const again = await database.query(QUESTION);
    const last = performance.now();
    database.close();
    if (rows.length !== 20 || again.rows.length !== 20) throw new Error("rows are missing");
    const of = (ms: number): Case => ({
      ms,
      rows: CELLS,
      rowsPerSecond: (1000 * CELLS) / ms,
      yardstick: "reading the results of all cells",
      yardstickMs,
      limitMs: LIMIT_MS,
    });
    return {
      [`${CELLS} cells: opened and asked`]: of(asked - opening),
      [`${CELLS} cells: asked`]: of(asked - opened),
      [`${CELLS} cells: asked again`]: of(last - asked),
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
