#!/usr/bin/env -S node --conditions=source
import { enableCompileCache } from "node:module";

// stripped and compiled sources are kept between calls: starting takes half the time
enableCompileCache();
// a reader that has seen enough (`| head`) is no fault: the work goes on, files are written
for (const out of [process.stdout, process.stderr]) {
  out.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv.slice(2));
