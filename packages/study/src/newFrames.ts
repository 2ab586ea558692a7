/**
 * Frames of a detector among the raw files of a new study: what each image is (by its content, and calibrant, mask, dark or flat by its name), which text is the log of their scans, and the source
 * that study.yaml names them by. What nobody wrote down (energy, size of a pixel) is left to be filled in.
 */
import { extname, matchesGlob } from "node:path/posix";
import { ThioscopeError } from "@thioscope/core";
import { type ByteSource, findImageReader, type ImageFacts, readImageStack, readScanLog } from "@thioscope/formats";

export interface FoundFrames {
  readonly role: "frames" | "calibrant" | "mask" | "dark" | "flat" | "log";
  /** the reader's id */
  readonly format: string;
  readonly frames: number;
  readonly facts: ImageFacts;
  /** what the calibrant seems to be */
  readonly calibrant: string | null;
}

/** Calibrants by what people call their files. */
const CALIBRANTS: readonly (readonly [RegExp, string])[] = [
  [/lab6|lanthanum/i, "LaB6"],
  [/ceo2|ceria/i, "CeO2"],
  [/al2o3|corundum|alumina/i, "Al2O3"],
  [/agbe/i, "AgBehenate"],
  [/(^|[_-])si(licon)?([_.-]|$)|srm640/i, "Si"],
];

/** What a file that is no table of a cycler holds of a beam time; null where it is neither image nor log. */
export async function lookForFrames(source: ByteSource): Promise<FoundFrames | null> {
  const { name } = source;
  const reader = await findImageReader(source);
  if (!reader) {
    try {
      await readScanLog(source);
    } catch (error) {
      if (error instanceof ThioscopeError) return null;
      throw error;
    }
    return { role: "log", format: "scan-log", frames: 0, facts: {}, calibrant: null };
  }
  const stack = await readImageStack(source);
  try {
    const known = CALIBRANTS.find(([pattern]) => pattern.test(name))?.[1] ?? null;
    const role = /mask/i.test(name)
      ? "mask"
      : /dark/i.test(name)
        ? "dark"
        : /flat/i.test(name)
          ? "flat"
          : known !== null || /calib/i.test(name)
            ? "calibrant"
            : "frames";
    return { role, format: stack.format, frames: stack.frames, facts: stack.facts, calibrant: known };
  } finally {
    stack.close();
  }
}

interface Taken {
  readonly path: string;
  readonly found: FoundFrames;
}

/** The source of frames and its steps as lines of study.yaml; none where there is no frame. */
export function framesYaml(taken: readonly Taken[]): { source: string[]; steps: string[] } {
  const of = (role: FoundFrames["role"]): readonly Taken[] => taken.filter(({ found }) => found.role === role);
  const frames = of("frames");
  if (frames.length === 0) return { source: [], steps: [] };
  const others = taken.filter(({ found }) => found.role !== "frames").map(({ path }) => path);
  const patterns = patternsOf(
    frames.map(({ path }) => path),
    others,
  );
  const count = frames.reduce((sum, { found }) => sum + found.frames, 0);
  const facts = { ...frames[0]!.found.facts, ...of("calibrant")[0]?.found.facts };
  const lines = [
    `  # ${count} frames in ${frames.length} ${frames.length === 1 ? "file" : "files"}, ${frames[0]!.found.format}`,
    "  frames:",
    "    kind: frames",
    `    files: [${patterns.map((p) => JSON.stringify(p)).join(", ")}]`,
  ];
  for (const role of ["log", "calibrant", "mask", "dark", "flat"] as const) {
    const [first, ...more] = of(role);
    if (first)
      lines.push(
        `    ${role}: ${JSON.stringify(first.path)}${more.length > 0 ? `    # or ${more.map(({ path }) => path).join(", ")}` : ""}`,
      );
  }
  if (facts.wavelengthMetre === undefined) lines.push("    # energy: 87.1 keV    # the frames do not state it");
  if (facts.pixel1Metre === undefined) lines.push("    # pixel: 200 µm    # the frames do not state it");
  if (of("log").length === 0) lines.push("    # position: header.samz    # or a log, or positions, first, step, started, every");
  const known = of("calibrant")[0]?.found.calibrant ?? null;
  return {
    source: lines,
    steps: [
      known
        ? `  - xrd.calibrate: { calibrant: ${known} }`
        : of("calibrant").length > 0
          ? "  - xrd.calibrate: { calibrant: LaB6 }    # or what it is"
          : "  # - xrd.calibrate: { calibrant: LaB6 }    # when the source names a frame of it (calibrant:) or a geometry",
      "  # - xrd.integrate",
      '  # - xrd.map: { phases: [Na2S, Na3PS4] }    # phases, with their reflections where you choose them: "Na2S 111 220"',
      "  # - xrd.stress: { phases: [Na2S] }",
    ],
  };
}

/** One pattern for the files of a folder that begin and end alike, where it matches nothing else; the paths themselves otherwise. */
export function patternsOf(paths: readonly string[], others: readonly string[]): string[] {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const key = `${path.slice(0, path.lastIndexOf("/") + 1)}*${extname(path)}`;
    groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  // folders of one scan each: one pattern over all of them
  const folders = new Map<string, string[]>();
  for (const [key, list] of groups) {
    const parts = key.split("/");
    const above = parts.length > 2 ? [...parts.slice(0, -2), "*", parts.at(-1)!].join("/") : key;
    folders.set(above, [...(folders.get(above) ?? []), ...list]);
  }
  const clear = (pattern: string): boolean => !others.some((path) => matchesGlob(path, pattern));
  return [...folders].flatMap(([above, list]) => {
    const inside = [...groups].filter(([, members]) => list.includes(members[0]!));
    if (inside.length > 1 && clear(above)) return [above];
    return inside.flatMap(([key, members]) => {
      if (members.length < 3) return members;
      const named = prefixed(key, members);
      return [named, key].find((pattern) => clear(pattern)) ?? members;
    });
  });
}

/** "raw/scan_0*.h5" of files that all begin so. */
function prefixed(key: string, members: readonly string[]): string {
  const folder = key.slice(0, key.lastIndexOf("/") + 1);
  const names = members.map((path) => path.slice(folder.length));
  let common = names.reduce((a, b) => {
    let n = 0;
    while (n < a.length && a[n] === b[n]) n++;
    return a.slice(0, n);
  });
  // digits that happen to be alike are no name
  common = common.replace(/\d+$/, "");
  return `${folder}${common}*${extname(key)}`;
}
