/** Packs a story on a thread. */
import { gzipSync } from "node:zlib";
import { asDifferences } from "@thioscope/core/story";
import type { StoryAnswer, StoryJob } from "./packedStory.ts";
import { carried } from "./pool.ts";

export default function work({ story }: StoryJob): StoryAnswer {
  try {
    return { packed: gzipSync(JSON.stringify(asDifferences(JSON.parse(new TextDecoder().decode(story))))) };
  } catch (error) {
    return carried(error);
  }
}
