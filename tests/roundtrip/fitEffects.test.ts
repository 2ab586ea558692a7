/** What one σ of a parameter adds to a fitted curve, as stories hold it: what is linear in the model is known by algebra. */
import { unpackNumbers } from "@thioscope/core/story";
import { expect, test } from "vitest";
import { fitParts } from "../browser/fitStory.ts";

test("effects of areas, amplitudes and scales are the parts of the model that they multiply", async () => {
  const [xps, paths, powder] = (await fitParts()).map((part) => part.curves[0]!);
  const effect = (curve: typeof xps, name: string): Float32Array =>
    unpackNumbers(curve!.effects![curve!.account!.parameters.findIndex((p) => p.name === name)]!);

  // a component is its area times a shape: their ratio is one number
  const component = xps!.components.find(({ name }) => name === "sulfide")!;
  const area = effect(xps, "sulfide, area");
  const shape = Array.from(component.y, (v, i) => v - xps!.base![i]!);
  const top = shape.indexOf(Math.max(...shape));
  for (const [i, v] of shape.entries()) expect(area[i]! / area[top]!).toBeCloseTo(v / shape[top]!, 3);
  // and one σ of the area, as it is reported, is that share of the component
  const reported = xps!.account!.parameters[0]!;
  expect(area[top]! / shape[top]!).toBeCloseTo(reported.sigma! / reported.value, 4);

  // |χ(R)| of one path is proportional to its amplitude
  const amp = paths!.account!.parameters[0]!;
  const amplitude = effect(paths, "amp");
  for (const [i, v] of Array.from(paths!.fitted!).entries()) expect(amplitude[i]).toBeCloseTo((v * amp.sigma!) / amp.value, 3);

  // the pattern is its background and the phases' parts
  const scales = powder!.account!.parameters.filter(({ name }) => name.endsWith(", scale"));
  expect(scales).toHaveLength(2);
  for (const [i, v] of Array.from(powder!.fitted!).entries()) {
    const parts = scales.reduce((sum, { name, value, sigma }) => sum + (effect(powder, name)[i]! * value) / sigma!, powder!.base![i]!);
    expect(Math.abs(parts - v)).toBeLessThan(2e-4 * Math.max(...Array.from(powder!.fitted!)));
  }
  // a parameter on its limit has no error and is not moved
  const held = powder!.account!.parameters.findIndex(({ state }) => state === "lower");
  expect(powder!.effects![held]).toBeNull();
});
