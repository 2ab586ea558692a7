import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStudy, runStudy } from "@thioscope/study";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeCluster } from "../../../tests/fakeSlurm.ts";
import { cyclingCsv, testStudy } from "../../../tests/studies.ts";
import { type RunningServer, startServer } from "./server.ts";

const CSV = `Test Time / s,Voltage / V,Current / A\n${Array.from({ length: 50 }, (_, i) => `${i * 10},${2 + i / 100},0.001`).join("\n")}\n`;

let folder: string;
let page: string;
let raw: string;
let server: RunningServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "thioscope-server-"));
  page = join(folder, "page");
  raw = join(folder, "study/raw/a.csv");
  await mkdir(page, { recursive: true });
  await mkdir(join(folder, "study/raw"), { recursive: true });
  await writeFile(join(page, "index.html"), "<!doctype html><title>page</title>");
  await writeFile(join(page, "page.js"), "export {}");
  await writeFile(join(folder, "secret.txt"), "secret");
  await writeFile(raw, CSV);
  await writeFile(join(folder, "study/study.yaml"), "title: The study\nsources: { a: raw/a.csv }\nsteps: [read]\n");
  await runStudy(await readStudy(join(folder, "study")));
  server = await startServer({ study: join(folder, "study"), page, port: 41730 });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

interface Got {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A request as it stands: fetch() would tidy the path and own the Host header. */
function get(path: string, headers: Record<string, string> = {}, port = server.port): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("the page comes with headers that keep it to itself", async () => {
  const { status, headers, text } = await get("/");
  expect(status).toBe(200);
  expect(text).toContain("<title>page</title>");
  expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
  expect(headers["cross-origin-embedder-policy"]).toBe("require-corp");
  const policy = String(headers["content-security-policy"]);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).not.toMatch(/https?:|\*/);
});

test("a raw file comes by its hash, and nothing else does", async () => {
  const hash = createHash("sha256").update(CSV).digest("hex");
  expect((await get(`/api/raw/sha256/${hash}`)).text).toBe(CSV);
  expect((await get(`/api/raw/sha256/${"0".repeat(64)}`)).status).toBe(404);
  expect((await get("/api/raw/sha256/..%2f..%2fsecret.txt")).status).toBe(400);
});

test("a study says what it is, and its raw files come by number", async () => {
  const { text, headers } = await get("/api/study");
  expect(headers["cache-control"]).toBe("no-store");
  expect(JSON.parse(text)).toEqual({
    title: "The study",
    mode: "study",
    files: [{ name: "a.csv", size: CSV.length, url: "/api/raw/0" }],
    story: null,
  });
  const file = await get("/api/raw/0");
  expect(file.headers["content-length"]).toBe(String(CSV.length));
  expect(file.text).toBe(CSV);
  expect((await get("/api/story")).status).toBe(404);
});

test("nothing but these files is served", async () => {
  for (const path of [
    "/api/raw/1",
    "/api/raw/-1",
    "/api/raw/..%2f..%2fsecret.txt",
    "/api/raw/a.csv",
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/study/study.yaml",
    "/api/nothing",
  ]) {
    const { status, text } = await get(path);
    expect(status, path).toBeGreaterThanOrEqual(400);
    expect(text, path).not.toContain("secret");
    expect(text, path).not.toContain(folder);
  }
});

test("other hosts and other sites are refused", async () => {
  expect((await get("/api/study", { host: "evil.example" })).status).toBe(403);
  expect((await get("/", { host: `evil.example:${server.port}` })).status).toBe(403);
  expect((await get("/api/study", { host: "127.0.0.1.evil.example" })).status).toBe(403);
  expect((await get("/api/study", { origin: "https://evil.example" })).status).toBe(403);
  expect((await get("/api/query?sql=select%201", { "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await get("/api/study", { host: `localhost:${server.port}`, origin: `http://localhost:${server.port}` })).status).toBe(200);
});

test("queries answer with columns and rows, or with the reason", async () => {
  const good = await get(`/api/query?sql=${encodeURIComponent("select count(*) as n, max(voltage_volt) as v from points")}`);
  expect(JSON.parse(good.text)).toMatchObject({ columns: [{ name: "n" }, { name: "v" }], rows: [[50, 2.49]], truncated: false });
  const bad = await get(`/api/query?sql=${encodeURIComponent("select * from read_text('/etc/hostname')")}`);
  expect(bad.status).toBe(400);
  expect(JSON.parse(bad.text)).toMatchObject({ error: { code: "QUERY_FAILED" } });
  expect((await get("/api/query")).status).toBe(400);
});

/** As the page's own script would send it. */
async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test("a study is changed one value at a time, checked, run again and undone; strangers may not", async () => {
  const change = { of: "step", group: "read", field: "salvage", value: true };
  const changed = await send("POST", "/api/recipe", change);
  expect(changed.status).toBe(200);
  expect(changed.body).toMatchObject({ undo: 1, text: expect.stringContaining("salvage: true") });
  for (const bad of [{ ...change, field: "no_such" }, { ...change, group: "none" }, { ...change, value: "yes" }, {}]) {
    expect((await send("POST", "/api/recipe", bad)).status, JSON.stringify(bad)).toBe(400);
  }
  expect((await send("POST", "/api/recipe", change, { origin: "https://evil.example" })).status).toBe(403);
  expect((await send("POST", "/api/run", undefined, { origin: "https://evil.example" })).status).toBe(403);
  expect((await send("POST", "/api/recipe", { ...change, value: "x".repeat(100_000) })).status).toBe(413);

  expect((await send("POST", "/api/run")).body).toMatchObject({ running: true });
  expect((await send("POST", "/api/run")).body).toMatchObject({ error: { code: "STUDY_LOCKED" } });
  let run = await send("GET", "/api/run");
  while (run.body.running) run = await send("GET", "/api/run");
  expect(run.body).toMatchObject({ error: null, finished: 1, steps: ["read: 1 computed, 0 reused"] });
  expect((await send("POST", "/api/recipe/undo")).body).toMatchObject({ undo: 0, text: expect.not.stringContaining("salvage") });
  expect((await send("POST", "/api/recipe/undo")).status).toBe(404);
  // cancelling what does not run is no mistake
  expect((await send("DELETE", "/api/run")).body).toMatchObject({ running: false });
});

test("a run that the page asks for goes to the cluster, and the page is told of its elements", { timeout: 60_000 }, async () => {
  const study = await testStudy({ "raw/a.csv": cyclingCsv(2) }, "sources: { a: raw/a.csv }\nsteps: [cycles]\n");
  const slurm = { execute: fakeCluster().execute, poll: 0.1 };
  const cluster = await startServer({ study: study.root, page, port: 42790, engine: { name: "slurm", slurm } });
  const labels = new Set<string>();
  const ask = async (method = "GET") =>
    (await (await fetch(`${cluster.url}api/run`, { method })).json()) as { running: boolean; label: string; error: unknown };
  let now = await ask("POST");
  while (now.running) {
    labels.add(now.label);
    await new Promise((resolve) => setTimeout(resolve, 20));
    now = await ask();
  }
  expect(now.error).toBeNull();
  expect([...labels].filter((label) => /elements run, \d+ wait/.test(label))).not.toEqual([]);
  await cluster.close();
  await study.remove();
});

test("a taken port is passed over; plain files are served as they are", async () => {
  const other = await startServer({ files: [raw], page, port: server.port });
  try {
    expect(other.port).toBeGreaterThan(server.port);
    expect(JSON.parse((await get("/api/study", {}, other.port)).text)).toEqual({
      title: "a.csv",
      mode: "files",
      files: [{ name: "a.csv", size: CSV.length, url: "/api/raw/0" }],
      story: null,
    });
    expect((await get("/api/raw/0", {}, other.port)).text).toBe(CSV);
    expect((await get("/api/query?sql=select%201", {}, other.port)).status).toBe(404);
  } finally {
    await other.close();
  }
  await expect(get("/", {}, other.port)).rejects.toThrow();
});

test("without the built page the server says what to do", async () => {
  await expect(startServer({ files: [raw], page: folder })).rejects.toMatchObject({
    code: "FILE_MISSING",
    message: expect.stringContaining("setup.mjs"),
  });
});
