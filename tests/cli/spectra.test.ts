/** `thioscope raman`, `xps`, `sims`, `thermal` and `inspect` of their files: answers follow the published schema and the contract; what cannot be answered says why. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  virtualBalance,
  virtualCalorimeter,
  virtualFlight,
  virtualIonCounts,
  virtualRaman,
  virtualXps,
  writeFlight,
  writeHeatFlow,
  writeIonTable,
  writeNetzsch,
  writeRamanText,
  writeVamas,
} from "@thioscope/virtual";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-spectra-"));
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  for (const [k, height] of [3000, 0].entries()) {
    const { x, y } = virtualRaman({
      seed: `cli ${k}`,
      bands: [
        [219, 6, height],
        [473, 8, height],
      ],
      points: 500,
    });
    put(`state${k}.txt`, writeRamanText(`state ${k}`, x, y));
  }
  const silicon = virtualRaman({ seed: "si", bands: [[520.5, 4, 20_000]], range: [450, 600], points: 300, offset: 5 });
  put("silicon.txt", writeRamanText("silicon", silicon.x, silicon.y));
  const carbon = virtualXps({ seed: "c", lines: [[284.8, 1.2, 3000]], range: [278, 296], charging: 2 });
  const sulfur = virtualXps({
    seed: "s",
    lines: [
      [161.6, 1.1, 1600],
      [162.78, 1.1, 800],
    ],
    range: [155, 173],
    charging: 2,
  });
  const block = ({ x, y, photon }: typeof carbon, name: string) => ({ name, x, counts: y, photon });
  put("cell.vms", writeVamas([block(carbon, "C 1s"), block(sulfur, "S 2p")]));
  for (const [name, ratio] of [
    ["a", 0.1],
    ["b", 0.03],
  ] as const) {
    const run = virtualIonCounts({ seed: name, ratio, spread: 0.1 });
    const ions = [
      { name: "Li3S2+", mass: 84.991, counts: run.first },
      { name: "Li3S+", mass: 53.0196, counts: run.second },
    ];
    put(
      `${name}.ions`,
      writeIonTable(
        ions,
        run.pulses,
        ["1", "2", "3", "4", "5"].map((n) => `spot ${n}`),
      ),
    );
  }
  const flight = virtualFlight({
    seed: 1,
    peaks: [
      [7.01545, 9000],
      [22.98922, 9000],
      [38.96316, 9000],
    ],
    range: [5, 45],
  });
  put("flight.txt", writeFlight(flight.x, flight.y));
  const balance = virtualBalance({ seed: 1, steps: [[275, 18, 58]] });
  put("tg.txt", writeNetzsch("S@C", balance.milligram, balance));
  put("blank.txt", writeNetzsch("blank", balance.milligram, { ...balance, mass: balance.blank }));
  const heat = virtualCalorimeter({ seed: 1, glass: { at: 193, width: 5, heatCapacity: 0.15 }, peaks: [[320, 6, 12]] });
  put("dsc.txt", writeHeatFlow(10, 10, heat.temperature, heat.heatFlow));
  put("pair.txt", "1 2\n2 3\n3 4\n4 5\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command in this process. */
async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await inProcess(...words.map((word) => word.replaceAll("@", `${folder}/`)));
  return { code, out: stdout, err: stderr };
}

test.each([
  [["raman", "@state0.txt", "--curves"]],
  [["raman", "@state0.txt", "@state1.txt", "--species", "S8"]],
  [["raman", "@state0.txt", "--calibrate", "@silicon.txt", "--peaks", "219,473"]],
  [["xps", "@cell.vms"]],
  [
    [
      "xps",
      "@cell.vms",
      "--window",
      "158,171",
      "--level",
      "S 2p",
      "--components",
      "sulfide=161.6,sulfate=167",
      "--charge",
      "C 1s=282:292",
      "--curves",
    ],
  ],
  [["xps", "@cell.vms", "--quantify", "S 2p=158:171,C 1s=281:294"]],
  [["xps", "@cell.vms", "--quantify", "S 2p=158:171,C 1s=281:294", "--sensitivity", "S 2p=1.7"]],
  [["sims", "ion", "Li3S+", "S2-"]],
  [["sims", "calibrate", "@flight.txt", "--ions", "Li+,Na+,K+", "--start", "21.77=7,50.9=38.97", "--check", "K+"]],
  [["sims", "ratio", "@a.ions", "--of", "Li3S2+/Li3S+"]],
  [["sims", "ratio", "@a.ions", "--of", "Li3S2+/Li3S+", "--blank", "@b.ions", "--share", "0.1"]],
  [["sims", "compare", "@a.ions", "@b.ions", "--of", "Li3S2+/Li3S+"]],
  [["sims", "profile", "@a.ions", "--of", "Li3S2+/Li3S+", "--least", "30000"]],
  [["thermal", "@tg.txt", "--sulfur", "150,450", "--resolution", "1"]],
  [["thermal", "@tg.txt", "--blank", "@blank.txt"]],
  [["thermal", "@dsc.txt", "--glass"]],
  [["thermal", "@dsc.txt", "--peak", "290,350"]],
  [["inspect", "@state0.txt"]],
  [["inspect", "@cell.vms"]],
  [["inspect", "@a.ions"]],
  [["inspect", "@tg.txt"]],
])("%j --json keeps schema and contract", async (words) => {
  const { code, out, err } = await run(...words, "--json");
  expect(err).toBe("");
  expect(code).toBe(0);
  const answer: unknown = JSON.parse(out);
  expect(schemaMistakes(words[0]!, answer)).toEqual([]);
  expect(contractMistakes(answer)).toEqual([]);
});

const json = async (...words: string[]) => JSON.parse((await run(...words, "--json")).out);

test("what was put in comes out: bands, energies, masses, temperatures", async () => {
  const series = await json("raman", "@state0.txt", "@state1.txt", "--species", "S8");
  expect(series.bands.find((b: { position: { value: number } }) => b.position.value === 473).events).toEqual([
    { event: "disappears", after: "state0.txt", by: "state1.txt" },
  ]);
  const moved = await json("raman", "@state0.txt", "--calibrate", "@silicon.txt");
  expect(moved.offset.value).toBeCloseTo(5, 0);
  const { chargeShift, fit } = await json(
    "xps",
    "@cell.vms",
    "--window",
    "158,171",
    "--level",
    "S 2p",
    "--components",
    "sulfide=161.6",
    "--charge",
    "C 1s=282:292",
  );
  expect(chargeShift.value).toBeCloseTo(-2, 1);
  expect(fit.components[0].centre.value).toBeCloseTo(161.6, 1);
  expect(fit.workFunctionUsed.value).toBe(0);
  const quantify = ["xps", "@cell.vms", "--quantify", "S 2p=158:171,C 1s=281:294"];
  const { composition } = await json(...quantify);
  const own = await json(...quantify, "--sensitivity", "S 2p=3.354");
  expect(composition[0].source).toMatch(/Scofield/);
  // twice the factor, half the atoms per carbon
  const perCarbon = ([s, c]: { share: { value: number } }[]): number => s!.share.value / c!.share.value;
  expect(perCarbon(own.composition) / perCarbon(composition)).toBeCloseTo(0.5, 9);
  expect(own.composition.map(({ source }: { source: string }) => source)).toEqual(["declared", composition[1].source]);
  const others = await json("xps", "@cell.vms", "--quantify", "S 2p=163:176,C 1s=286:299", "--photon", "1492");
  expect(others.warnings.map(({ code }: { code: string }) => code)).toContain("sensitivity-other-photons");
  const { peak } = await json("thermal", "@dsc.txt", "--peak", "290,350");
  expect(Math.abs(peak.enthalpy.value - 12)).toBeLessThan(4 * peak.enthalpy.sigma + 0.1);
  const { segments, sulfur } = await json("thermal", "@tg.txt", "--sulfur", "150,450");
  expect(segments[0].used).toBe(true);
  expect(sulfur.content.value).toBeCloseTo(58, 0);
});

test.each([
  [["raman", "@state0.txt", "@state1.txt"], "spectrum,raman_shift,intensity,background,fit", ",cm⁻¹,counts,counts,counts", 1000],
  [["xps", "@cell.vms"], "spectrum,binding_energy,intensity", ",eV,counts", 300],
  [
    ["xps", "@cell.vms", "--window", "158,171", "--level", "S 2p", "--components", "sulfide=161.6", "--charge", "C 1s=282:292"],
    "spectrum,binding_energy,intensity,background,fit,sulfide",
    ",eV,counts,counts,counts,counts",
    50,
  ],
  [["thermal", "@tg.txt"], "spectrum,temperature,mass", ",°C,%", 100],
  [["thermal", "@dsc.txt", "--glass"], "spectrum,temperature,heat_flow", ",°C,W/g", 100],
  [["sims", "ratio", "@a.ions", "--of", "Li3S2+/Li3S+"], 'of,Li3S2+/Li3S+,Li3S2+/Li3S+ sigma,"Li3S2+/Li3S+ below, 95 %"', ",,,", 5],
  [["sims", "compare", "@a.ions", "@b.ions", "--of", "Li3S2+/Li3S+"], "of,Li3S2+/Li3S+", ",", 2],
  [["sims", "profile", "@a.ions", "--of", "Li3S2+/Li3S+", "--least", "30000"], "of,Li3S2+/Li3S+", ",", 1],
  [["sims", "calibrate", "@flight.txt", "--ions", "Li+,Na+,K+", "--start", "21.77=7,50.9=38.97"], "spectrum,m/z,counts", ",u,", 500],
] as const)("%j is drawn, and written as one table", async (words, names, units, rows) => {
  const { code } = await run(...words, "--plot", "@drawn.svg", "-o", "@table.csv");
  expect(code).toBe(0);
  const [head, unit, ...lines] = readFileSync(join(folder, "table.csv"), "utf8").trim().split("\n");
  expect(head!.startsWith(names)).toBe(true);
  expect(unit!.startsWith(units)).toBe(true);
  expect(lines.length).toBeGreaterThanOrEqual(rows);
  const svg = readFileSync(join(folder, "drawn.svg"), "utf8");
  expect(svg).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
  expect(svg).not.toContain("NaN");
});

test.each([
  [["raman"], "USAGE"],
  [["raman", "@pair.txt"], "INVALID_INPUT"],
  [["raman", "@state0.txt", "--species", "Na9S"], "INVALID_INPUT"],
  [["raman", "@state0.txt", "--range", "700,100"], "USAGE"],
  [["raman", "@state0.txt", "--shift", "1", "--calibrate", "@silicon.txt"], "USAGE"],
  [["raman", "@state0.txt", "--calibrate", "@state1.txt"], "NOT_COMPUTABLE"],
  [["xps", "@state0.txt"], "INVALID_INPUT"],
  [["xps", "@cell.vms", "--window", "50,60"], "INVALID_INPUT"],
  [["xps", "@cell.vms", "--window", "158,171", "--level", "Qq 2p"], "INVALID_INPUT"],
  [["xps", "@cell.vms", "--quantify", "S 2p"], "USAGE"],
  [["xps", "@cell.vms", "--quantify", "S 2p=158:171", "--sensitivity", "S 2p"], "USAGE"],
  [["sims", "rato", "@a.ions"], "USAGE"],
  [["sims", "ratio", "@a.ions"], "USAGE"],
  [["sims", "ratio", "@a.ions", "--of", "Na+/Li3S+"], "COLUMN_MISSING"],
  [["sims", "ion", "Li3S"], "INVALID_INPUT"],
  [["sims", "calibrate", "@flight.txt", "--ions", "Li+,Na+"], "INVALID_INPUT"],
  [["thermal", "@tg.txt", "--glass"], "NOT_COMPUTABLE"],
  [["thermal", "@tg.txt", "--sulfur", "460,520"], "NOT_COMPUTABLE"],
  [["thermal", "@state0.txt"], "FILE_FOREIGN"],
  [["thermal", "/nowhere.txt"], "FILE_MISSING"],
])("%j ends with %s", async (words, code) => {
  const { code: exit, err } = await run(...words, "--json");
  expect(JSON.parse(err)).toMatchObject({ error: { code } });
  expect(exit).toBe(2);
});
