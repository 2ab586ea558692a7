/**
 * Random shapes around the interface: sharp rims, thin cracks, tiny and huge pores, jagged profiles. Each gives a mesh without a turned triangle, whose
 * divisions and curved triangles are sound as well and whose area is that of its boundary, or a refusal with a code.
 * 30 shapes in every run, 1,500 with THIOSCOPE_LONG=1.
 */
import { type Random, random, ThioscopeError } from "@thioscope/core";
import { type Defect, defectDomain, depositionMesh } from "@thioscope/core/deposition";
import { divide, type Mesh, meshQuality, quadraticSpace } from "@thioscope/core/numerics";
import { expect, test } from "vitest";

const log = (draw: Random, low: number, high: number): number => low * (high / low) ** draw.uniform();

function randomDefect(draw: Random): Defect {
  const radius = log(draw, 1e-9, 1e-3);
  const depth = radius * log(draw, 0.01, 200);
  switch (draw.integer(7)) {
    case 0:
      return { kind: "filled", radius, depth };
    case 1:
      return { kind: "filled", radius, depth, fillet: draw.uniform() < 0.3 ? 0 : Math.min(radius, depth) * log(draw, 1e-5, 3) };
    case 2:
      return { kind: "empty", radius, depth: draw.uniform() < 0.5 ? 0 : depth };
    case 3:
      return { kind: "partlyFilled", radius, depth, level: depth * (draw.uniform() < 0.3 ? log(draw, 1e-6, 1) : draw.uniform()) };
    case 4:
      return { kind: "slot", radius, depth };
    case 5:
      return { kind: "rough", amplitude: radius * (2 * draw.uniform() - 1), wavenumber: 1 / depth };
    default: {
      let x = 0;
      const points = Array.from({ length: 2 + draw.integer(30) }, () => {
        x += log(draw, 1e-8, 1e-5);
        return [x, draw.normal() * log(draw, 1e-9, 1e-5)] as const;
      });
      return { kind: "profile", points };
    }
  }
}

/** Area inside of the loop of the mesh's boundary. */
function enclosed({ xy, boundary }: Mesh): number {
  let twice = 0;
  for (let k = 0; k < boundary.points.length; k += 2) {
    const [a, b] = [2 * boundary.points[k]!, 2 * boundary.points[k + 1]!];
    twice += xy[a]! * xy[b + 1]! - xy[b]! * xy[a + 1]!;
  }
  return twice / 2;
}

const count = process.env.THIOSCOPE_LONG === "1" ? 1500 : 30;

test(`${count} random shapes: no turned triangle, or a refusal`, () => {
  const draw = random("shapes");
  const refused = new Map<string, number>();
  let meshed = 0;
  for (let k = 0; k < count; k++) {
    const defect = randomDefect(draw.fork(String(k)));
    const size = "radius" in defect ? Math.max(defect.radius, defect.depth) : 5e-5;
    const [width, height] = [size * log(draw, 1.01, 50), size * log(draw, 1.1, 50)];
    const what = `${k}: ${JSON.stringify(defect)} in ${width} × ${height}`;
    try {
      const mesh = depositionMesh(defectDomain(defect, width, height), { divisions: 1, order: 2, largest: 0.15 });
      const quality = meshQuality(mesh);
      expect(quality.inverted, what).toBe(0);
      expect(Math.abs(quality.area / enclosed(mesh) - 1), what).toBeLessThan(1e-9);
      meshed++;
      const finer = divide(mesh).mesh;
      expect(meshQuality(finer).inverted, what).toBe(0);
      // throws where a curved triangle turns over
      quadraticSpace(finer);
    } catch (error) {
      if (!(error instanceof ThioscopeError)) throw new Error(what, { cause: error });
      expect(["INVALID_INPUT", "NOT_COMPUTABLE"], what).toContain(error.code);
      refused.set(
        error.message.replaceAll(/-?[\d.]+(e-?\d+)?/g, "#"),
        (refused.get(error.message.replaceAll(/-?[\d.]+(e-?\d+)?/g, "#")) ?? 0) + 1,
      );
    }
  }
  if (count > 100) console.log(`${meshed} of ${count} meshed, ${count - meshed} refused: ${JSON.stringify([...refused])}`);
  // what is refused is what does not fit; by far most shapes are meshed
  expect(meshed, JSON.stringify([...refused])).toBeGreaterThan(0.85 * count);
}, 300_000);
