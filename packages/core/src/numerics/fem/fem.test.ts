/**
 * Expected values are algebra: harmonic functions with exact data, closed areas, the thick-walled sphere and tube of Lamé.
 */
import { expect, test } from "vitest";
import {
  boundaryNodes,
  boundaryPoints,
  type Curve,
  divide,
  ellipseArc,
  integrateBoundary,
  line,
  linearSpace,
  type Mesh,
  meshDomain,
  meshQuality,
  polyline,
  quadraticSpace,
  type RobinSolution,
  solveElastic,
  solveRobin,
  visitElements,
  withEnds,
} from "../index.ts";
import { inCircle, orientation } from "./predicates.ts";

const rectangle = (x0: number, y0: number, x1: number, y1: number): Curve[] => [
  line("bottom", [x0, y0], [x1, y0]),
  line("right", [x1, y0], [x1, y1]),
  line("top", [x1, y1], [x0, y1]),
  line("left", [x0, y1], [x0, y0]),
];

/** A quarter of a disc, or of a ring, with its arc curved. */
function quarterRing(inner: number, outer: number, largest: number): Mesh {
  const curves = [
    line("bottom", [inner, 0], [outer, 0]),
    withEnds(ellipseArc("outer", [0, 0], outer, outer, 0, Math.PI / 2), [outer, 0], [0, outer]),
    line("left", [0, outer], [0, inner]),
    withEnds(ellipseArc("inner", [0, 0], inner, inner, Math.PI / 2, 0), [0, inner], [inner, 0]),
  ];
  return meshDomain(curves, { largest });
}

test("signs of turns and circles are exact where doubles round", () => {
  const e = 2 ** -52;
  // a classic: points next to the diagonal
  const xy = Float64Array.of(0.5, 0.5, 12, 12, 24, 24, 0.5 + e, 0.5);
  expect(orientation(xy, 0, 1, 2)).toBe(0);
  expect(orientation(xy, 3, 1, 2)).toBeLessThan(0);
  const square = Float64Array.of(0, 0, 1, 0, 1, 1, 0, 1, 0, 1 + e, e, 1);
  expect(inCircle(square, 0, 1, 2, 3)).toBe(0);
  expect(inCircle(square, 0, 1, 2, 4)).toBe(-1);
  expect(inCircle(square, 0, 1, 2, 5)).toBeGreaterThan(0);
});

test("a mesh fills its domain without a thin or turned triangle, and its division too", () => {
  const mesh = quarterRing(1, 2, 0.2);
  const quality = meshQuality(mesh);
  expect(quality.inverted).toBe(0);
  expect((quality.smallestAngle * 180) / Math.PI).toBeGreaterThan(22);
  const finer = divide(divide(mesh).mesh).mesh;
  expect(meshQuality(finer).triangles).toBe(16 * quality.triangles);
  // chords lie inside of the outer arc and outside of the inner: the area tends to 3π/4 with the square of the edge
  const error = [quality.area, meshQuality(finer).area].map((area) => Math.abs(area - (3 * Math.PI) / 4));
  expect(error[0]! / error[1]!).toBeGreaterThan(15);
});

test("curved edges: area and length of a ring by P2 with an error of fourth order", () => {
  const errors = [0.4, 0.2].map((largest) => {
    const { space } = quadraticSpace(quarterRing(1, 2, largest));
    let area = 0;
    visitElements(space, (_, { weight }) => {
      area += weight;
    });
    const length = integrateBoundary(boundaryPoints(space, "planar", ["outer"]), () => 1);
    return [Math.abs(area - (3 * Math.PI) / 4), Math.abs(length - Math.PI)];
  });
  for (const k of [0, 1]) expect(errors[0]![k]! / errors[1]![k]!).toBeGreaterThan(10);
  expect(errors[1]![0]).toBeLessThan(1e-4);
});

test("normals point outwards and nodes run along the loop", () => {
  const { space } = quadraticSpace(quarterRing(1, 2, 0.3));
  const outer = boundaryPoints(space, "planar", ["outer"]);
  for (let q = 0; q < outer.x.length; q++) expect(outer.nx[q]! * outer.x[q]! + outer.ny[q]! * outer.y[q]!).toBeGreaterThan(1.99);
  const nodes = boundaryNodes(space, ["inner"]);
  expect(nodes.y[0]).toBe(1);
  expect(nodes.x.at(-1)).toBe(1);
  for (let k = 1; k < nodes.x.length; k++) expect(nodes.x[k]!).toBeGreaterThan(nodes.x[k - 1]!);
});

test.each([
  [
    "runs clockwise",
    rectangle(0, 0, 1, 1)
      .map((c): Curve => ({ ...c, at: (t) => c.at(1 - t) }))
      .reverse(),
    "clockwise",
  ],
  ["is open", rectangle(0, 0, 1, 1).slice(1), "open between"],
  [
    "crosses itself",
    [
      polyline("p", [
        [0, 0],
        [1, 1],
        [1, 0],
        [0, 1],
        [0, 0],
      ]),
    ],
    "crosses or touches itself",
  ],
  ["has no length", [line("a", [0, 0], [0, 0]), ...rectangle(0, 0, 1, 1)], "no length"],
])("a boundary that %s is refused", (_, curves, message) => {
  expect(() => meshDomain(curves, { largest: 0.3 })).toThrow(message);
});

test("sizes that ask for too many points are refused before the memory is gone", () => {
  expect(() => meshDomain(rectangle(0, 0, 1, 1), { largest: 1e-5 })).toThrow("more than 50,000 points");
  expect(() => meshDomain(rectangle(0, 0, 1, 1), { largest: -1 })).toThrow("must be positive");
});

/** L² and H¹ errors of a solution. */
function errors(
  { space, phi }: RobinSolution,
  exact: (x: number, y: number) => readonly [u: number, ux: number, uy: number],
): [number, number] {
  let [l2, h1] = [0, 0];
  visitElements(space, (e, { weight, shape, gradient }) => {
    let [u, ux, uy, x, y] = [0, 0, 0, 0, 0];
    for (let k = 0; k < space.perElement; k++) {
      const n = space.elements[space.perElement * e + k]!;
      u += shape[k]! * phi[n]!;
      ux += gradient[2 * k]! * phi[n]!;
      uy += gradient[2 * k + 1]! * phi[n]!;
      x += shape[k]! * space.xy[2 * n]!;
      y += shape[k]! * space.xy[2 * n + 1]!;
    }
    const [v, vx, vy] = exact(x, y);
    l2 += weight * (u - v) ** 2;
    h1 += weight * ((ux - vx) ** 2 + (uy - vy) ** 2);
  });
  return [Math.sqrt(l2), Math.sqrt(h1)];
}

const bessel = (n: 0 | 1, x: number): number => {
  let [term, sum] = [n === 0 ? 1 : x / 2, 0];
  for (let k = 1; k < 40; k++) {
    sum += term;
    term *= -(x * x) / 4 / (k * (k + n));
  }
  return sum;
};

const FIELDS = {
  // φ = cosh(πx) cos(πy)
  planar: (x: number, y: number) =>
    [
      Math.cosh(Math.PI * x) * Math.cos(Math.PI * y),
      Math.PI * Math.sinh(Math.PI * x) * Math.cos(Math.PI * y),
      -Math.PI * Math.cosh(Math.PI * x) * Math.sin(Math.PI * y),
    ] as const,
  // φ = J0(2r) cosh(2z)
  axisymmetric: (r: number, z: number) =>
    [bessel(0, 2 * r) * Math.cosh(2 * z), -2 * bessel(1, 2 * r) * Math.cosh(2 * z), 2 * bessel(0, 2 * r) * Math.sinh(2 * z)] as const,
};

function manufactured(geometry: "planar" | "axisymmetric", order: 1 | 2, divisions: number, linear: boolean): RobinSolution {
  const exact = FIELDS[geometry];
  const sigma = 0.7;
  const rate = (u: number): readonly [number, number] => (linear ? [2 * u, 2] : [2 * Math.sinh(u), 2 * Math.cosh(u)]);
  return solveRobin({
    mesh: meshDomain(rectangle(geometry === "planar" ? 0 : 0.2, 0, 1, 0.9), { largest: 0.25 }),
    divisions,
    order,
    geometry,
    conductivity: sigma,
    interface: ["bottom"],
    // i(φ) plus what the exact solution leaves over
    law: ({ x, y, nx, ny }) => {
      return (phi, q, into) => {
        const [u, ux, uy] = exact(x[q]!, y[q]!);
        const [i, slope] = rate(phi);
        into[0] = i - rate(u)[0] - sigma * (ux * nx[q]! + uy * ny[q]!);
        into[1] = slope;
      };
    },
    loads: [
      {
        tags: ["right", "top", "left"],
        g: ({ x, y, nx, ny }) => {
          return (q) => {
            const [, ux, uy] = exact(x[q]!, y[q]!);
            return sigma * (ux * nx[q]! + uy * ny[q]!);
          };
        },
      },
    ],
    start: 1,
    tolerance: 1e-12,
  });
}

test.each([
  ["planar", 1],
  ["planar", 2],
  ["axisymmetric", 1],
  ["axisymmetric", 2],
] as const)(
  "manufactured solution, %s, P%i: L² of order p + 1, H¹ of order p, with a linear and a nonlinear interface",
  (geometry, order) => {
    for (const linear of [true, false]) {
      const [coarse, fine] = [2, 3].map((d) => errors(manufactured(geometry, order, d, linear), FIELDS[geometry]));
      expect(Math.log2(coarse![0] / fine![0])).toBeGreaterThan(order + 0.85);
      expect(Math.log2(coarse![1] / fine![1])).toBeGreaterThan(order - 0.1);
    }
  },
);

test("Newton converges quadratically on the nonlinear interface", () => {
  const { steps } = manufactured("planar", 2, 0, false);
  const coarsest = steps.filter((s) => s.unknowns === steps[0]!.unknowns).map((s) => s.residual);
  expect(coarsest.length).toBeLessThanOrEqual(7);
  const last = coarsest.slice(-3);
  // from step to step the digits double: log r(k+1) / log r(k) close to 2
  expect(Math.log(last[2]!) / Math.log(last[1]!)).toBeGreaterThan(1.7);
});

test("iterations of the linear solver do not grow with the mesh", () => {
  const { steps, unknowns } = manufactured("planar", 1, 6, false);
  expect(unknowns).toBeGreaterThan(50_000);
  const sizes = [...new Set(steps.map((s) => s.unknowns))];
  const most = sizes.map((size) => Math.max(...steps.filter((s) => s.unknowns === size).map((s) => s.iterations)));
  expect(Math.max(...most)).toBeLessThanOrEqual(12);
});

test("a cavity in a sphere and a tube under pressure: displacement of Lamé", () => {
  const [e, nu, p, a, b] = [20e9, 0.3, 1e7, 1, 3];
  const mesh = divide(divide(quarterRing(a, b, 0.5)).mesh).mesh;
  const { space } = quadraticSpace(mesh);
  const held = [
    { tags: ["left"], component: 0 as const },
    { tags: ["bottom"], component: 1 as const },
  ];
  const at = (d: Float64Array): number => d[2 * boundaryNodes(space, ["inner"]).node.at(-1)!]!;
  const of = (geometry: "planar" | "axisymmetric"): number =>
    at(
      solveElastic({ space, geometry, youngsModulus: e, poisson: nu, held, pressures: [{ tags: ["inner"], pressure: () => p }] })
        .displacement,
    );
  const ratio3 = (a / b) ** 3;
  const sphere = (((p * a) / e) * ((1 - 2 * nu) * ratio3 + (1 + nu) / 2)) / (1 - ratio3);
  expect(of("axisymmetric") / sphere).toBeCloseTo(1, 3);
  const ratio2 = (a / b) ** 2;
  const tube = ((p * a * (1 + nu)) / e) * (((1 - 2 * nu) * ratio2 + 1) / (1 - ratio2));
  expect(of("planar") / tube).toBeCloseTo(1, 3);
});

test("a solid that is free to move and impossible moduli are refused", () => {
  const space = linearSpace(meshDomain(rectangle(0, 0, 1, 1), { largest: 0.4 }));
  const plain = { space, geometry: "planar" as const, youngsModulus: 1, poisson: 0.3, pressures: [] };
  expect(() => solveElastic({ ...plain, held: [] })).toThrow("not positive definite");
  expect(() => solveElastic({ ...plain, poisson: 0.5, held: [] })).toThrow("between −1 and 0.5");
});
