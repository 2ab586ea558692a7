/**
 * f0(s): scattering of an atom at rest far from its absorption edges, in electrons.
 *
 *   f0 = c + Σ_{i=1..5} a_i exp(-b_i s²),  s = sinθ/λ = 1/(2d) in Å⁻¹, 0 ≤ s ≤ 6
 *
 * D. Waasmaier & A. Kirfel, Acta Cryst. A51, 416 (1995): five Gaussians that hold to s = 6, where the four of Cromer & Mann end at
 * 2. Below that |F|² by the two agree within 0.2 % for LaB6, CeO2, Si, NaCl, Na2S and Li10GeP2S12.
 */
import { FORM_FACTOR_TABLE } from "./formFactorTable.ts";

/** a1…a5, c, b1…b5 */
export type FormFactor = Float64Array;

export const LARGEST_S = 6;

let table: Map<string, FormFactor> | undefined;

function species(): Map<string, FormFactor> {
  table ??= new Map(
    FORM_FACTOR_TABLE.split("\n").map((line) => {
      const [name = "", ...numbers] = line.split(" ");
      return [name, Float64Array.from(numbers, Number)];
    }),
  );
  return table;
}

/**
 * Coefficients of the ion where it is tabulated, else of the neutral atom; undefined for an unknown element.
 *
 * @param charge formal charge, 0 for the neutral atom
 */
export function formFactorOf(element: string, charge = 0): { coefficients: FormFactor; neutral: boolean } | undefined {
  const ion = charge === 0 ? undefined : species().get(`${element}${Math.abs(charge)}${charge > 0 ? "+" : "-"}`);
  if (ion) return { coefficients: ion, neutral: false };
  const atom = species().get(element);
  return atom && { coefficients: atom, neutral: true };
}

/** True for H to Cf (deuterium is H). */
export function isElement(symbol: string): boolean {
  return species().has(symbol) && !/\d/.test(symbol);
}

/** f0 in electrons at s² (Å⁻²). */
export function evaluateFormFactor(f: FormFactor, sSquared: number): number {
  let sum = f[5]!;
  for (let i = 0; i < 5; i++) sum += f[i]! * Math.exp(-f[6 + i]! * sSquared);
  return sum;
}
