/** The commands' JSON on files of the virtual potentiostat, whose truth is known. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  USUAL_IMPEDANCE_EFFECTS,
  type VirtualImpedanceCell,
  virtualImpedance,
  virtualPellet,
  writeVirtualImpedance,
} from "@thioscope/virtual";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "thioscope-eis-"));
const PELLET = {
  conductivity25: 2.9e-3,
  activationElectronvolt: 0.276,
  thickness: 0.062,
  area: Math.PI / 4,
  arcShare: 0.4,
  temperatureCelsius: 25,
};
const SWEEP = { highestHertz: 7e6, lowestHertz: 10, perDecade: 8 };
const LAYER: VirtualImpedanceCell = {
  title: "layer",
  seriesOhm: 60,
  arcs: [{ ohm: 45, tauSecond: 2e-5, exponent: 0.9 }],
  growth: { arc: { ohm: 90, tauSecond: 0.02, exponent: 0.9 }, fromSecond: 3600, toSecond: 54000, exponent: 0.5 },
  temperatureCelsius: 25,
  potentialVolt: 0,
};

const path = (name: string): string => join(folder, name);

beforeAll(() => {
  const pellet = virtualImpedance(virtualPellet(PELLET), [0], SWEEP, USUAL_IMPEDANCE_EFFECTS, "cli");
  writeFileSync(path("pellet.mpt"), writeVirtualImpedance(pellet, "biologic-mpt"));
  const hours = Array.from({ length: 36 }, (_, i) => 1800 * i + 900);
  const growing = virtualImpedance(LAYER, hours, { highestHertz: 1e6, lowestHertz: 0.1, perDecade: 5 }, USUAL_IMPEDANCE_EFFECTS, "cli");
  writeFileSync(path("growing.csv"), writeVirtualImpedance(growing, "csv"));
  const rows = [25, 40, 55, 70].map((t) => `${t},${2.9 * Math.exp((0.276 / 8.617333262e-5) * (1 / 298.15 - 1 / (t + 273.15)))}`);
  writeFileSync(path("sigma.csv"), ["temperature (°C),conductivity (mS/cm)", ...rows, ""].join("\n"));
});
afterAll(() => rmSync(folder, { recursive: true }));

// biome-ignore lint/suspicious/noExplicitAny: as it was printed
type Json = Record<string, any>;

/** What a command prints under --json. */
async function run(...words: string[]): Promise<{ code: number; out: Json; error: Json }> {
  const { code, ...texts } = await inProcess(...words, "--json");
  if (code === 0) {
    expect(schemaMistakes(words[0]!, JSON.parse(texts.stdout)), words.join(" ")).toEqual([]);
    expect(contractMistakes(JSON.parse(texts.stdout)), words.join(" ")).toEqual([]);
    expect(texts.stderr).toBe("");
  }
  const parse = (text: string): Json => (text.trim() === "" ? {} : JSON.parse(text));
  return { code, out: parse(texts.stdout), error: parse(texts.stderr) };
}

const value = (parameters: { name: string; value: number }[], name: string): number => parameters.find((p) => p.name === name)!.value;

test("eis fit: the contract, with a circuit and with auto", async () => {
  const { code, out } = await run("eis", "fit", path("pellet.mpt"), "--circuit", "L0-R1-p(R2,CPE2)-CPE3");
  expect(code).toBe(0);
  expect(out.circuit).toBe("L0-R1-p(R2,CPE2)-CPE3");
  expect(Object.keys(out)).toEqual(expect.arrayContaining(["parameters", "chi2", "frequencyHertz", "fitReal", "fitImag", "warnings"]));
  for (const p of out.parameters) expect(Object.keys(p)).toEqual(["name", "value", "sigma", "unit", "interval95"]);
  const ohm = 0.062 / (2.9e-3 * PELLET.area);
  expect((value(out.parameters, "R1") + value(out.parameters, "R2")) / ohm).toBeCloseTo(1, 1);
  expect(out.fitReal).toHaveLength(out.frequencyHertz.length);
  const auto = (await run("eis", "fit", path("pellet.mpt"))).out;
  expect(auto.circuit).toMatch(/R0-p\(R1,CPE1\)-CPE2$/);
  expect(auto.meaning).toBe("blocking electrodes");
  expect(auto.candidates.length).toBeGreaterThan(3);
});

test("eis fit: the band, the capacitive part and other weights are what was asked for", async () => {
  const { out } = await run(
    "eis",
    "fit",
    path("pellet.mpt"),
    "--circuit",
    "R0-CPE1",
    "--to",
    "1e4",
    "--weights",
    "unit",
    "--method",
    "simplex",
    "--profile",
  );
  expect(Math.max(...out.frequencyHertz)).toBeLessThanOrEqual(1e4);
  expect([out.weights, out.method]).toEqual(["unit", "simplex"]);
  expect(out.warnings.map((n: { code: string }) => n.code)).toContain("points-left-out");
});

test("eis kk and eis drt", async () => {
  const kk = (await run("eis", "kk", path("growing.csv"), "--spectrum", "1")).out;
  expect(kk.consistent).toBe(true);
  expect(kk.verdict).toMatch(/^consistent within the noise/);
  const drt = (await run("eis", "drt", path("growing.csv"), "--spectrum", "36")).out;
  const slow = drt.peaks.at(-1);
  expect(slow.resistance.value / 90).toBeCloseTo(1, 0);
  expect(Math.log10(slow.tau.value / 0.02)).toBeCloseTo(0, 0);
});

test("eis conductivity: with geometry a number, without it the reason", async () => {
  const words = ["eis", "conductivity", path("pellet.mpt"), "--circuit", "L0-R1-p(R2,CPE2)-CPE3", "--diameter", "10 mm"];
  const { out } = await run(...words, "--thickness", "0.62 ± 0.003 mm");
  expect(out.counted).toEqual(["R1", "R2"]);
  expect(out.conductivity).toMatchObject({ unit: "S/cm" });
  expect(out.conductivity.value / 2.9e-3).toBeCloseTo(1, 1);
  const without = (await run(...words)).out;
  expect(without.conductivity.notComputable).toMatch(/thickness .* missing/);
});

test("eis series: parameters against time, the new arc and when it was complete", async () => {
  const csv = path("series.csv");
  const { out } = await run("eis", "series", path("growing.csv"), "--circuit", "R0-p(R1,CPE1)", "--new-arc", "-o", csv);
  expect(out.against).toBe("time");
  expect(out.spectra[1].at.unit).toBe("s");
  expect(out.spectra).toHaveLength(36);
  expect(out.newArc.circuit).toBe("R0-p(R1,CPE1)-p(R2,CPE2)");
  expect(out.newArc.time.value).toBeLessThan(3 * 3600);
  expect(Math.abs(out.growth.complete.value / 54000 - 1)).toBeLessThan(0.1);
  const [names, units] = readFileSync(csv, "utf8").split(/\r?\n/);
  expect(names).toMatch(/^time,R0,R0_sigma/);
  expect(units).toMatch(/^s,ohm,ohm/);
});

test("arrhenius: both forms, their covariance and the value at a temperature", async () => {
  const { out } = await run("arrhenius", path("sigma.csv"), "--at", "25");
  expect(out.forms.map((f: { key: string }) => f.key)).toEqual(["X", "XT"]);
  const [plain, hopping] = out.forms;
  expect(plain.activationEnergy.value).toBeCloseTo(0.276, 6);
  expect(hopping.activationEnergy.value - plain.activationEnergy.value).toBeCloseTo(0.0276, 3);
  expect(plain.at.estimate.value).toBeCloseTo(2.9e-3, 8);
  expect(plain.covariance[0][1]).toBe(plain.covariance[1][0]);
});

test("what cannot be done is said with a code, exit 2", async () => {
  expect((await run("eis", "fitt", path("pellet.mpt"))).error.error).toMatchObject({
    code: "USAGE",
    message: expect.stringContaining("did you mean fit?"),
  });
  expect((await run("eis", "fit", path("pellet.mpt"), "--circuit", "R0-X1")).error.error.code).toBe("INVALID_INPUT");
  expect((await run("eis", "kk", path("growing.csv"), "--spectrum", "99")).error.error.message).toMatch(/spectra 1 to 36/);
  const { code, error } = await run("arrhenius", path("growing.csv"));
  expect([code, error.error.code]).toEqual([2, "COLUMN_MISSING"]);
});
