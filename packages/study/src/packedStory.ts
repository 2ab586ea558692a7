/** A story packed as in a report: its columns as differences, then gzip. Half of what gzip alone makes of it; a second of work, done on a thread of its own. */
import { QUIET } from "@thioscope/core";
import { type CarriedError, onThreads } from "./pool.ts";

export interface StoryJob {
  /** JSON */
  story: Uint8Array;
}

export type StoryAnswer = { packed: Uint8Array } | CarriedError;

/** @param story JSON text; what core's fromDifferences brings back is gzipped JSON */
export async function packStory(story: Uint8Array): Promise<Uint8Array> {
  const [answer] = await onThreads<StoryJob, StoryAnswer>("packedStoryWorker", [{ story }], "story", QUIET);
  return answer!.packed;
}
