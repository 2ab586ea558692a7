/**
 * Which datasets of an HDF5 file are the frames. NeXus says it: an NXdetector's "data", or the signal of an NXdata; Dectris masters link to
 * data_000001, data_000002 … Without such words the one dataset of pictures is taken, and where there are several the caller must name one.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { attribute, type Item, pixelType } from "./access.ts";
import type { LazyFile } from "./lazyFile.ts";

/** A dataset or a link that leads to one. */
export interface Candidate {
  /** the group whose facts describe the frames */
  group: string;
  items: readonly Item[];
}

/** Sides below this are lists and tables, not pictures. */
const LEAST_SIDE = 4;

export function isPicture({ metadata }: Item): boolean {
  const shape = metadata?.shape;
  if (!metadata || !shape || shape.length < 2 || pixelType(metadata) === undefined) return false;
  return shape.at(-1)! >= LEAST_SIDE && shape.at(-2)! >= LEAST_SIDE;
}

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")));
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const isFrames = (item: Item): boolean => isPicture(item) || item.kind === "external";

/** The frames, by `path` where the caller names one. Other possibilities become a notice. */
export async function locateFrames(
  lazy: LazyFile,
  items: readonly Item[],
  path: string | undefined,
  notices: Notice[],
): Promise<Candidate> {
  if (path !== undefined) {
    const wanted = `/${path.replace(/^\/+|\/+$/g, "")}`;
    const item = items.find((one) => one.path === wanted);
    if (item && isFrames(item)) return { group: parentOf(wanted), items: [item] };
    const known = items.filter(isFrames).map((one) => one.path);
    throw new ThioscopeError("INVALID_INPUT", `${wanted} holds no pictures; these do: ${known.slice(0, 20).join(", ") || "none"}`, {
      file: lazy.source.name,
    });
  }
  const measured = detectors(items);
  const plotted = await plots(lazy, items);
  const first = measured[0] ?? plotted[0];
  if (first) {
    // a plot of frames of the same shape is a link to them
    const others = [...measured, ...plotted.filter((one) => shapeOf(one) !== shapeOf(first))].filter((one) => one !== first);
    if (others.length > 0) {
      const message = `the frames are ${first.items[0]!.path}; there are also ${others.map((one) => one.items[0]!.path).join(", ")}`;
      notices.push({ code: "several-datasets", message });
    }
    return first;
  }
  const pictures = items.filter(isPicture);
  if (pictures.length === 1) return { group: parentOf(pictures[0]!.path), items: pictures };
  if (pictures.length > 1) {
    const paths = pictures.slice(0, 20).map((one) => one.path);
    throw new ThioscopeError(
      "MAPPING_NEEDED",
      `several datasets hold pictures and nothing says which are the frames; the path must be given: ${paths.join(", ")}`,
      {
        file: lazy.source.name,
      },
    );
  }
  const links = items.filter((item) => item.kind === "external");
  if (links.length > 0) {
    const files = [...new Set(links.map((item) => item.target!.file))];
    throw new ThioscopeError("FILE_MISSING", `the file holds links only, to ${files.slice(0, 10).join(", ")}`, { file: lazy.source.name });
  }
  throw new ThioscopeError("FILE_FOREIGN", "the HDF5 file holds no pictures: no dataset of numbers with two sides of 4 or more", {
    file: lazy.source.name,
  });
}

const shapeOf = ({ items }: Candidate): string => items.map((item) => item.metadata?.shape?.join("×") ?? item.target?.file).join();

function detectors(items: readonly Item[]): Candidate[] {
  const groups = items.filter((item) => item.nxClass === "NXdetector").map((item) => item.path);
  return groups.flatMap((group) => {
    const data = items.find((item) => item.path === `${group}/data`);
    if (data && isFrames(data)) return [{ group, items: [data] }];
    const series = seriesIn(items, group);
    return series.length > 0 ? [{ group, items: series }] : [];
  });
}

/** data_000001, data_000002 … in the order of their numbers. */
function seriesIn(items: readonly Item[], group: string): Item[] {
  return items
    .filter((item) => parentOf(item.path) === group && /^data_\d+$/.test(nameOf(item.path)) && isFrames(item))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function plots(lazy: LazyFile, items: readonly Item[]): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const { path: group, nxClass } of items) {
    if (nxClass !== "NXdata") continue;
    const signal = await attribute(lazy, group, "signal");
    const data = items.find((item) => item.path === `${group}/${typeof signal === "string" ? signal : "data"}`);
    const series = seriesIn(items, group);
    if (data && isFrames(data)) found.push({ group, items: [data] });
    else if (series.length > 0) found.push({ group, items: series });
  }
  return found;
}
