/**
 * Compiles the kernels and writes them as base64 into src/wasm.ts, so that nobody needs a build to run them.
 * `node build.ts` writes, `node build.ts --check` says whether what is committed is what the sources give (a test runs that).
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const here = import.meta.dirname;
const compiler = join(dirname(createRequire(import.meta.url).resolve("assemblyscript/package.json")), "bin", "asc.js");
const COMMON = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--importMemory"];
const BUILDS = {
  /** memory of one thread */
  PLAIN: [],
  /** memory shared by threads; 65,536 pages are the 4 GiB that 32-bit addresses reach */
  SHARED: ["--enable", "threads", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"],
} as const;

/** The text of src/wasm.ts. */
export function build(): string {
  const folder = mkdtempSync(join(tmpdir(), "thioscope-kernels-"));
  try {
    const parts = Object.entries(BUILDS).map(([name, options]) => {
      const out = join(folder, `${name}.wasm`);
      execFileSync(process.execPath, [compiler, "src/assembly/integrate.ts", ...COMMON, ...options, "-o", out], {
        cwd: here,
        stdio: "pipe",
      });
      const lines =
        readFileSync(out)
          .toString("base64")
          .match(/.{1,120}/g) ?? [];
      return `export const ${name} =\n${lines.map((line) => `  "${line}"`).join(" +\n")};\n`;
    });
    return `// Written by build.ts from src/assembly: do not edit.\n\n${parts.join("\n")}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const target = join(here, "src", "wasm.ts");
  const text = build();
  if (!process.argv.includes("--check")) writeFileSync(target, text);
  else if (readFileSync(target, "utf8") !== text) {
    console.error("src/wasm.ts is not what src/assembly gives: run node packages/kernels/build.ts");
    process.exit(1);
  }
}
