/** The top line: where one is, the panels, search, theme, help. */
import { currentTheme, richText, setTheme } from "@thioscope/views";
import type { PANELS, Panel } from "../panels.ts";

export interface HeaderProps {
  title: string | null;
  panel: Panel;
  /** those that hold something */
  panels: readonly (typeof PANELS)[number][];
  onPanel(panel: Panel): void;
  onSearch(): void;
  onHelp(): void;
  /** set where dropped files hide what the server holds */
  servedTitle: string | null;
  onServed(): void;
}

export function toggleTheme(): void {
  const next = currentTheme() === "dark" ? "light" : "dark";
  setTheme(next);
  try {
    localStorage.setItem("theme", next);
  } catch {
    // private windows may refuse storage; the choice then holds for this visit
  }
}

/** Text with real subscripts. */
export function Rich({ text }: { text: string }): React.JSX.Element {
  let place = 0;
  const pieces = richText(text).map((run) => {
    const key = place;
    place += run.text.length;
    if (run.shift === 0) return <span key={key}>{run.text}</span>;
    return run.shift < 0 ? <sub key={key}>{run.text}</sub> : <sup key={key}>{run.text}</sup>;
  });
  return <>{pieces}</>;
}

export function Header(props: HeaderProps): React.JSX.Element {
  const { title, panel } = props;
  return (
    <header className="top">
      <span className="brand">
        <Ring />
        Thioscope
      </span>
      {props.servedTitle !== null && (
        <button type="button" className="crumb crumb-link" onClick={props.onServed}>
          <Rich text={props.servedTitle} />
        </button>
      )}
      {title !== null && (
        <span className="crumb" title={title}>
          <Rich text={title} />
        </span>
      )}
      {title !== null && (
        <nav className="panels" aria-label="Panels">
          {props.panels.map(({ id, name }) => (
            <button key={id} type="button" aria-current={panel === id ? "page" : undefined} onClick={() => props.onPanel(id)}>
              {name}
            </button>
          ))}
        </nav>
      )}
      <span className="spring" />
      {title !== null && (
        <button type="button" className="search" aria-label="Search" onClick={props.onSearch} aria-keyshortcuts="/">
          <span>Search</span>
          <kbd>/</kbd>
        </button>
      )}
      <button type="button" className="round" onClick={toggleTheme} title="Light or dark (t)" aria-label="Light or dark">
        <svg viewBox="0 0 16 16" width="15" height="15" aria-hidden="true">
          <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.25" />
          <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
        </svg>
      </button>
      <button type="button" className="round" onClick={props.onHelp} title="Help (?)" aria-label="Help">
        ?
      </button>
    </header>
  );
}

/** The S₈ ring: the molecule all this is about. */
function Ring(): React.JSX.Element {
  const atoms = Array.from({ length: 8 }, (_, i) => ({
    x: 8 + 5.6 * Math.sin((i * Math.PI) / 4),
    y: 8 - 5.6 * Math.cos((i * Math.PI) / 4),
  }));
  return (
    <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
      {atoms.map(({ x, y }, i) => (
        <circle key={`${x},${y}`} cx={x} cy={y} r={i === 0 ? 1.7 : 1.35} fill={i === 0 ? "var(--accent)" : "var(--ink-3)"} />
      ))}
    </svg>
  );
}
