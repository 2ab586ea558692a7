/** A study is changed and run again from the page: study.yaml stays the record, the run is the one of `thioscope run`. */
import { ThioscopeError } from "@thioscope/core";
import {
  changeRecipe,
  type EngineName,
  type RecipeChange,
  readIndex,
  readRecipe,
  readStudy,
  runStudy,
  type SlurmOptions,
  type StudyIndex,
  writeRecipe,
} from "@thioscope/study";
import type { FastifyInstance } from "fastify";

/** `GET /api/run`: what is running, or how the last run ended. */
interface RunAnswer {
  running: boolean;
  done: number;
  total: number;
  label: string;
  /** why the last run ended early; null where it did not */
  error: { code: string; message: string } | null;
  /** steps of the last run: "cycles 2 computed, 0 reused" */
  steps: readonly string[];
  /** steps that failed, of the run before this page too: everything else is there */
  failures: readonly { name: string; code: string; message: string }[];
  /** grows with every run that ended: the page then fetches the story again */
  finished: number;
  /** runs begin without being asked for: the page asks again from time to time */
  live: boolean;
}

const MOST_UNDO = 100;
const BODY = 65_536;

const CHANGE = {
  type: "object",
  properties: {
    of: { enum: ["source", "step"] },
    group: { type: "string", minLength: 1, maxLength: 200 },
    field: { type: "string", minLength: 1, maxLength: 200 },
    value: {},
  },
  required: ["of", "group", "field", "value"],
  additionalProperties: false,
} as const;

function failuresOf(index: StudyIndex | undefined): RunAnswer["failures"] {
  if (!index) return [];
  const ofSources = index.sources.flatMap(({ name, errors }) => errors.map((error) => ({ name, ...error })));
  const ofFiles = index.files.flatMap(({ path, error }) => (error ? [{ name: path, ...error }] : []));
  return [...ofFiles, ...ofSources].map(({ name, step, code, message }) => ({
    name: name === step ? name : `${name}, ${step}`,
    code,
    message,
  }));
}

/** Adds the routes for the study in `root`; null where plain files are open. Gives what ends a run. */
export function addRecipeRoutes(
  app: FastifyInstance,
  root: string | null,
  { live, engine }: { live?: { finished(): number }; engine?: { name: EngineName; slurm?: SlurmOptions } } = {},
): { close(): Promise<void> } {
  const undo: string[] = [];
  let current: { abort: AbortController; ended: Promise<void> } | null = null;
  let state: RunAnswer = {
    running: false,
    done: 0,
    total: 0,
    label: "",
    error: null,
    steps: [],
    failures: [],
    finished: 0,
    live: live !== undefined,
  };
  const answer = (): RunAnswer => ({ ...state, finished: state.finished + (live?.finished() ?? 0) });
  const study = (): string => {
    if (root === null) throw new ThioscopeError("NOT_COMPUTABLE", "files were opened, not a study: the page keeps its own record");
    return root;
  };
  const recipe = async () => ({ ...(await readRecipe(study())), undo: undo.length });

  app.get("/api/recipe", recipe);
  app.post<{ Body: RecipeChange }>("/api/recipe", { bodyLimit: BODY, schema: { body: CHANGE } }, async (request) => {
    undo.push(await changeRecipe(study(), request.body));
    if (undo.length > MOST_UNDO) undo.shift();
    return recipe();
  });
  app.post("/api/recipe/undo", async () => {
    const before = undo.pop();
    if (before === undefined) throw new ThioscopeError("NOT_COMPUTABLE", "nothing was changed here");
    await writeRecipe(study(), before);
    return recipe();
  });

  app.get("/api/run", async () => {
    if (!state.running && root !== null) state = { ...state, failures: failuresOf(await readIndex(root).catch(() => undefined)) };
    return answer();
  });
  app.post("/api/run", async () => {
    if (current) throw new ThioscopeError("STUDY_LOCKED", "a run is going on: cancel it, or wait for its end");
    const folder = study();
    const abort = new AbortController();
    const steps: string[] = [];
    state = { ...state, running: true, done: 0, total: 0, label: "starting", error: null, steps: [] };
    const ended = (async () => {
      try {
        await runStudy(await readStudy(folder), {
          // never in this thread: the page is answered meanwhile
          engine: engine?.name ?? "threads",
          ...(engine?.slurm ? { slurm: engine.slurm } : {}),
          context: {
            signal: abort.signal,
            progress: (done, total, label) => {
              state = { ...state, done, total, label };
            },
          },
          onStep: ({ step, computed, reused, failed }) => {
            steps.push(`${step}: ${computed} computed, ${reused} reused${failed > 0 ? `, ${failed} failed` : ""}`);
            state = { ...state, steps: [...steps] };
          },
        });
      } catch (error) {
        const known = error instanceof ThioscopeError;
        state = { ...state, error: known ? { code: error.code, message: error.message } : { code: "BUG", message: "the run failed" } };
      } finally {
        state = { ...state, running: false, finished: state.finished + 1 };
        current = null;
      }
    })();
    current = { abort, ended };
    return answer();
  });
  app.delete("/api/run", async () => {
    current?.abort.abort();
    await current?.ended;
    return answer();
  });

  return {
    async close() {
      current?.abort.abort();
      await current?.ended;
    },
  };
}
