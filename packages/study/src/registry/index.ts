/** The steps a study can run, all areas together. */

import { ABSORPTION_STEPS } from "./absorption.ts";
import { ATOMS_STEPS } from "./atoms.ts";
import { AUDIT_STEPS } from "./audit.ts";
import { CELLMODEL_STEPS } from "./cellmodel.ts";
import { CONDUCTIVITY_STEPS } from "./conductivity.ts";
import { CYCLING_STEPS } from "./cycling.ts";
import { DEPOSITION_STEPS } from "./deposition.ts";
import { DIFFRACTION_STEPS } from "./diffraction.ts";
import { EVIDENCE_STEPS } from "./evidence.ts";
import { IMAGING_STEPS } from "./imaging.ts";
import type { StepDefinition } from "./model.ts";
import { defaultsOf } from "./parameters.ts";
import { PDF_STEPS } from "./pdf.ts";
import { POWDER_STEPS } from "./powder.ts";
import { SPECTROSCOPY_STEPS } from "./spectroscopy.ts";
import { THERMO_STEPS } from "./thermo.ts";
import { TOPOLOGY_STEPS } from "./topology.ts";

export type StepName =
  | keyof typeof ABSORPTION_STEPS
  | keyof typeof ATOMS_STEPS
  | keyof typeof AUDIT_STEPS
  | keyof typeof CELLMODEL_STEPS
  | keyof typeof CONDUCTIVITY_STEPS
  | keyof typeof CYCLING_STEPS
  | keyof typeof DEPOSITION_STEPS
  | keyof typeof DIFFRACTION_STEPS
  | keyof typeof EVIDENCE_STEPS
  | keyof typeof IMAGING_STEPS
  | keyof typeof PDF_STEPS
  | keyof typeof POWDER_STEPS
  | keyof typeof SPECTROSCOPY_STEPS
  | keyof typeof THERMO_STEPS
  | keyof typeof TOPOLOGY_STEPS;

export const STEPS: Readonly<Record<StepName, StepDefinition>> = {
  ...ABSORPTION_STEPS,
  ...ATOMS_STEPS,
  ...CELLMODEL_STEPS,
  ...CYCLING_STEPS,
  ...AUDIT_STEPS,
  ...CONDUCTIVITY_STEPS,
  ...DEPOSITION_STEPS,
  ...DIFFRACTION_STEPS,
  ...EVIDENCE_STEPS,
  ...IMAGING_STEPS,
  ...PDF_STEPS,
  ...POWDER_STEPS,
  ...SPECTROSCOPY_STEPS,
  ...THERMO_STEPS,
  ...TOPOLOGY_STEPS,
};

/** A step with what is written, and the defaults of what is not. */
export function withDefaults(name: StepName, written: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
  const { parameters, parametersOf } = STEPS[name];
  return { ...defaultsOf(parametersOf ? STEPS[parametersOf as StepName].parameters : parameters), ...written };
}

export type { Holds, StepDefinition } from "./model.ts";
