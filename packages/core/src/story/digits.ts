/** Numbers that are drawn and not computed with: seven digits are finer than any screen, and half the bytes of a report. */
const DIGITS = 7;

/** Hours of a run of months, to a hundredth of a second. */
export const hoursForScreen = (seconds: number): number => Number((seconds / 3600).toFixed(6));

/** @param value what is drawn of each of them; they themselves where absent */
export const forScreen = (of: ArrayLike<number>, value: (one: number) => number = (one) => one): Float64Array =>
  Float64Array.from(of, (one) => {
    const exact = value(one);
    return Number.isFinite(exact) ? Number(exact.toPrecision(DIGITS)) : exact;
  });
