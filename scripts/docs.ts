// Renews the output in the README's and the guide's examples: node --conditions=source scripts/docs.ts [PAGE…]
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasExamples, isRunnable, ROOT, runPage } from "../tests/docs/pages.ts";

const all = ["README.md"];
for (const folder of ["docs/guide", "docs/reference"]) {
  all.push(...readdirSync(join(ROOT, folder)).flatMap((name) => (name.endsWith(".md") ? [`${folder}/${name}`] : [])));
}
const asked = process.argv.slice(2);
for (const path of asked.length > 0 ? asked : all) {
  const before = readFileSync(join(ROOT, path), "utf8");
  if (!hasExamples(before)) continue;
  if (!isRunnable(before)) {
    console.log(`skipped  ${path}: the real file it shows is not here`);
    continue;
  }
  const folder = mkdtempSync(join(tmpdir(), "thioscope-docs-"));
  const now = await runPage(path, folder);
  rmSync(folder, { recursive: true, force: true });
  if (now !== before) writeFileSync(join(ROOT, path), now);
  console.log(`${now === before ? "same   " : "renewed"}  ${path}`);
}
