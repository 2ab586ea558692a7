/** Which kind of experiment a technique is: what may be computed from it. A data table. */
export type TechniqueKind = "cycling" | "sweep" | "hold" | "open circuit" | "impedance";

/** Instruments' names of techniques that are not galvanostatic cycling, in capitals; all others are cycling. */
const KINDS: readonly (readonly [names: readonly string[], kind: TechniqueKind])[] = [
  [["CV", "CVA", "LSV", "FCV", "ACV", "DPV", "SWV", "NPV", "LP", "CYCLIC VOLTAMMETRY", "LINEAR SWEEP VOLTAMMETRY"], "sweep"],
  [["OCV", "WAIT", "OCP", "OPEN CIRCUIT POTENTIOMETRY", "OPEN CIRCUIT VOLTAGE"], "open circuit"],
  [["CA", "AD", "CHRONOAMPEROMETRY"], "hold"],
  [["PEIS", "GEIS", "EIS", "ZIR", "GEIS2", "SPEIS", "SGEIS"], "impedance"],
];

/** Why half cycles and dQ/dV are not made of such an experiment. */
export const NO_CYCLES: Readonly<Record<Exclude<TechniqueKind, "cycling">, string>> = {
  sweep: "the potential is swept and the current follows: a change of its sign is no half cycle; scans are the instrument's",
  hold: "the potential is held: the current only decays",
  "open circuit": "no current flows",
  impedance: "the current is an alternating one",
};

export function kindOfTechnique(technique: string | undefined): TechniqueKind {
  if (technique === undefined) return "cycling";
  const names = technique
    .toUpperCase()
    .split("+")
    .map((name) => name.trim());
  const kinds = new Set(names.map((name) => KINDS.find(([known]) => known.includes(name))?.[1] ?? "cycling"));
  return kinds.size === 1 ? [...kinds][0]! : "cycling";
}
