// npm run check: types, lint and layers, unused code, public API. Prints one line per check; exit 1 if any fails.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const node = process.execPath;

const CHECKS: readonly [name: string, args: string[]][] = [
  ["types (packages)", ["node_modules/ts7/bin/tsc", "-b"]],
  ["types (tests, scripts)", ["node_modules/ts7/bin/tsc", "-p", "tsconfig.json"]],
  ["lint and layers", ["node_modules/@biomejs/biome/bin/biome", "check", "."]],
  ["unused code", ["node_modules/knip/bin/knip.js", "--no-progress"]],
  ["steps of a study", ["--conditions=source", "scripts/steps.ts", ...process.argv.slice(2)]],
  ["public API report", ["--conditions=source", "scripts/api.ts", ...process.argv.slice(2)]],
];

let failed = 0;
for (const [name, args] of CHECKS) {
  const start = performance.now();
  const done = spawnSync(node, args, { cwd: root, encoding: "utf8" });
  const ok = done.status === 0;
  if (!ok) failed++;
  console.log(`${ok ? "ok  " : "FAIL"} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  if (!ok) console.log(`${done.stdout}${done.stderr}`);
}
process.exit(failed === 0 ? 0 : 1);
