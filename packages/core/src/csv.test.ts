import { expect, test } from "vitest";
import { plainText, withoutMark } from "./csv.ts";

test("texts that a spreadsheet would run get a mark, numbers and words do not; the mark comes off again", () => {
  for (const text of [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://evil.example")',
    "-Im(Z)/Ohm",
  ]) {
    expect(plainText(text)).toBe(`'${text}`);
    expect(withoutMark(plainText(text))).toBe(text);
  }
  for (const text of ["", "-", "1", "-1.5e-3", "+2", "-.5", "Ewe/V", "'quoted'", "a=b"]) {
    expect(plainText(text)).toBe(text);
    expect(withoutMark(text)).toBe(text);
  }
});
