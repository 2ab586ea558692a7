import fc from "fast-check";
import { expect, test } from "vitest";
import { asDifferences, fromDifferences } from "./differences.ts";

const trip = (data: unknown): unknown => fromDifferences(JSON.parse(JSON.stringify(asDifferences(data))));

test("columns come back bit by bit", () => {
  const decimal = fc
    .tuple(fc.integer({ min: -1e7, max: 1e7 }), fc.integer({ min: -12, max: 6 }))
    .map(([digits, power]) => Number(`${digits}e${power}`));
  const number = fc.oneof(
    decimal,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.constant(null),
  );
  const column = fc.oneof(fc.array(decimal, { maxLength: 40 }), fc.array(number, { maxLength: 40 }));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("a", "b", "Δ"), fc.oneof(column, fc.array(fc.record({ Δ: column })))), (data) => {
      const plain = JSON.parse(JSON.stringify(data)) as unknown;
      expect(trip(plain)).toEqual(plain);
    }),
    { seed: 13, numRuns: 300 },
  );
});

test("even columns become small numbers", () => {
  const time = Array.from({ length: 1000 }, (_, i) => Number((0.5 + i / 60).toPrecision(7)));
  const text = JSON.stringify(asDifferences({ time }));
  expect(text.length).toBeLessThan(0.5 * JSON.stringify({ time }).length);
  expect(trip({ time })).toEqual({ time });
});
