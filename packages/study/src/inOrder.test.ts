import { expect, test } from "vitest";
import { inOrder } from "./inOrder.ts";

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("results in the order of the items, few at a time", async () => {
  let [now, most] = [0, 0];
  const found = await inOrder([5, 1, 4, 2, 3, 0], 3, async (n, index) => {
    most = Math.max(most, ++now);
    await later(3 * n);
    now--;
    return `${index}:${n}`;
  });
  expect(found).toEqual(["0:5", "1:1", "2:4", "3:2", "4:3", "5:0"]);
  expect(most).toBe(3);
  expect(await inOrder([], 3, async () => 1)).toEqual([]);
});

test("of several errors the first in the order is told, and no more is begun", async () => {
  const begun: number[] = [];
  const work = async (n: number): Promise<void> => {
    begun.push(n);
    await later(n === 1 ? 20 : 5);
    if (n >= 1) throw new Error(`item ${n}`);
  };
  await expect(inOrder([0, 1, 2, 3, 4, 5, 6], 3, work)).rejects.toThrow("item 1");
  expect(begun.length).toBeLessThan(6);
});
