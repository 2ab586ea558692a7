/** Spectra with their fits and residuals, a stack of them, and what they say over the series. */
import type { SpectroscopyContent, SpectroscopyCurve } from "@thioscope/core/story";
import type { DataTable, Figure, Mark, Tone } from "../figure/model.ts";
import { speciesTone } from "../figure/species.ts";
import { movedCurve, movedId, movesOf } from "../fit/moved.ts";
import type { PartContext, PartFigure, PartView } from "../parts/model.ts";
import { type Choice, pythonHead } from "../study/context.ts";
import { richText } from "../text.ts";
import { mountAccount } from "./account.ts";
import { CURVE, chosen } from "./chosen.ts";
import { CONTOUR, K_SPACE } from "./maps.ts";
import { shortNames } from "./names.ts";
import { rawOfSpectrum } from "./raw.ts";
import { SERIES } from "./series.ts";

type Context = PartContext<"spectroscopy">;

const TONES: readonly Tone[] = ["accent", "second", "third", "first", "quiet"];
/** Distance of two curves of a stack, in heights of the tallest. */
const APART = 0.55;
/** Of the height of a stack, above it: the name of the topmost curve. */
const NAME_ROOM = 0.06;
/** Of the width of the axis: half of a label. */
const LABEL_REACH = 0.02;
/** What a curve is called in its field. */
const CURVES: Partial<Record<SpectroscopyContent["technique"], readonly [one: string, all: string]>> = {
  thermal: ["Curve", "All curves"],
  XRD: ["Pattern", "All patterns"],
  PDF: ["Pair distribution function", "All pair distribution functions"],
};
/** The end of a curve whose height places its name: that share of it. */
const END = 0.05;

const NOTHING: Figure = {
  x: { label: [], min: 0, max: 1 },
  panels: [],
  legend: [],
  empty: "No spectrum.",
  data: () => ({ columns: [] }),
};

function choices({ part, state }: Context): Choice[] {
  if (part.curves.length < 2) return [];
  const options = part.curves.map(({ name }, i) => ({ value: String(i), label: name }));
  return [{ id: CURVE, label: "Spectrum", options, value: state.choices[CURVE] ?? "0" }];
}

const withUnit = ({ label, unit }: { label: string; unit: string }) => richText(unit === "" ? label : `${label} (${unit})`);

function ends(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return [low, high];
}

/** Axis of the spectra; binding energies run from right to left. */
function axisOf(part: SpectroscopyContent, curves: readonly SpectroscopyCurve[]): Figure["x"] {
  const all = curves.map((c) => ends(c.x));
  const [min, max] = [Math.min(...all.map(([a]) => a)), Math.max(...all.map(([, b]) => b))];
  return { label: withUnit(part.x), min: part.x.reversed ? max : min, max: part.x.reversed ? min : max };
}

function residualOf(y: ArrayLike<number>, fitted: ArrayLike<number>): number[] {
  return Array.from(y, (v, i) => v - fitted[i]!);
}

function fitTable(part: SpectroscopyContent, curve: SpectroscopyCurve): DataTable {
  const { unit } = part.y;
  return {
    columns: [
      { name: part.x.label, unit: part.x.unit, values: curve.x },
      { name: part.y.label, unit, values: curve.y },
      ...(curve.base ? [{ name: "background", unit, values: curve.base }] : []),
      ...(curve.fitted ? [{ name: "fit", unit, values: curve.fitted }] : []),
      ...curve.components.map(({ name, y }) => ({ name, unit, values: y })),
    ],
  };
}

/** Labels above the curve as far as their words reach: on a slope they do not cover it. */
function labels(curve: SpectroscopyCurve, high: number): Mark[] {
  const [low, most] = ends(curve.x);
  const reach = LABEL_REACH * (most - low);
  return curve.marks.map(({ x, label }): Mark => {
    let at = 0;
    for (let i = 0; i < curve.x.length; i++) if (Math.abs(curve.x[i]! - x) < Math.abs(curve.x[at]! - x)) at = i;
    let y = curve.fitted?.[at] ?? curve.y[at]!;
    for (let i = 0; i < curve.x.length; i++) if (Math.abs(curve.x[i]! - x) <= reach) y = Math.max(y, curve.fitted?.[i] ?? curve.y[i]!);
    y = Math.min(high, y);
    return { kind: "label", x, y, lines: [richText(label)], tone: "ink", place: "above", optional: true, leader: true };
  });
}

const FIT: PartFigure<"spectroscopy"> = {
  id: "spectrum-fit",
  title: "Spectrum",
  titleOf: ({ part }) => CURVES[part.technique]?.[0] ?? "Spectrum",
  height: 340,
  brushOver: "curve",
  cursorLine: false,
  wide: true,
  isShown: (part) => part.curves.length > 0,
  choices,
  command: ({ part }) => `thioscope ${part.command}`,
  figure(context) {
    const { part } = context;
    const curve = chosen(context);
    if (!curve) return NOTHING;
    const [low, high] = ends(curve.y);
    const room = 0.14 * (high - low || 1);
    const marks: Mark[] = [];
    if (curve.base) marks.push({ kind: "line", x: curve.x, y: curve.base, tone: "quiet", dash: true, plain: true });
    for (const [k, { name, y }] of curve.components.entries()) {
      marks.push({ kind: "line", x: curve.x, y, tone: speciesTone(name) ?? TONES[(k + 1) % TONES.length]!, width: 1.2, plain: true });
    }
    marks.push(
      curve.fitted
        ? { kind: "points", x: curve.x, y: curve.y, tone: "quiet", shape: "disc", size: 0.45 }
        : { kind: "line", x: curve.x, y: curve.y, tone: "ink", width: 1.2 },
    );
    const moved = movedCurve(curve, movesOf(context.state, movedId(part, part.curves.indexOf(curve))));
    if (moved) marks.push({ kind: "line", x: curve.x, y: curve.fitted!, tone: "quiet", width: 1, dash: true, plain: true });
    if (curve.fitted) marks.push({ kind: "line", x: curve.x, y: moved ?? curve.fitted, tone: "accent", width: 1.4, plain: true });
    marks.push(...labels(curve, high));
    const panels: Figure["panels"][number][] = [
      { weight: 3, left: { label: withUnit(part.y), min: low - room / 2, max: high + room }, marks },
    ];
    if (curve.fitted) {
      const residual = residualOf(curve.y, moved ?? curve.fitted);
      const [a, b] = ends(residual);
      const reach = Math.max(Math.abs(a), Math.abs(b)) || 1;
      panels.push({
        weight: 1,
        left: { label: richText("Residual"), min: -reach, max: reach },
        marks: [
          { kind: "rule", y: 0 },
          { kind: "line", x: curve.x, y: residual, tone: "quiet", width: 1, plain: true },
        ],
      });
    }
    return {
      x: axisOf(part, [curve]),
      panels,
      legend: [
        ...(curve.fitted
          ? [
              { label: richText("measured"), tone: "quiet" as const, as: "disc" as const },
              { label: richText(moved ? "moved" : "fit"), tone: "accent" as const, as: "line" as const },
              ...(moved ? [{ label: richText("fit"), tone: "quiet" as const, as: "dash" as const }] : []),
            ]
          : [{ label: richText(curve.name), tone: "ink" as const, as: "line" as const }]),
        ...(curve.base ? [{ label: richText("background"), tone: "quiet" as const, as: "dash" as const }] : []),
        ...curve.components.map(({ name }, k) => ({
          label: richText(name),
          tone: speciesTone(name) ?? TONES[(k + 1) % TONES.length]!,
          as: "line" as const,
        })),
      ],
      data: () => fitTable(part, curve),
      behind: () => rawOfSpectrum(part, curve.name, part.curves.indexOf(curve), part.curves.length + part.left),
    };
  },
  python: ({ part }, csv) =>
    `${pythonHead(csv)}x = data.columns[0]\nfor name in data.columns[1:]:\n    ax.plot(data[x], data[name], label=name)\n${part.x.reversed ? "ax.invert_xaxis()\n" : ""}ax.set(xlabel=x)\nax.legend()\nplt.show()\n`,
};

const STACK: PartFigure<"spectroscopy"> = {
  id: "spectrum-stack",
  title: "All spectra",
  titleOf: ({ part }) => CURVES[part.technique]?.[1] ?? "All spectra",
  height: 380,
  heightOf: ({ part }) => Math.min(720, 220 + 34 * part.curves.length),
  brushOver: "all",
  cursorLine: false,
  isShown: (part) => part.curves.length > 1,
  command: ({ part }) => `thioscope ${part.command}`,
  figure({ part }) {
    // without their backgrounds, which may differ tenfold between spectra; those of powders are halos of what is amorphous
    const isPowder = part.technique === "XRD";
    const lifted = part.curves.map(({ y, base }) => {
      const floor = isPowder ? ends(y)[0] : 0;
      return Array.from(y, (v, i) => v - (isPowder ? floor : (base?.[i] ?? 0)));
    });
    const tallest = Math.max(1e-12, ...lifted.map((y) => ends(y)[1] - ends(y)[0]));
    // masses and heat flows are compared as they are
    const isApart = part.technique !== "thermal";
    const step = isApart ? APART * tallest : 0;
    const last = part.curves.length - 1;
    const names = shortNames(part.curves.map(({ name }) => name));
    const marks = part.curves.flatMap(({ x }, k): Mark[] => {
      const tone: Tone = { ramp: last === 0 ? 0 : k / last };
      const y = lifted[k]!.map((v) => v + k * step);
      // the name stands at the end of the axis that is drawn at the right, above its curve there
      const at = part.x.reversed ? Math.min(x[0]!, x[x.length - 1]!) : Math.max(x[0]!, x[x.length - 1]!);
      const end = Math.max(1, Math.round(END * y.length));
      const there = x[0] === at ? y.slice(0, end) : y.slice(-end);
      return [
        { kind: "line", x, y, tone, width: 1.1 },
        {
          kind: "label",
          x: at,
          y: there.reduce((sum, v) => sum + v, 0) / there.length,
          lines: [richText(names[k]!)],
          tone: "ink",
          place: "above",
          optional: true,
        },
      ];
    });
    const lines = marks.filter(({ kind }) => kind === "line");
    const low = Math.min(...lifted.map((y) => ends(y)[0]));
    const high = Math.max(...lifted.map((y, k) => ends(y)[1] + k * step));
    return {
      x: axisOf(part, part.curves),
      panels: [
        {
          weight: 1,
          left: {
            label: withUnit({ ...part.y, label: isApart ? `${part.y.label}, moved apart` : part.y.label }),
            min: low,
            max: high + Math.max(0.05 * tallest, NAME_ROOM * (high - low)),
          },
          marks,
        },
      ],
      legend: [],
      ramp: { label: "", first: names[0]!, last: names[last]! },
      ...(part.left > 0 ? { note: `${part.left} more spectra are in the step's table` } : {}),
      data: () => ({
        columns: [
          { name: "spectrum", unit: "", values: part.curves.flatMap(({ name, x }) => Array.from(x, () => name)) },
          { name: part.x.label, unit: part.x.unit, values: part.curves.flatMap(({ x }) => Array.from(x)) },
          { name: part.y.label, unit: part.y.unit, values: part.curves.flatMap(({ y }) => Array.from(y)) },
        ],
      }),
      behind(mark) {
        const k = lines.indexOf(mark);
        return k < 0 ? null : rawOfSpectrum(part, part.curves[k]!.name, k, part.curves.length + part.left);
      },
    };
  },
  python: ({ part }, csv) =>
    `${pythonHead(csv)}x, y = data.columns[1:3]\nfor name, one in data.groupby("spectrum", sort=False):\n    ax.plot(one[x], one[y], label=name)\n${part.x.reversed ? "ax.invert_xaxis()\n" : ""}ax.set(xlabel=x, ylabel=y)\nax.legend()\nplt.show()\n`,
};

export const SPECTROSCOPY: PartView<"spectroscopy"> = {
  panel: "spectra",
  figures: [FIT, CONTOUR, STACK, K_SPACE, SERIES],
  after: FIT.id,
  mount: mountAccount,
};
