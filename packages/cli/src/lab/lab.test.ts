/** Seal, places of answers and coverage: truth by construction and by the normal distribution. */
import { random } from "@thioscope/core";
import { expect, test } from "vitest";
import { coverageOf } from "./compare.ts";
import { pick } from "./pick.ts";
import { newKey, seal, unseal } from "./seal.ts";

const CONTENT = { recipe: "r", seed: 3, effects: ["drift"], truth: [{ key: "a", what: "A", value: 1.5, unit: "eV" }] };

test("a seal opens with its key alone, and shows that it was changed", () => {
  const key = newKey();
  const sealed = seal(CONTENT, key);
  expect(sealed).not.toContain("drift");
  expect(unseal(sealed, `${key}\n`, "f")).toEqual(CONTENT);
  expect(() => unseal(sealed, newKey(), "f")).toThrow(expect.objectContaining({ code: "TRUTH_SEALED" }));
  const parts = JSON.parse(sealed) as { data: string };
  const data = Buffer.from(parts.data, "base64");
  data[3] = data[3]! ^ 1;
  expect(() => unseal(JSON.stringify({ ...parts, data: data.toString("base64") }), key, "f")).toThrow(
    expect.objectContaining({ code: "TRUTH_SEALED" }),
  );
  for (const broken of ["", "{}", "null", sealed.slice(0, 40)]) expect(() => unseal(broken, key, "f")).toThrow(/does not open/);
});

test("a path leads to a place in plain data, or says where it ends", () => {
  const data = { species: [{ id: "Na2S" }, { id: "Na2S2", share: { value: 0.2 } }], list: [1, 2, 3], "a-b": 4 };
  expect(pick(data, "species[id=Na2S2].share.value")).toEqual({ found: 0.2 });
  expect(
    pick(
      {
        peaks: [
          { at: { value: 1 }, w: 5 },
          { at: { value: 2.1 }, w: 6 },
          { at: null, w: 7 },
        ],
      },
      "peaks[at.value~2].w",
    ),
  ).toEqual({ found: 6 });
  expect(pick(data, "list[-1]")).toEqual({ found: 3 });
  expect(pick(data, "a-b")).toEqual({ found: 4 });
  expect(pick(data, "species[id=S].share")).toEqual({ missing: "species[id=S] is not there" });
  expect(pick(data, "list.first")).toEqual({ missing: "list.first is not there" });
  expect(pick(data, "constructor")).toEqual({ missing: "constructor is not there" });
  expect(pick(data, "list[")).toEqual({ missing: '"list[" is no path from character 5 on' });
});

test("coverage of normal answers is that of the normal distribution", () => {
  const draw = random("coverage");
  const row = { key: "k", what: "", unit: "", why: null };
  const rows = Array.from({ length: 2000 }, () => ({ ...row, truth: 5, found: 5.1 + 0.5 * draw.normal(), sigma: 0.5 }));
  const { answered, within1, within2, bias, stated } = coverageOf("k", [...rows, { ...row, truth: 5, found: null, sigma: null }]);
  expect(answered).toBe(2000);
  // 68.3 and 95.4 % less what a bias of 0.2 σ takes, ± 3 standard errors
  expect(Math.abs(within1 - 0.672)).toBeLessThan(0.032);
  expect(Math.abs(within2 - 0.95)).toBeLessThan(0.015);
  expect(Math.abs(bias - 0.1)).toBeLessThan(0.034);
  expect(stated).toBeCloseTo(0.5, 9);
});
