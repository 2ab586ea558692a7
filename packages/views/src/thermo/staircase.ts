/** Potentials at which a host takes up ions, in equilibrium: a staircase, with those of the other energy sets behind it. */
import { isRefused, type ProfileStep } from "@thioscope/core/thermo";
import type { Figure, LabelMark, LineMark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import type { PartFigure } from "../parts/model.ts";
import { pythonHead } from "../study/context.ts";
import { richText } from "../text.ts";
import { commandOptions, conditionsIn, conditionText, solutionOf, type ThermoContext } from "./shared.ts";

/** V beyond the chosen set's potentials. */
const FAR = 1.5;

function stairs(steps: readonly ProfileStep[]): { x: number[]; y: number[] } {
  return {
    x: steps.flatMap(({ from, to }) => [from.value, to.value]),
    y: steps.flatMap(({ voltage }) => [voltage.value, voltage.value]),
  };
}

function figure(context: ThermoContext): Figure {
  const { part } = context;
  const over = solutionOf(context).voltage();
  const answers = (over?.sets ?? []).flatMap(({ set, answer }) => (isRefused(answer) ? [] : [{ set, answer }]));
  const first = over?.default ?? null;
  const lines = answers
    .filter(({ set }) => set !== first?.set)
    .map(({ answer }): LineMark => ({ kind: "line", ...stairs(answer), tone: "quiet", width: 0.8, plain: true }));
  const main: LineMark[] = first ? [{ kind: "line", ...stairs(first.answer), tone: "first", width: 1.8, plain: true }] : [];
  const labels = (first?.answer ?? []).map(
    ({ from, to, voltage, after, before }): LabelMark => ({
      kind: "label",
      x: (from.value + to.value) / 2,
      y: voltage.value,
      lines: [richText(`${before.join(" + ")} → ${after.join(" + ")}`)],
      tone: "ink",
      place: "above",
      optional: true,
      leader: true,
    }),
  );
  // a set far off would flatten all others: its number stands in a remark
  const usual = extent((main.length > 0 ? main : lines).map(({ y }) => y));
  const near = (v: number): boolean => usual === null || (v > usual[0] - FAR && v < usual[1] + FAR);
  const range = extent([...lines, ...main].map(({ y }) => Float64Array.from(y).filter(near)));
  const beyond = extent(lines.map(({ y }) => Float64Array.from(y).filter((v) => !near(v))));
  const conditions = conditionText(conditionsIn(context));
  return {
    x: {
      label: richText(`${part.ion} taken up per ${part.voltage?.host ?? "host"}`),
      ...padded(extent([...lines, ...main].map(({ x }) => x)), 0.02),
    },
    panels: [
      {
        weight: 1,
        left: { label: richText(`Potential against ${part.ion} (V)`), ...padded(range, 0.14) },
        marks: [...lines, ...main, ...labels],
      },
    ],
    legend: [
      ...(first ? [{ label: richText(first.set.title), tone: "first" as const, as: "line" as const }] : []),
      ...(lines.length > 0 ? [{ label: richText("other sets"), tone: "quiet" as const, as: "line" as const }] : []),
    ],
    ...(first ? {} : { empty: "No energy set answers for this host." }),
    note: [
      ...(conditions === "" ? [] : [`At ${conditions}`]),
      ...(beyond ? [`another set reaches ${beyond[beyond[1] > 0 ? 1 : 0].toFixed(1)} V, beyond the axis`] : []),
      `equilibrium, ${over?.independent ?? 0} independent ${over?.independent === 1 ? "set" : "sets"}; phases that are slow to form do not appear in a cell`,
    ].join("; "),
    aspect: 0.72,
    data: () => {
      const rows = answers.flatMap(({ set, answer }) => answer.map((step) => ({ set, step })));
      return {
        columns: [
          { name: "set", unit: "", values: rows.map(({ set }) => set.name) },
          { name: "from", unit: "", values: rows.map(({ step }) => step.from.value) },
          { name: "to", unit: "", values: rows.map(({ step }) => step.to.value) },
          {
            name: "voltage",
            unit: "V",
            values: rows.map(({ step }) => step.voltage.value),
            sigma: rows.map(({ step }) => step.voltage.sigma ?? Number.NaN),
          },
          {
            name: "reaction",
            unit: "",
            values: rows.map(({ step }) => step.reaction?.text ?? `${step.before.join(" + ")} → ${step.after.join(" + ")}`),
          },
        ],
      };
    },
  };
}

export const STAIRCASE: PartFigure<"thermo"> = {
  id: "voltage-staircase",
  title: "Voltage of conversion",
  height: 340,
  brushOver: "curve",
  cursorLine: false,
  isShown: ({ voltage }) => voltage !== null,
  figure,
  command: (context) =>
    `thioscope thermo voltage ${context.part.voltage?.host ?? "HOST"} --ion ${context.part.ion}${commandOptions(conditionsIn(context))}`,
  python: (_, name) =>
    `${pythonHead(name)}for name, steps in data.groupby("set"):\n    ax.hlines(steps["voltage"], steps["from"], steps["to"], label=name)\nax.set(xlabel="ions taken up", ylabel="Potential (V)")\nax.legend()\nfig.savefig("staircase.pdf")\n`,
};
