/** The route alone: who is sent what. Unpacking is zlib's. */
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { fromDifferences } from "@thioscope/core/story";
import fastify from "fastify";
import { expect, test } from "vitest";
import { addStoryRoute } from "./storyRoute.ts";

function served(size = 3000) {
  let reads = 0;
  let tag = "one-3000";
  const text = (): string => JSON.stringify({ tag, filled: "x".repeat(3000), hours: Array.from({ length: 20 }, (_, i) => 10.5 + i / 4) });
  const read = (): Readable => {
    reads++;
    return Readable.from(text(), { objectMode: false });
  };
  const app = fastify();
  addStoryRoute(app, {
    story: async () => ({ tag, size, read }),
  });
  return {
    text,
    reads: () => reads,
    becomes: (next: string) => {
      tag = next;
    },
    ask: (remoteAddress: string, headers: Record<string, string> = {}) =>
      app.inject({ url: "/api/story", remoteAddress, headers: { "accept-encoding": "gzip, deflate, br", ...headers } }),
  };
}

test("on this machine as it is, over a network packed; read once for all", async () => {
  const { ask, text, reads } = served();
  const [near, other, far, plain] = await Promise.all([
    ask("127.0.0.1"),
    ask("::ffff:127.0.0.1"),
    ask("192.0.2.7"),
    ask("192.0.2.7", { "accept-encoding": "identity" }),
  ]);
  for (const { payload, headers } of [near, other, plain]) expect([payload, headers["content-encoding"]]).toEqual([text(), undefined]);
  expect(far.headers).toMatchObject({ "content-encoding": "gzip", "content-type": "application/json" });
  expect(far.rawPayload.length).toBeLessThan(300);
  expect(gunzipSync(far.rawPayload).toString()).toBe(text());
  expect(reads()).toBe(1);
});

test("over a network, for who accepts it, with columns as differences", async () => {
  const { ask, text } = served();
  const accept = "application/vnd.thioscope.differences+json, application/json";
  const far = await ask("192.0.2.7", { accept });
  expect(far.headers).toMatchObject({ "content-encoding": "gzip", "content-type": "application/vnd.thioscope.differences+json" });
  expect(fromDifferences(JSON.parse(gunzipSync(far.rawPayload).toString()))).toEqual(JSON.parse(text()));
  expect((await ask("127.0.0.1", { accept })).headers["content-type"]).toContain("application/json");
});

test("who has it is sent nothing, until a run makes another", async () => {
  const { ask, text, becomes } = served();
  const tag = String((await ask("127.0.0.1")).headers.etag);
  for (const known of [tag, `"a", ${tag}`, tag.replace("W/", "")]) {
    const { statusCode, payload } = await ask("127.0.0.1", { "if-none-match": known });
    expect([statusCode, payload]).toEqual([304, ""]);
  }
  expect((await ask("127.0.0.1", { "if-none-match": 'W/"another"' })).statusCode).toBe(200);
  becomes("two-3000");
  const next = await ask("127.0.0.1", { "if-none-match": tag });
  expect([next.statusCode, next.payload]).toEqual([200, text()]);
});

test("one that is too long to be kept is read each time", async () => {
  const { ask, text, reads } = served(2 ** 30);
  expect((await ask("192.0.2.7")).payload).toBe(text());
  expect((await ask("127.0.0.1")).payload).toBe(text());
  expect(reads()).toBe(2);
});
