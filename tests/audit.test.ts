/** The audit of dependencies: the lockfile as it is, faults that are planted, and npm's answers as recorded. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { adviceOf, type Lockfile, lockfileFaults } from "../scripts/audit.ts";

test("the lockfile has hashes, no scripts, known licences", () => {
  expect(lockfileFaults(JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8")) as Lockfile)).toEqual([]);
});

test("what is planted is found", () => {
  const good = { integrity: "sha512-x", license: "MIT" };
  expect(
    lockfileFaults({
      packages: {
        "": {},
        "packages/core": {},
        "node_modules/@thioscope/core": { link: true },
        "node_modules/a": { license: "MIT" },
        "node_modules/b": { ...good, integrity: "sha1-x" },
        "node_modules/c": { ...good, hasInstallScript: true },
        "node_modules/d": { ...good, license: "GPL-3.0-only" },
        "node_modules/e": { ...good, license: "(MIT OR Apache-2.0)" },
      },
    }).map((fault) => fault.split(" ")[0]),
  ).toEqual(["node_modules/a", "node_modules/b", "node_modules/c", "node_modules/d"]);
});

test("a registry without advice is said, one with advice is judged", () => {
  expect(adviceOf('{"message":"405 Method Not Allowed","error":{"summary":"","detail":""}}').notAsked).toBe("405 Method Not Allowed");
  expect(adviceOf('{"error":{"code":"ENOTFOUND","summary":"","detail":""}}').notAsked).toBe("ENOTFOUND");
  expect(adviceOf("").notAsked).toBe("npm said nothing");
  const report = { auditReportVersion: 2, vulnerabilities: { a: { severity: "high", range: "<2" }, b: { severity: "moderate" } } };
  expect(adviceOf(JSON.stringify(report))).toEqual({ notAsked: null, grave: ["a <2: high"], others: 1 });
});
