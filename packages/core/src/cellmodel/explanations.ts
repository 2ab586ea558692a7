/**
 * Rival explanations of incomplete utilisation, run side by side: what would raise the capacity, and where the residue lies. Two capacities at two currents do
 * not separate them; the last column says which measurement would.
 */
import { type Answer, type Quantity, quantity } from "../units/quantity.ts";
import { cellModel, type ModelChoices } from "./model.ts";
import { type ParameterSet, parameterOf, withParameters } from "./parameters.ts";
import { parseProtocol } from "./protocol.ts";
import { endOf } from "./results.ts";
import { runCell } from "./simulate.ts";

export interface Explanation {
  name: string;
  /** what was changed to take this cause away */
  without: string;
  /** capacity then, and what it gains */
  capacity: Answer;
  gain: Answer;
  /** the last product at the separator and at the collector at the end */
  separator: Answer;
  collector: Answer;
  predicts: string;
  decidedBy: string;
}

export interface Explanations {
  capacity: Quantity;
  rivals: readonly Explanation[];
  sentence: string;
}

/** @param rate of the discharge, as in protocols */
export function rivalExplanations(set: ParameterSet, rate: string, choices: ModelChoices = {}): Explanations {
  const last = cellModel(set, { ...choices, cells: 2 }).physics.chemistry.reactions;
  const lastStep = last.find((r) => r.s >= 1 && r.to === Math.max(...last.map((x) => x.to)))!.name;
  const value = (name: string): number => parameterOf(set, name).value;
  const [low] = set.window;
  const run = (changes: Record<string, number>, cutOff: number) => {
    const done = runCell(cellModel(withParameters(set, changes).set, choices), parseProtocol(`discharge at ${rate} until ${cutOff} V`));
    const { equations } = done.model;
    const { block, phases, cells } = equations.layout;
    const y = endOf(done, done.steps[0]!).y;
    const at = (i: number): Quantity => quantity(y[i * block + phases - 1]!, "1");
    return { capacity: done.steps[0]!.capacity, separator: at(0), collector: at(cells - 1) };
  };
  const base = run({}, low);
  const cases: readonly (Pick<Explanation, "name" | "without" | "predicts" | "decidedBy"> & {
    changes: Record<string, number>;
    cutOff: number;
  })[] = [
    {
      name: "range of potential too narrow for the ohmic loss",
      without: `lower cut-off ${(low - 0.4).toFixed(1)} V`,
      changes: {},
      cutOff: low - 0.4,
      predicts: "capacity rises with a lower cut-off and with the conductivity of the cathode; residue at the collector",
      decidedBy: "a discharge to a lower cut-off; thinner cathodes; impedance of the composite",
    },
    {
      name: "ohmic loss itself",
      without: "conductivity of the cathode × 10",
      changes: { cathodeConductivity: 10 * value("cathodeConductivity") },
      cutOff: low,
      predicts: "as above",
      decidedBy: "as above",
    },
    {
      name: "last step limits the rate",
      without: `exchange current of ${lastStep.replace("-", " → ")} × 10`,
      changes: { [`exchange.${lastStep}`]: 10 * value(`exchange.${lastStep}`) },
      cutOff: low,
      predicts: "capacity rises with temperature and after rests; residue everywhere",
      decidedBy: "temperature at one current; pulses with rests",
    },
    {
      name: "diffusion through the layer of product",
      without: "j_D × 10",
      changes: { diffusion: 10 * value("diffusion") },
      cutOff: low,
      predicts: "capacity rises with lower current, hardly with the cut-off",
      decidedBy: "capacity over a decade of currents",
    },
  ];
  const rivals = cases.map(({ changes, cutOff, ...text }): Explanation => {
    const found = run(changes, cutOff);
    return {
      ...text,
      capacity: quantity(found.capacity, "mAh/g"),
      gain: quantity(found.capacity - base.capacity, "mAh/g"),
      separator: found.separator,
      collector: found.collector,
    };
  });
  const scales = { notComputable: "sulfur without contact takes no part in the model: it lowers every capacity by the same share" };
  rivals.push({
    name: "sulfur without contact",
    without: "all sulfur in contact",
    ...{ capacity: scales, gain: scales, separator: scales, collector: scales },
    predicts: "none of these changes helps",
    decidedBy: "unreacted S8 in spectroscopy at the end of discharge",
  });
  return {
    capacity: quantity(base.capacity, "mAh/g"),
    rivals,
    sentence: "capacities at two currents do not separate these explanations: rates and j_D were calibrated on them",
  };
}
