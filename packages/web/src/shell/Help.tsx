/** The keys, and how to read the page. */
import { STUDY_KEYS } from "@thioscope/views";
import { useEffect, useRef } from "react";

const pageKeys = (panels: readonly { name: string; key: string }[]): readonly (readonly [string, string])[] => [
  ["/", "search"],
  [panels.map(({ key }) => key).join(" "), panels.map(({ name }) => name).join(", ")],
  ["o", "open raw files"],
  ["t", "light or dark"],
  ["?", "this help"],
];

export function Help({ panels, onClose }: { panels: readonly { name: string; key: string }[]; onClose(): void }): React.JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const keys = (list: readonly (readonly [string, string])[]): React.JSX.Element => (
    <dl>
      {list.map(([key, what]) => (
        <div key={key}>
          <dt>
            {key.split(" ").map((k) => (
              <kbd key={k}>{k}</kbd>
            ))}
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
  return (
    <dialog
      ref={dialog}
      className="help"
      aria-label="Help"
      onClose={onClose}
      onKeyDown={(event) => {
        // closed here and not by the browser, whose close event comes later: a key pressed in between would find the box still open
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <header>
        <h2>Keys</h2>
        <button type="button" className="quiet-button" onClick={onClose}>
          Close
        </button>
      </header>
      <div className="help-columns">
        {keys(STUDY_KEYS)}
        {keys(pageKeys(panels))}
      </div>
      <h2>Pointer</h2>
      <p>
        Moving over a plot moves the cursor in all of them; a click pins it. Dragging narrows all views to those rows. A double click opens
        the raw data behind a point: the row, the frame, the spectrum; beside all points it shows the whole run.
      </p>
      <h2>Numbers</h2>
      <p>
        1.171(2) V is 1.171 ± 0.002 V, one standard deviation. Underlined numbers of the story lead to their rows. A number that cannot be
        computed is replaced by the reason. <span className="ts-assumed">Dotted</span> values are assumed, not measured.
      </p>
    </dialog>
  );
}
