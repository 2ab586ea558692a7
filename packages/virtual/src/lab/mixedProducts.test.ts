/** A campaign is one by its seed. */
import { expect, test } from "vitest";
import { MIXED_PRODUCTS_LAB } from "./mixedProducts.ts";

const SMALL = /xas|sims|xps|tg|raman|dft|first_lii\.mpt/;

test("the same seed gives the same bytes and truth, another one others", async () => {
  const [a, again, other] = [1, 1, 2].map((seed) => MIXED_PRODUCTS_LAB.campaign(seed));
  expect(again!.truth).toEqual(a!.truth);
  const keys = a!.truth.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(other!.truth.map(({ key }) => key)).toEqual(keys);
  for (const [i, { value }] of other!.truth.entries()) expect(value).not.toBe(a!.truth[i]!.value);
  const paths = a!.files.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
  for (const [i, file] of a!.files.entries()) {
    expect(file.path).toMatch(/^raw\//);
    if (SMALL.test(file.path)) expect(await again!.files[i]!.bytes()).toEqual(await file.bytes());
  }
  // one scan of the cells without LiI is lost
  expect(paths.filter((path) => path.includes("/plain_") && path.endsWith(".xdi"))).toHaveLength(6);
});
