/** The rows of a run, as a cycler would record them: by potential, by charge, at least so often. */

export interface RunRows {
  count: number;
  /** s */
  time: Float64Array;
  /** V */
  volt: Float64Array;
  /** A, charge > 0 as in the columns of cycling data */
  ampere: Float64Array;
  /** mAh per g of sulfur since the start, discharge > 0 */
  capacity: Float64Array;
  /** index of the protocol's step */
  step: Int32Array;
  /** 0 rest, 1 charge, 2 discharge */
  mode: Uint8Array;
}

export const MODES = ["rest", "charge", "discharge"] as const;

/** A row at least after this change of potential, V, or of charge, electrons per S. */
const BY_VOLT = 2e-3;
const BY_CHARGE = 2e-3;
/** A row at least after this share of the time that has passed, or a second. */
const BY_TIME = 0.05;

/** Grows as rows come. */
export class Rows {
  length = 0;
  private readonly columns = { time: [] as number[], volt: [] as number[], ampere: [] as number[], capacity: [] as number[] };
  private readonly steps: number[] = [];
  private readonly modes: number[] = [];
  private readonly perCharge: number;
  private lastVolt = Number.NaN;
  private lastCharge = 0;
  private lastTime = 0;

  /** @param perCharge mAh/g per electron and S */
  constructor(perCharge: number) {
    this.perCharge = perCharge;
  }

  add(time: number, volt: number, ampere: number, charge: number, step: number, mode: (typeof MODES)[number]): void {
    this.columns.time.push(time);
    this.columns.volt.push(volt);
    this.columns.ampere.push(ampere);
    this.columns.capacity.push(charge * this.perCharge);
    this.steps.push(step);
    this.modes.push(MODES.indexOf(mode));
    this.lastVolt = volt;
    this.lastCharge = charge;
    this.lastTime = time;
    this.length++;
  }

  /** s */
  get latest(): number {
    return this.lastTime;
  }

  /** Rows within a step of the integrator, the last at its end where it is far enough from the last one. */
  between(from: number, to: number, write: (t: number) => void, look: (t: number) => readonly [volt: number, charge: number]): void {
    const [volt, charge] = look(to);
    const spread = Math.max(
      Math.abs(volt - this.lastVolt) / BY_VOLT,
      Math.abs(charge - this.lastCharge) / BY_CHARGE,
      // rests and holds have neither: growing intervals
      (to - this.lastTime) / (1 + BY_TIME * this.lastTime),
    );
    if (spread < 1) return;
    const pieces = Math.min(Math.ceil(spread), 400);
    for (let k = 1; k <= pieces; k++) write(k === pieces ? to : from + ((to - from) * k) / pieces);
  }

  done(): RunRows {
    const { time, volt, ampere, capacity } = this.columns;
    return {
      count: this.length,
      time: Float64Array.from(time),
      volt: Float64Array.from(volt),
      ampere: Float64Array.from(ampere),
      capacity: Float64Array.from(capacity),
      step: Int32Array.from(this.steps),
      mode: Uint8Array.from(this.modes),
    };
  }
}
