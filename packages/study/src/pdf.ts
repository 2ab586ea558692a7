/** A report as PDF, printed by a browser that is installed here. */
import { execFile } from "node:child_process";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type TaskContext, ThioscopeError } from "@thioscope/core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge"];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
/** A report of a hundred pages on a busy machine. */
const TIMEOUT_MS = 300_000;

/** The path of an installed Chromium-like browser; undefined if there is none. $THIOSCOPE_CHROMIUM names one. */
async function findBrowser(): Promise<string | undefined> {
  const own = process.env.THIOSCOPE_CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter).filter((f) => f !== "");
  const candidates = [...(own ? [own] : []), ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...PLACES];
  for (const path of candidates) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
}

/** Prints an HTML file; @returns the PDF's bytes. @throws ThioscopeError NOT_COMPUTABLE without a browser */
export async function printPdf(html: string, context: TaskContext): Promise<Uint8Array> {
  const browser = await findBrowser();
  if (!browser) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      "a PDF is printed by Chromium, and none is installed here; install it, or open the HTML report and print it from your browser",
    );
  }
  const folder = await mkdtemp(join(tmpdir(), "thioscope-"));
  const target = join(folder, "report.pdf");
  const options = [
    "--headless=new",
    "--disable-gpu",
    "--no-pdf-header-footer",
    "--window-size=1280,900",
    "--virtual-time-budget=10000",
    `--user-data-dir=${join(folder, "profile")}`,
    `--print-to-pdf=${target}`,
    // the report makes no request, and root (in a container) cannot have the sandbox
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    pathToFileURL(html).href,
  ];
  try {
    await promisify(execFile)(browser, options, { timeout: TIMEOUT_MS, ...(context.signal ? { signal: context.signal } : {}) });
    return await readFile(target);
  } catch (error) {
    if (context.signal?.aborted) throw new ThioscopeError("CANCELLED", "cancelled", {}, error);
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new ThioscopeError("NOT_COMPUTABLE", `${browser} printed no PDF: ${why}`, { file: html }, error);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
