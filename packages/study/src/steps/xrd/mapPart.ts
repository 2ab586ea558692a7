/** Phases over position and time as a part of the story. */
import type { Answer, Quantity } from "@thioscope/core";
import { isComputable } from "@thioscope/core";
import type { DiffractionContent, Part, RowRange, ScanAxes, Sentence } from "@thioscope/core/story";
import type { MapResult } from "./mapTables.ts";
import { diffractionPart } from "./part.ts";
import type { FramePlaces } from "./places.ts";
import { cellState, type FrameClock, type RunClock, rowsBetween } from "./runClock.ts";
import type { FrameRef } from "./source.ts";

type Piece = Sentence["parts"][number];

export function mapPart(result: MapResult, refs: readonly FrameRef[]): Part {
  const { inputs, maps, places, run, clock, followed, notices } = result;
  const hours = (answer: Answer): Answer =>
    isComputable(answer) ? { value: answer.value / 3600, sigma: answer.sigma === null ? null : answer.sigma / 3600, unit: "h" } : answer;
  return diffractionPart("xrd.map", inputs, {
    title: "Phases over position and time",
    notices,
    run: run?.input.sha256 ?? null,
    command: "xrd map STUDY",
    sentences: [overview(places, refs.length), clockSentence(clock), ...followed.flatMap((_, k) => phaseSentences(result, k))],
    content: {
      scans: scanAxes(places, refs, clock, run),
      phaseMaps: maps.map((map, k) => ({
        phase: map.phase,
        unit: map.unit,
        values: byPosition(map.values, places),
        sigma: byPosition(map.sigma, places),
        reflections: result.windows
          .filter(({ phase }) => phase === map.phase)
          .map((w) => ({
            label: w.label,
            twoThetaDegree: w.twoThetaDegree,
            overlaps: w.foreign.filter(({ where }) => where === "peak").map(({ phase, label }) => `${phase} ${label}`),
          })),
        onset: hours(followed[k]!.onset),
      })),
      layers: followed.flatMap((_, k) => layerViews(result, k)),
    },
  });
}

/** Rows of positions, columns of scans; five digits are more than a picture shows. */
export function byPosition(values: Float64Array, { grid }: FramePlaces): number[] {
  const n = grid.positions.length;
  return Array.from({ length: values.length }, (_, at) => {
    const [position, scan] = [Math.floor(at / grid.scans), at % grid.scans];
    return Number(values[scan * n + position]!.toPrecision(5));
  });
}

export function scanAxes({ grid, how, index }: FramePlaces, refs: readonly FrameRef[], clock: FrameClock, run: RunClock | null): ScanAxes {
  const middle = Array.from(grid.scanSecond, (t) => clock.at(t).value);
  const half = grid.scans > 1 ? (middle.at(-1)! - middle[0]!) / (grid.scans - 1) / 2 : 900;
  const rows = run ? middle.map((t) => rowsBetween(run, t - half, t + half)) : [];
  const n = grid.positions.length;
  const behind = (of: "file" | "frame"): number[] =>
    Array.from({ length: n * grid.scans }, (_, at) => {
      const frame = grid.frame[(at % grid.scans) * n + Math.floor(at / grid.scans)]!;
      return frame < 0 ? Number.NaN : refs[index[frame]!]![of];
    });
  return {
    positionMicrometre: grid.positions,
    timeHour: middle.map((t) => t / 3600),
    firstRow: rows.map(([first]) => first),
    lastRow: rows.map(([, last]) => last),
    frames: { file: behind("file"), frame: behind("frame") },
    clock: { how: `${how}; ${clockWords(clock)}`, offset: clock.offset.offset },
    layers: [],
  };
}

const clockWords = (clock: FrameClock): string =>
  clock.offset.how === "estimated"
    ? `offset estimated from ${clock.offset.pairs.map(({ seen }) => seen.label).join(", ")}`
    : clock.offset.how === "declared"
      ? "offset as declared"
      : "clocks taken to agree";

function overview({ grid }: FramePlaces, frames: number): Sentence {
  const count = (value: number): Piece => ({ quantity: { value, sigma: null, unit: "" } });
  const { positions } = grid;
  return {
    parts: [
      count(frames),
      " frames make ",
      count(grid.scans),
      ` scans of ${positions.length} positions from ${positions[0]!.toFixed(0)} to ${positions[positions.length - 1]!.toFixed(0)} µm.`,
    ],
  };
}

function clockSentence({ offset, refused }: FrameClock): Sentence {
  if (offset.how === "same clock")
    return {
      parts: [`The clocks of frames and cycler are taken to agree${refused ? `: no offset could be estimated (${refused})` : ""}.`],
    };
  const from = offset.pairs.map(({ seen }) => seen.label).join(", ");
  return {
    parts: [
      "The clock of the frames is ahead of the cycler's by ",
      { quantity: offset.offset, note: offset.how === "declared" ? "as declared" : `from ${from}` },
      offset.how === "declared" ? " (declared)." : `, estimated from what stops as the current stops (${from}).`,
    ],
  };
}

function phaseSentences({ maps, followed, run }: MapResult, k: number): Sentence[] {
  const { phase } = maps[k]!;
  const { onset, fronts, edges } = followed[k]!;
  const told: Sentence[] = [];
  // a change that is too weak to follow may be another phase's
  if (isComputable(onset) && !("notComputable" in edges)) {
    const from = rowsAbout(run, onset);
    const hour: Quantity = { value: onset.value / 3600, sigma: (onset.sigma ?? 0) / 3600, unit: "h" };
    const state = cellState(run, onset);
    const parts: Piece[] = [`${phase} appears at `, { quantity: hour, ...from }];
    if (state.potential)
      parts.push(
        " (",
        { quantity: state.potential, ...from },
        state.x ? ", x = " : "",
        ...(state.x ? [{ quantity: state.x, ...from }] : []),
        ")",
      );
    const isShared = maps[k]!.notices.some(({ code }) => code === "phase-overlapped");
    told.push({ parts: [...parts, isShared ? "; other phases share its reflections, it may be one of them." : "."] });
  }
  for (const { stage, edge, motion } of fronts) {
    if (!isComputable(motion.velocity)) continue;
    told.push({
      parts: [
        `On ${stage.label} the ${edge} edge of ${phase} moves by `,
        { quantity: motion.velocity, note: "slope of its position over time" },
        ".",
      ],
    });
  }
  return told;
}

function rowsAbout(run: RunClock | null, { value, sigma }: Quantity): { from?: RowRange } {
  if (!run) return {};
  const [first, last] = rowsBetween(run, value - (sigma ?? 60), value + (sigma ?? 60));
  return Number.isFinite(first) ? { from: { file: 0, first, last } } : {};
}

function layerViews({ maps, followed, clock, places }: MapResult, k: number): DiffractionContent["layers"][number][] {
  const { phase } = maps[k]!;
  const { edges, fronts, layers } = followed[k]!;
  const list = (positions: readonly (Quantity | null)[]) => ({
    position: positions.map((p) => p?.value ?? Number.NaN),
    sigma: positions.map((p) => p?.sigma ?? Number.NaN),
  });
  const views = layers.map((layer) => ({
    label: layer.label,
    phase,
    timeHour: layer.timeSecond.map((t) => t / 3600),
    ...list(layer.positions),
    velocity: layer.motion.velocity,
    resolution: layer.resolution,
  }));
  if ("notComputable" in edges || !fronts.some(({ motion }) => isComputable(motion.velocity))) return views;
  const moving = (["lower", "upper"] as const).map((edge) => {
    const motions = fronts.filter((f) => f.edge === edge).map(({ motion }) => motion.velocity);
    return {
      label: `${phase}, ${edge} edge`,
      phase,
      timeHour: Array.from(places.grid.scanSecond, (t) => clock.at(t).value / 3600),
      ...list(edges[edge].map(({ position }) => position)),
      velocity: motions.find(isComputable) ?? motions[0] ?? { notComputable: "there is no stage" },
      resolution: edges.resolution,
    };
  });
  return [...views, ...moving];
}
