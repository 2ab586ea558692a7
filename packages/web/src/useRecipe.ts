/** What can be changed of the study that is shown: of a served one through study.yaml, of dropped files in this page. */
import type { Changes, RecipeChange, RecipeGroup } from "@thioscope/study/quick";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Session } from "./session.ts";

/** `GET api/recipe`. */
interface ServedRecipe {
  groups: readonly RecipeGroup[];
  text: string;
  undo: number;
}

/** `GET api/run`. */
interface RunAnswer {
  running: boolean;
  done: number;
  total: number;
  label: string;
  error: { code: string; message: string } | null;
  steps: readonly string[];
  failures: readonly { name: string; code: string; message: string }[];
  finished: number;
  live: boolean;
}

export interface RecipeState {
  groups: readonly RecipeGroup[];
  /** study.yaml before the first change here, and now; null where there is none */
  text: { before: string; now: string } | null;
  /** changes that can be taken back */
  undoable: number;
  /** what is running, or how it ended */
  run: RunAnswer | null;
  refused: string | null;
  /** steps of the served study that failed */
  failures: RunAnswer["failures"];
  change(change: RecipeChange): Promise<void>;
  undo(): Promise<void>;
  runAgain(): Promise<void>;
  cancel(): Promise<void>;
}

const ASK_EVERY = 300;
/** Of a study that is followed, ms. */
const LOOK_EVERY = 3000;
const NOT_FOLLOWED = { live: false, finished: 0 } as const;
const NO_FAILURES: RunAnswer["failures"] = [];
const NONE: Changes = { source: {}, step: {} };

async function ask<T>(url: string, method = "GET", body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const answer = (await response.json()) as T & { error?: { message: string } | null };
  if (!response.ok) throw new Error(answer.error?.message ?? `the server answered ${response.status}`);
  return answer;
}

export function useRecipe(session: Session): RecipeState {
  const isServed = session.served?.mode === "study" && session.opened !== null && !session.opened.local;
  const served = useServedRecipe(isServed, session.refresh);
  const local = useLocalRecipe(session);
  return isServed ? served : local;
}

function useServedRecipe(isServed: boolean, refresh: () => Promise<void>): RecipeState {
  const [recipe, setRecipe] = useState<ServedRecipe | null>(null);
  const [before, setBefore] = useState<string | null>(null);
  const [run, setRun] = useState<RunAnswer | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const [failures, setFailures] = useState<RunAnswer["failures"]>([]);
  const watching = useRef(false);

  const guarded = useCallback(async (work: () => Promise<void>): Promise<void> => {
    setRefused(null);
    try {
      await work();
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
    }
  }, []);

  useEffect(() => {
    if (!isServed) return;
    void guarded(async () => {
      const found = await ask<ServedRecipe>("api/recipe");
      setRecipe(found);
      setBefore((known) => known ?? found.text);
    });
  }, [isServed, guarded]);

  const watch = useCallback(async (): Promise<void> => {
    if (watching.current) return;
    watching.current = true;
    try {
      for (;;) {
        const now = await ask<RunAnswer>("api/run");
        setRun(now);
        if (!now.running) {
          setFailures(now.failures);
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
      }
      await refresh();
    } finally {
      watching.current = false;
    }
  }, [refresh]);

  // an experiment that is followed: runs begin without being asked for here
  useEffect(() => {
    if (!isServed) return;
    let finished: number | null = null;
    let timer: ReturnType<typeof setTimeout>;
    const look = async (): Promise<void> => {
      // a server that is away for a while is asked again; one that answers without runs (files on any host) is not
      const now = await ask<RunAnswer>("api/run").catch((error: unknown) => (error instanceof TypeError ? null : NOT_FOLLOWED));
      if (now && "failures" in now) setFailures(now.failures);
      if (now && !now.live) return;
      if (now && !watching.current && finished !== null && now.finished !== finished) await refresh();
      finished = now?.finished ?? finished;
      timer = setTimeout(() => void look(), LOOK_EVERY);
    };
    void look();
    return () => clearTimeout(timer);
  }, [isServed, refresh]);

  const runAgain = useCallback(
    () =>
      guarded(async () => {
        setRun(await ask<RunAnswer>("api/run", "POST"));
        await watch();
      }),
    [guarded, watch],
  );

  return {
    groups: recipe?.groups ?? [],
    text: recipe && before !== null ? { before, now: recipe.text } : null,
    undoable: recipe?.undo ?? 0,
    run,
    refused,
    failures,
    change: (change) =>
      guarded(async () => {
        setRecipe(await ask<ServedRecipe>("api/recipe", "POST", change));
        await runAgain();
      }),
    undo: () =>
      guarded(async () => {
        setRecipe(await ask<ServedRecipe>("api/recipe/undo", "POST"));
        await runAgain();
      }),
    runAgain,
    cancel: () => guarded(async () => setRun(await ask<RunAnswer>("api/run", "DELETE"))),
  };
}

function useLocalRecipe({ groups, change: apply, cancel }: Session): RecipeState {
  const [past, setPast] = useState<readonly Changes[]>([]);
  const current = past.at(-1) ?? NONE;
  const to = (next: readonly Changes[]): void => {
    setPast(next);
    apply(next.at(-1) ?? NONE);
  };
  return {
    groups,
    text: null,
    undoable: past.length,
    run: null,
    refused: null,
    failures: NO_FAILURES,
    async change({ of, group, field, value }) {
      const { [field]: _, ...others } = current[of][group] ?? {};
      const values = value === null ? others : { ...others, [field]: value };
      to([...past, { ...current, [of]: { ...current[of], [group]: values } }]);
    },
    undo: async () => to(past.slice(0, -1)),
    runAgain: async () => apply(current),
    cancel: async () => cancel(),
  };
}
