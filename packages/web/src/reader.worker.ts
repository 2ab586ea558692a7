/** The worker: raw files to tables, tables to the story, with the same code as on the command line. */
import type { ReaderApi } from "./readerApi.ts";
import { expose } from "comlink";

const api: ReaderApi = {
  formats: () => [],
  read: async () => ({ story: null, failures: [] }),
};
expose(api);
