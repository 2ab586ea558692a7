/**
 * Chemical-potential diagrams. Of two elements: the line of equilibria, each phase a piece of it. Of three and four: over the potentials of the mobile metal
 * and one other element, what of the rest is stable (fields.ts); the rest of four has the ratio of the first compound asked for.
 */
import { parseFormula } from "@thioscope/core/cell";
import { type PhaseDiagram, potentialDomains } from "@thioscope/core/thermo";
import type { BandMark, Figure, LabelMark, LineMark, Mark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import type { PartFigure } from "../parts/model.ts";
import { pythonHead } from "../study/context.ts";
import { type Run, richText } from "../text.ts";
import { type Field, fieldsOf, type Point } from "./fields.ts";
import {
  chosenSet,
  chosenSystem,
  commandOptions,
  conditionsIn,
  conditionText,
  setChoice,
  solutionOf,
  type ThermoContext,
} from "./shared.ts";

function middleOf(polygon: readonly Point[]): Point {
  const n = polygon.length;
  return [polygon.reduce((s, [a]) => s + a, 0) / n, polygon.reduce((s, [, b]) => s + b, 0) / n];
}

/** A convex polygon as a band. */
function filled(polygon: readonly Point[], tone: BandMark["tone"]): BandMark {
  const x = [...new Set(polygon.map(([a]) => a))].sort((p, q) => p - q);
  const ends = (at: number): [number, number] => {
    const found = polygon.flatMap(([a, b], i) => {
      const [c, d] = polygon[(i + 1) % polygon.length]!;
      if ((a - at) * (c - at) > 0) return [];
      return a === c ? [b, d] : [b + ((at - a) / (c - a)) * (d - b)];
    });
    return [Math.min(...found), Math.max(...found)];
  };
  return { kind: "band", x, low: x.map((at) => ends(at)[0]), high: x.map((at) => ends(at)[1]), tone };
}

const axisLabel = (element: string): Run[] => [
  { text: "μ(", shift: 0 },
  ...richText(element),
  { text: ") against the element (eV)", shift: 0 },
];

function figure(context: ThermoContext): Figure {
  const { part } = context;
  const index = chosenSet(context);
  const diagram = solutionOf(context).diagram(index, chosenSystem(context)?.elements ?? []);
  if ("notComputable" in diagram) return nothing(diagram.notComputable);
  const { elements } = diagram;
  if (elements.length < 2 || elements.length > 4)
    return nothing(`The potentials of ${elements.length} elements have no picture; thermo chempot ${elements.join("-")} lists the fields.`);
  const a = elements.includes(part.ion) ? part.ion : elements[0]!;
  const b = elements.includes("S") && a !== "S" ? "S" : elements.find((e) => e !== a)!;
  const rest = elements.filter((e) => e !== a && e !== b);
  const asked = part.windows.map(({ formula }) => formula);
  const ratio = ratioOf(rest, asked);
  const drawn = elements.length === 2 ? line(diagram, [a, b]) : plane(diagram, [a, b], ratio.share, asked);
  const conditions = conditionText(conditionsIn(context));
  const domains = potentialDomains(diagram);
  return {
    ...drawn,
    legend: [],
    note: [
      ...(rest.length > 0 ? [`what of ${ratio.words} is stable at these potentials`] : []),
      [part.sets[index]!.title, ...(conditions === "" ? [] : [conditions])].join(", "),
    ].join("; "),
    data: () => ({
      columns: [
        { name: "phase", unit: "", values: domains.map(({ formula }) => formula) },
        ...elements.flatMap((element, i) => [
          { name: `μ ${element} from`, unit: "eV", values: domains.map(({ ranges }) => ranges[i]!.from ?? Number.NaN) },
          { name: `μ ${element} to`, unit: "eV", values: domains.map(({ ranges }) => ranges[i]!.to) },
        ]),
      ],
      notes: ["Where a potential has no lower limit it is left empty."],
    }),
  };
}

/** Share of the second of two closed elements, as in the first compound that holds both; without one alike. */
function ratioOf(rest: readonly string[], asked: readonly string[]): { share: number; words: string } {
  const [first, second] = rest;
  if (!first || !second) return { share: 0, words: first ?? "" };
  const like = asked.find((formula) => rest.every((element) => parseFormula(formula).has(element)));
  const counts = like ? parseFormula(like) : new Map([...rest.map((element) => [element, 1] as const)]);
  const [n, m] = [counts.get(first)!, counts.get(second)!];
  return { share: m / (n + m), words: `${first} and ${second} ${n} : ${m}${like ? ` (as in ${like})` : ""}` };
}

function nothing(empty: string): Figure {
  return { x: { label: [], min: 0, max: 1 }, panels: [], legend: [], empty, data: () => ({ columns: [] }) };
}

type Drawn = Pick<Figure, "x" | "panels" | "aspect">;

const label = (formula: string, [x, y]: Point, place: LabelMark["place"] = "above"): LabelMark => ({
  kind: "label",
  x,
  y,
  lines: [richText(formula)],
  tone: "ink",
  place,
  optional: true,
  leader: true,
});

/** @param asked compounds whose labels come first while there is room */
function plane(diagram: PhaseDiagram, axes: readonly [string, string], share: number, asked: readonly string[]): Drawn {
  const domains = potentialDomains(diagram);
  // a third more than the lowest corner, so that open fields are seen to be open
  const lowest = (element: string): number => {
    const i = diagram.elements.indexOf(element);
    return 1.3 * Math.min(-0.1, ...domains.flatMap(({ corners }) => corners.map((c) => c[i]!)));
  };
  const low: Point = [lowest(axes[0]), lowest(axes[1])];
  const fields = fieldsOf(diagram, axes, low, share);
  const marks = fields.flatMap(({ corners }, k): Mark[] => {
    const closed = [...corners, corners[0]!];
    return [
      filled(corners, { ramp: fields.length > 1 ? k / (fields.length - 1) : 0.5 }),
      { kind: "line", x: closed.map(([a]) => a), y: closed.map(([, b]) => b), tone: "ink", width: 0.8, plain: true },
    ];
  });
  const rank = ({ formulas }: Field): number => (formulas.some((formula) => asked.includes(formula)) ? 0 : 1);
  const labels = [...fields]
    .sort((p, q) => rank(p) - rank(q))
    .map(({ formulas, corners }) => label(formulas.join(" + "), middleOf(corners)));
  return {
    x: { label: axisLabel(axes[0]), min: low[0], max: 0.02 * -low[0] },
    panels: [{ weight: 1, left: { label: axisLabel(axes[1]), min: low[1], max: 0.02 * -low[1] }, marks: [...marks, ...labels] }],
    aspect: 0.9,
  };
}

function line(diagram: PhaseDiagram, axes: readonly [string, string]): Drawn {
  const { hull, elements } = diagram;
  const [ia, ib] = [elements.indexOf(axes[0]), elements.indexOf(axes[1])];
  const corners = Array.from({ length: hull.facetCount }, (_, f): Point => [hull.potentials[f * 2 + ia]!, hull.potentials[f * 2 + ib]!]);
  corners.sort((p, q) => p[0] - q[0]);
  const lowest = (k: 0 | 1): number => 1.15 * Math.min(-0.1, ...corners.map((c) => c[k]));
  // pure elements: at the potential zero, whatever the other one's
  const ends: Point[] = [[lowest(0), 0], ...corners, [0, lowest(1)]];
  const path: LineMark = { kind: "line", x: ends.map(([a]) => a), y: ends.map(([, b]) => b), tone: "first", width: 1.4 };
  const labels = potentialDomains(diagram).map(({ formula, corners: own }) => {
    const at = own.map((c): Point => [c[ia]!, c[ib]!]);
    const isElement = elements.includes(formula);
    if (isElement) return label(formula, formula === axes[0] ? [0, lowest(1) * 0.96] : [lowest(0) * 0.98, 0], "right");
    return label(formula, middleOf(at), "right");
  });
  const x = padded(extent([path.x]), 0.06);
  return {
    x: { label: axisLabel(axes[0]), ...x },
    panels: [
      {
        weight: 1,
        left: { label: axisLabel(axes[1]), ...padded(extent([path.y]), 0.06) },
        marks: [
          path,
          { kind: "points", x: corners.map(([a]) => a), y: corners.map(([, b]) => b), tone: "first", shape: "disc", size: 0.9 },
          ...labels,
        ],
      },
    ],
    aspect: 0.9,
  };
}

export const POTENTIALS: PartFigure<"thermo"> = {
  id: "chemical-potentials",
  title: "Chemical potentials",
  height: 420,
  brushOver: "curve",
  cursorLine: false,
  choices: setChoice,
  isShown: ({ system }) => system !== null,
  figure,
  command: (context) =>
    `thioscope thermo chempot ${chosenSystem(context)?.elements.join("-") ?? ""}${commandOptions(conditionsIn(context))}`,
  python: (_, name) =>
    `${pythonHead(name)}lines = data.set_index("phase")\nax.barh(lines.index, lines.iloc[:, 1] - lines.iloc[:, 0], left=lines.iloc[:, 0])\nax.set(xlabel=lines.columns[0] + " (eV)")\nfig.savefig("potentials.pdf")\n`,
};
