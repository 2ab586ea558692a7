import { chooseCircuit, findNewArc, fitCircuit, fitSeries, parseCircuit } from "@thioscope/core/impedance";
import { type ImpedanceFile, readImpedance, sourceOfBytes } from "@thioscope/formats";
import {
  NO_IMPEDANCE_EFFECTS,
  USUAL_IMPEDANCE_EFFECTS,
  type VirtualImpedanceCell,
  type VirtualImpedanceFormat,
  type VirtualImpedanceRun,
  virtualImpedance,
  virtualPellet,
  writeVirtualImpedance,
} from "@thioscope/virtual";
import { expect, test } from "vitest";

const read = (run: VirtualImpedanceRun, format: VirtualImpedanceFormat): Promise<ImpedanceFile> =>
  readImpedance(sourceOfBytes(`virtual.${format === "csv" ? "csv" : "mpt"}`, writeVirtualImpedance(run, format)));

const PELLET_SWEEP = { highestHertz: 7e6, lowestHertz: 10, perDecade: 10 };
/** 150 mg in a die of 10 mm; 2.9 mS/cm at 25 °C with 0.276 eV, as printed for NTSC. */
const NTSC = { conductivity25: 2.9e-3, activationElectronvolt: 0.276, thickness: 0.062, area: Math.PI / 4, arcShare: 0.4 };

test("both formats give back what was written", async () => {
  const cell: VirtualImpedanceCell = { ...virtualPellet({ ...NTSC, temperatureCelsius: 25 }), potentialVolt: 0.1 };
  const run = virtualImpedance(cell, [0, 600], PELLET_SWEEP, USUAL_IMPEDANCE_EFFECTS, "formats");
  for (const format of ["biologic-mpt", "csv"] as const) {
    const { spectra } = await read(run, format);
    expect(spectra).toHaveLength(2);
    for (const [k, spectrum] of spectra.entries()) {
      const truth = run.spectra[k]!;
      for (const [i, f] of truth.frequencyHertz.entries()) {
        expect(spectrum.frequencyHertz[i]! / f).toBeCloseTo(1, 6);
        expect(spectrum.real[i]! / truth.real[i]!).toBeCloseTo(1, 6);
        expect(spectrum.imaginary[i]! / truth.imaginary[i]!).toBeCloseTo(1, 6);
      }
    }
  }
});

test("without effects the circuit's own parameters come back", async () => {
  const cell: VirtualImpedanceCell = {
    title: "plain",
    seriesOhm: 12,
    arcs: [{ ohm: 85, tauSecond: 1e-4, exponent: 0.9 }],
    warburg: 4,
    temperatureCelsius: 25,
    potentialVolt: 2,
  };
  const run = virtualImpedance(cell, [0], { highestHertz: 1e6, lowestHertz: 0.01, perDecade: 8 }, NO_IMPEDANCE_EFFECTS);
  const [spectrum] = (await read(run, "biologic-mpt")).spectra;
  const fit = fitCircuit(parseCircuit("R0-p(R1,CPE1)-W1"), spectrum!);
  const value = (name: string): number => fit.parameters.find((p) => p.name === name)!.value;
  expect(value("R0")).toBeCloseTo(12, 4);
  expect(value("R1")).toBeCloseTo(85, 3);
  expect(value("W1")).toBeCloseTo(4, 4);
  // τ^a = R Q
  expect((value("R1") * value("CPE1.Q")) ** (1 / value("CPE1.a")) / 1e-4).toBeCloseTo(1, 4);
});

/** A symmetric cell whose electrolyte forms a layer on the metal: it begins after 1 h and is complete after 15 h. */
const LAYER: VirtualImpedanceCell = {
  title: "Na-Sn|NAS|Na-Sn",
  seriesOhm: 60,
  arcs: [{ ohm: 45, tauSecond: 2e-5, exponent: 0.88 }],
  warburg: 2,
  growth: { arc: { ohm: 90, tauSecond: 0.02, exponent: 0.9 }, fromSecond: 3600, toSecond: 15 * 3600, exponent: 0.5 },
  temperatureCelsius: 25,
  potentialVolt: 0,
};
const HOURS = Array.from({ length: 97 }, (_, i) => i / 4);
const CELL_SWEEP = { highestHertz: 1e6, lowestHertz: 0.1, perDecade: 6 };

test("a cell that does not change has no new arc", async () => {
  const { growth: _, ...constant } = LAYER;
  for (let seed = 0; seed < 5; seed++) {
    const run = virtualImpedance(
      constant,
      HOURS.slice(0, 30).map((h) => h * 3600),
      CELL_SWEEP,
      USUAL_IMPEDANCE_EFFECTS,
      `${seed}`,
    );
    expect(findNewArc("R0-p(R1,CPE1)-W1", (await read(run, "csv")).spectra).first).toBeNull();
  }
});

test("the circuit chosen for a pellet is the one it was made of; 61 spectra take less than 2 s", async () => {
  const pellet = virtualPellet({ ...NTSC, temperatureCelsius: -25 });
  const run = virtualImpedance(
    pellet,
    Array.from({ length: 61 }, (_, i) => 600 * i),
    PELLET_SWEEP,
    { ...USUAL_IMPEDANCE_EFFECTS, cableHenry: 0 },
    "auto",
  );
  const { spectra } = await read(run, "csv");
  expect(chooseCircuit(spectra[0]!).fit.circuit).toBe("R0-p(R1,CPE1)-CPE2");
  const began = process.cpuUsage();
  const { fits } = fitSeries("R0-p(R1,CPE1)-CPE2", spectra);
  // of the processor: what else the machine does is not asked about
  expect(process.cpuUsage(began).user / 1e3).toBeLessThan(2000);
  expect(fits).toHaveLength(61);
});
