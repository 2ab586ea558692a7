import { describe, expect, it } from "vitest";
import { alike } from "./notices.ts";

const notice = (message: string, code = "X") => ({ code, message });

describe("warnings of many files", () => {
  it("are told once where only file and numbers differ", () => {
    const groups = alike([
      notice("a.txt: 5 points were replaced, at 163.7, 449.7 cm⁻¹"),
      notice("no wavelength is stated"),
      notice("b.txt: 3 points were replaced, at 145.7, 284.5, 563.2 cm⁻¹"),
      notice("c.txt: 1 points were replaced, at 145.7 cm⁻¹"),
    ]);
    expect(groups.map(({ messages }) => messages.length)).toEqual([3, 1]);
  });
  it("stay apart where they are few or say something else", () => {
    expect(alike([notice("a: one"), notice("b: one"), notice("c: another")])).toHaveLength(3);
    expect(alike([notice("a: one", "X"), notice("b: one", "Y"), notice("c: one", "Z")])).toHaveLength(3);
  });
});
