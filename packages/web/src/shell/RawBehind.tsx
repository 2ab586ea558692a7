/** The raw data behind a point of a plot: which file and what of it, shown as it was measured, with its neighbours a key away. */
import type { ExpectedRing } from "@thioscope/core/diffraction";
import type { Story } from "@thioscope/core/story";
import {
  createCursor,
  type DataTable,
  mountOwnTable,
  mountParts,
  type OwnTable,
  PART_VIEWS,
  type PanelModel,
  type RawPlace,
} from "@thioscope/views";
import { useEffect, useMemo, useRef, useState } from "react";
import type { LookWish, RawLook, RawRows } from "../look.ts";
import type { Session } from "../session.ts";
import { View } from "../View.tsx";

type Shown = { place: RawPlace; look: RawLook } | { place: RawPlace; error: string } | null;

/** What the study knows of its frames: the geometry, and where the rings of its phases lie. */
function wishOf({ frame, row }: RawPlace, story: Story): LookWish {
  const parts = story.parts.flatMap((part) => (part.kind === "diffraction" ? [part] : []));
  const poni = parts.find(({ calibration }) => calibration)?.calibration?.poni;
  const rings = parts
    .flatMap(({ phaseMaps }) => phaseMaps)
    .flatMap(({ phase, reflections }) =>
      reflections.map(({ label, twoThetaDegree }): ExpectedRing => ({ phase, label: label.replace(`${phase} `, ""), twoThetaDegree })),
    );
  return {
    ...(frame === undefined ? {} : { frame }),
    ...(row === undefined ? {} : { row }),
    ...(frame !== undefined && poni !== undefined ? { poni, rings } : {}),
  };
}

const STEPS = [
  { label: "←", title: "before", key: "ArrowLeft", alongX: -1, alongY: 0 },
  { label: "→", title: "after", key: "ArrowRight", alongX: 1, alongY: 0 },
  { label: "↑", title: "above", key: "ArrowUp", alongX: 0, alongY: 1 },
  { label: "↓", title: "below", key: "ArrowDown", alongX: 0, alongY: -1 },
] as const;

export default function RawBehind({
  first,
  story,
  session,
  onClose,
}: {
  first: RawPlace;
  story: Story;
  session: Session;
  onClose(): void;
}): React.JSX.Element {
  const [place, setPlace] = useState(first);
  const [shown, setShown] = useState<Shown>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const { lookAt } = session;
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    let alive = true;
    lookAt(place.file, wishOf(place, story)).then(
      (look) => alive && setShown({ place, look }),
      (error: unknown) => alive && setShown({ place, error: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      alive = false;
    };
  }, [place, story, lookAt]);
  const { file, frame, row, about, neighbour } = place;
  const steps = STEPS.map((step) => ({ ...step, to: neighbour?.(step.alongX, step.alongY) ?? null }));
  const what = [about, frame === undefined ? null : `frame ${frame}`, row === undefined ? null : `row ${row}`].filter(Boolean).join(", ");
  return (
    <dialog
      ref={dialog}
      className="behind"
      aria-label="Raw data"
      onClose={onClose}
      onKeyDown={(event) => {
        const step = steps.find(({ key }) => key === event.key);
        if (event.key === "Escape") onClose();
        else if (step?.to && !(event.target as Element).closest("select, [role=menu], .ts-table-scroll")) setPlace(step.to);
        else return;
        event.preventDefault();
      }}
    >
      <header>
        <h2>{file.name}</h2>
        <p className="behind-what" role="status">
          {what}
          {shown && shown.place !== place && ", reading"}
        </p>
        {neighbour &&
          steps.map(({ label, title, to }) => (
            <button
              key={title}
              type="button"
              className="quiet-button"
              title={title}
              aria-label={title}
              disabled={!to}
              onClick={() => to && setPlace(to)}
            >
              {label}
            </button>
          ))}
        <button type="button" className="quiet-button" onClick={onClose}>
          Close
        </button>
      </header>
      {file.hash && <p className="behind-hash">sha-256 {file.hash}</p>}
      {shown === null ? (
        <div className="behind-wait" aria-busy="true" />
      ) : "error" in shown ? (
        <p className="refused" role="alert">
          {shown.error}
        </p>
      ) : shown.look.what === "rows" ? (
        <Rows rows={shown.look} place={shown.place} />
      ) : (
        <Parts story={shown.look.story} />
      )}
    </dialog>
  );
}

function Rows({ rows, place }: { rows: RawRows; place: RawPlace }): React.JSX.Element {
  const model = useMemo((): OwnTable => {
    const numbers = Array.from({ length: rows.columns[0]?.values.length ?? 0 }, (_, i) => String(rows.first + i));
    const table: DataTable = {
      columns: [{ name: "row", unit: "", values: numbers }, ...rows.columns],
      notes: [
        `${numbers.length} of ${rows.rows} rows; ${rows.technique}, read as ${rows.format}; names and units are the instrument's where it has its own.`,
      ],
    };
    return {
      id: "raw-rows",
      title: "Rows of the file",
      name: `${place.file.name.replace(/[^\w.-]+/g, "_")}-rows`,
      table,
      command: `thioscope convert ${place.file.name} -o rows.csv`,
      python: (csv) =>
        `import pandas as pd\n\ndata = pd.read_csv(${JSON.stringify(csv)}, skiprows=[1])  # line 2 holds the units\nprint(data)\n`,
      marked: (place.row ?? rows.first) - rows.first,
    };
  }, [rows, place]);
  return <View mount={mountOwnTable} model={model} />;
}

function Parts({ story }: { story: Story }): React.JSX.Element {
  const cursor = useMemo(() => createCursor(), []);
  const panels = useMemo(() => {
    const study = { story, cursor };
    return [...new Set(story.parts.map(({ kind }) => PART_VIEWS[kind].panel))].map((panel): PanelModel => ({ panel, study }));
  }, [story, cursor]);
  return (
    <>
      {panels.map((model) => (
        <View key={model.panel} mount={mountParts} model={model} />
      ))}
    </>
  );
}
