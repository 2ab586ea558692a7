/** What a linear, stable system and what the circuit leave unexplained; where Kramers–Kronig is violated the range is hatched. */
import type { Numbers, SpectrumValidity } from "@thioscope/core/story";
import type { BandMark, Figure, Mark, Panel, PointMark, SpanMark } from "../figure/model.ts";
import { extent, paddedLog } from "../figure/scale.ts";
import { type Context, type FigureSpec, pythonHead } from "../study/context.ts";
import { quantityLabel, richText, roughText } from "../text.ts";
import { at } from "../track.ts";
import { currentSpectrum, eisCommand, hertzText, nameColumns, pick, type Shown, shownSpectra } from "./spectra.ts";

/** Violated ranges that are neighbours; each reaches half of the way to the next one. */
interface Violated {
  high: number;
  low: number;
  index: number;
  timesNoise: number;
  reason: string;
}

function violated({ ranges }: SpectrumValidity): Violated[] {
  const spans: Violated[] = [];
  for (const [k, range] of ranges.entries()) {
    if (range.consistent) continue;
    const before = ranges[k - 1];
    const after = ranges[k + 1];
    const high = before ? Math.sqrt(before.toHertz * range.fromHertz) : range.fromHertz * 1.2;
    const low = after ? Math.sqrt(range.toHertz * after.fromHertz) : range.toHertz / 1.2;
    const last = spans.at(-1);
    if (last && last.index === k - 1) {
      last.low = low;
      last.index = k;
      if (range.timesNoise > last.timesNoise) Object.assign(last, { timesNoise: range.timesNoise, reason: range.reason ?? "" });
    } else spans.push({ high, low, index: k, timesNoise: range.timesNoise, reason: range.reason ?? "" });
  }
  return spans;
}

function points(shown: Shown, values: Numbers, tone: PointMark["tone"], shape: PointMark["shape"]): PointMark {
  const { spectrum, points: inside } = shown;
  return {
    kind: "points",
    x: pick(spectrum.frequencyHertz, inside),
    y: pick(values, inside),
    rows: pick(spectrum.row, inside),
    tone,
    shape,
    size: 0.8,
  };
}

function panel(shown: Shown, name: string, pair: { real: Numbers; imaginary: Numbers }, validity: SpectrumValidity | null): Panel {
  const { spectrum, points: inside } = shown;
  const range = extent([pick(pair.real, inside), pick(pair.imaginary, inside)]) ?? [-1, 1];
  const reach = Math.max(Math.abs(range[0]), Math.abs(range[1]), (validity?.noisePercent ?? 0) * 2.5) * 1.15 || 1;
  const frequencies = extent([pick(spectrum.frequencyHertz, inside)]) ?? [1, 10];
  const noise: BandMark[] = validity
    ? [
        {
          kind: "band",
          x: frequencies,
          low: [-validity.noisePercent, -validity.noisePercent],
          high: [validity.noisePercent, validity.noisePercent],
          tone: "quiet",
        },
      ]
    : [];
  const bad = validity ? violated(validity) : [];
  const spans = bad.map(({ high, low }): SpanMark => ({ kind: "span", from: low, to: high, tone: "accent", hatched: true }));
  return {
    weight: 1,
    left: { label: quantityLabel(name, "%"), min: -reach, max: reach },
    marks: [
      ...spans,
      ...noise,
      { kind: "rule", y: 0 },
      points(shown, pair.imaginary, "second", "ring"),
      points(shown, pair.real, "first", "disc"),
    ],
  };
}

function figure(context: Context): Figure {
  const { current } = shownSpectra(context);
  const panels: Panel[] = [];
  const refusals: string[] = [];
  let verdict = "";
  if (current) {
    const { fit, validity } = current.spectrum;
    const valid = "notComputable" in validity ? null : validity;
    if (valid) {
      panels.push(panel(current, "Kramers–Kronig", { real: valid.residualRealPercent, imaginary: valid.residualImaginaryPercent }, valid));
      verdict = verdictOf(valid);
    } else if ("notComputable" in validity) refusals.push(`No Kramers–Kronig test: ${validity.notComputable}`);
    if ("notComputable" in fit) refusals.push(`No fit: ${fit.notComputable}`);
    else panels.push(panel(current, "Fit", { real: fit.residualRealPercent, imaginary: fit.residualImaginaryPercent }, valid));
  }
  const hatched = panels.some(({ marks }) => marks.some((mark: Mark) => mark.kind === "span"));
  const frequencies = current ? extent([pick(current.spectrum.frequencyHertz, current.points)]) : null;
  const note = [verdict, ...refusals].filter((text) => text !== "").join(". ");
  return {
    x: { label: quantityLabel("Frequency", "Hz"), ...paddedLog(frequencies) },
    panels,
    legend: [
      { label: richText("real"), tone: "first", as: "disc" },
      { label: richText("imaginary"), tone: "second", as: "ring" },
      { label: richText("noise"), tone: "quiet", as: "band" },
      ...(hatched ? [{ label: richText("violated"), tone: "accent" as const, as: "hatch" as const }] : []),
    ],
    ...(panels.length === 0 ? { empty: refusals[0] ?? "No point of a spectrum in the rows selected." } : {}),
    ...(note ? { note } : {}),
    aspect: 0.86,
    data: () => {
      const spectrum = current?.spectrum;
      const inside = current?.points ?? [];
      const of = (answer: { residualRealPercent: Numbers; residualImaginaryPercent: Numbers } | { notComputable: string } | undefined) => {
        const none = !answer || "notComputable" in answer;
        return [none ? [] : answer.residualRealPercent, none ? [] : answer.residualImaginaryPercent].map((values) =>
          inside.map((i) => at(values, i)),
        );
      };
      const [kkReal, kkImaginary] = of(spectrum?.validity);
      const [fitReal, fitImaginary] = of(spectrum?.fit);
      return {
        columns: [
          ...nameColumns(
            context.file,
            inside.map(() => current?.index ?? 0),
          ),
          { name: "row", unit: "", values: inside.map((i) => at(spectrum?.row ?? [], i)) },
          { name: "frequency", unit: "Hz", values: inside.map((i) => at(spectrum?.frequencyHertz ?? [], i)) },
          { name: "Kramers–Kronig real", unit: "%", values: kkReal! },
          { name: "Kramers–Kronig imaginary", unit: "%", values: kkImaginary! },
          { name: "fit real", unit: "%", values: fitReal! },
          { name: "fit imaginary", unit: "%", values: fitImaginary! },
        ],
        ...(note ? { notes: [note] } : {}),
      };
    },
  };
}

function verdictOf(validity: SpectrumValidity): string {
  const spans = violated(validity);
  if (spans.length === 0) return `Consistent within the noise of ${roughText(validity.noisePercent, 2)} %`;
  return spans
    .map(
      ({ high, low, timesNoise, reason }) =>
        `Violated from ${hertzText(high, 2)} to ${hertzText(low, 2)}, up to ${roughText(timesNoise, 2)} × the noise: ${reason}`,
    )
    .join(". ");
}

export const RESIDUALS: FigureSpec = {
  id: "residuals",
  title: "Residuals",
  height: 330,
  brushOver: "curve",
  cursorLine: false,
  figure,
  follows: currentSpectrum,
  command: (context) => eisCommand(context, "kk"),
  python: (_, name) =>
    `${pythonHead(name)}ax.axhline(0, lw=0.5, color="0.6")\nax.semilogx(data["frequency"], data["Kramers–Kronig real"], "o", ms=2.5, label="real")\nax.semilogx(data["frequency"], data["Kramers–Kronig imaginary"], "o", ms=2.5, mfc="white", label="imaginary")\n` +
    `ax.set(xlabel="Frequency (Hz)", ylabel="Residual (% of |Z|)")\nax.legend()\nfig.savefig("kramers-kronig.pdf")\n`,
};
