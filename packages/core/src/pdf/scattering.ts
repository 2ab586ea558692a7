/** Scattering of the average atom: ⟨f⟩² and ⟨f²⟩ over q. */
import { parseFormula } from "../chemistry/formula.ts";
import { evaluateFormFactor, formFactorOf } from "../crystal/formFactor.ts";
import { ThioscopeError } from "../errors.ts";

export interface AverageScattering {
  /** ⟨f⟩², electrons² per atom */
  squareOfMean: Float64Array;
  /** ⟨f²⟩ */
  meanOfSquare: Float64Array;
}

/** @param q 1/Å. INVALID_INPUT for elements without form factors. */
export function averageScattering(formula: string, q: Float64Array): AverageScattering {
  const elements = [...parseFormula(formula)];
  const total = elements.reduce((sum, [, amount]) => sum + amount, 0);
  const factors = elements.map(([element, amount]) => {
    const found = formFactorOf(element);
    if (!found) throw new ThioscopeError("INVALID_INPUT", `${element} of ${formula} has no form factor: elements H to Cf have one`);
    return { share: amount / total, coefficients: found.coefficients };
  });
  const squareOfMean = new Float64Array(q.length);
  const meanOfSquare = new Float64Array(q.length);
  for (let k = 0; k < q.length; k++) {
    const s2 = (q[k]! / (4 * Math.PI)) ** 2;
    let mean = 0;
    let square = 0;
    for (const { share, coefficients } of factors) {
      const f = evaluateFormFactor(coefficients, s2);
      mean += share * f;
      square += share * f * f;
    }
    squareOfMean[k] = mean * mean;
    meanOfSquare[k] = square;
  }
  return { squareOfMean, meanOfSquare };
}
