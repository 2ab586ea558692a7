/**
 * npm run bench [-- NAME] [--json]: every case beside its yardstick, measured in the same run. A yardstick is
 * a peer's program where one can be run, else the machine's own limit (inflating or copying the same bytes).
 * ratio = yardstick / own time; a limit is the target stated for the case.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";

export interface Case {
  ms: number;
  /** rows handled in `ms` */
  rows: number;
  rowsPerSecond: number;
  yardstick: string;
  yardstickMs: number;
  /** target for `ms` */
  limitMs?: number;
}

/** Several modules that are one bench; every other module is a bench of its own. */
const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  readers: ["readers-neware", "readers-biologic", "readers-spreadsheet", "readers-delimited", "start"],
};
const alone = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .map((file) => file.slice(0, -".ts".length))
  .filter((module) => !Object.values(TOGETHER).flat().includes(module));
const BENCHES: Readonly<Record<string, readonly string[]>> = {
  ...TOGETHER,
  ...Object.fromEntries(alone.map((module) => [module, [module]])),
};

const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const json = process.argv.includes("--json");
const names = words.length > 0 ? words : Object.keys(BENCHES);

for (const name of names) {
  const modules = BENCHES[name];
  if (!modules) {
    console.error(`no bench "${name}"; there are: ${Object.keys(BENCHES).join(", ")}`);
    process.exit(2);
  }
  const cases: Record<string, Case> = {};
  for (const module of modules) {
    const { cases: measure } = (await import(join(import.meta.dirname, `${module}.ts`))) as { cases: () => Promise<Record<string, Case>> };
    Object.assign(cases, await measure());
  }
  if (json)
    console.log(JSON.stringify({ bench: name, cases: Object.fromEntries(Object.entries(cases).map(([k, c]) => [k, shown(c)])) }, null, 2));
  else print(name, cases);
}

function shown(c: Case): Record<string, unknown> {
  const { yardstick, yardstickMs, ...own } = c;
  return { ...own, peer: yardstick, peerMs: yardstickMs, ratio: yardstickMs / c.ms };
}

function print(name: string, cases: Record<string, Case>): void {
  const width = Math.max(20, ...Object.keys(cases).map((key) => key.length));
  console.log(
    `\n${name.padEnd(width)}  ${"ms".padStart(9)}  ${"rows/s".padStart(9)}  ${"limit ms".padStart(9)}  ${"ratio".padStart(7)}  yardstick`,
  );
  for (const [key, c] of Object.entries(cases)) {
    const rate = c.rowsPerSecond >= 1e6 ? `${(c.rowsPerSecond / 1e6).toFixed(2)} M` : `${(c.rowsPerSecond / 1e3).toFixed(1)} k`;
    const limit = c.limitMs === undefined ? "" : `${c.limitMs.toFixed(1)} ${c.ms <= c.limitMs ? "✓" : "✗"}`;
    const ratio = (c.yardstickMs / c.ms).toFixed(3);
    console.log(
      `${key.padEnd(width)}  ${c.ms.toFixed(2).padStart(9)}  ${rate.padStart(9)}  ${limit.padStart(9)}  ${ratio.padStart(7)}  ${c.yardstick} (${c.yardstickMs.toFixed(2)} ms)`,
    );
  }
}
