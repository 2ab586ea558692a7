/** Every command of the program over the files of the served study: a form made of its options, run by the server, its answer as tables. */
import { mountOwnTable, type OwnTable } from "@thioscope/views";
import { useEffect, useMemo, useRef, useState } from "react";
import { type AnswerTable, tablesOf } from "../answerViews.ts";
import { View } from "../View.tsx";

/** `GET api/commands`. */
export interface Offered {
  commands: readonly {
    name: string;
    summary: string;
    usage: string;
    options: readonly { name: string; isFlag: boolean; value: string; help: string; fallback: string }[];
    examples: readonly string[];
  }[];
  /** of the study, named from its folder */
  files: readonly string[];
}

/** `GET api/command`. */
interface Answer {
  running: boolean;
  line: string;
  seconds: number;
  result: unknown;
  error: { code: string; message: string } | null;
}

const ASK_EVERY = 300;

async function ask<T>(url: string, method = "GET", body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const answer = (await response.json()) as T & { error?: { message: string } | null };
  if (!response.ok) throw new Error(answer.error?.message ?? `the server answered ${response.status}`);
  return answer;
}

/** Words of a line; quotes hold spaces together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "").filter((word) => word !== "");
}

export default function Commands({ offered }: { offered: Offered }): React.JSX.Element {
  const [name, setName] = useState(offered.commands[0]?.name ?? "");
  const [line, setLine] = useState("");
  const [values, setValues] = useState<Readonly<Record<string, string | true>>>({});
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const watching = useRef(false);
  const command = offered.commands.find((one) => one.name === name) ?? offered.commands[0];
  useEffect(
    () => () => {
      watching.current = false;
    },
    [],
  );

  const choose = (next: string): void => {
    setName(next);
    setValues({});
    setRefused(null);
  };
  const set = (option: string, value: string | boolean): void => {
    const { [option]: _, ...others } = values;
    setValues(value === "" || value === false ? others : { ...others, [option]: value });
  };
  async function run(): Promise<void> {
    setRefused(null);
    try {
      setAnswer(await ask<Answer>("api/command", "POST", { name, words: wordsOf(line), options: values }));
      watching.current = true;
      while (watching.current) {
        const now = await ask<Answer>("api/command");
        setAnswer(now);
        if (!now.running) break;
        await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
      }
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
    }
  }
  if (!command) return <p className="ts-nothing">This server offers no commands.</p>;
  const isRunning = answer?.running ?? false;
  return (
    <div className="commands-panel">
      <section className="ts-view" aria-label="Commands">
        <header className="ts-head">
          <h3>Commands</h3>
          <span className="ts-legend">the whole program over this study's files; what it writes goes into exports/</span>
        </header>
        <form
          className="command-form"
          onSubmit={(event) => {
            event.preventDefault();
            void run();
          }}
        >
          <div className="command-what">
            <label>
              <span>Command</span>
              <select value={command.name} onChange={(event) => choose(event.target.value)}>
                {offered.commands.map((one) => (
                  <option key={one.name} value={one.name}>
                    {one.name}
                  </option>
                ))}
              </select>
            </label>
            <label className="command-words">
              <span>Files and words</span>
              <input type="text" value={line} spellCheck={false} onChange={(event) => setLine(event.target.value)} />
            </label>
            <label>
              <span>add a file</span>
              <select
                value=""
                onChange={(event) =>
                  setLine(`${line} ${/\s/.test(event.target.value) ? `"${event.target.value}"` : event.target.value}`.trim())
                }
              >
                <option value="">of the study</option>
                {offered.files.map((file) => (
                  <option key={file} value={file}>
                    {file}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <p className="ts-note">
            {command.summary}. <code>{command.usage}</code>
          </p>
          <details className="command-options" open={Object.keys(values).length > 0 || command.options.length < 5}>
            <summary>
              {command.options.length} {command.options.length === 1 ? "option" : "options"}
            </summary>
            {command.options.map((option) => {
              const id = `option-${option.name}`;
              return (
                <div key={option.name} className="command-option">
                  <label htmlFor={id}>{option.name}</label>
                  {option.isFlag ? (
                    <input
                      id={id}
                      type="checkbox"
                      checked={values[option.name] === true}
                      onChange={(event) => set(option.name, event.target.checked)}
                    />
                  ) : (
                    <input
                      id={id}
                      type="text"
                      spellCheck={false}
                      placeholder={option.fallback === "" ? option.value : option.fallback}
                      value={String(values[option.name] ?? "")}
                      onChange={(event) => set(option.name, event.target.value)}
                    />
                  )}
                  <span className="adjust-allowed">{option.help}</span>
                </div>
              );
            })}
          </details>
          <div className="query-bar">
            <button type="submit" className="choose" disabled={isRunning}>
              Run
            </button>
            {isRunning && (
              <button type="button" className="quiet-button" onClick={() => void ask<Answer>("api/command", "DELETE").then(setAnswer)}>
                Cancel
              </button>
            )}
            <span role="status" className="ts-note">
              {answer && `${answer.line}: ${isRunning ? "running" : answer.error ? "failed" : "done"}, ${answer.seconds.toFixed(1)} s`}
            </span>
          </div>
        </form>
        {(refused !== null || answer?.error) && (
          <p className="refused" role="alert">
            {refused ?? answer?.error?.message}
          </p>
        )}
      </section>
      {answer?.result !== null && answer !== null && <Result answer={answer} />}
    </div>
  );
}

function Result({ answer }: { answer: Answer }): React.JSX.Element {
  const tables = useMemo(() => tablesOf(answer.result), [answer.result]);
  return (
    <>
      {tables.length === 0 && <p className="ts-nothing">The command has nothing to tell.</p>}
      {tables.map((one, k) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: tables of an answer have no other identity
        <Table key={k} one={one} place={k} line={answer.line} />
      ))}
    </>
  );
}

function Table({ one, place, line }: { one: AnswerTable; place: number; line: string }): React.JSX.Element {
  const model = useMemo(
    (): OwnTable => ({
      id: `answer-${place}`,
      title: one.title,
      name: `${line
        .replace(/^thioscope /, "")
        .replace(/[^\w.-]+/g, "_")
        .slice(0, 60)}-${place + 1}`,
      table: one.table,
      command: line,
      python: (csv) =>
        `import pandas as pd\n\ndata = pd.read_csv(${JSON.stringify(csv)}, skiprows=[1])  # line 2 holds the units\nprint(data)\n`,
    }),
    [one, place, line],
  );
  return <View mount={mountOwnTable} model={model} />;
}
