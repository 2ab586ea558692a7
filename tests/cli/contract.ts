/**
 * The contract of `--json`, as rules on any answer: keys are camelCase, and a number is a result with error and unit, or
 * a count, an index or a size that the list below names. Data, not code, decides.
 */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

const SCHEMA = JSON.parse(readFileSync(new URL("../../docs/reference/schema/commands.schema.json", import.meta.url), "utf8")) as {
  $defs: Record<string, object>;
};

/** Names of the definitions: one per command, and what they share. */
export const DEFINED: readonly string[] = Object.keys(SCHEMA.$defs);

/** What is wrong with `value` by the published schema of `name`; empty if nothing is. */
export function schemaMistakes(name: string, value: unknown): string[] {
  const { $defs } = SCHEMA;
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile({ $defs, allOf: [{ $ref: `#/$defs/${name}` }] });
  return validate(value) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
}

/** Numbers that are no measurements: counts, numbers of cycles, places in files, sizes in bytes. */
const COUNTS = new Set([
  ...["results", "rows", "spectra", "cycles", "cyclesByCurrent", "computed", "reused", "failed", "size", "port"],
  ...["rawFiles", "recomputed", "figures"],
  ...["cycle", "half", "reference", "firstCycle", "lastCycle", "backAt"],
  ...["number", "sweep", "scan", "peak", "pair", "row", "train", "pulses", "plateaus"],
  ...["n", "firstHalf", "lastHalf", "halfCyclesWithSigns", "halfCyclesJudged"],
  ...["hkl", "multiplicity", "operations", "charge"],
  // coefficients of reactions, ends of a window in V by its published form, independent sets
  ...["coefficient", "window", "independent"],
  // size of a model's mesh, work of its solver
  "unknowns",
  ...["integrationSteps", "iterations", "factorisations", "restarts", "step", "cells", "runs"],
  // what fits publish as plain numbers: quality, evidence, and lists as long as the spectrum
  ...["chi2", "bic", "deltaBic", "degreesOfFreedom", "covariance", "points", "elements", "frequencyHertz", "fitReal", "fitImag"],
  // frames: pixels, points on rings, the orientation by its number
  ...[
    "bins",
    "sectors",
    "frame",
    "invalidPixels",
    "clippedPixels",
    "maskedPixels",
    "threads",
    "used",
    "all",
    "orientation",
    "orientationsAlike",
    "width",
    "height",
    "frames",
    "pixels",
    "negative",
    "saturated",
    "notFinite",
    "scans",
    "positions",
    "patterns",
    "pattern",
    "files",
  ],
  // tomography: what was read and found, by number
  ...["projections", "rounds", "voxels", "count", "regionsInAll"],
  // persistent homology: dimensions, points, and bars, which are as exact as the points
  ...["0", "1", "2", "dimension", "bar", "opens", "fills", "rings"],
  // trajectories: atoms, lags, visits of a grid point, lattice directions
  ...["atoms", "ions", "lags", "stride", "shape", "visits", "direction", "dimensions", "hops"],
  ...["chargeRows", "dischargeRows", "restRows", "offset", "line", "column"],
]);

/** Objects whose keys are names from elsewhere: columns, the file's own words, steps, dimensions. */
const FOREIGN_KEYS = new Set(["computed", "printed", "first", "last", "meta", "motors", "results", "bars", "openAtCap"]);

/** Every place where an answer breaks the contract, as "$.path: what". */
export function contractMistakes(answer: unknown): string[] {
  const mistakes: string[] = [];
  const visit = (value: unknown, path: string, key: string): void => {
    if (typeof value === "number") {
      if (!COUNTS.has(key)) mistakes.push(`${path}: ${value} is a bare number`);
    } else if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) visit(item, `${path}[${i}]`, key);
    } else if (value !== null && typeof value === "object") {
      if (isResult(value)) return;
      for (const [name, item] of Object.entries(value)) {
        if (!FOREIGN_KEYS.has(key) && name !== "D" && !/^[a-z][a-zA-Z0-9]*$/.test(name))
          mistakes.push(`${path}: key "${name}" is not camelCase`);
        // meta holds the file's own words
        if (name !== "meta") visit(item, `${path}.${name}`, name);
      }
    }
  };
  visit(answer, "$", "");
  return mistakes;
}

/** {value, sigma, unit}, the same as a mean of n, or {values, sigma, unit}; it may have a name and an interval, nothing else. */
function isResult(value: object): boolean {
  const keys = Object.keys(value)
    .filter((key) => key !== "name" && key !== "interval95")
    .sort()
    .join();
  return keys === "sigma,unit,value" || keys === "n,sigma,unit,value" || keys === "sigma,unit,values";
}
