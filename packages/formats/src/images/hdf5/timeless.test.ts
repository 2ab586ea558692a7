import { expect, test } from "vitest";
import { writeNexus } from "../write/writeNexus.ts";

const frame = { width: 8, height: 4, values: Uint16Array.from({ length: 32 }, (_, i) => i) };
const made = (): Promise<Uint8Array> => writeNexus([frame], { title: "t", startTime: "2026-01-01T00:00:00Z" });

test("the same content gives the same bytes a second later", async () => {
  const first = await made();
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect(Buffer.compare(first, await made())).toBe(0);
});
