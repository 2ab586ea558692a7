/** |Z| and phase over frequency: points and the fitted circuit. */
import type { Figure, LineMark, Mark, PointMark } from "../figure/model.ts";
import { extent, padded, paddedLog } from "../figure/scale.ts";
import { type Context, type FigureSpec, pythonHead } from "../study/context.ts";
import { quantityLabel, richText } from "../text.ts";
import { at } from "../track.ts";
import { currentSpectrum, eisCommand, everyPoint, nameColumns, pick, polar, type Shown, seriesRamp, shownSpectra } from "./spectra.ts";

function figure(context: Context): Figure {
  const { file } = context;
  const { inside, outside, current } = shownSpectra(context);
  const several = inside.length > 1;
  const lineOf = (
    { spectrum, points, tone }: Pick<Shown, "spectrum" | "points" | "tone">,
    what: "modulus" | "phase",
    faint: boolean,
  ): LineMark => ({
    kind: "line",
    x: pick(spectrum.frequencyHertz, points),
    y: what === "modulus" ? polar(spectrum, points).modulus : polar(spectrum, points).phase.map((v) => -v),
    tone,
    width: 0.8,
    ...(faint ? { faint } : { rows: pick(spectrum.row, points) }),
  });
  const marks = (what: "modulus" | "phase"): Mark[] => [
    ...outside.map((spectrum) => lineOf({ spectrum, points: everyPoint(spectrum.row), tone: "quiet" }, what, true)),
    ...inside.filter((shown) => shown !== current).map((shown) => lineOf(shown, what, false)),
    ...(current ? front(current, what) : []),
  ];
  const values = (what: "modulus" | "phase"): Float64Array[] =>
    inside.map(({ spectrum, points }) =>
      what === "modulus" ? polar(spectrum, points).modulus : polar(spectrum, points).phase.map((v) => -v),
    );
  const phases = extent(values("phase"));
  return {
    x: {
      label: quantityLabel("Frequency", "Hz"),
      ...paddedLog(extent(inside.map(({ spectrum, points }) => pick(spectrum.frequencyHertz, points)))),
    },
    panels: [
      { weight: 1, left: { label: quantityLabel("|Z|", "ohm"), ...paddedLog(extent(values("modulus")), 0.06) }, marks: marks("modulus") },
      {
        weight: 1,
        left: { label: quantityLabel("−Phase", "°"), ...padded(phases, 0.08) },
        marks: [...(phases && phases[0] < 0 ? [{ kind: "rule" as const, y: 0 }] : []), ...marks("phase")],
      },
    ],
    legend: [
      ...(current
        ? [
            {
              label: richText(several ? current.spectrum.name : "measured"),
              tone: current.tone,
              as: "disc" as const,
            },
          ]
        : []),
      ...(current && !("notComputable" in current.spectrum.fit)
        ? [{ label: richText("fit"), tone: "ink" as const, as: "line" as const }]
        : []),
    ],
    ...seriesRamp(file),
    ...(inside.length === 0 ? { empty: "No point of a spectrum in the rows selected." } : {}),
    aspect: 0.9,
    data: () => {
      const points = inside.flatMap((shown) => shown.points.map((i) => ({ ...shown, i, ...one(shown, i) })));
      return {
        columns: [
          ...nameColumns(
            file,
            points.map(({ index }) => index),
          ),
          { name: "row", unit: "", values: points.map(({ spectrum, i }) => at(spectrum.row, i)) },
          { name: "frequency", unit: "Hz", values: points.map(({ spectrum, i }) => at(spectrum.frequencyHertz, i)) },
          { name: "|Z|", unit: "ohm", values: points.map(({ modulus }) => modulus) },
          { name: "phase", unit: "°", values: points.map(({ phase }) => phase) },
        ],
      };
    },
  };
}

function one({ spectrum }: Shown, i: number): { modulus: number; phase: number } {
  const { modulus, phase } = polar(spectrum, [i]);
  return { modulus: modulus[0]!, phase: phase[0]! };
}

function front({ spectrum, points, tone }: Shown, what: "modulus" | "phase"): Mark[] {
  const { modulus, phase } = polar(spectrum, points);
  const symbols: PointMark = {
    kind: "points",
    x: pick(spectrum.frequencyHertz, points),
    y: what === "modulus" ? modulus : phase.map((v) => -v),
    rows: pick(spectrum.row, points),
    tone,
    shape: "disc",
    size: 0.85,
  };
  const { fit } = spectrum;
  if ("notComputable" in fit) return [symbols];
  const all = everyPoint(fit.curve.frequencyHertz);
  const curve = polar(fit.curve, all);
  const fitted: LineMark = {
    kind: "line",
    x: pick(fit.curve.frequencyHertz, all),
    y: what === "modulus" ? curve.modulus : curve.phase.map((v) => -v),
    tone: "ink",
    width: 0.85,
  };
  return [symbols, fitted];
}

export const BODE: FigureSpec = {
  id: "bode",
  title: "Bode",
  height: 330,
  brushOver: "curve",
  cursorLine: false,
  figure,
  follows: currentSpectrum,
  command: (context) => eisCommand(context, "fit"),
  python: (_, name) =>
    `${pythonHead(name)}ax.loglog(data["frequency"], data["|Z|"], "o", ms=2.5)\nphase = ax.twinx()\nphase.semilogx(data["frequency"], -data["phase"], "s", ms=2, mfc="none")\n` +
    `ax.set(xlabel="Frequency (Hz)", ylabel="|Z| (Ω)")\nphase.set_ylabel("−Phase (°)")\nfig.savefig("bode.pdf")\n`,
};
