/** What all probes say together: amounts of every species over the charge with bands, and which step of the cell each event belongs to. */
import type { Answer, Quantity } from "../../units/quantity.ts";
import type { Numbers } from "../model.ts";

/** 90 %, over the charges of the part. */
interface BandView {
  middle: Numbers;
  low: Numbers;
  high: Numbers;
}

export interface EvidenceContent {
  kind: "evidence";
  /** "Na-S" */
  system: string;
  /** electrons per atom of sulfur that have passed */
  charge: Numbers;
  /** mAh per gram of sulfur for one electron */
  perElectron: number;
  species: readonly {
    id: string;
    label: string;
    total: BandView;
    /** null where nothing diffracts, or in arbitrary units alone */
    crystalline: BandView | null;
    /** share that is not crystalline where there is most of it; or why there is no answer */
    hiddenShare: Answer;
    hidden90: readonly [number, number] | null;
    /** the largest amount over the charge; or why it cannot be told. Absent in older stories */
    most?: Answer;
  }[];
  /** what can be told apart: single species, and sums of several */
  groups: readonly { species: readonly string[]; label: string; total: BandView }[];
  /** everything that diffraction does not see; or why there is no answer */
  hidden: BandView | { notComputable: string };
  shares: readonly { label: string; answer: Answer }[];
  probes: readonly {
    probe: string;
    observations: number;
    chi2: number;
    expected: number;
    contradicts: boolean;
    /** mean width of all bands without it over that with it */
    narrows: number | null;
  }[];
  /** what was measured over the charge: amounts to stand on the bands, without those of a sum or in arbitrary units; of events every stream in its own unit */
  observed: readonly {
    probe: string;
    species: string;
    form: "total" | "crystalline";
    /** of the values; absent where they are shares */
    unit?: string;
    at: Numbers;
    value: Numbers;
    sigma: Numbers;
  }[];
  /** steps of the electrochemistry with what was seen at them; empty without dQ/dV */
  features: readonly {
    label: string;
    at: Quantity;
    potential: Quantity | null;
    seen: readonly { what: string; probe: string; at: Quantity; probability: number }[];
  }[];
  /** events that belong to no step */
  others: readonly { what: string; probe: string; at: Quantity }[];
}
