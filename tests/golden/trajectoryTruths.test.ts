/**
 * What the sources of the trajectories assert about them, beside what is found here with the same definition: slopes as pymatgen draws its line
 * (weights 1/t, its first and last lag), displacement of charge, occupancies of sites, drift of a framework, conductivities of known diffusivities.
 *
 * Expected values: README and truth.json of the folder.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import {
  atomicNumber,
  densitySites,
  hopsBetweenSites,
  type IonTracks,
  inverseCell,
  probabilityDensity,
  rdfCollector,
  trackCollector,
  volumeOf,
} from "@thioscope/core/atoms";
import {
  collectiveTrack,
  conductivityOf,
  diffusionOfReplicas,
  diffusivity,
  type Estimate,
  meanSquaredDisplacement,
  type Tracks,
} from "@thioscope/core/transport";
import { readTrajectory } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataFile, dataSource, describeData } from "../data.ts";

const json = (path: string): unknown => {
  const bytes = readFileSync(dataFile(`md/${path}`));
  return JSON.parse((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString());
};

async function tracks(path: string, species: string): Promise<IonTracks> {
  const collector = trackCollector({ species: [species] });
  await readTrajectory(dataSource(`md/${path}`), collector);
  return collector.finish();
}

/** Slope of a line through displacements (Å²) with weights 1/t, as D in cm²/s. */
function slope(msd: Float64Array, lags: { first: number; last: number; step: number }, intervalFs: number, dimensions: number): number {
  let [w, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (let lag = lags.first; lag < lags.last; lag += lags.step) {
    const t = lag * intervalFs;
    w += 1 / t;
    x += 1;
    y += msd[lag]! / t;
    xx += t;
    xy += msd[lag]!;
  }
  // Å²/fs is 0.1 cm²/s
  return (0.1 * (w * xy - x * y)) / (w * xx - x * x) / (2 * dimensions);
}

/** From 1 ps to where 30 observations are left, at most 200 lags. */
function lagsOf(intervalFs: number, ions: number, frames: number) {
  const first = Math.floor(1000 / intervalFs);
  const last = Math.min(Math.floor((ions * frames) / 30), frames);
  return { first, last, step: Math.max(Math.floor((last - first) / 200), 1) };
}

const known = (value: number): Estimate => ({ value, sigma: null, unit: "cm2/s", interval95: [value, value] });

interface Analyser {
  displacements: number[][][];
  structure: {
    lattice: { volume: number; matrix: number[][] };
    sites: { abc: [number, number, number]; species: { element: string }[] }[];
  };
}

/** Places of all atoms over time without the framework's drift, [(frame · atoms + atom) · 3 + k], Å. */
function placesOf({ displacements, structure }: Analyser, ion: string) {
  const species = structure.sites.map((site) => site.species[0]!.element);
  const frames = displacements[0]!.length;
  const cell = structure.lattice.matrix.flat();
  const rest = [...species.keys()].filter((i) => species[i] !== ion);
  const places = new Float64Array(3 * frames * species.length);
  for (let t = 0; t < frames; t++) {
    for (let k = 0; k < 3; k++) {
      const drift = rest.reduce((sum, i) => sum + displacements[i]![t]![k]!, 0) / rest.length;
      for (const [i, { abc }] of structure.sites.entries()) {
        const start = abc[0] * cell[k]! + abc[1] * cell[3 + k]! + abc[2] * cell[6 + k]!;
        places[(t * species.length + i) * 3 + k] = start + displacements[i]![t]![k]! - drift;
      }
    }
  }
  return { species, frames, cell: Float64Array.from(cell), places };
}

function seriesOf({ species, frames, places }: ReturnType<typeof placesOf>, ion: string): Tracks {
  const ions = [...species.keys()].filter((i) => species[i] === ion);
  const series = new Float64Array(3 * frames * ions.length);
  for (const [n, i] of ions.entries()) {
    for (let t = 0; t < frames; t++)
      for (let k = 0; k < 3; k++) series[(3 * n + k) * frames + t] = places[(t * species.length + i) * 3 + k]!;
  }
  return { frames, series };
}

/** Sodium of cNa3PS4 from the file of fractional places, (frames, atoms, 3) in C order behind a header. */
function npyTracks(cell: Float64Array): IonTracks {
  const bytes = readFileSync(dataFile("md/pymatgen-diffusion/cNa3PS4_trajectories.npy"));
  const [frames, atoms, ions] = [200, 128, 48];
  const start = bytes.byteOffset + bytes.length - 8 * 3 * frames * atoms;
  const f = new Float64Array(bytes.buffer.slice(start, bytes.byteOffset + bytes.length));
  const series = new Float64Array(3 * ions * frames);
  for (let i = 0; i < ions; i++) {
    for (let t = 0; t < frames; t++) {
      for (let k = 0; k < 3; k++)
        series[(3 * i + k) * frames + t] = [0, 1, 2].reduce((sum, r) => sum + f[(t * atoms + i) * 3 + r]! * cell[3 * r + k]!, 0);
    }
  }
  return tracksOf(series, frames, cell);
}

const tracksOf = (series: Float64Array, frames: number, cell: Float64Array): IonTracks => ({
  ...{ species: ["Na"], atoms: new Int32Array(series.length / (3 * frames)), frames, series, spacing: null, notices: [] },
  ...{ meanCell: cell, meanVolume: volumeOf(cell) },
});

/**
 * The same positions at the points of an even grid that stand for the points which the source counts them at: multiples of the spacing, with a shorter last
 * step.
 */
function onSourceGrid(track: IonTracks, spacing: number): IonTracks {
  const { series, frames } = track;
  const cell = track.meanCell!;
  const inverse = inverseCell(cell, new Float64Array(9));
  const lengths = [0, 3, 6].map((k) => Math.hypot(cell[k]!, cell[k + 1]!, cell[k + 2]!));
  const moved = new Float64Array(series.length);
  for (let i = 0; i < series.length / (3 * frames); i++) {
    for (let t = 0; t < frames; t++) {
      const x = [0, 1, 2].map((k) => series[(3 * i + k) * frames + t]!);
      const f = lengths.map((length, k) => {
        const count = Math.ceil(length / spacing);
        const own = x[0]! * inverse[k]! + x[1]! * inverse[3 + k]! + x[2]! * inverse[6 + k]!;
        const at = (own - Math.floor(own)) * (length / spacing);
        // the last point lies closer to the first of the next cell than a whole step
        const last = count - 1;
        const index = at <= last ? Math.round(at) : at - last <= length / spacing - at ? last : 0;
        return index / count;
      });
      for (let k = 0; k < 3; k++) moved[(3 * i + k) * frames + t] = f[0]! * cell[k]! + f[1]! * cell[3 + k]! + f[2]! * cell[6 + k]!;
    }
  }
  return tracksOf(moved, frames, cell);
}

describeData("what the sources of trajectories assert", () => {
  test.each([
    ["Li6PS5Cl_50p_run1", 1.3331e-5],
    ["Li6PS5Cl_50p_run2", 1.1744e-5],
    ["Li6PS5Cl_50p_run3", 1.5497e-5],
    ["Li6PS5Cl_50p_run4", 1.2053e-5],
    ["Li6PS5Cl_0p_run1", 8.2276e-6],
    ["Li6PS5Cl_100p_run1", 1.0713e-5],
    ["Li6PS5I_0p_run1", 2.5346e-6],
    ["Li6PS5I_100p_run1", 7.3145e-6],
  ])("%s: the line that pymatgen draws has its slope", async (name, wanted) => {
    const own = await tracks(`argyrodite/${name}_XDATCAR.gz`, "Li");
    const D = slope(meanSquaredDisplacement(own).total, lagsOf(100, 192, own.frames), 100, 3);
    expect(Math.abs(D / wanted - 1)).toBeLessThan(4e-5);
  });

  test("argyrodite: the interval of one run meets kinisi's, that of four pooled runs holds its D and is as wide as the replicas scatter", async () => {
    const runs = await Promise.all([1, 2, 3, 4].map((k) => tracks(`argyrodite/Li6PS5Cl_50p_run${k}_XDATCAR.gz`, "Li")));
    const one = diffusivity(runs[0]!, { intervalFs: 100 }).D;
    // 1.310e-5 [1.14e-5, 1.49e-5]
    expect(one.interval95[0]).toBeLessThan(1.49e-5);
    expect(one.interval95[1]).toBeGreaterThan(1.14e-5);
    const { D } = diffusionOfReplicas(runs, { intervalFs: 100 }).tracer;
    expect(D.interval95[0]).toBeLessThan(1.436e-5);
    expect(D.interval95[1]).toBeGreaterThan(1.436e-5);
    // the four D scatter by 1.7e-6: 0.85e-6 of their mean. kinisi's [1.346e-5, 1.530e-5] is half as wide as that asks
    const asked = 2 * 1.96 * 0.85e-6;
    expect((D.interval95[1] - D.interval95[0]) / asked).toBeGreaterThan(0.6);
    expect((D.interval95[1] - D.interval95[0]) / asked).toBeLessThan(1.7);
  });

  test("LGPS: displacement of charge, its D, and both conductivities are those asserted", () => {
    const analyser = json("pymatgen-diffusion/DiffusionAnalyzer.json.gz") as Analyser;
    const own = seriesOf(placesOf(analyser, "Li"), "Li");
    const charge = meanSquaredDisplacement(collectiveTrack(own)).total;
    const lags = lagsOf(20, 20, own.frames);
    expect(lags).toEqual({ first: 50, last: 666, step: 3 });
    for (const [k, wanted] of [0.69131064, 0.71794072, 0.74315283, 0.76703961].entries()) {
      expect(Math.abs(charge[lags.first + k * lags.step]! - wanted)).toBeLessThan(5.1e-9);
    }
    const D = slope(meanSquaredDisplacement(own).total, lags, 20, 3);
    const chargeD = slope(charge, lags, 20, 3);
    expect(Math.abs(chargeD / 3.64565578208e-6 - 1)).toBeLessThan(1e-10);
    // the source compares its D of 1.16084e-6 to seven decimals; its conductivity and Haven ratio belong to 1.16129e-6
    expect(Math.abs(D / chargeD / 0.31854161048867402 - 1)).toBeLessThan(1e-10);
    const density = 20 / analyser.structure.lattice.volume;
    // constants of 2018 and those of the source differ in the eighth digit
    expect(Math.abs((1000 * conductivityOf(known(D), density, 600).value) / 74.165372613735684 - 1)).toBeLessThan(1e-7);
    expect(Math.abs((1000 * conductivityOf(known(chargeD), density, 600).value) / 232.8278799754324 - 1)).toBeLessThan(1e-7);
  });

  test("cNa3PS4: sites are occupied as asserted, S–Na has its first peak there", async () => {
    const analyser = json("pymatgen-diffusion/cNa3PS4_pda.json.gz") as Analyser;
    const own = placesOf(analyser, "Na");
    const rdf = rdfCollector({ step: 0.1, rMax: 7 }, atomicNumber);
    rdf.begin!({ format: "json", species: own.species, unit: "Å", timestepFs: null, stride: null, isUnwrapped: true });
    const width = 3 * own.species.length;
    for (let t = 0; t < 10; t++) {
      rdf.frame({ index: t, step: null, coordinates: own.places.slice(t * width, (t + 1) * width), isFractional: false, cell: own.cell });
    }
    const pair = rdf.finish().partials.find((p) => p.pair.join("-") === "S-Na")!;
    // 2.90 Å on a grid of 0.1 Å, smoothed by 0.1 Å
    expect(Math.abs(pair.firstPeak! - 2.9)).toBeLessThan(0.1);

    const track = npyTracks(own.cell);
    let sites = new Float64Array(0);
    await readTrajectory(dataSource("md/pymatgen-diffusion/cNa3PS4.cif"), {
      frame(frame) {
        sites = frame.coordinates.slice(0, 3 * track.atoms.length);
        return true;
      },
    });
    // a radius beyond all neighbours: the nearest site, as the source has it
    const { occupancy } = hopsBetweenSites(track, sites, 20, 20);
    expect(occupancy.reduce((sum, x) => sum + x, 0)).toBeCloseTo(48, 9);
    expect(occupancy[11]).toBeCloseTo(0.98, 9);
    expect(occupancy[15]).toBeCloseTo(0.875, 9);
  });

  test("LGPS along each axis: the conductivities asserted, and its D to the seven decimals that the source compares", () => {
    const analyser = json("pymatgen-diffusion/DiffusionAnalyzer.json.gz") as Analyser;
    const own = seriesOf(placesOf(analyser, "Li"), "Li");
    const lags = lagsOf(20, 20, own.frames);
    const { components } = meanSquaredDisplacement(own);
    const density = 20 / analyser.structure.lattice.volume;
    for (const [k, [D, sigma]] of (
      [
        [7.49601236e-7, 45.7903694],
        [4.90254273e-7, 26.1651956],
        [2.24649255e-6, 150.540614],
      ] as const
    ).entries()) {
      const found = slope(components[k]!, lags, 20, 1);
      expect(Math.abs(found - D)).toBeLessThan(1.2e-7);
      expect(Math.abs((1000 * conductivityOf(known(found), density, 600).value) / sigma - 1)).toBeLessThan(1e-6);
    }
  });

  test.each([
    ["places", 0.030735573102],
    ["displacements", 0.0361594977596],
  ] as const)("cNa3PS4 from its %s: probability density on the source's grid of 0.5 Å has its maximum", (from, wanted) => {
    const own = placesOf(json("pymatgen-diffusion/cNa3PS4_pda.json.gz") as Analyser, "Na");
    const { series, frames } = seriesOf(own, "Na");
    const track = from === "places" ? npyTracks(own.cell) : tracksOf(series, frames, own.cell);
    const grid = probabilityDensity(onSourceGrid(track, 0.5), 0.5);
    expect(Math.abs(Math.max(...grid.values) / wanted - 1)).toBeLessThan(1e-9);
    expect(grid.values.reduce((sum, v) => sum + v * grid.voxel, 0)).toBeCloseTo(1, 10);
  });

  test("cNa3PS4 from its displacements: 50 sites above a quarter of the highest density, 1.5 Å apart, and the occupancies of the first places", () => {
    const own = placesOf(json("pymatgen-diffusion/cNa3PS4_pda.json.gz") as Analyser, "Na");
    const { series, frames } = seriesOf(own, "Na");
    const track = tracksOf(series, frames, own.cell);
    const { fractions, weight } = densitySites(probabilityDensity(onSourceGrid(track, 0.1), 0.1), { share: 0.25, apart: 1.5 });
    expect(fractions).toHaveLength(3 * 50);
    for (const w of weight) expect(w).toBeGreaterThan(0);
    const inverse = inverseCell(own.cell, new Float64Array(9));
    const ions = [...own.species.keys()].filter((i) => own.species[i] === "Na");
    const sites = Float64Array.from(
      ions.flatMap((i) => {
        const at = [0, 1, 2].map((k) => own.places[3 * i + k]!);
        return [0, 1, 2].map((k) => at[0]! * inverse[k]! + at[1]! * inverse[3 + k]! + at[2]! * inverse[6 + k]!);
      }),
    );
    const { occupancy } = hopsBetweenSites(track, sites, 20, 20);
    expect(occupancy.reduce((sum, x) => sum + x, 0)).toBeCloseTo(48, 9);
    expect(occupancy[1]).toBeCloseTo(0.98, 9);
    expect(occupancy[26]).toBeCloseTo(0.97, 9);
  });

  test("masses weigh the centre of three atoms as kinisi has it", async () => {
    for (const name of ["example_center.XDATCAR", "example_ase_center.traj"]) {
      let species: readonly string[] = [];
      let places: number[] = [];
      await readTrajectory(dataSource(`md/kinisi/${name}`), {
        begin(header) {
          species = header.species;
        },
        frame(f) {
          const inverse = inverseCell(f.cell!, new Float64Array(9));
          const x = f.coordinates;
          places = Array.from(x, (v, at) => {
            const i = at - (at % 3);
            return f.isFractional ? v : x[i]! * inverse[at % 3]! + x[i + 1]! * inverse[3 + (at % 3)]! + x[i + 2]! * inverse[6 + (at % 3)]!;
          });
          return false;
        },
      });
      expect(species).toEqual(["H", "He", "H"]);
      // the masses that it was asserted for
      const mass = [1, 16, 1];
      const total = mass.reduce((sum, m) => sum + m, 0);
      for (const [k, wanted] of [0.3788889, 0.2111111, 0.2].entries()) {
        const centre = mass.reduce((sum, m, i) => sum + m * places[3 * i + k]!, 0) / total;
        expect(centre, name).toBeCloseTo(wanted, 6);
      }
    }
  });

  test("sodium β″-alumina: the data file, and D and conductivity of its displacement below the conductivity of its charge", async () => {
    let header: { species: readonly string[] } = { species: [] };
    let volume = 0;
    await readTrajectory(dataSource("md/na-beta-alumina/Na_bdp_unsym_0.lmp.gz"), {
      begin(h) {
        header = h;
      },
      frame(f) {
        volume = volumeOf(f.cell!);
        return true;
      },
    });
    const counts = new Map<string, number>();
    for (const s of header.species) counts.set(s, (counts.get(s) ?? 0) + 1);
    expect(header.species).toHaveLength(10_680);
    expect(Object.fromEntries(counts)).toEqual({ Na: 600, Al: 3720, Mg: 240, O: 6120 });
    expect(volume).toBeCloseTo(56.3 * 58.5084 * 33.45, 3);
    const rows = readFileSync(dataFile("md/na-beta-alumina/Na-unsym-0-a2-300K-50000ps.csv"), "utf8").trim().split("\n").slice(1);
    const points = rows.map((row) => row.split(",").map(Number) as [time: number, r2: number, r4: number, a2: number]);
    // Å²/ps is 1e-4 cm²/s; conduction planes: four D t
    const late = points.filter(([t]) => t > 10_000);
    const [a, b] = [late[0]!, late.at(-1)!];
    const D = (1e-4 * (b[1] - a[1])) / (b[0] - a[0]) / 4;
    const sodium = counts.get("Na")!;
    const alone = conductivityOf(known(D), sodium / volume, 300).value * 300;
    // σT of the displacement of charge over the longest windows, K S/cm, with its 10th and 90th percentile: 9.36 [3.68, 17.3]
    const table = readFileSync(dataFile("md/na-beta-alumina/sigmas_msd.csv"), "utf8").trim().split("\n");
    const longest = table.filter((row) => row.startsWith("bdp,Na,unsym_0,unsym,0,z_all,300,") && row.includes("(0, 7500, 297500, 7500)"));
    expect(longest).toHaveLength(1);
    const [charge, , , low, , , high] = longest[0]!.split('",')[1]!.split(",").map(Number) as number[];
    expect([charge, low, high]).toEqual([9.359273, 3.677018, 17.31162]);
    // ions that push each other along: charge moves faster than its ions do one by one, by less than five times
    expect(alone / charge!).toBeLessThan(1);
    expect(alone / high!).toBeGreaterThan(0.15);
    expect(alone / low!).toBeGreaterThan(0.2);
  });

  test("an atom at rest in a framework that drifts moves against it, in three formats", async () => {
    for (const [name, species] of [
      ["example_drift.XDATCAR", "H"],
      ["example_ase_drift.traj", "H"],
      ["example_LAMMPS_drift.traj", "1"],
    ] as const) {
      const { series, frames } = await tracks(`kinisi/${name}`, species);
      expect(frames, name).toBe(4);
      // as the framework stands in the file: 0.25, 0.23, 0.21, 0.15 of 10 Å
      for (let k = 0; k < 3; k++) {
        for (const [t, wanted] of [0, 0.2, 0.4, 1].entries())
          expect(series[k * frames + t]! - series[k * frames]!, name).toBeCloseTo(wanted, 5);
      }
    }
  });

  test("synthetic: the conductivity of the true D in the cell of the run", async () => {
    const truth = json("synthetic/truth.json") as Record<
      string,
      { T_K: number; D_true_cm2_s: number; nernst_einstein_sigma_S_cm_for_D_true: number; npt_amplitude: number; volume_A3: number }
    >;
    for (const [name, run] of Object.entries(truth).filter(([key]) => !key.startsWith("_"))) {
      const own = await tracks(`synthetic/${name}_XDATCAR.gz`, "Na");
      const sigma = conductivityOf(known(run.D_true_cm2_s), own.atoms.length / own.meanVolume!, run.T_K).value;
      // a cell that breathes by a hundredth has a mean volume of its own
      const tolerance = run.npt_amplitude > 0 ? 1e-3 : 1e-6;
      expect(Math.abs(sigma / run.nernst_einstein_sigma_S_cm_for_D_true - 1), name).toBeLessThan(tolerance);
    }
  });
});
