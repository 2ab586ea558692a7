/** The form of a stored story, and how an older one becomes the present one. */
import { ThioscopeError } from "../errors.ts";
import type { HalfCycleCurve, Story, StoryFile } from "./model.ts";
import { withMissing } from "./parts/index.ts";

export const STORY_VERSION = 3;

/** With parts that were added after the run. */
type Story3 = Story & { more?: Story["parts"] };

interface Story2 extends Omit<Story, "version" | "parts"> {
  version: 2;
}

interface Story1 extends Omit<Story2, "version" | "files"> {
  version: 1;
  files: readonly (Omit<StoryFile, "impedance" | "halfCycles"> & { halfCycles: readonly Omit<HalfCycleCurve, "peaks">[] })[];
}

/** A stored story in the present form; FORMAT_VERSION where a newer program wrote it. */
export function currentStory(stored: Story3 | Story2 | Story1): Story {
  switch (stored.version) {
    case 3: {
      const { more = [], ...story } = stored as Story3;
      return { ...story, parts: [...story.parts, ...more].map((part) => withMissing(part)) };
    }
    case 2:
      return { ...stored, version: STORY_VERSION, parts: [] };
    case 1:
      return currentStory({
        ...stored,
        version: 2,
        files: stored.files.map((file) => ({
          ...file,
          halfCycles: file.halfCycles.map((half) => ({ ...half, peaks: null })),
          impedance: null,
        })),
      });
    default:
      throw new ThioscopeError(
        "FORMAT_VERSION",
        `the story is of version ${(stored as { version: unknown }).version}, this program knows 1 to ${STORY_VERSION}`,
      );
  }
}
