/** Where real instrument files lie for tests and campaigns: $THIOSCOPE_DATA or `../shared/data`. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export const DATA_FOLDER: string = process.env["THIOSCOPE_DATA"] ?? join(root, "..", "shared", "data");

/** Path of a data file, e.g. `dataFile("echem/cv.mpr")`. */
export function dataFile(path: string): string {
  return join(DATA_FOLDER, path);
}
