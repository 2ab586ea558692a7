import { expect, test } from "vitest";
import { lineDiff } from "./lineDiff.ts";

test("what went, what came, what stayed", () => {
  expect(lineDiff("a\nb\nc", "a\nx\nc\nd").map(({ sign, text }) => sign + text)).toEqual([" a", "−b", "+x", " c", "+d"]);
  expect(lineDiff("a", "a")).toEqual([{ sign: " ", text: "a" }]);
});
