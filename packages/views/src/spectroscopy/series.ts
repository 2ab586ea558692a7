/** What spectra say one after the other, or against the clock of the cell that they were taken of: bands, weights, shares, chain lengths. */
import type { SpectroscopyClock, SpectroscopyContent, SpectroscopySeries } from "@thioscope/core/story";
import type { Figure, Mark, Tone } from "../figure/model.ts";
import { padded } from "../figure/scale.ts";
import { speciesName, speciesTone } from "../figure/species.ts";
import type { PartContext, PartFigure } from "../parts/model.ts";
import { type Choice, pythonHead } from "../study/context.ts";
import { richText } from "../text.ts";
import { shortNames } from "./names.ts";
import { rawOfSpectrum } from "./raw.ts";

type Context = PartContext<"spectroscopy">;

const OVER = "spectroscopy.over";
const TONES: readonly Tone[] = ["accent", "second", "third", "first", "quiet"];
const SHAPES = ["disc", "square", "diamond"] as const;
/** Of the width of an axis, left free at either end. */
const ROOM = 0.04;

/** JSON has null for what is not there; it may come back as NaN. */
const isNumber = (v: number | null | undefined): v is number => Number.isFinite(v);

const withUnit = ({ label, unit }: { label: string; unit: string }) => richText(unit === "" ? label : `${label} (${unit})`);

/** What spectra can be drawn over: nothing but their order, or the cell's clock. */
const CLOCK_AXES = {
  charge: { label: "Charge", unit: "mAh", of: (clock: SpectroscopyClock) => clock.chargeMilliampereHour },
  x: { label: "x in M₂Sₓ by charge", unit: "", of: (clock: SpectroscopyClock) => clock.x },
  potential: { label: "Potential", unit: "V", of: (clock: SpectroscopyClock) => clock.potentialVolt },
  time: { label: "Time", unit: "h", of: (clock: SpectroscopyClock) => clock.hour },
} as const;

type ClockAxis = keyof typeof CLOCK_AXES;

const known = (clock: SpectroscopyClock, axis: ClockAxis): number => Array.from(CLOCK_AXES[axis].of(clock)).filter(isNumber).length;

/** Axes that have a place for a spectrum, the charge first. */
function axesOf({ part: { clock } }: Context): ClockAxis[] {
  return clock ? (Object.keys(CLOCK_AXES) as ClockAxis[]).filter((axis) => known(clock, axis) > 0) : [];
}

function chosenAxis(context: Context): ClockAxis | null {
  const axes = axesOf(context);
  const wanted = context.state.choices[OVER] ?? axes[0];
  return axes.find((axis) => axis === wanted) ?? null;
}

function choices(context: Context): Choice[] {
  const axes = axesOf(context);
  if (axes.length === 0) return [];
  const options = [
    ...axes.map((axis) => ({ value: axis as string, label: CLOCK_AXES[axis].label })),
    { value: "spectrum", label: "Spectrum" },
  ];
  return [{ id: OVER, label: "Over", options, value: chosenAxis(context) ?? "spectrum" }];
}

/** A line leads from state to state; samples beside one another have none. */
const isOrdered = (names: readonly string[]): boolean =>
  names.every((name) => /(^|[_ ])\d+[_ ]|\d ?(?:p\d+ ?)?(?:V|K|C|mAh|MPa|h|s|min)(?![a-z])/i.test(name));

/** Places of the spectra along the axis, NaN for those without one, and the axis. */
function placed(context: Context): { at: readonly number[]; axis: Figure["x"]; name: string; unit: string } {
  const { part } = context;
  const chosen = chosenAxis(context);
  if (!chosen) {
    const names = shortNames(part.names).map((name) => richText(name));
    return {
      at: part.names.map((_, k) => k),
      axis: { label: richText("Spectrum"), min: -0.5, max: part.names.length - 0.5, names },
      name: "",
      unit: "",
    };
  }
  const { label, unit, of } = CLOCK_AXES[chosen];
  const at = Array.from(of(part.clock!));
  const numbers = at.filter(isNumber);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const room = ROOM * (high - low || Math.abs(high) || 1);
  return { at, axis: { label: withUnit({ label, unit }), min: low - room, max: high + room }, name: label, unit };
}

interface Look {
  tone: Tone;
  shape: (typeof SHAPES)[number];
}

/** Bands of one species, "S8, 153 cm⁻¹" and "S8, 219 cm⁻¹", share its colour and differ in shape. */
function looksOf(names: readonly string[]): Look[] {
  const owners = names.map((name) => name.replace(/, [\d.]+ cm⁻¹$/, ""));
  const strangers = [...new Set(owners)].filter((owner) => speciesTone(owner) === null);
  return owners.map((owner, k) => {
    const stranger = strangers.indexOf(owner);
    const before = owners.slice(0, k).filter((one) => one === owner).length + Math.max(0, Math.floor(stranger / TONES.length));
    return { tone: speciesTone(owner) ?? TONES[stranger % TONES.length]!, shape: SHAPES[before % SHAPES.length]! };
  });
}

/** Names of the series as they are read: bands with their unit, standards without what all of their files share. */
function seriesNames({ technique }: SpectroscopyContent, series: readonly SpectroscopySeries[]): string[] {
  const names = series.map(({ name }) => name);
  if (technique === "Raman") return names.map((name) => name.replace(/ ([\d.]+)$/, ", $1 cm⁻¹"));
  return (technique === "XAS" && names.every((name) => !name.includes(" ")) ? shortNames(names) : names).map(speciesName);
}

/** The points of one series in the order of the axis, its limits, and its band. */
function marksOf(
  one: SpectroscopySeries,
  at: readonly number[],
  rows: ArrayLike<number> | null,
  { tone, shape }: Look,
  joined: boolean,
): Mark[] {
  const order = [...at.keys()].filter((i) => isNumber(at[i])).sort((a, b) => at[a]! - at[b]!);
  const pick = (list: readonly number[], of: (i: number) => number): number[] => list.map(of);
  const rowsAt = (list: readonly number[]) => (rows ? { rows: list.map((i) => rows[i] ?? Number.NaN) } : {});
  const found = order.filter((i) => isNumber(one.values[i]));
  const limited = order.filter((i) => isNumber(one.limits[i]));
  const marks: Mark[] = [];
  if (one.band) {
    const { low, high } = one.band;
    marks.push({ kind: "band", x: pick(found, (i) => at[i]!), low: pick(found, (i) => low[i]!), high: pick(found, (i) => high[i]!), tone });
  }
  marks.push(
    {
      kind: "points",
      x: pick(found, (i) => at[i]!),
      y: pick(found, (i) => one.values[i]!),
      sigma: pick(found, (i) => (isNumber(one.sigma[i]) ? one.sigma[i] : 0)),
      tone,
      shape,
      ...(joined ? { joined } : {}),
      ...rowsAt(found),
    },
    { kind: "points", x: pick(limited, (i) => at[i]!), y: pick(limited, (i) => one.limits[i]!), tone, shape: "ring", ...rowsAt(limited) },
  );
  return marks;
}

/** Places and distances, which have no zero to compare with, fill their axis; amounts begin at zero. */
const FAR_FROM_ZERO = 0.5;

function rangeOf(series: readonly SpectroscopySeries[]): { min: number; max: number } {
  let top = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const { values, sigma, limits, band } of series) {
    for (const [i, value] of values.entries()) {
      const error = isNumber(sigma[i]) ? sigma[i] : 0;
      if (isNumber(value)) {
        top = Math.max(top, value + error);
        least = Math.min(least, value - error);
      }
      if (isNumber(limits[i])) {
        top = Math.max(top, limits[i]);
        least = 0;
      }
      if (band && isNumber(band.high[i])) {
        top = Math.max(top, band.high[i]!);
        least = 0;
      }
    }
  }
  return least > FAR_FROM_ZERO * top ? padded([least, top], 0.2) : { min: 0, max: 1.08 * (top || 1) };
}

export const SERIES: PartFigure<"spectroscopy"> = {
  id: "spectrum-series",
  title: "Over the series",
  height: 320,
  brushOver: "all",
  cursorLine: false,
  isShown: (part) => part.series.length > 0 && part.names.length > 1,
  choices,
  command: ({ part }) => `thioscope ${part.command}`,
  figure(context) {
    const { part } = context;
    const { at, axis, name: axisName, unit: axisUnit } = placed(context);
    const found = part.series.filter(({ values }) => values.some(isNumber));
    const never = part.series.filter((one) => !found.includes(one));
    const names = seriesNames(part, found);
    const looks = looksOf(names);
    const rows = part.clock && context.run ? part.clock.row : null;
    const marks = found.flatMap((one, k) => marksOf(one, at, rows, looks[k]!, axisName !== "" || isOrdered(part.names)));
    const without = at.filter((v) => !isNumber(v)).length;
    const notes = [
      ...(found.some(({ limits }) => limits.some(isNumber)) ? ["Rings are 95 % upper limits of what is not found."] : []),
      ...(found.some(({ band }) => band) ? ["Bands: every share in them fits as well."] : []),
      ...(never.length > 0 ? [`Never found: ${never.map(({ name }) => speciesName(name)).join(", ")}.`] : []),
      ...(without > 0 ? [`${without} spectra have no place on this axis.`] : []),
    ];
    const numbers = (values: readonly (number | null)[]): number[] => values.map((v) => v ?? Number.NaN);
    return {
      x: axis,
      panels: [{ weight: 1, left: { label: withUnit(part.over), ...rangeOf(found) }, marks }],
      legend: found.map((_, k) => ({ label: richText(names[k]!), tone: looks[k]!.tone, as: looks[k]!.shape })),
      ...(notes.length > 0 ? { note: notes.join(" ") } : {}),
      data: () => ({
        columns: [
          { name: "spectrum", unit: "", values: part.names },
          ...(axisName === "" ? [] : [{ name: axisName, unit: axisUnit, values: at }]),
          ...part.series.flatMap(({ name, values, sigma, limits, band }) => [
            { name, unit: part.over.unit, values: numbers(values), sigma: numbers(sigma) },
            { name: `${name} below`, unit: part.over.unit, values: numbers(limits) },
            ...(band
              ? [
                  { name: `${name} lowest`, unit: part.over.unit, values: band.low },
                  { name: `${name} highest`, unit: part.over.unit, values: band.high },
                ]
              : []),
          ]),
        ],
      }),
      behind(mark, index) {
        if (mark.kind !== "points") return null;
        const k = at.indexOf(Number(mark.x[index]));
        const name = part.names[k];
        return name === undefined ? null : rawOfSpectrum(part, name, k, part.names.length);
      },
    };
  },
  python: (context, csv) => {
    const over = chosenAxis(context) ? "data.columns[1]" : '"spectrum"';
    const first = chosenAxis(context) ? 2 : 1;
    return `${pythonHead(csv)}for name in data.columns[${first}:]:\n    ax.plot(data[${over}], data[name], "o-", label=name)\nax.legend()\nplt.show()\n`;
  },
};
