/**
 * Where and when every frame was taken: from the scan log, from headers (motors, start of the exposure), or as declared. What the settings of the source say wins; where nothing says it the step
 * is refused, never guessed.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { type PlacedFrame, type ScanGrid, scanGrid } from "@thioscope/core/clock";
import { headerInstant, readScanLog, type ScanLogRow } from "@thioscope/formats";
import type { SourceInputs } from "../../lines.ts";
import type { StepIo } from "../../stepModules.ts";
import { type FrameRef, quantitySetting } from "./source.ts";

export interface FramePlaces {
  /** frame of the grid → index among the refs */
  readonly index: readonly number[];
  readonly grid: ScanGrid;
  /** "scan log", "headers", "declared" */
  readonly how: string;
  /** times are s since 1970; otherwise since the first frame */
  readonly absolute: boolean;
  readonly notices: readonly Notice[];
}

const UNITS: Readonly<Record<string, number>> = { mm: 1e3, um: 1, m: 1e6 };

/** @throws ThioscopeError INVALID_INPUT that says which setting is missing */
export async function placesOf(inputs: SourceInputs, refs: readonly FrameRef[], io: StepIo): Promise<FramePlaces> {
  const { settings, settingFiles } = inputs;
  const log = settingFiles.log ? await loggedFrames(inputs, refs, io) : null;
  const declared = declaredScan(settings);
  const times = log ? null : timesOf(settings, refs);
  const notices: Notice[] = log ? [...log.notices] : [];
  const index: number[] = [];
  const placed: PlacedFrame[] = [];
  let missing = 0;
  for (const [i, ref] of refs.entries()) {
    const row = log?.rowOf[i];
    if (log && !row) {
      missing++;
      continue;
    }
    const position = declared ? declared(i).position : row ? log!.positionOf(row) : motorOf(settings, ref);
    const scan = declared ? declared(i).scan : (row?.scan ?? null);
    const timeSecond = row ? row.timeSecond + (row.exposureSecond || ref.facts.exposureSecond || 0) / 2 : times!.of(i);
    index.push(i);
    placed.push({ positionMicrometre: position, timeSecond, scan });
  }
  if (missing > 0)
    notices.push({ code: "frames-unlogged", message: `${missing} of ${refs.length} frames do not stand in the scan log and are left out` });
  if (placed.length === 0) throw new ThioscopeError("INVALID_INPUT", "no frame of the source stands in the scan log: do its names agree?");
  const grid = scanGrid(placed);
  const how = `${log ? "times of the scan log" : times!.how}, positions ${declared ? "as declared" : log ? "of the scan log" : "of the headers"}`;
  return { index, grid, how, absolute: log !== null || times!.absolute, notices: [...notices, ...grid.notices] };
}

interface Logged {
  readonly rowOf: readonly (ScanLogRow | undefined)[];
  positionOf(row: ScanLogRow): number;
  readonly notices: readonly Notice[];
}

async function loggedFrames({ files, settings, settingFiles }: SourceInputs, refs: readonly FrameRef[], io: StepIo): Promise<Logged> {
  const source = await io.open(settingFiles.log!);
  const log = await readScanLog(source);
  await source.close();
  const wanted = String(settings.position ?? "auto").replace(/^log\./, "");
  const names = log.motors.map(({ name }) => name);
  const motor = wanted === "auto" ? (log.motors.length === 1 ? log.motors[0] : undefined) : log.motors.find(({ name }) => name === wanted);
  const file = settingFiles.log!.file;
  const positions = (): { name: string; factor: number } => {
    if (!motor) {
      const said = wanted === "auto" ? "say which with the setting position" : `there is no column "${wanted}"`;
      throw new ThioscopeError("INVALID_INPUT", `columns that may be the position: ${names.join(", ") || "none"}; ${said}`, { file });
    }
    return { name: motor.name, factor: motor.inMicrometre ? 1 : UNITS[String(settings.position_unit)]! };
  };
  const places = settings.positions === "auto" ? positions() : null;
  const positionOf = (row: ScanLogRow): number => {
    const value = row.positions[places!.name];
    if (value === undefined) throw new ThioscopeError("INVALID_INPUT", `a frame of the log has no ${places!.name}`, { file });
    return value * places!.factor;
  };
  if (log.rows.every((row) => row.file === null)) {
    if (log.rows.length !== refs.length)
      throw new ThioscopeError("INVALID_INPUT", `the log names no files and has ${log.rows.length} rows for ${refs.length} frames`, {
        file,
      });
    return { rowOf: log.rows, positionOf, notices: log.notices };
  }
  // a log may name more or less of the path: the longest common end decides
  const byName = new Map<string, ScanLogRow>();
  const counts = new Map<string, number>();
  for (const row of log.rows) {
    const name = (row.file ?? "").replaceAll("\\", "/").split("/").filter(Boolean).join("/");
    // without a number, rows of one file are its frames in their order
    const frame = row.frame ?? counts.get(name) ?? 0;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    byName.set(`${name}#${frame}`, row);
  }
  const rowOf = refs.map(({ file: f, frame }) => {
    const path = files[f]!.file.split("/");
    for (let from = 0; from < path.length; from++) {
      const row = byName.get(`${path.slice(from).join("/")}#${frame}`);
      if (row) return row;
    }
    return undefined;
  });
  return { rowOf, positionOf, notices: log.notices };
}

function declaredScan(settings: Readonly<Record<string, unknown>>): ((frame: number) => { position: number; scan: number }) | null {
  if (settings.positions === "auto" || settings.positions === undefined) return null;
  const count = Number(settings.positions);
  const step = quantitySetting(settings, "step", "um")?.value;
  if (step === undefined) throw new ThioscopeError("INVALID_INPUT", "a declared scan needs the step between positions: set step");
  const first = quantitySetting(settings, "first", "um")?.value ?? 0;
  return (frame) => ({ position: first + step * (frame % count), scan: Math.floor(frame / count) });
}

function timesOf(
  settings: Readonly<Record<string, unknown>>,
  refs: readonly FrameRef[],
): { of: (index: number) => number; how: string; absolute: boolean } {
  const every = quantitySetting(settings, "every", "s")?.value ?? null;
  const half = (ref: FrameRef): number => (ref.facts.exposureSecond ?? 0) / 2;
  if (settings.started !== "auto" && settings.started !== undefined) {
    const start = headerInstant(String(settings.started));
    if (!Number.isFinite(start)) throw new ThioscopeError("INVALID_INPUT", `started: "${String(settings.started)}" is no time in ISO 8601`);
    if (every === null) throw new ThioscopeError("INVALID_INPUT", "started needs the time from one frame to the next: set every");
    return { of: (i) => start + every * i + half(refs[i]!), how: "times as declared", absolute: true };
  }
  const starts = refs.map(({ facts }) => (facts.startedAt === undefined ? Number.NaN : headerInstant(facts.startedAt)));
  if (starts.every(Number.isFinite)) {
    const many = refs.some(({ frame }) => frame > 0);
    // a header per frame tells each time; one per file needs the time between frames
    const differ = refs.some(({ file, frame }, i) => frame > 0 && refs[i - 1]!.file === file && starts[i] !== starts[i - 1]);
    if (many && !differ && every === null)
      throw new ThioscopeError(
        "INVALID_INPUT",
        "the headers state one time for several frames: set every, the time from one frame to the next",
      );
    return {
      of: (i) => starts[i]! + (many && !differ ? refs[i]!.frame * every! : 0) + half(refs[i]!),
      how: "times of the headers",
      absolute: true,
    };
  }
  if (every !== null) return { of: (i) => every * i, how: "times as declared, from the first frame", absolute: false };
  throw new ThioscopeError(
    "INVALID_INPUT",
    "neither a scan log nor the headers say when the frames were taken: set log, or every (with started), on the source",
  );
}

function motorOf(settings: Readonly<Record<string, unknown>>, { facts }: FrameRef): number {
  const motors = facts.motors ?? {};
  const names = Object.keys(motors);
  const wanted = String(settings.position ?? "auto").replace(/^header\./, "");
  const name = wanted === "auto" ? (names.length === 1 ? names[0] : undefined) : names.find((n) => n === wanted);
  if (name === undefined) {
    const said = wanted === "auto" ? "say which with the setting position, name a log, or declare the scan" : `there is no "${wanted}"`;
    throw new ThioscopeError("INVALID_INPUT", `motors in the headers: ${names.slice(0, 20).join(", ") || "none"}; ${said}`);
  }
  return motors[name]! * UNITS[String(settings.position_unit)]!;
}
