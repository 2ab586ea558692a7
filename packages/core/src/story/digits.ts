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

/** Errors, to the three digits that one is ever known to. */
export const errorsForScreen = (sigma: ArrayLike<number>): Float64Array =>
  Float64Array.from(sigma, (one) => (Number.isFinite(one) ? Number(one.toPrecision(3)) : one));

/** Values to a hundredth of their errors: what lies below says nothing. */
export function withinErrors(of: ArrayLike<number>, sigma: ArrayLike<number>): Float64Array {
  return forScreen(of).map((value, i) => {
    const error = sigma[i]!;
    if (!Number.isFinite(value) || !(error > 0 && error < Number.POSITIVE_INFINITY)) return value;
    const places = 2 - Math.floor(Math.log10(error));
    return places >= 0 && places <= 15 ? Number(value.toFixed(places)) : value;
  });
}
