/**
 * Decimal text in bytes to the nearest double.
 *
 * Up to 15 significant digits and a power of ten within ±22, mantissa and power are both exact doubles, so one
 * correctly rounded product or quotient is the nearest double (Clinger, Proc. PLDI 1990). Anything longer goes
 * through the engine's own conversion, which is also exact.
 */

const POWERS = Float64Array.from({ length: 23 }, (_, n) => 10 ** n);
const EXACT_DIGITS = 15;

/** The number written in bytes [from, to), or NaN if they are not one decimal number. */
export function parseDecimal(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  const negative = bytes[i] === 0x2d;
  if (negative || bytes[i] === 0x2b) i++;
  let mantissa = 0;
  let digits = 0;
  let scale = 0;
  let any = false;
  for (let fraction = false; i < to; i++) {
    const d = bytes[i]! - 48;
    if (d >= 0 && d <= 9) {
      any = true;
      if (fraction) scale--;
      if (digits > 0 || d > 0) digits++;
      if (digits > EXACT_DIGITS) return parseSlowly(bytes, from, to);
      mantissa = mantissa * 10 + d;
    } else if (d === -2 && !fraction) fraction = true;
    else break;
  }
  if (!any) return Number.NaN;
  if (i < to) {
    if ((bytes[i]! | 32) !== 0x65) return Number.NaN;
    i++;
    const down = bytes[i] === 0x2d;
    if (down || bytes[i] === 0x2b) i++;
    if (i >= to || to - i > 4) return Number.NaN;
    let power = 0;
    for (; i < to; i++) {
      const d = bytes[i]! - 48;
      if (d < 0 || d > 9) return Number.NaN;
      power = power * 10 + d;
    }
    scale += down ? -power : power;
  }
  if (scale < -22 || scale > 22) return parseSlowly(bytes, from, to);
  const value = scale < 0 ? mantissa / POWERS[-scale]! : mantissa * POWERS[scale]!;
  return negative ? -value : value;
}

/** A decimal number with optional sign, fraction and exponent; nothing that `Number` alone would also accept (hex, "", blanks). */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

function parseSlowly(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > 400) return Number.NaN;
  return parseDecimalText(String.fromCharCode.apply(null, bytes.subarray(from, to) as unknown as number[]));
}

/** The number written in `text`, or NaN if it is not one decimal number. */
export function parseDecimalText(text: string): number {
  return DECIMAL.test(text) ? Number(text) : Number.NaN;
}
