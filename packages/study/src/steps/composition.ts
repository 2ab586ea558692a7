/** x in M₂Sₓ and the products as intervals: a row per half cycle for the database, all of it for the story. */
import { makeTable, type Table, textColumn } from "@thioscope/core";
import { type CompositionPriors, parseShareRange } from "@thioscope/core/cycling";
import { type CompositionHalf, type CompositionStory, compositionStory } from "@thioscope/core/story";
import { tableToParquet } from "../parquet.ts";
import type { FileInput, ResultInput, StepFunction } from "../stepModules.ts";
import { answers, integers, numbers, whereItApplies } from "./applies.ts";
import { loadCell } from "./cell.ts";
import { cyclingOptions } from "./cyclingOptions.ts";
import { jsonBytes, loadFile, METHOD_COLUMNS } from "./facts.ts";

export const compositionStep: StepFunction = async (inputs, parameters, io) => {
  const priors = priorsOf(parameters);
  const { accuracy } = cyclingOptions(parameters);
  const cell = await loadCell(io, inputs.cell as FileInput | undefined);
  const file = await loadFile(io, inputs.read as ResultInput, METHOD_COLUMNS);
  const found = whereItApplies("no-composition", () => compositionStory(file, cell, priors, accuracy));
  if (found.value === null) {
    return {
      files: { "composition.json": jsonBytes({ notComputable: found.reason }) },
      notices: found.notices,
      summary: { halfCycles: 0 },
    };
  }
  const story = found.value;
  return {
    files: { "composition.parquet": tableToParquet(tableOf(story)), "composition.json": jsonBytes(story) },
    notices: story.everyCycle
      ? [
          {
            code: "composition-thinned",
            message: `a long run: products are given of the first and every ${story.everyCycle}th cycle, and of the last`,
          },
        ]
      : [],
    summary: { halfCycles: story.halfCycles.length },
  };
};

function priorsOf(parameters: Readonly<Record<string, unknown>>): CompositionPriors {
  const range = (name: string) => (parameters[name] === "auto" ? undefined : parseShareRange(String(parameters[name])));
  const [electrolyteShare, mediatorShare, unreacted] = ["electrolyte_share", "mediator_share", "unreacted"].map(range);
  return { ...(electrolyteShare && { electrolyteShare }), ...(mediatorShare && { mediatorShare }), ...(unreacted && { unreacted }) };
}

/** x at the end of the half cycle; shares of the sulfur atoms at the end of a discharge, the error of both ends beside them. */
function tableOf({ halfCycles }: CompositionStory): Table {
  const whole = (name: string, of: (half: CompositionHalf) => number) => integers(name, halfCycles.map(of));
  const real = (name: string, of: (half: CompositionHalf) => number) => numbers(name, "", halfCycles.map(of));
  const last = (values: ArrayLike<number>): number => {
    const value = values[values.length - 1] ?? Number.NaN;
    return Number.isFinite(value) ? value : Number.NaN;
  };
  return makeTable([
    whole("half_cycle", (h) => h.half),
    whole("cycle", (h) => h.cycle),
    textColumn(
      "direction",
      halfCycles.map((h) => h.direction),
    ),
    whole("first_row", (h) => h.rows.first),
    whole("last_row", (h) => h.rows.last),
    ...answers(
      "capacity_mah_g",
      "mAh/g",
      halfCycles.map((h) => h.capacity),
    ),
    real("x_low", (h) => last(h.xLow)),
    real("x_high", (h) => last(h.xHigh)),
    real("x_relative_sigma", (h) => h.relativeSigma),
    ...["sulfur", "disulfide", "sulfide"].flatMap((name, k) =>
      (["low", "high", "sigma"] as const).map((part) => real(`${name}_${part}`, (h) => h.split?.end[k]?.[part] ?? Number.NaN)),
    ),
    textColumn(
      "dominant",
      halfCycles.map((h) => h.split?.dominant ?? ""),
    ),
  ]);
}
