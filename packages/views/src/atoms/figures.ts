/** Motion of ions: displacement with the line and its band, diffusivities over temperature, radial distribution. */
import type { AtomsContent, AtomsRun } from "@thioscope/core/story";
import type { DataTable, Figure, LegendEntry, Mark, Tone } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import type { PartContext, PartFigure } from "../parts/model.ts";
import { type Choice, pythonHead } from "../study/context.ts";
import { richText } from "../text.ts";

type Context = PartContext<"atoms">;

const PAIR = "atoms.pair";

const toneOf = (k: number, count: number): Tone => (count === 1 ? "accent" : { ramp: count < 2 ? 0 : k / (count - 1) });
const nameOf = ({ temperature }: AtomsRun, k: number): string => (temperature === null ? `run ${k + 1}` : `${temperature} K`);
const nothing = (empty: string): Figure => ({
  x: { label: [], min: 0, max: 1 },
  panels: [],
  legend: [],
  empty,
  data: () => ({ columns: [] }),
});

const common = { brushOver: "curve", cursorLine: false, command: ({ part }: Context) => `thioscope ${part.command}` } as const;

/** Points of a line where it is a number. */
function finite(x: AtomsRun["time"], ys: readonly AtomsRun["time"][]): number[][] {
  const keep = Array.from(x, (_, i) => i).filter((i) => ys.every((y) => Number.isFinite(y[i]!)));
  return [x, ...ys].map((values) => keep.map((i) => values[i]!));
}

function displacementTable(runs: readonly AtomsRun[]): DataTable {
  const rows = runs.flatMap((run, k) => Array.from(run.time, (t, i) => ({ run: nameOf(run, k), t, run_: run, i })));
  return {
    columns: [
      { name: "run", unit: "", values: rows.map((r) => r.run) },
      { name: "time", unit: "ps", values: rows.map((r) => r.t) },
      { name: "msd", unit: "Å^2", values: rows.map((r) => r.run_.displacement[r.i]!) },
      { name: "collective", unit: "Å^2", values: rows.map((r) => r.run_.collective[r.i]!) },
      { name: "line", unit: "Å^2", values: rows.map((r) => r.run_.line[r.i]!) },
    ],
  };
}

export const DISPLACEMENT: PartFigure<"atoms"> = {
  ...common,
  id: "displacement",
  title: "Mean squared displacement",
  height: 300,
  figure({ part }) {
    const { runs } = part;
    const marks: Mark[] = [];
    for (const [k, run] of runs.entries()) {
      const tone = toneOf(k, runs.length);
      const [x, low, high, line] = finite(run.time, [run.low, run.high, run.line]) as [number[], number[], number[], number[]];
      marks.push({ kind: "band", x, low, high, tone });
      marks.push({ kind: "points", x: run.time, y: run.displacement, tone, shape: "ring", size: 0.6 });
      marks.push({ kind: "line", x, y: line, tone, width: 1.6 });
    }
    // beyond the line only few origins are left
    const end = Math.max(...runs.map((run) => run.regime[1])) * 1.15;
    const shown = runs.flatMap((run) => Array.from(run.displacement).filter((_, i) => run.time[i]! <= end));
    const legend: LegendEntry[] = runs.map((run, k) => ({ label: richText(nameOf(run, k)), tone: toneOf(k, runs.length), as: "ring" }));
    return {
      x: { label: richText("Time (ps)"), min: 0, max: end },
      panels: [{ weight: 1, left: { label: richText("MSD (Å²)"), min: 0, max: 1.05 * Math.max(...shown) }, marks }],
      legend: [
        ...legend,
        { label: richText("the line; 95 % of displacements measured at a lag lie in its band"), tone: "ink", as: "band" },
      ],
      data: () => displacementTable(runs),
    };
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}for name, run in data.groupby("run"):\n    ax.plot(run["time"], run["msd"], "o", ms=2, label=name)\n    ax.plot(run["time"], run["line"], lw=1)\nax.set(xlabel="Time (ps)", ylabel="MSD (Å²)")\nax.legend()\nplt.show()\n`,
};

export const DIFFUSIVITIES: PartFigure<"atoms"> = {
  ...common,
  id: "diffusivities",
  title: "Diffusivity over temperature",
  height: 300,
  isShown: (part) => part.arrhenius !== null,
  figure({ part }) {
    const fit = part.arrhenius;
    const runs = part.runs.filter((run): run is AtomsRun & { temperature: number } => run.temperature !== null);
    if (!fit) return nothing("Fewer than three temperatures.");
    const x = runs.map((run) => 1000 / run.temperature);
    const bars: Mark[] = runs.map((run, k) => ({ kind: "line", x: [x[k]!, x[k]!], y: run.D.interval95, tone: "accent", plain: true }));
    const all = [...Array.from(fit.low), ...Array.from(fit.high)];
    const range = { min: Math.min(...all), max: Math.max(...all) };
    const energy = fit.activationEnergy;
    return {
      x: { label: richText("1000/T (1/K)"), ...padded(extent([fit.inverse]), 0.03) },
      panels: [
        {
          weight: 1,
          left: { label: richText("D (cm²/s)"), min: range.min / 1.3, max: range.max * 1.3, log: true },
          marks: [
            { kind: "band", x: fit.inverse, low: fit.low, high: fit.high, tone: "second" },
            { kind: "line", x: fit.inverse, y: fit.line, tone: "second", width: 1.6 },
            ...bars,
            { kind: "points", x, y: runs.map((run) => run.D.value), tone: "accent", shape: "disc" },
          ],
        },
      ],
      legend: [
        { label: richText("D with 95 % interval"), tone: "accent", as: "disc" },
        {
          label: richText(`${energy.value.toFixed(3)} eV (95 %: ${energy.interval95.map((e) => e.toFixed(3)).join(" to ")})`),
          tone: "second",
          as: "band",
        },
      ],
      data: () => ({
        columns: [
          { name: "temperature", unit: "K", values: runs.map((run) => run.temperature) },
          { name: "D", unit: "cm2/s", values: runs.map((run) => run.D.value) },
          { name: "D_low", unit: "cm2/s", values: runs.map((run) => run.D.interval95[0]) },
          { name: "D_high", unit: "cm2/s", values: runs.map((run) => run.D.interval95[1]) },
          { name: "conductivity", unit: "S/cm", values: runs.map((run) => run.conductivity?.value ?? Number.NaN) },
        ],
      }),
    };
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}x = 1000 / data["temperature"]\nax.errorbar(x, data["D"], yerr=[data["D"] - data["D_low"], data["D_high"] - data["D"]], fmt="o")\nax.set(yscale="log", xlabel="1000/T (1/K)", ylabel="D (cm²/s)")\nplt.show()\n`,
};

/** What an ion moves through says more at first than where the others are. */
function usualPair(pairs: readonly { pair: readonly string[] }[]): number {
  return Math.max(
    0,
    pairs.findIndex(({ pair: [a, b] }) => a !== b),
  );
}

function chosenPair({ part, state }: Context) {
  const pairs = part.radial?.pairs ?? [];
  return pairs[Number(state.choices[PAIR] ?? usualPair(pairs))] ?? pairs[0];
}

function pairChoices({ part, state }: Context): Choice[] {
  const pairs = part.radial?.pairs ?? [];
  if (pairs.length < 2) return [];
  const options = pairs.map(({ pair }, k) => ({ value: String(k), label: pair.join("–") }));
  return [{ id: PAIR, label: "Pair", options, value: state.choices[PAIR] ?? String(usualPair(pairs)) }];
}

function radialTable(radial: NonNullable<AtomsContent["radial"]>): DataTable {
  return {
    columns: [
      { name: "r", unit: "Å", values: radial.r },
      ...radial.pairs.map(({ pair, g }) => ({ name: `g_${pair.join("_")}`, unit: "", values: g })),
    ],
  };
}

export const RADIAL: PartFigure<"atoms"> = {
  ...common,
  id: "radial",
  title: "Radial distribution",
  height: 260,
  choices: pairChoices,
  isShown: (part) => part.radial !== null,
  figure(context) {
    const { radial } = context.part;
    const one = chosenPair(context);
    if (!radial || !one) return nothing("No cell, no radial distribution.");
    const top = Math.max(...Array.from(one.g));
    const marks: Mark[] = [
      { kind: "rule", y: 1 },
      { kind: "line", x: radial.r, y: one.g, tone: "accent", width: 1.6 },
    ];
    if (one.firstPeak !== null) {
      const words = [`${one.firstPeak.toFixed(2)} Å`, ...(one.neighbours === null ? [] : [`${one.neighbours.toFixed(2)} neighbours`])];
      marks.push({
        kind: "label",
        x: one.firstPeak,
        y: one.g[Array.from(radial.r).findIndex((r) => r >= one.firstPeak!)] ?? top,
        lines: words.map((w) => richText(w)),
        tone: "ink",
        place: "above",
        optional: true,
      });
    }
    return {
      x: { label: richText("r (Å)"), min: 0, max: radial.r[radial.r.length - 1]! },
      panels: [{ weight: 1, left: { label: richText(`g of ${one.pair.join("–")}`), min: 0, max: top * 1.35 }, marks }],
      legend: [],
      data: () => radialTable(radial),
    };
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}for name in data.columns[1:]:\n    ax.plot(data["r"], data[name], label=name)\nax.axhline(1, color="0.6", lw=0.8)\nax.set(xlabel="r (Å)", ylabel="g(r)")\nax.legend()\nplt.show()\n`,
};
