/** SQL over the study's tables, where a server has a database. */
import { useState } from "react";

interface Answer {
  columns: { name: string }[];
  rows: unknown[][];
  truncated: boolean;
}

const EXAMPLE = "select cycle, discharge_mah, ce_percent from cycles order by cycle limit 20";

export function Query(): React.JSX.Element {
  const [sql, setSql] = useState(EXAMPLE);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  async function ask(): Promise<void> {
    setAsking(true);
    setRefused(null);
    try {
      const response = await fetch(`api/query?sql=${encodeURIComponent(sql)}`);
      const body = (await response.json()) as Answer & { error?: { message: string } };
      if (response.ok) setAnswer(body);
      else setRefused(body.error?.message ?? `the server answered ${response.status}`);
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
    } finally {
      setAsking(false);
    }
  }
  return (
    <section className="ts-view query" aria-label="SQL">
      <header className="ts-head">
        <h3>Ask the database</h3>
        <span className="ts-legend">views: files, points, steps, cycles, rates, cells …</span>
      </header>
      <textarea
        value={sql}
        rows={3}
        spellCheck={false}
        aria-label="SQL query"
        onChange={(event) => setSql(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void ask();
        }}
      />
      <div className="query-bar">
        <button type="button" className="choose" onClick={() => void ask()} disabled={asking}>
          Run
        </button>
        <span className="ts-note">Ctrl+Enter. From a terminal: thioscope query "…"</span>
      </div>
      {refused !== null && (
        <p className="refused" role="alert">
          {refused}
        </p>
      )}
      {answer && refused === null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className="ts-table-scroll" tabIndex={0} aria-label="Answer">
          <table className="ts-table">
            <thead>
              <tr>
                {answer.columns.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {answer.rows.map((row, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows of an answer have no other identity
                <tr key={i}>
                  {row.map((value, k) => (
                    <td key={answer.columns[k]?.name ?? k}>{show(value)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {answer.truncated && <p className="ts-note">Cut: the query has more rows than are sent to the page.</p>}
        </section>
      )}
    </section>
  );
}

function show(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(7)).toString() : String(value);
}
