/** The page: header, rail, panels; one cursor under all of them. */

import { onlySpectra, type StoryFile } from "@thioscope/core/story";
import {
  answerText,
  isTyping,
  mountCellCard,
  mountFiles,
  mountImpedance,
  mountMethods,
  mountOperando,
  mountParts,
  mountProvenance,
  mountStudy,
  mountTimeline,
  PART_VIEWS,
  type PanelModel,
  partsOf,
  type RawPlace,
  rowsOfHash,
  type StudyModel,
  showRows,
  studyKey,
  unitText,
} from "@thioscope/views";
import { lazy, Suspense, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { createSolver } from "./models.ts";
import { isPartPanel, PANELS, type Panel } from "./panels.ts";
import { type Opened, type Session, useSession } from "./session.ts";
import { DropZone } from "./shell/DropZone.tsx";
import { Header, toggleTheme } from "./shell/Header.tsx";
import { Help } from "./shell/Help.tsx";
import { type Entry, Palette } from "./shell/Palette.tsx";
import { Rail } from "./shell/Rail.tsx";
import { Failures, ReadingBar } from "./shell/Reading.tsx";
import { useCursorFile } from "./useCursorFile.ts";
import { useDrop } from "./useDrop.ts";
import { type RecipeState, useRecipe } from "./useRecipe.ts";
import { View } from "./View.tsx";

// forms with the definitions of all steps: loaded when they are wanted
const Adjust = lazy(() => import("./shell/Adjust.tsx"));
const Cells = lazy(() => import("./shell/Cells.tsx"));
const Commands = lazy(() => import("./shell/Commands.tsx"));
const RawBehind = lazy(() => import("./shell/RawBehind.tsx"));

const solver = createSolver();

/** What was measured while the cell ran stands under the run. */
const mountRun = (element: HTMLElement, model: StudyModel): ReturnType<typeof mountStudy> => mountStudy(element, model, mountOperando);

const panelOfHash = (): Panel => PANELS.find(({ id }) => `#${id}` === location.hash)?.id ?? "study";

export function App(): React.JSX.Element {
  const session = useSession();
  const [panel, setPanel] = useState<Panel>(panelOfHash);
  const [box, setBox] = useState<"search" | "help" | null>(null);
  const [behind, setBehind] = useState<RawPlace | null>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const dropping = useDrop(session.drop);
  const { opened } = session;
  const recipe = useRecipe(session);
  const { commands } = session;
  const [dismissed, setDismissed] = useState<unknown>(null);
  const failures = useMemo(
    () => [
      ...session.failures,
      ...(dismissed === recipe.failures ? [] : recipe.failures.map((one) => ({ ...one, ofStep: true as const }))),
    ],
    [session.failures, recipe.failures, dismissed],
  );
  const dismiss = (): void => {
    session.dismiss();
    setDismissed(recipe.failures);
  };
  const { findPeaks, findRings } = session;
  const model = useMemo<StudyModel | null>(
    () =>
      opened && {
        story: opened.story,
        cursor: opened.cursor,
        solver,
        openRaw: setBehind,
        ...(findPeaks ? { findPeaks } : {}),
        ...(findRings ? { findRings } : {}),
      },
    [opened, findPeaks, findRings],
  );
  const offered = useMemo(
    () =>
      PANELS.filter(({ id }) => {
        if (id === "adjust") return recipe.groups.length > 0;
        if (id === "commands") return commands !== null;
        if (id === "impedance") return !model || model.story.files.some((file) => file.impedance !== null);
        return !isPartPanel(id) || (model !== null && partsOf(model.story, id).length > 0);
      }),
    [model, recipe.groups, commands],
  );
  const shown = useShownPanel(offered.some(({ id }) => id === panel) ? panel : "study", model);

  useEffect(() => {
    const follow = (): void => setPanel(panelOfHash());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  // an address may name rows: they are shown as soon as there is a story
  useEffect(() => {
    const show = (): void => {
      const rows = rowsOfHash(location.hash);
      if (model && rows && rows.file < model.story.files.length) showRows(model, rows);
    };
    show();
    addEventListener("hashchange", show);
    return () => removeEventListener("hashchange", show);
  }, [model]);
  const go = (next: Panel): void => {
    history.replaceState(null, "", next === "study" ? location.pathname + location.search : `#${next}`);
    setPanel(next);
    // a panel shows a file that holds something for it
    if (model) lookFor(next, model);
  };
  useEffect(() => {
    document.title = opened ? `${opened.story.title} · Thioscope` : "Thioscope";
  }, [opened]);

  // the handler of the last commit, so that no key falls between two renders
  const onKey = useRef<(event: KeyboardEvent) => void>(() => undefined);
  useLayoutEffect(() => {
    onKey.current = (event) => {
      if (event.defaultPrevented || box !== null || behind !== null || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey)
        return;
      const chosen = offered.find(({ key }) => key === event.key);
      if (event.key === "?") setBox("help");
      else if (event.key === "t") toggleTheme();
      else if (event.key === "o") chooser.current?.click();
      else if (event.key === "/" && model) setBox("search");
      else if (chosen && model) go(chosen.id);
      else if (event.key === "r" && model) setBehind(rowAtCursor(model));
      else if (!(model && studyKey(model, event, shown === "impedance" ? "spectrum" : "half cycle"))) return;
      event.preventDefault();
    };
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKey.current(event);
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);

  return (
    <div className={dropping ? "app dropping" : "app"}>
      <Header
        title={opened?.story.title ?? null}
        panel={shown}
        panels={offered}
        onPanel={go}
        onSearch={() => setBox("search")}
        onHelp={() => setBox("help")}
        servedTitle={opened?.local && session.served ? session.served.title : null}
        onServed={session.showServed}
      />
      {session.progress && <ReadingBar progress={session.progress} onCancel={session.cancel} />}
      <Failures failures={failures} onDismiss={dismiss} onAdjust={() => go("adjust")} />
      {model && opened ? (
        <div className="work">
          <Rail story={opened.story} model={model} names={session.names} onAdd={() => chooser.current?.click()} />
          <main className="panel">
            <PanelBody panel={shown} opened={opened} model={model} session={session} recipe={recipe} />
          </main>
        </div>
      ) : session.asking || session.progress ? (
        <Skeleton />
      ) : (
        <DropZone onFiles={session.drop} formats={session.formats} />
      )}
      <input
        ref={chooser}
        type="file"
        multiple
        className="ts-hidden"
        tabIndex={-1}
        aria-label="Add raw files"
        onChange={(event) => {
          if (event.target.files) session.drop(event.target.files);
          event.target.value = "";
        }}
      />
      {behind && opened && (
        <Suspense fallback={null}>
          <RawBehind first={behind} story={opened.story} session={session} onClose={() => setBehind(null)} />
        </Suspense>
      )}
      {box === "help" && <Help panels={offered} onClose={() => setBox(null)} />}
      {box === "search" && model && opened && (
        <Palette
          entries={entriesOf(opened, model, { go, offered, openFiles: () => chooser.current?.click() })}
          onClose={() => setBox(null)}
        />
      )}
    </div>
  );
}

function PanelBody({
  panel,
  opened,
  model,
  session,
  recipe,
}: {
  panel: Panel;
  opened: Opened;
  model: StudyModel;
  session: Session;
  recipe: RecipeState;
}): React.JSX.Element {
  const { story } = opened;
  if (panel === "adjust") {
    return (
      <Suspense fallback={null}>
        <Adjust recipe={recipe} />
      </Suspense>
    );
  }
  if (panel === "commands" && session.commands) {
    return (
      <Suspense fallback={null}>
        <Commands offered={session.commands} />
      </Suspense>
    );
  }
  if (panel === "files") {
    return (
      <>
        <View mount={mountTimeline} model={model} />
        <View mount={mountFiles} model={model} />
        <View mount={mountMethods} model={model} />
        <View mount={mountProvenance} model={model} />
      </>
    );
  }
  if (panel === "cells") {
    const explore = (
      <Suspense key="explore" fallback={null}>
        <Cells key={story.title} story={story} hasDatabase={session.served?.mode === "study" && !opened.local} />
      </Suspense>
    );
    const card = story.cell ? (
      <View key="card" mount={mountCellCard} model={story.cell} />
    ) : (
      <section key="card" className="ts-view">
        <header className="ts-head">
          <h3>Cell</h3>
        </header>
        <p className="ts-nothing">No cell file is known: drop a cell.yaml here for masses, loadings, C-rate and N/P.</p>
      </section>
    );
    // several cells are compared first; of one its description comes first
    const isMany = story.files.filter((file) => file.halfCycles.length > 0).length > 1;
    return <div className="cells">{isMany ? [explore, card] : [card, explore]}</div>;
  }
  if (panel === "impedance") return <View mount={mountImpedance} model={model} />;
  if (isPartPanel(panel)) return <PartsPanel key={panel} panel={panel} study={model} />;
  return <View mount={mountRun} model={model} />;
}

function PartsPanel({ panel, study }: PanelModel): React.JSX.Element {
  const model = useMemo(() => ({ panel, study }), [panel, study]);
  return <View mount={mountParts} model={model} />;
}

/** Study and Impedance follow the file: one of spectra alone has no run to show, one without spectra no impedance. */
function useShownPanel(panel: Panel, model: StudyModel | null): Panel {
  const place = useCursorFile(model?.cursor ?? null);
  const file = model && place !== null ? model.story.files[place] : undefined;
  // a study without a cycler's file is told by its parts; one of which no step has come to an end, by what can be set
  if (!file) {
    const [part] = model?.story.parts ?? [];
    return panel !== "study" || !model ? panel : part ? PART_VIEWS[part.kind].panel : "adjust";
  }
  if (panel === "study" && onlySpectra(file)) return "impedance";
  const others = model?.story.files.some((other) => other.impedance !== null);
  return panel === "impedance" && !file.impedance && others ? "study" : panel;
}

/** The row under the cursor of the run; null where there is none. */
function rowAtCursor({ story, cursor }: StudyModel): RawPlace | null {
  const { file, row } = cursor.state;
  const found = story.files[file];
  return found && row !== null ? { file: { name: found.name, hash: found.hash }, row } : null;
}

/** Puts the cursor into a file that the panel can show, if there is one. */
function lookFor(panel: Panel, { story, cursor }: StudyModel): void {
  if (panel !== "study" && panel !== "impedance") return;
  const fits = (file: StoryFile | undefined): boolean =>
    file !== undefined && (panel === "study" ? !onlySpectra(file) : file.impedance !== null);
  if (fits(story.files[cursor.state.file])) return;
  const file = story.files.findIndex(fits);
  if (file >= 0) cursor.set({ file });
}

/** The page's shape while it is not yet known what there is to show: nothing jumps when it comes. */
function Skeleton(): React.JSX.Element {
  return (
    <div className="work skeleton" aria-busy="true">
      <aside className="rail" />
      <main className="panel">
        <div />
        <div />
        <div />
      </main>
    </div>
  );
}

interface Ways {
  go(panel: Panel): void;
  offered: readonly (typeof PANELS)[number][];
  openFiles(): void;
}

function entriesOf(opened: Opened, model: StudyModel, { go, offered, openFiles }: Ways): Entry[] {
  const { story, cursor } = opened;
  const file = story.files[cursor.state.file];
  const entries: Entry[] = offered.map(({ id, name }) => ({ kind: "panel", text: name, run: () => go(id) }));
  entries.push(
    { kind: "action", text: "Show the whole run", run: () => cursor.set({ brush: null, pinned: false }) },
    { kind: "action", text: "Light or dark", run: toggleTheme },
    { kind: "action", text: "Open raw files", run: openFiles },
  );
  for (const [i, basis] of (file?.bases ?? []).entries()) {
    entries.push({
      kind: "unit",
      text: `Capacity ${basis.label.replace(/^Capacity$/, "")} in ${unitText(basis.unit)}`,
      run: () => cursor.set({ basis: i }),
    });
  }
  for (const [i, { name, technique }] of story.files.entries()) {
    entries.push({ kind: "file", text: `${name}, ${technique}`, run: () => cursor.set({ file: i }) });
  }
  for (const [k, spectrum] of (file?.impedance?.spectra ?? []).entries()) {
    entries.push({
      kind: "spectrum",
      text: `Spectrum ${k + 1}, ${spectrum.name}`,
      run() {
        go("impedance");
        showRows(model, spectrum.rows);
      },
    });
  }
  for (const row of file?.cycleTable ?? []) {
    entries.push({
      kind: "cycle",
      text: `Cycle ${row.cycle}, discharge ${answerText(row.dischargeCapacity)}`,
      run() {
        go("study");
        showRows(model, row.rows);
      },
    });
  }
  for (const sentence of story.sentences) {
    const text = sentence.parts.map((part) => (typeof part === "string" ? part : answerText(part.quantity))).join("");
    const from = sentence.parts.map((part) => (typeof part === "string" ? undefined : part.from)).find((x) => x !== undefined);
    const part = sentence.about?.what === "part" ? story.parts[sentence.about.part] : undefined;
    if (!from && !part) continue;
    entries.push({
      kind: "story",
      text,
      run() {
        go(part ? PART_VIEWS[part.kind].panel : sentence.about ? "impedance" : "study");
        if (from) showRows(model, from);
      },
    });
  }
  for (const line of story.cell?.lines ?? []) {
    entries.push({ kind: "cell", text: `${line.label}: ${answerText(line.answer)}`, run: () => go("cells") });
  }
  return entries;
}
