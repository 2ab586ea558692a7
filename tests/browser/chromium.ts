/** Headless Chromium for tests and pictures, and the page served from a folder as any static host would. */
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { delimiter, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";

export const PAGE = fileURLToPath(new URL("../../packages/web/dist", import.meta.url));

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The browser on this machine's PATH; undefined where there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders
    .flatMap((folder) => ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, headless: true, args: ARGUMENTS });
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
};

/** What the product's own server sends too: no scripts from elsewhere, none from text. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:";

export interface PageServer {
  url: string;
  close(): Promise<void>;
}

/**
 * Serves the built page under `base` ("/" or "/some/where/"), and `answers` (path below base → JSON).
 */
export async function servePage(base = "/", answers: Readonly<Record<string, unknown>> = {}): Promise<PageServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const path = pathname.startsWith(base) ? pathname.slice(base.length) : null;
    const send = (status: number, type: string, body: string | Buffer): void => {
      response.writeHead(status, { "content-type": type, "content-security-policy": POLICY }).end(body);
    };
    if (path !== null && Object.hasOwn(answers, path)) return send(200, "application/json", JSON.stringify(answers[path]));
    const file = path === null ? null : normalize(join(PAGE, path === "" ? "index.html" : path));
    if (!file?.startsWith(PAGE) || !existsSync(file)) return send(404, "text/plain", "not here");
    send(200, TYPES[extname(file)] ?? "application/octet-stream", readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}${base}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
