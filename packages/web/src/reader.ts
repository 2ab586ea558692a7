/** The page's side of the worker: reads raw files off the main thread; cancelling ends the worker for good. */

import type { Changes } from "@thioscope/study/quick";
import type { CalibrationWish, TableWriter } from "@thioscope/views";
import { proxy, type Remote, wrap } from "comlink";
import type { LookWish, RawLook } from "./look.ts";
import type { KnownFormat, Progress, RawFile, ReaderApi, ReadResult } from "./readerApi.ts";

export interface Reading {
  result: Promise<ReadResult>;
  cancel(): void;
}

export interface FileReaderClient {
  formats(): Promise<KnownFormat[]>;
  read(title: string | null, files: RawFile[], cell: RawFile | null, onProgress: (progress: Progress) => void): Reading;
  /** the raw data behind a point */
  look(file: RawFile, wish: LookWish): Promise<RawLook>;
  /** what a view shows as a file */
  write: TableWriter;
  /** has the next reading find the peaks of this file's dQ/dV */
  findPeaks(id: number): void;
  /** has the next reading find a calibrant's rings */
  findRings(wish: CalibrationWish): void;
  /** has the next reading run the steps with these settings */
  change(changes: Changes): void;
}

export function createReader(): FileReaderClient {
  let worker: Worker | null = null;
  let api: Remote<ReaderApi> | null = null;
  const withPeaks = new Set<number>();
  let rings: CalibrationWish | null = null;
  let changes: Changes | null = null;
  let broken: Promise<never> = new Promise(() => undefined);
  const start = (): Remote<ReaderApi> => {
    if (!api || !worker) {
      const made = new Worker(new URL("./reader.worker.ts", import.meta.url), { type: "module", name: "reader" });
      // a worker that cannot start never answers: this is then the answer to every question
      broken = new Promise((_, reject) => {
        made.addEventListener("error", (event) => reject(new Error(event.message || "the reader could not be started")), { once: true });
      });
      broken.catch(() => undefined);
      worker = made;
      api = wrap<ReaderApi>(made);
    }
    return api;
  };
  return {
    formats: () => start().formats(),
    write: (title, { columns }, format) =>
      Promise.race([
        start().write(
          title,
          columns.map(({ name, unit, values, sigma }) => ({ name, unit, values, ...(sigma ? { sigma } : {}) })),
          format,
        ),
        broken,
      ]),
    async look(file, wish) {
      const answer = await Promise.race([start().look(file, wish), broken]);
      if ("failure" in answer) throw new Error(answer.failure.message);
      return answer.look;
    },
    findPeaks(id) {
      withPeaks.add(id);
    },
    findRings(wish) {
      rings = wish;
    },
    change(next) {
      changes = next;
    },
    read(title, files, cell, onProgress) {
      const remote = start();
      const used = worker;
      // a new worker knows nothing of what was asked before
      for (const id of withPeaks) void remote.findPeaks(id);
      if (rings) void remote.findRings(rings);
      if (changes) void remote.change(changes);
      let stop: (error: Error) => void = () => undefined;
      const cancelled = new Promise<never>((_, reject) => {
        stop = reject;
      });
      const result = Promise.race([remote.read(title, files, cell, proxy(onProgress)), cancelled, broken]);
      return {
        result,
        cancel() {
          // a reader deep in a loop does not look up: ending its worker is the one sure way
          used?.terminate();
          if (worker === used) {
            worker = null;
            api = null;
          }
          stop(new Error("cancelled"));
        },
      };
    },
  };
}
