import fc from "fast-check";
import { expect, test } from "vitest";
import { random } from "../random.ts";
import { nonNegativeQuadratic } from "./nonNegative.ts";

test("the optimality conditions hold: x ≥ 0, gradient ≥ 0, one of them zero", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 25 }), fc.integer(), (n, seed) => {
      const draw = random(seed);
      const a = Float64Array.from({ length: 2 * n * n }, () => draw.normal());
      const h = new Float64Array(n * n);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) for (let k = 0; k < 2 * n; k++) h[i * n + j] = h[i * n + j]! + a[k * n + i]! * a[k * n + j]!;
      const c = Float64Array.from({ length: n }, () => 5 * draw.normal());
      const bounded = Uint8Array.from({ length: n }, () => (draw.integer(4) > 0 ? 1 : 0));
      const x = nonNegativeQuadratic(h, c, bounded);
      for (let i = 0; i < n; i++) {
        let gradient = -c[i]!;
        for (let j = 0; j < n; j++) gradient += h[i * n + j]! * x[j]!;
        const scale = Math.sqrt(h[i * n + i]!) * 10;
        if (!bounded[i] || x[i]! > 1e-6) expect(Math.abs(gradient) / scale).toBeLessThan(1e-5);
        else expect(gradient / scale).toBeGreaterThan(-1e-5);
        if (bounded[i]) expect(x[i]!).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 200 },
  );
});
