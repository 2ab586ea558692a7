/**
 * The cycler's side of the one clock: potential, charge and x at the moments of frames, and the events that frames may see. Time is s since the first row of the run.
 */
import { asFloat64, findColumn, type NotComputable, type Quantity } from "@thioscope/core";
import type { Cell } from "@thioscope/core/cell";
import {
  type ClockOffset,
  type CurrentEvent,
  currentEvents,
  declaredOffset,
  estimateOffset,
  onCellClock,
  readAt,
  SAME_CLOCK,
} from "@thioscope/core/clock";
import { chainLengthAt, halfCycles, type SulfurCurve, sulfurCurves } from "@thioscope/core/cycling";
import type { FrontStage, PhaseScans } from "@thioscope/core/diffraction";
import type { RunInput } from "../../lines.ts";
import type { StepIo } from "../../stepModules.ts";
import { loadFile, METHOD_COLUMNS } from "../facts.ts";
import { wallSeconds } from "../wallClock.ts";
import { turnsOf } from "./follow.ts";
import type { FramePlaces } from "./places.ts";
import { quantitySetting } from "./source.ts";

export interface RunClock {
  readonly input: RunInput;
  /** s since the first row, on the wall */
  readonly timeSecond: Float64Array;
  /** s since the first row, of the test: where curves of composition are */
  readonly testSecond: Float64Array;
  /** s since 1970 at the first row; null where the file does not say */
  readonly unixSecond: number | null;
  readonly voltageVolt: Float64Array;
  /** mAh since the first row, charging positive */
  readonly chargeMilliampereHour: Float64Array;
  readonly events: readonly CurrentEvent[];
  readonly sulfur: readonly SulfurCurve[] | NotComputable;
  /** s from the first row of the run to the first under current: where the sulfur curves begin */
  readonly sulfurOrigin: number;
}

/** The run that covers most of the frames; null where the study has none. */
export async function runClock(
  io: StepIo,
  run: readonly RunInput[],
  cell: Cell | null,
  frameSeconds: Float64Array,
): Promise<RunClock | null> {
  let best: { clock: RunClock; covered: number } | null = null;
  for (const input of run) {
    const file = await loadFile(io, input.read, [...METHOD_COLUMNS, "unix_time_second"]);
    const column = (name: string): Float64Array | null => {
      const found = findColumn(file, name);
      return found ? asFloat64(found) : null;
    };
    const [time, volt, ampere, unix] = [
      column("test_time_second"),
      column("voltage_volt"),
      column("current_ampere"),
      column("unix_time_second"),
    ];
    if (!time || !volt || !ampere || time.length < 2) continue;
    const testSecond = time.map((t) => t - time[0]!);
    const timeSecond = wallSeconds(file) ?? testSecond;
    const charge = new Float64Array(time.length);
    for (let i = 1; i < time.length; i++)
      charge[i] = charge[i - 1]! + (((ampere[i]! + ampere[i - 1]!) / 2) * (time[i]! - time[i - 1]!)) / 3.6;
    const halves = halfCycles(file);
    const first = halves[0];
    const clock: RunClock = {
      input,
      timeSecond,
      testSecond,
      unixSecond: unix && Number.isFinite(unix[0]!) ? unix[0]! : null,
      voltageVolt: volt,
      chargeMilliampereHour: charge,
      events: currentEvents(timeSecond, ampere),
      sulfur: cell ? sulfurCurves(halves, cell) : { notComputable: "no cell file says how much sulfur there is" },
      sulfurOrigin: first ? first.flow.series.timeSecond[first.from]! - time[0]! : 0,
    };
    const end = timeSecond[timeSecond.length - 1]!;
    const covered = frameSeconds.reduce((count, t) => {
      const at = t - (clock.unixSecond ?? 0);
      return count + (at >= 0 && at <= end ? 1 : 0);
    }, 0);
    if (!best || covered > best.covered) best = { clock, covered };
  }
  return best?.clock ?? null;
}

export interface FrameClock {
  readonly offset: ClockOffset;
  /** why no offset could be estimated, where one was asked for */
  readonly refused: string | null;
  /** a time of the frames in s since the first row of the run (or since the first frame, without one) */
  at(timeSecond: number): Quantity;
}

/** Without a run, or without absolute times on both sides, times count from the first frame. */
export function frameClock(
  settings: Readonly<Record<string, unknown>>,
  places: FramePlaces,
  run: RunClock | null,
  changes: readonly PhaseScans[],
): FrameClock {
  const declared = quantitySetting(settings, "clock_offset", "s");
  const first = places.grid.timeSecond.reduce((a, t) => (t < a ? t : a), Number.POSITIVE_INFINITY);
  const joined = run !== null && places.absolute && run.unixSecond !== null;
  const origin = joined ? run.unixSecond! : first;
  const clockOf = (offset: ClockOffset, refused: string | null): FrameClock => ({
    offset,
    refused,
    at: (t) => onCellClock(t - origin, offset),
  });
  if (!joined) return clockOf({ ...SAME_CLOCK, notices: [] }, run ? "times of frames and of the cycler have no common origin" : null);
  if (declared) return clockOf(declaredOffset(declared), null);
  const estimated = estimateOffset(turnsSeen(changes, run, origin), run.events, LARGEST_OFFSET);
  return "notComputable" in estimated ? clockOf(SAME_CLOCK, estimated.notComputable) : clockOf(estimated, null);
}

const LARGEST_OFFSET = 1800;
/** Looked at on either side of an event: at least this, and this many scans. */
const SIDE_SECOND = 7200;
const SIDE_SCANS = 5;

/** Where phases stop to change as the current is switched off. */
function turnsSeen(maps: readonly PhaseScans[], run: RunClock, origin: number): { label: string; time: Quantity }[] {
  const end = run.timeSecond[run.timeSecond.length - 1]!;
  const rests = run.events.flatMap((event, i) =>
    event.to === "rest" ? [{ event, from: event.time.value + origin, to: (run.events[i + 1]?.time.value ?? end) + origin }] : [],
  );
  return maps.flatMap((map) => {
    const { scans, scanSecond } = map.grid;
    const period = scans > 1 ? (scanSecond[scans - 1]! - scanSecond[0]!) / (scans - 1) : 0;
    const side = Math.max(SIDE_SECOND, SIDE_SCANS * period);
    return turnsOf(map, rests, side).map(({ label, at, time }) => ({
      label: `${label} at ${rests.find((rest) => rest === at)!.event.label}`,
      time: { ...time, value: time.value - origin },
    }));
  });
}

/** Scans that fall into each half cycle, for fronts: named by the direction of the current. */
export function stagesOf(places: FramePlaces, clock: FrameClock, run: RunClock | null): readonly FrontStage[] {
  const { grid } = places;
  const all: FrontStage = { label: "all scans", first: 0, last: grid.scans - 1 };
  if (!run || run.events.length === 0) return [all];
  const times = Array.from(grid.scanSecond, (t) => clock.at(t).value);
  const stages: FrontStage[] = [];
  for (const [i, event] of run.events.entries()) {
    if (event.to === "rest") continue;
    const end = run.events[i + 1]?.time.value ?? Number.POSITIVE_INFINITY;
    const inside = times.flatMap((t, k) => (t >= event.time.value && t <= end ? [k] : []));
    if (inside.length > 0) stages.push({ label: event.to, first: inside[0]!, last: inside.at(-1)! });
  }
  return stages.length > 0 ? stages : [all];
}

/** Potential, charge and x at a moment of the run; null where there is none. */
export interface CellState {
  readonly potential: Quantity | null;
  /** mAh since the first row */
  readonly charge: Quantity | null;
  readonly x: Quantity | null;
}

export function cellState(run: RunClock | null, moment: Quantity): CellState {
  if (!run) return { potential: null, charge: null, x: null };
  const of = (values: Float64Array, unit: string): Quantity | null => {
    const answer = readAt({ timeSecond: run.timeSecond, values, unit }, moment);
    return "notComputable" in answer ? null : answer;
  };
  const x = "notComputable" in run.sulfur ? run.sulfur : chainLengthAt(run.sulfur, testTimeAt(run, moment.value) - run.sulfurOrigin);
  return {
    potential: of(run.voltageVolt, "V"),
    charge: of(run.chargeMilliampereHour, "mAh"),
    x: "notComputable" in x ? null : { ...x, unit: "1" },
  };
}

/** Time of the test at a moment on the wall, linear between rows. */
function testTimeAt({ timeSecond, testSecond }: RunClock, moment: number): number {
  let i = 0;
  while (i + 1 < timeSecond.length && timeSecond[i + 1]! <= moment) i++;
  const span = i + 1 < timeSecond.length ? timeSecond[i + 1]! - timeSecond[i]! : 0;
  const part = span > 0 ? (moment - timeSecond[i]!) / span : 0;
  return testSecond[i]! + part * ((testSecond[i + 1] ?? testSecond[i]!) - testSecond[i]!);
}

/** Rows of the run that passed between two moments, from 0; NaN outside of it. */
export function rowsBetween(run: RunClock, from: number, to: number): readonly [number, number] {
  const { timeSecond: t } = run;
  const first = t.findIndex((v) => v >= from);
  if (first < 0 || t[first]! > to || to < 0) return [Number.NaN, Number.NaN];
  let last = first;
  while (last + 1 < t.length && t[last + 1]! <= to) last++;
  return [first, last];
}
