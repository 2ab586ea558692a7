/** Pellets: spectra at one temperature, conductivity over the samples, conductivity over temperature with its lines. */
import type { Answer } from "@thioscope/core";
import type { ConductivityContent } from "@thioscope/core/story";
import type { DataColumn, Figure, LegendEntry, Mark, Tone } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import type { PartContext, PartFigure } from "../parts/model.ts";
import { shortNames } from "../spectroscopy/names.ts";
import { type Choice, pythonHead } from "../study/context.ts";
import { quantityText, richText } from "../text.ts";

type Context = PartContext<"conductivity">;
type Spectrum = ConductivityContent["spectra"][number];

const TEMPERATURE = "conductivity.temperature";
const common = { brushOver: "curve", cursorLine: false, command: ({ part }: Context) => `thioscope ${part.command}` } as const;

const toneOf = (k: number, count: number): Tone => (count === 1 ? "accent" : { ramp: k / (count - 1) });
const numberOf = (answer: Answer): number => ("value" in answer ? answer.value : Number.NaN);
const sigmaOf = (answer: Answer): number => ("value" in answer ? (answer.sigma ?? Number.NaN) : Number.NaN);
const reasonOf = (answer: Answer): string | undefined => ("value" in answer ? undefined : answer.notComputable);

/** A column of answers with their errors, and reasons in the place of what is missing. */
/** As they are read: "x0.50" → "x = 0.50". */
const readNames = (samples: readonly { name: string }[]): string[] => shortNames(samples.map(({ name }) => name));

function column(name: string, unit: string, answers: readonly Answer[]): DataColumn {
  return { name, unit, values: answers.map(numberOf), sigma: answers.map(sigmaOf), reasons: answers.map(reasonOf) };
}

/** Temperatures to the whole degree that any spectrum was taken at. */
function temperatures({ spectra }: ConductivityContent): number[] {
  const all = new Set(spectra.flatMap(({ temperatureCelsius: t }) => (t === null ? [] : [Math.round(t)])));
  return [...all].sort((a, b) => a - b);
}

function chosenTemperature({ part, state }: Context): number | null {
  const all = temperatures(part);
  const wanted = Number(state.choices[TEMPERATURE] ?? part.atCelsius);
  return all.length === 0 ? null : all.reduce((best, t) => (Math.abs(t - wanted) < Math.abs(best - wanted) ? t : best));
}

function choices(context: Context): Choice[] {
  const all = temperatures(context.part);
  if (all.length < 2) return [];
  const options = all.map((t) => ({ value: String(t), label: `${t} °C` }));
  return [{ id: TEMPERATURE, label: "Temperature", options, value: String(chosenTemperature(context)) }];
}

/** One spectrum per sample: the one at the temperature, the only one where none is stated. */
function shownSpectra(context: Context): Spectrum[] {
  const wanted = chosenTemperature(context);
  return context.part.samples.flatMap((_, k) => {
    const own = context.part.spectra.filter(({ sample }) => sample === k);
    const at = own.find(({ temperatureCelsius: t }) => t !== null && wanted !== null && Math.round(t) === wanted);
    return at ? [at] : wanted === null ? own.slice(0, 1) : [];
  });
}

const minus = (values: Spectrum["imaginaryOhm"]): number[] => Array.from(values, (v) => -v);

export const PELLET_NYQUIST: PartFigure<"conductivity"> = {
  ...common,
  id: "pellet-nyquist",
  title: "Spectra of the samples",
  height: 340,
  choices,
  figure(context): Figure {
    const { samples } = context.part;
    const shown = shownSpectra(context);
    const marks = shown.flatMap((s): Mark[] => {
      const tone = toneOf(s.sample, samples.length);
      return [
        { kind: "line", x: s.fitReal, y: minus(s.fitImaginary), tone, width: 1 },
        { kind: "points", x: s.realOhm, y: minus(s.imaginaryOhm), tone, shape: "ring", size: 0.6 },
      ];
    });
    // the blocking electrode's spike goes on for ever: what tells the electrolyte is at its foot
    const foot = Math.max(1e-9, ...shown.map(({ resistance }) => numberOf(resistance)).filter(Number.isFinite));
    const wanted = chosenTemperature(context);
    return {
      x: { label: richText("Re Z (Ω)"), min: 0, max: 1.6 * foot },
      panels: [{ weight: 1, left: { label: richText("−Im Z (Ω)"), min: 0, max: 0.9 * foot }, marks }],
      legend: shown.map(
        (s): LegendEntry => ({ label: richText(readNames(samples)[s.sample]!), tone: toneOf(s.sample, samples.length), as: "ring" }),
      ),
      ...(wanted === null ? {} : { note: `${wanted} °C; circles: measured, lines: ${context.part.circuit}` }),
      data: () => ({
        columns: [
          { name: "sample", unit: "", values: shown.flatMap((s) => Array.from(s.realOhm, () => samples[s.sample]!.name)) },
          { name: "frequency", unit: "Hz", values: shown.flatMap((s) => Array.from(s.frequencyHertz)) },
          { name: "real", unit: "ohm", values: shown.flatMap((s) => Array.from(s.realOhm)) },
          { name: "imaginary", unit: "ohm", values: shown.flatMap((s) => Array.from(s.imaginaryOhm)) },
          { name: "fit_real", unit: "ohm", values: shown.flatMap((s) => Array.from(s.fitReal)) },
          { name: "fit_imaginary", unit: "ohm", values: shown.flatMap((s) => Array.from(s.fitImaginary)) },
        ],
      }),
    };
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}for name, one in data.groupby("sample", sort=False):\n    ax.plot(one["real"], -one["imaginary"], "o", ms=3, label=name)\n    ax.plot(one["fit_real"], -one["fit_imaginary"], lw=1)\nax.set(xlabel="Re Z (ohm)", ylabel="-Im Z (ohm)", aspect="equal")\nax.legend()\nplt.show()\n`,
};

export const OVER_SAMPLES: PartFigure<"conductivity"> = {
  ...common,
  id: "pellet-conductivity",
  title: "Conductivity over the samples",
  height: 300,
  isShown: ({ samples }) => samples.length > 1,
  figure({ part }): Figure {
    const { samples, atCelsius } = part;
    const known = samples.flatMap((s, k) => ("value" in s.conductivity ? [{ s, k, q: s.conductivity }] : []));
    const hasX = samples.every(({ x }) => x !== null);
    const x = known.map(({ s, k }) => (hasX ? s.x! : k));
    const y = known.map(({ q }) => 1000 * q.value);
    const sigma = known.map(({ q }) => 1000 * (q.sigma ?? 0));
    const range = hasX ? padded(extent([x]), 0.1) : { min: -0.5, max: samples.length - 0.5 };
    const names = readNames(samples).map((name) => richText(name));
    return {
      x: hasX ? { label: richText("x"), ...range } : { label: [], ...range, names },
      panels: [
        {
          weight: 1,
          left: { label: richText(`σ at ${atCelsius} °C (mS/cm)`), min: 0, max: 1.15 * Math.max(1e-12, ...y.map((v, k) => v + sigma[k]!)) },
          marks: [{ kind: "points", x, y, sigma, tone: "accent", shape: "disc", joined: hasX }],
        },
      ],
      legend: [],
      data: () => ({
        columns: [
          { name: "sample", unit: "", values: samples.map(({ name }) => name) },
          { name: "x", unit: "", values: samples.map((s) => s.x ?? Number.NaN) },
          column(
            "conductivity",
            "S/cm",
            samples.map((s) => s.conductivity),
          ),
        ],
      }),
    };
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}ax.errorbar(data["x"], 1000 * data["conductivity"], yerr=1000 * data["conductivity_sigma"], fmt="o-")\nax.set(xlabel="x", ylabel="σ (mS/cm)")\nplt.show()\n`,
};

export const OVER_TEMPERATURE: PartFigure<"conductivity"> = {
  ...common,
  id: "pellet-arrhenius",
  title: "Conductivity over temperature",
  height: 320,
  isShown: ({ samples }) => samples.some(({ line }) => line !== null),
  figure({ part }): Figure {
    const { samples, spectra } = part;
    const points = samples.map((_, k) =>
      spectra.filter((s) => s.sample === k && s.temperatureCelsius !== null && "value" in s.conductivity),
    );
    const marks = samples.flatMap(({ line }, k): Mark[] => {
      const tone = toneOf(k, samples.length);
      const own = points[k]!;
      const x = own.map((s) => 1000 / (s.temperatureCelsius! + 273.15));
      const y = own.map((s) => 1000 * numberOf(s.conductivity));
      const milli = (values: ArrayLike<number>): number[] => Array.from(values, (v) => 1000 * v);
      return [
        ...(line
          ? ([
              { kind: "band", x: line.inverse, low: milli(line.low), high: milli(line.high), tone },
              { kind: "line", x: line.inverse, y: milli(line.value), tone, width: 1.3 },
            ] as const)
          : []),
        { kind: "points", x, y, tone, shape: "disc" },
      ];
    });
    const all = points.flat();
    const x = all.map((s) => 1000 / (s.temperatureCelsius! + 273.15));
    const y = all.map((s) => 1000 * numberOf(s.conductivity));
    const read = readNames(samples);
    const words = ({ activation, activationHopping }: (typeof samples)[number], k: number): string =>
      "value" in activation && "value" in activationHopping
        ? `${read[k]}: ${quantityText(activation)} of σ, ${quantityText(activationHopping)} of σT`
        : read[k]!;
    return {
      x: { label: richText("1000/T (1/K)"), ...padded(extent([x]), 0.05) },
      panels: [
        { weight: 1, left: { label: richText("σ (mS/cm)"), min: Math.min(...y) / 1.4, max: Math.max(...y) * 1.4, log: true }, marks },
      ],
      legend: samples.map((sample, k): LegendEntry => ({ label: richText(words(sample, k)), tone: toneOf(k, samples.length), as: "disc" })),
      data: () => ({
        columns: [
          { name: "sample", unit: "", values: all.map((s) => samples[s.sample]!.name) },
          { name: "temperature", unit: "°C", values: all.map((s) => s.temperatureCelsius!) },
          column(
            "conductivity",
            "S/cm",
            all.map((s) => s.conductivity),
          ),
        ],
        notes: samples.map(words),
      }),
    };
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}for name, one in data.groupby("sample", sort=False):\n    ax.plot(1000 / (one["temperature"] + 273.15), 1000 * one["conductivity"], "o", label=name)\nax.set(yscale="log", xlabel="1000/T (1/K)", ylabel="σ (mS/cm)")\nax.legend()\nplt.show()\n`,
};
