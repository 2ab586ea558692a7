// Set-up for every entry script: dependencies from the lockfile, then the page's bundle if its sources
// changed. Plain JavaScript, because it must run on Node 20 before Node 24 is there.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamps = join(root, "node_modules", ".cache", "thioscope");

function hashOf(paths) {
  const hash = createHash("sha256");
  const add = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (name !== "dist" && name !== "node_modules") add(join(path, name));
    } else hash.update(path.slice(root.length)).update(readFileSync(path));
  };
  for (const path of paths) add(join(root, path));
  return hash.digest("hex");
}

const isDone = (name, hash) => existsSync(join(stamps, name)) && readFileSync(join(stamps, name), "utf8") === hash;

function markDone(name, hash) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, name), hash);
}

function run(command, args, what) {
  const env = { ...process.env, PATH: join(root, "node_modules", ".bin") + delimiter + process.env.PATH };
  const done = spawnSync(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  if (done.status === 0) return;
  process.stderr.write(
    `${done.stdout ?? ""}${done.stderr ?? ""}\nSet-up failed: ${what} (${command} ${args.join(" ")}): ${done.error?.message ?? `exit ${done.status}`}\n`,
  );
  process.exit(1);
}

/** Whether npm, called by hand, has installed what the lockfile says. */
function isInstalled() {
  const read = (path) => JSON.parse(readFileSync(join(root, path), "utf8")).packages ?? {};
  if (!existsSync(join(root, "node_modules", ".package-lock.json"))) return false;
  const [wanted, there] = [read("package-lock.json"), read("node_modules/.package-lock.json")];
  return Object.entries(wanted).every(
    ([path, { version, optional, link }]) => !path.startsWith("node_modules/") || optional || link || there[path]?.version === version,
  );
}

const lock = hashOf(["package-lock.json"]);
if (!isDone("dependencies", lock) && isInstalled()) markDone("dependencies", lock);
if (!existsSync(join(root, "node_modules", "ts7")) || !isDone("dependencies", lock)) {
  process.stderr.write("Installing dependencies from the lockfile (about 25 s) …\n");
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], "dependencies");
  markDone("dependencies", lock);
}

const page = hashOf(["packages/web", "packages/views/src", "packages/core/src", "packages/formats/src", "package-lock.json"]);
if (
  existsSync(join(root, "packages", "web", "vite.config.ts")) &&
  (!existsSync(join(root, "packages", "web", "dist")) || !isDone("page", page))
) {
  process.stderr.write("Building the page …\n");
  run(join(root, "node_modules", ".bin", "vite"), ["build", "packages/web"], "page");
  markDone("page", page);
}
