/** What a published study prints on secondary ions, by statistics. */
import { welchTest } from "@thioscope/core/sims";
import { expect, test } from "vitest";

test("LiS-tof-significance: the charged samples do not differ at 5 % with five or three replicates, discharged and charged do", () => {
  const with_ = (n: number) => welchTest({ mean: 3.0, deviation: 0.4, n }, { mean: 3.4, deviation: 0.2, n });
  expect(with_(5).pValue).toBeCloseTo(0.093, 3);
  expect(with_(3).pValue).toBeCloseTo(0.22, 2);
  expect([with_(5).significant, with_(3).significant]).toEqual([false, false]);
  const lithiated = welchTest({ mean: 10.2, deviation: 1.5, n: 5 }, { mean: 3.0, deviation: 0.4, n: 5 });
  expect(lithiated.pValue).toBeLessThan(0.001);
});
