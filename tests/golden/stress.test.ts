/**
 * Steel in tension with ceria dust on it (two frames of the 2-D strain tutorial of GSAS-II): the truth is the load, 1004.41 N less −2.17425 N over
 * 2.25 mm². Geometry of the tutorial's own calibration, without its tilt: the unloaded frame takes that off.
 */
import { phaseStructure } from "@thioscope/core/crystal";
import {
  type Cake,
  cakeOf,
  type DetectorGeometry,
  integrateFrame,
  integrationPlan,
  knownElasticConstants,
  measureStress,
  type StrainHarmonics,
  type StressPhase,
} from "@thioscope/core/diffraction";
import { readImageStack } from "@thioscope/formats";
import { beforeAll, expect, test } from "vitest";
import { dataSource, describeData } from "../data.ts";

const APPLIED = (1004.41 + 2.17425) / 2.25;
const LAMBDA = 0.12398;
const GEOMETRY: DetectorGeometry = {
  distanceMetre: 1.118855537,
  poni1Metre: 0.173457081,
  poni2Metre: 0.16859497,
  rot1: 0,
  rot2: 0,
  rot3: 0,
  pixel1Metre: 150e-6,
  pixel2Metre: 150e-6,
  wavelengthMetre: LAMBDA * 1e-10,
  orientation: 2,
  shape: [2300, 2300],
};

const OPTIONS = { wavelengthAngstrom: LAMBDA, halfWindowDegree: 0.09, shape: "gaussian" } as const;

describeData("steel under a known load", () => {
  let before: Cake;
  let loaded: Cake;

  beforeAll(async () => {
    const plan = integrationPlan(GEOMETRY, {
      unit: "2th_deg",
      bins: 3000,
      sectors: 72,
      range: [1.5, 9],
      splitting: "none",
      polarisation: { factor: 0.99 },
    });
    const read = async (name: string): Promise<Cake> => {
      const stack = await readImageStack(dataSource(`xrd/gsas-2dstrain/${name}`));
      const { values } = await stack.frame(0);
      stack.close();
      return cakeOf(plan, integrateFrame(plan, values as Int32Array));
    };
    before = await read("nx09_strain_001.mar2300");
    loaded = await read("nx09_strain_011.mar2300");
  });

  test("the mean of three ferrite rings is the applied stress within 10 %, each with its own constants by Hill", () => {
    const ferrite: StressPhase = {
      phase: "ferrite",
      structure: phaseStructure("Fe"),
      reflections: [
        [2, 1, 1],
        [2, 0, 0],
        [2, 2, 0],
      ],
      constants: knownElasticConstants("Fe"),
    };
    const { stress, rings, leftOut } = measureStress(loaded, ferrite, { ...OPTIONS, before });
    expect(leftOut).toEqual([]);
    if ("notComputable" in stress) throw new Error(stress.notComputable);
    const mean = stress.rings.reduce((sum, r) => sum + r.difference.value / 3, 0);
    expect(Math.abs(mean / APPLIED - 1)).toBeLessThan(0.1);
    // what a peer measured sector by sector on the same frames, e_y − e_x: 2893, 3354, 2924 µstrain, rms of a sector 60
    for (const [i, peer] of [2893, 3354, 2924].entries()) {
      const { difference } = rings[i]!.harmonics;
      expect(Math.abs(-difference.value - peer)).toBeLessThan(2 * difference.sigma!);
    }
    // grains of the three families share the load unevenly: the rings say so
    expect(stress.notices.map((n) => n.code)).toEqual(["rings-disagree"]);
    expect(() => measureStress(loaded, { ...ferrite, reflections: [[1, 0, 0]] }, OPTIONS)).toThrow(/1 0 0 is extinct in I m -3 m/);
  });

  test("ceria dust carries no load: 40 µstrain at most in the mean of its rings, none significant", () => {
    const ceria: StressPhase = {
      phase: "ceria",
      structure: phaseStructure("CeO2"),
      reflections: [
        [1, 1, 1],
        [2, 2, 0],
        [3, 1, 1],
      ],
      constants: knownElasticConstants("CeO2"),
    };
    const rings = measureStress(loaded, ceria, { ...OPTIONS, before }).rings.map((r) => r.harmonics);
    expect(rings.length).toBe(3);
    const mean = (pick: (h: StrainHarmonics) => number): number => rings.reduce((sum, h) => sum + pick(h) / rings.length, 0);
    expect(
      Math.hypot(
        mean((h) => h.a2.value),
        mean((h) => h.b2.value),
      ),
    ).toBeLessThan(40);
    for (const h of rings) {
      expect(Math.abs(h.a2.value)).toBeLessThan(3 * h.a2.sigma!);
      expect(Math.abs(h.b2.value)).toBeLessThan(3 * h.b2.sigma!);
    }
  });
});
