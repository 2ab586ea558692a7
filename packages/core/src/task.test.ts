import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, checkCancelled, QUIET } from "./task.ts";

test("keys are sorted, undefined is left out, the result is JSON", () => {
  expect(canonicalJson({ b: 1, a: [true, null, "x"], c: undefined })).toBe('{"a":[true,null,"x"],"b":1}');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => void expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))),
  );
});

test("the order of keys does not matter", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.integer()), (record) => {
      const reversed = Object.fromEntries(Object.entries(record).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(record));
    }),
  );
});

test.each([
  [new Date(0)],
  [new Map([[1, 2]])],
  [Float64Array.of(1)],
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  [() => 1],
  [[undefined]],
  [1n],
])("what JSON cannot hold is refused: %s", (value) =>
  expect(() => canonicalJson({ value })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" })),
);

test("cancelled work stops with its own code", () => {
  expect(() => checkCancelled(QUIET)).not.toThrow();
  expect(() => checkCancelled({ ...QUIET, signal: AbortSignal.abort() })).toThrow(expect.objectContaining({ code: "CANCELLED" }));
});
