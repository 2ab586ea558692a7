import fc from "fast-check";
import { expect, test } from "vitest";
import { packNumbers, unpackNumbers } from "./packed.ts";

test("numbers come back within half a step of the largest", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { maxLength: 30_000 }), (values) => {
      const back = unpackNumbers(JSON.parse(JSON.stringify(packNumbers(values))) as ReturnType<typeof packNumbers>);
      expect(back).toHaveLength(values.length);
      const most = Math.max(0, ...values.map(Math.abs));
      for (const [k, value] of values.entries()) expect(Math.abs(back[k]! - value)).toBeLessThanOrEqual(most / 65_000 + 1e-30);
    }),
    { seed: 2, numRuns: 30 },
  );
});
