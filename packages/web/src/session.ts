/** Where the story comes from: a server's study, raw files a server names, or files dropped here. */
import { currentStory, fromDifferences, type Story } from "@thioscope/core/story";
import type { Changes, RecipeGroup } from "@thioscope/study/quick";
import { type CalibrationWish, type Cursor, createCursor, offerTableFiles, type RawPlace } from "@thioscope/views";
import { useCallback, useEffect, useRef, useState } from "react";
import type { LookWish, RawLook } from "./look.ts";
import { createReader, type Reading } from "./reader.ts";
import type { Failure, KnownFormat, Progress, RawFile } from "./readerApi.ts";
import type { Offered } from "./shell/Commands.tsx";

/** `GET api/study`. */
interface ServedStudy {
  title: string;
  mode: "study" | "files";
  files: { name: string; size: number; url: string }[];
  /** where the story is; null or absent where it is made here, from the files */
  story?: string | null;
}

export interface Opened {
  story: Story;
  cursor: Cursor;
  /** true for files that were read here and are nowhere else */
  local: boolean;
}

export interface Session {
  /** null while there is nothing to show */
  opened: Opened | null;
  served: ServedStudy | null;
  /** what is being read now */
  progress: (Progress & { startedAt: number }) | null;
  failures: Failure[];
  /** true until it is known whether a server has something */
  asking: boolean;
  formats(): Promise<KnownFormat[]>;
  drop(files: Iterable<File>): void;
  /** has the peaks of a file's dQ/dV found; null where the story was not made here */
  findPeaks: ((file: number) => void) | null;
  /** has a calibrant's rings found in a dropped frame; null where the story was not made here */
  findRings: ((wish: CalibrationWish) => void) | null;
  /** the raw data behind a point, wherever its file is */
  lookAt(file: RawPlace["file"], wish: LookWish): Promise<RawLook>;
  /** names of the files that were read here */
  names: readonly string[];
  /** sources and steps of the files that were read here, with everything that can be said of them */
  groups: readonly RecipeGroup[];
  /** runs the steps of the files that were read here with these settings */
  change(changes: Changes): void;
  /** what the server runs of the program over the study's files; null where it runs none */
  commands: Offered | null;
  /** fetches the served study again, after it was run */
  refresh(): Promise<void>;
  cancel(): void;
  dismiss(): void;
  /** back to what the server holds */
  showServed(): void;
}

interface AtHand {
  /** all that was given here, with what is being read now */
  files: readonly RawFile[];
  /** of them, those that the last reading came to an end with */
  read: readonly RawFile[];
  ids: number[];
  cell: RawFile | null;
  next: number;
}

/** Raw files of a served study that are kept for the next look at them. */
const MOST_FETCHED = 4;

const READER = createReader();
offerTableFiles(READER.write);

/** JSON with its columns as differences: so the server packs a story over a network. */
const DIFFERENCES = "application/vnd.thioscope.differences+json";

/** A cursor in the first file that holds a run: spectra of impedance have a panel of their own. */
function cursorAtRun({ files }: Story): Cursor {
  const cursor = createCursor();
  const file = files.findIndex((one) => one.halfCycles.length > 0);
  if (file > 0) cursor.set({ file });
  return cursor;
}

const isCellFile = (name: string): boolean => /\.ya?ml$/i.test(name);

async function getJson<T>(url: string): Promise<T | null> {
  return (await getTagged<T>(url, null))?.content ?? null;
}

/** With the tag of what came; content is null where it is still what `known` names. */
async function getTagged<T>(url: string, known: string | null): Promise<{ content: T | null; tag: string | null } | null> {
  try {
    const response = await fetch(url, {
      headers: { accept: `${DIFFERENCES}, application/json`, ...(known === null ? {} : { "if-none-match": known }) },
    });
    if (response.status === 304) return { content: null, tag: known };
    const type = response.headers.get("content-type") ?? "";
    if (!response.ok || !type.includes("json")) return null;
    const sent = await response.json();
    return { content: (type.includes(DIFFERENCES) ? fromDifferences(sent) : sent) as T, tag: response.headers.get("etag") };
  } catch {
    // no server: a static build, or a file opened from disk
    return null;
  }
}

export function useSession(): Session {
  const [opened, setOpened] = useState<Opened | null>(null);
  const [served, setServed] = useState<ServedStudy | null>(null);
  const [progress, setProgress] = useState<Session["progress"]>(null);
  const [failures, setFailures] = useState<Failure[]>([]);
  const [commands, setCommands] = useState<Offered | null>(null);
  const [asking, setAsking] = useState(true);
  const [groups, setGroups] = useState<readonly RecipeGroup[]>([]);
  const reader = useRef(READER);
  const reading = useRef<Reading | null>(null);
  const raw = useRef<AtHand>({ files: [], read: [], ids: [], cell: null, next: 1 });
  const servedStory = useRef<Opened | null>(null);
  const servedTag = useRef<string | null>(null);

  const open = useCallback((story: Story, local: boolean, known?: Cursor): Opened => {
    const cursor = known ?? cursorAtRun(story);
    const next = { story, cursor, local };
    setOpened(next);
    return next;
  }, []);

  const readAll = useCallback(
    async (title: string | null, added: RawFile[], cell: RawFile | null, local: boolean, cursor?: Cursor): Promise<void> => {
      reading.current?.cancel();
      const files = [...raw.current.files, ...added];
      // the next files may come before these are read
      raw.current.files = files;
      const startedAt = performance.now();
      setFailures([]);
      if (added.length > 0) setProgress({ file: 1, files: added.length, name: added[0]!.name, done: 0, total: 0, label: "", startedAt });
      const current = reader.current.read(title, files, cell, (p) => {
        // what was still on its way when the reading was cancelled is no news
        if (reading.current === current) setProgress({ ...p, startedAt });
      });
      reading.current = current;
      try {
        const { story, ids, failures: failed, groups: found } = await current.result;
        if (reading.current !== current) return;
        setFailures(failed);
        const bad = new Set(failed.flatMap(({ name, ofStep }) => (ofStep ? [] : [name])));
        // a file that cannot be read is told of once and not tried again
        raw.current.files = files.filter((file) => !bad.has(file.name));
        raw.current.read = raw.current.files;
        raw.current.ids = ids;
        setGroups(found);
        raw.current.cell = cell && !bad.has(cell.name) ? cell : raw.current.cell;
        if (story) {
          const next = open(story, local, cursor);
          if (!local) servedStory.current = next;
        }
      } catch (error) {
        if (reading.current === current && !(error instanceof Error && error.message === "cancelled")) {
          setFailures([
            { name: files.at(-1)?.name ?? "file", code: "FILE_DAMAGED", message: error instanceof Error ? error.message : String(error) },
          ]);
        }
      } finally {
        if (reading.current === current) {
          reading.current = null;
          setProgress(null);
        }
      }
    },
    [open],
  );

  useEffect(() => {
    let alive = true;
    (async () => {
      const study = await getJson<ServedStudy>("api/study");
      if (!alive) return;
      setServed(study);
      const story = study?.story ? await getTagged<Story>("api/story", null) : null;
      if (story?.content) {
        if (!alive) return;
        servedStory.current = open(currentStory(story.content), false);
        servedTag.current = story.tag;
      } else if (study && study.files.length > 0) {
        const failed: Failure[] = [];
        const files: RawFile[] = [];
        for (const { name, url } of study.files) {
          const response = await fetch(url).catch(() => null);
          if (response?.ok) files.push({ id: raw.current.next++, name, content: await response.blob() });
          else
            failed.push({ name, code: "FILE_MISSING", message: `the server does not give this file (${response?.status ?? "no answer"})` });
        }
        if (!alive) return;
        const cell = files.find((file) => isCellFile(file.name)) ?? null;
        await readAll(
          study.title,
          files.filter((file) => file !== cell),
          cell,
          false,
        );
        if (failed.length > 0) setFailures((before) => [...before, ...failed]);
      }
      if (alive) setAsking(false);
      // after what is shown first
      const offered = study?.mode === "study" ? await getJson<Offered>("api/commands") : null;
      if (alive && Array.isArray(offered?.commands)) setCommands(offered);
    })();
    return () => {
      alive = false;
    };
  }, [open, readAll]);

  const drop = useCallback(
    (list: Iterable<File>) => {
      const added: RawFile[] = [];
      let { cell } = raw.current;
      for (const file of list) {
        const item = { id: raw.current.next++, name: file.name, content: file };
        if (isCellFile(file.name)) cell = item;
        else added.push(item);
      }
      if (added.length === 0 && cell === raw.current.cell) return;
      void readAll(null, added, cell, true);
    },
    [readAll],
  );

  const findPeaks = useCallback(
    (file: number) => {
      const id = raw.current.ids[file];
      if (id === undefined || !opened) return;
      reader.current.findPeaks(id);
      void readAll(opened.story.title, [], raw.current.cell, opened.local, opened.cursor);
    },
    [opened, readAll],
  );

  const findRings = useCallback(
    (wish: CalibrationWish) => {
      if (!opened) return;
      reader.current.findRings(wish);
      void readAll(opened.story.title, [], raw.current.cell, opened.local, opened.cursor);
    },
    [opened, readAll],
  );

  const change = useCallback(
    (changes: Changes) => {
      if (!opened) return;
      reader.current.change(changes);
      void readAll(opened.story.title, [], raw.current.cell, opened.local, opened.cursor);
    },
    [opened, readAll],
  );

  const refresh = useCallback(async () => {
    const found = await getTagged<Story>("api/story", servedTag.current);
    const before = servedStory.current;
    // the cursor stays where it was: only what it points at is new
    const story = found?.content ? currentStory(found.content) : before?.story;
    if (!found || !story) return;
    servedStory.current = open(story, false, before?.cursor);
    servedTag.current = found.tag;
  }, [open]);

  const fetched = useRef<{ key: string; file: RawFile }[]>([]);
  const lookAt = useCallback(
    async ({ name, hash }: RawPlace["file"], wish: LookWish): Promise<RawLook> => {
      const key = hash ?? name;
      const own = opened?.local ? raw.current.files.find((file) => file.name === name) : undefined;
      let file = own ?? fetched.current.find((one) => one.key === key)?.file;
      if (!file) {
        const named = served?.files.find((one) => one.name === name)?.url;
        const url = hash ? `api/raw/sha256/${hash}` : named;
        const response = url === undefined ? null : await fetch(url).catch(() => null);
        if (!response?.ok) throw new Error(`${name} is not at hand: raw files are read from the folder of the study`);
        file = { id: raw.current.next++, name, content: await response.blob() };
        fetched.current = [{ key, file }, ...fetched.current].slice(0, MOST_FETCHED);
      }
      return reader.current.look(file, wish);
    },
    [opened, served],
  );

  const formats = useCallback(() => reader.current.formats(), []);

  const readHere = raw.current.files.length > 0 && opened !== null && (opened.local || !served?.story);
  return {
    opened,
    served,
    progress,
    failures,
    asking,
    formats,
    drop,
    findPeaks: readHere ? findPeaks : null,
    findRings: readHere ? findRings : null,
    lookAt,
    commands: opened?.local ? null : commands,
    names: opened?.local ? raw.current.read.map(({ name }) => name) : [],
    groups: opened?.local ? groups : [],
    change,
    refresh,
    cancel() {
      reading.current?.cancel();
      reading.current = null;
      raw.current.files = raw.current.read;
      setProgress(null);
    },
    dismiss: () => setFailures([]),
    showServed() {
      if (servedStory.current) setOpened(servedStory.current);
    },
  };
}
