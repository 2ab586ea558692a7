/** SQL over the study's tables, where a server has a database. */
import { useEffect, useRef, useState } from "react";

interface Answer {
  columns: { name: string }[];
  rows: unknown[][];
  truncated: boolean;
}

/** Questions that are asked of cells; each is SQL that can be changed. */
const QUESTIONS: readonly (readonly [question: string, sql: string])[] = [
  ["Capacity per cycle", "select cell, cycle, discharge_mah, discharge_mah_sigma, ce_percent from cycles order by cell, cycle limit 200"],
  ["Cells side by side", "select cell, file, cycles, retention_50, retention_100 from cells order by cell"],
  [
    "Life: first cycle below 80 %",
    "select cell, cycles, first_cycle_below_80_percent as below_80 from cells order by below_80 desc nulls last",
  ],
  ["First-cycle efficiency", "select cell, ce_percent from cycles where cycle = 1 order by ce_percent desc"],
  [
    "Capacity against current",
    "select cell, round(discharge_ma, 2) as ma, count(*) as cycles, avg(discharge_mah) as mah from cycles group by all order by cell, ma",
  ],
  ["Fade per cycle", "select cell, regr_slope(retention_percent, cycle) as percent_per_cycle from cycles group by cell order by 2"],
  [
    "Where dQ/dV is largest",
    "select cell, cycle, arg_min(voltage_volt, dqdv_mah_v) as volt from dqdv where direction = 'discharge' group by all order by cell, cycle limit 200",
  ],
];
const EXAMPLE = QUESTIONS[0]![1];

/** Asks the study's database. Throws with its message what it refuses. */
export async function askDatabase(sql: string): Promise<Answer> {
  const response = await fetch(`api/query?sql=${encodeURIComponent(sql)}`);
  if (!response.headers.get("content-type")?.includes("json"))
    throw new Error("this server has no database: cells are filtered on this page");
  const body = (await response.json()) as Answer & { error?: { message: string } };
  if (!response.ok) throw new Error(body.error?.message ?? `the server answered ${response.status}`);
  return body;
}

/**
 * @param given a question that was made elsewhere and is shown here
 * @param onFiles shows the cells of these files side by side
 */
export function Query({ given, onFiles }: { given: { sql: string } | null; onFiles(names: readonly string[]): void }): React.JSX.Element {
  const [sql, setSql] = useState(EXAMPLE);
  const text = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (given === null) return;
    setSql(given.sql);
    // it stands below the plots
    text.current?.focus();
    text.current?.scrollIntoView({ block: "center" });
  }, [given]);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  async function ask(asked = sql): Promise<void> {
    setAsking(true);
    setRefused(null);
    try {
      setAnswer(await askDatabase(asked));
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
    } finally {
      setAsking(false);
    }
  }
  const place = answer?.columns.findIndex(({ name }) => name === "file") ?? -1;
  const files = place < 0 ? [] : [...new Set((answer?.rows ?? []).map((row) => String(row[place])))];
  return (
    <section className="ts-view query" aria-label="SQL">
      <header className="ts-head">
        <h3>Ask the database</h3>
        <span className="ts-legend">views: files, points, steps, cycles, rates, cells …</span>
      </header>
      <textarea
        ref={text}
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
        <label className="query-question">
          <span>Question</span>
          <select
            value={QUESTIONS.find(([, text]) => text === sql)?.[1] ?? ""}
            onChange={(event) => {
              if (event.target.value === "") return;
              setSql(event.target.value);
              void ask(event.target.value);
            }}
          >
            <option value="">your own</option>
            {QUESTIONS.map(([question, text]) => (
              <option key={question} value={text}>
                {question}
              </option>
            ))}
          </select>
        </label>
        <button type="button" className="choose" onClick={() => void ask()} disabled={asking}>
          Run
        </button>
        {answer && files.length > 0 && (
          <button type="button" className="quiet-button" onClick={() => onFiles(files)}>
            compare these cells
          </button>
        )}
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
