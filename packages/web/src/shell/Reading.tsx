/** What is being read, how fast, how long it will take; and what could not be read, and why. */
import type { Failure, Progress } from "../readerApi.ts";

const ADVICE: Readonly<Record<string, string>> = {
  FILE_FOREIGN:
    "Is it a raw file of a cycler or potentiostat? Text with other column names can be read with a declared mapping: thioscope inspect --help.",
  FILE_CUT:
    "It may still have been written while it was copied: copy it again. What lies before the cut is read by thioscope inspect --salvage.",
  FILE_DAMAGED: "Copy it again from the instrument’s computer. What is intact is read by thioscope inspect --salvage.",
  FILE_EMPTY: "The copy may have failed: look at the file on the instrument’s computer.",
  FORMAT_VERSION: "The format is known, this version is not: the instrument’s own program may export it as text.",
  MAPPING_NEEDED: "Its columns cannot be recognised: declare them with a mapping, see thioscope inspect --help.",
  CELL_INVALID: "The rest of the page is as it was before.",
};

export function ReadingBar({ progress, onCancel }: { progress: Progress & { startedAt: number }; onCancel(): void }): React.JSX.Element {
  const { done, total, label, name, file, files, startedAt } = progress;
  const seconds = (performance.now() - startedAt) / 1000;
  const share = total > 0 ? Math.min(1, done / total) : null;
  const left = share !== null && share > 0.05 && seconds > 1 ? (seconds / share) * (1 - share) : null;
  return (
    <div className="reading" role="status" aria-live="polite">
      <span className="reading-name">
        {files > 1 ? `${file} of ${files}: ` : ""}
        {name}
      </span>
      <progress max={1} {...(share === null ? {} : { value: share })} aria-label={`Reading ${name}`} />
      <span className="reading-rate">
        {label}
        {share !== null ? ` ${Math.round(100 * share)} %` : ""}
        {left !== null ? `, ${left < 1 ? "under 1" : Math.ceil(left)} s left` : ""}
      </span>
      <button type="button" className="quiet-button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}

interface FailuresProps {
  failures: readonly Failure[];
  onDismiss(): void;
  /** to the settings of the step that failed */
  onAdjust(): void;
}

export function Failures({ failures, onDismiss, onAdjust }: FailuresProps): React.JSX.Element | null {
  if (failures.length === 0) return null;
  return (
    <div className="failures" role="alert">
      {failures.map((failure) => (
        <div key={failure.name} className="failure">
          <p>
            <strong>{failure.name}</strong> {failure.ofStep ? "did not come to an end" : "could not be read"}: {failure.message}.
          </p>
          <p className="failure-more">
            <code>{failure.code}</code>
            {failure.line !== undefined ? `line ${failure.line}. ` : failure.offset ? `byte ${failure.offset}. ` : ""}
            {failure.ofStep ? (
              <button type="button" className="link-button" onClick={onAdjust}>
                Its settings (a)
              </button>
            ) : (
              ADVICE[failure.code]
            )}
          </p>
        </div>
      ))}
      <button type="button" className="quiet-button" onClick={onDismiss}>
        Dismiss
      </button>
    </div>
  );
}
