import { expect, test } from "vitest";
import { random } from "../random.ts";
import { fitLayerStack, type LayerStack } from "./layerStack.ts";

const BEAM = { heightMicrometre: 10, shape: "tophat" } as const;
const POSITIONS = Float64Array.from({ length: 101 }, (_, i) => 10 * i);
/** Overlap of the beam with a half space, by algebra: apart from the fit's own. */
const below = (edge: number, z: number): number => Math.min(1, Math.max(0, (edge - z) / 10 + 0.5));

function profile(seed: number, grains: number) {
  const draw = random(seed);
  const intensity = POSITIONS.map((z) => {
    const truth = 100 * (below(943.4, z) - below(431.7, z)) + 45 * (below(980.9, z) - below(943.4, z));
    return truth * (1 + grains * draw.normal()) + 3 + 0.8 * draw.normal();
  });
  return { positions: POSITIONS, intensity, sigma: POSITIONS.map(() => 0.8) };
}

test("three edges are found without a start; 60–76 % of 300 draws lie within one error, grains or none", () => {
  for (const grains of [0, 0.04]) {
    let [inside, all] = [0, 0];
    for (let k = 0; k < 300; k++) {
      // looked for in the first draws, refined in the others
      const fit = fitLayerStack(profile(k, grains), BEAM, k < 15 ? {} : { near: [430, 945, 980] }) as LayerStack;
      expect(fit.edges).toHaveLength(3);
      const off = fit.edges.map((e, i) => (e.value - [431.7, 943.4, 980.9][i]!) / e.sigma!);
      inside += off.filter((o) => Math.abs(o) < 1).length;
      all += 3;
      // a third of the beam at most
      expect(Math.abs(fit.thicknesses[1]!.value - 37.5)).toBeLessThan(10 / 3);
    }
    // 900 edges: ± 8 % are three standard deviations of 300 draws whose three edges are not independent
    expect(inside / all).toBeGreaterThan(0.6);
    expect(inside / all).toBeLessThan(0.76);
  }
});

test("no step, no edge; too few positions are refused", () => {
  const flat = { positions: POSITIONS, intensity: POSITIONS.map(() => 5), sigma: POSITIONS.map(() => 1) };
  expect(fitLayerStack(flat, BEAM)).toHaveProperty("notComputable");
  const few = { positions: POSITIONS.slice(0, 4), intensity: Float64Array.of(0, 9, 9, 0), sigma: Float64Array.of(1, 1, 1, 1) };
  expect(fitLayerStack(few, BEAM, { near: [5, 25] })).toHaveProperty("notComputable");
  expect(() => fitLayerStack({ ...flat, sigma: new Float64Array(3) }, BEAM)).toThrow(/belong together/);
});
