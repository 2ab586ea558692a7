/** Distribution of relaxation times with its error; each peak is an arc, its area the arc's resistance. */
import type { SpectrumRelaxation } from "@thioscope/core/story";
import type { BandMark, Figure, LabelMark, LineMark, Mark } from "../figure/model.ts";
import { extent, paddedLog } from "../figure/scale.ts";
import { type Context, type FigureSpec, pythonHead } from "../study/context.ts";
import { quantityLabel, quantityText, richText } from "../text.ts";
import { at } from "../track.ts";
import {
  currentSpectrum,
  eisCommand,
  everyPoint,
  nameColumns,
  ohmScale,
  ohmText,
  pick,
  secondText,
  seriesRamp,
  shownSpectra,
} from "./spectra.ts";

/** More than this stands in the way of the one at the cursor. */
const MOST_BACK = 40;

const relaxationOf = (answer: SpectrumRelaxation | { notComputable: string }): SpectrumRelaxation | null =>
  "notComputable" in answer ? null : answer;

function labels({ peaks, tauSecond, gammaOhm }: SpectrumRelaxation, factor: number): LabelMark[] {
  return [...peaks]
    .sort((a, b) => b.resistance.value - a.resistance.value)
    .map((peak) => {
      // the label stands on the curve's top within the peak
      let top = 0;
      let tau = peak.tau.value;
      for (let i = 0; i < tauSecond.length; i++) {
        const t = at(tauSecond, i);
        if (t < peak.fromSecond || t > peak.toSecond || at(gammaOhm, i) <= top) continue;
        top = at(gammaOhm, i);
        tau = t;
      }
      return {
        kind: "label",
        x: tau,
        y: top * factor,
        lines: [[{ text: ohmText(peak.resistance), shift: 0 }], [{ text: secondText(peak.tau.value), shift: 0 }]],
        tone: "ink",
        place: "above",
        optional: true,
        leader: true,
      };
    });
}

/** The area of each peak, hatched where the window ends inside it. */
function areas({ peaks, tauSecond, gammaOhm }: SpectrumRelaxation, factor: number, slowest: number, fastest: number): BandMark[] {
  return peaks.map((peak) => {
    const inside = everyPoint(tauSecond).filter(
      (i) => at(tauSecond, i) >= peak.fromSecond * 0.999 && at(tauSecond, i) <= peak.toSecond * 1.001,
    );
    const beyond = peak.tau.value > 1 / (2 * Math.PI * slowest) || peak.tau.value < 1 / (2 * Math.PI * fastest);
    return {
      kind: "band",
      x: pick(tauSecond, inside),
      low: inside.map(() => 0),
      high: pick(gammaOhm, inside, factor),
      tone: "first",
      ...(beyond ? { hatched: true } : {}),
    };
  });
}

function figure(context: Context): Figure {
  const { file } = context;
  const { inside, current } = shownSpectra(context);
  const drt = current ? relaxationOf(current.spectrum.relaxation) : null;
  const others = inside.filter((shown) => shown !== current);
  const every = Math.ceil(others.length / MOST_BACK) || 1;
  const back = others
    .filter((_, k) => k % every === 0)
    .flatMap(({ spectrum, tone }) => {
      const relaxation = relaxationOf(spectrum.relaxation);
      return relaxation ? [{ relaxation, tone }] : [];
    });
  const highest = extent([drt?.gammaOhm ?? [], ...back.map(({ relaxation }) => relaxation.gammaOhm)])?.[1] ?? 1;
  const { factor, unit } = ohmScale(highest);
  const curves = back.map(
    ({ relaxation, tone }): LineMark => ({
      kind: "line",
      x: relaxation.tauSecond,
      y: pick(relaxation.gammaOhm, everyPoint(relaxation.gammaOhm), factor),
      tone,
      width: 0.7,
    }),
  );
  const marks: Mark[] = [];
  let beyond = false;
  if (drt && current) {
    const all = everyPoint(drt.tauSecond);
    const frequencies = extent([current.spectrum.frequencyHertz]) ?? [1, 1];
    const peaks = areas(drt, factor, frequencies[0], frequencies[1]);
    beyond = peaks.some(({ hatched }) => hatched);
    marks.push(
      ...peaks,
      {
        kind: "band",
        x: drt.tauSecond,
        low: all.map((i) => Math.max(0, at(drt.gammaOhm, i) - at(drt.sigmaOhm, i)) * factor),
        high: all.map((i) => (at(drt.gammaOhm, i) + at(drt.sigmaOhm, i)) * factor),
        tone: "ink",
      },
      { kind: "line", x: drt.tauSecond, y: pick(drt.gammaOhm, all, factor), tone: "ink" },
      ...labels(drt, factor),
    );
  }
  const refused = current && "notComputable" in current.spectrum.relaxation ? current.spectrum.relaxation.notComputable : null;
  return {
    x: { label: [...richText("τ (s)")], ...paddedLog(drt ? extent([drt.tauSecond]) : null, 0) },
    panels: [
      {
        weight: 1,
        left: { label: quantityLabel("γ(ln τ)", unit), min: 0, max: highest * factor * 1.28 || 1 },
        marks: [...curves, ...marks],
      },
    ],
    legend: [
      { label: richText("± σ"), tone: "ink", as: "band" },
      { label: richText("arc"), tone: "first", as: "band" },
      ...(beyond ? [{ label: richText("beyond the window"), tone: "first" as const, as: "hatch" as const }] : []),
    ],
    ...(back.length > 0 ? seriesRamp(file) : {}),
    ...(drt ? {} : { empty: refused ?? "No point of a spectrum in the rows selected." }),
    ...(drt && drt.peaks.length === 0 ? { note: "No arc stands out of its error." } : {}),
    aspect: 0.74,
    data: () => {
      const all = everyPoint(drt?.tauSecond ?? []);
      return {
        columns: [
          ...nameColumns(
            file,
            all.map(() => current?.index ?? 0),
          ),
          { name: "tau", unit: "s", values: all.map((i) => at(drt!.tauSecond, i)) },
          { name: "gamma", unit: "ohm", values: all.map((i) => at(drt!.gammaOhm, i)), sigma: all.map((i) => at(drt!.sigmaOhm, i)) },
        ],
        notes: drt ? [...drt.peaks.map((peak) => `Arc of ${quantityText(peak.resistance)} at ${quantityText(peak.tau)}`)] : [],
      };
    },
  };
}

export const RELAXATION: FigureSpec = {
  id: "drt",
  title: "Relaxation times",
  height: 330,
  brushOver: "curve",
  cursorLine: false,
  figure,
  follows: currentSpectrum,
  command: (context) => eisCommand(context, "drt"),
  python: (_, name) =>
    `${pythonHead(name)}ax.semilogx(data["tau"], data["gamma"], lw=0.8)\nax.fill_between(data["tau"], data["gamma"] - data["gamma sigma"], data["gamma"] + data["gamma sigma"], alpha=0.2)\n` +
    `ax.set(xlabel="τ (s)", ylabel="γ(ln τ) (Ω)")\nfig.savefig("drt.pdf")\n`,
};
