/**
 * The main job on real files: raw files in, study, results, database, report and server, through the commands a
 * user types. Expected figures are the vendors' and peers' of the files (rows, capacities), as the tests of the readers
 * and of the cycles use them.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { storyOfReport } from "@thioscope/study";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

const MPR = "jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr";
const NDAX = "BTS85-36-6-5-110-20240424.ndax";
const BIN = fileURLToPath(new URL("../../packages/cli/src/bin.ts", import.meta.url));

interface Ended {
  code: number;
  out: string;
  err: string;
}

function thioscope(...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--conditions=source", BIN, ...words], { maxBuffer: 1 << 26 }, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err });
    });
  });
}

async function json(...words: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await thioscope(...words, "--json");
  expect(err, words.join(" ")).toBe("");
  expect(code, words.join(" ")).toBe(0);
  return JSON.parse(out) as Record<string, unknown>;
}

describeData("a study of two real files", () => {
  let folder: string;
  let study: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "thioscope-golden-"));
    study = join(folder, "study");
    mkdirSync(join(folder, "raw"));
    for (const name of [MPR, NDAX]) copyFileSync(dataFile(`echem/${name}`), join(folder, "raw", name));
    await writeFile(join(folder, "raw/notes.txt"), "cell 12: glove box warm\n");
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("new takes what it recognises and says what it does not", async () => {
    const { files } = await json("new", study, "--from", join(folder, "raw"));
    expect(files).toMatchObject([
      { name: NDAX, format: "neware-ndax", rows: 699_677, reason: null },
      { name: MPR, format: "biologic-mpr", technique: "GCPL", rows: 46_102, reason: null },
      { name: "notes.txt", path: null, reason: expect.stringContaining("no format known") },
    ]);
    expect(readFileSync(join(study, "study.yaml"), "utf8")).toMatch(/# +notes\.txt: /);
    const again = await thioscope("new", study, "--from", join(folder, "raw"), "--json");
    expect(again.code).toBe(2);
    expect(JSON.parse(again.err)).toMatchObject({ error: { code: "USAGE" } });
  });

  test("run computes everything and writes a report; run again computes nothing", async () => {
    const first = await json("run", study, "--engine", "threads");
    expect(first.steps).toMatchObject([
      { step: "read", computed: 2 },
      { step: "cycles", computed: 2 },
      { step: "dqdv", computed: 2 },
      { step: "curves", computed: 2 },
      { step: "story", computed: 1 },
    ]);
    // 2 s on an idle machine with two cores; the limit leaves room for a busy one
    expect((first.duration as { value: number }).value).toBeLessThan(30);
    const html = readFileSync(join(study, "report.html"), "utf8");
    const story = JSON.parse(storyOfReport(html)) as {
      files: { rows: number; cyclesByCurrent: number }[];
      sentences: unknown[];
    };
    expect(story.files.map((f) => f.rows)).toEqual([699_677, 46_102]);
    expect(story.sentences.length).toBeGreaterThan(4);
    // nothing that would be fetched
    expect(html).not.toMatch(/<(?:script|link|img|iframe)[^>]+(?:src|href)=/i);
    const again = await json("run", study);
    expect((again.steps as { computed: number }[]).map((s) => s.computed)).toEqual([0, 0, 0, 0, 0]);
    expect(readFileSync(join(study, "report.html"), "utf8")).toBe(html);
  });

  test("the database answers with the files' known capacities", async () => {
    const ask = async (sql: string): Promise<unknown> => (await json("query", sql, "--studies", study)).rows;
    // capacities of cycles 2 to 6 as a peer (navani) gives them, mAh
    expect(
      await ask("select discharge_mah as d, charge_mah as c from cycles where file like 'jdb11%' and cycle between 2 and 6 order by cycle"),
    ).toEqual(
      [
        [0.852855, 0.93709],
        [0.87633, 0.94194],
        [0.874678, 0.947933],
        [0.876656, 0.951689],
        [0.878613, 0.955886],
      ].map(([d, c]) => ({ d: expect.closeTo(d!, 3), c: expect.closeTo(c!, 3) })),
    );
    // largest discharge capacity and potentials of the file, as another reader (NewareNDA) gives them
    expect(await ask(`select cycles, max_discharge_mah as q from cells where file = '${NDAX}'`)).toEqual([
      { cycles: 22, q: expect.closeTo(1.0361, 3) },
    ]);
    expect(
      await ask(`select count(*) as n, min(voltage_volt) as low, max(voltage_volt) as high from points where file = '${NDAX}'`),
    ).toEqual([{ n: 699_677, low: expect.closeTo(1.399, 3), high: expect.closeTo(3.4, 3) }]);
  });

  test("a query that would read another file ends with exit code 2 and a code", async () => {
    const { code, err } = await thioscope("query", "select * from read_text('/etc/hostname')", "--studies", study, "--json");
    expect(code).toBe(2);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "QUERY_FAILED" } });
  });

  test("open serves the page, the story and the raw bytes until it is interrupted", async (context) => {
    if (!existsSync(fileURLToPath(new URL("../../packages/web/dist/index.html", import.meta.url)))) context.skip("the page is not built");
    const child = spawn(process.execPath, ["--conditions=source", BIN, "open", study, "--port", "41830"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const url = await firstLine(child);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect((await get(url)).toString()).toContain("<!doctype html>");
    const answer = JSON.parse((await get(`${url}api/study`)).toString()) as { files: { name: string; url: string }[] };
    expect(answer.files.map((f) => f.name)).toEqual([NDAX, MPR]);
    expect(JSON.parse((await get(`${url}api/story`)).toString())).toMatchObject({ version: 3, title: "study" });
    const bytes = await get(new URL(answer.files[1]!.url, url).href);
    expect(bytes.equals(readFileSync(dataFile(`echem/${MPR}`)))).toBe(true);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  });
});

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let errors = "";
    child.stderr!.on("data", (part: Buffer) => {
      errors += part.toString();
    });
    child.stdout!.once("data", (part: Buffer) => resolve(part.toString().split("\n")[0] ?? ""));
    child.once("exit", () => reject(new Error(errors)));
  });
}

function get(url: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    request(url, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => resolve(Buffer.concat(parts)));
    })
      .on("error", reject)
      .end();
  });
}
