/**
 * Composition of the surface from areas:  x_i = (A_i/N_i) / Σ_j (A_j/N_j),  N = RSF · T(E_K) · E_K^n
 *
 * RSF over C 1s (lines.ts), T the transmission of the analyser where the file has it (1 otherwise), E_K^n the depth that electrons come from, n = 0.75
 * (Wagner, Davis and Riggs, Surf. Interface Anal. 2, 53, 1980). It holds for a sample that is the same over the depth seen, 5 to 10 nm. Element
 * shares carry the errors of the areas; a factor of sensitivity is uncertain by some 10 %, which is added (relative, per element, independent).
 * A level that was not found enters the sum with nothing and is answered with an upper limit.
 */
import { ThioscopeError } from "../errors.ts";
import type { Quantity } from "../units/quantity.ts";
import { coreLevel, SENSITIVITY_SOURCE } from "./lines.ts";

export interface LevelArea {
  level: string;
  /** null where not found */
  area: Quantity | null;
  /** 95 % upper limit where not found */
  limit: Quantity | null;
  /** of the electrons, eV */
  kinetic: number;
  /** 1 where not known */
  transmission: number;
}

export interface AtomShare {
  level: string;
  /** atom % */
  share: Quantity | null;
  /** atom %, 95 % */
  limit: Quantity | null;
  sensitivity: number;
  /** where the factor comes from */
  source: string;
}

export interface QuantifyOptions {
  depthExponent?: number;
  /** relative standard error of a factor of sensitivity; 0.1 where absent */
  factorSigma?: number;
  /** factors in place of those tabulated */
  sensitivity?: Readonly<Record<string, number>>;
}

/** Throws INVALID_INPUT for a level without a factor of sensitivity, NOT_COMPUTABLE where no level was found. */
export function quantifyXps(levels: readonly LevelArea[], options: QuantifyOptions = {}): AtomShare[] {
  const n = options.depthExponent ?? 0.75;
  const relative = options.factorSigma ?? 0.1;
  const rows = levels.map((entry) => {
    const declared = options.sensitivity?.[entry.level];
    const sensitivity = declared ?? coreLevel(entry.level)?.sensitivity ?? null;
    const source = declared === undefined ? SENSITIVITY_SOURCE : "declared";
    if (sensitivity === null || !(sensitivity > 0))
      throw new ThioscopeError("INVALID_INPUT", `no factor of sensitivity is known for "${entry.level}": declare it`);
    if (!(entry.kinetic > 0) || !(entry.transmission > 0))
      throw new ThioscopeError(
        "INVALID_INPUT",
        `${entry.level}: kinetic energy ${entry.kinetic} eV and transmission ${entry.transmission} must be positive`,
      );
    const norm = sensitivity * entry.transmission * entry.kinetic ** n;
    const value = (entry.area?.value ?? 0) / norm;
    const sigma = Math.hypot((entry.area?.sigma ?? 0) / norm, relative * value);
    return { entry, sensitivity, source, norm, value, sigma };
  });
  const total = rows.reduce((sum, row) => sum + row.value, 0);
  if (!(total > 0)) throw new ThioscopeError("NOT_COMPUTABLE", "no level was found: there is nothing to share out");
  const variance = rows.reduce((sum, row) => sum + row.sigma ** 2, 0);
  return rows.map(({ entry, sensitivity, source, norm, value, sigma }): AtomShare => {
    if (!entry.area) {
      const most = (entry.limit?.value ?? 0) / norm;
      return {
        level: entry.level,
        share: null,
        limit: entry.limit ? { value: (100 * most) / (total + most), sigma: null, unit: "at.%" } : null,
        sensitivity,
        source,
      };
    }
    const share = value / total;
    const rest = Math.max(0, variance - sigma * sigma);
    const error = Math.sqrt(((1 - share) * sigma) ** 2 + share * share * rest) / total;
    return { level: entry.level, share: { value: 100 * share, sigma: 100 * error, unit: "at.%" }, limit: null, sensitivity, source };
  });
}
