/**
 * What every view draws, kept as a coarse description of its figure as SVG: the words on it, how many marks of each kind, where on a grid the ink lies, and of maps their
 * values. Pictures of a browser differ between machines by their fonts; a figure set as SVG does not, and a view that draws something else shows it here.
 * After looking at the change (scripts/panels.ts), THIOSCOPE_SNAPSHOTS=renew writes the descriptions anew.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { PartKind, Story } from "@thioscope/core/story";
import {
  CELL_FIGURES,
  contextOf,
  createCursor,
  ELECTROCHEMISTRY,
  type Figure,
  figureToSvg,
  IMPEDANCE_FIGURES,
  PART_VIEWS,
  type PartContext,
  type PartFigure,
  STUDY_FIGURES,
} from "@thioscope/views";
import { beforeAll, expect, test } from "vitest";
import { everyStory } from "./everyStory.ts";

const KEPT = fileURLToPath(new URL("snapshots.json", import.meta.url));
const COLUMNS = 12;
const ROWS = 8;
/** Levels of ink are powers of two of the points in a cell: a shift over the edge of a cell is less than this. */
const LEVELS = 2;

interface Described {
  words: string;
  marks: Record<string, number>;
  ink: number[];
  maps: string[];
}

function describeFigure(figure: Figure, title: string): Described {
  const svg = figureToSvg(figure, title, "85mm");
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!.map(Number);
  const marks: Record<string, number> = {};
  const count = new Float64Array(COLUMNS * ROWS);
  const ink = (x: number, y: number): void => {
    const [c, r] = [Math.floor((COLUMNS * x) / width!), Math.floor((ROWS * y) / height!)];
    if (c >= 0 && c < COLUMNS && r >= 0 && r < ROWS) count[r * COLUMNS + c]!++;
  };
  for (const [, tag, attributes] of svg.matchAll(/<(path|rect|circle|image|text) ([^>]*)>/g)) {
    marks[tag!] = (marks[tag!] ?? 0) + 1;
    const path = /(?:^| )d="([^"]*)"/.exec(attributes!)?.[1] ?? "";
    for (const [, x, y] of path.matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)) ink(Number(x), Number(y));
    const [, x, y] = /c?x="([-\d.]+)" c?y="([-\d.]+)"/.exec(attributes!) ?? [];
    if (x !== undefined) ink(Number(x), Number(y));
  }
  const words = [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text]) => text!.replace(/<[^>]+>/g, "")).join(" | ");
  const maps = figure.panels.flatMap((panel) =>
    panel.marks.flatMap((mark) => {
      if (mark.kind !== "map") return [];
      const values = Array.from(mark.values).filter(Number.isFinite);
      const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
      return [`${mark.values.length} cells, ${values.length} with a value, mean ${mean.toPrecision(2)}`];
    }),
  );
  return { words, marks, ink: Array.from(count, (n) => Math.round(Math.log2(1 + n))), maps };
}

/** Every figure of every view that has something to show in the story, by a name of its own. */
function figuresOf(story: Story): Map<string, Described> {
  const found = new Map<string, Described>();
  const keep = (name: string, make: () => Figure): void => {
    const figure = make();
    if (figure.empty === undefined && !found.has(name)) found.set(name, describeFigure(figure, name));
  };
  for (const [place, file] of story.files.entries()) {
    const context = contextOf(story, { ...createCursor().state, file: place })!;
    if (file.halfCycles.length > 0 || file.cycleTable.length > 0)
      for (const spec of STUDY_FIGURES) keep(`study ${spec.id}`, () => spec.figure(context));
    for (const { spec, isShown } of ELECTROCHEMISTRY) if (isShown(file)) keep(`study ${spec.id}`, () => spec.figure(context));
    if (file.impedance) for (const spec of IMPEDANCE_FIGURES) keep(`impedance ${spec.id}`, () => spec.figure(context));
  }
  const cells = story.files.filter((file) => file.halfCycles.length > 0).slice(0, 2);
  for (const spec of CELL_FIGURES) keep(spec.id, () => spec.figure({ files: cells, cycle: 2 }));
  for (const part of story.parts) {
    const run = part.runFile === null ? null : (story.files[part.runFile] ?? null);
    const context: PartContext = { part, story, state: createCursor().state, run };
    const technique = part.kind === "spectroscopy" ? ` ${part.technique}` : "";
    for (const figure of PART_VIEWS[part.kind].figures as readonly PartFigure<PartKind>[])
      if (figure.isShown?.(part) ?? true) keep(`${part.kind}${technique} ${figure.id}`, () => figure.figure(context));
  }
  return found;
}

/** Views that need longer measurements than this story's; their own tests draw them. */
const ELSEWHERE = new Set([
  "layers",
  "cake",
  "spectrum-k",
  "diffusivities",
  "pellet-nyquist",
  "pellet-conductivity",
  "pellet-arrhenius",
  "new-arc",
]);

let shown: Map<string, Described>;
beforeAll(async () => {
  shown = figuresOf(
    await everyStory([
      "--size",
      "128",
      "--pixel-um",
      "1600",
      "--width-deg",
      "0.1",
      "--positions",
      "6",
      "--first-um",
      "910",
      "--scans",
      "30",
    ]),
  );
  // a busy machine takes minutes
}, 600_000);

test("every view has a figure here", () => {
  const ids = new Set([...shown.keys()].map((name) => name.split(" ").at(-1)));
  const views = [
    ...STUDY_FIGURES.map(({ id }) => id),
    ...ELECTROCHEMISTRY.map(({ spec }) => spec.id),
    ...IMPEDANCE_FIGURES.map(({ id }) => id),
    ...CELL_FIGURES.map(({ id }) => id),
    ...Object.values(PART_VIEWS).flatMap(({ figures }) => figures.map(({ id }) => id)),
  ];
  expect(views.filter((id) => !ids.has(id) && !ELSEWHERE.has(id))).toEqual([]);
});

test("each draws what it drew", () => {
  if (process.env.THIOSCOPE_SNAPSHOTS === "renew") {
    const lines = [...shown].map(
      ([name, { ink, ...rest }]) => [name, { ...rest, ink: ink.map((level) => level.toString(36)).join("") }] as const,
    );
    writeFileSync(KEPT, `${JSON.stringify(Object.fromEntries(lines), null, 2)}\n`);
    return;
  }
  const kept = JSON.parse(readFileSync(KEPT, "utf8")) as Record<string, Omit<Described, "ink"> & { ink: string }>;
  expect([...shown.keys()].sort()).toEqual(Object.keys(kept).sort());
  for (const [name, { ink, ...rest }] of shown) {
    const { ink: before, ...was } = kept[name]!;
    expect.soft(rest, name).toEqual(was);
    const off = ink.filter((level, i) => Math.abs(level - Number.parseInt(before[i] ?? "0", 36)) > LEVELS).length;
    expect.soft(off, `${name}: cells of the grid whose ink differs`).toBe(0);
  }
});
