import { readdirSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cyclingCsv } from "../../../tests/studies.ts";
import { findStudies, openDatabase, type StudyDatabase } from "./database.ts";
import { readIndex } from "./results.ts";
import { runStudy } from "./run.ts";
import { readStudy } from "./studyFile.ts";
import { VIEWS } from "./views.ts";

const CELL = `
name: it's cell 1
diameter: 10 mm
layers:
  - { role: anode, composition: { Na15Sn4: 100 wt% }, mass: 100 mg }
  - { role: separator, composition: { Na3PS4: 100 wt% }, mass: 80 mg }
  - { role: cathode, composition: { S: 50 wt%, C: 50 wt% }, mass: 4.0 mg, active: S }
reference: Na15Sn4
`;

let folder: string;
let database: StudyDatabase;
const rowsOf = async (sql: string): Promise<readonly (readonly unknown[])[]> => (await database.query(sql)).rows;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "thioscope-db-"));
  const one = join(folder, "studies/one's");
  const two = join(folder, "two");
  for (const [root, yaml] of [
    [one, "cell: cell.yaml\nsources: { long: raw/long.csv }\nsteps: [cycles, dqdv]\n"],
    // a folder's name may hold what stands for a pattern elsewhere
    [join(folder, "studies/p[1]*"), "sources: { short: raw/short.csv }\nsteps: [cycles]\n"],
    [two, "sources: { short: raw/short.csv }\nsteps: [cycles]\n"],
  ] as const) {
    await mkdir(join(root, "raw"), { recursive: true });
    await writeFile(join(root, "study.yaml"), yaml);
    await writeFile(join(root, "cell.yaml"), CELL);
    await writeFile(join(root, "raw/long.csv"), cyclingCsv(60, 10));
    await writeFile(join(root, "raw/short.csv"), cyclingCsv(3, 10));
    await runStudy(await readStudy(root));
  }
  await mkdir(join(folder, "not-run"));
  await writeFile(join(folder, "not-run/study.yaml"), "");
  database = await openDatabase(await findStudies([folder]));
});
afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true, force: true });
});

describe("questions", () => {
  test("studies are found below a folder", async () => {
    expect((await findStudies([folder])).map((p) => p.slice(folder.length + 1))).toEqual([
      "not-run",
      "studies/one's",
      "studies/p[1]*",
      "two",
    ]);
    expect(await findStudies([join(folder, "two")])).toEqual([join(folder, "two")]);
  });

  test("which cells keep 80 % after 50 cycles is one line", async () => {
    // discharge capacities fall by 1 % of the first per cycle: 51 % are left in cycle 50
    expect(await rowsOf("select cell, retention_50 from cells where retention_50 > 0.5")).toEqual([
      ["it's cell 1", expect.closeTo(0.51, 4)],
    ]);
    expect(await rowsOf("select cell from cells where retention_50 > 0.52")).toEqual([]);
    expect(await rowsOf("select distinct cell, retention_50 from cycles where retention_50 > 0.5 order by rate desc")).toHaveLength(1);
    // 80 % exactly in cycle 21
    expect(await rowsOf("select first_cycle_below_80_percent from cells where cycles > 50")).toEqual([[expect.toBeOneOf([21, 22])]]);
  });

  test("a first discharge that began half-way is not the one that falls below 80 %", async () => {
    const root = join(folder, "later/begun");
    const [names = "", ...rows] = cyclingCsv(3, 10).trim().split("\n");
    const later = rows.map((row) => row.replace(/^[\d.]+/, (time) => String(Number(time) + 2000)));
    // 0.3 mAh, then 0.9 and 0.891
    const begun = ["0,2.3,-0.001", "540,2.15,-0.001", "1080,2,-0.001", "1081,2,0"];
    await mkdir(join(root, "raw"), { recursive: true });
    await writeFile(join(root, "raw/a.csv"), `${[names, ...begun, ...later].join("\n")}\n`);
    await writeFile(join(root, "study.yaml"), "sources: { a: raw/a.csv }\nsteps: [cycles]\n");
    await runStudy(await readStudy(root));
    const own = await openDatabase([root]);
    const { rows: found } = await own.query("select cycle, reference_cycle, retention_percent from cycles order by cycle limit 2");
    expect(found).toEqual([
      [1, 2, expect.closeTo(100 / 3, 3)],
      [2, 2, 100],
    ]);
    expect((await own.query("select first_cycle_below_80_percent from cells")).rows).toEqual([[null]]);
    own.close();
  });

  test("capacities by mass and area, rates by the cell's theoretical capacity", async () => {
    const [row] = await rowsOf("select charge_mah, charge_mah_g, charge_mah_cm2, rate from cycles where cycle = 1 and cell like '%1'");
    // 4.0 mg × 50 % = 2.0 mg sulfur; (10 mm)² π/4 = 0.7854 cm²; 1 C = 1671.9 mA/g × 2.0 mg = 3.344 mA (2 F / 32.06 g/mol)
    expect(row).toEqual([expect.closeTo(1, 4), expect.closeTo(500, 1), expect.closeTo(1.27324, 4), expect.closeTo(1 / 3.344, 3)]);
    expect(await rowsOf("select charge_mah_g, rate from cycles where cell = 'short' and cycle = 1 and study = 'two'")).toEqual([
      [null, null],
    ]);
  });

  test("points and dqdv hold all rows", async () => {
    const index = await readIndex(join(folder, "two"));
    expect(index?.files[0]?.results.dqdv).toBeUndefined();
    expect(await rowsOf("select cell, count(*) from points group by cell, study order by study")).toEqual([
      ["it's cell 1", 60 * 2 * 13],
      ["short", 3 * 2 * 13],
      ["short", 3 * 2 * 13],
    ]);
    // dQ/dV summed over the bins is the charge
    const [[sum, width]] = (await rowsOf(
      "select sum(dqdv_mah_v), min(w) from (select dqdv_mah_v, lead(voltage_volt) over (order by voltage_volt) - voltage_volt as w from dqdv where cycle = 1 and direction = 'charge')",
    )) as [[number, number]];
    expect(sum * width).toBeCloseTo(1, 3);
  });

  test("every kind of value becomes a number, text or null", async () => {
    const { rows, columns } = await database.query(
      "select 1.25::decimal(5,2), 12345678901234567890::hugeint, 2::bigint, 'nan'::double, true, date '2026-01-02', [1, 2], null",
    );
    expect(rows).toEqual([[1.25, "12345678901234567890", 2, null, true, "2026-01-02T00:00:00.000Z", "[1,2]", null]]);
    expect(columns).toHaveLength(8);
  });

  test("more rows than asked for are cut and said to be", async () => {
    expect(await database.query("select * from range(10)", { maxRows: 3 })).toMatchObject({ rows: [[0], [1], [2]], truncated: true });
    expect(await database.query("select * from range(3)", { maxRows: 3 })).toMatchObject({ truncated: false });
  });
});

describe("a study's index that was not made here", () => {
  const change = async (name: string, to: (text: string) => string): Promise<string> => {
    const root = join(folder, name);
    await cp(join(folder, "two"), root, { recursive: true });
    const path = join(root, "results/index.json");
    await writeFile(path, to(await readFile(path, "utf8")));
    return root;
  };

  test("cannot point outside its folder, nor carry SQL", async () => {
    for (const [i, [from, to]] of (
      [
        ["raw/short.csv", "../two/raw/short.csv"],
        [/cycles\/[0-9a-f]+/, "cycles/../../../two"],
        [/"size": \d+/, '"size": "1; copy (select 1) to 1"'],
      ] as const
    ).entries()) {
      const root = await change(`hostile${i}`, (text) => text.replace(from, to));
      expect(await readIndex(root)).toBeUndefined();
      const empty = await openDatabase([root]);
      expect((await empty.query("select * from files")).rows).toEqual([]);
      empty.close();
    }
  });

  test("that names a result which is gone says so", async () => {
    const root = await change("gone", (text) => text);
    await rm(join(root, "results/cycles"), { recursive: true });
    await expect(openDatabase([root])).rejects.toMatchObject({
      code: "FILE_MISSING",
      message: expect.stringContaining("run the study again"),
    });
  });
});

describe("a query only reads, and only results", () => {
  const refused: [what: string, sql: () => string][] = [
    ["another file", () => "select * from read_text('/etc/passwd')"],
    ["another file by name", () => "select * from '/etc/passwd'"],
    ["a raw file", () => `select * from read_csv('${folder}/two/raw/short.csv')`],
    ["a folder's names", () => "select * from glob('/*')"],
    ["the network", () => "select * from read_csv('http://127.0.0.1:1/x.csv')"],
    ["writing a file", () => `copy (select 1) to '${folder}/out.csv'`],
    ["overwriting a result", () => `copy (select 1) to '${folder}/two/results/index.json'`],
    ["a new database file", () => `attach '${folder}/x.db'`],
    ["another setting", () => "set enable_external_access = true"],
    ["a pragma", () => "pragma enable_external_access"],
    ["an extension", () => "install httpfs"],
    ["loading one", () => "load httpfs"],
    ["a table", () => "create table t as select 1"],
    ["dropping a view", () => "drop view cycles"],
    ["an export", () => `export database '${folder}/x'`],
    ["two statements", () => "select 1; drop view cycles"],
    ["nothing", () => ""],
    ["a prepared statement", () => "prepare p as select 1"],
    ["a call", () => "call pragma_version()"],
  ];
  test.each(refused)("%s is refused", async (_what, sql) => {
    const before = readdirSync(folder, { recursive: true });
    await expect(database.query(sql())).rejects.toMatchObject({ code: "QUERY_FAILED" });
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
    expect(await rowsOf("select count(*) > 0 from cycles")).toEqual([[true]]);
  });

  test("SHOW, DESCRIBE and WITH are possible", async () => {
    expect((await rowsOf("show tables")).flat()).toEqual(Object.keys(VIEWS).sort());
    expect((await rowsOf("describe cycles")).map(([name]) => name)).toContain("retention_100");
    expect(await rowsOf("with a as (select 1 as x) select x from a")).toEqual([[1]]);
  });

  test("the database's own message comes through, with the views there are", async () => {
    await expect(database.query("select cel from cells")).rejects.toMatchObject({
      code: "QUERY_FAILED",
      message: expect.stringMatching(new RegExp(`cel[\\s\\S]*Views: ${Object.keys(VIEWS).join(", ")}`)),
    });
  });

  test("a query that never ends is ended", async () => {
    const endless = "select count(*) from range(1000000000) a, range(1000000000) b where a.range * b.range % 7 = 3";
    await expect(database.query(endless, { timeoutMs: 200 })).rejects.toMatchObject({
      code: "QUERY_FAILED",
      message: expect.stringMatching(/200 ms/),
    });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    await expect(database.query(endless, { context: { progress() {}, signal: stop.signal } })).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await rowsOf("select 1")).toEqual([[1]]);
  });

  test("a query that wants all memory is refused", async () => {
    await expect(
      database.query("select list(a.range || 'xxxxxxxxxxxxxxxxxxxxxxxxxxxx') from range(500000000) a", { timeoutMs: 60_000 }),
    ).rejects.toMatchObject({
      code: "QUERY_FAILED",
    });
  });
});
