/**
 * One cursor and one brush for all views: a row of a raw file and a range of its rows. Time, capacity,
 * potential and half cycle are the same thing seen differently (see track.ts).
 */

export interface ViewState {
  /** index into the story's files */
  file: number;
  /** row of that file under the cursor; null while there is none */
  row: number | null;
  /** a pinned cursor stays where it is while the pointer moves over plots */
  pinned: boolean;
  /** rows that all views narrow to, both included; null shows everything */
  brush: { first: number; last: number } | null;
  /** index into the file's capacity bases */
  basis: number;
  /** dQ/dV with the peaks it is made of */
  peaks: boolean;
  /** what is chosen in views that offer several things, by the choice's id */
  choices: Readonly<Record<string, string>>;
}

export interface Cursor {
  readonly state: ViewState;
  set(change: Partial<ViewState>): void;
  /** Called after every change with what was before; returns the way to stop. */
  subscribe(listener: (state: ViewState, before: ViewState) => void): () => void;
}

/** A linked cursor; views given the same one move together. */
export function createCursor(initial: Partial<ViewState> = {}): Cursor {
  let state: ViewState = { file: 0, row: null, pinned: false, brush: null, basis: 0, peaks: false, choices: {}, ...initial };
  const listeners = new Set<(state: ViewState, before: ViewState) => void>();
  return {
    get state() {
      return state;
    },
    set(change) {
      const before = state;
      const next = { ...state, ...change };
      // rows of one file mean nothing in another
      if (next.file !== before.file) {
        if (change.row === undefined) next.row = null;
        if (change.brush === undefined) next.brush = null;
        if (change.basis === undefined) next.basis = 0;
      }
      const keys = Object.keys(next) as (keyof ViewState)[];
      if (keys.every((key) => next[key] === before[key])) return;
      state = next;
      for (const listener of listeners) listener(state, before);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
