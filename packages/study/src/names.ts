/** Names of files without the file system: steps also run in a browser. */

/** What follows the last "/" of a path of a study. */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
