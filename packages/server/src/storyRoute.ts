/**
 * `GET /api/story`: many megabytes that all who look at a study ask for. Its tag names what it was made of: who has it is told so and sent nothing. Its text is kept in memory once, for
 * everyone who asks; over a network it is sent packed, which is done once as well and beside the thread that answers: with its columns as differences for who accepts that, as the page does, which
 * is half of what gzip alone makes. On this machine packing costs more than it saves.
 */
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { packStory, type StoryText } from "@thioscope/study";
import type { FastifyInstance } from "fastify";
import { isLoopback } from "./policy.ts";

/** Bytes; longer stories are read from their file each time. */
const MOST_KEPT = 2 ** 26;

/** JSON whose columns core's fromDifferences brings back. */
const DIFFERENCES = "application/vnd.thioscope.differences+json";

const pack = promisify(gzip);

interface Kept {
  tag: string;
  text: Promise<Buffer>;
  packed: Promise<Buffer> | null;
  /** with its columns as differences */
  differences: Promise<Uint8Array> | null;
}

export function addStoryRoute(app: FastifyInstance, content: { story(): Promise<StoryText> }): void {
  let kept: Kept | null = null;
  app.get("/api/story", async (request, reply) => {
    const story = await content.story();
    // weak: packed or not, it is the same story
    reply.type("application/json").header("etag", `W/"${story.tag}"`).header("vary", "accept, accept-encoding");
    if (named(request.headers["if-none-match"]).includes(story.tag)) return reply.code(304).send();
    if (story.size > MOST_KEPT) return reply.send(story.read());
    if (kept?.tag !== story.tag) {
      const mine: Kept = { tag: story.tag, text: buffer(story.read()), packed: null, differences: null };
      // what could not be read is asked for again
      mine.text.catch(() => {
        if (kept === mine) kept = null;
      });
      kept = mine;
    }
    const isNear = isLoopback(request.ip.replace(/^::ffff:/, ""));
    if (isNear || !/\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""))) return reply.send(await kept.text);
    if (String(request.headers.accept ?? "").includes(DIFFERENCES)) {
      kept.differences ??= kept.text.then(packStory);
      return reply
        .type(DIFFERENCES)
        .header("content-encoding", "gzip")
        .send(await kept.differences);
    }
    kept.packed ??= kept.text.then((text) => pack(text));
    return reply.header("content-encoding", "gzip").send(await kept.packed);
  });
}

/** The tags of a header `If-None-Match`. */
const named = (header: string | undefined): string[] => (header ?? "").split(",").map((tag) => tag.trim().replace(/^(W\/)?"(.*)"$/, "$2"));
