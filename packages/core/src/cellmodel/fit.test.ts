import { expect, test } from "vitest";
import { isComputable } from "../units/quantity.ts";
import { fitCell, type MeasuredCurve } from "./fit.ts";
import { cellModel } from "./model.ts";
import { withParameters } from "./parameters.ts";
import { parseProtocol } from "./protocol.ts";
import { parameterSet } from "./sets/index.ts";
import { runCell } from "./simulate.ts";

/** A discharge of the model on a finer grid than the fit's: not the same equations. */
function curve(changes: Record<string, number>): MeasuredCurve {
  const model = cellModel(withParameters(parameterSet("na-s-nps"), changes).set, { cells: 40 });
  const { rows } = runCell(model, parseProtocol("discharge at 100 mA/g until 0.5 V"));
  return { direction: "discharge", capacity: rows.capacity, volt: rows.volt, current: 100 };
}

test("a discharge gives back what it was made with", () => {
  const truth = { diffusion: 0.12, "exchange.Na2S2-Na2S": 9e-4, contactResistance: 40 };
  const fit = fitCell(parameterSet("na-s-nps"), curve(truth), ["diffusion", "exchange.Na2S2-Na2S"], { cells: 12, points: 30 });
  expect(fit.converged).toBe(true);
  for (const { name, value } of fit.parameters) {
    expect(isComputable(value)).toBe(true);
    if (isComputable(value)) expect(Math.abs(value.value / truth[name as keyof typeof truth] - 1)).toBeLessThan(0.03);
  }
  // the grids differ: 12 against 40 control volumes
  expect(fit.residual.value).toBeLessThan(0.02);
});

test("parameters that act alike are named, and their errors say how little each is known; others are not named", () => {
  const set = parameterSet("na-s-nps");
  const measured = curve({});
  // a resistance in series is one number, whether of the contact or of the separator
  const alike = fitCell(set, measured, ["contactResistance", "separatorConductivity"], { cells: 12, points: 30 });
  expect(alike.correlated.map(({ pair }) => pair)).toEqual([["contactResistance", "separatorConductivity"]]);
  expect(alike.correlated[0]!.correlation.value).toBeGreaterThan(0.99);
  const alone = fitCell(set, measured, ["contactResistance", "diffusion"], { cells: 12, points: 30 });
  expect(alone.correlated).toEqual([]);
  const sigma = (fit: typeof alone): number => {
    const { value } = fit.parameters[0]!;
    return isComputable(value) ? value.sigma! : Number.NaN;
  };
  expect(sigma(alike)).toBeGreaterThan(5 * sigma(alone));
});

test("what does not act on the curve has no value", () => {
  const measured = curve({});
  const idle = fitCell(parameterSet("na-s-nps"), measured, ["heatTransfer"], { cells: 6, points: 20 });
  expect(isComputable(idle.parameters[0]!.value)).toBe(false);
});

test("charges, unknown names and too many parameters are refused", () => {
  const measured = curve({});
  const set = parameterSet("na-s-nps");
  expect(() => fitCell(set, { ...measured, direction: "charge" }, ["diffusion"])).toThrow(
    expect.objectContaining({ code: "NOT_COMPUTABLE" }),
  );
  expect(() => fitCell(set, measured, ["diffusoin"])).toThrow(/did you mean diffusion/);
  expect(() => fitCell(set, measured, Array(9).fill("diffusion"))).toThrow(/1 to 8/);
});
