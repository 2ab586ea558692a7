/**
 * Anomalous scattering: f = f0 + f′ + i f″ at a photon energy.
 *
 * From a table at 42 energies (5 to 125 keV; Kissel 2000), exact at the Kα1 lines of Cr, Fe, Co, Cu, Mo, Ag, W and at 87.1 keV; between
 * them f′ is linear and f″ a power law in energy. At 13,800 random energies of H to U this differs from the dense source by less than
 * 0.02 electrons in f′ for 90 %, 0.26 at worst, and by 0.4 % in f″. Within 5 % of an absorption edge it would be worse: there the
 * answer is refused unless the energy is one of the table's own. At 87.1 keV |f′| < 0.06 and f″ < 1 for all elements up to Ce.
 */
import type { NotComputable } from "../units/quantity.ts";
import { ANOMALOUS_ENERGIES, ANOMALOUS_TABLE } from "./anomalousTable.ts";

export interface Dispersion {
  /** electrons */
  readonly fPrime: number;
  /** electrons */
  readonly fDoublePrime: number;
}

interface Entry {
  edges: readonly number[];
  real: Float64Array;
  imaginary: Float64Array;
}

/** An energy this close to a table entry is that entry: 1.5406 Å is Cu Kα1 to five digits. */
const SAME_ENERGY = 2e-5;
/** relative distance from an edge at which straight lines between table entries fail */
const EDGE_REACH = 0.05;

let table: Map<string, Entry> | undefined;

function entries(): Map<string, Entry> {
  table ??= new Map(
    ANOMALOUS_TABLE.split("\n").map((line) => {
      const [element = "", edges = "", real = "", imaginary = ""] = line.split("|");
      const numbers = (text: string): number[] => (text === "" ? [] : text.split(" ").map(Number));
      return [
        element,
        {
          edges: numbers(edges),
          real: Float64Array.from(numbers(real), (x) => x / 1000),
          imaginary: Float64Array.from(numbers(imaginary)),
        },
      ];
    }),
  );
  return table;
}

/** f′ and f″ of an element, or why they are not known at this energy. */
export function dispersion(element: string, energyKeV: number): Dispersion | NotComputable {
  const entry = entries().get(element);
  if (!entry) return { notComputable: `anomalous scattering of ${element} is not tabulated (H to U are)` };
  const e = ANOMALOUS_ENERGIES;
  const last = e.length - 1;
  if (!(energyKeV >= e[0]! * (1 - SAME_ENERGY) && energyKeV <= e[last]! * (1 + SAME_ENERGY))) {
    return {
      notComputable: `anomalous scattering is tabulated from ${e[0]} to ${e[last]} keV, ${energyKeV} keV is outside: state f′ and f″ or leave them out`,
    };
  }
  const exact = e.findIndex((x) => Math.abs(energyKeV / x - 1) < SAME_ENERGY);
  if (exact >= 0) return { fPrime: entry.real[exact]!, fDoublePrime: entry.imaginary[exact]! };
  const i = e.findLastIndex((x) => x <= energyKeV);
  const edge = entry.edges.find((x) => x > e[i]! * (1 - EDGE_REACH) && x < e[i + 1]! * (1 + EDGE_REACH));
  if (edge !== undefined) {
    return {
      notComputable: `${energyKeV} keV lies too near the absorption edge of ${element} at ${edge} keV for the table of f′ and f″: state both or leave them out`,
    };
  }
  const w = Math.log(energyKeV / e[i]!) / Math.log(e[i + 1]! / e[i]!);
  return {
    fPrime: entry.real[i]! * (1 - w) + entry.real[i + 1]! * w,
    fDoublePrime: entry.imaginary[i]! ** (1 - w) * entry.imaginary[i + 1]! ** w,
  };
}
