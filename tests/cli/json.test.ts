/**
 * The command line as programs see it, on files of the virtual cycler: real processes where the process itself is asked about (pipes, signals, exit codes), the
 * same `main` in this process for what a command answers.
 *
 * Expected values come from the cycler's own truth; shapes from docs/reference/schema and the contract in contract.ts.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ERROR_TABLE, Quantity } from "@thioscope/core";
import { VIRTUAL_CELLS, VIRTUAL_SYMMETRIC, virtualCycling, virtualSymmetric, writeVirtual } from "@thioscope/virtual";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMMANDS } from "../../packages/cli/src/main.ts";
import { contractMistakes, DEFINED, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";
import { START, thioscope } from "./thioscope.ts";

const CELL = `name: S|NPS cell 12
diameter: 10 mm
layers:
  - { role: anode, composition: { Na15Sn4: 80 wt%, C: 20 wt% }, mass: 100 mg }
  - { role: separator, composition: { Na3PS4: 100 wt% }, mass: 80 mg }
  - { role: cathode, composition: { S: 33 wt%, C: 17 wt%, Na3PS4: 50 wt% }, mass: 5.0 ± 0.1 mg, active: S }
reference: Na15Sn4
`;

/** Twelve discharge pulses of 600 s at 1 mA with rests of an hour, the potential moving with the root of the time. */
function pulses(): string {
  const lines = ["test_time_second,voltage_volt,current_ampere", "0,2.2,0", "600,2.2,0"];
  for (let k = 0; k < 12; k++) {
    const start = 600 + k * 4200;
    const before = 2.2 - 0.02 * k;
    for (let t = 1; t <= 600; t += t < 20 ? 1 : 10) lines.push(`${start + t},${(before - 0.03 - 0.002 * Math.sqrt(t)).toFixed(6)},-0.001`);
    for (let t = 1; t <= 3600; t += t < 20 ? 1 : 60) {
      lines.push(`${start + 600 + t},${(before - 0.02 - 0.002 * (Math.sqrt(600 + t) - Math.sqrt(t))).toFixed(6)},0`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** One scan of a couple bound to the electrode at 100 mV/s: a peak either way. */
function sweeps(): string {
  const lines = ["test_time_second,voltage_volt,current_ampere"];
  for (let i = 0; i <= 1200; i++) {
    const volt = 0.6 - Math.abs(i - 600) / 1000;
    lines.push(`${i / 100},${volt.toFixed(4)},${((i < 600 ? 1e-5 : -1e-5) / Math.cosh((volt - 0.3) / 0.0514) ** 2).toExponential(6)}`);
  }
  return `${lines.join("\n")}\n`;
}

const home = process.cwd();
let folder = "";
const run = virtualCycling(VIRTUAL_CELLS["na-s-nps"], "contract", undefined, 600);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-cli-"));
  const mpt = writeVirtual(run, "biologic-mpt");
  const files: Record<string, Uint8Array | string> = {
    "cell.mpt": mpt,
    "cell.bdf.csv": writeVirtual(run, "bdf-csv"),
    "cell.txt": writeVirtual(run, "delimited-de"),
    "cell.yaml": CELL,
    "broken.yaml": CELL.replace("100 mg", "100 apples"),
    "empty.mpt": "",
    "foreign.mpt": new Uint8Array(5000).map((_, i) => (i * 2654435761) >>> 13),
    // in the middle of a row
    "cut.mpt": mpt.subarray(0, mpt.indexOf(10, 5000) + 20),
    "own.txt": `h;U;I\n${Array.from({ length: 100 }, (_, i) => `${i / 100};${3000 + i};-5`).join("\n")}\n`,
    "pulses.csv": pulses(),
    "sweeps.csv": sweeps(),
    "symmetric.mpt": writeVirtual(
      virtualSymmetric(
        VIRTUAL_SYMMETRIC,
        { currentDensities: [0.2, 0.4, 0.6], cycles: 2, halfCycleHour: 0.3, intervalSecond: 10 },
        "contract",
        0.6,
      ),
      "biologic-mpt",
    ),
    "words.txt": "This is no table.\nIt has two lines.\n",
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  mkdirSync(join(folder, "nothing"));
  expect((await thioscope(folder, "new", "study", "--from", "cell.mpt", "cell.bdf.csv")).code).toBe(0);
  expect((await thioscope(folder, "run", "study")).stderr).toBe("");
  process.chdir(folder);
});

afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

/** The one object on stdout; nothing else there, nothing on stderr. */
async function answer(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await inProcess(...args, "--json");
  expect(stderr, args.join(" ")).toBe("");
  expect(code, args.join(" ")).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const ANSWERS: readonly (readonly [command: string, ...args: string[]])[] = [
  ["inspect", "cell.mpt"],
  ["inspect", "cell.mpt", "cell.txt"],
  ["convert", "cell.mpt", "-o", "out/"],
  ["cell", "cell.yaml"],
  ["cycles", "cell.mpt"],
  ["cycles", "cell.bdf.csv", "--cell", "cell.yaml"],
  ["dqdv", "cell.mpt"],
  ["dqdv", "cell.txt", "--cell", "cell.yaml", "--smooth", "--half", "2", "-o", "curve.csv"],
  ["dqdv", "cell.mpt", "--peaks", "--cell", "cell.yaml"],
  ["dqdv", "cell.mpt", "cell.bdf.csv", "--against", "temperature", "--temperature", "30 °C, 60 ± 1 °C"],
  ["dqdv", "cell.mpt", "--peaks", "--against", "current"],
  ["subtract", "cell.mpt", "cell.txt", "--cell", "cell.yaml", "--reference-cell", "cell.yaml", "--offset", "0 ± 5 mV"],
  ["composition", "cell.mpt", "--cell", "cell.yaml", "--electrolyte-share", "0..0.3"],
  ["cv", "sweeps.csv", "--area", "0.1 cm2"],
  ["symmetric", "symmetric.mpt", "--area", "0.7854 cm2"],
  ["symmetric", "cell.mpt", "--full"],
  ["compare", "cell.mpt", "cell.txt", "--by", "rate", "--cell", "cell.yaml"],
  ["compare", "study", "--by", "life"],
  ["gitt", "pulses.csv", "--length", "1 um", "--cell", "cell.yaml"],
  ["new", "other", "--from", "cell.txt", "words.txt"],
  ["run", "study"],
  ["verify", "study", "--sample", "1"],
  ["watch", "study", "--until-settled", "--settle", "0.1", "--every", "0.1"],
  ["report", "study", "-o", "out/report.html"],
  ["report", "study", "--methods"],
  ["export", "study", "-o", "out/study"],
];

describe("an answer", () => {
  test.each(ANSWERS.map((args) => ({ args })))("$args: one object, as documented", async ({ args }) => {
    const value = await answer(...args);
    expect(schemaMistakes(args[0], value)).toEqual([]);
    expect(contractMistakes(value)).toEqual([]);
  });

  test("query: rows under the query's own names", async () => {
    const value = await answer(
      "query",
      'select cell, cycle, discharge_mah as "Q" from cycles order by cycle limit 2',
      "--studies",
      "study",
    );
    expect(schemaMistakes("query", value)).toEqual([]);
    expect(value.columns).toEqual([
      { name: "cell", type: "VARCHAR" },
      { name: "cycle", type: "INTEGER" },
      { name: "Q", type: "DOUBLE" },
    ]);
    expect(value.rows).toHaveLength(2);
  });

  test("open: the address, then nothing until it is stopped", async () => {
    const child = spawn(process.execPath, [...START, "open", "cell.mpt", "--json", "--port", "4871"], { cwd: folder });
    const [chunk] = (await once(child.stdout, "data")) as [Buffer];
    const value = JSON.parse(chunk.toString()) as { url: string; port: number };
    expect(schemaMistakes("open", value)).toEqual([]);
    expect(value.url).toBe(`http://127.0.0.1:${value.port}/`);
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("--mapping says what columns are", async () => {
    const mapping = {
      test_time_second: { header: "h", unit: "h" },
      voltage_volt: { header: "U", unit: "mV" },
      current_ampere: { header: "I", unit: "mA", factor: -1 },
    };
    writeFileSync(join(folder, "mapping.json"), JSON.stringify(mapping));
    for (const word of [JSON.stringify(mapping), "mapping.json"]) {
      const { last } = (await answer("inspect", "own.txt", "--mapping", word)) as { last: Record<string, Quantity> };
      expect(last.test_time_second?.value).toBeCloseTo(0.99 * 3600, 9);
      expect(last.voltage_volt?.value).toBeCloseTo(3.099, 12);
      // this instrument counts discharge positive
      expect(last.current_ampere?.value).toBeCloseTo(0.005, 15);
    }
    for (const word of ["[1]", '{"voltage_volt": 3}', "{voltage"]) {
      const { code, stderr } = await inProcess("inspect", "own.txt", "--mapping", word, "--json");
      expect([code, (JSON.parse(stderr) as { error: { code: string } }).error.code], word).toEqual([
        2,
        word === "[1]" ? "FILE_MISSING" : "USAGE",
      ]);
    }
  });

  test("composition: x errs by mass and instrument, assumed and said, until --gain declares it", async () => {
    const of = async (...more: string[]) =>
      (await answer("composition", "cell.mpt", "--cell", "cell.yaml", ...more)) as unknown as {
        accuracy: { how: string; assumed: boolean };
        halfCycles: { end: { low: Quantity } }[];
      };
    const relative = ({ halfCycles }: Awaited<ReturnType<typeof of>>) => halfCycles[0]!.end.low.sigma! / halfCycles[0]!.end.low.value;
    const usual = await of();
    expect(usual.accuracy).toMatchObject({ assumed: true, how: expect.stringContaining("0.1 % of the current") });
    // 5.0 ± 0.1 mg, 0.1 % of gain, and a little scatter
    expect(relative(usual)).toBeGreaterThan(Math.hypot(0.02, 0.001) * (1 - 1e-9));
    const declared = await of("--gain", "5");
    expect(declared.accuracy.assumed).toBe(false);
    expect(relative(declared)).toBeCloseTo(Math.hypot(0.02, 0.05), 4);
  });

  test("every command has a schema", () => {
    expect(Object.keys(COMMANDS).filter((name) => !DEFINED.includes(name))).toEqual([]);
  });

  test("capacities are the cycler's within its errors, energies have units of energy", async () => {
    const gain = String(100 * run.truth.effects.gainRelative);
    const { cycles } = (await answer("cycles", "cell.bdf.csv", "--cell", "cell.yaml", "--gain", gain)) as unknown as {
      cycles: { dischargeCapacity: Quantity; dischargeEnergy: Quantity; byBasis: Record<string, Quantity>[] }[];
    };
    const truth = run.truth.halfCycles.filter((h) => h.direction === "discharge");
    expect(cycles).toHaveLength(truth.length);
    for (const [i, cycle] of cycles.entries()) {
      const { value, sigma, unit } = cycle.dischargeCapacity;
      expect(unit).toBe("mAh");
      expect(Math.abs(value - truth[i]!.capacityMilliampereHour)).toBeLessThan(4 * sigma!);
      const { dischargeCapacity, dischargeEnergy } = cycle.byBasis[0] as { dischargeCapacity: Quantity; dischargeEnergy: Quantity };
      expect([dischargeCapacity.unit, dischargeEnergy.unit]).toEqual(["mAh/g", "mWh/g"]);
      // 33 % of 5.0 ± 0.1 mg
      expect(dischargeCapacity.value).toBeCloseTo(value / 1.65e-3, 6);
      expect(dischargeCapacity.sigma! / dischargeCapacity.value).toBeCloseTo(Math.hypot(0.02, sigma! / value), 9);
      expect(dischargeEnergy.value / dischargeCapacity.value).toBeCloseTo(cycle.dischargeEnergy.value / value, 9);
    }
  });
});

const FAILURES: readonly (readonly [code: keyof typeof ERROR_TABLE, file: string | null, ...args: string[]])[] = [
  ["FILE_EMPTY", "empty.mpt", "inspect", "empty.mpt"],
  ["FILE_FOREIGN", "foreign.mpt", "inspect", "foreign.mpt"],
  ["FILE_CUT", "cut.mpt", "cycles", "cut.mpt"],
  ["FILE_FOREIGN", "words.txt", "dqdv", "words.txt"],
  ["FILE_MISSING", "gone.mpr", "inspect", "gone.mpr"],
  ["FILE_MISSING", "nothing", "convert", "nothing"],
  ["CELL_INVALID", "broken.yaml", "cell", "broken.yaml"],
  ["CELL_INVALID", "broken.yaml", "cycles", "cell.mpt", "--cell", "broken.yaml"],
  ["USAGE", null, "inspect"],
  ["USAGE", null, "inspct", "cell.mpt"],
  ["USAGE", null, "inspect", "--slavage", "cell.mpt"],
  ["USAGE", null, "cycles", "cell.mpt", "--reference", "first"],
  ["USAGE", null, "dqdv", "cell.mpt", "--half", "99"],
  ["USAGE", null, "convert", "cell.mpt", "--to", "xml"],
  ["USAGE", null, "run", "study", "--engine", "cloud"],
  ["USAGE", null, "open", "cell.mpt", "--port", "0"],
  ["NOT_COMPUTABLE", "cell.mpt", "symmetric", "cell.mpt"],
  ["QUERY_FAILED", null, "query", "drop table cycles", "--studies", "study"],
];

describe("a failure", () => {
  test.each(FAILURES.map(([code, file, ...args]) => ({ code, file, args })))("$args: $code", async ({ code, file, args }) => {
    const done = await inProcess(...args, "--json");
    expect(done.code).toBe(2);
    expect(done.stdout).toBe("");
    const value = JSON.parse(done.stderr) as { error: { code: string; file: string | null } };
    expect(schemaMistakes("error", value)).toEqual([]);
    expect(value.error.code).toBe(code);
    if (file !== null) expect(value.error.file).toBe(file);
    expect(done.stderr).not.toMatch(/^\s+at /m);
  });

  test("in words: one line with code and place, no stack", async () => {
    const { code, stdout, stderr } = await thioscope(folder, "inspect", "empty.mpt");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe("thioscope inspect: empty.mpt, byte 0: the file is empty (0 bytes) [FILE_EMPTY]\n");
  });

  test("a full cell is no symmetric one: the message names --full", async () => {
    expect((await inProcess("symmetric", "cell.mpt")).stderr).toMatch(/no symmetric cell: .*; with --full soft shorts/);
  });

  test("a mistyped command or option is answered with the one that was meant", async () => {
    expect((await inProcess("inspct", "cell.mpt")).stderr).toContain('did you mean "inspect"?');
    expect((await inProcess("inspect", "--slavage", "cell.mpt")).stderr).toContain("did you mean --salvage?");
  });

  test("one bad file of several does not hide the others", async () => {
    const { code, stdout, stderr } = await thioscope(folder, "inspect", "empty.mpt", "cell.mpt", "--json");
    const { files } = JSON.parse(stdout) as { files: { file: string; rows?: number; error?: { code: string } }[] };
    expect(code).toBe(2);
    expect(files.map((f) => f.error?.code ?? f.rows)).toEqual(["FILE_EMPTY", run.rows.length]);
    expect(schemaMistakes("inspect", { files })).toEqual([]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "FILE_EMPTY", file: "empty.mpt", offset: 0 } });
  });

  test("a reader that closes the pipe early is none", async () => {
    const child = spawn(process.execPath, [...START, "dqdv", "cell.mpt", "--json", "-o", "piped.csv"], { cwd: folder });
    let stderr = "";
    child.stderr.on("data", (text: Buffer) => {
      stderr += text.toString();
    });
    child.stdout.destroy();
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(stderr).toBe("");
    expect(readFileSync(join(folder, "piped.csv"), "utf8")).toMatch(/^half_cycle,cycle,voltage,dqdv,dqdv_sigma\n,,V,/);
  });
});

describe("help", () => {
  test.each(Object.keys(COMMANDS))("%s --help: usage, options, examples", async (name) => {
    const { code, stdout, stderr } = await inProcess(name, "--help");
    expect([code, stderr]).toEqual([0, ""]);
    for (const part of [`Usage: thioscope ${name}`, "\nOptions:\n", "--json", `\nExamples:\n  thioscope ${name}`])
      expect(stdout).toContain(part);
    for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(160);
  });

  test("without a command: the list of commands", async () => {
    const { code, stdout } = await thioscope(folder);
    expect(code).toBe(0);
    for (const [name, { summary }] of Object.entries(COMMANDS))
      expect(stdout).toMatch(new RegExp(`^ {2}${name} +${summary.replaceAll(/[()]/g, ".")}$`, "m"));
  });
});
