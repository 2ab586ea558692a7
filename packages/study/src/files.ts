/** Files on disk, read and written: an entry of its own, so that a command that needs no study loads none of it. */
export { type FileSource, openAsByteSource } from "./fileSource.ts";
export { type WriteFile, writeAtomic } from "./write.ts";
