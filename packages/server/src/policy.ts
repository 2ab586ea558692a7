/** What the server refuses and which headers it sends: the page talks to this server and to nobody else. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { hostname, networkInterfaces } from "node:os";

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

/** Names by which this server may be called: those of this machine only. */
export function ownNames(host: string): ReadonlySet<string> {
  const names = ["127.0.0.1", "localhost", "[::1]"];
  if (isLoopback(host)) return new Set(names);
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  const written = [...addresses, host, hostname()].map((name) =>
    name.includes(":") ? `[${name.replace(/%.*/, "")}]` : name.toLowerCase(),
  );
  return new Set([...names, ...written]);
}

export function isLoopback(host: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|localhost|::1)$/.test(host);
}

/**
 * Why a request is refused, if it is. A page of another site can make the browser send requests here, or give
 * its own name this address (DNS rebinding): the names in Host and Origin tell. A page that another program serves on this machine is another site, too.
 */
export function refusal(headers: IncomingHttpHeaders, names: ReadonlySet<string>): string | undefined {
  const host = headers.host?.toLowerCase() ?? "";
  const name = /^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/.exec(host)?.[1];
  if (name === undefined || !names.has(name)) return `the host "${host.slice(0, 100)}" is not this server's`;
  if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${host}`) return "the request comes from another site";
  const site = headers["sec-fetch-site"];
  if (site === "cross-site" || site === "same-site") return "the request comes from another site";
  return undefined;
}

const COOKIE = "thioscope";

/** Whether a request carries the token, in the address of the first visit or in the cookie that it left. */
export function tokenIn(token: string, query: string | null, cookies: string | undefined): "address" | "cookie" | null {
  if (query !== null && isSame(query, token)) return "address";
  for (const cookie of (cookies ?? "").split(";")) {
    const [name, value] = cookie.trim().split("=");
    if (name === COOKIE && value !== undefined && isSame(value, token)) return "cookie";
  }
  return null;
}

/** Scripts cannot read it; other sites' requests do not carry it. */
export const cookieOf = (token: string): string => `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=/`;

/** In a time that says nothing of where they differ. */
function isSame(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(x!, y!);
}

/** At most so many in a time, per name; names are forgotten when their time is over. */
export class RateLimit {
  readonly #most: number;
  readonly #milliseconds: number;
  readonly #seen = new Map<string, { since: number; count: number }>();

  constructor(most: number, milliseconds: number) {
    this.#most = most;
    this.#milliseconds = milliseconds;
  }

  /** True if one more is too many. */
  isOver(name: string, now = Date.now()): boolean {
    let seen = this.#seen.get(name);
    if (!seen || now - seen.since >= this.#milliseconds) {
      // addresses are many where the server is exposed: the table stays small
      if (this.#seen.size > 10_000) this.#seen.clear();
      seen = { since: now, count: 0 };
      this.#seen.set(name, seen);
    }
    return ++seen.count > this.#most;
  }
}

/** So many at a time; the others wait in turn, and beyond that are sent away. */
export class Gate {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  readonly #queue: number;
  #inside = 0;

  constructor(most: number, queue: number) {
    this.#most = most;
    this.#queue = queue;
  }

  /** @returns undefined where too many wait */
  async through<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#inside >= this.#most) {
      if (this.#waiting.length >= this.#queue) return undefined;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#inside++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inside--;
    }
  }
}
