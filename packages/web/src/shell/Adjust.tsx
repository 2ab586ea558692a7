/** Everything that can be said of the sources and steps, with unit, range and default; a change runs what depends on it again. */
import { type Field, fieldText, parseField, type RecipeGroup } from "@thioscope/study/quick";
import { useId, useRef, useState } from "react";
import type { RecipeState } from "../useRecipe.ts";
import { lineDiff } from "./lineDiff.ts";

export default function Adjust({ recipe }: { recipe: RecipeState }): React.JSX.Element {
  const { groups, undoable, run, refused, text } = recipe;
  const isRunning = run?.running === true;
  return (
    <section className="adjust" aria-label="Adjust">
      <div className="adjust-bar">
        <button type="button" className="choose" onClick={() => void recipe.runAgain()} disabled={isRunning}>
          Run again
        </button>
        <button type="button" className="quiet-button" onClick={() => void recipe.undo()} disabled={undoable === 0 || isRunning}>
          Undo{undoable > 0 ? ` (${undoable})` : ""}
        </button>
        <RunLine recipe={recipe} />
      </div>
      {refused !== null && (
        <p className="refused" role="alert">
          {refused}
        </p>
      )}
      {groups.length === 0 && <p className="ts-nothing">Nothing here has settings.</p>}
      {text && text.before !== text.now && <Diff {...text} />}
      {groups.map((group) => (
        <Group key={`${group.of} ${group.name}`} group={group} recipe={recipe} disabled={isRunning} />
      ))}
    </section>
  );
}

function RunLine({ recipe: { run, cancel } }: { recipe: RecipeState }): React.JSX.Element | null {
  if (!run) return null;
  if (!run.running) {
    const last = run.error ? `${run.error.message} (${run.error.code})` : run.steps.join(" · ");
    return (
      <span className={run.error ? "refused" : "ts-note"} role="status">
        {last}
      </span>
    );
  }
  const share = run.total > 0 ? Math.min(1, run.done / run.total) : null;
  return (
    <span className="adjust-run" role="status" aria-live="polite">
      <progress max={1} {...(share === null ? {} : { value: share })} aria-label="Run" />
      <span>
        {run.label.replace(/, kB$/, "")}
        {share !== null ? ` ${Math.round(100 * share)} %` : ""}
      </span>
      <button type="button" className="quiet-button" onClick={() => void cancel()}>
        Cancel
      </button>
    </span>
  );
}

function Diff({ before, now }: { before: string; now: string }): React.JSX.Element {
  const lines = lineDiff(before, now);
  const near = lines.map((_, i) => lines.slice(Math.max(0, i - 1), i + 2).some(({ sign }) => sign !== " "));
  return (
    <details className="adjust-diff" open>
      <summary>study.yaml since the page was opened</summary>
      <pre>
        {lines.map(({ sign, text }, i) =>
          near[i] ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line of a text is its place
            <span key={i} className={sign === "+" ? "came" : sign === "−" ? "went" : ""}>
              {sign} {text}
              {"\n"}
            </span>
          ) : null,
        )}
      </pre>
    </details>
  );
}

const isChanged = ({ value, definition }: Field): boolean => fieldText(value) !== fieldText(definition.default);

function Group({ group, recipe, disabled }: { group: RecipeGroup; recipe: RecipeState; disabled: boolean }): React.JSX.Element {
  const changed = group.fields.filter(isChanged).length;
  return (
    <details className="adjust-group" open={changed > 0 || group.fields.length <= 4}>
      <summary>
        <span className="adjust-kind">{group.of}</span> <strong>{group.name}</strong>
        <span className="adjust-about">{group.about}</span>
        {changed > 0 && <span className="adjust-count">{changed} set</span>}
      </summary>
      {group.fields.length === 0 && <p className="ts-note">It has no settings.</p>}
      <div className="adjust-fields">
        {group.fields.map((field) => (
          <FieldRow
            key={`${field.name} ${fieldText(field.value)}`}
            field={field}
            disabled={disabled}
            onChange={(value) => void recipe.change({ of: group.of, group: group.name, field: field.name, value })}
          />
        ))}
      </div>
    </details>
  );
}

interface FieldRowProps {
  field: Field;
  disabled: boolean;
  onChange(value: unknown): void;
}

function FieldRow({ field, disabled, onChange }: FieldRowProps): React.JSX.Element {
  const { name, definition, value } = field;
  const id = useId();
  const [mistake, setMistake] = useState<string | null>(null);
  // Enter sends, and so does the loss of focus that follows: once is enough
  const sent = useRef(fieldText(value));
  const commit = (typed: string): void => {
    const parsed = parseField(definition, typed);
    setMistake("mistake" in parsed ? parsed.mistake : null);
    if ("mistake" in parsed) return;
    const isDefault = fieldText(parsed.value) === fieldText(definition.default);
    const text = fieldText(parsed.value);
    if (text === sent.current) return;
    sent.current = text;
    onChange(isDefault ? null : parsed.value);
  };
  const described = `${id}-about${mistake === null ? "" : ` ${id}-mistake`}`;
  const shared = { id, disabled, "aria-describedby": described, "aria-invalid": mistake !== null };
  return (
    <div className={isChanged(field) ? "adjust-field changed" : "adjust-field"}>
      <label htmlFor={id}>{name.replaceAll("_", " ")}</label>
      {definition.kind === "flag" ? (
        <input type="checkbox" {...shared} checked={value === true} onChange={(event) => commit(String(event.target.checked))} />
      ) : definition.kind === "choice" ? (
        <select {...shared} value={fieldText(value)} onChange={(event) => commit(event.target.value)}>
          {definition.of.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      ) : (
        <input
          type="text"
          spellCheck={false}
          {...shared}
          defaultValue={fieldText(value)}
          placeholder={fieldText(definition.default) || "none"}
          onBlur={(event) => commit(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") commit(event.currentTarget.value);
            if (event.key === "Escape") event.currentTarget.value = fieldText(value);
          }}
        />
      )}
      <span className="adjust-allowed">{allowed(field)}</span>
      {isChanged(field) && (
        <button type="button" className="quiet-button" disabled={disabled} onClick={() => onChange(null)} title="Back to the default">
          default
        </button>
      )}
      <span className="adjust-hint" id={`${id}-about`}>
        {definition.about}
      </span>
      {mistake !== null && (
        <span className="refused" id={`${id}-mistake`} role="alert">
          {mistake}
        </span>
      )}
    </div>
  );
}

/** "5 … 40", "text with the unit mV" */
function allowed({ definition }: Field): string {
  switch (definition.kind) {
    case "count":
    case "number": {
      const { min, max } = definition;
      if (min === undefined && max === undefined) return "a number";
      return `${min ?? "−∞"} … ${max ?? "∞"}`;
    }
    case "quantity":
      return `with its unit, as ${definition.unit}`;
    case "texts":
      return "words, by commas";
    case "file":
      return "a file of the study";
    default:
      return "";
  }
}
