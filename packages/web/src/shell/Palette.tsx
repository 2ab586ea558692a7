/** Search: panels, files, cycles, sentences, numbers of the cell, and what the page can do. */
import { useEffect, useMemo, useRef, useState } from "react";
import { Rich } from "./Header.tsx";

export interface Entry {
  kind: string;
  text: string;
  run(): void;
}

const MOST = 12;

/** Entries that hold every word of the query; first those that begin with it ("cycle 3"), then with its first word. */
function matches(entries: readonly Entry[], query: string): Entry[] {
  const whole = query.trim().toLowerCase();
  const words = whole.split(/\s+/).filter(Boolean);
  const found = entries.filter((entry) => {
    const text = `${entry.kind} ${entry.text}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const rank = (entry: Entry): number => {
    const text = entry.text.toLowerCase();
    if (whole !== "" && text.startsWith(whole)) return /^\w/.test(text.slice(whole.length)) ? 1 : 0;
    return words.length > 0 && text.startsWith(words[0]!) ? 2 : 3;
  };
  return found.sort((a, b) => rank(a) - rank(b)).slice(0, MOST);
}

export function Palette({ entries, onClose }: { entries: readonly Entry[]; onClose(): void }): React.JSX.Element {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const found = useMemo(() => matches(entries, query), [entries, query]);
  useEffect(() => dialog.current?.showModal(), []);
  const run = (entry: Entry | undefined): void => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the box closes it, as Escape does
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Search"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="found"
        aria-activedescendant={found[chosen] ? `found-${chosen}` : undefined}
        aria-label="Search files, cycles, numbers, actions"
        placeholder="Search files, cycles, numbers, actions"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setChosen((i) => Math.min(found.length - 1, i + 1));
          else if (event.key === "ArrowUp") setChosen((i) => Math.max(0, i - 1));
          else if (event.key === "Enter") run(found[chosen]);
          // as in Help: closed at once, not by the browser's later close event
          else if (event.key === "Escape") onClose();
          else return;
          event.preventDefault();
        }}
      />
      <div id="found" role="listbox" aria-label="Found">
        {found.map((entry, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above has the keys
          <div
            key={`${entry.kind} ${entry.text}`}
            id={`found-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === chosen}
            onPointerMove={() => setChosen(i)}
            onClick={() => run(entry)}
          >
            <span className="kind">{entry.kind}</span>
            <span className="what">
              <Rich text={entry.text} />
            </span>
          </div>
        ))}
        {found.length === 0 && <p className="nothing">Nothing here is called “{query}”.</p>}
      </div>
    </dialog>
  );
}
