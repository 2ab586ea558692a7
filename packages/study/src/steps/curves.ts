/** One file as page and report show it. */
import type { Notice, Quantity } from "@thioscope/core";
import { type Cell, capacityBases, theoreticalOneCAmpere } from "@thioscope/core/cell";
import {
  bareSpectra,
  type Electrochemistry,
  fileOfSpectra,
  type HalfCyclePeaks,
  type ImpedanceStory,
  type StoryFile,
  type StoryOptions,
  storyFile,
  withElectrochemistry,
  withSpectra,
} from "@thioscope/core/story";
import type { FileInput, ResultInput, StepFunction, StepIo } from "../stepModules.ts";
import { loadCell } from "./cell.ts";
import { cyclingOptions } from "./cyclingOptions.ts";
import { type FileFacts, jsonBytes, loadFacts, loadFile, loadSpectra, METHOD_COLUMNS } from "./facts.ts";

export const curvesStep: StepFunction = async (inputs, parameters, io) => {
  const read = inputs.read as ResultInput;
  const facts = await loadFacts(io, read);
  const hash = String(inputs.hash);
  const impedance = await loadImpedance(io, read, inputs.eis as ResultInput | undefined, facts);
  const shown =
    facts.holds === "spectra" && impedance
      ? fileOfSpectra({ ...facts, hash, notices: [...facts.notices, ...facts.spectraNotices] }, impedance)
      : withPeaks(
          withImpedance(await cyclingFile(inputs, parameters, io, facts.name, hash), impedance, facts),
          await loadPeaks(io, inputs.dqdv as ResultInput | undefined),
        );
  const { found, notices } = await loadElectrochemistry(io, inputs);
  const whole = withElectrochemistry(shown, found, notices);
  return { files: { "curves.json": jsonBytes(whole) }, notices: [], summary: { rows: facts.rows, halfCycles: shown.halfCycles.length } };
};

async function cyclingFile(
  inputs: Readonly<Record<string, unknown>>,
  parameters: Readonly<Record<string, unknown>>,
  io: StepIo,
  name: string,
  hash: string,
): Promise<StoryFile> {
  const file = await loadFile(io, inputs.read as ResultInput, METHOD_COLUMNS);
  const cell = await loadCell(io, inputs.cell as FileInput | undefined);
  const options: StoryOptions = {
    ...cyclingOptions(parameters),
    ...(cell
      ? {
          bases: capacityBases(cell),
          oneCAmpere: oneC(cell),
          temperature: cell.temperature?.quantity ?? null,
          chemistry: chemistryOf(cell),
        }
      : {}),
  };
  return storyFile({ ...file, name, hash }, options, io.context);
}

/** "cathode C S Na3PS4 | separator Na3PS4" */
const chemistryOf = ({ layers }: Cell): string =>
  layers
    .filter(({ role }) => role === "cathode" || role === "separator")
    .map(
      ({ role, composition }) =>
        `${role} ${composition
          .map(({ name }) => name)
          .sort()
          .join(" ")}`,
    )
    .join(" | ");

function withImpedance(file: StoryFile, impedance: ImpedanceStory | null, facts: FileFacts): StoryFile {
  return impedance ? withSpectra(file, impedance, facts.spectraNotices) : file;
}

type PeakCurves = readonly { firstRow: number; peaks: HalfCyclePeaks }[];

/** Null where the step dqdv was not asked for peaks. */
async function loadPeaks(io: StepIo, input: ResultInput | undefined): Promise<PeakCurves | null> {
  if (!input) return null;
  const source = await io.openResult(input, "peakCurves.json").catch(() => null);
  return source && (JSON.parse(new TextDecoder().decode(await source.read(0, source.size))) as PeakCurves);
}

function withPeaks(file: StoryFile, found: PeakCurves | null): StoryFile {
  if (!found) return file;
  const byRow = new Map(found.map(({ firstRow, peaks }) => [firstRow, peaks]));
  const none = { notComputable: "no peaks were found: the notices of the step dqdv say why" };
  return { ...file, halfCycles: file.halfCycles.map((half) => ({ ...half, peaks: byRow.get(half.rows.first) ?? none })) };
}

/** Steps whose whole result is part of the story: the name it has there (null where it names itself), the notice where there is none. */
const ELECTROCHEMISTRY = {
  cv: ["voltammetry", "no-voltammogram"],
  gitt: [null, "no-titration"],
  symmetric: ["symmetric", "no-symmetric-cell"],
  composition: ["composition", "no-composition"],
} as const;

/** What these steps found; a step that does not apply to the file leaves a notice with its reason. */
async function loadElectrochemistry(
  io: StepIo,
  inputs: Readonly<Record<string, unknown>>,
): Promise<{ found: Electrochemistry; notices: readonly Notice[] }> {
  const results: Record<string, unknown> = {};
  const notices: Notice[] = [];
  for (const [step, [name, code]] of Object.entries(ELECTROCHEMISTRY)) {
    const input = inputs[step] as ResultInput | undefined;
    if (!input) continue;
    const source = await io.openResult(input, `${step}.json`);
    const found = JSON.parse(new TextDecoder().decode(await source.read(0, source.size))) as { notComputable?: string };
    if (found.notComputable === undefined) Object.assign(results, name === null ? found : { [name]: found });
    else notices.push({ code, message: found.notComputable });
  }
  return { found: results as Electrochemistry, notices };
}

async function loadImpedance(
  io: StepIo,
  read: ResultInput,
  eis: ResultInput | undefined,
  facts: FileFacts,
): Promise<ImpedanceStory | null> {
  if (facts.spectra.length === 0) return null;
  if (!eis) return bareSpectra(await loadSpectra(io, read), "the study does not ask for it: its steps do not contain `eis`");
  const source = await io.openResult(eis, "eis.json");
  return JSON.parse(new TextDecoder().decode(await source.read(0, source.size))) as ImpedanceStory;
}

function oneC(cell: Parameters<typeof theoreticalOneCAmpere>[0]): Quantity | null {
  const { answer } = theoreticalOneCAmpere(cell);
  return "notComputable" in answer ? null : answer;
}
