/**
 * Thousands of frames as tasks of their own: what a step computes of every frame alone is done in parts of 64 frames each, on whatever engine the study runs;
 * the step itself joins them. How frames are shared out depends on the frames alone, so that every engine gives the same bytes, and a part whose frames and parameters have not changed is found again.
 */
import { canonicalJson, checkCancelled, type TaskSpec } from "@thioscope/core";
import type { DetectorImage, ImageFacts } from "@thioscope/formats";
import { packExactly, unpackExactly } from "../../exactJson.ts";
import type { SourceInputs } from "../../lines.ts";
import type { FileInput, StepIo, StepOutput } from "../../stepModules.ts";
import { eachFrame, type FrameRef, requireShape, survey, withStack } from "./source.ts";

/** Half a second to a minute of work, depending on the step: enough to be worth a task, little enough to be lost. */
const FRAMES_PER_PART = 64;
const FILE = "frames.json";

/** A frame that a part is to compute: file among the part's files, frame in it, index among all frames, and a word of the step's own. */
type WantedFrame = readonly [file: number, frame: number, index: number, note: readonly number[]];

/** What a part is given besides what its step needs. */
export interface FramesInputs extends SourceInputs {
  frames: readonly WantedFrame[];
  /** the source's first file: it may hold the mask */
  first: FileInput;
}

interface Computed<T> {
  index: number;
  facts: ImageFacts;
  value: T;
}

/** What the parts of a step are made of. */
export interface PartPlan {
  readonly module: string;
  readonly export: string;
  /** settings that are files and that the part reads */
  readonly settingFiles: readonly string[];
  /** inputs besides those of a source */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly takesCell: boolean;
  /** those that what is computed of a frame depends on */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** null leaves the frame out; the numbers are handed to what computes it */
  readonly wanted?: (index: number) => readonly number[] | null;
}

/** The tasks that compute what a step needs of every frame; none where they are too few to be shared out. */
export function framesTasks(inputs: SourceInputs, refs: readonly FrameRef[], plan: PartPlan): TaskSpec[] {
  const wanted = refs.flatMap((ref, index) => {
    const note = plan.wanted ? plan.wanted(index) : [];
    return note === null ? [] : [{ ref, index, note }];
  });
  if (wanted.length <= FRAMES_PER_PART) return [];
  const settingFiles = Object.fromEntries(Object.entries(inputs.settingFiles).filter(([name]) => plan.settingFiles.includes(name)));
  const tasks: TaskSpec[] = [];
  for (let from = 0; from < wanted.length; from += FRAMES_PER_PART) {
    const share = wanted.slice(from, from + FRAMES_PER_PART);
    const files = [...new Set(share.map(({ ref }) => ref.file))];
    const at = new Map(files.map((file, k) => [file, k]));
    const given: FramesInputs = {
      source: inputs.source,
      files: files.map((file) => inputs.files[file]!),
      settings: {},
      settingFiles,
      cell: plan.takesCell ? inputs.cell : null,
      frames: share.map(({ ref, index, note }) => [at.get(ref.file)!, ref.frame, index, note]),
      first: inputs.files[0]!,
    };
    tasks.push({ module: plan.module, export: plan.export, inputs: { ...given, ...plan.extra }, parameters: plan.parameters });
  }
  return tasks;
}

let last: { key: string; made: Promise<unknown> } | null = null;

/** What all parts of a step share (the plan of an integration costs as much as many frames): made once in a thread, and kept until another step asks. */
export function sharedByParts<T>({ files: _, frames: _frames, ...inputs }: FramesInputs, how: unknown, make: () => Promise<T>): Promise<T> {
  const key = canonicalJson({ inputs, how });
  if (last?.key !== key) {
    const made = make();
    last = { key, made };
    made.catch(() => {
      last = null;
    });
  }
  return last.made as Promise<T>;
}

/** A part: its frames computed one after the other, each file opened once. */
export async function framesPart<T>(
  inputs: FramesInputs,
  shape: readonly [number, number],
  io: StepIo,
  compute: (image: DetectorImage, note: readonly number[]) => T,
): Promise<StepOutput> {
  const found: Computed<T>[] = [];
  for (const [file, input] of inputs.files.entries()) {
    const own = inputs.frames.filter(([of]) => of === file);
    await withStack(io, input, async (stack, lend) => {
      requireShape(stack, shape);
      if (stack.frames === 1) lend();
      for (const [, frame, index, note] of own) {
        checkCancelled(io.context);
        const image = await stack.frame(frame);
        found.push({ index, facts: { ...stack.facts, ...image.facts }, value: compute(image, note) });
        io.context.progress(found.length, inputs.frames.length, "frames");
      }
    });
  }
  return { files: { [FILE]: packExactly(found) }, notices: [], summary: { frames: found.length } };
}

/** What every frame gives: of the parts where they have been made, else computed here. Memory holds one part beside what `use` keeps. */
export async function perFrame<T>(
  inputs: SourceInputs,
  refs: readonly FrameRef[],
  io: StepIo,
  compute: (image: DetectorImage, note: readonly number[]) => T,
  use: (value: T, index: number) => void,
  wanted: (index: number) => readonly number[] | null = () => [],
): Promise<void> {
  if (io.parts.length === 0) {
    const notes = refs.map((_, index) => wanted(index));
    const computeOne = (image: DetectorImage, _ref: FrameRef, index: number): void => use(compute(image, notes[index]!), index);
    await eachFrame(inputs, refs, io, computeOne, (index) => notes[index] !== null);
    return;
  }
  for (const part of io.parts) {
    checkCancelled(io.context);
    const source = await io.openResult(part, FILE);
    try {
      for (const { index, facts, value } of unpackExactly(await source.read(0, source.size)) as Computed<T>[]) {
        refs[index]!.facts = facts;
        use(value, index);
      }
    } finally {
      await source.close();
    }
  }
}

/** Frames of the source, as a plan needs them. */
export const surveyed = async (inputs: SourceInputs, io: StepIo): Promise<readonly FrameRef[]> => (await survey(inputs, io)).refs;
