// npm test: every check and every test, closing with one plain line. Exit code 1 if anything failed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = (args: string[]): number => spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status ?? 1;

// npm run test:long: the campaigns that take longer than a minute (all files in the damage tests, …)
const long = process.argv.includes("--long");
if (long) process.env.THIOSCOPE_LONG = "1";
const words = process.argv.slice(2).filter((word) => word !== "--long");

console.log("Checks");
const checks = run(["--conditions=source", "scripts/check.ts"]);

const folder = mkdtempSync(join(tmpdir(), "thioscope-test-"));
const report = join(folder, "vitest.json");
const tests = run([
  "node_modules/vitest/vitest.mjs",
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...words,
]);

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
}
const empty: Report = { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 };
const counts = existsSync(report) ? (JSON.parse(readFileSync(report, "utf8")) as Report) : empty;
rmSync(folder, { recursive: true });

const passed = counts.numPassedTests + (checks === 0 ? 1 : 0);
// a file that fails to load counts no test: the runner's exit code decides
const failed = Math.max(counts.numFailedTests, tests === 0 ? 0 : 1) + (checks === 0 ? 0 : 1);
console.log(`${passed} passed, ${failed} failed, ${counts.numPendingTests} skipped`);
process.exit(failed === 0 && counts.numPassedTests > 0 ? 0 : 1);
