/**
 * The examples of README, guide and reference print what the pages say (`node --conditions=source scripts/docs.ts` renews
 * them), and the lists of the reference are complete.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ERROR_TABLE } from "@thioscope/core";
import { CYCLING_COLUMNS } from "@thioscope/core/cycling";
import { CYCLING_READERS, IMAGE_READERS } from "@thioscope/formats";
import { describe, expect, test } from "vitest";
import { isRequired } from "../data.ts";
import { hasExamples, isRunnable, REAL, ROOT, runPage } from "./pages.ts";

const pages = ["README.md", ...["docs/guide", "docs/reference"].flatMap(pagesOf)];

function pagesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).flatMap((name) => (name.endsWith(".md") ? [`${folder}/${name}`] : []));
}

describe("examples", () => {
  for (const path of pages) {
    const text = readFileSync(join(ROOT, path), "utf8");
    if (!hasExamples(text)) continue;
    if (!isRunnable(text) && !isRequired("data")) test.skip(`${path} (needs ${REAL.name})`, () => {});
    else {
      test.concurrent(path, { timeout: 120_000 }, async () => {
        const folder = mkdtempSync(join(tmpdir(), "thioscope-docs-"));
        try {
          expect(await runPage(path, folder)).toBe(text);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      });
    }
  }
});

describe("what the reference lists", () => {
  const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
  /** Cells of the table rows that begin with a word in backquotes. */
  const rowsOf = (text: string): string[][] =>
    text.split("\n").flatMap((line) => (line.startsWith("| `") ? [line.slice(2, -2).split(/(?<!\\) \| /)] : []));

  test("errors.md: every code with its meaning", () => {
    const listed = rowsOf(read("docs/reference/errors.md")).map(([code, meaning]) => [code!.replaceAll("`", ""), meaning]);
    expect(Object.fromEntries(listed)).toEqual(ERROR_TABLE);
  });

  test("columns.md: every canonical column", () => {
    const written = (text: string): string => text.replaceAll("|", "\\|");
    expect(rowsOf(read("docs/reference/columns.md"))).toEqual(
      Object.entries(CYCLING_COLUMNS).map(([name, { unit, title, bdf }]) => [
        `\`${name}\``,
        unit || "–",
        written(title),
        bdf === false ? "–" : `\`${bdf}\``,
      ]),
    );
  });

  test("formats.md: every reader", () => {
    const text = read("docs/reference/formats.md");
    expect([...CYCLING_READERS, ...IMAGE_READERS].map((reader) => reader.id).filter((id) => !text.includes(`\`${id}\``))).toEqual([]);
  });

  test("notices.md: every code that cycling's sources use", () => {
    const text = `${read("docs/reference/notices.md")}${read("docs/reference/cell-file.md")}`;
    const codes = new Set<string>();
    const readers = ["arbin", "bdf", "biologic", "cif", "delimited", "landt", "maccor", "neware", "palmsens", "spreadsheet"];
    for (const folder of [
      "core/src/cycling",
      "core/src/cell",
      "core/src/crystal",
      "core/src/story",
      "study/src",
      ...readers.map((name) => `formats/src/${name}`),
    ]) {
      for (const path of readdirSync(join(ROOT, "packages", folder), { recursive: true, encoding: "utf8" })) {
        if (!path.endsWith(".ts") || path.endsWith(".test.ts")) continue;
        for (const [, code] of read(`packages/${folder}/${path}`).matchAll(/\bcode: "([a-z]+(?:-[a-z]+)+)"/g)) codes.add(code!);
      }
    }
    expect(codes.size).toBeGreaterThan(40);
    expect([...codes].filter((code) => !text.includes(`\`${code}\``)).sort()).toEqual([]);
  });

  test("links lead to files that are there", () => {
    const broken = pages.flatMap((path) =>
      [...read(path).matchAll(/\]\(([^)#\s]+)\)/g)].flatMap(([, to]) =>
        to!.includes("://") || existsSync(join(ROOT, dirname(path), to!)) ? [] : [`${path}: ${to}`],
      ),
    );
    expect(broken).toEqual([]);
  });
});
