/** The form of a stored story, and how an older one becomes the present one. */
import { ThioscopeError } from "../errors.ts";
import type { HalfCycleCurve, Story, StoryFile } from "./model.ts";

export const STORY_VERSION = 2;

interface Story1 extends Omit<Story, "version" | "files"> {
  version: 1;
  files: readonly (Omit<StoryFile, "impedance" | "halfCycles"> & { halfCycles: readonly Omit<HalfCycleCurve, "peaks">[] })[];
}

/** A stored story in the present form; FORMAT_VERSION where a newer program wrote it. */
export function currentStory(stored: Story | Story1): Story {
  if (stored.version === STORY_VERSION) return stored;
  if (stored.version !== 1) {
    throw new ThioscopeError(
      "FORMAT_VERSION",
      `the story is of version ${(stored as { version: unknown }).version}, this program knows 1 to ${STORY_VERSION}`,
    );
  }
  const files = stored.files.map((file) => ({
    ...file,
    halfCycles: file.halfCycles.map((half) => ({ ...half, peaks: null })),
    impedance: null,
  }));
  return { ...stored, version: STORY_VERSION, files };
}
