import fc from "fast-check";
import { expect, test } from "vitest";
import { random } from "../random.ts";
import { nonNegativeQuadratic } from "./nonNegative.ts";
import { nonNegativeFromGuess } from "./pivoting.ts";

test("from any guess the answer is that of the interior point", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 25 }), fc.integer(), (n, seed) => {
      const draw = random(seed);
      const a = Float64Array.from({ length: 2 * n * n }, () => draw.normal());
      const h = new Float64Array(n * n);
      // a band: rows reach back by at most 6
      const first = Int32Array.from({ length: n }, (_, i) => Math.max(0, i - 6));
      for (let i = 0; i < n; i++) {
        for (let j = first[i]!; j <= i; j++) {
          let sum = i === j ? n : 0;
          for (let k = 0; k < 2 * n; k++) sum += a[k * n + i]! * a[k * n + j]! * (i === j ? 1 : 0.3);
          h[i * n + j] = h[j * n + i] = sum;
        }
      }
      const c = Float64Array.from({ length: n }, () => 5 * draw.normal());
      const bounded = Uint8Array.from({ length: n }, () => (draw.integer(4) > 0 ? 1 : 0));
      const guess = Uint8Array.from({ length: n }, () => draw.integer(2));
      const x = nonNegativeFromGuess(h, c, bounded, guess, first);
      const expected = nonNegativeQuadratic(h, c, bounded, 1e-12, first);
      expect(x).not.toBeNull();
      for (let i = 0; i < n; i++) expect(Math.abs(x![i]! - expected[i]!)).toBeLessThan(1e-6);
    }),
    { numRuns: 100 },
  );
});
