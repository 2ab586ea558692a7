/**
 * npm run audit: what the program is built from. The lockfile is judged everywhere: every package has a hash of its content, none runs a script when it is
 * installed (Node's own package apart, which puts its program in place), every licence is one that goes with this one. Known vulnerabilities are asked of
 * the registry; where it does not answer, that is said in the last line and is no failure.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

interface LockedPackage {
  link?: boolean;
  integrity?: string;
  hasInstallScript?: boolean;
  license?: string;
}
export interface Lockfile {
  packages: Readonly<Record<string, LockedPackage>>;
}

/** Permissive; MPL-2.0 asks for the sources of its own files alone, which are unchanged. */
const LICENSES = new Set([
  ...["MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "Apache-2.0", "Zlib", "MPL-2.0"],
  ...["CC0-1.0", "CC-BY-4.0", "Python-2.0", "Unlicense"],
]);
/** A public-domain notice of NIST, which no SPDX name stands for. */
const JUDGED_BY_HAND: Readonly<Record<string, string>> = { "node_modules/h5wasm": "SEE LICENSE IN LICENSE.txt" };
const MAY_RUN = new Set(["node_modules/node"]);

/** What is wrong with the lockfile. */
export function lockfileFaults({ packages }: Lockfile): string[] {
  const faults: string[] = [];
  for (const [path, { link, integrity, hasInstallScript, license = "" }] of Object.entries(packages)) {
    if (!path.includes("node_modules/") || link) continue;
    if (!/^sha512-/.test(integrity ?? "")) faults.push(`${path} has no hash of its content`);
    if (hasInstallScript && !MAY_RUN.has(path)) faults.push(`${path} runs a script when it is installed`);
    const words = license.replace(/[()]/g, "").split(/ (?:AND|OR) /);
    const isKnown = words.every((word) => LICENSES.has(word)) || JUDGED_BY_HAND[path] === license;
    if (!isKnown) faults.push(`${path} has the licence "${license}"`);
  }
  return faults;
}

export interface Advice {
  /** null: the registry was asked and answered */
  notAsked: string | null;
  /** vulnerabilities that are high or critical, in what users run */
  grave: string[];
  others: number;
}

/** Of `npm audit --json --omit=dev`: its report, or the error in its place. */
export function adviceOf(stdout: string): Advice {
  let said: {
    auditReportVersion?: number;
    vulnerabilities?: Record<string, { severity: string; range?: string }>;
    message?: string;
    error?: { summary?: string; code?: string };
  };
  try {
    said = JSON.parse(stdout);
  } catch {
    return { notAsked: stdout.trim().slice(0, 200) || "npm said nothing", grave: [], others: 0 };
  }
  if (said.auditReportVersion === undefined || !said.vulnerabilities)
    return { notAsked: said.message || said.error?.summary || said.error?.code || "npm gave no report", grave: [], others: 0 };
  const all = Object.entries(said.vulnerabilities);
  const grave = all.filter(([, { severity }]) => severity === "high" || severity === "critical");
  return {
    notAsked: null,
    grave: grave.map(([name, { severity, range }]) => `${name} ${range ?? ""}: ${severity}`),
    others: all.length - grave.length,
  };
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const lock = JSON.parse(readFileSync(`${root}/package-lock.json`, "utf8")) as Lockfile;
  const faults = lockfileFaults(lock);
  const count = Object.values(lock.packages).filter(({ integrity }) => integrity !== undefined).length;
  console.log(`${faults.length === 0 ? "ok  " : "FAIL"} ${count} packages: hashes, scripts, licences`);
  for (const fault of faults) console.log(`     ${fault}`);
  const done = spawnSync("npm", ["audit", "--json", "--omit=dev"], { cwd: root, encoding: "utf8", timeout: 60_000 });
  const { notAsked, grave, others } = adviceOf(done.stdout ?? "");
  if (notAsked !== null)
    console.log(`NOT CHECKED known vulnerabilities: the registry gives no advice here (${notAsked.replace(/https?:\S+/g, "…")})`);
  else console.log(`${grave.length === 0 ? "ok  " : "FAIL"} known vulnerabilities: ${grave.length} high or critical, ${others} lesser`);
  for (const one of grave) console.log(`     ${one}`);
  process.exit(faults.length + grave.length === 0 ? 0 : 1);
}
