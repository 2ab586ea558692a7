/** The file under the linked cursor as React state: what React draws does not follow rows, which change with every frame. */
import type { Cursor } from "@thioscope/views";
import { useCallback, useSyncExternalStore } from "react";

const nothing = (): void => undefined;

/** Null while there is no cursor. */
export function useCursorFile(cursor: Cursor): number;
export function useCursorFile(cursor: Cursor | null): number | null;
export function useCursorFile(cursor: Cursor | null): number | null {
  const subscribe = useCallback((listener: () => void) => cursor?.subscribe(listener) ?? nothing, [cursor]);
  return useSyncExternalStore(subscribe, () => cursor?.state.file ?? null);
}
