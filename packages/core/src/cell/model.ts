/** A cell as its file declares it: what was weighed, pressed and mixed, with units, and nothing derived. */
import type { Quantity } from "../units/quantity.ts";

/** A quantity as it was written down. */
export interface Declared {
  /** for a range its middle, with σ = width/√12 (uniform, JCGM 100:2008, 4.3.7) */
  quantity: Quantity;
  /** as written: its last digit says how far it was rounded */
  text: string;
  /** the ends of "3.2–3.5 mg", in the unit of `quantity` */
  range?: readonly [low: number, high: number];
  /** why this is an assumption and not a measurement, where the file says so */
  assumed?: string;
  line?: number;
}

export const LAYER_ROLES = ["anode", "separator", "interlayer", "cathode", "collector"] as const;
export type LayerRole = (typeof LAYER_ROLES)[number];

/** A share of a mixture: of a material, or of a composite that is itself a mixture. */
export interface Share {
  /** id of a material (see MATERIALS) or the composite's name */
  name: string;
  /** mass fraction; or, where `parts`, a number of parts by mass */
  share: Declared;
  parts: boolean;
  of?: readonly Share[];
  line?: number;
}

export interface Layer {
  role: LayerRole;
  name?: string;
  composition: readonly Share[];
  /** mass of the layer */
  mass?: Declared;
  /** mass of the layer per area */
  loading?: Declared;
  /** mass of the active material per area */
  activeLoading?: Declared;
  thickness?: Declared;
  /** volume fraction of pores */
  porosity?: Declared;
  /** density of the solid without pores; replaces what follows from the composition */
  density?: Declared;
  /** materials whose redox counts as the cell's capacity */
  active?: readonly string[];
  /** capacity per mass of active material, replacing n F / M */
  theoretical?: Declared;
  /** what this layer alone was pressed with */
  press?: Load;
  line?: number;
}

/** A pressure on the die, or the force of a press on it. */
export type Load = { pressure: Declared } | { force: Declared };

/** The die's diameter, its area, or two statements of one current from which the area follows. */
export type Geometry =
  | { kind: "diameter"; diameter: Declared }
  | { kind: "area"; area: Declared }
  | { kind: "currents"; specificCurrent: Declared; arealCurrent: Declared };

/** A material of the file's own, or other constants for one of the table. */
export interface OwnMaterial {
  formula?: string;
  density?: Declared;
  /** theoretical capacity per mass */
  capacity?: Declared;
  line?: number;
}

/** Statements of one current or one capacity on several bases; they must agree with the cell and one another. */
export interface StatedOnBases {
  label?: string;
  absolute?: Declared;
  specific?: Declared;
  areal?: Declared;
  /** current only: multiples of 1 C, unit 1/h */
  rate?: Declared;
  line?: number;
}

export interface StatedWindow {
  /** a reference scale, see REFERENCE_ELECTRODES */
  versus: string;
  from: Declared;
  to: Declared;
  line?: number;
}

/** Numbers that a notebook or a paper states and that the audit compares; no result is computed from them. */
export interface Stated {
  activeMass?: Declared;
  activeLoading?: Declared;
  cathodeLoading?: Declared;
  separatorLoading?: Declared;
  /** theoretical, per area */
  arealCapacity?: Declared;
  nToP?: Declared;
  currents?: readonly StatedOnBases[];
  capacities?: readonly StatedOnBases[];
  /** one potential window on several scales */
  windows?: readonly StatedWindow[];
}

export interface Cell {
  name: string;
  file?: string;
  geometry?: Geometry;
  temperature?: Declared;
  press?: Load;
  stack?: Load;
  /** from the anode's collector to the cathode's */
  layers: readonly Layer[];
  materials: Readonly<Record<string, OwnMaterial>>;
  /** reference electrode, see REFERENCE_ELECTRODES */
  reference?: { electrode: string; line?: number };
  /** mean discharge potential of the cell, for the specific energy */
  meanVoltage?: Declared;
  electrolyte?: string;
  notes?: string;
  stated: Stated;
}
