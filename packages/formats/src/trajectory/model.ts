/** What a trajectory reader is: told by the first bytes, and frames to a sink. */
import type { Notice, TaskContext } from "@thioscope/core";
import type { TrajectorySink } from "@thioscope/core/atoms";
import type { ByteSource } from "../bytes/source.ts";

export interface TrajectoryOptions {
  task?: TaskContext;
  /** LAMMPS data or any single structure that names the atoms of a DCD or of a dump without types */
  structure?: ByteSource;
}

/** What a reader is given. */
export interface TrajectoryInput {
  readonly source: ByteSource;
  /** the unpacked content */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** bytes of the content, null where it is packed */
  readonly bytes: number | null;
  readonly task: TaskContext;
  /** species from a second file */
  readonly species: readonly string[] | null;
  readonly notices: Notice[];
}

export interface TrajectoryReader {
  /** e.g. "xdatcar" */
  readonly id: string;
  /** the product and file it stands for */
  readonly name: string;
  /** @param head the first unpacked bytes as text; @param name of the file without the ending of its packing */
  recognises(head: string, name: string): boolean;
  /** @returns the number of whole frames */
  read(input: TrajectoryInput, sink: TrajectorySink): Promise<number>;
}

/** The notice of a last frame that is not whole. */
export function cutFrame(index: number, what: string): Notice {
  return { code: "frame-cut", message: `frame ${index + 1} ends before it is whole (${what}) and is left out` };
}
