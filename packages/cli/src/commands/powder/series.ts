/** thioscope powder quantify over many patterns: mass fractions and cells over position and time. */
import { basename, extname } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import type { Structure } from "@thioscope/core/crystal";
import { type RefineOptions, SERIES_COLUMNS, SERIES_HEAD, seriesWidth } from "@thioscope/core/powder";
import { type RefinedStack, refinePatterns } from "@thioscope/study";
import { writeAtomic } from "@thioscope/study/files";
import type { CommandIo } from "../../command.ts";
import { answerText, count, textTable } from "../../inputs.ts";
import { numberOf } from "../xrd/inputs.ts";
import { type Options, radiationFor, stackOf } from "./inputs.ts";

/** Patterns from which on one waits for them: then the time is told. */
const WORTH_TELLING = 100;
const NAMES = ["massFraction", "scale", "a", "b", "c"] as const;
const UNITS = { massFraction: "1", scale: "1", a: "Å", b: "Å", c: "Å" } as const;

export async function quantifySeries(
  paths: readonly string[],
  phases: readonly Structure[],
  refine: Omit<RefineOptions, "method" | "wavelengthAngstrom" | "doublet" | "task">,
  options: Options,
  io: CommandIo,
): Promise<void> {
  const out = options["output"];
  if (typeof out === "string" && extname(out) !== ".csv") throw new ThioscopeError("USAGE", `-o ${out}: a series is written as .csv`);
  const positions = numberOf("positions", options["positions"], (x) => Number.isInteger(x) && x >= 1, "1 or more") ?? 1;
  const threads = numberOf("threads", options["threads"], (x) => Number.isInteger(x) && x >= 1 && x <= 256, "1 to 256");
  const { stack, beam } = await stackOf(paths, options, positions);
  const began = performance.now();
  const found = await refinePatterns(stack, phases, { ...refine, ...radiationFor(options, beam) }, io.task, threads);
  const seconds = (performance.now() - began) / 1000;
  if (typeof out === "string") await writeAtomic(out, csvOf(found));
  const series = phases.map(({ name }, k) => ({
    name,
    ...Object.fromEntries(NAMES.map((what, c) => [what, { ...columns(found, k, c), unit: UNITS[what] }])),
  }));
  const all = (c: number): number[] => column(found, c);
  const failed = all(2).filter((x) => x === 0).length;
  io.result({
    files: paths.map((path) => basename(path)),
    patterns: found.patterns,
    positions,
    threads: found.threads,
    first: { pattern: found.first + 1, rwp: found.fit.rwp, zero: found.fit.zero, profile: found.fit.profile },
    failed,
    rwp: { values: all(0), sigma: null, unit: "%" },
    phases: series,
    time: { value: seconds, sigma: null, unit: "s" },
    warnings: [],
  });
  if (io.json) return;
  const scans = found.patterns / positions;
  io.say(
    `${paths.length === 1 ? basename(paths[0]!) : count(paths.length, "file")}: ${count(found.patterns, "pattern")}${positions > 1 ? `, ${scans} scans of ${positions} positions` : ""}; widths and zero of pattern ${found.first + 1} (zero ${answerText(found.fit.zero)})`,
  );
  if (found.patterns >= WORTH_TELLING)
    io.say(`${seconds.toFixed(1)} s on ${count(found.threads, "thread")}: ${Math.round(found.patterns / seconds)} patterns per second`);
  io.say(
    textTable(
      ["phase", "seen in", "mass fraction", "least", "largest", "a"],
      phases.map((_, k) => summary(found, k)),
    ),
  );
  if (failed > 0) io.hint(`${count(failed, "pattern")} without an answer: empty, or not converged`);
  if (typeof out === "string") io.say(`written: ${out}`);
}

const column = ({ answers, patterns, phases }: RefinedStack, c: number): number[] =>
  Array.from({ length: patterns }, (_, p) => answers[p * seriesWidth(phases.length) + c]!);

/** Values and errors of one phase: NAMES[c]. */
function columns(found: RefinedStack, phase: number, c: number): { values: number[]; sigma: number[] } {
  const at = SERIES_HEAD.length + phase * SERIES_COLUMNS.length + 2 * c;
  return { values: column(found, at), sigma: column(found, at + 1) };
}

function summary(found: RefinedStack, phase: number): string[] {
  const { values } = columns(found, phase, 0);
  const known = values.filter(Number.isFinite);
  const a = columns(found, phase, 2).values.filter(Number.isFinite);
  const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;
  const ends = (pick: (...x: number[]) => number): string => (known.length > 0 ? known.reduce((x, y) => pick(x, y)).toFixed(4) : "–");
  return [
    found.phases[phase]!,
    `${a.length} of ${found.patterns}`,
    known.length > 0 ? mean(known).toFixed(4) : "–",
    ends(Math.min),
    ends(Math.max),
    a.length > 0 ? `${mean(a).toFixed(5)} Å` : "–",
  ];
}

/** One row for each pattern and phase. */
function csvOf(found: RefinedStack): string {
  const rows = [
    "pattern,scan,position,phase,mass_fraction,mass_fraction_sigma,scale,scale_sigma,a,a_sigma,b,b_sigma,c,c_sigma,rwp,chi_square,converged",
  ];
  rows.push(",,,,,,,,Å,Å,Å,Å,Å,Å,%,,");
  const width = seriesWidth(found.phases.length);
  const shown = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(8))) : "");
  for (let p = 0; p < found.patterns; p++) {
    const row = found.answers.subarray(p * width, (p + 1) * width);
    for (const [k, phase] of found.phases.entries()) {
      const at = SERIES_HEAD.length + k * SERIES_COLUMNS.length;
      const own = Array.from(row.subarray(at, at + SERIES_COLUMNS.length), shown);
      const scan = Math.floor(p / found.positions);
      rows.push([p + 1, scan + 1, (p % found.positions) + 1, phase, ...own, shown(row[0]!), shown(row[1]!), row[2]].join(","));
    }
  }
  return `${rows.join("\n")}\n`;
}
