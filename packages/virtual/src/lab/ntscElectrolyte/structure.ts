/**
 * Structure of the glass: powder patterns over x, total scattering of TaCl5, NaTaCl6 and the glass, relaxed models as points in space.
 *
 * Effects: those of the virtual diffractometers (powder.ts, pairDistribution.ts), halos under the lines, lines of TaCl5 that nobody asked for in x = 0.25.
 * What is shared with the analysis: scattering factors, and intensities of the lines of NaCl and Na2S by their structures.
 */
import { type Random, random } from "@thioscope/core";
import { evaluateFormFactor, formFactorOf, phaseStructure, powderLines } from "@thioscope/core/crystal";
import { type VirtualPair, virtualScattering } from "../../pairDistribution.ts";
import { type VirtualPowderLine, virtualPowder } from "../../powder.ts";
import type { LabFile, LabTruth } from "../campaign.ts";
import type { NtscModel } from "./model.ts";

const encode = (path: string, make: () => string): LabFile => ({ path, bytes: () => new TextEncoder().encode(make()) });

/** Cu Kα1, Å */
const COPPER = 1.5406;
/** the paper measured from 10° in steps of 0.02° */
const RANGE = [10, 80] as const;
/** formula units in the cell and g/mol */
const SALTS = { NaCl: { z: 4, mass: 58.443 }, Na2S: { z: 4, mass: 78.045 } } as const;
type Salt = keyof typeof SALTS;

/** counts × degrees under the lines, for a mass fraction of what is crystalline. */
function linesOf(salt: Salt, share: number, scale: number): VirtualPowderLine[] {
  const structure = phaseStructure(salt);
  const { z, mass } = SALTS[salt];
  return powderLines(structure, { wavelengthAngstrom: COPPER, twoThetaMaxDegree: 82 }).lines.map(({ d, integrated }) => ({
    twoTheta: (360 / Math.PI) * Math.asin(COPPER / (2 * d.value)),
    area: ("value" in integrated ? integrated.value : 0) * ((scale * share) / (z * mass * structure.cell.volume)),
  }));
}

/** Strongest lines of what is left of TaCl5, of its cell (18.3, 17.3, 6.06 Å) alone; areas are assumed. */
const LEFT_TACL5: readonly VirtualPowderLine[] = [
  { twoTheta: 15.3, area: 260 },
  { twoTheta: 16.9, area: 190 },
  { twoTheta: 20.5, area: 70 },
  { twoTheta: 29.9, area: 90 },
  { twoTheta: 34.2, area: 60 },
];

/** 2θ, full width, counts at the top */
const HALOS = [
  { at: 15.5, width: 5, height: 260 },
  { at: 31, width: 9, height: 190 },
  { at: 53, width: 16, height: 70 },
] as const;

export function powderFiles({ saltShare, seed }: NtscModel): LabFile[] {
  const salty = (share: number, scale: number): VirtualPowderLine[] => [
    ...linesOf("NaCl", share, scale),
    ...linesOf("Na2S", 1 - share, scale),
  ];
  // the two scales are far enough above the halos for a refinement; absolute amounts are assumed
  const samples: [name: string, lines: readonly VirtualPowderLine[], glass: number][] = [
    ["1_x1.00", salty(saltShare[1], 16), 0.45],
    ["2_x0.75", salty(saltShare[0], 9), 0.7],
    ["3_x0.50", [], 1],
    ["4_x0.25", LEFT_TACL5, 0.8],
  ];
  return samples.map(([name, lines, glass]) =>
    encode(`raw/xrd/${name}.xye`, () => {
      const { twoTheta, counts } = virtualPowder({
        lines,
        halos: HALOS.map((halo) => ({ ...halo, height: halo.height * glass })),
        range: RANGE,
        step: 0.02,
        gauss: 0.04,
        lorentz: 0.05,
        strain: 0.06,
        background: 60,
        seed: `${name} ${seed}`,
      });
      return `${Array.from(twoTheta, (x, i) => `${x.toFixed(3)} ${counts[i]!.toFixed(0)} ${Math.sqrt(Math.max(1, counts[i]!)).toFixed(3)}`).join("\n")}\n`;
    }),
  );
}

const factor = (element: string, q: number): number => evaluateFormFactor(formFactorOf(element)!.coefficients, (q / (4 * Math.PI)) ** 2);
const pair = (distance: number, width: number, elements: readonly [string, string], neighbours: number): VirtualPair => ({
  distance,
  width,
  elements,
  neighbours,
});

export function scatteringFiles({ pairs, seed }: NtscModel): LabFile[] {
  const [near, bridge, metal] = pairs.TaCl5;
  const [shell, corner] = pairs.NTSC;
  // widths and neighbours of edge-sharing Ta2Cl10, isolated TaCl6, corner-sharing Ta2Cl10S
  const samples: [name: string, composition: Record<string, number>, pairs: VirtualPair[]][] = [
    [
      "1_TaCl5",
      { Ta: 1, Cl: 5 },
      [
        pair(near, 0.05, ["Ta", "Cl"], 4),
        pair(bridge, 0.06, ["Ta", "Cl"], 2),
        pair(3.2, 0.15, ["Cl", "Cl"], 6),
        pair(metal, 0.09, ["Ta", "Ta"], 1),
      ],
    ],
    ["2_NaTaCl6", { Na: 1, Ta: 1, Cl: 6 }, [pair(pairs.NaTaCl6[0], 0.06, ["Ta", "Cl"], 6), pair(3.28, 0.16, ["Cl", "Cl"], 6)]],
    [
      "3_NTSC",
      { Na: 2, Ta: 2, Cl: 10, S: 1 },
      [pair(shell, 0.08, ["Ta", "Cl"], 5), pair(3.25, 0.17, ["Cl", "Cl"], 5), pair(corner, 0.11, ["Ta", "Ta"], 1.5)],
    ],
  ];
  const rows = (q: Float64Array, y: Float64Array, sigma: Float64Array): string =>
    `${Array.from(q, (x, i) => `${x.toFixed(6)} ${y[i]!.toFixed(3)} ${sigma[i]!.toFixed(3)}`).join("\n")}\n`;
  const runOf = ([name, composition, listed]: (typeof samples)[number]) =>
    virtualScattering({ composition, pairs: listed, counts: 3e5, qRange: [0.7, 24], points: 4000, seed: `${name} ${seed}` }, factor);
  return [
    ...samples.map((sample) =>
      encode(`raw/pdf/${sample[0]}.xye`, () => {
        const { q, sample: counts, sampleSigma } = runOf(sample);
        return rows(q, counts, sampleSigma);
      }),
    ),
    encode("raw/pdf/empty.xye", () => {
      const { q, container, containerSigma } = runOf(samples[0]!);
      return rows(q, container, containerSigma);
    }),
  ];
}

type Point = readonly [number, number, number];

/** Shortest way between two points of a periodic cube. */
function distance(a: Point, b: Point, edge: number): number {
  return Math.hypot(...[0, 1, 2].map((d) => a[d]! - b[d]! - edge * Math.round((a[d]! - b[d]!) / edge)));
}

const GLASS = { count: 40, edge: 26 };
const CRYSTAL_SITES = 4;

/** Sodium of the glass: each next to another at a length between the two ends, none nearer than the lower. */
function glassSodium(low: number, high: number, draw: Random): Point[] {
  const { count, edge } = GLASS;
  const points: Point[] = [[edge / 2, edge / 2, edge / 2]];
  while (points.length < count) {
    const from = points[draw.integer(points.length)]!;
    const way = [draw.normal(), draw.normal(), draw.normal()];
    const scale = (low + (high - low) * draw.uniform()) / Math.hypot(...way);
    const next = from.map((c, d) => c + scale * way[d]!) as unknown as Point;
    if (points.every((p) => distance(p, next, edge) >= low)) points.push(next);
  }
  return points;
}

/** Corners of a cubic lattice, each displaced by what relaxation leaves. */
function lattice(side: number, sites: number, by: number, draw: Random): Point[] {
  return Array.from({ length: sites ** 3 }, (_, k) => {
    const corner = [k % sites, Math.floor(k / sites) % sites, Math.floor(k / sites ** 2)];
    return corner.map((c) => side * c + by * draw.normal()) as unknown as Point;
  });
}

/** Mean edge of the shortest tree through all points (R. C. Prim, 1957). */
function meanTreeEdge(points: readonly Point[], edge: number): number {
  const nearest = points.map((p) => distance(p, points[0]!, edge));
  const left = new Set(points.keys());
  left.delete(0);
  let sum = 0;
  while (left.size > 0) {
    let best = -1;
    for (const k of left) if (best < 0 || nearest[k]! < nearest[best]!) best = k;
    left.delete(best);
    sum += nearest[best]!;
    for (const k of left) nearest[k] = Math.min(nearest[k]!, distance(points[k]!, points[best]!, edge));
  }
  return sum / (points.length - 1);
}

const SQUARES = 5;

/**
 * Mean length at which the rings of a lattice of squares close. A square closes at the shorter of its diagonals; of the six squares around a cube one
 * closes nothing any more. Those are the tree of the largest squares that joins all cubes: the rings are what is not in it.
 */
function meanRingEnd(side: number, by: number, draw: Random): number {
  const n = SQUARES;
  const points = lattice(side, n, by, draw);
  const at = (x: number, y: number, z: number): number => (x % n) + n * (y % n) + n * n * (z % n);
  const squares: { end: number; cubes: readonly [number, number] }[] = [];
  for (let k = 0; k < n ** 3; k++) {
    const corner = [k % n, Math.floor(k / n) % n, Math.floor(k / n ** 2)] as const;
    for (let axis = 0; axis < 3; axis++) {
      const moved = (u: number, v: number, w: number): number => {
        const step = [u, v, w];
        const turned = [0, 1, 2].map((d) => corner[d]! + step[(d - axis + 3) % 3]!) as [number, number, number];
        return at(...turned);
      };
      const across = (a: number, b: number): number => distance(points[a]!, points[b]!, n * side);
      const end = Math.min(across(k, moved(0, 1, 1)), across(moved(0, 1, 0), moved(0, 0, 1)));
      // the two cubes on either side along the axis
      squares.push({ end, cubes: [k, moved(n - 1, 0, 0)] });
    }
  }
  const root = Array.from(points.keys());
  const find = (k: number): number => (root[k] === k ? k : find(root[k]!));
  const rings = squares
    .sort((a, b) => b.end - a.end)
    .filter(({ cubes: [a, b] }) => {
      const [p, q] = [find(a), find(b)];
      root[p] = q;
      return p === q;
    });
  return rings.reduce((sum, { end }) => sum + end, 0) / rings.length;
}
/** Å, what relaxation leaves of displacements */
const LEFT = { glass: 0.05, crystal: 0.01 };

/** Extended XYZ of one relaxed model; `extra` leaves room around open sets. */
function xyz(points: readonly Point[], symbols: readonly string[], edge: number, name: string): string {
  const cell = [edge, 0, 0, 0, edge, 0, 0, 0, edge].map((x) => x.toFixed(6)).join(" ");
  const rows = points.map((p, k) => `${symbols[k % symbols.length]} ${p.map((c) => c.toFixed(5)).join(" ")}`);
  return `${points.length}\nLattice="${cell}" Properties=species:S:1:pos:R:3 pbc="T T T" comment="${name}"\n${rows.join("\n")}\n`;
}

export function modelFiles({ spacing, square, seed }: NtscModel): LabFile[] {
  const draw = (what: string): Random => random(`${what} ${seed}`);
  const edge = CRYSTAL_SITES * spacing.NaTaCl6;
  return [
    encode("raw/models/1_NTSC_Na.xyz", () => xyz(glassSodium(spacing.low, spacing.high, draw("glass")), ["Na"], GLASS.edge, "NTSC")),
    encode("raw/models/2_NTC_Na.xyz", () =>
      xyz(lattice(spacing.NaTaCl6, CRYSTAL_SITES, LEFT.crystal, draw("crystal")), ["Na"], edge, "NaTaCl6"),
    ),
    encode("raw/models/1_NTSC_framework.xyz", () =>
      xyz(lattice(square.NTSC, SQUARES, LEFT.glass, draw("framework")), ["Cl", "Ta", "Cl", "S", "Cl"], SQUARES * square.NTSC, "NTSC"),
    ),
    encode("raw/models/2_NTC_framework.xyz", () =>
      xyz(
        lattice(square.NaTaCl6, SQUARES, LEFT.crystal, draw("crystal framework")),
        ["Cl", "Ta", "Cl", "Cl"],
        SQUARES * square.NaTaCl6,
        "NaTaCl6",
      ),
    ),
  ];
}

/** Many models of the same kind, drawn apart from the one that is written. */
const POPULATION = 40;

const meanOf = (make: (draw: Random) => number, seed: string): number => {
  const draw = random(seed);
  let sum = 0;
  for (let k = 0; k < POPULATION; k++) sum += make(draw.fork(String(k)));
  return sum / POPULATION;
};

export function structureTruth(model: NtscModel): LabTruth[] {
  const { pairs, saltShare, spacing, square, seed } = model;
  const edge = CRYSTAL_SITES * spacing.NaTaCl6;
  return [
    { key: "NaCl-x0.75", what: "mass fraction of NaCl in what is crystalline, x = 0.75", value: saltShare[0], unit: "" },
    { key: "NaCl-x1.00", what: "mass fraction of NaCl in what is crystalline, x = 1.0", value: saltShare[1], unit: "" },
    { key: "Ta-Cl-TaCl5", what: "nearest Ta–Cl of TaCl5", value: pairs.TaCl5[0], unit: "Å" },
    { key: "Ta-Ta-TaCl5", what: "Ta–Ta of TaCl5", value: pairs.TaCl5[2], unit: "Å" },
    { key: "Ta-Cl-NTC", what: "Ta–Cl of NaTaCl6", value: pairs.NaTaCl6[0], unit: "Å" },
    { key: "Ta-Cl-NTSC", what: "Ta–Cl and Ta–S of the glass", value: pairs.NTSC[0], unit: "Å" },
    { key: "Ta-Ta-NTSC", what: "Ta–Ta of the glass", value: pairs.NTSC[1], unit: "Å" },
    {
      key: "spacing-NTSC",
      what: "mean spacing of Na in glasses of this kind (shortest tree)",
      value: meanOf((draw) => meanTreeEdge(glassSodium(spacing.low, spacing.high, draw), GLASS.edge), `population ${seed}`),
      unit: "Å",
    },
    {
      key: "spacing-NTC",
      what: "mean spacing of Na in NaTaCl6 (shortest tree)",
      value: meanOf(
        (draw) => meanTreeEdge(lattice(spacing.NaTaCl6, CRYSTAL_SITES, LEFT.crystal, draw), edge),
        `crystal population ${seed}`,
      ),
      unit: "Å",
    },
    {
      key: "ring-end-NTSC",
      what: "length at which rings of the glass's framework close",
      value: meanOf((draw) => meanRingEnd(square.NTSC, LEFT.glass, draw), `rings ${seed}`),
      unit: "Å",
    },
    {
      key: "ring-end-NTC",
      what: "length at which rings of the framework of NaTaCl6 close",
      value: meanOf((draw) => meanRingEnd(square.NaTaCl6, LEFT.crystal, draw), `crystal rings ${seed}`),
      unit: "Å",
    },
  ];
}
