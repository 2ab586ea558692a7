/** The frame that a reader fills, and its way to the sink: header first, the same atoms in every frame. */
import type { TrajectoryFrame, TrajectoryHeader, TrajectorySink } from "@thioscope/core/atoms";
import { checkAtoms } from "./limits.ts";
import type { TrajectoryInput } from "./model.ts";

export class Emitter {
  readonly frame: TrajectoryFrame = { index: 0, step: null, coordinates: new Float64Array(0), isFractional: false, cell: null };
  readonly #input: TrajectoryInput;
  readonly #sink: TrajectorySink;
  hasBegun = false;

  constructor(input: TrajectoryInput, sink: TrajectorySink) {
    this.#input = input;
    this.#sink = sink;
  }

  /** Room for `atoms`; FILE_DAMAGED where their number differs from the frames before. */
  size(atoms: number, error: (message: string) => Error, line?: number): void {
    if (this.frame.coordinates.length === 3 * atoms) return;
    if (this.hasBegun)
      throw error(`frame ${this.frame.index + 1} has ${atoms} atoms, those before it ${this.frame.coordinates.length / 3}`);
    checkAtoms(atoms, this.#input.bytes, line === undefined ? { file: this.#input.source.name } : { file: this.#input.source.name, line });
    this.frame.coordinates = new Float64Array(3 * atoms);
  }

  begin(header: Omit<TrajectoryHeader, "unit"> & { unit?: "Å" | "" }): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    // the object itself: what becomes known later is filled in
    this.#sink.begin?.(Object.assign(header, { unit: header.unit ?? "Å" }));
  }

  /** Hands the frame over. @returns false where no more are wanted */
  emit(): boolean {
    const goesOn = this.#sink.frame(this.frame) !== false;
    this.frame.index++;
    return goesOn;
  }
}
