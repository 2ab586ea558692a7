/** What strangers try against the server: other sites, other names, paths, links, sizes, floods; on loopback and exposed. */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStudy, runStudy } from "@thioscope/study";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Gate, RateLimit } from "./policy.ts";
import { type RunningServer, startServer } from "./server.ts";

const CSV = `Test Time / s,Voltage / V,Current / A\n${Array.from({ length: 50 }, (_, i) => `${i * 10},${2 + i / 100},0.001`).join("\n")}\n`;
const SCRIPT = "</script><script>alert(1)</script>";

let folder: string;
let server: RunningServer;
let exposed: RunningServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "thioscope-attacks-"));
  await mkdir(join(folder, "page"));
  await mkdir(join(folder, "study/raw"), { recursive: true });
  await writeFile(join(folder, "page/index.html"), "<!doctype html><title>page</title>");
  await writeFile(join(folder, "secret.csv"), CSV.replace("Voltage", "Secret Voltage"));
  await writeFile(join(folder, "study/raw/a.csv"), CSV);
  await symlink(join(folder, "secret.csv"), join(folder, "study/raw/b.csv"));
  await symlink(folder, join(folder, "page/out"));
  await writeFile(join(folder, "study/study.yaml"), `title: "${SCRIPT}"\nsources: { a: raw/a.csv, b: raw/b.csv }\nsteps: [read]\n`);
  await runStudy(await readStudy(join(folder, "study")));
  const page = join(folder, "page");
  server = await startServer({ study: join(folder, "study"), page, port: 42730 });
  exposed = await startServer({ study: join(folder, "study"), page, port: 42740, host: "0.0.0.0", token: "right" });
});
afterAll(async () => {
  await server.close();
  await exposed.close();
  await rm(folder, { recursive: true, force: true });
});

interface Got {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

function ask(
  path: string,
  { to = server, method = "GET", ...headers }: { to?: RunningServer; method?: string; [header: string]: unknown } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: to.port, path, method, headers: headers as Record<string, string> }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("other names, other sites, and pages of other programs on this machine", async () => {
  const port = String(server.port);
  for (const host of [
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.example:80",
    "0.0.0.0",
    "[::ffff:127.0.0.1]",
    "a@localhost",
    "localhost:1:2",
  ]) {
    expect((await ask("/api/study", { host })).status, host).toBeGreaterThanOrEqual(400);
  }
  const host = `localhost:${port}`;
  for (const origin of [
    "https://evil.example",
    "null",
    "http://localhost:3000",
    "http://127.0.0.1",
    `https://localhost:${port}`,
    `http://localhost:${port}.evil.example`,
    "file://",
  ]) {
    expect((await ask("/api/run", { host, origin, method: "POST" })).status, origin).toBe(403);
  }
  for (const site of ["cross-site", "same-site"]) expect((await ask("/api/study", { "sec-fetch-site": site })).status).toBe(403);
  expect((await ask("/api/study", { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" })).status).toBe(200);
});

test("a link that leads out of the study is not served by its hash either", async () => {
  const secret = createHash("sha256").update(CSV.replace("Voltage", "Secret Voltage")).digest("hex");
  const { status, text } = await ask(`/api/raw/sha256/${secret}`);
  expect(status).toBe(404);
  expect(text).not.toContain("Secret Voltage");
  const own = createHash("sha256").update(CSV).digest("hex");
  expect((await ask(`/api/raw/sha256/${own}`)).text).toBe(CSV);
});

test("paths, links, methods: nothing but what is offered", async () => {
  for (const path of [
    ...[
      "/../secret.csv",
      "/..%2fsecret.csv",
      "/%2e%2e/secret.csv",
      "/..%5csecret.csv",
      "/....//secret.csv",
      "//secret.csv",
      "/%00",
      "/%c0%ae%c0%ae/secret.csv",
    ],
    ...[
      "/study/study.yaml",
      "/api/raw/-1",
      "/api/raw/1e9",
      "/api/raw/99999999999999999999",
      "/api/raw/0/../../secret.csv",
      "/api/raw/%2e%2e",
    ],
    // a link in the study that leads out of it, and one in the page's folder
    ...["/api/raw/1", "/out/", "/__proto__", "/api/constructor", `/${"a".repeat(5000)}`],
  ]) {
    const { status, text } = await ask(path);
    expect(status, path).toBeGreaterThanOrEqual(400);
    expect(text, path).not.toContain("Secret Voltage");
    expect(text, path).not.toContain(folder);
  }
  for (const method of ["PUT", "PATCH", "OPTIONS", "TRACE"])
    expect((await ask("/api/study", { method })).status, method).toBeGreaterThanOrEqual(400);
});

test("a title of a study is text: JSON that no browser runs, under a policy without inline scripts", async () => {
  const { headers, text } = await ask("/api/study");
  expect(JSON.parse(text)).toMatchObject({ title: SCRIPT });
  expect(headers["content-type"]).toMatch(/^application\/json/);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  const policy = String(headers["content-security-policy"]);
  expect(/script-src [^;]*/.exec(policy)![0]).toBe("script-src 'self' 'wasm-unsafe-eval'");
  for (const part of ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"])
    expect(policy).toContain(part);
});

test("queries read the study's tables and nothing else", async () => {
  for (const sql of [
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "copy (select 1) to '/tmp/x'",
    "install httpfs",
    "attach '/tmp/x.db'",
    "set enable_external_access = true",
    "select 1; drop table points",
    "select getenv('HOME')",
    "create table x as select 1",
  ]) {
    const { status, text } = await ask(`/api/query?sql=${encodeURIComponent(sql)}`);
    expect(status, sql).toBe(400);
    expect(text, sql).not.toMatch(/root:|\/home|\/root/);
  }
  expect((await ask(`/api/query?sql=${"x".repeat(30_000)}`)).status).toBeGreaterThanOrEqual(400);
});

test("a body that is too large, and a request that never ends, are cut off", async () => {
  const answer = await fetch(`http://127.0.0.1:${server.port}/api/recipe`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ of: "step", group: "read", field: "salvage", value: "x".repeat(1e6) }),
  });
  expect(answer.status).toBe(413);
  const ended = await new Promise<string>((resolve) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${"a".repeat(40_000)}`));
    let text = "";
    socket.on("data", (part) => {
      text += part.toString();
    });
    socket.on("close", () => resolve(text));
    socket.on("error", () => resolve(text));
  });
  expect(ended).toMatch(/^HTTP\/1\.1 4/);
});

test("exposed: no token, no answer; the token leaves the address; guesses run out", async () => {
  const to = exposed;
  expect(exposed.url).toContain("?token=right");
  for (const path of ["/", "/api/study", "/api/raw/0", "/?token=wrong", "/api/query?sql=select%201"]) {
    const { status, text } = await ask(path, { to });
    expect(status, path).toBe(401);
    expect(text, path).not.toContain("page");
  }
  const first = await ask("/?token=right", { to });
  expect([first.status, first.headers["location"]]).toEqual([303, "/"]);
  const cookie = String(first.headers["set-cookie"]);
  expect(cookie).toMatch(/^thioscope=right; HttpOnly; SameSite=Strict/);
  const mine = cookie.split(";")[0]!;
  expect((await ask("/api/study", { to, cookie: mine })).status).toBe(200);
  expect((await ask("/api/study", { to, cookie: mine, host: "evil.example" })).status).toBe(403);
  expect((await ask("/api/study", { to, cookie: "thioscope=right2" })).status).toBe(401);
  let status = 0;
  for (let k = 0; k < 12; k++) ({ status } = await ask(`/?token=guess${k}`, { to }));
  expect(status).toBe(429);
});

test("without a token a server that is not exposed asks for none; another machine's address is refused", async () => {
  expect(server.url).toBe(`http://127.0.0.1:${server.port}/`);
  await expect(startServer({ files: [], page: join(folder, "page"), port: 42760, host: "192.0.2.1" })).rejects.toMatchObject({
    code: "USAGE",
  });
});

test("limits: so many in a time, so many at a time", async () => {
  const limit = new RateLimit(2, 100);
  expect([0, 1, 2, 150].map((now) => limit.isOver("a", now))).toEqual([false, false, true, false]);
  expect(limit.isOver("b", 2)).toBe(false);
  const gate = new Gate(1, 1);
  const open: (() => void)[] = [];
  const work = () => new Promise<string>((resolve) => open.push(() => resolve("done")));
  const [first, second] = [gate.through(work), gate.through(work)];
  expect(await gate.through(work)).toBeUndefined();
  open.shift()!();
  expect(await first).toBe("done");
  await new Promise((resolve) => setImmediate(resolve));
  open.shift()!();
  expect(await second).toBe("done");
});
