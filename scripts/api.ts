// The public API as text in git (docs/reference/*.api.md): a change of a signature shows in review.
// `node scripts/api.ts` compares, `--update` writes. Needs the declarations that `tsc -b` has written.
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

const root = fileURLToPath(new URL("..", import.meta.url));
const update = process.argv.includes("--update");
const folder = join(root, "docs/reference/api");
const temp = join(root, "temp/api");
mkdirSync(folder, { recursive: true });
mkdirSync(temp, { recursive: true });

interface Entry {
  types?: string;
}

let changed = 0;
for (const name of readdirSync(join(root, "packages")).sort()) {
  const projectFolder = join(root, "packages", name);
  const manifest = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")) as { exports?: Record<string, Entry> };
  for (const [subpath, entry] of Object.entries(manifest.exports ?? {})) {
    if (!entry.types || !existsSync(join(projectFolder, entry.types))) continue;
    const report = subpath === "." ? name : `${name}.${subpath.slice(2)}`;
    const config = ExtractorConfig.prepare({
      configObject: {
        projectFolder,
        mainEntryPointFilePath: join(projectFolder, entry.types),
        compiler: {
          overrideTsconfig: { compilerOptions: { module: "nodenext", target: "es2024", skipLibCheck: true, lib: ["es2024", "dom"] } },
        },
        apiReport: { enabled: true, reportFileName: `${report}.api.md`, reportFolder: folder, reportTempFolder: temp },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        messages: {
          compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
          extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
          tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        },
      },
      configObjectFullPath: undefined,
      packageJsonFullPath: join(projectFolder, "package.json"),
    });
    const result = Extractor.invoke(config, {
      localBuild: update,
      messageCallback: (message) => {
        if (message.logLevel !== ExtractorLogLevel.Error) message.handled = true;
      },
    });
    if (result.apiReportChanged) {
      changed++;
      console.log(`${update ? "updated" : "differs"}: docs/reference/api/${report}.api.md`);
    }
  }
}
if (changed > 0 && !update) {
  console.log("The public API changed: run `npm run check -- --update`, review the difference, add a line to CHANGELOG.md.");
  process.exit(1);
}
