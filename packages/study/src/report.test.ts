import { expect, test } from "vitest";
import { sha256 } from "./hash.ts";
import { reportHtml, storyOfReport } from "./report.ts";

const NASTY = { title: "</script><script>alert(1)</script><!-- \u2028 & \"'", note: "a < b" };
const SCRIPT = 'const s = "</script>" + "</SCRIPT >" + "<!--"; globalThis.shown = s;';
const html = reportHtml({ title: NASTY.title, story: JSON.stringify(NASTY), script: SCRIPT, style: "a > b { color: red } </style>" });

test("the story comes back as it went in, whatever stands in it", () => {
  expect(JSON.parse(storyOfReport(html))).toEqual(NASTY);
  expect(() => storyOfReport("<html></html>")).toThrow("no report");
});

test("nothing ends its element early", () => {
  expect(html.match(/<script/gi)).toHaveLength(2);
  expect(html.match(/<\/script/gi)).toHaveLength(2);
  expect(html.match(/<\/style/gi)).toHaveLength(1);
  expect(html).not.toContain("<!--");
  expect(html).toContain("<title>&lt;/script&gt;");
});

test("the escaped script means the same, and is the only one allowed to run", () => {
  const code = html.slice(html.lastIndexOf("<script>") + 8, html.lastIndexOf("</script>"));
  const global: { shown?: string } = {};
  new Function("globalThis", code)(global);
  expect(global.shown).toBe("</script></SCRIPT ><!--");
  const allowed = /script-src 'sha256-([^']+)'/.exec(html)?.[1];
  expect(allowed).toBe(Buffer.from(sha256(code), "hex").toString("base64"));
  expect(html).toContain("default-src 'none'");
});
