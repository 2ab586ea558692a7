/** The page and its data on loopback: a study with its last run, or plain files that the page reads itself. */
import { createReadStream, existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import fastifyStatic from "@fastify/static";
import { ThioscopeError } from "@thioscope/core";
import { openDatabase, PAGE_FOLDER, readIndex, readStory, type StudyDatabase } from "@thioscope/study";
import fastify, { type FastifyInstance } from "fastify";
import { HEADERS, refusal } from "./policy.ts";
import { addRecipeRoutes } from "./recipeRoutes.ts";

export interface ServerOptions {
  /** a study's folder; or else `files` */
  study?: string;
  files?: readonly string[];
  /** the next free one from here on; default 4173 */
  port?: number;
  /** folder of the built page */
  page?: string;
}

export interface RunningServer {
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
const QUERY_ROWS = 100_000;

/** @throws ThioscopeError FILE_MISSING if the page is not built or a file is not there, USAGE if no port is free */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const page = options.page ?? PAGE_FOLDER;
  if (!existsSync(join(page, "index.html"))) {
    throw new ThioscopeError("FILE_MISSING", "the page is not built: run `node scripts/setup.mjs`", { file: join(page, "index.html") });
  }
  const content = options.study === undefined ? await filesContent(options.files ?? []) : studyContent(options.study);
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 1024 });
  addRoutes(app, content);
  const runs = addRecipeRoutes(app, options.study ?? null);
  await app.register(fastifyStatic, { root: page, cacheControl: false, index: ["index.html"] });
  const port = await listen(app, options.port ?? FIRST_PORT);
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    async close() {
      await runs.close();
      await app.close();
      await content.close();
    },
  };
}

/** Where answers come from; paths stay on this side, the page knows numbers. */
interface Content {
  study(): Promise<StudyAnswer>;
  raw(): Promise<readonly string[]>;
  /** the raw file of any source with this sha-256, null where none has it */
  withHash(hash: string): Promise<string | null>;
  story(): Promise<string>;
  database(): Promise<StudyDatabase>;
  close(): Promise<void>;
}

function addRoutes(app: FastifyInstance, content: Content): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(HEADERS);
    const why = refusal(request.headers);
    if (why !== undefined) return reply.code(403).send({ error: { code: "USAGE", message: why } });
  });
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
  app.get("/api/story", async (_request, reply) => reply.type("application/json").send(await content.story()));
  app.get<{ Params: { n: number } }>(
    "/api/raw/:n",
    { schema: { params: { type: "object", properties: { n: { type: "integer", minimum: 0 } }, required: ["n"] } } },
    async (request, reply) => {
      const path = (await content.raw())[request.params.n];
      if (path === undefined) throw new ThioscopeError("FILE_MISSING", `there is no raw file number ${request.params.n}`);
      const { size } = await stat(path);
      return reply.type("application/octet-stream").header("content-length", size).send(createReadStream(path));
    },
  );
  app.get<{ Params: { hash: string } }>(
    "/api/raw/sha256/:hash",
    { schema: { params: { type: "object", properties: { hash: { type: "string", pattern: "^[0-9a-f]{64}$" } }, required: ["hash"] } } },
    async (request, reply) => {
      const path = await content.withHash(request.params.hash);
      if (path === null) throw new ThioscopeError("FILE_MISSING", "no raw file of the study has this hash");
      const { size } = await stat(path);
      return reply.type("application/octet-stream").header("content-length", size).send(createReadStream(path));
    },
  );
  app.get<{ Querystring: { sql: string } }>(
    "/api/query",
    {
      schema: {
        querystring: { type: "object", properties: { sql: { type: "string", minLength: 1, maxLength: 20_000 } }, required: ["sql"] },
      },
    },
    async (request) => (await content.database()).query(request.query.sql, { maxRows: QUERY_ROWS, timeoutMs: QUERY_MS }),
  );
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
    raw: async () => paths,
    withHash: async () => null,
    story: none,
    database: none,
    close: async () => {},
  };
}

function studyContent(root: string): Content {
  let database: { of: string; opened: Promise<StudyDatabase> } | undefined;
  const index = async () => {
    const found = await readIndex(root);
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
    raw: async () => (await index()).files.map(({ path }) => join(root, path)),
    async withHash(hash) {
      const { files, sources } = await index();
      const found = [...files, ...sources.flatMap((source) => source.files)].find(({ sha256 }) => sha256 === hash);
      return found ? join(root, found.path) : null;
    },
    story: () => readStory(root),
    async database() {
      // a new run makes new views
      const of = await readFile(join(root, "results/index.json"), "utf8").catch(() => "");
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

async function listen(app: FastifyInstance, first: number): Promise<number> {
  for (let port = first; port < first + PORTS_TRIED; port++) {
    try {
      await app.listen({ host: "127.0.0.1", port });
      const address = app.server.address();
      return typeof address === "object" && address ? address.port : port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
  throw new ThioscopeError("USAGE", `no port from ${first} to ${first + PORTS_TRIED - 1} is free; name another with --port`);
}
