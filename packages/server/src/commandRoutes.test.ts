import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommandHost } from "./commandRoutes.ts";
import { type RunningServer, startServer } from "./server.ts";

let folder: string;
let server: RunningServer;
const asked: string[][] = [];
const host: CommandHost = {
  commands: async () => [
    {
      name: "md msd",
      summary: "",
      usage: "",
      options: [
        { name: "out", isFlag: false, value: "FILE", help: "", fallback: "" },
        { name: "deep", isFlag: true, value: "", help: "", fallback: "" },
      ],
      examples: [],
    },
  ],
  async run(argv, _folder, signal) {
    asked.push([...argv]);
    if (argv.includes("slow")) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return argv.includes("bad")
      ? { code: 2, stdout: "", stderr: '{"error":{"code":"FILE_MISSING","message":"bad is not there"}}' }
      : { code: 0, stdout: '{"n":1}', stderr: "" };
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "thioscope-commands-"));
  await writeFile(join(folder, "index.html"), "<!doctype html>");
  server = await startServer({ study: folder, page: folder, port: 41_780, commands: host });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const post = async (body: object): Promise<{ status: number; text: string }> => {
  const answer = await fetch(`${server.url}api/command`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
};
interface Ended {
  running: boolean;
  result: unknown;
  error: { code: string } | null;
  line: string;
}
async function ended(): Promise<Ended> {
  const now = async (): Promise<Ended> => (await (await fetch(`${server.url}api/command`)).json()) as Ended;
  await expect.poll(async () => (await now()).running, { timeout: 5000 }).toBe(false);
  return now();
}

test("words and options become one command line; what is written goes into exports", async () => {
  expect((await post({ name: "md msd", words: ["raw/a b.xyz"], options: { out: "x.csv", deep: true } })).status).toBe(200);
  const { result, line } = await ended();
  expect(result).toEqual({ n: 1 });
  expect(asked.at(-1)).toEqual(["md", "msd", "raw/a b.xyz", "--out=exports/x.csv", "--deep", "--json"]);
  expect(line).toBe("thioscope md msd 'raw/a b.xyz' --out=exports/x.csv --deep");
  expect(existsSync(join(folder, "exports"))).toBe(true);
});

test.each([
  ["a file outside", { name: "md msd", words: ["../secret"], options: {} }],
  ["an absolute file", { name: "md msd", words: ["/etc/passwd"], options: {} }],
  ["a list with one outside", { name: "md msd", words: ["a,../b"], options: {} }],
  ["an option among the words", { name: "md msd", words: ["--out=/x"], options: {} }],
  ["a place outside to write to", { name: "md msd", words: [], options: { out: "../../x" } }],
  ["a flag with a value", { name: "md msd", words: [], options: { deep: "no" } }],
  ["an unknown option", { name: "md msd", words: [], options: { other: "1" } }],
  ["an unknown command", { name: "rm", words: [], options: {} }],
  ["something else", { name: "md msd", words: [{}], options: {} }],
])("%s is refused before anything runs", async (_, body) => {
  const before = asked.length;
  expect((await post(body)).status).toBe(400);
  expect(asked).toHaveLength(before);
});

test("errors keep their code; one command at a time; a command is cancelled", async () => {
  await post({ name: "md msd", words: ["bad"], options: {} });
  expect((await ended()).error).toEqual({ code: "FILE_MISSING", message: "bad is not there" });
  await post({ name: "md msd", words: ["slow"], options: {} });
  expect((await post({ name: "md msd", words: [], options: {} })).text).toContain("STUDY_LOCKED");
  await fetch(`${server.url}api/command`, { method: "DELETE" });
  // cancelled while it ran, or before it began
  expect(["none", "CANCELLED"]).toContain((await ended()).error?.code ?? "none");
});
