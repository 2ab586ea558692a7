/**
 * Answers of a part of thermodynamics at the conditions that the sliders say, worked out where it is shown: the part carries the energies. All figures
 * of a part share one solution; at the step's own conditions what nobody looks at is not worked out.
 */
import type { NotComputable } from "@thioscope/core";
import { parseFormula } from "@thioscope/core/cell";
import type { PartOf, PlainEnergySet, ThermoConditions, ThermoContent } from "@thioscope/core/story";
import {
  type EnergySet,
  type OverSets,
  overSets,
  type PhaseDiagram,
  type ProfileStep,
  phaseDiagram,
  type StabilityWindow,
  setOfPlain,
  stabilityWindow,
  voltageProfile,
  type WindowEdges,
  windowEdges,
  withSulfurShift,
} from "@thioscope/core/thermo";
import type { ViewState } from "../cursor.ts";
import { liveModel } from "../parts/live.ts";

/** Ids of the sliders' choices. */
export const SLIDER = { pressure: "thermo.pressure", temperature: "thermo.temperature", sulfur: "thermo.sulfur" } as const;

/** What the sliders say; where they were not touched, what the step was run with. */
export function conditionsOf({ conditions }: ThermoContent, { choices }: ViewState): ThermoConditions {
  const { pressure, temperature, sulfur } = SLIDER;
  const number = (id: string, otherwise: number): number => (choices[id] === undefined ? otherwise : Number(choices[id]));
  const kelvin = choices[temperature];
  return {
    pressureGigapascal: number(pressure, conditions.pressureGigapascal),
    temperatureKelvin: kelvin === undefined ? conditions.temperatureKelvin : kelvin === "" ? null : Number(kelvin),
    sulfurShift: number(sulfur, conditions.sulfurShift),
  };
}

export interface SolvedWindow {
  formula: string;
  /** by every set: its numbers */
  edges: OverSets<WindowEdges>;
  /** with reactions, by the default set; null where none answers */
  first: StabilityWindow | null;
  /** with reactions, by every set: for tables */
  whole(): OverSets<StabilityWindow>;
}

/** Answers at one set of conditions. */
export interface Solution {
  windows(): readonly SolvedWindow[];
  /** of a system, by one set (index into the part's); the reason where it has none */
  diagram(set: number, elements: readonly string[]): PhaseDiagram | NotComputable;
  voltage(): OverSets<readonly ProfileStep[]> | null;
}

/** The answers as data alone, as a worker gives them. */
export interface SolvedThermo {
  windows: readonly (Omit<SolvedWindow, "whole"> & { whole: OverSets<StabilityWindow> })[];
  /** of all systems by all their sets, by `placeOf` */
  diagrams: ReadonlyMap<string, PhaseDiagram | NotComputable>;
  voltage: OverSets<readonly ProfileStep[]> | null;
}

const placeOf = (set: number, elements: readonly string[]): string => `${set} ${elements.join("-")}`;

/** Everything at once. */
export function solveThermo(part: ThermoContent, conditions: ThermoConditions): SolvedThermo {
  const solution = solutionOf(part, conditions);
  const systems = part.system ? [part.system, ...(part.others ?? [])] : [];
  return {
    windows: solution.windows().map(({ whole, ...window }) => ({ ...window, whole: whole() })),
    diagrams: new Map(
      systems.flatMap(({ elements, sets }) => sets.map((set) => [placeOf(set, elements), solution.diagram(set, elements)] as const)),
    ),
    voltage: solution.voltage(),
  };
}

/** Sets made of plain data, once. */
const made = new WeakMap<PlainEnergySet, EnergySet>();
/** Each part as its step was run. */
const unmoved = new WeakMap<ThermoContent, Solution>();

const movedIn = ({ choices }: ViewState): string[] =>
  Object.values(SLIDER).flatMap((id) => (choices[id] === undefined ? [] : [`${id}=${choices[id]}`]));

/** Null: as the step was run, worked out figure by figure. */
export const LIVE = liveModel<"thermo">({
  key: (state) => movedIn(state).join(" "),
  request({ ion, conditions, sets, windows, system, others = [], voltage, ...part }, state) {
    const content = { kind: part.kind, ion, conditions, sets, windows, system, others, voltage };
    return { kind: "thermo", content, conditions: conditionsOf(content, state) };
  },
  unmoved: () => null,
  refines: () => false,
});

export function solutionAt(part: PartOf<"thermo">, state: ViewState): Solution {
  const solved = LIVE.solvedAt(part, state);
  if (solved !== null) return "notComputable" in solved ? refused(part, solved) : ofData(solved);
  const solution = unmoved.get(part) ?? solutionOf(part, part.conditions);
  unmoved.set(part, solution);
  return solution;
}

function ofData({ windows, diagrams, voltage }: SolvedThermo): Solution {
  return {
    windows: () => windows.map(({ whole, ...window }) => ({ ...window, whole: () => whole })),
    diagram: (set, elements) => diagrams.get(placeOf(set, elements)) ?? { notComputable: "this system was not asked for" },
    voltage: () => voltage,
  };
}

/** Every figure says the reason. */
function refused(part: ThermoContent, reason: NotComputable): Solution {
  const over = (sets: readonly number[]): OverSets<never> => ({
    default: null,
    sets: sets.map((set) => ({ set: setOfPlain(part.sets[set]!), answer: reason })),
    independent: 0,
  });
  return {
    windows: () => part.windows.map(({ formula, sets }) => ({ formula, edges: over(sets), first: null, whole: () => over(sets) })),
    diagram: () => reason,
    voltage: () => part.voltage && over(part.voltage.sets),
  };
}

function solutionOf(part: ThermoContent, { pressureGigapascal, temperatureKelvin, sulfurShift }: ThermoConditions): Solution {
  const at = { pressureGigapascal, ...(temperatureKelvin === null ? {} : { temperatureKelvin }) };
  const sets = part.sets.map((plain) => {
    const set = made.get(plain) ?? setOfPlain(plain);
    made.set(plain, set);
    return withSulfurShift(set, sulfurShift);
  });
  const diagrams = new Map<string, PhaseDiagram>();
  const diagramOf = (set: EnergySet, elements: readonly string[]): PhaseDiagram => {
    const key = `${sets.indexOf(set)} ${elements.join(" ")}`;
    const diagram = diagrams.get(key) ?? phaseDiagram(set, elements, at);
    diagrams.set(key, diagram);
    return diagram;
  };
  const over = <T>(indices: readonly number[], elements: readonly string[], ask: (diagram: PhaseDiagram) => T): OverSets<T> =>
    overSets(
      indices.map((k) => sets[k]!),
      (set) => ask(diagramOf(set, elements)),
    );
  const lazy = <T>(make: () => T): (() => T) => {
    let value: { of: T } | null = null;
    return () => {
      value ??= { of: make() };
      return value.of;
    };
  };
  return {
    windows: lazy(() =>
      part.windows.map(({ formula, elements, sets: asked }) => {
        const compound = parseFormula(formula);
        const edges = over(asked, elements, (diagram) => windowEdges(diagram, compound, part.ion));
        const { default: first } = edges;
        return {
          formula,
          edges,
          first: first && stabilityWindow(diagramOf(first.set, elements), compound, part.ion),
          whole: () => over(asked, elements, (diagram) => stabilityWindow(diagram, compound, part.ion)),
        };
      }),
    ),
    diagram: (set, elements) => over([set], elements, (diagram) => diagram).sets[0]!.answer,
    voltage: lazy(() => {
      if (!part.voltage) return null;
      const { host, elements, sets: asked } = part.voltage;
      return over(asked, elements, (diagram) => voltageProfile(diagram, parseFormula(host), part.ion));
    }),
  };
}
