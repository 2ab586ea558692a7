/** Nothing open yet: what can be opened, and how. */
import { useEffect, useRef, useState } from "react";
import type { KnownFormat } from "../readerApi.ts";

const COMMANDS: readonly (readonly [string, string])[] = [
  ["thioscope open C09.mpr", "a raw file in this page"],
  ["thioscope cycles C09.mpr --cell cell.yaml", "capacities per gram and per area"],
  ["thioscope eis fit cell.mpr", "a circuit fitted to each spectrum, without starting values"],
  ["thioscope new beamtime --from raw/", "a study from a folder of files"],
  ["npm start", "an example: the operando Na–S cell"],
];

export function DropZone({
  onFiles,
  formats,
}: {
  onFiles(files: Iterable<File>): void;
  formats(): Promise<KnownFormat[]>;
}): React.JSX.Element {
  const [known, setKnown] = useState<KnownFormat[]>([]);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    let alive = true;
    formats().then(
      (list) => {
        if (alive) setKnown(list);
      },
      () => undefined,
    );
    return () => {
      alive = false;
    };
  }, [formats]);
  return (
    <main className="welcome">
      <div className="welcome-in">
        <h1>What did the cell do?</h1>
        <p className="lead">
          Open raw files of a cycler, a potentiostat, a beamline or a spectrometer and see cycles, dQ/dV, impedance, diffraction and
          spectra, every number with its error and its rows. They are read here, in the browser; nothing leaves this machine.
        </p>
        <div className="dropzone">
          <p className="drop-here">Drop raw files here, with a cell.yaml if there is one</p>
          <button type="button" className="choose" onClick={() => input.current?.click()}>
            Choose files…
          </button>
          <input
            ref={input}
            type="file"
            multiple
            className="ts-hidden"
            tabIndex={-1}
            aria-label="Raw files"
            onChange={(event) => {
              if (event.target.files) onFiles(event.target.files);
              event.target.value = "";
            }}
          />
        </div>
        <div className="teach">
          <section aria-label="Formats">
            <h2>Read by content, whatever the ending</h2>
            <ul className="formats">
              {known.map(({ title, endings }) => (
                <li key={title}>
                  <span>{title}</span>
                  <code>{endings.join(" ")}</code>
                </li>
              ))}
            </ul>
          </section>
          <section aria-label="Commands">
            <h2>The same from a terminal</h2>
            <dl className="commands">
              {COMMANDS.map(([command, what]) => (
                <div key={command}>
                  <dt>
                    <code>{command}</code>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
            <h2>With a cell.yaml</h2>
            <pre className="yaml">{`name: S|NPS cell 12
diameter: 10 mm
layers:
  - role: anode
    composition: { Na15Sn4: 80 wt%, C: 20 wt% }
    mass: 100 mg
  - role: separator
    composition: { Na3PS4: 100 wt% }
    mass: 80 mg
  - role: cathode
    composition: { S: 33 wt%, C: 17 wt%, Na3PS4: 50 wt% }
    mass: 5 mg
    active: S`}</pre>
          </section>
        </div>
      </div>
    </main>
  );
}
