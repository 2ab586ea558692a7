/**
 * Trajectories of the data folder: what each format holds, displacements beside numpy, diffusivities beside their truth, density and radial distribution
 * beside the source's own tests, alpha barcodes beside GUDHI.
 *
 * Expected values: README and truth.json of the folder (numpy, pymatgen, kinisi, GUDHI, the sources' asserted numbers).
 */
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import {
  type IonTracks,
  inverseCell,
  probabilityDensity,
  rdfCollector,
  type TrajectorySink,
  type TrajectorySummary,
  trackCollector,
  volumeOf,
} from "@thioscope/core/atoms";
import { alphaBarcodes } from "@thioscope/core/topology";
import { collectiveTrack, conductivityOf, diffusivity, havenRatio, meanSquaredDisplacement, type Tracks } from "@thioscope/core/transport";
import { readCif, readTrajectory } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataFile, dataSource, describeData } from "../data.ts";

const json = (path: string): unknown => {
  const bytes = readFileSync(dataFile(path));
  return JSON.parse((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString());
};

/** Format, frames, atoms by species, unwrapped; what is written in the file. */
const FILES: readonly (readonly [path: string, format: string, frames: number, atoms: string])[] = [
  ["argyrodite/Li6PS5Cl_50p_run1_XDATCAR.gz", "xdatcar", 140, "Li192 Cl32 S160 P32"],
  ["argyrodite/Li6PS5I_100p_run1_XDATCAR.gz", "xdatcar", 100, "Li192 I32 S160 P32"],
  ["formats/matterviz-vasp-XDATCAR.MD.gz", "xdatcar", 5, "O48 Fe32"],
  ["formats/pymatgen-XDATCAR_4.gz", "xdatcar", 4, "Li2 O1"],
  ["formats/pymatgen-XDATCAR_5.gz", "xdatcar", 4, "Li2 O1"],
  ["formats/pymatgen-XDATCAR_6.gz", "xdatcar", 4, "Fe2 O4 Ti1"],
  ["formats/pymatgen-Traj_XDATCAR.gz", "xdatcar", 100, "Li38 Si38"],
  ["formats/pymatgen-Traj_Combine_Test_XDATCAR_Full.gz", "xdatcar", 200, "Li38 Si38"],
  ["synthetic/npt_repeated_header_XDATCAR.gz", "xdatcar", 600, "Na24 Cl24"],
  ["formats/pymatgen-vasprun.xml.ml_md.gz", "vasprun", 100, "H32 C32 O16"],
  ["formats/matterviz-Cr0.25Fe0.25Co0.25Ni0.25-mace-omat-qha.xyz.gz", "extxyz", 9, "Fe27 Ni27 Cr27 Co27"],
  ["formats/matterviz-mp-1184225.extxyz", "extxyz", 6, "Fe3 W1"],
  ["formats/matterviz-lammps-sample.lammpstrj.gz", "lammps-dump", 5, "1778 286"],
  ["formats/matterviz-mdanalysis-additional-columns.lammpstrj", "lammps-dump", 1, "H1 He1 Li1 Be1 B1 C1 N1 O1 F1 Ne1"],
  ["formats/samos-Al31-1200K-1ps.lammpstrj.gz", "lammps-dump", 501, "X31"],
  ["formats/matterviz-ase-LiMnO2-chgnet-relax.traj", "ase-traj", 2, "Li2 Mn2 O4"],
  ["kinisi/example_LAMMPS.dcd", "dcd", 200, "X256"],
  ["kinisi/example_LAMMPS.data", "lammps-data", 1, "H1204 H252"],
  ["na-beta-alumina/Na_bdp_unsym_0.lmp.gz", "lammps-data", 1, "Na600 Al3720 Mg240 O6120"],
  ["pymatgen-diffusion/cNa3PS4.cif", "cif", 1, "Na48 P16 S64"],
];

function composition(species: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const s of species) counts.set(s, (counts.get(s) ?? 0) + 1);
  return [...counts].map(([s, n]) => `${s}${n}`).join(" ");
}

const read = (path: string, sink: TrajectorySink = { frame: () => true }): Promise<TrajectorySummary> =>
  readTrajectory(dataSource(`md/${path}`), sink);

async function tracks(path: string, species: string): Promise<IonTracks> {
  const collector = trackCollector({ species: [species] });
  await read(path, collector);
  return collector.finish();
}

/** Displacements of chosen atoms as the JSON of an analyser has them: [atom][frame][3], Å, without drift. */
function tracksOfJson(path: string, specie: string): Tracks & { volume: number } {
  const { displacements, structure } = json(path) as {
    displacements: number[][][];
    structure: { lattice: { volume: number }; sites: { species: { element: string }[] }[] };
  };
  const chosen = structure.sites.flatMap((s, i) => (s.species[0]!.element === specie ? [i] : []));
  const frames = displacements[0]!.length;
  const series = new Float64Array(3 * frames * chosen.length);
  for (const [i, atom] of chosen.entries()) {
    for (let t = 0; t < frames; t++) for (let k = 0; k < 3; k++) series[(3 * i + k) * frames + t] = displacements[atom]![t]![k]!;
  }
  return { frames, series, volume: structure.lattice.volume };
}

describeData("trajectories", () => {
  test.each(FILES)("%s", async (path, format, frames, atoms) => {
    const summary = await read(path);
    expect([summary.format, summary.frames, composition(summary.species)]).toEqual([format, frames, atoms]);
  });

  test("two runs joined are the two runs", async () => {
    const [first, second, both] = await Promise.all(
      ["Traj_XDATCAR", "Traj_Combine_Test_XDATCAR_1", "Traj_Combine_Test_XDATCAR_Full"].map(async (name) => {
        const found: number[] = [];
        const frame: TrajectorySink["frame"] = (f) => {
          found.push(f.coordinates[5]!);
          return true;
        };
        await read(`formats/pymatgen-${name}.gz`, { frame });
        return found;
      }),
    );
    expect(both).toEqual([...first!, ...second!]);
  });

  test("a second file names the atoms of a DCD", async () => {
    const summary = await readTrajectory(
      dataSource("md/kinisi/example_LAMMPS.dcd"),
      { frame: () => true },
      { structure: dataSource("md/kinisi/example_LAMMPS.data") },
    );
    // 204 of type 1, 52 of type 2
    expect(composition(summary.species)).toBe("H1204 H252");
  });

  test("the same atoms in XDATCAR, ASE and LAMMPS files are the same", async () => {
    const places = await Promise.all(
      ["example_center.XDATCAR", "example_ase_center.traj", "example_LAMMPS_center.traj"].map(async (name) => {
        const found: number[][] = [];
        const sink: TrajectorySink = {
          frame(f) {
            const inverse = inverseCell(f.cell!, new Float64Array(9));
            const x = f.coordinates;
            found.push(
              Array.from(x, (_, at) => {
                const i = at - (at % 3);
                return f.isFractional
                  ? x[at]!
                  : x[i]! * inverse[at % 3]! + x[i + 1]! * inverse[3 + (at % 3)]! + x[i + 2]! * inverse[6 + (at % 3)]!;
              }),
            );
            return true;
          },
        };
        await read(`kinisi/${name}`, sink);
        return found;
      }),
    );
    for (const other of places.slice(1)) {
      for (const [t, frame] of places[0]!.entries())
        for (const [k, x] of frame.entries()) expect(Math.abs(other[t]![k]! - x)).toBeLessThan(0.021);
    }
    // (0.2733333, 0.2666667, 0.2)
    const mean = [0, 1, 2].map((k) => (places[0]![0]![k]! + places[0]![0]![3 + k]! + places[0]![0]![6 + k]!) / 3);
    for (const [k, x] of [0.2733333, 0.2666667, 0.2].entries()) expect(mean[k]).toBeCloseTo(x, 6);
  });

  test.each([
    ["Li6PS5Cl_50p_run1", 0.4462, 1.6028, 4.1856, 6.7415],
    ["Li6PS5Cl_50p_run2", 0.4508, 1.6922, 4.2084, 6.2703],
    ["Li6PS5Cl_50p_run3", 0.4501, 1.7275, 4.8318, 7.549],
    ["Li6PS5Cl_50p_run4", 0.4469, 1.8095, 4.6519, 6.7673],
    ["Li6PS5Cl_0p_run1", 0.4521, 1.901, 4.2646, 5.6517],
    ["Li6PS5Cl_100p_run1", 0.4815, 1.8982, 4.6451, 6.7379],
    ["Li6PS5I_0p_run1", 0.4266, 1.0972, 1.6533, 2.157],
    ["Li6PS5I_100p_run1", 0.4214, 1.1837, 2.6912, 3.9628],
  ])("displacement of %s at lags 1, 10, 40, 70 is numpy's", async (name, ...wanted) => {
    const { total } = meanSquaredDisplacement(await tracks(`argyrodite/${name}_XDATCAR.gz`, "Li"));
    for (const [k, lag] of [1, 10, 40, 70].entries()) expect(Math.abs(total[lag]! - wanted[k]!)).toBeLessThan(5.1e-5);
  });

  test("argyrodite replicas pooled agree with kinisi (start 2 ps): 1.436e-5 [1.346e-5, 1.530e-5]", async () => {
    const runs = await Promise.all([1, 2, 3, 4].map((k) => tracks(`argyrodite/Li6PS5Cl_50p_run${k}_XDATCAR.gz`, "Li")));
    const series = new Float64Array(runs.reduce((sum, r) => sum + r.series.length, 0));
    runs.reduce((at, r) => {
      series.set(r.series, at);
      return at + r.series.length;
    }, 0);
    for (const start of [undefined, 20]) {
      const { D } = diffusivity({ frames: 140, series }, { intervalFs: 100, ...(start === undefined ? {} : { start }) });
      expect(D.interval95[0]).toBeLessThan(1.436e-5);
      expect(D.interval95[1]).toBeGreaterThan(1.436e-5);
    }
    const sigma = conductivityOf(
      { value: 1.33307e-5, sigma: null, unit: "cm2/s", interval95: [1.33307e-5, 1.33307e-5] },
      192 / 8380.714,
      500,
    );
    expect(1000 * sigma.value).toBeCloseTo(1135.64, 2);
  });

  test("synthetic truths lie in the intervals: NPT, 60° cell, drift, 5 ps", async () => {
    const truth = json("md/synthetic/truth.json") as Record<
      string,
      { D_true_cm2_s: number; frame_interval_fs: number; msd_intercept_from_vibration_A2: number }
    >;
    for (const [name, { D_true_cm2_s, frame_interval_fs }] of Object.entries(truth).filter(([key]) => !key.startsWith("_"))) {
      const { D, regime } = diffusivity(await tracks(`synthetic/${name}_XDATCAR.gz`, "Na"), { intervalFs: frame_interval_fs });
      expect(D.interval95[0], name).toBeLessThan(D_true_cm2_s);
      expect(D.interval95[1], name).toBeGreaterThan(D_true_cm2_s);
      expect(D.sigma! / D.value, name).toBeLessThan(0.05);
      expect(regime.startFs, name).toBeLessThanOrEqual(2 * frame_interval_fs);
    }
  });

  test("LGPS: the asserted D, D of charge and Haven ratio lie in the intervals", () => {
    const path = "md/pymatgen-diffusion/DiffusionAnalyzer.json.gz";
    const own = tracksOfJson(path, "Li");
    const tracer = diffusivity(own, { intervalFs: 20 });
    const lags = { start: Math.round(tracer.regime.startFs / 20), end: Math.round(tracer.regime.endFs / 20) };
    const charge = diffusivity(collectiveTrack(own), { intervalFs: 20, ...lags });
    for (const [estimate, wanted] of [
      [tracer.D, 1.16083658794e-6],
      [charge.D, 3.64565578208e-6],
      [havenRatio(tracer.D, charge.D), 0.31854161048867402],
    ] as const) {
      expect(estimate.interval95[0]).toBeLessThan(wanted);
      expect(estimate.interval95[1]).toBeGreaterThan(wanted);
    }
    // the source's conductivity of that D: 74.165372613735684 mS/cm
    const sigma = conductivityOf({ ...tracer.D, value: 1.16083658794e-6 }, 20 / own.volume, 600);
    expect(Math.abs((1000 * sigma.value) / 74.165372613735684 - 1)).toBeLessThan(5e-4);
  });

  test("cNa3PS4: probability density on a 0.5 Å grid has the asserted integral and, within its grid, maximum", () => {
    const { cell: unit } = readCif(readFileSync(dataFile("md/pymatgen-diffusion/cNa3PS4.cif"), "utf8"), "cNa3PS4.cif");
    const [a, b, c] = unit.parameters;
    const bytes = readFileSync(dataFile("md/pymatgen-diffusion/cNa3PS4_trajectories.npy"));
    const [frames, atoms] = [200, 128];
    const f = new Float64Array(
      bytes.buffer.slice(bytes.byteOffset + bytes.length - 8 * 3 * frames * atoms, bytes.byteOffset + bytes.length),
    );
    // monoclinic: a along x, c in the plane of x and z
    const beta = (unit.parameters[4] * Math.PI) / 180;
    const cell = Float64Array.of(a, 0, 0, 0, b, 0, c * Math.cos(beta), 0, c * Math.sin(beta));
    const ions = 48;
    const series = new Float64Array(3 * ions * frames);
    for (let i = 0; i < ions; i++) {
      for (let t = 0; t < frames; t++) {
        for (let k = 0; k < 3; k++) {
          series[(3 * i + k) * frames + t] = [0, 1, 2].reduce((sum, r) => sum + f[(t * atoms + i) * 3 + r]! * cell[3 * r + k]!, 0);
        }
      }
    }
    const grid = probabilityDensity(
      {
        species: ["Na"],
        atoms: new Int32Array(ions),
        frames,
        series,
        meanCell: cell,
        meanVolume: volumeOf(cell),
        spacing: null,
        notices: [],
      },
      0.5,
    );
    expect(grid.values.reduce((sum, v) => sum + v * grid.voxel, 0)).toBeCloseTo(1, 10);
    // the source's points lie 0.5 Å apart with a shorter last step, these divide the axes evenly: 3 % apart
    expect(Math.abs(Math.max(...grid.values) / 0.030735573102 - 1)).toBeLessThan(0.04);
  });

  test("argyrodite: 32 PS4 with P–S at 2.05 Å", async () => {
    const collector = rdfCollector({ step: 0.05 }, () => 1);
    await read("argyrodite/Li6PS5Cl_50p_run1_XDATCAR.gz", collector);
    const pair = collector.finish().partials.find((p) => p.pair.join("-") === "P-S")!;
    expect(pair.firstPeak).toBeCloseTo(2.05, 1);
    expect(pair.neighbours).toBeCloseTo(4, 6);
  });
});

type Bars = Record<string, [number, number | null][]>;

describeData("alpha barcodes beside GUDHI", () => {
  const files = readdirSync(dataFile("topology/reference")).filter((name) => name.includes(".json"));
  for (const file of files) {
    const reference = json(`topology/reference/${file}`) as {
      name: string;
      cell_row_vectors?: number[][];
      alpha_gudhi_radius?: Bars;
      alpha_periodic_gudhi_radius?: Bars;
    };
    const csv = readFileSync(dataFile(`topology/reference/${file.replace(/\.json.*/, ".csv")}`), "utf8");
    const points = Float64Array.from(csv.trim().split(/[\n,]/), Number);
    for (const [key, cell, tolerance] of [
      ["alpha_gudhi_radius", null, 1e-9],
      // made with floats of single precision
      ["alpha_periodic_gudhi_radius", reference.cell_row_vectors?.flat() ?? null, 4e-6],
    ] as const) {
      const wanted = reference[key];
      if (!wanted) continue;
      test(`${reference.name}, ${cell ? "periodic" : "open"}`, () => {
        const { barcodes } = alphaBarcodes(points, cell);
        for (const { dimension, bars } of barcodes) expect(alone(bars, wanted[dimension]!, tolerance), `H${dimension}`).toEqual([]);
      });
    }
  }
});

/** Bars of either side without a partner of their own, other than those that are hardly longer than the tolerance. */
function alone(
  bars: Float64Array,
  wanted: readonly (readonly [number, number | null])[],
  tolerance: number,
): (readonly [number, number])[] {
  const scale = Math.max(...bars.filter(Number.isFinite));
  const agree = (a: number, b: number): boolean => a === b || Math.abs(a - b) <= tolerance * Math.max(1e-3 * scale, b);
  const left = wanted.map(([b, d]) => [b, d ?? Number.POSITIVE_INFINITY] as const);
  const own: (readonly [number, number])[] = [];
  for (let k = 0; k < bars.length; k += 2) {
    const at = left.findIndex(([b, d]) => agree(bars[k]!, b) && agree(bars[k + 1]!, d));
    if (at === -1) own.push([bars[k]!, bars[k + 1]!]);
    else left.splice(at, 1);
  }
  return [...own, ...left].filter(([b, d]) => d - b > 4 * tolerance * Math.max(1e-3 * scale, d));
}
