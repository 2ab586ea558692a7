/** The page and its data, on loopback unless asked otherwise: a study with its last run, or plain files that the page reads itself. */
import { randomBytes } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import fastifyStatic from "@fastify/static";
import { ThioscopeError } from "@thioscope/core";
import {
  type EngineName,
  openDatabase,
  PAGE_FOLDER,
  type QueryResult,
  readIndex,
  type SlurmOptions,
  type StoryText,
  type StudyDatabase,
  type StudyIndex,
  storyText,
} from "@thioscope/study";
import fastify, { type FastifyInstance } from "fastify";
import { addCommandRoutes, type CommandHost } from "./commandRoutes.ts";
import { cookieOf, Gate, HEADERS, isLoopback, ownNames, RateLimit, refusal, tokenIn } from "./policy.ts";
import { addRecipeRoutes } from "./recipeRoutes.ts";
import { addStoryRoute } from "./storyRoute.ts";

export interface ServerOptions {
  /** a study's folder; or else `files` */
  study?: string;
  files?: readonly string[];
  /** the next free one from here on; default 4173 */
  port?: number;
  /** commands that the page may ask for; none without it */
  commands?: CommandHost;
  /** folder of the built page */
  page?: string;
  /** address to listen on; default 127.0.0.1. On any other, every request must carry a token */
  host?: string;
  /** of an exposed server; default: 256 random bits */
  token?: string;
  /** where tasks run that the page asks for; threads where absent */
  engine?: { name: EngineName; slurm?: SlurmOptions };
  /** runs that happen elsewhere in this process: the page looks for them by itself */
  live?: { finished(): number };
}

export interface RunningServer {
  /** with the token, where there is one */
  url: string;
  port: number;
  close(): Promise<void>;
}

/** What `GET /api/study` answers. */
export interface StudyAnswer {
  title: string;
  mode: "study" | "files";
  files: readonly { name: string; size: number; url: string }[];
  /** where the story is, null where the page makes it from the files */
  story: string | null;
}

const FIRST_PORT = 4173;
const PORTS_TRIED = 100;
const QUERY_MS = 30_000;
/** More would keep other requests waiting while they are turned into text. */
const QUERY_ROWS = 20_000;
/** Rows that become text at a time. */
const ROWS = 1000;
/** Queries at a time, and how many wait. */
const QUERIES = [4, 64] as const;
/** Requests per address and 10 s: many times what a page sends. */
const REQUESTS = [20_000, 10_000] as const;
/** Wrong tokens per address and minute. */
const WRONG_TOKENS = [10, 60_000] as const;
/** Changes and starts of runs per 10 s. */
const CHANGES = [100, 10_000] as const;
const CONNECTIONS = 512;
/** Bytes of a raw file that are read at a time. */
const PIECE = 2 ** 18;
/** A request must have arrived whole by then, its headers sooner. */
const REQUEST_MS = 30_000;
const HEADERS_MS = 10_000;

/** @throws ThioscopeError FILE_MISSING if the page is not built or a file is not there, USAGE if no port is free */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const page = options.page ?? PAGE_FOLDER;
  if (!existsSync(join(page, "index.html"))) {
    throw new ThioscopeError("FILE_MISSING", "the page is not built: run `node scripts/setup.mjs`", { file: join(page, "index.html") });
  }
  const content = options.study === undefined ? await filesContent(options.files ?? []) : studyContent(options.study);
  const host = options.host ?? "127.0.0.1";
  const token = isLoopback(host) ? null : (options.token ?? randomBytes(32).toString("base64url"));
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 1024, requestTimeout: REQUEST_MS });
  app.server.headersTimeout = HEADERS_MS;
  app.server.maxConnections = CONNECTIONS;
  addGuards(app, host, token);
  addRoutes(app, content);
  const runs = addRecipeRoutes(app, options.study ?? null, options);
  const commands = addCommandRoutes(app, options.study ?? null, options.commands ?? null);
  await app.register(fastifyStatic, { root: page, cacheControl: false, index: ["index.html"] });
  const port = await listen(app, host, options.port ?? FIRST_PORT);
  return {
    url: `http://${shownHost(host)}:${port}/${token === null ? "" : `?token=${token}`}`,
    port,
    async close() {
      await runs.close();
      await commands.close();
      await app.close();
      await content.close();
    },
  };
}

/** Where answers come from; paths stay on this side, the page knows numbers. */
interface Content {
  study(): Promise<StudyAnswer>;
  /** where the n-th raw file is; undefined where there is none */
  raw(n: number): Promise<string | undefined>;
  /** the raw file of any source with this sha-256, null where none has it */
  withHash(hash: string): Promise<string | null>;
  story(): Promise<StoryText>;
  database(): Promise<StudyDatabase>;
  close(): Promise<void>;
}

/** Every request passes here first: its names, its rate, its token. */
function addGuards(app: FastifyInstance, host: string, token: string | null): void {
  const names = ownNames(host);
  const requests = new RateLimit(...REQUESTS);
  const wrong = new RateLimit(...WRONG_TOKENS);
  const changes = new RateLimit(...CHANGES);
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(HEADERS);
    const refuse = (status: number, message: string) => reply.code(status).send({ error: { code: "USAGE", message } });
    const why = refusal(request.headers, names);
    if (why !== undefined) return refuse(403, why);
    if (requests.isOver(request.ip) || (request.method !== "GET" && changes.isOver(request.ip))) {
      return refuse(429, "too many requests: wait some seconds");
    }
    if (token === null) return;
    const address = new URL(request.url, "http://server");
    const found = tokenIn(token, address.searchParams.get("token"), request.headers.cookie);
    if (found === null) {
      return wrong.isOver(request.ip)
        ? refuse(429, "too many wrong tokens: wait a minute")
        : refuse(401, "this server asks for the token that was printed with its address");
    }
    // the token leaves the address bar and the history at once
    if (found === "address") return reply.code(303).header("set-cookie", cookieOf(token)).header("location", address.pathname).send();
  });
}

function addRoutes(app: FastifyInstance, content: Content): void {
  const queries = new Gate(...QUERIES);
  app.addHook("onSend", async (request, reply) => {
    if (request.url.startsWith("/api/")) reply.header("cache-control", "no-store");
  });
  app.setErrorHandler((error, _request, reply) => {
    const known = error instanceof ThioscopeError;
    const status = known
      ? error.code === "FILE_MISSING" || error.code === "NOT_COMPUTABLE"
        ? 404
        : 400
      : ((error as { statusCode?: number }).statusCode ?? 500);
    // where on disk something lies is nobody's business on the page
    const body = known ? { code: error.code, message: error.message } : { code: "BUG", message: "the server failed" };
    return reply.code(status).send({ error: body });
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: { code: "USAGE", message: "there is nothing at this address" } }),
  );

  app.get("/api/study", () => content.study());
  addStoryRoute(app, content);
  app.get<{ Params: { n: number } }>(
    "/api/raw/:n",
    { schema: { params: { type: "object", properties: { n: { type: "integer", minimum: 0 } }, required: ["n"] } } },
    async (request, reply) => {
      const path = await content.raw(request.params.n);
      if (path === undefined) throw new ThioscopeError("FILE_MISSING", `there is no raw file number ${request.params.n}`);
      const { size } = await stat(path);
      reply.type("application/octet-stream").header("content-length", size);
      // a file that grows meanwhile is sent as long as it was said to be
      return reply.send(size === 0 ? "" : createReadStream(path, { end: size - 1, highWaterMark: PIECE }));
    },
  );
  app.get<{ Params: { hash: string } }>(
    "/api/raw/sha256/:hash",
    { schema: { params: { type: "object", properties: { hash: { type: "string", pattern: "^[0-9a-f]{64}$" } }, required: ["hash"] } } },
    async (request, reply) => {
      const path = await content.withHash(request.params.hash);
      if (path === null) throw new ThioscopeError("FILE_MISSING", "no raw file of the study has this hash");
      const { size } = await stat(path);
      reply.type("application/octet-stream").header("content-length", size);
      // a file that grows meanwhile is sent as long as it was said to be
      return reply.send(size === 0 ? "" : createReadStream(path, { end: size - 1, highWaterMark: PIECE }));
    },
  );
  app.get<{ Querystring: { sql: string } }>(
    "/api/query",
    {
      schema: {
        querystring: { type: "object", properties: { sql: { type: "string", minLength: 1, maxLength: 20_000 } }, required: ["sql"] },
      },
    },
    async (request, reply) => {
      const database = await content.database();
      const found = await queries.through(() => database.query(request.query.sql, { maxRows: QUERY_ROWS, timeoutMs: QUERY_MS }));
      if (!found) return reply.code(503).send({ error: { code: "USAGE", message: "too many queries are waiting: ask again" } });
      return reply.type("application/json; charset=utf-8").send(Readable.from(jsonOf(found), { objectMode: false }));
    },
  );
}

/** The text of an answer in pieces: others are answered between them. */
async function* jsonOf({ columns, rows, truncated }: QueryResult): AsyncGenerator<string> {
  yield `{"columns":${JSON.stringify(columns)},"rows":[`;
  for (let from = 0; from < rows.length; from += ROWS) {
    const piece = JSON.stringify(rows.slice(from, from + ROWS));
    yield `${from > 0 ? "," : ""}${piece.slice(1, -1)}`;
    await setImmediate();
  }
  yield `],"truncated":${truncated}}`;
}

async function filesContent(paths: readonly string[]): Promise<Content> {
  const files: StudyAnswer["files"][number][] = [];
  for (const [i, path] of paths.entries()) {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) throw new ThioscopeError("FILE_MISSING", `${path} is not a file`, { file: path });
    files.push({ name: basename(path), size: found.size, url: `/api/raw/${i}` });
  }
  const none = (): never => {
    throw new ThioscopeError("NOT_COMPUTABLE", "files were opened, not a study: the page reads them itself");
  };
  const title = files.length === 1 ? files[0]!.name : `${files.length} files`;
  return {
    study: async () => ({ title, mode: "files", files, story: null }),
    raw: async (n) => paths[n],
    withHash: async () => null,
    story: none,
    database: none,
    close: async () => {},
  };
}

function studyContent(root: string): Content {
  let database: { of: string; opened: Promise<StudyDatabase> } | undefined;
  let last: { stamp: string; read: Promise<StudyIndex | undefined> } | undefined;
  // of thousands of frames it has a megabyte: read once, until a run writes another
  const index = async (): Promise<StudyIndex> => {
    const stamp = await stampOf(join(root, "results/index.json"));
    if (last?.stamp !== stamp) last = { stamp, read: readIndex(root) };
    const found = await last.read;
    if (!found) throw new ThioscopeError("NOT_COMPUTABLE", "the study has not been run");
    return found;
  };
  return {
    async study() {
      const { title, files, story } = await index();
      return {
        title,
        mode: "study",
        files: files.map(({ path, size }, i) => ({ name: basename(path), size, url: `/api/raw/${i}` })),
        story: story === null ? null : "/api/story",
      };
    },
    async raw(n) {
      const file = (await index()).files[n];
      return file && inside(root, file.path);
    },
    async withHash(hash) {
      const { files, sources } = await index();
      const found = [...files, ...sources.flatMap((source) => source.files)].find(({ sha256 }) => sha256 === hash);
      return found ? inside(root, found.path) : null;
    },
    story: async () => storyText(root, await index()),
    async database() {
      // a new run makes new views
      const of = await stampOf(join(root, "results/index.json"));
      if (database?.of !== of) {
        const old = database;
        database = { of, opened: openDatabase([root]) };
        await old?.opened.then((d) => d.close());
      }
      return database.opened;
    },
    async close() {
      await database?.opened.then((d) => d.close());
    },
  };
}

/** A run writes another file in its place. */
async function stampOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found ? `${found.ino} ${found.size} ${found.mtimeNs}` : "";
}

/** A study from elsewhere may hold links: what they lead to outside of it is not shown. */
async function inside(root: string, path: string): Promise<string> {
  const [folder, file] = await Promise.all([realpath(root), realpath(join(root, path))]).catch(() => ["", ""]);
  if (file !== "" && file!.startsWith(folder + sep)) return file!;
  throw new ThioscopeError(
    "FILE_MISSING",
    file === "" ? "the raw file is not there" : "the raw file is a link that leads out of the study",
  );
}

/** An address that a browser can be given. */
function shownHost(host: string): string {
  const isAny = host === "0.0.0.0" || host === "::";
  const name = isAny ? ([...ownNames(host)].find((own) => /^\d/.test(own) && !own.startsWith("127.")) ?? "127.0.0.1") : host;
  return name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
}

async function listen(app: FastifyInstance, host: string, first: number): Promise<number> {
  for (let port = first; port < first + PORTS_TRIED; port++) {
    try {
      await app.listen({ host, port });
      const address = app.server.address();
      return typeof address === "object" && address ? address.port : port;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") throw new ThioscopeError("USAGE", `"${host}" is no address of this machine`);
      if (code !== "EADDRINUSE") throw error;
    }
  }
  throw new ThioscopeError("USAGE", `no port from ${first} to ${first + PORTS_TRIED - 1} is free; name another with --port`);
}
