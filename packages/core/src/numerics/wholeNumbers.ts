/** Doubles as whole numbers: what predicates compute again where rounding leaves a sign open. */

const view = new DataView(new ArrayBuffer(8));

/** Doubles as whole numbers in one common power of two: their sums and products have signs that are right. */
export function wholeNumbers(values: readonly number[]): bigint[] {
  const parts = values.map((x): [bigint, number] => {
    view.setFloat64(0, x);
    const bits = view.getBigUint64(0);
    const exponent = Number((bits >> 52n) & 0x7ffn);
    const fraction = bits & 0xfffffffffffffn;
    const mantissa = exponent === 0 ? fraction : fraction | (1n << 52n);
    return [bits >> 63n ? -mantissa : mantissa, Math.max(1, exponent)];
  });
  const lowest = Math.min(...parts.filter(([m]) => m !== 0n).map(([, e]) => e), 2047);
  return parts.map(([m, e]) => (m === 0n ? 0n : m << BigInt(e - lowest)));
}

/** 1, 0 or −1. */
export const signOf = (x: bigint): number => (x > 0n ? 1 : x < 0n ? -1 : 0);
