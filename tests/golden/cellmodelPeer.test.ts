/** The model beside scipy: the same equations for four control volumes, written down independently and solved by Radau with potentials eliminated. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EXACT, ownAnswer, type PeerAnswer, peerQuestion } from "./cellmodelPeer.ts";

const kept = JSON.parse(readFileSync(join(import.meta.dirname, "cellmodel-scipy.json"), "utf8")) as Omit<PeerAnswer, "ms"> & {
  question: object;
};

test("potentials and amounts of a discharge equal scipy's to 1e-5 (they do to 1e-7)", () => {
  // another set of parameters needs another answer of the peer
  expect(JSON.parse(JSON.stringify(peerQuestion(EXACT)))).toEqual(kept.question);
  const own = ownAnswer(EXACT);
  for (const [k, volt] of kept.volt.entries()) {
    expect(Math.abs(own.volt[k]! - volt)).toBeLessThan(1e-6);
    for (const [m, n] of kept.amounts[k]!.entries()) expect(Math.abs(own.amounts[k]![m]! - n)).toBeLessThan(1e-6);
  }
});
