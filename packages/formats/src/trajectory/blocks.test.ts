import { QUIET } from "@thioscope/core";
import { expect, test } from "vitest";
import { feedBlocks } from "./blocks.ts";

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

test.each([[["a\nb\n", "", ""]], [["", "a\n", "", "b", "\n"]], [["a\nb", ""]]])(
  "whole lines once, whatever the pieces: %j",
  async (texts) => {
    const lines: string[] = [];
    const parser = {
      take(bytes: Uint8Array, from: number, to: number): boolean {
        lines.push(...new TextDecoder().decode(bytes.subarray(from, to)).split("\n").slice(0, -1));
        return true;
      },
      end() {},
    };
    await feedBlocks(pieces(...texts), parser, "x", QUIET);
    expect(lines).toEqual(["a", "b"]);
  },
);
