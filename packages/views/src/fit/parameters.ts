/** The parameters of a fit as a table: value with error and unit, how each ended, and which of them go together. */
import type { AccountParameter, FitAccount } from "@thioscope/core/fits";
import type { DataTable } from "../figure/model.ts";
import { roughText, superscript, unitText } from "../text.ts";

const STATES: Readonly<Record<AccountParameter["state"], string>> = {
  free: "",
  held: "held",
  lower: "on its lower limit",
  upper: "on its upper limit",
  undetermined: "not determined",
};

/** "1.49e−6" as the value beside it is written. */
const powers = (text: string): string =>
  text.replace(/e(−?)(\d+)$/, (_, sign: string, power: string) => ` × 10${superscript(Number(`${sign && "-"}${power}`))}`);

/** @param edges the limits of the intervals are two columns of numbers, for files */
export function parameterTable({ parameters }: FitAccount, edges = false): DataTable {
  const shown = (p: AccountParameter): boolean => (p.refused ?? null) === null;
  const interval = (p: AccountParameter): readonly [number, number] | null => (shown(p) ? (p.interval95 ?? null) : null);
  const edge = (k: 0 | 1) => parameters.map((p) => interval(p)?.[k] ?? Number.NaN);
  const hasIntervals = parameters.some((p) => interval(p) !== null);
  const states = parameters.map(({ state }) => STATES[state]);
  return {
    columns: [
      { name: "no.", unit: "", values: parameters.map((_, k) => k + 1) },
      { name: "parameter", unit: "", values: parameters.map(({ name }) => name) },
      {
        name: "value",
        unit: "",
        values: parameters.map((p) => (shown(p) ? p.value : Number.NaN)),
        sigma: parameters.map(({ sigma }) => sigma ?? Number.NaN),
        reasons: parameters.map(({ refused }) => refused ?? undefined),
      },
      { name: "unit", unit: "", values: parameters.map(({ unit }) => unitText(unit)) },
      ...(hasIntervals
        ? edges
          ? [
              { name: "95 % from", unit: "", values: edge(0) },
              { name: "95 % to", unit: "", values: edge(1) },
            ]
          : [
              {
                name: "95 % interval",
                unit: "",
                values: parameters.map((p) => {
                  const found = interval(p);
                  return found ? `${powers(roughText(found[0], 3))} … ${powers(roughText(found[1], 3))}` : "";
                }),
              },
            ]
        : []),
      ...(states.some((text) => text !== "") ? [{ name: "state", unit: "", values: states }] : []),
    ],
  };
}
