import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files that run for more than 20 s, the longest first: begun early, two workers end together. The study of `npm start` takes both processors where it can, and the pages of
 * the guide run five at a time: they do not meet. A file that is not named here runs after these, the larger ones first.
 */
const LONGEST: readonly string[] = [
  "tests/start.test.ts",
  "tests/cli/json.test.ts",
  "tests/browser/page.test.ts",
  "tests/docs/pages.test.ts",
  "tests/cluster/cluster.test.ts",
  "tests/browser/workbench.test.ts",
  "tests/fuzz/readers.test.ts",
  "tests/fuzz/images.test.ts",
  "tests/cli/xrdStudy.test.ts",
  "tests/browser/snapshots.test.ts",
  "tests/browser/journey.test.ts",
  "tests/browser/fits.test.ts",
  "tests/golden/auditChecks.test.ts",
  "tests/golden/inspect.test.ts",
  "tests/roundtrip/spectraErrors.test.ts",
  "tests/roundtrip/pathway.test.ts",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((path) => moduleId.endsWith(path));
      return place < 0 ? LONGEST.length : place;
    };
    // files of a kind stay together: those that share a worker keep it only while the next one shares it too
    return (await super.sort(files)).sort((a, b) => a.project.name.localeCompare(b.project.name) || rank(a) - rank(b));
  }
}

const shared = {
  setupFiles: ["tests/setup.ts"],
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source", "node"] } },
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      // whole runs: processes, memory, files and output of their own
      {
        extends: true,
        test: { ...shared, name: "alone", include: ["tests/**/*.test.ts"], exclude: ["tests/{roundtrip,golden}/**"] },
      },
      // what asks functions: a worker loads the packages once for all of them
      {
        extends: true,
        test: {
          ...shared,
          name: "shared",
          include: ["packages/*/src/**/*.test.ts", "tests/{roundtrip,golden}/**/*.test.ts"],
          isolate: false,
        },
      },
    ],
  },
});
