import { describe, expect, test } from "vitest";
import { md5Base64 as browser } from "./md5.browser.ts";
import { md5Base64 as node } from "./md5.node.ts";

describe("MD5", () => {
  test.each(["", "a", "abc", "message digest"])("of %j as in RFC 1321, both ways", (text) => {
    const bytes = new TextEncoder().encode(text);
    expect(browser(bytes)).toBe(node(bytes));
  });
  test.each([55, 56, 57, 63, 64, 65, 119, 120, 128, 1000])("of %i bytes, at the edges of blocks", (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
    expect(browser(bytes)).toBe(node(bytes));
  });
  test("'abc' is the vector of RFC 1321", () => {
    const hex = [...atob(browser(new TextEncoder().encode("abc")))].map((c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");
    expect(hex).toBe("900150983cd24fb0d6963f7d28e17f72");
  });
});
