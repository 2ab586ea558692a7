/** The left rail: the cell's cross-section, its files, its cycles. */
import type { Story } from "@thioscope/core/story";
import { countText, mountCrossSection, mountCycleList, type StudyModel } from "@thioscope/views";
import { useCursorState } from "../useCursorState.ts";
import { View } from "../View.tsx";
import { Rich } from "./Header.tsx";

export function Rail({ story, model, onAdd }: { story: Story; model: StudyModel; onAdd(): void }): React.JSX.Element {
  const state = useCursorState(model.cursor);
  return (
    <aside className="rail" aria-label="Cell, files and cycles">
      <section>
        <h2>Cell</h2>
        {story.cell ? (
          <>
            <p className="cell-name">
              <Rich text={story.cell.name} />
            </p>
            <View mount={mountCrossSection} model={story.cell} />
          </>
        ) : (
          <p className="rail-hint">
            Drop a <code>cell.yaml</code> for masses, loadings and the cross-section. Until then capacities are in mAh.
          </p>
        )}
      </section>
      <section>
        <h2>
          Files
          <button type="button" className="add" onClick={onAdd} title="Add raw files (o)">
            add…
          </button>
        </h2>
        <ul className="rail-files">
          {story.files.map((file, i) => (
            <li key={file.hash ?? `${file.name}-${i}`}>
              <button type="button" aria-pressed={state.file === i} onClick={() => model.cursor.set({ file: i })}>
                <span className="file-name" title={file.name}>
                  {file.name}
                </span>
                <span className="file-what">
                  {file.technique}, {countText(file.rows)} rows
                  {file.notices.length > 0 && `, ${file.notices.length} ${file.notices.length === 1 ? "notice" : "notices"}`}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      <section className="rail-cycles">
        <h2>Cycles</h2>
        <View mount={mountCycleList} model={model} />
      </section>
    </aside>
  );
}
