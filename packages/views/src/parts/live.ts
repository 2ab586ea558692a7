/**
 * Models that follow their sliders. Where the page has a worker for it, a model is solved there: the figures keep what was solved last until
 * the next is there, moves in between are passed over, and a run can be cancelled. Where there is none (a report on disk), it is solved at once.
 */
import type { NotComputable } from "@thioscope/core";
import type { WrittenQuestion } from "@thioscope/core/deposition";
import type { CellQuestion, PartKind, PartOf, SolvedCell, SolvedDeposition } from "@thioscope/core/story";
import type { ViewState } from "../cursor.ts";
import { h, type Mounted } from "../dom.ts";
import type { PartModel } from "./model.ts";

export type ModelRequest =
  | { readonly kind: "deposition"; readonly question: WrittenQuestion }
  | { readonly kind: "cellmodel"; readonly question: CellQuestion };

export type ModelAnswer = SolvedDeposition | SolvedCell | NotComputable;

/** Solves models off the page's own thread. */
export interface ModelSolver {
  solve(request: ModelRequest, onProgress: (done: number, total: number) => void): ModelSolving;
}

export interface ModelSolving {
  /** rejects where it was cancelled, or the worker broke */
  answer: Promise<ModelAnswer>;
  cancel(): void;
}

interface LiveParts {
  /** kind of the part and of the request */
  deposition: SolvedDeposition | NotComputable;
  cellmodel: SolvedCell | NotComputable;
}

interface LiveModel<Kind extends keyof LiveParts> {
  /** what sliders moved, as text; empty where none is */
  key(state: ViewState): string;
  request(part: PartOf<Kind>, state: ViewState): ModelRequest;
  /** on this thread */
  solve(part: PartOf<Kind>, state: ViewState): LiveParts[Kind];
}

/** A run is shown as going on after this long; what is quicker needs no words. */
const SHOWN_AFTER_MS = 250;

type Solved<Kind extends keyof LiveParts> = { key: string; choices: ViewState["choices"]; solved: LiveParts[Kind] };

export interface Live<Kind extends keyof LiveParts> {
  solvedAt(part: PartOf<Kind>, state: ViewState): LiveParts[Kind];
  /** Progress and a way to cancel, beside the sliders. */
  mount(panel: HTMLElement, first: PartModel<Kind & PartKind>): Mounted<PartModel<Kind & PartKind>>;
}

export function liveModel<Kind extends keyof LiveParts>(model: LiveModel<Kind>): Live<Kind> {
  const last = new WeakMap<object, Solved<Kind>>();
  const inBackground = new WeakSet<object>();

  // the parts of both kinds hold what the step worked out under the same name
  const asWorkedOut = (part: PartOf<Kind>): LiveParts[Kind] => (part as unknown as { solved: LiveParts[Kind] }).solved;

  function solvedAt(part: PartOf<Kind>, state: ViewState): LiveParts[Kind] {
    const key = model.key(state);
    if (key === "") return asWorkedOut(part);
    const known = last.get(part);
    if (known?.key === key) return known.solved;
    if (inBackground.has(part)) return known?.solved ?? asWorkedOut(part);
    const solved = model.solve(part, state);
    last.set(part, { key, choices: state.choices, solved });
    return solved;
  }

  function mount(panel: HTMLElement, first: PartModel<Kind & PartKind>): Mounted<PartModel<Kind & PartKind>> {
    let shown = first;
    let running: { key: string; solving: ModelSolving; timer: ReturnType<typeof setTimeout> } | null = null;
    const bar = h("progress", { max: "1", "aria-label": "Solving the model" });
    const stop = h("button", { type: "button", class: "ts-switch", title: "the sliders go back to what is shown" }, "cancel");
    const status = h("span", { class: "ts-solving", role: "status", hidden: true }, bar, stop);
    panel.append(status);
    stop.addEventListener("click", () => {
      const { part, study } = shown;
      end();
      study.cursor.set({ choices: last.get(part)?.choices ?? withoutMoved(study.cursor.state.choices) });
    });

    function withoutMoved(choices: ViewState["choices"]): ViewState["choices"] {
      const state = { ...shown.study.cursor.state };
      return Object.fromEntries(Object.entries(choices).filter(([id, value]) => model.key({ ...state, choices: { [id]: value } }) === ""));
    }

    /** Ends the run without an answer. */
    function end(): void {
      if (!running) return;
      clearTimeout(running.timer);
      running.solving.cancel();
      running = null;
      rest();
    }

    function rest(): void {
      status.hidden = true;
      panel.removeAttribute("data-solving");
    }

    function ask(): void {
      const { part, study } = shown;
      const solver = study.solver;
      if (!solver) return;
      const { state } = study.cursor;
      const key = model.key(state);
      // moves while a run goes on wait for its end: the last of them is then solved
      if (running || key === "" || last.get(part)?.key === key) return;
      bar.removeAttribute("value");
      panel.setAttribute("data-solving", "");
      const solving = solver.solve(model.request(part, state), (done, total) => {
        if (total > 0) bar.value = done / total;
      });
      const own = {
        key,
        solving,
        timer: setTimeout(() => {
          status.hidden = false;
        }, SHOWN_AFTER_MS),
      };
      running = own;
      const done = (solved: LiveParts[Kind]): void => {
        if (running !== own) return;
        clearTimeout(own.timer);
        running = null;
        last.set(part, { key, choices: state.choices, solved });
        rest();
        // the same choices as another object: every figure of the part is made anew
        shown.study.cursor.set({ choices: { ...shown.study.cursor.state.choices } });
      };
      solving.answer.then(
        (answer) => done(answer as LiveParts[Kind]),
        (error: unknown) => done({ notComputable: error instanceof Error ? error.message : String(error) } as LiveParts[Kind]),
      );
    }

    let unsubscribe = (): void => undefined;
    function follow(): void {
      unsubscribe();
      if (shown.study.solver) inBackground.add(shown.part);
      unsubscribe = shown.study.cursor.subscribe(ask);
      ask();
    }
    follow();
    return {
      update(next) {
        if (next.part !== shown.part) end();
        shown = next;
        follow();
      },
      destroy() {
        unsubscribe();
        end();
        status.remove();
      },
    };
  }
  return { solvedAt, mount };
}
