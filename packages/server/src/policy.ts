/** What the server refuses and which headers it sends: the page talks to this server and to nobody else. */
import type { IncomingHttpHeaders } from "node:http";

/** Scripts, styles and requests only from here; workers may be made from the page's own code, which may hold WebAssembly (Snappy in Parquet). */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": CONTENT_POLICY,
  // shared memory between the page and its workers needs both
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Why a request is refused, if it is. A page of another site can make the browser send requests here, or give
 * its own name this address (DNS rebinding): the names in Host and Origin tell.
 */
export function refusal(headers: IncomingHttpHeaders): string | undefined {
  if (!isLoopback(headers.host)) return `the host "${headers.host ?? ""}" is not this server's`;
  if (headers.origin !== undefined && !isLoopback(hostOf(headers.origin))) return "the request comes from another site";
  if (headers["sec-fetch-site"] === "cross-site") return "the request comes from another site";
  return undefined;
}

function isLoopback(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? "");
}

function hostOf(origin: string): string {
  return /^https?:\/\/([^/]+)$/.exec(origin)?.[1] ?? "";
}
