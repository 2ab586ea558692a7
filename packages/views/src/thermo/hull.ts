/**
 * The convex hull of a system: over composition for two elements, seen from above as a triangle or tetrahedron for three and four, with the
 * tie lines between phases in equilibrium.
 */
import { ON_HULL, type PhaseDiagram, reducedFormula } from "@thioscope/core/thermo";
import type { Figure, LabelMark, LineMark, Mark, PointMark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import type { PartFigure } from "../parts/model.ts";
import { pythonHead } from "../study/context.ts";
import { type Run, richText } from "../text.ts";
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

/** Corners of the elements in the plane: a triangle; a tetrahedron with its fourth corner behind. */
const CORNERS: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  3: [
    [0, 0],
    [1, 0],
    [0.5, Math.sqrt(3) / 2],
  ],
  4: [
    [0, 0.12],
    [0.72, 0],
    [0.5, 0.95],
    [1.1, 0.38],
  ],
};
const MOST_ELEMENTS = 4;

interface Phase {
  formula: string;
  /** fractions of the elements */
  x: readonly number[];
  /** eV per atom */
  energy: number;
  above: number;
}

/** Of each composition the phase of least energy. */
function phasesOf({ entries, hull, above }: PhaseDiagram): Phase[] {
  const best = new Map<string, number>();
  for (const [j, { composition }] of entries.entries()) {
    const key = reducedFormula(composition);
    const before = best.get(key);
    if (before === undefined || hull.energies[j]! < hull.energies[before]!) best.set(key, j);
  }
  return [...best.values()].map((j) => ({
    formula: entries[j]!.formula,
    x: Array.from(hull.fractions.subarray(j * hull.size, (j + 1) * hull.size)),
    energy: hull.energies[j]!,
    above: above[j]!,
  }));
}

const isStable = ({ above }: Phase): boolean => above <= ON_HULL;

function figure(context: ThermoContext): Figure {
  const { part } = context;
  const index = chosenSet(context);
  const system = chosenSystem(context);
  const diagram = solutionOf(context).diagram(index, system?.elements ?? []);
  const conditions = conditionText(conditionsIn(context));
  if ("notComputable" in diagram) return nothing(diagram.notComputable);
  const { elements } = diagram;
  if (elements.length < 2 || elements.length > MOST_ELEMENTS)
    return nothing(`A hull of ${elements.length} elements has no picture; the table of thermo hull ${elements.join("-")} holds it.`);
  const asked = part.windows.map(({ formula }) => formula);
  // labels are placed in this order while there is room: what was asked about, what is stable, the rest
  const rank = (phase: Phase): number => (asked.includes(phase.formula) ? 0 : isStable(phase) ? 1 : 2);
  const phases = phasesOf(diagram).sort((a, b) => rank(a) - rank(b));
  const drawn = elements.length === 2 ? overComposition(context, diagram, phases) : fromAbove(diagram, phases);
  return {
    ...drawn,
    legend: [
      { label: richText("on the hull"), tone: "first", as: "disc" },
      { label: richText("above it"), tone: "accent", as: "ring" },
      ...(elements.length === 2 && (system?.sets.length ?? 0) > 1
        ? [{ label: richText("hulls of the other sets"), tone: "quiet" as const, as: "line" as const }]
        : []),
    ],
    note: [part.sets[index]!.title, ...(conditions === "" ? [] : [conditions])].join(", "),
    data: () => ({
      columns: [
        { name: "phase", unit: "", values: phases.map(({ formula }) => formula) },
        { name: "formation energy", unit: "eV/atom", values: phases.map(({ energy }) => energy) },
        { name: "above hull", unit: "eV/atom", values: phases.map(({ above }) => above) },
        ...elements.map((element, i) => ({ name: `x ${element}`, unit: "", values: phases.map(({ x }) => x[i]!) })),
      ],
    }),
  };
}

function nothing(empty: string): Figure {
  return { x: { label: [], min: 0, max: 1 }, panels: [], legend: [], empty, data: () => ({ columns: [] }) };
}

type Drawn = Pick<Figure, "x" | "panels" | "aspect" | "equal">;

function overComposition(context: ThermoContext, diagram: PhaseDiagram, phases: readonly Phase[]): Drawn {
  const line = (d: PhaseDiagram): { x: number[]; y: number[] } => {
    const stable = phasesOf(d).filter(isStable);
    stable.sort((a, b) => a.x[1]! - b.x[1]!);
    return { x: stable.map(({ x }) => x[1]!), y: stable.map(({ energy }) => energy) };
  };
  const { sets = [], elements = [] } = chosenSystem(context) ?? {};
  const others = sets.flatMap((k): LineMark[] => {
    const other = k === chosenSet(context) ? null : solutionOf(context).diagram(k, elements);
    return other && !("notComputable" in other) ? [{ kind: "line", ...line(other), tone: "quiet", width: 0.7, plain: true }] : [];
  });
  const own: LineMark = { kind: "line", ...line(diagram), tone: "first", width: 1.3, plain: true };
  const points = (stable: boolean): PointMark => {
    const shown = phases.filter((phase) => isStable(phase) === stable);
    return {
      kind: "points",
      x: shown.map(({ x }) => x[1]!),
      y: shown.map(({ energy }) => energy),
      tone: stable ? "first" : "accent",
      shape: stable ? "disc" : "ring",
      size: stable ? 1.1 : 0.9,
    };
  };
  const labels = phases
    .filter(({ x }) => !x.includes(1))
    .map((phase): LabelMark => labelOf(phase, phase.x[1]!, phase.energy, isStable(phase) ? "below" : "above"));
  const marks: Mark[] = [...others, own, points(false), points(true), ...labels];
  const range = extent([...others.map(({ y }) => y), own.y, phases.map(({ energy }) => energy)]);
  const [, second] = diagram.elements;
  return {
    x: { label: richText(`Share of ${second} among the atoms`), min: -0.02, max: 1.02 },
    panels: [{ weight: 1, left: { label: richText("Energy of formation (eV/atom)"), ...padded(range, 0.1) }, marks }],
    aspect: 0.8,
  };
}

const labelOf = ({ formula }: Phase, x: number, y: number, place: LabelMark["place"]): LabelMark => ({
  kind: "label",
  x,
  y,
  lines: [richText(formula)],
  tone: "ink",
  place,
  optional: true,
  leader: true,
});

function fromAbove({ elements, hull }: PhaseDiagram, phases: readonly Phase[]): Drawn {
  const corners = CORNERS[elements.length]!;
  const at = (x: ArrayLike<number>, from = 0): [number, number] => {
    let [u, v] = [0, 0];
    for (const [i, [cu, cv]] of corners.entries()) {
      u += x[from + i]! * cu;
      v += x[from + i]! * cv;
    }
    return [u, v];
  };
  // each pair of phases that are in equilibrium, once
  const pairs = new Set<string>();
  for (let f = 0; f < hull.facetCount; f++) {
    for (let a = 0; a < hull.size; a++) {
      for (let b = a + 1; b < hull.size; b++) {
        const [p, q] = [hull.facets[f * hull.size + a]!, hull.facets[f * hull.size + b]!];
        pairs.add(`${Math.min(p, q)} ${Math.max(p, q)}`);
      }
    }
  }
  const ties = [...pairs].map((pair): LineMark => {
    const [p, q] = pair.split(" ").map((j) => at(hull.fractions, Number(j) * hull.size));
    return { kind: "line", x: [p![0], q![0]], y: [p![1], q![1]], tone: "quiet", width: hull.size === 3 ? 0.9 : 0.6, plain: true };
  });
  const points = (stable: boolean): PointMark => {
    const shown = phases.filter((phase) => isStable(phase) === stable).map(({ x }) => at(x));
    return {
      kind: "points",
      x: shown.map(([u]) => u),
      y: shown.map(([, v]) => v),
      tone: stable ? "first" : "accent",
      shape: stable ? "disc" : "ring",
      size: stable ? 1.1 : 0.9,
    };
  };
  const labels = phases.map((phase): LabelMark => {
    const [u, v] = at(phase.x);
    return { ...labelOf(phase, u, v, phase.x.includes(1) && v < 0.5 ? "below" : "above"), lines: [withHeight(phase)] };
  });
  const [right, top] = [Math.max(...corners.map(([u]) => u)), Math.max(...corners.map(([, v]) => v))];
  return {
    x: { label: [], min: -0.12, max: right + 0.12, names: [] },
    panels: [
      { weight: 1, left: { label: [], min: -0.1, max: top + 0.1, names: [] }, marks: [...ties, points(false), points(true), ...labels] },
    ],
    aspect: 0.92,
    equal: true,
  };
}

/** A phase above the hull with its height, meV per atom. */
function withHeight(phase: Phase): Run[] {
  return richText(isStable(phase) ? phase.formula : `${phase.formula} +${(1000 * phase.above).toFixed(0)} meV`);
}

export const HULL: PartFigure<"thermo"> = {
  id: "phase-diagram",
  title: "Phase diagram",
  height: 420,
  brushOver: "curve",
  cursorLine: false,
  choices: setChoice,
  isShown: ({ system }) => system !== null,
  figure,
  command: (context) => `thioscope thermo hull ${chosenSystem(context)?.elements.join("-") ?? ""}${commandOptions(conditionsIn(context))}`,
  python: (_, name) =>
    `${pythonHead(name)}x = data.columns[4]\nax.plot(data[x], data["formation energy"], "o", ms=3)\nax.set(xlabel=x, ylabel="Energy of formation (eV/atom)")\nfig.savefig("hull.pdf")\n`,
};
