/** The parameter sets that ship. */
import { ThioscopeError } from "../../errors.ts";
import { nearest } from "../../suggest.ts";
import type { ParameterSet } from "../parameters.ts";
import { LI_S_LGPS } from "./liSLgps.ts";
import { NA_S_NAS } from "./naSNas.ts";
import { NA_S_NBH } from "./naSNbh.ts";
import { NA_S_NPS, NA_S_NPS_100 } from "./naSNps.ts";

const SETS: readonly ParameterSet[] = [NA_S_NPS, NA_S_NPS_100, NA_S_NBH, NA_S_NAS, LI_S_LGPS];

export const PARAMETER_SETS: readonly string[] = SETS.map(({ name }) => name);

/** Other names of sets: by what they were calibrated on. */
const ALIASES: Readonly<Record<string, string>> = { "calibrated-both": "na-s-nps", "calibrated-100": "na-s-nps-100" };

/** A set by its name; INVALID_INPUT with the names there are. */
export function parameterSet(name: string): ParameterSet {
  const own = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name;
  const found = SETS.find((s) => s.name === own);
  if (found) return found;
  const guess = nearest(name, PARAMETER_SETS);
  throw new ThioscopeError(
    "INVALID_INPUT",
    `no parameter set "${name}"${guess ? `; did you mean ${guess}?` : ""} There are ${PARAMETER_SETS.join(", ")}`,
  );
}
