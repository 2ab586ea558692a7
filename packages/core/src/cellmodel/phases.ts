/**
 * Phases and reactions of conversion electrodes as data. Amounts are mol S in the phase per mol S in the electrode; x is the number of electrons (and ions)
 * that the phase holds per S, so that A → B passes s = x_B − x_A electrons per mol S: A + s M⁺ + s e⁻ → B. Σ s over a chain is 2, 1672 mAh per gram
 * of sulfur.
 */
import { parseFormula } from "../chemistry/formula.ts";
import { ThioscopeError } from "../errors.ts";
import { crystalVolume } from "../thermo/volumes.ts";
import { CONSTANTS } from "../units/constants.ts";

export type ChemistryName = "Na-S" | "Li-S";

export interface ModelPhase {
  /** as in formulae: "Na2S4" */
  formula: string;
  /** electrons per S */
  x: number;
  /** atoms per S, the metal's included */
  atoms: number;
  /** m³ per mol S and its standard error */
  volume: number;
  volumeSigma: number;
  volumeSource: string;
}

export interface ModelReaction {
  /** "Na2S2-Na2S", the key of its parameters */
  name: string;
  /** indices of phases */
  from: number;
  to: number;
  /** electrons per S */
  s: number;
}

export interface Chemistry {
  name: ChemistryName | "other";
  /** the metal of the ion */
  ion: string;
  phases: readonly ModelPhase[];
  reactions: readonly ModelReaction[];
}

/** What may be switched on beside the default chain. */
export interface ChemistryOptions {
  /** Na₂S₇ between S and Na₂S₅, standing for Na₂S₆₋₈; S → Na₂S₅ stays in parallel, so that equilibrium can pass it by */
  highOrder?: boolean;
  /** Na₂S₃ between Na₂S₄ and Na₂S₂ */
  na2s3?: boolean;
  /** Na₂S₄ → Na₂S in parallel: three-step discharge becomes two-step */
  skipNa2s2?: boolean;
}

const CUBIC_ANGSTROM_TO_MOLAR = CONSTANTS.avogadro * 1e-30;

/** Electrons per S of a sulfide M₂Sₙ, of S itself 0. */
function electronsOf(formula: string, ion: string): number {
  const composition = parseFormula(formula);
  return (composition.get(ion) ?? 0) / composition.get("S")!;
}

function volumeOf(formula: string): Pick<ModelPhase, "volume" | "volumeSigma" | "volumeSource"> | null {
  const known = crystalVolume(formula);
  if (!known) return null;
  const composition = parseFormula(formula);
  const atoms = [...composition.values()].reduce((a, b) => a + b, 0);
  const perSulfur = (atoms / composition.get("S")!) * CUBIC_ANGSTROM_TO_MOLAR;
  return { volume: known.value * perSulfur, volumeSigma: known.sigma * perSulfur, volumeSource: `${known.source} (${known.flag})` };
}

function phase(formula: string, ion: string, between?: readonly [string, string]): ModelPhase {
  const x = electronsOf(formula, ion);
  const own = volumeOf(formula);
  const shape = { formula, x, atoms: 1 + x };
  if (own) return { ...shape, ...own };
  const end = (f: string) => ({ x: electronsOf(f, ion), volume: volumeOf(f)!.volume });
  const [a, b] = [end(between![0]), end(between![1])];
  const share = (x - a.x) / (b.x - a.x);
  const volume = a.volume + share * (b.volume - a.volume);
  return { ...shape, volume, volumeSigma: 0.05 * volume, volumeSource: `between ${between!.join(" and ")}` };
}

/** The phases and reactions of a chemistry; throws INVALID_INPUT for options that it does not have. */
export function chemistry(name: ChemistryName, options: ChemistryOptions = {}): Chemistry {
  if (name === "Li-S") {
    const given = (["highOrder", "na2s3", "skipNa2s2"] as const).find((name) => options[name]);
    if (given) throw new ThioscopeError("INVALID_INPUT", `${given} is an option of Na–S, not of Li–S`);
    return chain(
      name,
      ["S", "Li2S2", "Li2S"].map((f) => phase(f, "Li")),
      [
        ["S", "Li2S2"],
        ["Li2S2", "Li2S"],
      ],
    );
  }
  const formulae = ["S", ...(options.highOrder ? ["Na2S7"] : []), "Na2S5", "Na2S4", ...(options.na2s3 ? ["Na2S3"] : []), "Na2S2", "Na2S"];
  const steps: [string, string][] = [["S", "Na2S5"]];
  if (options.highOrder) steps.push(["S", "Na2S7"], ["Na2S7", "Na2S5"]);
  steps.push(["Na2S5", "Na2S4"]);
  if (options.na2s3) steps.push(["Na2S4", "Na2S3"], ["Na2S3", "Na2S2"]);
  else steps.push(["Na2S4", "Na2S2"]);
  steps.push(["Na2S2", "Na2S"]);
  if (options.skipNa2s2) steps.push(["Na2S4", "Na2S"]);
  return chain(
    name,
    formulae.map((f) => phase(f, "Na", ["S", "Na2S5"])),
    steps,
  );
}

function chain(name: ChemistryName, phases: ModelPhase[], steps: readonly (readonly [string, string])[]): Chemistry {
  return {
    name,
    ion: name.slice(0, 2),
    phases,
    reactions: steps.map(([a, b]) => {
      const from = phases.findIndex((p) => p.formula === a);
      const to = phases.findIndex((p) => p.formula === b);
      return { name: `${a}-${b}`, from, to, s: phases[to]!.x - phases[from]!.x };
    }),
  };
}
