/** Collections put together by the file format specification. */
import { expect, test } from "vitest";
import { globalHeapSize, isSoundGlobalHeap, startsGlobalHeap } from "./globalHeap.ts";

/** One object of 5 bytes and the free space. */
function heap(objectSize = 5, freeSize = 4096 - 16 - 24): Uint8Array {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  bytes.set([0x47, 0x43, 0x4f, 0x4c, 1]);
  view.setBigUint64(8, 4096n, true);
  view.setUint16(16, 1, true);
  view.setBigUint64(24, BigInt(objectSize), true);
  view.setBigUint64(48, BigInt(freeSize), true);
  return bytes;
}

test("a sound collection", () => {
  expect([startsGlobalHeap(heap()), globalHeapSize(heap()), isSoundGlobalHeap(heap())]).toEqual([true, 4096, true]);
});

test.each([
  ["free space of no size, which the library never leaves", heap(5, 0)],
  ["free space beyond the end", heap(5, 5000)],
  ["an object beyond the end", heap(4090)],
])("%s", (_, bytes) => {
  expect(isSoundGlobalHeap(bytes)).toBe(false);
});
