/** The left rail: the cell's cross-section, its files, its cycles. */
import { onlySpectra, type Story, type StoryFile } from "@thioscope/core/story";
import { countText, mountCrossSection, mountCycleList, mountSpectrumList, type StudyModel } from "@thioscope/views";
import { useCursorFile } from "../useCursorFile.ts";
import { View } from "../View.tsx";
import { Rich } from "./Header.tsx";

/** "61 spectra", "46 102 rows", or both. */
function amountOf(file: StoryFile): string {
  const n = file.impedance?.spectra.length ?? 0;
  const spectra = n === 1 ? `1 spectrum, ${countText(file.impedance?.spectra[0]?.row.length ?? 0)} points` : `${countText(n)} spectra`;
  const rows = `${countText(file.rows)} rows`;
  return n === 0 ? rows : onlySpectra(file) ? spectra : `${rows}, ${spectra}`;
}

/** Files of other areas than cycling: a line for what each source holds. */
function partFiles({ parts }: Story): { name: string; more: number; title: string }[] {
  const seen = new Set<string>();
  return parts.flatMap(({ files, title }) => {
    const [first] = files;
    const key = files.map(({ name, hash }) => hash ?? name).join("\n");
    if (!first || seen.has(key)) return [];
    seen.add(key);
    return [{ name: first.name, more: files.length - 1, title }];
  });
}

interface RailProps {
  story: Story;
  model: StudyModel;
  /** of the files that were read here */
  names: readonly string[];
  onAdd(): void;
}

export function Rail({ story, model, names, onAdd }: RailProps): React.JSX.Element {
  const place = useCursorFile(model.cursor);
  const shown = story.files[place];
  const told = new Set([...story.files, ...story.parts.flatMap(({ files }) => files)].map(({ name }) => name));
  const spectra = shown?.impedance?.spectra.length ?? 0;
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
              <button type="button" aria-pressed={place === i} onClick={() => model.cursor.set({ file: i })}>
                <span className="file-name" title={file.name}>
                  {file.name}
                </span>
                <span className="file-what">
                  {file.technique}, {amountOf(file)}
                  {file.notices.length > 0 && `, ${file.notices.length} ${file.notices.length === 1 ? "notice" : "notices"}`}
                </span>
              </button>
            </li>
          ))}
          {partFiles(story).map(({ name, more, title }) => (
            <li key={`${name} ${title}`} className="rail-part-file">
              <span className="file-name" title={name}>
                {name}
              </span>
              <span className="file-what">
                {title}
                {more > 0 && `, and ${more} more`}
              </span>
            </li>
          ))}
          {names
            .filter((name) => !told.has(name))
            .map((name) => (
              <li key={name} className="rail-part-file">
                <span className="file-name" title={name}>
                  {name}
                </span>
                <span className="file-what">helps to read the others, or has no result yet</span>
              </li>
            ))}
        </ul>
      </section>
      {spectra > 1 && (
        <section className="rail-cycles">
          <h2>Spectra</h2>
          <View mount={mountSpectrumList} model={model} />
        </section>
      )}
      {shown && !onlySpectra(shown) && (
        <section className="rail-cycles">
          <h2>Cycles</h2>
          <View mount={mountCycleList} model={model} />
        </section>
      )}
    </aside>
  );
}
