/** PNG: files of Pillow 9.4, 12 × 10 pixels of (37 i) mod 256 with a block of sevens. */
import { expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import { readImageStack } from "./readImageStack.ts";

const PIXELS = Uint8Array.from({ length: 120 }, (_, i) => (i * 37) % 256);
for (let row = 3; row < 6; row++) PIXELS.fill(7, row * 12 + 2, row * 12 + 9);

const FILES: [bits: number, of: (value: number) => number, base64: string][] = [
  [
    1,
    (v) => Number(v > 100),
    "iVBORw0KGgoAAAANSUhEUgAAAAwAAAAKAQAAAACoV4JXAAAAJ0lEQVR4nGOUE2I8vpPx43sGhgKGBgEmBwPGn98ZbUwY+gUYH98FAIuOCcjrOCN5AAAAAElFTkSuQmCC",
  ],
  [
    8,
    (v) => v,
    "iVBORw0KGgoAAAANSUhEUgAAAAwAAAAKCAAAAAClR+AmAAAASklEQVR4nE3MQQ2AMBAF0b9JpTAOSDWhAS1IIChYMXwHpAo49NCd27tMiFVLsO0Eu6UXY+eRJOmE+BgTHeKmTwyIo9xiq3grroIfYkwfILpLYWgAAAAASUVORK5CYII=",
  ],
  [
    16,
    (v) => 257 * v,
    "iVBORw0KGgoAAAANSUhEUgAAAAwAAAAKEAAAAAD11zxlAAAAWUlEQVR4nHXOMQ0AIRBEUTY5KXwHBE1oQAsSCApWDOeArIJrLmEL+N3kNSMhcOxRBXj/9npU/dwoKcEYwVUrgKwFZh5yBpDeIWcPZgBSyvmVxHiBOS/Q2hk+Dvs+L9u045cAAAAASUVORK5CYII=",
  ],
];

test.each(FILES)("grey of %i bits", async (_, of, base64) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const { width, height, values } = await (await readImageStack(sourceOfBytes("a.png", bytes))).frame(0);
  expect([width, height]).toEqual([12, 10]);
  expect(Array.from(values)).toEqual(Array.from(PIXELS, of));
});

test.each(FILES)("grey of %i bits with a byte changed: the checksums see it", async (_, _of, base64) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const at = new TextDecoder("latin1").decode(bytes).indexOf("IDAT") + 10;
  bytes[at] = bytes[at]! ^ 1;
  const stack = await readImageStack(sourceOfBytes("a.png", bytes));
  await expect(stack.frame(0)).rejects.toMatchObject({ code: "FILE_DAMAGED" });
});
