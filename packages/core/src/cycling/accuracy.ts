/**
 * The accuracy that a cycler is taken to have where nobody declares it.
 *
 * Scatter and digits of the readings say how well a capacity repeats, not how well it is known: a range's gain errs
 * alike in every row. Data sheets of battery cyclers and potentiostats give 0.02 to 0.2 % of the reading and 0.01 to 0.05 % of
 * the range for current, one to a few millivolts for voltage (BioLogic VMP/BCS, Neware BTS-4000, Arbin LBT, Maccor 4000,
 * Landt CT3002, PalmSens4). The usual values here are a stand-in, marked as assumed wherever they are shown; gain and
 * voltage offset cancel in efficiencies and polarisations, the current's offset does not.
 */
import type { InstrumentAccuracy } from "./integrate.ts";
import type { CyclingSeries } from "./series.ts";

export interface AccuracyUsed {
  accuracy: InstrumentAccuracy;
  assumed: boolean;
  /** for people: "0.1 % of the current …" */
  how: string;
}

const GAIN = 1e-3;
/** of the largest current of the file, in place of the range, which files rarely tell */
const OFFSET = 1e-4;
const VOLTAGE = 1e-3;

/** What was declared, else the usual values for this run. */
export function accuracyFor(series: CyclingSeries, declared: InstrumentAccuracy | undefined): AccuracyUsed {
  if (declared) {
    const { currentRelative = 0, currentOffsetAmpere = 0, voltageOffsetVolt = 0 } = declared;
    return { accuracy: declared, assumed: false, how: describe(currentRelative, currentOffsetAmpere, voltageOffsetVolt) };
  }
  let largest = 0;
  for (let i = 0; i < series.rows; i++) largest = Math.max(largest, Math.abs(series.currentAmpere[i]!));
  const accuracy = { currentRelative: GAIN, currentOffsetAmpere: OFFSET * largest, voltageOffsetVolt: VOLTAGE };
  return { accuracy, assumed: true, how: describe(GAIN, OFFSET * largest, VOLTAGE) };
}

function describe(gain: number, offsetAmpere: number, volt: number): string {
  const parts = [
    `${Number((gain * 100).toPrecision(2))} % of the current`,
    ...(offsetAmpere > 0 ? [`${Number((offsetAmpere * 1e6).toPrecision(2))} µA of offset`] : []),
    ...(volt > 0 ? [`${Number((volt * 1000).toPrecision(2))} mV`] : []),
  ];
  return parts.join(", ");
}
