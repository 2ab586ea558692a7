/** Tracks, radial distribution, polyhedra, density and hops on structures whose answers are algebra. */
import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import { percolation, probabilityDensity, projection } from "./density.ts";
import { hopsBetweenSites, hopsWithoutSites, vanHoveSelf } from "./hops.ts";
import type { TrajectorySink } from "./model.ts";
import { polyhedraCollector } from "./polyhedra.ts";
import { rdfCollector } from "./rdf.ts";
import { type IonTracks, trackCollector } from "./tracks.ts";

const CUBE = Float64Array.of(10, 0, 0, 0, 10, 0, 0, 0, 10);

/** Frames of fractions into a sink. */
function feed(
  sink: TrajectorySink,
  species: readonly string[],
  frames: readonly (readonly number[])[],
  cells: Float64Array | readonly Float64Array[],
): void {
  sink.begin?.({ format: "test", species, unit: "Å", timestepFs: null, stride: null, isUnwrapped: false });
  for (const [index, f] of frames.entries()) {
    const cell = cells instanceof Float64Array ? cells : cells[index]!;
    sink.frame({ index, step: null, coordinates: Float64Array.from(f), isFractional: true, cell });
  }
}

function tracksOf(x: readonly (readonly [number, number, number])[][], cell = CUBE): IonTracks {
  const frames = x.length;
  const ions = x[0]!.length;
  const series = new Float64Array(3 * ions * frames);
  for (let t = 0; t < frames; t++)
    for (let i = 0; i < ions; i++) for (let k = 0; k < 3; k++) series[(3 * i + k) * frames + t] = x[t]![i]![k]!;
  return {
    species: ["Na"],
    atoms: Int32Array.from({ length: ions }, (_, i) => i),
    frames,
    series,
    meanCell: cell,
    meanVolume: 1000,
    spacing: 4,
    notices: [],
  };
}

describe("tracks", () => {
  test("follow an atom over the boundary of a sheared cell", () => {
    // a = 10 along x; b leans by 5
    const cell = Float64Array.of(10, 0, 0, 5, 10, 0, 0, 0, 10);
    const collector = trackCollector({ species: ["Na"], drift: false });
    feed(
      collector,
      ["Na"],
      [
        [0.95, 0.95, 0.5],
        [0.05, 0.05, 0.5],
        [0.15, 0.15, 0.5],
      ],
      cell,
    );
    const { series, frames } = collector.finish();
    // each step is 0.1 (a + b) = (1.5, 1, 0)
    for (let t = 1; t < frames; t++) {
      expect(series[t]! - series[t - 1]!).toBeCloseTo(1.5, 10);
      expect(series[frames + t]! - series[frames + t - 1]!).toBeCloseTo(1, 10);
    }
  });

  test("lose the framework's drift and the breathing of the cell", () => {
    const cells = [1, 1.05, 0.98].map((s) => CUBE.map((x) => s * x));
    const collector = trackCollector({ species: ["Na"] });
    // all atoms keep their fractions, then all drift by 0.01
    feed(
      collector,
      ["Na", "Cl", "Cl"],
      [0, 0.01, 0.02].map((d) => [0.1 + d, 0.2, 0.3, 0.5 + d, 0.5, 0.5, 0.7 + d, 0.1, 0.9]),
      cells,
    );
    const { series, frames, notices } = collector.finish();
    for (let c = 0; c < 3; c++) for (let t = 1; t < frames; t++) expect(series[c * frames + t]! - series[c * frames]!).toBeCloseTo(0, 10);
    expect(notices).toEqual([]);
  });

  test("report steps that might have been taken the other way round", () => {
    const collector = trackCollector({ species: ["Na"] });
    feed(
      collector,
      ["Na", "Cl"],
      [
        [0, 0, 0, 0.5, 0.5, 0.5],
        [0.45, 0, 0, 0.5, 0.5, 0.5],
      ],
      CUBE,
    );
    expect(collector.finish().notices.map((n) => n.code)).toEqual(["steps-too-long"]);
  });

  test("refuse species that are not there", () => {
    const collector = trackCollector({ species: ["Li"] });
    expect(() => feed(collector, ["Na"], [[0, 0, 0]], CUBE)).toThrow(/the file has Na/);
  });
});

describe("radial distribution", () => {
  test("a rock-salt lattice has 6 neighbours at a/2 and 12 at a/√2", () => {
    const sites: number[] = [];
    const species: string[] = [];
    for (let k = 0; k < 64; k++) {
      const [x, y, z] = [k % 4, Math.floor(k / 4) % 4, Math.floor(k / 16)];
      sites.push(x / 4, y / 4, z / 4);
      species.push((x + y + z) % 2 === 0 ? "Na" : "Cl");
    }
    const collector = rdfCollector({ step: 0.1 }, (s) => (s === "Na" ? 11 : 17));
    // a = 5 Å
    feed(collector, species, [sites, sites], CUBE);
    const { partials, r } = collector.finish();
    const at = (x: number): number => r.findIndex((v) => v > x);
    const pair = (a: string, b: string) => partials.find((p) => p.pair[0] === a && p.pair[1] === b)!;
    expect(pair("Na", "Cl").coordination[at(2.6)]).toBeCloseTo(6, 10);
    expect(pair("Na", "Cl").firstPeak).toBeCloseTo(2.5, 1);
    expect(pair("Na", "Na").coordination[at(3.7)]).toBeCloseTo(12, 10);
  });

  test("points at random have g = 1", () => {
    const draw = random("gas");
    const frames = Array.from({ length: 40 }, () => Array.from({ length: 300 }, () => draw.uniform()));
    const collector = rdfCollector({ step: 0.5 }, () => 0);
    feed(collector, Array<string>(100).fill("X"), frames, CUBE);
    const { partials, r, xray } = collector.finish();
    const { g, sigma } = partials[0]!;
    // 99/100: an atom is no neighbour of its own
    for (let b = 4; b < r.length; b++) expect(Math.abs(g[b]! - 0.99)).toBeLessThan(5 * sigma[b]!);
    expect(xray).toBeNull();
  });

  test("polyhedra: two tetrahedra sharing a corner are one unit", () => {
    // Ta at 0.3 and 0.6 along x with one S between and three Cl each, 10 Å cell
    const atoms: [string, number, number, number][] = [
      ["Ta", 0.3, 0.5, 0.5],
      ["Ta", 0.7, 0.5, 0.5],
      ["S", 0.5, 0.5, 0.5],
      ["Cl", 0.2, 0.67, 0.5],
      ["Cl", 0.2, 0.4, 0.65],
      ["Cl", 0.2, 0.4, 0.35],
      ["Cl", 0.8, 0.67, 0.5],
      ["Cl", 0.8, 0.4, 0.65],
      ["Cl", 0.8, 0.4, 0.35],
    ];
    const collector = polyhedraCollector({ centre: "Ta", ligands: ["Cl", "S"], cutoffs: [2.5, 2.5] });
    feed(
      collector,
      atoms.map(([s]) => s),
      [atoms.flatMap(([, ...x]) => x)],
      CUBE,
    );
    const found = collector.finish();
    expect(found.coordination["all"]!.value).toBe(4);
    expect(found.sharing.corner.value).toBe(0.5);
    expect(found.sharing.edge.value).toBe(0);
    expect(found.units.map((u) => u.formula)).toEqual(["Ta2Cl6S"]);
    // the bridge is straight
    expect(found.angleAtBridge.at(-1)).toBe(1);
  });
});

describe("density", () => {
  test("sums to one, also in projection; a wire percolates in one dimension", () => {
    // along x, every grid point visited once
    const x = Array.from({ length: 20 }, (_, t): [number, number, number][] => [[0.5 * t + 0.01, 5, 5]]);
    const grid = probabilityDensity(tracksOf(x), 0.5);
    expect(grid.shape).toEqual([20, 20, 20]);
    expect(grid.values.reduce((sum, v) => sum + v * grid.voxel, 0)).toBeCloseTo(1, 12);
    const { values } = projection(grid, 2);
    expect(values.reduce((sum, v) => sum + v * 0.25, 0)).toBeCloseTo(1, 10);
    const paths = percolation(grid, 300);
    expect(paths.map((p) => [p.dimensions, p.visits, p.barrier])).toEqual([[1, 1, 0]]);
    expect(paths[0]!.direction.map(Math.abs)).toEqual([1, 0, 0]);
  });

  test("the barrier is k T ln of the densities along the path", () => {
    const x: [number, number, number][][] = [];
    // a wire along y and its neck visited once in ten
    for (let t = 0; t < 20; t++) for (let n = 0; n < (t === 7 ? 1 : 10); n++) x.push([[5, 0.5 * t + 0.01, 5]]);
    const [path, ...more] = percolation(probabilityDensity(tracksOf(x), 0.5), 1000);
    expect(more).toEqual([]);
    expect(path!.barrier).toBeCloseTo(8.617333e-5 * 1000 * Math.log(10), 6);
  });

  test("a gap in the wire closes nothing", () => {
    const x = Array.from({ length: 20 }, (_, t): [number, number, number][] => [[t === 3 ? 0.01 : 0.5 * t + 0.01, 5, 5]]);
    expect(percolation(probabilityDensity(tracksOf(x), 0.5), 300)).toEqual([]);
  });
});

describe("hops", () => {
  /** One ion on a line of sites 3 Å apart, at the sites given, 20 frames on each, trembling by 0.2 Å. */
  function walk(sites: readonly number[]): IonTracks {
    const draw = random("walk");
    return tracksOf(
      sites.flatMap((s) =>
        Array.from({ length: 20 }, (): [number, number, number][] => [
          [3 * s + 0.2 * draw.normal(), 0.2 * draw.normal(), 0.2 * draw.normal()],
        ]),
      ),
    );
  }

  test("without sites: their number, length and directions", () => {
    const found = hopsWithoutSites(walk([0, 1, 2, 1, 2, 3]), { intervalFs: 100, threshold: 1.5 });
    expect(found.hops.map((h) => h.frame)).toEqual([20, 40, 60, 80, 100]);
    for (const hop of found.hops) expect(Math.abs(hop.length - 3)).toBeLessThan(0.35);
    // + + − + +: cosines 1, −1, −1, 1
    expect(found.cosine!.value).toBeCloseTo(0, 1);
    expect(found.rate.value).toBeCloseTo(5 / (119 * 0.1), 10);
  });

  test("without sites: of nine hops one that is two in one does not make the length longer", () => {
    const { length, hops } = hopsWithoutSites(walk([0, 1, 2, 3, 5, 4, 3, 2, 1, 0]), { intervalFs: 100, threshold: 1.5 });
    expect(hops.map((h) => Math.round(h.length))).toContain(6);
    expect(Math.abs(length.value - 3)).toBeLessThan(3 * length.sigma!);
    expect(length.sigma).toBeLessThan(0.1);
  });

  test("between sites, over the boundary of the cell", () => {
    const sites = Float64Array.of(0.05, 0, 0, 0.35, 0, 0, 0.65, 0, 0, 0.95, 0, 0);
    const x = [0.5, 3.5, 6.5, 9.5, 10.5].flatMap((p) => Array.from({ length: 4 }, (): [number, number, number][] => [[p, 0, 0]]));
    const found = hopsBetweenSites(tracksOf(x), sites, 0.45, 100);
    expect(found.hops.map((h) => h.sites)).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 0],
    ]);
    expect(found.hops.map((h) => h.length)).toEqual([3, 3, 3, 1].map((x) => expect.closeTo(x, 10)));
    expect(found.occupancy[0]).toBeCloseTo(0.4, 10);
  });

  test("no hop is no guess", () => {
    const found = hopsWithoutSites(walk([0, 0, 0]), { intervalFs: 100, threshold: 1.5 });
    expect(found.hops).toEqual([]);
    expect([found.residence, found.cosine, found.correlation, found.still]).toEqual([null, null, null, 1]);
  });

  test("van Hove: a step of 3 Å per frame is one peak at 3 Å", () => {
    const tracks = tracksOf(Array.from({ length: 10 }, (_, t): [number, number, number][] => [[3 * t, 0, 0]]));
    const { r, curves } = vanHoveSelf(tracks, [1, 2]);
    expect(r[curves[0]!.findIndex((v) => v > 0)]).toBeCloseTo(3.05, 10);
    expect(curves[0]!.reduce((sum, v) => sum + 0.1 * v, 0)).toBeCloseTo(1, 10);
    expect(r[curves[1]!.findIndex((v) => v > 0)]).toBeCloseTo(6.05, 10);
  });
});
