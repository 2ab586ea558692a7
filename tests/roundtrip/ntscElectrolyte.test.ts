/** The campaign on the halide glass and its study's own files: same seed, same bytes; every truth has its answer, every panel a figure that there is. */
import { readFileSync } from "node:fs";
import { readAnswers, readPanels } from "@thioscope/formats";
import { LABS } from "@thioscope/virtual";
import { expect, test } from "vitest";

const recipe = LABS["ntsc-electrolyte"]!;
const shipped = (name: string): string => readFileSync(new URL(`../../studies/ntsc-electrolyte/${name}`, import.meta.url), "utf8");
/** Files that are made in no time. */
const isQuick = ({ path }: { path: string }): boolean => /raw\/(dsc|xps|xanes-s|models)\//.test(path);

test("the same seed gives the same bytes, another seed another material", async () => {
  const text = async (seed: number): Promise<string[]> => {
    const files = recipe.campaign(seed).files.filter(isQuick);
    return await Promise.all(files.map(async ({ bytes }) => new TextDecoder().decode(await bytes())));
  };
  const first = await text(4);
  expect(first.length).toBeGreaterThan(6);
  expect(await text(4)).toEqual(first);
  const other = await text(5);
  for (const [k, one] of first.entries()) expect(other[k]).not.toBe(one);
  expect(recipe.campaign(4).truth).toEqual(recipe.campaign(4).truth);
  expect(recipe.campaign(5).truth).not.toEqual(recipe.campaign(4).truth);
});

test("truths lie about what the paper prints: 2.9 mS/cm, 0.276 eV, 193 °C, 111.95 mAh/g, over 16 seeds", () => {
  const mean = (key: string): number => {
    const values = Array.from({ length: 16 }, (_, seed) => recipe.campaign(seed).truth.find((one) => one.key === key)!.value);
    return values.reduce((sum, v) => sum + v, 0) / values.length;
  };
  // drawn by 5 %, 2 % and ± 4 K: four standard errors of 16 draws
  expect(Math.abs(mean("sigma-25C-x0.50") / 2.9e-3 - 1)).toBeLessThan(0.05);
  expect(Math.abs(mean("activation-x0.50") / 0.276 - 1)).toBeLessThan(0.02);
  expect(Math.abs(mean("glass-transition") - 193)).toBeLessThan(2.3);
});

test("every truth has an answer, and nothing else is answered", () => {
  const answered = readAnswers(shipped("answers.yaml"), "answers.yaml").map(({ truth }) => truth);
  expect(answered.toSorted()).toEqual(
    recipe
      .campaign(1)
      .truth.map(({ key }) => key)
      .toSorted(),
  );
});

test("every panel of the four figures is there, with a line of caption", () => {
  const { figures } = readPanels(shipped("panels.yaml"), "panels.yaml");
  const letters = figures.map(({ panels }) => panels.map(({ panel }) => panel).join(""));
  expect(letters.slice(0, 4)).toEqual(["abcdef", "abcdefgh", "abcdefghijkl", "abcd"]);
  for (const { caption } of figures.flatMap(({ panels }) => panels)) expect(caption.length).toBeGreaterThan(10);
});
