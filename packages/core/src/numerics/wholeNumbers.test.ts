import fc from "fast-check";
import { expect, test } from "vitest";
import { signOf, wholeNumbers } from "./wholeNumbers.ts";

test("whole numbers keep every ratio of doubles, down to the smallest", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 6 }), (values) => {
      // the smallest double is one step: all others are multiples of it
      const [unit, ...whole] = wholeNumbers([Number.MIN_VALUE, ...values]);
      expect(unit).toBe(1n);
      for (const [k, x] of values.entries()) {
        expect(signOf(whole[k]!)).toBe(Math.sign(x) + 0);
        // small enough for a double: the same number again
        if (Math.abs(x) < 1e-290) expect(Number(whole[k]!) * Number.MIN_VALUE).toBe(x + 0);
      }
    }),
    { seed: 7, numRuns: 200 },
  );
  expect(wholeNumbers([0.75, -0.5, 0])).toEqual([3n * 2n ** 51n, -(2n ** 52n), 0n]);
});
