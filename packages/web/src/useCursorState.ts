/** The linked cursor as React state. */
import type { Cursor, ViewState } from "@thioscope/views";
import { useCallback, useSyncExternalStore } from "react";

export function useCursorState(cursor: Cursor): ViewState {
  const subscribe = useCallback((listener: () => void) => cursor.subscribe(listener), [cursor]);
  return useSyncExternalStore(subscribe, () => cursor.state);
}
