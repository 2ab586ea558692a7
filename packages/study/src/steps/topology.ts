/** Barcodes of sets of points: a row per bar for the database, the longest bars for the story. */
import { type Answer, checkCancelled, isComputable, makeTable, type Notice, ThioscopeError, textColumn } from "@thioscope/core";
import { type Part, packNumbers, type Sentence } from "@thioscope/core/story";
import { BAR_NAMES, matrixMetric, openMetric, periodicMetric, type RipsResult, ripsBarcodes } from "@thioscope/core/topology";
import { POINTS_SIZE_LIMIT, readPointSet } from "@thioscope/formats";
import type { SourceInputs } from "../lines.ts";
import { basename } from "../names.ts";
import { tableToParquet } from "../parquet.ts";
import type { StepFunction } from "../stepModules.ts";
import { integers, numbers } from "./applies.ts";
import { jsonBytes } from "./facts.ts";

/** Bars of one dimension that a diagram can show apart. */
const MOST_SHOWN = 500;

type Sets = Extract<Part, { kind: "topology" }>["sets"];

export const topologyStep: StepFunction = async (inputs, parameters, io) => {
  const { source, files } = inputs as unknown as SourceInputs;
  const maxDimension = Number(parameters.max_dimension) as 0 | 1 | 2;
  const notices: Notice[] = [];
  const sets: Sets[number][] = [];
  const names: string[] = [];
  const rows = { dimension: [] as number[], birth: [] as number[], death: [] as number[] };
  for (const [i, input] of files.entries()) {
    checkCancelled(io.context);
    io.context.progress(i, files.length, "sets of points");
    if (input.size > POINTS_SIZE_LIMIT) {
      throw new ThioscopeError("INVALID_INPUT", `${input.size} bytes: point sets of up to ${POINTS_SIZE_LIMIT} are read`, {
        file: input.file,
      });
    }
    const bytes = await io.open(input);
    const set = readPointSet(new TextDecoder().decode(await bytes.read(0, bytes.size)), basename(input.file));
    const metric = set.lower ? matrixMetric(set.lower) : set.cell ? periodicMetric(set.points, set.cell) : openMetric(set.points);
    const result = ripsBarcodes(metric, { maxDimension, cycles: true }, { ...io.context, progress() {} });
    for (const notice of [...set.notices, ...result.notices])
      notices.push({ ...notice, message: `${basename(input.file)}: ${notice.message}` });
    for (const { dimension, bars } of result.barcodes) {
      for (let k = 0; k < bars.length; k += 2) {
        names.push(basename(input.file));
        rows.dimension.push(dimension);
        rows.birth.push(bars[k]!);
        rows.death.push(bars[k + 1]!);
      }
    }
    const longest = result.barcodes.reduce((most, { bars }) => bars.reduce((a, b) => (Number.isFinite(b) ? Math.max(a, b) : a), most), 0);
    sets.push({
      file: i,
      points: metric.size,
      unit: set.unit,
      cap: result.cap,
      positions: set.lower ? null : packNumbers(set.points),
      cell: set.cell && Array.from(set.cell),
      symbols: set.species,
      barcodes: result.barcodes.map(({ dimension, bars }) =>
        shown(dimension, bars, result.cap ?? longest, pointsOf(result, dimension), set.unit),
      ),
    });
  }
  const part: Part = {
    kind: "topology",
    step: "topology",
    source,
    title: "Spacings, rings and cavities",
    files: files.map(({ file, sha256 }) => ({ name: basename(file), hash: sha256 })),
    run: null,
    sentences: sets.map((set) => sentenceOf(basename(files[set.file]!.file), set)),
    notices,
    command: `topology rips ${files[0]!.file} --max-dim ${maxDimension}`,
    sets,
  };
  const table = makeTable([
    textColumn("file", names),
    integers("dimension", rows.dimension),
    numbers("birth", "", rows.birth),
    numbers("death", "", rows.death),
  ]);
  return {
    files: { "bars.parquet": tableToParquet(table), "part.json": jsonBytes(part) },
    notices,
    summary: { sets: sets.length, bars: names.length },
  };
};

function sentenceOf(name: string, { barcodes }: Sets[number]): Sentence {
  const told = barcodes.flatMap(({ name: what, begin, end }, k): Sentence["parts"][number][] =>
    isComputable(begin) && isComputable(end)
      ? [
          k === 0 ? "" : "; ",
          `${what} `,
          ...(k === 0 ? [] : ["from ", { quantity: begin }, " "]),
          k === 0 ? "of " : "to ",
          { quantity: end },
        ]
      : [],
  );
  return { parts: [`${name}, means of the long bars: `, ...(told.length > 0 ? told : ["none ends"]), "."] };
}

/** What each bar of a dimension is made of. */
function pointsOf({ spacings, cycles }: RipsResult, dimension: number): (bar: number) => readonly (readonly number[])[] {
  if (dimension === 0) return (bar) => (spacings[bar] ? [spacings[bar]] : []);
  const byBar = new Map(cycles.filter((c) => c.dimension === dimension).map((c) => [c.bar, c]));
  return (bar) => {
    const cycle = byBar.get(bar);
    if (!cycle) return [];
    return cycle.rings.length > 0 ? cycle.rings : [[...new Set([...cycle.opens, ...(cycle.fills ?? [])])]];
  };
}

/** The longest bars; an open one ends at the longest length that was looked at. */
function shown(
  dimension: number,
  bars: Float64Array,
  end: number,
  points: (bar: number) => readonly (readonly number[])[],
  unit: string,
): Sets[number]["barcodes"][number] {
  const order = Array.from({ length: bars.length / 2 }, (_, k) => k).sort((a, b) => length(b) - length(a));
  const kept = order.slice(0, MOST_SHOWN);
  function length(k: number): number {
    return bars[2 * k + 1]! - bars[2 * k]!;
  }
  return {
    dimension,
    name: BAR_NAMES[dimension as 0 | 1 | 2],
    birth: kept.map((k) => bars[2 * k]!),
    death: kept.map((k) => Math.min(bars[2 * k + 1]!, end)),
    open: kept.map((k) => bars[2 * k + 1] === Number.POSITIVE_INFINITY),
    points: kept.map(points),
    ...meansOf(bars, unit),
    left: order.length - kept.length,
  };
}

/** Bars shorter than this share of the longest are ripple, unless all begin at zero. */
const LONG = 0.5;

function meansOf(bars: Float64Array, unit: string): { begin: Answer; end: Answer } {
  const all = Array.from({ length: bars.length / 2 }, (_, k) => [bars[2 * k]!, bars[2 * k + 1]!] as const).filter(([, death]) =>
    Number.isFinite(death),
  );
  const longest = all.reduce((most, [birth, death]) => Math.max(most, death - birth), 0);
  const long = all.filter(([birth, death]) => death - birth >= LONG * longest);
  return {
    begin: meanOf(
      long.map(([birth]) => birth),
      unit,
    ),
    end: meanOf(
      long.map(([, death]) => death),
      unit,
    ),
  };
}

function meanOf(values: readonly number[], unit: string): Answer {
  const n = values.length;
  if (n < 2) return { notComputable: `${n} bars that end: a mean with an error needs two` };
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1);
  return { value: mean, sigma: Math.sqrt(variance / n), unit };
}
