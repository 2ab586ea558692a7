/**
 * Builds both faces of the same views: the page (index.html, with its worker) and the report's script and
 * style, which a report embeds to work from disk with no server.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, defineConfig, type InlineConfig, type Plugin } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as { version: string };

// "source" reads the workspace's TypeScript; without "node" the readers take their browser parts
const resolve: InlineConfig["resolve"] = { conditions: ["source", "browser", "module"] };

const report: InlineConfig = {
  root: here,
  configFile: false,
  logLevel: "warn",
  resolve,
  publicDir: false,
  define: { "process.env.NODE_ENV": '"production"' },
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2023",
    lib: { entry: "src/report.ts", name: "ThioscopeReport", formats: ["iife"], fileName: () => "report.js", cssFileName: "report" },
  },
};

/** The report is built after the page: one command makes everything the product serves. */
const alsoReport: Plugin = {
  name: "thioscope-report",
  apply: "build",
  async closeBundle() {
    await build(report);
  },
};

export default defineConfig({
  root: here,
  base: "./",
  resolve,
  define: { __THIOSCOPE_VERSION__: JSON.stringify(version) },
  plugins: [alsoReport],
  worker: { format: "es" },
  build: { outDir: "dist", emptyOutDir: true, target: "es2023", chunkSizeWarningLimit: 1200 },
});
