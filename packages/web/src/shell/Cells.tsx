/** Cells side by side: searched and filtered by a form or by SQL, their curves, lives and rates in one plot each. */
import type { Story } from "@thioscope/core/story";
import {
  CELL_FIGURES,
  type CellChoice,
  type CellFilter,
  type ComparedCells,
  cellChoices,
  filterSql,
  isLeft,
  mountOwnPlot,
  NO_FILTER,
  type OwnPlot,
} from "@thioscope/views";
import { useEffect, useMemo, useState } from "react";
import { View } from "../View.tsx";
import { askDatabase, Query } from "./Query.tsx";

/** So many are shown at first, those that were cycled longest; more can be chosen. */
const FIRST_SHOWN = 4;

function firstShown(cells: readonly CellChoice[]): ReadonlySet<number> {
  const cycled = cells.filter(({ cycles }) => cycles > 1);
  const longest = [...(cycled.length > 0 ? cycled : cells)].sort((a, b) => b.cycles - a.cycles);
  return new Set(longest.slice(0, FIRST_SHOWN).map(({ place }) => place));
}
/** A pause in typing before the database is asked. */
const PAUSE_MILLISECOND = 250;

const FIELDS = [
  { id: "cycles", label: "cycles ≥", unit: "" },
  { id: "capacity", label: "capacity ≥", unit: "mAh" },
  { id: "efficiency", label: "first efficiency ≥", unit: "%" },
  { id: "life", label: "80 % kept for ≥", unit: "cycles" },
] as const satisfies readonly { id: keyof CellFilter; label: string; unit: string }[];

const COLUMNS = [
  { id: "name", label: "File" },
  { id: "cycles", label: "Cycles" },
  { id: "capacity", label: "Largest discharge (mAh)" },
  { id: "efficiency", label: "First efficiency (%)" },
  { id: "below80", label: "Below 80 % in cycle" },
] as const satisfies readonly { id: keyof CellChoice; label: string }[];
type Order = { by: (typeof COLUMNS)[number]["id"]; down: boolean };

/** Digits behind the point that give the largest number of a column four in all: numbers of a column end in one line. */
function decimalsOf(values: readonly number[]): number {
  const largest = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs));
  return largest === 0 ? 0 : Math.min(6, Math.max(0, 3 - Math.floor(Math.log10(largest))));
}

const shownNumber = (value: number, decimals: number): string => {
  if (!Number.isFinite(value)) return "–";
  // a cell of another size keeps its digits
  const isLost = value !== 0 && Math.abs(value) < 10 ** (2 - decimals);
  return isLost ? String(Number(value.toPrecision(3))) : value.toFixed(decimals);
};

function ordered(cells: readonly CellChoice[], { by, down }: Order): CellChoice[] {
  const sign = down ? -1 : 1;
  return cells.toSorted((a, b) => {
    const [x, y] = [a[by], b[by]];
    if (typeof x === "string" || typeof y === "string") return sign * String(x).localeCompare(String(y));
    // what is not known comes last
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (x - y);
  });
}

/** Which cells the form leaves: told by the database where there is one, from the story itself where there is none. */
function useLeft(
  cells: readonly CellChoice[],
  filter: CellFilter,
  hasDatabase: boolean,
): { left: readonly CellChoice[]; isTold: boolean; refused: string | null } {
  const here = useMemo(() => cells.filter((cell) => isLeft(cell, filter)), [cells, filter]);
  const [told, setTold] = useState<{ filter: CellFilter; files: ReadonlySet<string> } | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  useEffect(() => {
    if (!hasDatabase) return;
    let alive = true;
    const timer = setTimeout(async () => {
      try {
        const { columns, rows } = await askDatabase(filterSql(filter));
        const file = columns.findIndex(({ name }) => name === "file");
        if (!alive || file < 0) return;
        setTold({ filter, files: new Set(rows.map((row) => String(row[file]))) });
        setRefused(null);
      } catch (error) {
        if (alive) setRefused(error instanceof Error ? error.message : String(error));
      }
    }, PAUSE_MILLISECOND);
    return () => {
      alive = false;
      clearTimeout(timer);
    };
  }, [filter, hasDatabase]);
  if (!hasDatabase || told?.filter !== filter) return { left: here, isTold: false, refused };
  return { left: cells.filter(({ name }) => told.files.has(name)), isTold: true, refused };
}

export default function Cells({ story, hasDatabase }: { story: Story; hasDatabase: boolean }): React.JSX.Element {
  const cells = useMemo(() => cellChoices(story), [story]);
  const [filter, setFilter] = useState<CellFilter>(NO_FILTER);
  const [order, setOrder] = useState<Order>({ by: "name", down: false });
  const [chosen, setChosen] = useState<ReadonlySet<number>>(() => firstShown(cells));
  const [cycle, setCycle] = useState(1);
  const [question, setQuestion] = useState<{ sql: string } | null>(null);
  const { left, isTold, refused } = useLeft(cells, filter, hasDatabase);
  const rows = ordered(left, order);
  const capacityDecimals = decimalsOf(cells.map(({ capacity }) => capacity));
  const compared = useMemo(
    (): ComparedCells => ({ files: left.filter(({ place }) => chosen.has(place)).map(({ place }) => story.files[place]!), cycle }),
    [left, chosen, cycle, story],
  );
  const most = Math.max(1, ...cells.map(({ place }) => story.files[place]!.halfCycles.at(-1)?.cycle ?? 1));
  const flip = (place: number): void => {
    const next = new Set(chosen);
    if (!next.delete(place)) next.add(place);
    setChosen(next);
  };
  const compareFiles = (names: readonly string[]): void => {
    const wanted = new Set(names);
    setFilter(NO_FILTER);
    setChosen(new Set(cells.filter(({ name }) => wanted.has(name)).map(({ place }) => place)));
  };
  return (
    <>
      {cells.length > 0 && (
        <section className="ts-view explore" aria-label="Cells">
          <header className="ts-head">
            <h3>Cells side by side</h3>
            <span className="ts-legend" role="status">
              {left.length} of {cells.length} {cells.length === 1 ? "cell" : "cells"}
              {isTold && ", by the study's database"}
            </span>
          </header>
          <form className="explore-form" onSubmit={(event) => event.preventDefault()}>
            <label>
              <span>File</span>
              <input type="search" value={filter.text} onChange={(event) => setFilter({ ...filter, text: event.target.value })} />
            </label>
            {FIELDS.map(({ id, label, unit }) => (
              <label key={id}>
                <span>{label}</span>
                <input
                  type="number"
                  step="any"
                  value={Number.isNaN(filter[id]) ? "" : filter[id]}
                  onChange={(event) => setFilter({ ...filter, [id]: event.target.valueAsNumber })}
                />
                {unit !== "" && <span>{unit}</span>}
              </label>
            ))}
            <label>
              <span>curves of cycle</span>
              <input
                type="number"
                min={1}
                max={most}
                value={cycle}
                onChange={(event) => setCycle(Math.min(most, Math.max(1, Math.round(event.target.valueAsNumber) || 1)))}
              />
            </label>
            {hasDatabase && (
              <button type="button" className="quiet-button" onClick={() => setQuestion({ sql: filterSql(filter) })}>
                as SQL
              </button>
            )}
          </form>
          {refused !== null && (
            <p className="refused" role="alert">
              {refused}
            </p>
          )}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <section className="ts-table-scroll explore-rows" tabIndex={0} aria-label="Cells to choose from">
            <table className="ts-table">
              <thead>
                <tr>
                  <th scope="col">shown</th>
                  {COLUMNS.map(({ id, label }) => (
                    <th
                      key={id}
                      scope="col"
                      className={id === "name" ? "ts-text" : ""}
                      aria-sort={order.by === id ? (order.down ? "descending" : "ascending") : "none"}
                    >
                      <button type="button" onClick={() => setOrder({ by: id, down: order.by === id && !order.down })}>
                        {label}
                        {order.by === id && (order.down ? " ↓" : " ↑")}
                      </button>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((cell) => (
                  <tr key={cell.place}>
                    <td>
                      <input
                        type="checkbox"
                        aria-label={`show ${cell.name}`}
                        checked={chosen.has(cell.place)}
                        onChange={() => flip(cell.place)}
                      />
                    </td>
                    <td className="ts-text">{cell.name}</td>
                    <td>{cell.cycles}</td>
                    <td>{shownNumber(cell.capacity, capacityDecimals)}</td>
                    <td>{shownNumber(cell.efficiency, 1)}</td>
                    <td>{shownNumber(cell.below80, 0)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </section>
      )}
      {compared.files.length > 0 && (
        <div className="explore-plots">
          {CELL_FIGURES.map((spec) => (
            <Plot key={spec.id} model={{ spec, context: compared, name: story.title }} />
          ))}
        </div>
      )}
      {hasDatabase && <Query given={question} onFiles={compareFiles} />}
    </>
  );
}

function Plot({ model }: { model: OwnPlot<ComparedCells> }): React.JSX.Element {
  return <View mount={mountOwnPlot<ComparedCells>} model={model} className="ts-area" />;
}
