/** thioscope xrd map: phases of a study over position and time: onsets, fronts, layers, and the clock behind them. */
import { type Answer, formatQuantity, isComputable, type Notice, type Quantity } from "@thioscope/core";
import type { Action } from "../../actions.ts";
import { oneWord, textTable, warningLines } from "../../inputs.ts";
import { type FrameResult, jsonOf, resultsOf } from "./study.ts";

const USAGE = "thioscope xrd map STUDY";

/** What of map.json is told. */
interface StoredMap {
  places: string;
  positions: readonly number[];
  scans: number;
  clock: {
    how: string;
    offset: Quantity;
    refused: string | null;
    pairs: readonly { seen: { label: string }; event: { label: string }; difference: Quantity }[];
  };
  phases: readonly {
    phase: string;
    definition: string;
    chosen: string;
    reflections: readonly string[];
    leftOut: readonly string[];
    onset: Answer;
    fronts: readonly { stage: { label: string }; edge: string; motion: { velocity: Answer; smallest: Quantity } }[];
    layers: readonly { label: string; positions: readonly (Quantity | null)[]; motion: { velocity: Answer }; resolution: Quantity }[];
    thicknesses: readonly { label: string; values: readonly (Quantity | null)[] }[];
  }[];
}

export const mapAction: Action = {
  usage: USAGE,
  about: `runs what of STUDY is not done (study.yaml with a source of the kind frames and the step xrd.map) and tells when each phase appears, how
its fronts move, where the layers lie and how thick they are, with the offset of the clocks. All of it lies in results/xrd.map: map.parquet,
edges.parquet, map.json.`,
  options: {},
  examples: ["thioscope xrd map beamtime"],
  async run(words, _options, io) {
    const folder = oneWord(words, USAGE);
    const sources: unknown[] = [];
    for (const result of await resultsOf(folder, "xrd.map", io)) {
      const map = await jsonOf<StoredMap>(result, "map.json");
      const { notices } = await jsonOf<{ notices: readonly Notice[] }>(result, "run.json");
      io.say(describe(result, map));
      for (const line of warningLines(notices)) io.hint(`warning: ${line}`);
      sources.push(json(result, map, notices));
    }
    io.result({ study: folder, sources });
  },
};

const shown = (answer: Answer | null | undefined): string => (answer && isComputable(answer) ? formatQuantity(answer) : "–");

/** Where a series of edges or thicknesses is known first and last. */
const ends = (list: readonly (Quantity | null)[]): readonly [Quantity | null, Quantity | null] => {
  const known = list.filter((q) => q !== null);
  return [known[0] ?? null, known.at(-1) ?? null];
};

const largest = (list: readonly (Quantity | null)[]): Quantity | null =>
  list.reduce<Quantity | null>((a, q) => (q && (!a || q.value > a.value) ? q : a), null);

const hours = (answer: Answer): Answer =>
  isComputable(answer) ? { value: answer.value / 3600, sigma: answer.sigma === null ? null : answer.sigma / 3600, unit: "h" } : answer;

function describe({ source }: FrameResult, map: StoredMap): string {
  const { clock, positions, scans } = map;
  const lines = [
    `${source}: ${scans} scans of ${positions.length} positions, ${positions[0]!.toFixed(0)} to ${positions.at(-1)!.toFixed(0)} µm (${map.places})`,
    clock.how === "same clock"
      ? `clock: taken to agree with the cycler's${clock.refused ? ` (${clock.refused})` : ""}`
      : `clock: ahead of the cycler's by ${formatQuantity(clock.offset)}, ${clock.how}`,
    ...clock.pairs.map(({ seen, event, difference }) => `  ${seen.label}: ${formatQuantity(difference)} after ${event.label}`),
    "",
    textTable(
      ["phase", "reflections", "appears"],
      map.phases.map((p) => [p.phase, p.reflections.join(" "), shown(hours(p.onset))]),
    ),
  ];
  const moving = map.phases.flatMap((p) =>
    p.fronts.flatMap(({ stage, edge, motion }) =>
      isComputable(motion.velocity) ? [[p.phase, stage.label, edge, shown(motion.velocity)]] : [],
    ),
  );
  if (moving.length > 0) lines.push("", textTable(["front", "on", "edge", "velocity"], moving));
  const still = map.phases.flatMap((p) =>
    p.layers.map((layer) => [layer.label, ...ends(layer.positions).map(shown), shown(layer.motion.velocity)]),
  );
  if (still.length > 0) lines.push("", textTable(["edge of a layer", "first scan", "last scan", "velocity"], still));
  const thick = map.phases.flatMap((p) =>
    p.thicknesses.map((t) => [t.label, shown(ends(t.values)[0]), shown(largest(t.values)), shown(ends(t.values)[1])]),
  );
  if (thick.length > 0) lines.push("", textTable(["thickness", "first scan", "largest", "last scan"], thick));
  return lines.join("\n");
}

function json({ source }: FrameResult, map: StoredMap, notices: readonly Notice[]): unknown {
  const um = (value: number): Quantity => ({ value, sigma: null, unit: "µm" });
  return {
    source,
    scans: map.scans,
    positions: { values: map.positions, sigma: null, unit: "µm" },
    clock: {
      how: map.clock.how,
      offset: map.clock.offset,
      refused: map.clock.refused,
      pairs: map.clock.pairs.map(({ seen, event, difference }) => ({ seen: seen.label, event: event.label, difference })),
    },
    phases: map.phases.map((p) => ({
      phase: p.phase,
      definition: p.definition,
      reflections: p.reflections,
      leftOut: p.leftOut,
      chosen: p.chosen,
      onset: hours(p.onset),
      fronts: p.fronts.map(({ stage, edge, motion }) => ({
        on: stage.label,
        edge,
        velocity: motion.velocity,
        smallest: Number.isFinite(motion.smallest.value) ? motion.smallest : null,
      })),
      layers: p.layers.map((layer) => {
        const [first, last] = ends(layer.positions);
        return { label: layer.label, atFirst: first, atLast: last, velocity: layer.motion.velocity, resolution: layer.resolution };
      }),
      thicknesses: p.thicknesses.map(({ label, values }) => {
        const [first, last] = ends(values);
        return { label, atFirst: first, atLast: last, largest: largest(values) };
      }),
    })),
    from: um(map.positions[0]!),
    to: um(map.positions.at(-1)!),
    warnings: notices,
  };
}
