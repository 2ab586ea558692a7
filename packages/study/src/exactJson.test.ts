import fc from "fast-check";
import { expect, test } from "vitest";
import { packExactly, unpackExactly } from "./exactJson.ts";

test("plain data comes back exactly, doubles bit by bit", () => {
  const leaf = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.constant(-0),
    fc.float64Array({ maxLength: 8 }),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("value")), fc.dictionary(fc.stringMatching(/^[a-z]\w*$/), tie("value"))),
  }));
  fc.assert(
    fc.property(value, (given) => {
      const packed = packExactly(given);
      const back = unpackExactly(packed);
      expect(back).toStrictEqual(plain(given));
      expect(Buffer.compare(packExactly(back), packed)).toBe(0);
    }),
    { numRuns: 300 },
  );
});

/** What fast-check makes without a prototype has one afterwards. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Float64Array || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
}

test("what is no plain data is refused", () => {
  for (const value of [new Map(), new Float32Array(1), 1n])
    expect(() => packExactly({ value })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});
