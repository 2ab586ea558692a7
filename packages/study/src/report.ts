/**
 * The report: one HTML file that holds its script, its style and the story, and asks the network for nothing.
 * The script (built from the page's views) reads `<script type="application/gzip" id="story">`: the story's JSON with columns as differences,
 * packed by gzip, in base64. Curves are most of it, and so become a fifth of their text; base64 has no letter that means anything in HTML.
 */
import { createReadStream } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { ThioscopeError } from "@thioscope/core";
import { asDifferences, fromDifferences } from "@thioscope/core/story";
import { sha256 } from "./hash.ts";
import { readIndex, type StudyIndex } from "./results.ts";

/** Bytes that are read at a time. */
const PIECE = 2 ** 18;

export interface ReportParts {
  title: string;
  /** the story as JSON text */
  story: string;
  script: string;
  style: string;
}

/** The report as HTML; its policy allows this script and nothing from elsewhere. */
export function reportHtml({ title, story, script, style }: ReportParts): string {
  const code = inScript(script);
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${Buffer.from(sha256(code), "hex").toString("base64")}'`,
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style.replaceAll("</", "<\\/")}</style>
</head>
<body>
<div id="report"></div>
<noscript>This report draws its figures with JavaScript, which is switched off here. Its numbers are in the element "story" of this file: JSON with columns as differences, packed by gzip, in base64; <code>thioscope export</code> writes them as tables.</noscript>
<script type="application/gzip" id="story">${gzipSync(JSON.stringify(asDifferences(JSON.parse(story)))).toString("base64")}</script>
<script>${code}</script>
</body>
</html>
`;
}

/**
 * The story that a report holds, as JSON text.
 *
 * @throws ThioscopeError INVALID_INPUT if the text is no report
 */
export function storyOfReport(html: string): string {
  const packed = /<script type="application\/gzip" id="story">([\w+/=]*)<\/script>/.exec(html)?.[1];
  if (packed === undefined) throw new ThioscopeError("INVALID_INPUT", "this is no report: it has no element with the id story");
  return JSON.stringify(fromDifferences(JSON.parse(gunzipSync(Buffer.from(packed, "base64")).toString("utf8"))));
}

/** A script that cannot end its element early, same meaning: these words stand only in strings and patterns. */
function inScript(script: string): string {
  return script.replaceAll(/<\/(script)/gi, "<\\/$1").replaceAll("<!--", "\\x3c!--");
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Folder of the built page. */
export const PAGE_FOLDER: string = fileURLToPath(new URL("../../web/dist/", import.meta.url));

/**
 * The report of the last run as HTML.
 *
 * @param page folder with report.js and report.css
 * @throws ThioscopeError NOT_COMPUTABLE if the study has no story yet, FILE_MISSING if the page is not built
 */
export async function makeReport(root: string, page: string = PAGE_FOLDER): Promise<string> {
  const story = await readStory(root);
  const part = async (name: string): Promise<string> => {
    try {
      return await readFile(join(page, name), "utf8");
    } catch (error) {
      throw new ThioscopeError(
        "FILE_MISSING",
        `the report's ${name} is not built: run \`node scripts/setup.mjs\``,
        { file: join(page, name) },
        error,
      );
    }
  };
  const { title } = JSON.parse(story) as { title: string };
  return reportHtml({ title, story, script: await part("report.js"), style: await part("report.css") });
}

/** A part of the story that no step makes: a virtual campaign's truth beside what was found, written when its seal is broken. */
export const RECOVERED_FILE = "recovered.json";

/** The text of the last run's story, which can be many megabytes. */
export interface StoryText {
  /** names its content: of what it was made, and what was added */
  readonly tag: string;
  /** bytes */
  readonly size: number;
  /** piece by piece: it holds nothing else up */
  read(): Readable;
}

/**
 * The story of the last run, as JSON text; with what was recovered of a virtual campaign where that was compared.
 *
 * @param index of the study, where it has been read
 * @throws ThioscopeError NOT_COMPUTABLE if the study has no story yet
 */
export async function storyText(root: string, known?: StudyIndex): Promise<StoryText> {
  const index = known ?? (await readIndex(root));
  if (!index?.story) {
    const why = index ? "its steps do not contain `story`" : `it has not been run: \`thioscope run ${root}\``;
    throw new ThioscopeError("NOT_COMPUTABLE", `the study has no story yet: ${why}`, { file: join(root, "study.yaml") });
  }
  const path = join(root, "results", index.story, "story.json");
  const [{ size }, recovered] = await Promise.all([stat(path), readFile(join(root, RECOVERED_FILE), "utf8").catch(() => null)]);
  const tag = `${basename(index.story)}-${size}`;
  if (recovered === null) return { tag, size, read: () => createReadStream(path, { end: size - 1, highWaterMark: PIECE }) };
  // the last brace gives way to one more property: nothing else of the story is looked at
  const tail = Buffer.alloc(Math.min(64, size));
  const file = await open(path);
  try {
    await file.read(tail, 0, tail.length, size - tail.length);
  } finally {
    await file.close();
  }
  const bytes = size - tail.length + tail.lastIndexOf("}");
  const end = Buffer.from(`,"more":[${recovered}]}`);
  const whole = async function* (): AsyncGenerator<Buffer> {
    yield* createReadStream(path, { end: bytes - 1, highWaterMark: PIECE });
    yield end;
  };
  return {
    tag: `${tag}-${sha256(recovered).slice(0, 16)}`,
    size: bytes + end.length,
    read: () => Readable.from(whole(), { objectMode: false }),
  };
}

export async function readStory(root: string): Promise<string> {
  return text((await storyText(root)).read());
}
