#!/usr/bin/env -S node --conditions=source
import { enableCompileCache } from "node:module";

// stripped and compiled sources are kept between calls: starting takes half the time
enableCompileCache();
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv.slice(2));
