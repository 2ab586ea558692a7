/** Bars of stability: between which potentials each compound is stable, what it becomes on both sides, and how far the energy sets disagree. */
import { isComputable } from "@thioscope/core";
import { isRefused, type StabilityWindow, type WindowEdges } from "@thioscope/core/thermo";
import type { BandMark, Figure, LabelMark, LineMark, Mark, PointMark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import type { PartFigure } from "../parts/model.ts";
import { pythonHead } from "../study/context.ts";
import { quantityText, type Run, richText } from "../text.ts";
import { commandOptions, conditionsIn, conditionText, numberFrom, solutionOf, type ThermoContext } from "./shared.ts";
import type { SolvedWindow } from "./solve.ts";

const HALF = 0.16;
/** where the sets' boundaries and the reactions stand, below the bar */
const SETS = -0.25;
const WORDS = [-0.4, -0.53] as const;

function figure(context: ThermoContext): Figure {
  const { part } = context;
  const windows = solutionOf(context).windows();
  const count = windows.length;
  const all = windows.flatMap(({ edges, first }) => [
    ...edges.sets.flatMap(({ answer }) => (isRefused(answer) ? [] : boundsOf(answer))),
    // a compound that is stable against the metal is so from 0 V
    ...(first ? ends(first) : []),
  ]);
  const x = padded(extent([all.filter(Number.isFinite)]), 0.04);
  const marks = windows.flatMap((window, k) => marksOf(window, count - 1 - k, x.min));
  const conditions = conditionText(conditionsIn(context));
  const few = windows.filter(({ edges, first }) => edges.independent < 3 && first).map(({ formula }) => formula);
  const shown = windows.some(({ first }) => first !== null);
  return {
    x: { label: richText(`Potential against ${part.ion} (V)`), ...x },
    panels: [
      {
        weight: 1,
        left: {
          label: [],
          min: -0.75,
          max: count - 0.6,
          names: windows.map((_, k): Run[] => richText(windows[count - 1 - k]!.formula)),
        },
        marks,
      },
    ],
    legend: [
      { label: richText("stable"), tone: "first", as: "band" },
      { label: richText("not on the hull: what takes its place"), tone: "quiet", as: "hatch" },
      { label: richText("boundaries by each set"), tone: "ink", as: "ring" },
    ],
    ...(shown ? {} : { empty: "No energy set answers for these compounds." }),
    note: [
      ...(conditions === "" ? [] : [`At ${conditions}`]),
      "windows in a cell are wider: kinetics are not in them",
      ...(few.length > 0
        ? [`fewer than three independent calculations have ${few.join(", ")}: their spread is a lower bound of the uncertainty`]
        : []),
    ].join("; "),
    aspect: Math.min(1.2, 0.22 + 0.24 * count),
    data: () => tableOf(windows),
  };
}

const boundsOf = ({ reduction, oxidation }: WindowEdges): [number, number] => [reduction ?? Number.NaN, oxidation ?? Number.NaN];

function marksOf({ edges, first: window }: SolvedWindow, y: number, left: number): Mark[] {
  if (!window) return [label(left, y, reasonOf(edges.sets))];
  const [low, high] = ends(window);
  const bar: BandMark = {
    kind: "band",
    x: [low, high],
    low: [y - HALF, y - HALF],
    high: [y + HALF, y + HALF],
    tone: window.window ? "first" : "quiet",
    hatched: window.window === null,
  };
  const answers = edges.sets.flatMap(({ answer }) => (isRefused(answer) ? [] : [boundsOf(answer)]));
  const sets = [0, 1].flatMap((side): Mark[] => {
    const values = answers.map((bounds) => bounds[side]!).filter(Number.isFinite);
    const range = extent([values]);
    if (!range || values.length < 2) return [];
    const points: PointMark = { kind: "points", x: values, y: values.map(() => y + SETS), tone: "ink", shape: "ring", size: 0.7 };
    const line: LineMark = { kind: "line", x: [range[0], range[1]], y: [y + SETS, y + SETS], tone: "ink", width: 0.7, plain: true };
    return [line, points];
  });
  const stable = window.window === null ? [label((low + high) / 2, y + HALF, aboveText(edges, window), "above")] : [];
  const words = reactionLines(window).map((line, k) => label(left, y + WORDS[k]!, line));
  return [bar, bar, ...sets, ...stable, ...words];
}

/** Where a bar begins and ends; without an end on one side it has no length there. */
function ends(window: StabilityWindow): [number, number] {
  const [low, high] = [numberFrom(window.reduction.voltage), numberFrom(window.oxidation.voltage)];
  if (window.window) return [window.window[0].value, window.window[1].value];
  return [Number.isFinite(low) ? low : high, Number.isFinite(high) ? high : low];
}

const label = (x: number, y: number, line: string, place: LabelMark["place"] = "right"): LabelMark => ({
  kind: "label",
  x,
  y,
  lines: [richText(line)],
  tone: "ink",
  place,
});

function reactionLines({ reduction, oxidation }: StabilityWindow): [string, string] {
  const line = (word: string, { voltage, reaction, phases }: StabilityWindow["reduction"]): string =>
    isComputable(voltage)
      ? `${word} ${quantityText(rounded(voltage))}: ${reaction?.text ?? `gives ${phases.join(" + ")}`}`
      : voltage.notComputable;
  return [line("below", reduction), line("above", oxidation)];
}

/** A potential without an error of its own is told to a hundredth of a volt. */
const rounded = <Q extends { value: number; sigma: number | null }>(q: Q): Q =>
  q.sigma === null ? { ...q, value: Number(q.value.toFixed(2)) } : q;

/** "no window: 6.1 meV/atom above the hull (0.0 to 6.6 over the sets)" */
function aboveText({ sets }: SolvedWindow["edges"], { energyAboveHull, sentence }: StabilityWindow): string {
  const milli = (value: number): string => (1000 * value).toFixed(1);
  const all = sets.flatMap(({ answer }) => (isRefused(answer) ? [] : [answer.energyAboveHull]));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const spread = milli(least) === milli(most) ? "" : ` (${milli(least)} to ${milli(most)} over the sets)`;
  return energyAboveHull.value > 0 ? `no window: ${milli(energyAboveHull.value)} meV/atom above the hull${spread}` : sentence;
}

function reasonOf(sets: SolvedWindow["edges"]["sets"]): string {
  const [first] = sets.flatMap(({ answer }) => (isRefused(answer) ? [answer.notComputable] : []));
  return first ?? "no energy set has it";
}

function tableOf(windows: readonly SolvedWindow[]) {
  const rows = windows.flatMap(({ formula, whole }) => whole().sets.map(({ set, answer }) => ({ formula, set, answer })));
  const column = (
    name: string,
    unit: string,
    of: (w: StabilityWindow) => { value: number; sigma: number | null } | { notComputable: string },
  ) => {
    const answers = rows.map(({ answer }) => (isRefused(answer) ? answer : of(answer)));
    return {
      name,
      unit,
      values: answers.map((a) => ("value" in a ? a.value : Number.NaN)),
      sigma: answers.map((a) => ("value" in a ? (a.sigma ?? Number.NaN) : Number.NaN)),
      reasons: answers.map((a) => ("value" in a ? undefined : a.notComputable)),
    };
  };
  const words = (of: (w: StabilityWindow) => string): string[] => rows.map(({ answer }) => (isRefused(answer) ? "" : of(answer)));
  return {
    columns: [
      { name: "compound", unit: "", values: rows.map(({ formula }) => formula) },
      { name: "set", unit: "", values: rows.map(({ set }) => set.name) },
      column("reduction", "V", (w) => w.reduction.voltage),
      column("oxidation", "V", (w) => w.oxidation.voltage),
      column("above hull", "eV/atom", (w) => w.energyAboveHull),
      { name: "on reduction", unit: "", values: words((w) => w.reduction.reaction?.text ?? w.reduction.phases.join(" + ")) },
      { name: "on oxidation", unit: "", values: words((w) => w.oxidation.reaction?.text ?? w.oxidation.phases.join(" + ")) },
    ],
  };
}

export const WINDOWS: PartFigure<"thermo"> = {
  id: "stability-windows",
  title: "Stability windows",
  height: 420,
  heightOf: ({ part }) => 90 + 150 * Math.max(1, part.windows.length),
  wide: true,
  brushOver: "curve",
  cursorLine: false,
  isShown: ({ windows }) => windows.length > 0,
  figure,
  command: (context) =>
    context.part.windows
      .map(({ formula }) => `thioscope thermo window ${formula} --ion ${context.part.ion}${commandOptions(conditionsIn(context))}`)
      .join("\n"),
  python: (_, name) =>
    `${pythonHead(name)}first = data.groupby("compound", sort=False).first()\nax.barh(first.index, first["oxidation"] - first["reduction"], left=first["reduction"])\nax.set(xlabel="Potential (V)")\nfig.savefig("windows.pdf")\n`,
};
