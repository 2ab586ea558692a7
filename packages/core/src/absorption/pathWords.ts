/** Variables and path parameters as they are written: "amp=1,de0=0", "s02=amp,2:sigma2=sig2b" ("2:" is of the second path alone). */
import { ThioscopeError } from "../errors.ts";
import { PATH_PARAMETERS, type PathParameter } from "./feffPath.ts";
import type { FitVariable } from "./pathFit.ts";

/** Of a structure: one relative expansion for all its shells. */
export const STRUCTURE_VARIABLES = "amp=1,de0=0,sig2=0.003,alpha=0";
export const STRUCTURE_PARAMETERS = "s02=amp,e0=de0,sigma2=sig2,deltar=alpha*reff";

/** @throws INVALID_INPUT for what is not NAME=NUMBER,… */
export function pathVariables(text: string): FitVariable[] {
  return assignments(text, "variables").map(([name, value]) => {
    const start = Number(value);
    if (!Number.isFinite(start)) throw new ThioscopeError("INVALID_INPUT", `variables: ${name}=${value} is not a number`);
    return { name, start };
  });
}

/** For each of `count` paths. @throws INVALID_INPUT for names that no path has */
export function pathExpressions(text: string, count: number): Partial<Record<PathParameter, string>>[] {
  const parameters = Array.from({ length: count }, (): Partial<Record<PathParameter, string>> => ({}));
  for (const [key, value] of assignments(text, "parameters")) {
    const [, number, name = ""] = /^(?:(\d+):)?(\w+)$/.exec(key) ?? [];
    const parameter = PATH_PARAMETERS.find((known) => known === name);
    if (!parameter) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `parameters: ${key}: a path has ${PATH_PARAMETERS.join(", ")}; "2:sigma2" is that of the second path`,
      );
    }
    for (const [i, own] of parameters.entries()) if (number === undefined || Number(number) === i + 1) own[parameter] = value;
  }
  return parameters;
}

function assignments(text: string, what: string): [string, string][] {
  return text.split(",").map((part) => {
    const at = part.indexOf("=");
    if (at < 1 || at === part.length - 1) throw new ThioscopeError("INVALID_INPUT", `${what}: "${part}": write NAME=VALUE`);
    return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
  });
}
