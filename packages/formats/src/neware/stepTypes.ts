/**
 * Step types of Neware testers: the code in the file, the word BTSDA prints, and whether the step charges
 * or discharges (undefined where it can do both or neither). Other codes exist; they are reported.
 */
export type Direction = "charge" | "discharge";

interface StepType {
  name: string;
  direction?: Direction;
}

export const STEP_TYPES: Readonly<Record<number, StepType>> = {
  1: { name: "CC Chg", direction: "charge" },
  2: { name: "CC DChg", direction: "discharge" },
  3: { name: "CV Chg", direction: "charge" },
  4: { name: "Rest" },
  5: { name: "Cycle" },
  7: { name: "CCCV Chg", direction: "charge" },
  8: { name: "CP DChg", direction: "discharge" },
  9: { name: "CP Chg", direction: "charge" },
  10: { name: "CR DChg", direction: "discharge" },
  13: { name: "Pause" },
  16: { name: "Pulse Step" },
  17: { name: "SIM" },
  18: { name: "PCCCV Chg", direction: "charge" },
  19: { name: "CV DChg", direction: "discharge" },
  20: { name: "CCCV DChg", direction: "discharge" },
  21: { name: "Control" },
  22: { name: "OCV" },
  25: { name: "Ramp" },
  26: { name: "CPCV DChg", direction: "discharge" },
  27: { name: "CPCV Chg", direction: "charge" },
};
