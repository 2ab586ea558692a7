import { describe, expect, test } from "vitest";
import { chosenPhases, ownElastic, wordsOf } from "./phases.ts";

const LAMBDA = 0.142347;
const chosen = (...words: string[]) => chosenPhases(words, [], null, LAMBDA, 11);

describe("phases in words", () => {
  test("usual reflections, typed indices, spacings, positions", () => {
    expect(chosen("Na2S")[0]).toMatchObject({
      phase: "Na2S",
      reflections: [
        [1, 1, 1],
        [2, 2, 0],
        [4, 2, 2],
      ],
      between: null,
    });
    expect(chosen("Na2S 220 1,1,-1 @930..1000")[0]).toMatchObject({
      reflections: [
        [2, 2, 0],
        [1, 1, -1],
      ],
      between: [930, 1000],
      chosen: "as typed",
    });
    expect(chosen("X d=2.31 d=3.77")[0]).toMatchObject({ phase: "X", structure: null, reflections: [2.31, 3.77] });
    // atoms are known: the strongest lines of the structure
    expect(chosen("LaB6")[0]!.reflections).toHaveLength(3);
    expect(wordsOf("Na2S @-5..5").between).toEqual([-5, 5]);
  });

  test("what cannot be is refused with what to write", () => {
    expect(() => chosen("Na2S 22")).toThrow(/write 220/);
    expect(() => chosen("Na2S @9")).toThrow(/@930\.\.1000/);
    expect(() => chosen("NaS2")).toThrow(/did you mean/);
    expect(() => chosen("Na2S4")).toThrow(/name its reflections/);
    expect(() => chosen("X d=-1")).toThrow(/spacing in Å/);
    expect(() => chosenPhases("auto", [], null, LAMBDA, 11)).toThrow(/without a cell file/);
  });

  test("elastic constants of one's own keep their source", () => {
    const own = ownElastic(["Na3PS4: E = 25 GPa, nu = 0.31, 10 %, ultrasound, this work"]);
    expect(own.get("Na3PS4")).toMatchObject({ source: "ultrasound, this work", relativeSigma: 0.1 });
    expect(() => ownElastic(["Na3PS4 25 GPa"])).toThrow(/write them as/);
    expect(() => ownElastic(["Na3PS4: E = 25 GPa, nu = 0.7, 10 %, x"])).toThrow(/between -1 and 0.5/);
  });
});
