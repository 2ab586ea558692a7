/** Everything that was measured, along one clock: charge, discharge and rest of every run, spectra, scans. */
import type { PlacedPart, Story, StoryFile } from "@thioscope/core/story";
import type { Mounted } from "../dom.ts";
import type { DataTable, Figure, LegendEntry, Mark, Tone } from "../figure/model.ts";
import { mountPlotOf } from "../plot/mountPlot.ts";
import { richText } from "../text.ts";
import { at, nearest } from "../track.ts";
import { type PlotSpec, pythonHead, type StudyModel } from "./context.ts";

interface Bar {
  what: string;
  from: number;
  to: number;
  tone: Tone;
}

interface Lane {
  name: string;
  bars: Bar[];
  /** hours of things that took no time to speak of */
  moments: number[];
  what: string;
}

/** Half the height of a bar; lanes are one apart. */
const HALF = 0.34;
/** More bars than this are thinner than a pixel: the whole run is one then. */
const MOST_BARS = 1200;
/** Of the whole time: shorter bars cannot be seen. */
const SHORTEST = 0.004;

const timeOfRow = ({ trace }: StoryFile, row: number): number => at(trace.timeHour, Math.max(0, nearest(trace.row, row)));

function laneOfFile(file: StoryFile, shift: number): Lane {
  const n = file.trace.timeHour.length;
  const bars: Bar[] = [];
  if (n > 0)
    bars.push({ what: "rest", from: shift + at(file.trace.timeHour, 0), to: shift + at(file.trace.timeHour, n - 1), tone: "quiet" });
  for (const half of file.halfCycles) {
    const last = half.timeHour.length - 1;
    if (last < 1) continue;
    const tone: Tone = half.direction === "discharge" ? "accent" : "first";
    bars.push({ what: half.direction, from: shift + at(half.timeHour, 0), to: shift + at(half.timeHour, last), tone });
  }
  const spectra = n === 0 ? [] : (file.impedance?.spectra ?? []);
  return { name: file.name, bars, moments: spectra.map(({ rows }) => shift + timeOfRow(file, rows.first)), what: "spectrum" };
}

function laneOfPart(part: PlacedPart, shift: number): Lane | null {
  if (part.kind !== "diffraction" || !part.scans || part.scans.timeHour.length === 0) return null;
  const { timeHour } = part.scans;
  return {
    name: `${part.source ?? part.title}, ${part.step}`,
    bars: [],
    moments: Array.from({ length: timeHour.length }, (_, i) => shift + at(timeHour, i)),
    what: "scan",
  };
}

/** Lanes in the order of the story, hours from the earliest start; what has no clock is named. */
function lanesOf({ files, parts }: Story): { lanes: Lane[]; isShared: boolean; isMany: boolean; without: string[] } {
  const held = files.filter(({ trace }) => trace.timeHour.length > 0);
  const isShared = held.length > 0 && held.every(({ startUnixSecond }) => startUnixSecond !== undefined);
  const first = Math.min(...held.map(({ startUnixSecond }) => startUnixSecond ?? 0));
  const shiftOf = (file: StoryFile | undefined): number => (isShared && file ? (file.startUnixSecond! - first) / 3600 : 0);
  const lanes: Lane[] = held.map((file) => laneOfFile(file, shiftOf(file)));
  const without = files.filter((file) => !held.includes(file)).map(({ name }) => name);
  for (const part of parts) {
    const lane = part.runFile === null ? null : laneOfPart(part, shiftOf(files[part.runFile]));
    if (lane) lanes.push(lane);
    else if (part.files.length > 0 && part.runFile === null) without.push(part.title);
  }
  return { lanes, isShared, isMany: held.length > 1, without: [...new Set(without)] };
}

function timelineFigure(story: Story): Figure {
  const { lanes, isShared, isMany, without } = lanesOf(story);
  const all = lanes.flatMap(({ bars, moments }) => [...bars.flatMap(({ from, to }) => [from, to]), ...moments]);
  const whole = Math.max(...all) - Math.min(0, ...all);
  const marks = lanes.flatMap((lane, k): Mark[] => [
    // a run too short for a bar is a place
    ...(lane.bars.length > 0 && lane.bars.every(({ from, to }) => to - from < SHORTEST * whole)
      ? [{ kind: "points", x: [lane.bars[0]!.from], y: [k], tone: "quiet", shape: "square", size: 0.7 } as const]
      : []),
    ...(lane.bars.length > MOST_BARS ? lane.bars.slice(0, 1) : lane.bars).map((bar): Mark => {
      const half = bar.tone === "quiet" ? HALF / 4 : HALF;
      return { kind: "band", x: [bar.from, bar.to], low: [k - half, k - half], high: [k + half, k + half], tone: bar.tone };
    }),
    ...(lane.moments.length > 0
      ? [{ kind: "points", x: lane.moments, y: lane.moments.map(() => k), tone: "second", shape: "disc", size: 0.7 } as const]
      : []),
  ]);
  const legend: LegendEntry[] = [
    { label: richText("discharge"), tone: "accent", as: "band" },
    { label: richText("charge"), tone: "first", as: "band" },
    { label: richText("rest"), tone: "quiet", as: "band" },
    ...(lanes.some(({ moments }) => moments.length > 0)
      ? [{ label: richText("spectrum or scan"), tone: "second" as const, as: "disc" as const }]
      : []),
  ];
  const notes = [
    isMany && !isShared ? "Not every file tells a wall clock: each run begins at its own zero." : "",
    without.length > 0 ? `Without a clock: ${without.join(", ")}.` : "",
  ].filter((text) => text !== "");
  return {
    x: { label: richText(isShared ? "Time since the first start (h)" : "Time (h)"), min: Math.min(0, ...all), max: Math.max(1e-6, ...all) },
    panels: [{ weight: 1, left: { label: [], min: lanes.length - 0.4, max: -0.6, names: lanes.map(({ name }) => richText(name)) }, marks }],
    legend,
    ...(lanes.length === 0 ? { empty: "Nothing here was measured along a clock." } : {}),
    ...(notes.length > 0 ? { note: notes.join(" ") } : {}),
    aspect: Math.min(1.2, 0.25 + 0.09 * lanes.length),
    data: () => timelineTable(lanes),
  };
}

function timelineTable(lanes: readonly Lane[]): DataTable {
  const rows = lanes.flatMap(({ name, bars, moments, what }) => [
    ...bars.map((bar) => ({ name, what: bar.what, from: bar.from, to: bar.to })),
    ...moments.map((moment) => ({ name, what, from: moment, to: moment })),
  ]);
  return {
    columns: [
      { name: "measured", unit: "", values: rows.map(({ name }) => name) },
      { name: "what", unit: "", values: rows.map(({ what }) => what) },
      { name: "from", unit: "h", values: rows.map(({ from }) => from) },
      { name: "to", unit: "h", values: rows.map(({ to }) => to) },
    ],
  };
}

export const TIMELINE: PlotSpec<Story> = {
  id: "timeline",
  title: "Everything measured",
  height: 160,
  heightOf: (story) => Math.min(620, 70 + 30 * Math.max(1, lanesOf(story).lanes.length)),
  brushOver: "curve",
  cursorLine: false,
  figure: timelineFigure,
  command: () => `thioscope query "select file, min(test_time_second) / 3600, max(test_time_second) / 3600 from points group by file"`,
  python: (_, csv) =>
    `${pythonHead(csv)}for k, (name, one) in enumerate(data.groupby("measured", sort=False)):\n    for what, part in one.groupby("what"):\n        ax.broken_barh(list(zip(part["from"], (part["to"] - part["from"]).clip(lower=0.01))), (k - 0.3, 0.6), alpha=0.6, label=what)\nax.set(xlabel="Time (h)")\nfig.savefig("timeline.pdf")\n`,
};

export function mountTimeline(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  return mountPlotOf(element, TIMELINE, first, { of: ({ story }) => story, name: ({ title }) => title });
}
