/** The linked cursor as React state. */
import type { Cursor, ViewState } from "@thioscope/views";
import { useCallback, useSyncExternalStore } from "react";

const nothing = (): void => undefined;

/** Null while there is no cursor. */
export function useCursorState(cursor: Cursor): ViewState;
export function useCursorState(cursor: Cursor | null): ViewState | null;
export function useCursorState(cursor: Cursor | null): ViewState | null {
  const subscribe = useCallback((listener: () => void) => cursor?.subscribe(listener) ?? nothing, [cursor]);
  return useSyncExternalStore(subscribe, () => cursor?.state ?? null);
}
