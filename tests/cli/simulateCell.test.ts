/** `thioscope simulate cell`: its answers follow the published schema and the contract, and its files are read by the other commands. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-cellmodel-"));
  writeFileSync(
    join(folder, "steps.txt"),
    "# a short one\ndischarge at C/10 until 1.5 V or 300 mAh/g\nspectrum 1 kHz to 1 mHz with 2 per decade\nrest 30 min\ncharge at 0.2 mA/cm2 until 2.6 V or 2 h\n",
  );
  writeFileSync(join(folder, "wrong.txt"), "discharge at 100 mA/g until 0.5 V\ndischrge at 1 V\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await inProcess(...words.map((word) => word.replaceAll("@", `${folder}/`)));
  return { code, out: stdout, err: stderr };
}

test.each([
  [["na-s-nps", "--rate", "100mA/g", "--cells", "20", "--explain"]],
  [["calibrated-100", "--rate", "C/20", "--cells", "10", "--band"]],
  [["na-s-nbh", "--protocol", "@steps.txt", "--cells", "10", "--with", "crystalline"]],
  [["na-s-nas", "--parameters"]],
  [["li-s-lgps", "--cells", "10", "--with", "mediator", "--set", "mediatorShare=3 %, temperature=40 °C"]],
])("%j --json keeps schema and contract", async (words) => {
  const { code, out, err } = await run("simulate", "cell", ...words, "--json");
  expect(err).toBe("");
  expect(code).toBe(0);
  const answer: unknown = JSON.parse(out);
  expect(schemaMistakes("simulateCell", answer)).toEqual([]);
  expect(contractMistakes(answer)).toEqual([]);
});

test("a run is read by cycles like a measurement, with the capacity that the model states", async () => {
  const { out } = await run("simulate", "cell", "na-s-nps", "--rate", "100mA/g", "--cells", "20", "--json", "-o", "@run.mpt");
  const stated = (JSON.parse(out) as { dischargeCapacity: { value: number } }).dischargeCapacity.value;
  expect(stated).toBeGreaterThan(1240);
  expect(stated).toBeLessThan(1258);
  const cycles = JSON.parse((await run("cycles", "@run.mpt", "--json")).out) as { cycles: { dischargeCapacity: { value: number } }[] };
  // 2.1 mg/cm² of sulfur on 10 mm
  const mass = 2.1 * Math.PI * 0.25 * 1e-3;
  expect(cycles.cycles).toHaveLength(1);
  expect(JSON.stringify(cycles.cycles[0])).toContain("mAh");
  const peaks = JSON.parse((await run("dqdv", "@run.mpt", "--json")).out) as Record<string, unknown>;
  expect(Object.keys(peaks).length).toBeGreaterThan(2);
  expect((stated * mass) / 1000).toBeGreaterThan(0.002);
});

test("a sweep over currents and a parameter gives a row per combination", async () => {
  const { out, err } = await run(
    "simulate",
    "sweep",
    "na-s-nps",
    "--over",
    "rate=50mA/g,C/10; porosity=0.05:0.2:2",
    "--cells",
    "8",
    "--json",
  );
  expect(err).toBe("");
  const answer = JSON.parse(out) as { rows: { dischargeCapacity: { value: number } }[] };
  expect(schemaMistakes("simulateSweep", answer)).toEqual([]);
  expect(contractMistakes(answer)).toEqual([]);
  expect(answer.rows).toHaveLength(4);
  expect(answer.rows[1]!.dischargeCapacity.value).toBeLessThan(answer.rows[0]!.dischargeCapacity.value);
});

test("fit cell gives back what a run was made with, from its file", async () => {
  await run("simulate", "cell", "na-s-nps", "--cells", "20", "--set", "contactResistance=80", "--json", "-o", "@made.mpt");
  const { out, code } = await run("fit", "cell", "@made.mpt", "--fit", "contactResistance", "--cells", "10", "--json");
  expect(code).toBe(0);
  const answer = JSON.parse(out) as { parameters: { fitted: { value: number } }[] };
  expect(schemaMistakes("fit", answer)).toEqual([]);
  expect(contractMistakes(answer)).toEqual([]);
  expect(Math.abs(answer.parameters[0]!.fitted.value - 80)).toBeLessThan(15);
});

test.each([
  [["simulate", "sweep", "na-s-nps"], /what is swept/],
  [["simulate", "sweep", "na-s-nps", "--over", "porosity"], /no axis/],
  [["simulate", "sweep", "na-s-nps", "--over", "porosity=0.1:0.2:9999"], /2 to 5000/],
  [["fit", "cell", "@none.mpt"], /cannot be opened|none.mpt/],
  [["fit", "cell", "@made.mpt", "--fit", "porosty"], /did you mean porosity/],
  [["fit", "cell", "@made.mpt", "--half", "9"], /has no half cycle 9/],
])("%j is refused with what would be allowed", async (words, message) => {
  const { code, err } = await run(...words, "--json");
  expect(code).toBe(2);
  expect((JSON.parse(err) as { error: { message: string } }).error.message).toMatch(message);
});

test("a folder gets rows, maps, answer and parameters", async () => {
  const { code } = await run("simulate", "cell", "na-s-nps", "--cells", "5", "--protocol", "@steps.txt", "-o", "@run");
  expect(code).toBe(0);
  const maps = readFileSync(join(folder, "run/maps.csv"), "utf8").split("\n");
  expect(maps[0]).toContain("n_Na2S4");
  expect(maps.length).toBeGreaterThan(50);
  expect(readFileSync(join(folder, "run/parameters.csv"), "utf8")).toContain("calibrated");
  expect(readFileSync(join(folder, "run/run.bdf.csv"), "utf8").slice(0, 300)).toContain("voltage_volt");
});

test.each([
  [["na-s-nsp"], /did you mean na-s-nps/],
  [["na-s-nps", "--set", "porosty=0.1"], /did you mean porosity/],
  [["na-s-nps", "--set", "porosity"], /name=value/],
  [["na-s-nps", "--set", "porosity=1 mm"], /mm/],
  [["na-s-nps", "--with", "na2s3"], /with-na2s3/],
  [["li-s-lgps", "--with", "with-na2s3"], /Na–S/],
  [["na-s-nps", "--rate", "fast"], /is no current/],
  [["na-s-nps", "--cells", "0"], /2 to 1000/],
  [["na-s-nps", "--energies", "nothing"], /no energy set/],
  [["na-s-nps", "--protocol", "@wrong.txt"], /line 2.*did you mean discharge/],
  [["na-s-nps", "--protocol", "@none.txt"], /cannot be opened/],
  [["na-s-nps", "--set", "shareCarbon=0.02, shareElectrolyte=0.65"], /conduct/],
  [["na-s-nps", "-o", "@run.xlsx"], /\.mpt/],
])("%j is refused with what would be allowed", async (words, message) => {
  const { code, err, out } = await run("simulate", "cell", ...words, "--json");
  expect(out).toBe("");
  expect(code).toBe(2);
  expect((JSON.parse(err) as { error: { message: string } }).error.message).toMatch(message);
});

test("--over lays the prediction over a measured discharge: over its own file nothing is left, over that of another resistance what it makes", async () => {
  const model = ["simulate", "cell", "na-s-nps", "--rate", "100mA/g", "--cells", "10"];
  expect((await run(...model, "-o", "@made.mpt")).code).toBe(0);
  const over = async (...words: string[]) => {
    const { code, out, err } = await run(...model, "--over", "@made.mpt", ...words, "--json");
    expect([code, err]).toEqual([0, ""]);
    const answer = JSON.parse(out) as { over: { residual: { value: number }; capacity: Record<"measured" | "model", { value: number }> } };
    expect(schemaMistakes("simulateCell", answer)).toEqual([]);
    expect(contractMistakes(answer)).toEqual([]);
    return answer.over;
  };
  const own = await over();
  expect(own.residual.value).toBeLessThan(0.003);
  expect(Math.abs(own.capacity.model.value / own.capacity.measured.value - 1)).toBeLessThan(0.005);
  // 100 mA/g of 21 g/m2 through 100 ohm cm2 more: 21 mV
  const { value } = (await over("--set", "contactResistance=140 ohm cm2")).residual;
  expect(value).toBeGreaterThan(0.015);
  expect(value).toBeLessThan(0.03);
  expect((await run(...model, "--over", "@gone.mpt")).err).toMatch(/gone\.mpt cannot be opened.*FILE_MISSING/);
  expect((await run(...model, "--over", "@made.mpt", "--half", "2")).err).toMatch(/a charge begins from a state that is not known/);
});
