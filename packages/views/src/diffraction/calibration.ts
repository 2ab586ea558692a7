/** How well a fitted geometry places the rings of the calibrant: what each is off, with its error, and the parameters. */
import type { Figure } from "../figure/model.ts";
import { extent } from "../figure/scale.ts";
import type { PartFigure } from "../parts/model.ts";
import { pythonHead } from "../study/context.ts";
import { quantityText, richText } from "../text.ts";
import type { Context } from "./shared.ts";

/** "tiltPlane" as it is said. */
const wordsOf = (name: string): string =>
  name.replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);

/** Degrees shown as thousandths: rings are good to a few. */
const MILLI = 1000;

export const RING_RESIDUALS: PartFigure<"diffraction"> = {
  id: "ring-residuals",
  title: "Rings: found less expected",
  height: 470,
  brushOver: "curve",
  cursorLine: false,
  isShown: ({ calibration }) => calibration !== null,
  figure({ part }: Context): Figure {
    const { calibration } = part;
    if (!calibration)
      return { x: { label: [], min: 0, max: 1 }, panels: [], legend: [], empty: "No calibration.", data: () => ({ columns: [] }) };
    const { rings } = calibration;
    const x = rings.map(({ twoThetaDegree }) => twoThetaDegree);
    const off = rings.map((ring) => MILLI * ring.off.value);
    const scatter = rings.map((ring) => MILLI * ring.scatterDegree);
    const range = extent([off], [scatter]) ?? [-1, 1];
    const most = 1.15 * Math.max(Math.abs(range[0]), Math.abs(range[1]));
    const ends = extent([x]) ?? [0, 1];
    return {
      x: { label: richText("2θ (deg)"), min: ends[0] - 0.04 * (ends[1] - ends[0]), max: ends[1] + 0.04 * (ends[1] - ends[0]) },
      panels: [
        {
          weight: 1,
          left: { label: richText("Found − expected (10⁻³ deg)"), min: -most, max: most },
          marks: [
            { kind: "rule", y: 0 },
            { kind: "points", x, y: off, sigma: scatter, tone: "first", shape: "disc" },
            ...rings.map((ring, i) => ({
              kind: "label" as const,
              x: x[i]!,
              y: off[i]! + scatter[i]!,
              lines: [[{ text: ring.label, shift: 0 as const }]],
              tone: "quiet" as const,
              place: "above" as const,
              optional: true,
            })),
          ],
        },
      ],
      legend: [{ label: richText(`${calibration.calibrant}; bars: scatter over azimuth`), tone: "first", as: "disc" }],
      note: calibration.parameters
        .map(({ name, quantity, held }) => `${wordsOf(name)} ${quantityText(quantity)}${held ? " (held)" : ""}`)
        .join(", "),
      aspect: 0.74,
      data: () => ({
        columns: [
          { name: "ring", unit: "", values: rings.map(({ label }) => label) },
          { name: "two theta", unit: "deg", values: x },
          {
            name: "off",
            unit: "deg",
            values: rings.map((ring) => ring.off.value),
            sigma: rings.map((ring) => ring.off.sigma ?? Number.NaN),
          },
          { name: "scatter", unit: "deg", values: rings.map((ring) => ring.scatterDegree) },
          { name: "sectors", unit: "", values: rings.map(({ sectors }) => sectors) },
        ],
        notes: calibration.parameters.map(
          ({ name, quantity, held }) => `${wordsOf(name)}: ${quantityText(quantity)}${held ? ", held" : ""}`,
        ),
      }),
    };
  },
  command: ({ part }) => `thioscope ${part.command}`,
  python: (_, csv) =>
    `${pythonHead(csv)}ax.errorbar(data["two theta"], 1e3 * data["off"], 1e3 * data["scatter"], fmt="o", ms=3)\nax.axhline(0, color="0.6", lw=0.6)\nax.set(xlabel="2θ (deg)", ylabel="Found − expected (10⁻³ deg)")\nfig.savefig("rings.pdf")\n`,
};
