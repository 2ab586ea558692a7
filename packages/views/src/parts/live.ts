/**
 * Models that follow their sliders. Where the page has a worker for it, a model is solved there: the figures keep what was solved last until
 * the next is there, moves in between are passed over, and a run can be cancelled; while a slider moves coarsely, and once it rests as finely as
 * the step. Where there is none (a report on disk), it is solved at once.
 */
import type { NotComputable } from "@thioscope/core";
import type { WrittenQuestion } from "@thioscope/core/deposition";
import type { CellQuestion, PartKind, PartOf, SolvedCell, SolvedDeposition, ThermoConditions, ThermoContent } from "@thioscope/core/story";
import type { ViewState } from "../cursor.ts";
import { h, type Mounted } from "../dom.ts";
import type { SolvedThermo } from "../thermo/solve.ts";
import type { PartModel } from "./model.ts";

export type ModelRequest =
  | { readonly kind: "deposition"; readonly question: WrittenQuestion; readonly resolution: "preview" | "normal" }
  | { readonly kind: "cellmodel"; readonly question: CellQuestion }
  | { readonly kind: "thermo"; readonly content: ThermoContent; readonly conditions: ThermoConditions };

export type ModelAnswer = SolvedDeposition | SolvedCell | SolvedThermo | NotComputable;

let solveHere: ((request: ModelRequest) => ModelAnswer) | null = null;

/** For a place without a worker: models are solved on its own thread, while their figures are drawn. */
export function offerModels(solve: (request: ModelRequest) => ModelAnswer): void {
  solveHere = solve;
}

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
  /** null where no slider was moved */
  thermo: SolvedThermo | NotComputable | null;
}

/** Coarsely, while a slider moves; as the step solved it; or on the page's own thread. */
type Effort = "preview" | "full" | "here";

interface LiveModel<Kind extends keyof LiveParts> {
  /** what sliders moved, as text; empty where none is */
  key(state: ViewState): string;
  request(part: PartOf<Kind>, state: ViewState, effort: Effort): ModelRequest;
  /** where no slider was moved */
  unmoved(part: PartOf<Kind>): LiveParts[Kind];
  /** true where the preview is worse than the full answer */
  refines(part: PartOf<Kind>): boolean;
}

/** A run is shown as going on after this long; what is quicker needs no words. */
const SHOWN_AFTER_MS = 250;
/** A slider that stood still for this long rests: its preview is solved as finely as the step. */
const RESTS_AFTER_MS = 200;

type Solved<Kind extends keyof LiveParts> = { key: string; choices: ViewState["choices"]; solved: LiveParts[Kind]; isPreview: boolean };

export interface Live<Kind extends keyof LiveParts> {
  solvedAt(part: PartOf<Kind>, state: ViewState): LiveParts[Kind];
  /** Progress and a way to cancel, beside the sliders. */
  mount(panel: HTMLElement, first: PartModel<Kind & PartKind>): Mounted<PartModel<Kind & PartKind>>;
}

export function liveModel<Kind extends keyof LiveParts>(model: LiveModel<Kind>): Live<Kind> {
  const last = new WeakMap<object, Solved<Kind>>();
  const inBackground = new WeakSet<object>();

  function solvedAt(part: PartOf<Kind>, state: ViewState): LiveParts[Kind] {
    const key = model.key(state);
    if (key === "") return model.unmoved(part);
    const known = last.get(part);
    if (known?.key === key) return known.solved;
    if (inBackground.has(part) || !solveHere) return known?.solved ?? model.unmoved(part);
    const solved = solveHere(model.request(part, state, "here")) as LiveParts[Kind];
    last.set(part, { key, choices: state.choices, solved, isPreview: false });
    return solved;
  }

  function mount(panel: HTMLElement, first: PartModel<Kind & PartKind>): Mounted<PartModel<Kind & PartKind>> {
    let shown = first;
    let running: { key: string; solving: ModelSolving; timer: ReturnType<typeof setTimeout> } | null = null;
    let resting: ReturnType<typeof setTimeout> | undefined;
    const bar = h("progress", { max: "1", "aria-label": "Solving the model" });
    const stop = h("button", { type: "button", class: "ts-switch", title: "what is shown stays, and the sliders go back to it" }, "cancel");
    const status = h("span", { class: "ts-solving", role: "status", hidden: true }, bar, stop);
    panel.append(status);
    stop.addEventListener("click", () => {
      const { part, study } = shown;
      const known = last.get(part);
      end();
      // the preview is good enough for who does not wait
      if (known?.isPreview && known.key === model.key(study.cursor.state)) {
        last.set(part, { ...known, isPreview: false });
        return;
      }
      study.cursor.set({ choices: last.get(part)?.choices ?? withoutMoved(study.cursor.state.choices) });
    });

    function withoutMoved(choices: ViewState["choices"]): ViewState["choices"] {
      const state = { ...shown.study.cursor.state };
      return Object.fromEntries(Object.entries(choices).filter(([id, value]) => model.key({ ...state, choices: { [id]: value } }) === ""));
    }

    /** Ends the run without an answer. */
    function end(): void {
      clearTimeout(resting);
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

    /** Moves while a run goes on wait for its end: the last of them is then solved. */
    function ask(): void {
      const { part, study } = shown;
      const key = model.key(study.cursor.state);
      const known = last.get(part);
      if (!study.solver || running || key === "") return;
      if (known?.key !== key) start(study.solver, key, model.refines(part) ? "preview" : "full");
      else if (known.isPreview) {
        clearTimeout(resting);
        resting = setTimeout(() => {
          const { solver, cursor } = shown.study;
          if (solver && !running && model.key(cursor.state) === key) start(solver, key, "full");
        }, RESTS_AFTER_MS);
      }
    }

    function start(solver: ModelSolver, key: string, effort: Effort): void {
      clearTimeout(resting);
      const { part, study } = shown;
      const { state } = study.cursor;
      bar.removeAttribute("value");
      panel.setAttribute("data-solving", effort);
      const solving = solver.solve(model.request(part, state, effort), (done, total) => {
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
        last.set(part, { key, choices: state.choices, solved, isPreview: effort === "preview" });
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
